// A source or a target, or both, as a public host would have them.
#pragma once

#include "e2e/history.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace occ::test {

enum class Role : std::uint8_t { source, target, both };

struct Placing {
  Host host;
  Role role;
};

inline const char* name_of(Role role) {
  switch (role) {
    case Role::source:
      return "AsSource";
    case Role::target:
      return "AsTarget";
    case Role::both:
      return "AsBoth";
  }
  return "?";
}

inline void PrintTo(const Placing& placing, std::ostream* out) {
  *out << name_of(placing.host) << name_of(placing.role);
}

inline std::string placing_test_name(const testing::TestParamInfo<Placing>& info) {
  return std::string(name_of(info.param.host)) + name_of(info.param.role);
}

inline std::string host_test_name(const testing::TestParamInfo<Host>& info) {
  return name_of(info.param);
}

inline WorldOptions options_of(const Placing& placing) {
  WorldOptions options;
  if (placing.role != Role::target) options.source_host = placing.host;
  if (placing.role != Role::source) options.target_host = placing.host;
  return options;
}

inline std::vector<Placing> placings(const std::vector<Role>& roles) {
  std::vector<Placing> all;
  for (const Host host : hosts_here()) {
    for (const Role role : roles) all.push_back({host, role});
  }
  return all;
}

inline RefMap branches_and_tags(RefMap refs) {
  std::erase_if(refs, [](const auto& ref) {
    return !ref.first.starts_with("refs/heads/") && !ref.first.starts_with("refs/tags/");
  });
  return refs;
}

// What a host keeps for itself, as it is now.
inline RefMap own_refs(const RefMap& refs, Host host) {
  RefMap own;
  for (const auto& name : profile_of(host).own_refs) {
    if (const auto found = refs.find(name); found != refs.end()) own.insert(*found);
  }
  return own;
}

class OnHosts : public testing::TestWithParam<Placing> {
 protected:
  HistoryWorld world{options_of(GetParam())};

  [[nodiscard]] static bool source_is_host() { return GetParam().role != Role::target; }
  [[nodiscard]] static bool target_is_host() { return GetParam().role != Role::source; }
  // The target can do what the host can, or all if it is plain git.
  [[nodiscard]] static bool target_deletes() {
    return !target_is_host() || profile_of(GetParam().host).deletes;
  }
  [[nodiscard]] static bool source_serves_any_object() {
    return !source_is_host() || profile_of(GetParam().host).any_object;
  }
  [[nodiscard]] static long largest_push() {
    return target_is_host() ? profile_of(GetParam().host).largest_request : 0;
  }

  // Three branches and a tag on the source; what hosts keep of their own on either side.
  void SetUp() override {
    world.source.commits("main", 5);
    for (const char* name : {"dev", "gone"}) {
      world.source.branch(name, "main");
      world.source.commit(name, {{name, "1\n"}});
    }
    world.source.annotated_tag("v1", "main");
    if (source_is_host()) add_own_refs(world.source, GetParam().host);
  }

  // Brings the target in step, without the program; both sides are then as a host keeps them.
  void in_step() {
    world.target.take_all_from(world.source);
    if (source_is_host()) world.source.make_bitmaps();
    if (!target_is_host()) return;
    add_own_refs(world.target, GetParam().host);
    kept_ = own_refs(world.target.refs(), GetParam().host);
  }

  // The target has exactly these branches and tags, its host's own refs are as they were, and
  // nothing is missing or broken.
  void expect_refs(const RefMap& expected, const StepRun& run) {
    EXPECT_EQ(difference(expected, branches_and_tags(world.target.user_refs())), "") << run.story();
    EXPECT_EQ(difference(kept_, own_refs(world.target.refs(), GetParam().host)), "");
    EXPECT_EQ(world.target.fsck(), "");
  }

  void expect_in_step(const StepRun& run) {
    expect_status(run, 0, "synced");
    expect_refs(branches_and_tags(world.source.refs()), run);
  }

 private:
  RefMap kept_;  // of the target's host
};

}  // namespace occ::test
