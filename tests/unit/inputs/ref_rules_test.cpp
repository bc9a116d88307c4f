#include "inputs/ref_rules.hpp"

#include "support/git.hpp"

#include <gtest/gtest.h>

#include <random>

namespace occ::inputs {
namespace {

using Names = std::vector<std::string>;

RefRules rules(std::string_view text) {
  std::string mistake;
  const auto parsed = RefRules::parse(text, mistake);
  EXPECT_TRUE(parsed.has_value()) << mistake;
  return parsed.value_or(RefRules());
}

std::string mistake_in(std::string_view text) {
  std::string mistake;
  EXPECT_FALSE(RefRules::parse(text, mistake).has_value()) << text;
  return mistake;
}

// One of 65 kB ended the run as a mistake of the program, as no packet holds it.
TEST(RefRules, TakeNoNameThatIsTooLongForARef) {
  const std::string most(4'000, 'a');
  const std::string name(70'000, 'a');
  EXPECT_EQ(rules(most).literal_names(), Names{most});
  for (const std::string& text : {name, name + '*', "main:" + name, name + ":main", '!' + name,
                                  "main\n" + name, "refs/heads/" + name}) {
    const std::string mistake = mistake_in(text);
    EXPECT_NE(mistake.find("no ref has more than 4,096"), std::string::npos) << mistake;
    EXPECT_LT(mistake.size(), 200U);
  }
  std::string many;
  while (many.size() < 70'000) many += "branch-" + std::to_string(many.size()) + '\n';
  EXPECT_GT(rules(many).literal_names().size(), 3'000U);
}

TEST(GlobMatches, TakesTextLiterally) {
  EXPECT_TRUE(glob_matches("main", "main"));
  EXPECT_FALSE(glob_matches("main", "main2"));
  EXPECT_FALSE(glob_matches("main", "mai"));
  EXPECT_FALSE(glob_matches("main", "Main"));
  EXPECT_FALSE(glob_matches("a.b", "axb"));
  EXPECT_TRUE(glob_matches("", ""));
}

TEST(GlobMatches, LetsAStarStandForAnyTextSlashesToo) {
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("*", "a/b/c"));
  EXPECT_TRUE(glob_matches("release/*", "release/1/2"));
  EXPECT_FALSE(glob_matches("release/*", "release"));
  EXPECT_TRUE(glob_matches("*-fix", "a-fix-fix"));
  EXPECT_TRUE(glob_matches("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(glob_matches("a*b*c", "aXbYbZ"));
  EXPECT_TRUE(glob_matches("**", "x"));
}

TEST(GlobMatches, LetsAQuestionMarkStandForOneCharacter) {
  EXPECT_TRUE(glob_matches("v?", "v1"));
  EXPECT_FALSE(glob_matches("v?", "v"));
  EXPECT_FALSE(glob_matches("v?", "v12"));
}

TEST(GlobMatches, KnowsSetsRangesAndTheirNegation) {
  EXPECT_TRUE(glob_matches("v[0-9]", "v7"));
  EXPECT_FALSE(glob_matches("v[0-9]", "va"));
  EXPECT_TRUE(glob_matches("[abc]x", "bx"));
  EXPECT_TRUE(glob_matches("[!abc]x", "dx"));
  EXPECT_FALSE(glob_matches("[!abc]x", "ax"));
  EXPECT_TRUE(glob_matches("[^0-9]", "a"));
  EXPECT_FALSE(glob_matches("[^0-9]", "5"));
  EXPECT_TRUE(glob_matches("[a-]", "-"));
  EXPECT_TRUE(glob_matches("[]x]", "]"));
  EXPECT_TRUE(glob_matches("[!]]", "x"));
  EXPECT_FALSE(glob_matches("[!]]", "]"));
  EXPECT_TRUE(glob_matches("[^]]", "x"));
  EXPECT_FALSE(glob_matches("[^]]", "]"));
}

TEST(GlobMatches, TakesABracketThatIsNeverClosedForItself) {
  EXPECT_TRUE(glob_matches("[a", "[a"));
  EXPECT_FALSE(glob_matches("[a", "a"));
  EXPECT_TRUE(glob_matches("a[", "a["));
}

TEST(GlobMatches, NeedsNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "a*";
  EXPECT_FALSE(glob_matches(pattern + 'b', std::string(2000, 'a')));
}

// One git for all names: `for-each-ref` would need the refs to exist, check-ref-format takes one.
bool git_takes(const std::string& name) {
  return test::run_process({"git", "check-ref-format", "refs/heads/" + name},
                           {.env = test::git_environment()})
             .exit_code == 0;
}

TEST(IsValidRefName, SaysWhatGitSaysOfWellChosenNames) {
  for (const std::string& name : Names{"main",
                                       "a/b",
                                       "a//b",
                                       "/a",
                                       "a/",
                                       ".a",
                                       "a/.b",
                                       "a.",
                                       "a..b",
                                       "a.b",
                                       "a.lock",
                                       "a.lock/b",
                                       "a/b.lock",
                                       "a.locks",
                                       "a b",
                                       "a~b",
                                       "a^b",
                                       "a:b",
                                       "a?b",
                                       "a*b",
                                       "a[b",
                                       "a\\b",
                                       "a@{b",
                                       "a@b",
                                       "@a",
                                       "a@",
                                       "a{b",
                                       "ä",
                                       "大",
                                       "a\tb",
                                       "a\x7F"
                                       "b",
                                       "a\x01",
                                       "HEAD",
                                       "x-y",
                                       "a/-b",
                                       "..",
                                       ".",
                                       "~",
                                       "a./b",
                                       "a/b/c.d",
                                       "\"quoted\"",
                                       "a'b",
                                       "$(x)",
                                       "a;b",
                                       "a|b",
                                       "a,b",
                                       "a=b",
                                       "%2f"}) {
    EXPECT_EQ(is_valid_ref_name(name), git_takes(name)) << testing::PrintToString(name);
  }
}

TEST(IsValidRefName, SaysWhatGitSaysOfRandomNames) {
  std::mt19937 random(7);
  constexpr std::string_view kPieces[] = {"a", "b", "/", ".", "..", ".lock", "@",  "{", "~",
                                          "^", ":", "-", "*", " ",  "[",     "\\", "é", "lock"};
  for (int round = 0; round < 150; ++round) {
    std::string name = "x";
    for (auto i = random() % 5; i > 0; --i) name += kPieces[random() % std::size(kPieces)];
    EXPECT_EQ(is_valid_ref_name(name), git_takes(name)) << name;
  }
}

TEST(IsValidRefName, RefusesWhatGitRefusesForBranches) {
  EXPECT_FALSE(is_valid_ref_name(""));
  EXPECT_FALSE(is_valid_ref_name("@"));
  EXPECT_FALSE(is_valid_ref_name("-option"));
}

TEST(RefRules, ChooseByNameAndGlob) {
  const auto chosen = rules("main, release/*\n v1.? ");
  EXPECT_EQ(chosen.target_name("main"), "main");
  EXPECT_EQ(chosen.target_name("release/2"), "release/2");
  EXPECT_EQ(chosen.target_name("v1.2"), "v1.2");
  EXPECT_EQ(chosen.target_name("next"), std::nullopt);
  EXPECT_FALSE(chosen.renames());
}

TEST(RefRules, TakeFullNamesToo) {
  EXPECT_EQ(rules("refs/heads/main").target_name("main"), "main");
  std::string mistake;
  EXPECT_EQ(RefRules::parse("refs/tags/v*", mistake, kTags)->target_name("v1"), "v1");
  EXPECT_EQ(rules("refs/heads/a:refs/heads/b").target_name("a"), "b");
}

TEST(RefRules, LeaveOutWhatIsExcluded) {
  const auto chosen = rules("!wip/*\n*\n!main");
  EXPECT_EQ(chosen.target_name("next"), "next");
  EXPECT_EQ(chosen.target_name("wip/a"), std::nullopt);
  EXPECT_EQ(chosen.target_name("main"), std::nullopt);
  EXPECT_TRUE(chosen.excludes("wip/a"));
  EXPECT_FALSE(chosen.excludes("next"));
}

TEST(RefRules, ThatOnlyExcludeChooseAllTheRest) {
  const auto chosen = rules("!wip/*");
  EXPECT_EQ(chosen.target_name("main"), "main");
  EXPECT_EQ(chosen.target_name("wip/x"), std::nullopt);
}

TEST(RefRules, RenameOneRef) {
  const auto chosen = rules("develop:upstream/develop");
  EXPECT_EQ(chosen.target_name("develop"), "upstream/develop");
  EXPECT_EQ(chosen.target_name("upstream/develop"), std::nullopt);
  EXPECT_TRUE(chosen.renames());
}

TEST(RefRules, RenameWhatAStarMatched) {
  const auto chosen = rules("feature/*:from-source/*-x");
  EXPECT_EQ(chosen.target_name("feature/a/b"), "from-source/a/b-x");
  EXPECT_EQ(chosen.target_name("feature/"), "from-source/-x");
  EXPECT_EQ(chosen.target_name("other"), std::nullopt);
}

TEST(RefRules, LetTheFirstMatchDecide) {
  const auto chosen = rules("main:mirror\n*");
  EXPECT_EQ(chosen.target_name("main"), "mirror");
  EXPECT_EQ(chosen.target_name("next"), "next");
}

TEST(RefRules, KnowWhichNamesOfTheTargetAreTheirs) {
  const auto chosen = rules("feature/*:up/*\nmain\n!feature/secret");
  EXPECT_TRUE(chosen.selects_on_target("up/a"));
  EXPECT_TRUE(chosen.selects_on_target("main"));
  EXPECT_FALSE(chosen.selects_on_target("feature/a"));
  EXPECT_FALSE(chosen.selects_on_target("up/secret"));
  EXPECT_FALSE(chosen.selects_on_target("other"));
}

// Whatever the source has under a name that is chosen lands under a name that is selected.
TEST(RefRules, SelectOnTheTargetAllThatTheyMake) {
  for (const std::string_view text :
       {"*", "main", "a*:b*", "*:up/*", "a/*:b/*-c\n!a/x", "v[0-9]*", "main:x\n*"}) {
    const auto chosen = rules(text);
    for (const std::string_view name : {"main", "a/x", "a/y", "v1", "ab", "x"}) {
      const auto target = chosen.target_name(name);
      if (!target) continue;
      EXPECT_TRUE(chosen.selects_on_target(*target)) << text << ' ' << name;
    }
  }
}

TEST(RefRules, NameTheRefsThatMustExist) {
  EXPECT_EQ(rules("main\nrelease/*\nnext:x\n!gone\ngone").literal_names(), (Names{"main", "next"}));
}

TEST(RefRules, GiveTheShortestPrefixesThatCoverThem) {
  EXPECT_EQ(rules("main\nrelease/*\nrelease/v[0-9]\nv?").prefixes(),
            (Names{"main", "release/", "v"}));
  EXPECT_EQ(rules("*\nmain").prefixes(), Names{""});
  EXPECT_EQ(rules("a:b").prefixes(), Names{"a"});
  EXPECT_EQ(RefRules::none().prefixes(), Names{});
}

TEST(RefRules, AllAndNoneAndOnlySayWhatTheyMean) {
  EXPECT_EQ(RefRules::all().target_name("any/thing"), "any/thing");
  EXPECT_EQ(RefRules::none().target_name("main"), std::nullopt);
  EXPECT_TRUE(RefRules::none().empty());
  EXPECT_EQ(RefRules::only("a").target_name("a"), "a");
  EXPECT_EQ(RefRules::only("a").target_name("ab"), std::nullopt);
  for (const char* pattern : {"*", "a?", "[a-z]*"}) {
    const RefRules one = RefRules::only(pattern);
    EXPECT_EQ(one.target_name("ab"), std::nullopt);
    EXPECT_FALSE(one.selects_on_target("ab"));
    EXPECT_EQ(one.target_name(pattern), pattern);
    EXPECT_EQ(one.prefixes(), Names{pattern});
    EXPECT_EQ(one.literal_names(), Names{pattern});
  }
}

TEST(RefRules, AreEmptyForEmptyText) {
  EXPECT_TRUE(rules("").empty());
  EXPECT_TRUE(rules(" \n , \n").empty());
}

TEST(RefRules, RefuseWhatIsNoRule) {
  for (const std::string_view bad :
       {"!", "a:", ":b", ":", "a*:b", "a:b*", "a*b*:c*d*", "a?:b?", "a..b", "a b", "-a", "a:-b",
        "x:HEAD", "a:b:c", "[ab]*:c*", "a~1", "@"}) {
    EXPECT_FALSE(mistake_in(bad).empty());
  }
}

TEST(RefRules, ExplainThatForceHasAnInputOfItsOwn) {
  EXPECT_NE(mistake_in("+main").find("on_divergence"), std::string::npos);
}

TEST(RefRules, MakeTheirMistakesPrintable) {
  const std::string mistake = mistake_in("a::error::b");
  EXPECT_EQ(mistake.find("::"), std::string::npos) << mistake;
}

// "main:refs/tags/x" became a branch 'x', "main:refs/sync/ledger" a branch of that name.
TEST(RefRules, RefusesRefsOfAnotherKindOnEitherSide) {
  for (const char* text : {"main:refs/tags/x", "main:refs/sync/ledger", "main:refs/pull/1/head",
                           "refs/tags/v1", "refs/tags/*", "*:refs/sync/*", "refs/tags/v1:main",
                           "!refs/tags/v1", "refs/*", "refs/", "main:refs/headsx"}) {
    EXPECT_NE(mistake_in(text).find("is no branch"), std::string::npos) << text;
  }
  for (const char* text : {"v1:refs/heads/main", "refs/heads/v1", "!refs/heads/v1", "refs/notes/x",
                           "v1:refs/sync/ledger"}) {
    std::string mistake;
    EXPECT_FALSE(RefRules::parse(text, mistake, kTags).has_value()) << text;
    EXPECT_NE(mistake.find("is no tag"), std::string::npos) << text;
  }
  EXPECT_EQ(rules("refs/heads/refs/tags/x").target_name("refs/tags/x"), "refs/tags/x");
}

// Another rule gives the source's ref another name: then this one is the target's own.
TEST(RefRules, SelectNothingOnTheTargetThatNoSourceRefIsCalled) {
  std::string mistake;
  const auto rules = RefRules::parse("develop:upstream/develop\n*", mistake);
  ASSERT_TRUE(rules.has_value()) << mistake;
  EXPECT_TRUE(rules->selects_on_target("upstream/develop"));
  EXPECT_TRUE(rules->selects_on_target("main"));
  EXPECT_FALSE(rules->selects_on_target("develop"));
}

}  // namespace
}  // namespace occ::inputs
