// What report.json and the output `result` write alike: null for what is absent, and only valid
// UTF-8.
#pragma once

#include "base/oid.hpp"
#include "base/untrusted.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace occ::report {

template <typename Json = nlohmann::ordered_json>
[[nodiscard]] Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(valid_utf8(text));
}

template <typename Json = nlohmann::ordered_json>
[[nodiscard]] Json oid_or_null(const Oid& oid) {
  return oid.is_null() ? Json() : Json(oid.hex());
}

template <typename Json = nlohmann::ordered_json>
[[nodiscard]] Json number_or_null(const std::optional<std::uint64_t>& number) {
  return number ? Json(*number) : Json();
}

[[nodiscard]] inline nlohmann::ordered_json texts(const std::vector<std::string>& all) {
  auto array = nlohmann::ordered_json::array();
  for (const std::string& text : all) array.push_back(valid_utf8(text));
  return array;
}

}  // namespace occ::report
