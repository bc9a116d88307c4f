#include "inputs/event.hpp"

#include "samples.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::inputs {
namespace {

using test::failure_text;
using testing::HasSubstr;

// The least that a run needs.
Environment least() {
  return {{"INPUT_SOURCE_REPO", "a/source"}, {"INPUT_TARGET_REPO", "b/target"}};
}

Environment with(std::initializer_list<std::pair<const std::string, std::string>> more) {
  Environment environment = least();
  for (const auto& [name, value] : more) environment[name] = value;
  return environment;
}

std::optional<TriggeringRun> triggering_run(std::string_view payload,
                                            const std::string& event = "workflow_run") {
  const test::TempDir folder;
  test::write_file(folder / "event.json", payload);
  return read_settings(with({{"GITHUB_EVENT_NAME", event},
                             {"GITHUB_EVENT_PATH", (folder / "event.json").string()}}))
      .triggering_run;
}

TEST(TriggeringRun, IsReadFromTheEvent) {
  const auto run = triggering_run(
      R"({"workflow_run":{"name":"Build","conclusion":"failure","html_url":"https://x/1"}})");
  ASSERT_TRUE(run.has_value());
  EXPECT_EQ(run->name, "Build");
  EXPECT_EQ(run->conclusion, "failure");
  EXPECT_EQ(run->url, "https://x/1");
}

TEST(TriggeringRun, HasNoConclusionBeforeItsEnd) {
  EXPECT_EQ(triggering_run(R"({"workflow_run":{"conclusion":null,"name":7}})")->conclusion, "");
}

// A gate that cannot be judged is shut, and not in silence.
TEST(TriggeringRun, ThatCannotBeReadIsAMistakeWhereItMatters) {
  const test::TempDir folder;
  const std::string file = (folder / "event.json").string();
  const auto failure = [&](const Environment& more) -> std::string {
    Environment environment =
        with({{"GITHUB_EVENT_NAME", "workflow_run"}, {"GITHUB_EVENT_PATH", file}});
    for (const auto& [name, value] : more) environment[name] = value;
    return failure_text([&] { static_cast<void>(read_settings(environment)); });
  };
  for (const std::string_view bad : {"", "{", "[]", "7", "{}", R"({"workflow_run":1})",
                                     R"({"workflow_run":{"conclusion":"succ)"}) {
    test::write_file(file, bad);
    EXPECT_THAT(failure({}), HasSubstr("GITHUB_EVENT_PATH")) << bad;
    EXPECT_THAT(failure({{"INPUT_SYNC_BUILT_COMMIT", "true"}, {"INPUT_FORCE_SYNC", "true"}}),
                HasSubstr("sync_built_commit"))
        << bad;
    EXPECT_EQ(failure({{"INPUT_FORCE_SYNC", "true"}}), "") << bad;
    EXPECT_EQ(failure({{"INPUT_REQUIRE_SUCCESSFUL_BUILD", "false"}}), "") << bad;
    EXPECT_EQ(failure({{"GITHUB_EVENT_NAME", "schedule"}}), "") << bad;
  }
  EXPECT_THAT(failure({{"GITHUB_EVENT_PATH", file + ".gone"}}), HasSubstr("cannot be read"));
  EXPECT_THAT(failure({{"GITHUB_EVENT_PATH", folder.path().string()}}),
              HasSubstr("GITHUB_EVENT_PATH"));
  EXPECT_THAT(failure({{"GITHUB_EVENT_PATH", ""}}), HasSubstr("is not set"));
}

TEST(TriggeringRun, IsOfOneEventOnly) {
  EXPECT_FALSE(triggering_run(R"({"workflow_run":{}})", "push").has_value());
}

TriggeringRun run_of(const std::string& text) {
  const test::TempDir folder;
  test::write_file(folder / "event.json", text);
  std::string mistake;
  const auto run = read_triggering_run((folder / "event.json").string(), mistake);
  EXPECT_TRUE(run.has_value()) << text << ' ' << mistake;
  return run.value_or(TriggeringRun());
}

TEST(TriggeringRun, TellsWhatWasBuilt) {
  const TriggeringRun run =
      run_of(R"({"workflow_run":{"event":"push","head_branch":"main","head_sha":")" +
             test::digits('a') + R"(","head_repository":{"full_name":"a/fork"}}})");
  EXPECT_EQ(run.event, "push");
  EXPECT_EQ(run.head_branch, "main");
  EXPECT_EQ(run.head_oid, test::id('a'));
  EXPECT_EQ(run.head_repository, "a/fork");
  EXPECT_TRUE(run.left_out.empty());
  EXPECT_TRUE(run.unclear.empty());
}

TEST(TriggeringRun, TellsFieldsThatAreLeftOutFromThoseThatSayNothing) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(run_of(R"({"workflow_run":{}})").left_out,
            (Names{"event", "head_branch", "head_sha", "head_repository"}));
  for (const char* nothing : {"null", "7", "[]", "{}", R"("")", R"({"full_name":{}})"}) {
    std::string text = R"({"workflow_run":{)";
    for (const char* field : {"event", "head_branch", "head_sha", "head_repository"}) {
      text += (text.back() == '{' ? "\"" : ",\"") + std::string(field) + "\":" + nothing;
    }
    const TriggeringRun run = run_of(text + "}}");
    EXPECT_EQ(run.unclear, (Names{"event", "head_branch", "head_sha", "head_repository"}))
        << nothing;
    EXPECT_TRUE(run.left_out.empty()) << nothing;
    EXPECT_FALSE(run.head_oid.has_value()) << nothing;
  }
  EXPECT_EQ(run_of(R"({"workflow_run":{"head_sha":"main"}})").unclear, Names{"head_sha"});
}

}  // namespace
}  // namespace occ::inputs
