#include "wire/capabilities.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"

namespace occ::wire {
namespace {

// Calls `use` with each word of `list`.
template <typename Use>
void for_each_word(std::string_view list, Use use) {
  while (!list.empty()) {
    const std::size_t end = list.find(' ');
    const std::string_view word = list.substr(0, end);
    if (!word.empty()) use(word);
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  }
}

}  // namespace

void Capabilities::add(std::string_view capability) {
  const std::size_t equals = capability.find('=');
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view{} : capability.substr(equals + 1);
  entries_.emplace(capability.substr(0, equals), value);
}

void Capabilities::add_list(std::string_view list) {
  for_each_word(list, [this](std::string_view word) { add(word); });
}

bool Capabilities::has(std::string_view name) const {
  return entries_.find(name) != entries_.end();
}

std::string_view Capabilities::value(std::string_view name) const {
  const auto at = entries_.find(name);
  return at == entries_.end() ? std::string_view{} : at->second;
}

std::vector<std::string_view> Capabilities::values(std::string_view name) const {
  std::vector<std::string_view> all;
  const auto [begin, end] = entries_.equal_range(name);
  for (auto at = begin; at != end; ++at) all.emplace_back(at->second);
  return all;
}

bool Capabilities::value_has_word(std::string_view name, std::string_view word) const {
  bool found = false;
  for_each_word(value(name), [&](std::string_view each) { found = found || each == word; });
  return found;
}

ObjectFormat Capabilities::object_format() const {
  const std::string_view format = value("object-format");
  if (format.empty() || format == "sha1") return ObjectFormat::sha1;
  if (format == "sha256") return ObjectFormat::sha256;
  throw Failure(FailureCode::protocol_error,
                "the server's object format '" + printable(format) + "' is not known");
}

}  // namespace occ::wire
