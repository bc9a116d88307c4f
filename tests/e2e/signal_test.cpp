// A run that is asked to end takes with it what it made for itself.
#include "e2e/history.hpp"
#include "support/socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <signal.h>
#include <thread>

namespace occ::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& each : fs::directory_iterator(folder)) names.push_back(each.path().filename());
  return names;
}

class ASignal : public testing::TestWithParam<int> {};

std::string signal_name(const testing::TestParamInfo<int>& number) {
  return number.param == SIGHUP ? "Hangup" : number.param == SIGQUIT ? "Quit" : "Terminate";
}

INSTANTIATE_TEST_SUITE_P(Signals, ASignal, testing::Values(SIGHUP, SIGQUIT, SIGTERM), signal_name);

// The key lies in a file as long as ssh may want it.
TEST_P(ASignal, LeavesNoKeyBehind) {
  World world(Transport::ssh);
  const Listener silent = listen_on_loopback();
  const auto process = world.runner().start(world.inputs(
      {{"source_repo", "ssh://git@127.0.0.1:" + std::to_string(silent.port) + "/r.git"}}));
  const fs::path temp = world.runner().folder() / "temp";
  const auto has_key = [&] {
    const auto names = names_in(temp);
    return std::any_of(names.begin(), names.end(),
                       [](const std::string& name) { return name.starts_with("sync-action-"); });
  };
  for (int i = 0; i < 1000 && !has_key(); ++i) std::this_thread::sleep_for(10ms);
  ASSERT_TRUE(has_key());
  process->send(GetParam());
  const StepRun run = world.runner().finish(*process);
  expect_status(run, 128 + GetParam(), "cancelled");
  EXPECT_FALSE(has_key()) << run.story();
}

TEST_P(ASignal, LeavesNoStoreBehind) {
  HistoryWorld world(Transport::http_filter);
  world.source.commits("main", 3);
  world.mirror();
  world.diverge("main");
  const fs::path reached = world.folder() / "reached";
  const fs::path slow = world.folder() / "slow";
  const fs::path temp = world.runner().folder() / "temp";
  write_script(slow, "#!/bin/sh\nls '" + temp.string() + "' | grep -q objects && touch '" +
                         reached.string() + "' && sleep 20\nexec \"$@\"\n");
  world.source_server().git_config("uploadpack.packObjectsHook", slow.string());
  const auto process = world.runner().start(world.inputs({{"on_divergence", "merge"}}));
  for (int i = 0; i < 1000 && !fs::exists(reached); ++i) std::this_thread::sleep_for(10ms);
  ASSERT_TRUE(fs::exists(reached));
  process->send(GetParam());
  const StepRun run = world.runner().finish(*process);
  expect_status(run, 128 + GetParam(), "cancelled");
  EXPECT_THAT(names_in(temp), testing::Each(testing::Not(HasSubstr("sync-action"))));
}

}  // namespace
}  // namespace occ::test
