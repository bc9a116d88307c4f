// Which refs of a plan have to wait for a later push of the same run, in groups. Pure.
#pragma once

#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace occ::transfer {

class Portions {
 public:
  [[nodiscard]] bool waits(std::string_view name) const { return waiting_.contains(name); }
  [[nodiscard]] bool any_waits() const { return !groups_.empty(); }
  // These go after the ones that may go now, and before whatever waits already.
  void hold_back(std::vector<std::string> names);
  // Keeps the first `most` of `names`, which may go now, and holds back the others in groups of as
  // many.
  void cut(const std::vector<std::string>& names, std::size_t most);
  // The next group may go, beside whatever may go already. False: none waits.
  bool release();

 private:
  std::deque<std::vector<std::string>> groups_;
  std::set<std::string, std::less<>> waiting_;
};

}  // namespace occ::transfer
