#include "runner/command_files.hpp"

#include "base/encode.hpp"
#include "base/failure.hpp"

#include <array>
#include <fstream>
#include <random>

namespace occ::runner {
namespace {

std::string random_delimiter() {
  std::random_device device;
  std::array<std::byte, 16> random{};
  for (std::byte& b : random) b = static_cast<std::byte>(device());
  return "ghadelimiter_" + hex(random);
}

void append(const std::string& file, std::string_view text) {
  std::ofstream out(file, std::ios::binary | std::ios::app);
  out << text;
  out.flush();
  if (!out) throw Failure(FailureCode::internal_error, "'" + file + "' cannot be written");
}

}  // namespace

void write_output(const std::string& file, std::string_view name, std::string_view value) {
  if (file.empty()) return;
  std::string delimiter = random_delimiter();
  while (value.find(delimiter) != std::string_view::npos) delimiter = random_delimiter();
  std::string entry(name);
  entry += "<<" + delimiter + '\n';
  entry += value;
  entry += '\n' + delimiter + '\n';
  append(file, entry);
}

void write_summary(const std::string& file, std::string_view markdown) {
  if (!file.empty()) append(file, markdown);
}

}  // namespace occ::runner
