#include "support/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>

namespace occ::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(RunProcess, ReturnsBothOutputsAndTheExitCode) {
  const ProcessResult done =
      run_process({"sh", "-c", "cat; echo oops >&2; exit 7"}, {.input = std::string(300'000, 'x')});
  EXPECT_EQ(done.exit_code, 7);
  EXPECT_EQ(done.out, std::string(300'000, 'x'));
  EXPECT_EQ(done.err, "oops\n");
}

TEST(RunProcess, KillsWhatTakesTooLong) {
  const ProcessResult done = run_process({"sh", "-c", "sleep 50 & sleep 50"}, {.timeout = 100ms});
  EXPECT_TRUE(done.timed_out);
  EXPECT_EQ(done.exit_code, 128 + SIGKILL);
  EXPECT_LT(done.duration, 5s);
}

TEST(RunProcess, GivesTheChildNothingOfTheUsersEnvironment) {
  ::setenv("A_USERS_SETTING", "leaks", 1);
  EXPECT_THAT(run_process({"env"}).out, testing::Not(HasSubstr("A_USERS_SETTING")));
}

TEST(RunProcess, MeasuresThePeakMemoryOfEachProgramInTheTree) {
  const ProcessResult done = run_process(
      {"sh", "-c", "head -c 60000000 /dev/zero | tail -c 60000000 >/dev/null; sleep 0.1"},
      {.watch = Watch::process_tree});
  ASSERT_TRUE(done.peak_rss_kib.contains("tail"));
  EXPECT_GT(done.peak_rss_kib.at("tail"), 50'000);
  ASSERT_TRUE(done.peak_rss_kib.contains("sh"));
  EXPECT_LT(done.peak_rss_kib.at("sh"), 20'000);
  EXPECT_THAT(done.command_lines, Contains(HasSubstr("tail -c 60000000")));
}

TEST(RunProcess, SeesOpenFilesAndEnvironments) {
  const ProcessResult done = run_process({"sh", "-c", "A_WORD=said sleep 0.2 </etc/hostname"},
                                         {.watch = Watch::process_tree});
  ASSERT_TRUE(done.open_files.contains("sleep"));
  EXPECT_THAT(done.open_files.at("sleep"), Contains("/etc/hostname"));
  EXPECT_THAT(done.environments.at("sleep"), Contains(HasSubstr("A_WORD=said\n")));
}

TEST(RunProcess, NamesWhatOutlivesIt) {
  const ProcessResult done =
      run_process({"sh", "-c", "sleep 20 >/dev/null 2>&1 &"}, {.watch = Watch::process_tree});
  EXPECT_THAT(done.left_running, Contains(HasSubstr("sleep 20")));
  EXPECT_THAT(run_process({"true"}, {.watch = Watch::process_tree}).left_running, IsEmpty());
}

TEST(Process, CanBeSignalledOnceItHasSpoken) {
  Process process(
      {"sh", "-c", "trap 'echo ended; exit 3' INT; echo ready; while :; do sleep 0.02; done"}, {});
  ASSERT_TRUE(process.wait_for_output("ready", 5s));
  process.send(SIGINT);
  const ProcessResult done = process.wait();
  EXPECT_EQ(done.exit_code, 3);
  EXPECT_EQ(done.out, "ready\nended\n");
}

TEST(Process, DoesNotWaitForWordsThatNeverCome) {
  Process process({"echo", "something else"}, {});
  EXPECT_FALSE(process.wait_for_output("ready", 20s));
  EXPECT_LT(process.wait().duration, 5s);
}

}  // namespace
}  // namespace occ::test
