#include "runner/console.hpp"

#include "base/encode.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <sstream>

namespace occ::runner {
namespace {

using Severity = Console::Severity;
using Style = Console::Style;

std::string printed(Style style, const std::function<void(Console&)>& use, bool debug = false) {
  testing::internal::CaptureStdout();
  {
    Console console(style, debug);
    use(console);
  }
  return testing::internal::GetCapturedStdout();
}

std::string in_workflow(const std::function<void(Console&)>& use) {
  return printed(Style::workflow, use);
}

TEST(Console, PrintsALine) {
  EXPECT_EQ(in_workflow([](Console& c) { c.info("hello {} %"); }), "hello {} %\n");
}

TEST(Console, LetsNoForeignTextBecomeACommand) {
  const std::string text = in_workflow([](Console& c) {
    c.info("::set-output name=x::y");
    c.info("a\n::error::b");
    c.notice("##[error]c");
    c.remote("target", "\n::add-mask::d\n\r::stop-commands::e\n");
    c.begin_group("::error::f");
  });
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.starts_with("::group::") || line.find("::") == std::string::npos) << line;
    EXPECT_EQ(line.find("##["), std::string::npos) << line;
  }
  EXPECT_NE(text.find("::group::: :error: :f\n"), std::string::npos) << text;
}

TEST(Console, AnnotatesWithATitleAndEscapes) {
  EXPECT_EQ(in_workflow(
                [](Console& c) { c.annotate(Severity::error, "a:b,c%d", "50% off\nsecond line"); }),
            "::error title=a%3Ab%2Cc%25d::50%25 off%0Asecond line\n");
  EXPECT_EQ(in_workflow([](Console& c) { c.annotate(Severity::warning, "t", "m"); }),
            "::warning title=t::m\n");
  EXPECT_EQ(in_workflow([](Console& c) { c.annotate(Severity::notice, "t", "m"); }),
            "::notice title=t::m\n");
}

TEST(Console, AnnotatesInOneLineWhateverTheMessageHolds) {
  const std::string text = in_workflow([](Console& c) {
    c.annotate(Severity::error, "x\n::error::y", "a\r\n::warning::b\x1b[1m\n\n");
  });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  EXPECT_EQ(text.find("::warning"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Console, WritesPlainLinesOnATerminal) {
  const std::string text = printed(Style::terminal, [](Console& c) {
    c.begin_group("Plan");
    c.annotate(Severity::error, "main", "it diverged");
    c.end_group();
    c.mask(Secret("s3cret-token"), "me");
  });
  EXPECT_EQ(text, "\nPlan\nerror: main: it diverged\n");
}

TEST(Console, DoesNotSayATitleTwiceOnATerminal) {
  EXPECT_EQ(printed(Style::terminal,
                    [](Console& c) { c.annotate(Severity::error, "main", "main: it diverged"); }),
            "error: main: it diverged\n");
}

TEST(Console, DoesNotSayErrorTwiceOnATerminal) {
  EXPECT_EQ(printed(Style::terminal,
                    [](Console& c) { c.annotate(Severity::error, "error", "error: no such"); }),
            "error: no such\n");
}

TEST(Console, GroupsInAWorkflow) {
  EXPECT_EQ(in_workflow([](Console& c) {
              c.begin_group("Plan");
              c.info("x");
              c.end_group();
            }),
            "::group::Plan\nx\n::endgroup::\n");
}

TEST(Console, MasksASecretInEveryFormInWhichItTravels) {
  const std::string text =
      in_workflow([](Console& c) { c.mask(Secret("to/ken%1"), "x-access-token"); });
  EXPECT_EQ(text, "::add-mask::to/ken%251\n::add-mask::to%252Fken%25251\n::add-mask::" +
                      base64("to/ken%1") + "\n::add-mask::" + base64("x-access-token:to/ken%1") +
                      '\n');
}

TEST(Console, MasksNothingThatIsTooShortToBeASecret) {
  EXPECT_EQ(in_workflow([](Console& c) {
              c.mask(Secret(), "me");
              c.mask(Secret("abc"), "me");
            }),
            "");
}

TEST(Console, KeepsASecretOfSeveralLinesInOneCommand) {
  const std::string text = in_workflow([](Console& c) { c.mask(Secret("line1\nline2"), "me"); });
  EXPECT_TRUE(text.starts_with("::add-mask::line1%0Aline2\n")) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
}

TEST(Console, ShowsDebugLinesOnlyWhenAsked) {
  const auto use = [](Console& c) { c.debug("step"); };
  EXPECT_EQ(printed(Style::workflow, use, false), "");
  EXPECT_EQ(printed(Style::workflow, use, true), "::debug::step\n");
  EXPECT_EQ(printed(Style::terminal, use, true), "debug: step\n");
}

TEST(Console, TellsWhatAServerSaysLineByLine) {
  EXPECT_EQ(in_workflow([](Console& c) {
              c.remote("target", "first ha");
              c.remote("source", "other\n");
              c.remote("target", "lf\nCounting: 10%\rCounting: 100%\n   \nnot ended");
            }),
            "source says: other\ntarget says: first half\ntarget says: Counting: 100%\n");
}

TEST(Console, ShowsNoPieceOfASecretThatALimitCuts) {
  const std::string token = "Zq1Xw2Ce3Vr4Bt5Ny6Mu7Ki8Lo9Pa0Sd1Ff2Gg3";
  for (const std::size_t before : {580U, 970U, 990U, 1970U, 1990U, 8180U}) {
    const std::string text = in_workflow([&](Console& c) {
      c.mask(Secret(token), "me");
      c.info("info " + std::string(before, '.') + token);
      c.annotate(Severity::error, "title", std::string(before, '.') + token);
      c.notice(std::string(before, '.') + token);
      for (const char letter : std::string(before, '.') + token + '\n') {
        c.remote("target", std::string(1, letter));
      }
    });
    const std::string log = text.substr(text.find("info "));
    for (std::size_t at = 0; at + 8 <= token.size(); ++at) {
      ASSERT_EQ(log.find(token.substr(at, 8)), std::string::npos) << before;
    }
  }
}

TEST(Console, FindsASecretThatAServerSplits) {
  const std::string token = "Zq1Xw2Ce3Vr4Bt5Ny6Mu7Ki8Lo9Pa0Sd1Ff2Gg3";
  for (const std::string split : {"\n", "\r", "\r\n", "\t", "\x1b", ""}) {
    for (const std::size_t at : {5U, 20U, 35U}) {
      const std::string said =
          "with " + token.substr(0, at) + split + token.substr(at) + " in it\n";
      const auto mask = [&](Console& c) { c.mask(Secret(token), "me"); };
      const std::string masks = in_workflow(mask);
      const std::string whole = in_workflow([&](Console& c) {
        mask(c);
        c.remote("target", said);
      });
      EXPECT_EQ(whole.substr(masks.size()), "target says: with *** in it\n");
      const std::string in_packets = in_workflow([&](Console& c) {
        mask(c);
        for (const char letter : said) c.remote("target", std::string(1, letter));
      });
      for (std::size_t piece = 0; piece + 8 <= token.size(); ++piece) {
        EXPECT_EQ(in_packets.find(token.substr(piece, 8), masks.size()), std::string::npos);
      }
    }
  }
}

TEST(Console, ShowsALineThatEndsAsOnWindows) {
  EXPECT_EQ(in_workflow([](Console& c) { c.remote("target", "1%\r2%\r\nnext\r\n"); }),
            "target says: 2%\ntarget says: next\n");
}

TEST(Console, BoundsALineThatNeverEnds) {
  const std::string text = in_workflow([](Console& c) {
    for (int i = 0; i < 1000; ++i) c.remote("target", std::string(100, 'x'));
    c.remote("target", "\n");
  });
  EXPECT_LT(text.size(), 3000U);
  EXPECT_TRUE(text.starts_with("target says: xxx"));
}

}  // namespace
}  // namespace occ::runner
