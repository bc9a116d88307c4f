#include "base/shown_count.hpp"

namespace occ {

std::string shown_number(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string shown_count(std::uint64_t count, std::string_view one, std::string_view many) {
  return shown_number(count) + ' ' + std::string(count == 1 ? one : many);
}

}  // namespace occ
