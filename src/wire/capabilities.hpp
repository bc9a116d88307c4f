// Capability lists (gitprotocol-capabilities; for v2 gitprotocol-v2, "Capability Advertisement").
#pragma once

#include "base/oid.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace occ::wire {

class Capabilities {
 public:
  // Adds one capability: "name" or "name=value". A name may come more than once (symref).
  void add(std::string_view capability);
  // Adds a space-separated list, as it stands behind the NUL of a first ref line.
  void add_list(std::string_view list);

  [[nodiscard]] bool has(std::string_view name) const;
  // The first value of `name`; empty if absent or without a value.
  [[nodiscard]] std::string_view value(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> values(std::string_view name) const;
  // Whether the value of `name`, read as a space-separated list, holds `word` (v2's
  // `fetch=shallow filter`).
  [[nodiscard]] bool value_has_word(std::string_view name, std::string_view word) const;

  // Throws Failure{protocol_error} on a format that Git does not have.
  [[nodiscard]] ObjectFormat object_format() const;

 private:
  std::multimap<std::string, std::string, std::less<>> entries_;
};

}  // namespace occ::wire
