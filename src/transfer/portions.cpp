#include "transfer/portions.hpp"

#include <algorithm>
#include <utility>

namespace occ::transfer {

void Portions::hold_back(std::vector<std::string> names) {
  if (names.empty()) return;
  waiting_.insert(names.begin(), names.end());
  groups_.push_front(std::move(names));
}

void Portions::cut(const std::vector<std::string>& names, std::size_t most) {
  const std::size_t size = std::max<std::size_t>(most, 1);
  for (std::size_t last = (names.size() - 1) / size; last > 0; --last) {
    const auto begin = names.begin() + static_cast<std::ptrdiff_t>(last * size);
    const auto end =
        names.size() - last * size > size ? begin + static_cast<std::ptrdiff_t>(size) : names.end();
    hold_back({begin, end});
  }
}

bool Portions::release() {
  if (groups_.empty()) return false;
  for (const std::string& name : groups_.front()) waiting_.erase(name);
  groups_.pop_front();
  return true;
}

}  // namespace occ::transfer
