#include "base/foreign_json.hpp"

namespace occ {

bool keeps_to(const limits::Json& limit, std::string_view text) {
  if (text.size() > limit.bytes) return false;
  std::size_t depth = 0;
  std::size_t values = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;  // whatever stands behind it does not end the string
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      ++values;
      if (++depth > limit.depth) return false;
    } else if (c == ']' || c == '}') {
      if (depth > 0) --depth;
    } else if (c == ',') {
      if (++values > limit.values) return false;
    }
  }
  return values <= limit.values;
}

nlohmann::json parse_foreign_json(std::string_view text, const limits::Json& limit) {
  if (!keeps_to(limit, text)) return nlohmann::json(nlohmann::json::value_t::discarded);
  return nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace occ
