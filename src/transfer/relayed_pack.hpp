// The pack on its way from the source to the target: a bounded prefix, the running check of its
// trailer, and on demand the commits that it brings. Its last bytes are held back until the
// caller lets them go, so that a target never completes a pack that turned out wrong.
#pragma once

#include "transfer/pack_fetch.hpp"
#include "wire/pack.hpp"
#include "wire/pack_scanner.hpp"
#include "wire/pack_writer.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace occ::transfer {

inline constexpr std::size_t kPrefixLimit = 1U << 20U;  // bytes: a pack up to this size is whole
                                                        // before anything is sent

// Sizes of single objects of a pack, in bytes.
struct SizeLimits {
  std::uint64_t told = wire::PackScanner::kNoSize;     // from here on they are told of
  std::uint64_t refused = wire::PackScanner::kNoSize;  // above it the pack is not handed on; not
                                                       // below `told`
};

class RelayedPack {
 public:
  enum class Scan { commits, nothing };

  RelayedPack(Remote& source, const wire::FetchRequest& request, Scan scan,
              const SizeLimits& sizes);

  [[nodiscard]] const wire::FetchPreamble& preamble() { return fetch_.preamble(); }
  // Of a shallow source: see PackFetch::cut().
  [[nodiscard]] std::vector<Oid> cut_of_source() { return fetch_.cut(); }
  // After preamble(): as it was answered.
  [[nodiscard]] const wire::FetchRequest& request() const { return fetch_.request(); }
  // Reads until the pack has ended or the prefix is full. Returns whether it has ended.
  bool fill_prefix();

  // Reads the commits of a pack that is whole in the prefix, if nobody asked for it before.
  void scan_prefix();

  // Objects of our own that travel behind the source's. Call before next().
  void enclose(std::span<const wire::PackObject> objects);

  // The next bytes to pass on, the prefix first; empty when only the tail is left. Valid until the
  // next call. Throws Failure{large_file} if an object that passed is larger than may be.
  [[nodiscard]] Bytes next();
  // The last bytes. Only after next() came back empty. Throws Failure{connection_lost} if the
  // trailer does not match what passed, and Failure{large_file} as above.
  [[nodiscard]] Bytes checked_tail();

  [[nodiscard]] std::uint64_t size() const { return check_.size(); }  // bytes seen so far
  // Bytes to pass on when `size` were seen: what is enclosed counts.
  [[nodiscard]] std::uint64_t outgoing_size() const;
  // Objects of which the limits say that they are told of. Valid until the next call.
  [[nodiscard]] std::span<const wire::LargeObject> large() const;
  // Nothing if nobody asked for a scan. Of a pack that goes beyond limits.hpp it has read the
  // beginning only, and counts something as unread.
  [[nodiscard]] const wire::PackScanner* scanner() const { return scanner_ ? &*scanner_ : nullptr; }
  // Whether it was asked for the commits.
  [[nodiscard]] bool reads_commits() const { return reads_commits_; }
  [[nodiscard]] std::uint32_t object_count() const { return object_count_; }

 private:
  [[nodiscard]] Bytes receive();
  void look_at(Bytes bytes);
  void throw_if_too_large() const;

  Remote& source_;
  SizeLimits sizes_;
  bool reads_commits_;
  PackFetch fetch_;
  wire::TrailerCheck check_;
  std::optional<wire::PackScanner> scanner_;
  std::optional<wire::PackSplice> splice_;
  std::vector<std::byte> prefix_;
  std::vector<std::byte> lent_;
  std::vector<std::byte> held_;  // bytes that are not passed on yet
  bool scan_given_up_ = false;
  bool header_passed_ = false;
  std::uint32_t object_count_ = 0;
  bool ended_ = false;
};

}  // namespace occ::transfer
