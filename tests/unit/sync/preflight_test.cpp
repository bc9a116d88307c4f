#include "sync/preflight.hpp"

#include "app/run_facts.hpp"

#include <gtest/gtest.h>

namespace occ::sync {
namespace {

using analysis::WarningKind;

analysis::Findings with_workflow_files() {
  analysis::Findings findings;
  findings.refs.resize(1);
  findings.refs[0].target_ref = "refs/heads/main";
  findings.refs[0].warnings = {{WarningKind::workflow_files, false, "needs the scope", {}},
                               {WarningKind::lfs_pointers, false, "pointers", {}}};
  return findings;
}

plan::Plan with_update() {
  plan::Plan plan;
  plan.refs.resize(1);
  plan.refs[0].target_ref = "refs/heads/main";
  plan.refs[0].action = plan::Action::update;
  return plan;
}

std::size_t warnings_left(Target target, std::optional<bool> may) {
  analysis::Findings findings = with_workflow_files();
  judge_refusals(findings, with_update(), target, may);
  return findings.refs[0].warnings.size();
}

TEST(JudgeRefusals, WarnsOfNoScopeThatTheTokenHas) {
  EXPECT_EQ(warnings_left(Target::on_github, true), 1U);
  EXPECT_EQ(warnings_left(Target::on_github, false), 2U);
  EXPECT_EQ(warnings_left(Target::on_github, std::nullopt), 2U);
}

TEST(JudgeRefusals, WarnsOfNoScopeWhereThereIsNone) {
  EXPECT_EQ(warnings_left(Target::elsewhere, std::nullopt), 1U);
  EXPECT_EQ(warnings_left(Target::unknown, std::nullopt), 2U);
}

TEST(AccessOf, KnowsTheHostByItsName) {
  using Host = report::Access::Host;
  const auto host_of = [](const std::string& url) {
    inputs::Endpoint endpoint;
    endpoint.kind = inputs::Endpoint::Kind::http;
    endpoint.location = url;
    return app::access_of(endpoint, {}).host;
  };
  EXPECT_EQ(host_of("https://github.com/a/b.git"), Host::github);
  EXPECT_EQ(host_of("https://octo.ghe.com/a/b.git"), Host::github);
  EXPECT_EQ(host_of("https://notgithub.com/a/b.git"), Host::unknown);
  EXPECT_EQ(host_of("https://github.com.evil.example/a/b.git"), Host::unknown);
  EXPECT_EQ(host_of("https://GitLab.com/a/b"), Host::gitlab);
  EXPECT_EQ(host_of("https://gitlab.example.org:8443/a/b"), Host::gitlab);
  EXPECT_EQ(host_of("https://codeberg.org/a/b"), Host::gitea);
  EXPECT_EQ(host_of("https://dev.azure.com/a/b/_git/c"), Host::azure);
  inputs::Endpoint ssh;
  ssh.kind = inputs::Endpoint::Kind::ssh;
  ssh.user_and_host = "git@github.com";
  EXPECT_EQ(app::access_of(ssh, {}).host, Host::github);
  EXPECT_FALSE(app::access_of(ssh, {}).has_token);
}

}  // namespace
}  // namespace occ::sync
