#include "runner/artifact_names.hpp"

#include "base/ascii.hpp"

#include <array>
#include <utility>

namespace occ::runner {
namespace {

using Mime = std::pair<std::string_view, std::string_view>;
constexpr std::string_view kUnknownMime = "application/octet-stream";
// Of the kinds that a report may consist of.
constexpr std::array kMimes{
    Mime{"html", "text/html"},      Mime{"htm", "text/html"},         Mime{"md", "text/markdown"},
    Mime{"txt", "text/plain"},      Mime{"json", "application/json"}, Mime{"svg", "image/svg+xml"},
    Mime{"zip", "application/zip"},
};

// Where the extension begins, dot included, if it is one that we know; else the end. A dot in
// "sync-report-v1.2" begins none.
std::size_t extension_at(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || mime_type_of(name) == kUnknownMime) return name.size();
  return dot;
}

}  // namespace

std::string marked_name(std::string_view name, std::string_view mark) {
  const std::size_t at = extension_at(name);
  std::string marked(name.substr(0, at));
  marked += '-';
  marked += mark;
  marked += name.substr(at);
  return marked;
}

std::string numbered_name(std::string_view name, int number) {
  return number == 1 ? std::string(name) : marked_name(name, std::to_string(number));
}

std::string_view mime_type_of(std::string_view file_name) {
  const std::size_t dot = file_name.rfind('.');
  if (dot == std::string_view::npos) return kUnknownMime;
  const std::string extension = ascii_lower(file_name.substr(dot + 1));
  for (const auto& [known, mime] : kMimes) {
    if (extension == known) return mime;
  }
  return kUnknownMime;
}

}  // namespace occ::runner
