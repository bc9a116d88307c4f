// Packs written byte by byte (gitformat-pack), for what no git would write; and a source that hands
// them out.
#pragma once

#include "support/canned_server.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace occ::test {

class PackBuilder {
 public:
  enum Type : std::uint8_t { commit = 1, tree = 2, blob = 3 };

  // These two return where the entry begins.
  std::size_t add(Type type, std::string_view content);
  std::size_t add_delta(std::size_t base, std::string_view delta);
  // With header and trailer.
  [[nodiscard]] std::string pack() const;

 private:
  std::size_t append(int type, std::size_t size, std::string_view between,
                     std::string_view content);

  std::string entries_;
  std::string last_content_;  // the same again costs nothing
  std::string last_deflated_;
  std::uint32_t count_ = 0;
};

// A delta's beginning, and its instruction to copy `size` bytes, at most 64 KiB, from `offset`.
[[nodiscard]] std::string delta_sizes(std::uint64_t base, std::uint64_t result);
[[nodiscard]] std::string delta_copy(std::uint32_t offset, std::uint32_t size);
// Instructions that copy the first `size` bytes of the base.
[[nodiscard]] std::string delta_copy_all(std::uint64_t size);

[[nodiscard]] std::string sha1_hex(std::string_view bytes);
[[nodiscard]] std::string object_id(std::string_view type, std::string_view content);

// A server of protocol version 2 with these refs ("<oid> <name>") that offers `filter`, has all
// that it is asked about, and answers each fetch with `pack`.
struct PackSource {
  std::vector<std::string> refs;
  std::string pack;
  std::string before_pack = {};  // packets, or whatever stands for them
  std::string drip = {};         // instead of the pack's end; see CannedResponse
};
[[nodiscard]] CannedServer::Handler serve(PackSource source);

}  // namespace occ::test
