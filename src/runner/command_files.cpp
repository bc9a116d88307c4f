#include "runner/command_files.hpp"

#include "base/encode.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <system_error>

namespace occ::runner {
namespace {

namespace fs = std::filesystem;

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string random_delimiter() {
  std::random_device device;
  std::array<std::byte, 16> random{};
  for (std::byte& b : random) b = static_cast<std::byte>(device());
  return "ghadelimiter_" + hex(random);
}

// Nothing if it is no ordinary file, which has no size that we could go by.
std::optional<std::uintmax_t> size_of(const std::string& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return std::nullopt;
  const std::uintmax_t size = fs::file_size(file, error);
  return error ? std::nullopt : std::optional(size);
}

std::string append(const std::string& file, std::string_view text) {
  const auto before = size_of(file);
  errno = 0;
  std::unique_ptr<std::FILE, Closer> out(std::fopen(file.c_str(), "ab"));
  if (!out) return std::generic_category().message(errno);
  const bool taken = std::fwrite(text.data(), 1, text.size(), out.get()) == text.size() &&
                     std::fflush(out.get()) == 0;
  const int why = errno;
  out.reset();
  if (taken) return {};
  std::error_code ignored;
  if (before) fs::resize_file(file, *before, ignored);
  return why == 0 ? "it takes no more" : std::generic_category().message(why);
}

void append_entry(std::string& entries, const Output& output) {
  std::string delimiter = random_delimiter();
  while (output.value.find(delimiter) != std::string::npos) delimiter = random_delimiter();
  entries += output.name + "<<" + delimiter + '\n';
  entries += output.value;
  entries += '\n' + delimiter + '\n';
}

}  // namespace

std::string write_outputs(const std::string& file, std::span<const Output> outputs) {
  if (file.empty()) return {};
  std::string entries;
  for (const Output& output : outputs) append_entry(entries, output);
  return append(file, entries);
}

std::string write_summary(const std::string& file, std::string_view markdown) {
  if (file.empty() || markdown.empty()) return {};
  if (size_of(file).value_or(0) + markdown.size() > kRunnersSummaryLimit) {
    return "with what is in it already it would be more than the 1 MiB that GitHub shows of a step";
  }
  return append(file, markdown);
}

}  // namespace occ::runner
