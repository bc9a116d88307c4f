#include "plan/pull_branch.hpp"

#include "inputs/ref_rules.hpp"

#include <algorithm>
#include <cctype>

namespace occ::plan {
namespace {

// What a ref may hold of an address or a path: "https://host/a/b.git" → "host/a/b".
std::string as_folder(std::string_view source) {
  if (const auto scheme = source.find("://"); scheme != std::string_view::npos) {
    source.remove_prefix(scheme + 3);
  }
  if (source.ends_with(".git")) source.remove_suffix(4);
  std::string folder;
  for (const char c : source) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    const bool inner = !folder.empty() && folder.back() != '/' && folder.back() != '.';
    const bool divides = c == '/' || c == '.';
    if (plain || (divides && inner)) {
      folder += c;
    } else if (!divides) {
      folder += '-';
    }
  }
  while (folder.ends_with('/') || folder.ends_with('.')) folder.pop_back();
  return inputs::is_valid_ref_name(folder) ? folder : "source";
}

}  // namespace

std::string pull_branch_name(std::string_view source, std::string_view branch) {
  std::string name = "refs/heads/sync/" + as_folder(source) + '/';
  return name += branch;
}

bool is_left_to_pull_request(const PlannedRef& ref) {
  return !ref.parting->pull_branch.empty() && ref.action == Action::skip;
}

bool wants_pull_requests(const Plan& plan) {
  return std::any_of(plan.refs.begin(), plan.refs.end(), is_left_to_pull_request);
}

}  // namespace occ::plan
