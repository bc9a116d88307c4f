// The fetch request of protocol v2 (gitprotocol-v2, "fetch") and the want/have request of v0 and
// v1 (gitprotocol-pack, "Packfile Negotiation"), and the sections that come before the pack.
#pragma once

#include "base/oid.hpp"
#include "wire/advertisement.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace occ::wire {

// Which objects to leave out (git-rev-list, --filter).
enum class Filter : std::uint8_t {
  none,
  commits_only,   // tree:0
  no_blobs,       // blob:none
  keep_all_trees  // tree:99999: filters nothing, yet keeps a server with bitmaps from ignoring
                  // thin-pack (SERVERS 10)
};

struct FetchRequest {
  std::vector<Oid> wants;
  std::vector<Oid> haves;
  std::vector<Oid> shallow;  // the receiver's own cut
  // Told as one more cut, though the receiver has what lies behind it: a server with bitmaps then
  // makes no use of them, and thin-pack counts, as with keep_all_trees.
  std::optional<Oid> cut_hint = {};
  Filter filter = Filter::none;
  bool thin_pack = false;
  bool ofs_delta = true;  // the receiver understands offset deltas
  bool done = false;      // false: stop and say so if the haves do not suffice
  int deepen = 0;         // 0: no limit
};

// v2: whether `filter` can be asked for.
[[nodiscard]] bool offers_filter(const Advertisement& server);

[[nodiscard]] std::string fetch_request(const FetchRequest& request, const Advertisement& server);

// What the server said before the pack. `ready`, or `done` in the request, means a pack follows.
struct FetchPreamble {
  std::vector<Oid> acknowledged;   // those of the haves that the server knows
  std::vector<Oid> shallow;        // commits sent without their parents
  bool speaks_of_shallow = false;  // v2: the section is there, so cuts that were told are heeded
  bool pack_follows = false;
};

// Fed packet by packet; the same for every version.
class FetchPreambleParser {
 public:
  FetchPreambleParser(int version, bool sent_done, bool sent_deepen)
      : version_(version), sent_done_(sent_done), in_shallow_(version < 2 && sent_deepen) {}

  // Returns true when the preamble is over: what follows is the pack, or the answer's end. Throws
  // Failure{protocol_error}, Failure{limit_exceeded}.
  bool feed(const Packet& packet);
  [[nodiscard]] const FetchPreamble& preamble() const { return preamble_; }

 private:
  bool feed_v2(const Packet& packet);
  bool feed_v0(const Packet& packet);
  void feed_shallow(std::string_view line);

  int version_;
  bool sent_done_;
  bool in_shallow_;
  std::string section_;
  LineLimit lines_{limits::kBeforePack, "what comes before a pack"};
  FetchPreamble preamble_;
};

// One payload of a side-band (gitprotocol-pack, "Packfile Data").
struct BandedData {
  enum class Band : std::uint8_t { pack, progress, error } band;
  Bytes data;
};
// Throws Failure{protocol_error} on another band number. An empty payload is a keepalive.
[[nodiscard]] BandedData split_band(const Packet& packet);

}  // namespace occ::wire
