// The shipped program where there is nothing but itself: no /dev, no /etc, no resolver, no roots.
// And the launcher, where the system has no trusted roots.
//
// SYNC_ACTION_DIST: another folder than dist/. SYNC_ACTION_TARGET and SYNC_ACTION_EMULATOR: another
// target than this machine's, and the static program that runs it.
#include "e2e/expect.hpp"
#include "support/test_ca.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

namespace occ::test {
namespace {

namespace fs = std::filesystem;
using testing::Each;
using testing::HasSubstr;
using testing::StartsWith;

std::string variable(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

#ifdef __aarch64__
constexpr const char* kThisMachine = "linux-arm64";
#else
constexpr const char* kThisMachine = "linux-x64";
#endif

class Bare : public testing::Test {
 protected:
  TempDir folder;
  TestCa ca{folder / "ca"};
  World world{served_by(ca.issue("server", "IP:127.0.0.1,DNS:localhost"))};
  const fs::path root = folder / "root";  // of the program's file system
  const std::string target = variable("SYNC_ACTION_TARGET", kThisMachine);
  const fs::path program =
      fs::path(variable("SYNC_ACTION_DIST", SYNC_ACTION_DIST_DEFAULT)) / target / "sync-action";
  const std::string emulator = variable("SYNC_ACTION_EMULATOR", "");

  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root may change the root folder";
    if (!fs::exists(program)) GTEST_SKIP() << "there is no " << program;
    world.source.commits("main", 3);
    world.source.annotated_tag("v1", "main");
    fs::create_directories(root);
    fs::copy_file(program, root / "sync-action");
    if (!emulator.empty()) fs::copy_file(emulator, root / "emulator");
  }

  static WorldOptions served_by(const TlsIdentity& identity) {
    return {.source_server = {.tls = identity}, .target_server = {.tls = identity}};
  }

  [[nodiscard]] ProcessResult sync(const Environment& env, const Inputs& more = {}) const {
    std::vector<std::string> command{"/usr/sbin/chroot", root.string()};
    if (!emulator.empty()) command.emplace_back("/emulator");
    command.emplace_back("/sync-action");
    for (const auto& [name, value] : world.inputs(more)) {
      command.push_back("--" + name + "=" + value);
    }
    return run_process(command, {.env = env});
  }

  void expect_synced(const ProcessResult& run) const {
    EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
    EXPECT_EQ(difference(world.source.refs(), world.target.user_refs()), "");
    EXPECT_EQ(world.target.fsck(), "");
  }

  void expect_mistrusted(int exit_code, const std::string& log) const {
    EXPECT_EQ(exit_code, 3) << log;
    EXPECT_THAT(log, HasSubstr("[tls_failure]"));
    EXPECT_EQ(difference({}, world.target.refs()), "");
  }

  [[nodiscard]] static std::vector<std::string> names_in(const fs::path& place) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(place)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
};

TEST_F(Bare, SyncsOverTlsWithNothingButACaFile) {
  fs::copy_file(ca.root_certificate(), root / "ca.pem");
  expect_synced(sync({{"SSL_CERT_FILE", "/ca.pem"}}));
  // and makes neither /tmp nor /dev
  EXPECT_THAT(names_in(root),
              Each(testing::AnyOf("sync-action", "emulator", "ca.pem", StartsWith("sync-report"))));
}

TEST_F(Bare, KnowsLocalhostWithoutAFileOfHosts) {
  fs::copy_file(ca.root_certificate(), root / "ca.pem");
  Inputs named = world.inputs();
  for (const char* side : {"source_repo", "target_repo"}) {
    std::string& address = named[side];
    address.replace(address.find("127.0.0.1"), 9, "localhost");
  }
  expect_synced(sync({{"SSL_CERT_FILE", "/ca.pem"}}, named));
}

TEST_F(Bare, TrustsNobodyWithoutACaFile) {
  const ProcessResult run = sync({});
  expect_mistrusted(run.exit_code, run.out + run.err);
}

TEST_F(Bare, TrustsWhatItsLauncherFound) {
  fs::copy_file(ca.root_certificate(), root / "roots.pem");
  expect_synced(sync({{"SYNC_ACTION_NODE_ROOTS", "/roots.pem"}}));
}

// Where the system's roots are hidden by mounts of its own, and node may carry the test's root.
class BareLauncher : public Bare {
 protected:
  void SetUp() override {
    Bare::SetUp();
    if (IsSkipped()) return;
    if (target != kThisMachine) GTEST_SKIP() << "the launcher starts only this machine's program";
    if (run_process({"unshare", "--mount", "true"}).exit_code != 0) {
      GTEST_SKIP() << "this machine lets nobody have mounts of his own";
    }
    if (run_process({"node", "--version"}).exit_code != 0) GTEST_SKIP() << "there is no node";
    fs::create_directories(folder / "dist" / target);
    fs::copy_file(program, folder / "dist" / target / "sync-action");
    fs::copy_file(SYNC_ACTION_DIST_DEFAULT "/index.js", folder / "dist/index.js");
    // the launcher's `tls`, which trusts one root more
    write_file(folder / "root.js", R"js(
        const Module = require('node:module');
        const tls = require('node:tls');
        const own = require('node:fs').readFileSync(process.env.ROOT_OF_TEST, 'utf8');
        const load = Module._load;
        const more = { ...tls, rootCertificates: [...tls.rootCertificates, own] };
        if (tls.getCACertificates) {
          more.getCACertificates = (kind) =>
            kind === 'bundled' ? more.rootCertificates : tls.getCACertificates(kind);
        }
        Module._load = (name, ...rest) => name === 'node:tls' ? more : load(name, ...rest);
        )js");
    write_script(folder / "run",
                 "#!/bin/sh\nexec unshare --mount sh -c 'for place in /etc/ssl /etc/pki; do "
                 "[ ! -d $place ] || mount -t tmpfs none $place; done; exec node \"$0\"' " +
                     (folder / "dist/index.js").string() + "\n");
  }

  [[nodiscard]] ProcessResult step(Environment more = {}) const {
    Environment env = bare_environment();
    env.merge(more);
    for (const auto& [name, value] : world.inputs()) {
      std::string upper = "INPUT_" + name;
      std::transform(upper.begin(), upper.end(), upper.begin(), ::toupper);
      env[upper] = value;
    }
    fs::create_directories(folder / "temp");
    env["RUNNER_TEMP"] = (folder / "temp").string();
    return run_process({(folder / "run").string()}, {.env = env, .cwd = folder.path()});
  }
};

TEST_F(BareLauncher, HandsOverTheRootsOfNode) {
  expect_synced(step({{"NODE_OPTIONS", "--require=" + (folder / "root.js").string()},
                      {"ROOT_OF_TEST", ca.root_certificate().string()}}));
  EXPECT_THAT(names_in(folder / "temp"), Each(StartsWith("sync-report")));
}

TEST_F(BareLauncher, HandsOverNoRootThatNodeDoesNotTrust) {
  const ProcessResult run = step();
  expect_mistrusted(run.exit_code, run.out + run.err);
  EXPECT_THAT(names_in(folder / "temp"), Each(StartsWith("sync-report")));
}

TEST_F(BareLauncher, TrustsNodeExtraCaCerts) {
  expect_synced(step({{"NODE_EXTRA_CA_CERTS", ca.root_certificate().string()}}));
}

}  // namespace
}  // namespace occ::test
