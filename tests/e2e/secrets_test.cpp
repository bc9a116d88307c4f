// No secret gets out: not by the log, the outputs, the summary, a command line, a child's
// environment, or a file left behind.
#include "support/secrets.hpp"

#include "e2e/access.hpp"
#include "support/canned_server.hpp"
#include "support/ledger.hpp"
#include "support/workflow_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// What people, later steps and other users of the machine could see of a run.
class Secrets : public Access {
 protected:
  std::vector<std::string> secrets{World::kSourceToken, World::kTargetToken,
                                   std::string("x-access-token:") + World::kSourceToken,
                                   std::string("x-access-token:") + World::kTargetToken};

  [[nodiscard]] std::vector<std::string> leaks_of(const StepRun& run) {
    std::vector<std::string> found = leaks(readable_log(run.log()), "log", secrets);
    const auto look = [&](const std::string& text, const std::string& where) {
      for (auto& leak : leaks(text, where, secrets)) found.push_back(std::move(leak));
    };
    for (const auto& command : workflow_commands(run.log())) {
      if (command.name != "add-mask") look(command.message, command.name);
    }
    look(run.raw_outputs, "outputs");
    look(run.summary, "summary");
    for (const auto& line : run.process.command_lines) look(line, "command line");
    for (const auto& [program, environments] : run.process.environments) {
      if (program == kProgramName || program == "node") continue;
      for (const auto& environment : environments) look(environment, "environment of " + program);
    }
    for (auto& leak : leaks_below(world.runner().folder(), secrets)) found.push_back(leak);
    return found;
  }
};

TEST_F(Secrets, DoNotLeaveAGoodRun) {
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_THAT(leaks_of(run), IsEmpty());
}

TEST_F(Secrets, DoNotLeaveADebuggedRun) {
  world.runner().set_env("RUNNER_DEBUG", "1");
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_THAT(leaks_of(run), IsEmpty());
  EXPECT_THAT(run.process.out, HasSubstr("::debug::"));
}

// Somebody pasted a token, and each file of the report escapes its characters in a way of its own.
TEST_F(Secrets, DoNotLeaveByACommitsSubject) {
  world.source.config("uploadpack.allowFilter", "true");
  world.source.commit("main", {{"file", "1\n"}}, std::string("with ") + World::kTargetToken);
  const StepRun run = world.sync({{"report", "full"}});
  expect_synced(world, run);
  EXPECT_THAT(leaks_of(run), IsEmpty());
  const auto folder = std::filesystem::path(run.output("report_file")).parent_path();
  for (const char* name : {"report.html", "report.md", "report.json"}) {
    const std::string text = file_text(folder / name);
    EXPECT_THAT(text, HasSubstr("with ***")) << name;
    EXPECT_THAT(text, Not(HasSubstr("9WxYv"))) << name;
  }
}

TEST_F(Secrets, DoNotLeaveAFailedRun) {
  const std::string wrong = "wr0ng+t/ken=?&%7eA~c|LkQz";
  secrets.push_back(wrong);
  for (const char* side : {"source_token", "target_token"}) {
    const StepRun run = world.sync({{side, wrong}});
    EXPECT_EQ(run.exit_code(), 3) << run.story();
    EXPECT_THAT(leaks_of(run), IsEmpty());
  }
}

TEST_F(Secrets, DoNotComeBackFromAServerThatRepeatsThem) {
  const CannedServer parrot([](const CannedRequest& request) {
    const auto sent = request.headers.find("authorization");
    const std::string said = sent == request.headers.end() ? "nothing" : sent->second;
    return CannedResponse{.status = 403,
                          .headers = {{"Content-Type", "text/plain"}},
                          .body = "You said " + said + " and " + World::kSourceToken + "\n"};
  });
  const StepRun run = world.sync({{"source_repo", parrot.origin() + "/r.git"}, {"retries", "0"}});
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  EXPECT_THAT(leaks_of(run), IsEmpty());
}

TEST_F(Secrets, DoNotComeBackFromAHookThatRepeatsThem) {
  write_file(world.target.path() / "said",
             std::string(World::kTargetToken) + "\n" +
                 base64(std::string("x-access-token:") + World::kTargetToken) + "\n");
  world.target.hook("pre-receive", "cat said >&2\nexit 1\n");
  const StepRun run = world.sync();
  expect_status(run, 1, "failed");
  EXPECT_THAT(leaks_of(run), IsEmpty());
}

// A log cuts what a hook says, and each escape that it used in the middle.
TEST_F(Secrets, DoNotComeBackCutInTheMiddleOfAnEscape) {
  const std::string token = "ghp_oHwLMeaZqo9DZDNjN1GTPdVKsb1DS2S5yXB6";
  std::string percent;
  std::string entities;
  for (const char c : token) {
    char text[8];
    std::snprintf(text, sizeof text, "%%%02X", c);
    percent += text;
    entities += "&#" + std::to_string(c) + ';';
  }
  World path(Transport::path);
  prepare(path);
  for (const std::string& form : {token, percent, entities}) {
    for (const std::size_t before : {570U, 575U, 581U, 586U}) {
      write_file(path.target.path() / "said", std::string(before, 'z') + form + "\n");
      path.target.hook("pre-receive", "cat said >&2\nexit 1\n");
      const StepRun run = path.sync({{"target_token", token}});
      expect_status(run, 1, "failed");
      const std::string all = run.raw_outputs + run.summary + readable_log(run.log());
      for (std::size_t cut = all.find("…"); cut != std::string::npos;
           cut = all.find("…", cut + 1)) {
        const std::string end = all.substr(cut - std::min<std::size_t>(cut, 60), 60);
        // "ghp_" and two more, in this form.
        const std::string piece = form.substr(0, 7 * (form.size() / token.size()));
        EXPECT_THAT(end, Not(HasSubstr(piece))) << before;
      }
    }
  }
}

TEST_F(Secrets, DoNotComeBackByTheHeaderTheyTravelIn) {
  const std::string token = "ghp_oHwLMeaZqo9DZDNjN1GTPdVKsb1DS2S5yXB6";
  const CannedServer parrot([](const CannedRequest& request) {
    const auto sent = request.headers.find("authorization");
    return CannedResponse{.status = 403,
                          .headers = {{"Content-Type", "text/plain"}},
                          .body = sent == request.headers.end() ? "nothing" : sent->second};
  });
  for (const char* name : {"x", "bob", "x-access-token"}) {
    const StepRun run = world.sync({{"source_repo", parrot.origin() + "/r.git"},
                                    {"source_token", token},
                                    {"source_username", name},
                                    {"retries", "0"}});
    EXPECT_THAT(run.log(), HasSubstr("HTTP 403: Basic ***.")) << run.story();
  }
}

TEST_F(Secrets, WhereNoAddressBelongsAreNotRepeated) {
  for (const char* input : {"branches", "sync_tags", "on_divergence", "predict_branches"}) {
    const StepRun run = world.sync({{input, "https://bob:s3cretPASS@h/a"}});
    EXPECT_EQ(run.exit_code(), 2) << run.story();
    EXPECT_THAT(
        leaks(readable_log(run.log()) + run.summary + run.raw_outputs, input, {"s3cretPASS"}),
        IsEmpty());
  }
  for (const char* input : {"source_repo", "target_repo"}) {
    const StepRun run = world.sync({{input, "x@s3cretPASS:y@h/a"}});
    EXPECT_EQ(run.exit_code(), 2) << run.story();
    EXPECT_THAT(readable_log(run.log()) + run.summary + run.raw_outputs,
                Not(HasSubstr("s3cretPASS")));
  }
}

TEST_F(Secrets, ThatAreCalledLikeOurWordsLeaveTheOutputsAsTheyAre) {
  World path(Transport::path);
  prepare(path);
  const auto outputs_with = [&](const std::string& token) {
    const StepRun run = path.sync({{"target_token", token}, {"dry_run", "true"}});
    EXPECT_EQ(run.exit_code(), 0) << run.story();
    EXPECT_FALSE(run.result.is_null()) << run.story();
    std::map<std::string, std::string> outputs = run.outputs;
    for (const char* varies : {"result", "duration_ms", "report_file", "bytes_received"}) {
      outputs.erase(varies);
    }
    return outputs;
  };
  const auto usual = outputs_with("an0therT0ken");
  for (const char* token : {"true", "false", "synced", "main", "dry_run", "refs", "would_create"}) {
    EXPECT_EQ(outputs_with(token), usual) << token;
  }
}

TEST_F(Secrets, InAnAddressDoNotLeaveTheRun) {
  const auto with_password = [](const HttpServer& server, const std::string& password) {
    return "http://x-access-token:" + password + "@127.0.0.1:" + std::to_string(server.port()) +
           "/";
  };
  World named(
      WorldOptions{.source_server = {.required = Credentials{"x-access-token", "pass-word-1"}},
                   .target_server = {.required = Credentials{"x-access-token", "pass-word-2"}}});
  prepare(named);
  const StepRun run = named.sync(
      {{"source_repo", with_password(named.source_server(), "pass-word-1") + "source.git"},
       {"source_token", ""},
       {"target_repo", with_password(named.target_server(), "pass-word-2") + "target.git"},
       {"target_token", ""}});
  expect_synced(named, run);
  secrets = {"pass-word-1", "pass-word-2", "x-access-token:pass-word-1",
             "x-access-token:pass-word-2"};
  EXPECT_THAT(leaks_of(run), IsEmpty());
}

TEST_F(Secrets, AreNotGivenToChildren) {
  World half(WorldOptions{});
  prepare(half);
  const StepRun run = half.sync({{"source_repo", half.source.path().string()}, {"retries", "0"}});
  expect_synced(half, run);
  EXPECT_THAT(run.process.environments, SizeIs(testing::Ge(2U)));  // git was seen
  EXPECT_THAT(leaks_of(run), IsEmpty());
}

TEST_F(Secrets, AreMaskedRawAndEncoded) {
  const StepRun run = world.sync();
  std::vector<std::string> masks;
  for (const auto& command : workflow_commands(run.process.out)) {
    if (command.name == "add-mask") masks.push_back(command.message);
  }
  for (const std::string token : {World::kSourceToken, World::kTargetToken}) {
    EXPECT_THAT(masks, Contains(token));
    EXPECT_THAT(masks, Contains(base64("x-access-token:" + token)));
  }
}

TEST_F(Secrets, AreNotMaskedOnATerminal) {
  World local(Transport::path);
  prepare(local);
  const StepRun run = local.runner().run_in_terminal(
      {"--source_repo=" + local.source.path().string(),
       "--target_repo=" + local.target.path().string(), "--target_token=never-printed-1"});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_THAT(run.log(), HasSubstr(local.target.path().string()));
  EXPECT_THAT(run.log(), Not(HasSubstr("never-printed-1")));
  EXPECT_THAT(run.log(), Not(HasSubstr("::")));
}

// Whatever the record of a run could repeat: addresses, names of refs, what hooks say.
TEST_F(Secrets, DoNotReachTheLedger) {
  World named(
      WorldOptions{.source_server = {.required = Credentials{"x-access-token", "pass-word-1"}},
                   .target_server = {.required = Credentials{"x-access-token", "pass-word-2"}}});
  prepare(named);
  named.source.branch("named-pass-word-1", "main");
  named.target.hook("update", "test $1 != refs/heads/main || { echo pass-word-2 >&2; exit 1; }\n");
  const auto with_password = [](const HttpServer& server, const std::string& password) {
    return "http://x-access-token:" + password + "@127.0.0.1:" + std::to_string(server.port()) +
           "/";
  };
  const StepRun run = named.sync(
      {{"source_repo", with_password(named.source_server(), "pass-word-1") + "source.git"},
       {"source_token", ""},
       {"target_repo", with_password(named.target_server(), "pass-word-2") + "target.git"},
       {"target_token", ""}});
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  ASSERT_THAT(records_of(named.target), SizeIs(1)) << run.story();
  secrets = {"pass-word-1", "pass-word-2", "x-access-token:pass-word-1",
             "x-access-token:pass-word-2"};
  for (const char* part : {"refs/sync/ledger", "refs/sync/ledger:record.json"}) {
    EXPECT_THAT(leaks(named.target.git({"cat-file", "-p", part}), part, secrets), IsEmpty());
  }
}

}  // namespace
}  // namespace occ::test
