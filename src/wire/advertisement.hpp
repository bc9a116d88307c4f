// What a service says first (gitprotocol-pack "Reference Discovery"; gitprotocol-http "Discovering
// References"; gitprotocol-v2 "Initial Client Request"): the protocol version, its capabilities
// and, before version 2, its refs. Also the answer of v2's `ls-refs`.
#pragma once

#include "base/refs.hpp"
#include "wire/capabilities.hpp"
#include "wire/line_limit.hpp"
#include "wire/pkt_line.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace occ::wire {

struct Advertisement {
  int version = 0;
  Capabilities capabilities;
  RefListing listing;        // before version 2
  std::vector<Oid> shallow;  // the server's own cut: objects whose parents it lacks
};

// Fed packet by packet up to the flush that ends the advertisement.
class AdvertisementParser {
 public:
  enum class Framing { bare, smart_http };  // smart_http: "# service=…" and a flush come first

  explicit AdvertisementParser(Framing framing)
      : in_service_header_(framing == Framing::smart_http) {}

  // Returns true when `packet` ended the advertisement. Throws Failure{protocol_error}, and
  // Failure{limit_exceeded} beyond limits.hpp; an `ERR` packet becomes a Failure with the server's
  // text.
  bool feed(const Packet& packet);
  // Call once, after feed() returned true.
  [[nodiscard]] Advertisement take();

 private:
  void feed_line(std::string_view line);
  void feed_ref(std::string_view line);

  Advertisement advertisement_;
  ObjectFormat format_ = ObjectFormat::sha1;
  bool in_service_header_;
  bool service_line_seen_ = false;
  bool first_line_ = true;
  LineLimit lines_{limits::kListing, "refs"};
  LineLimit capabilities_{limits::kCapabilities, "capabilities"};
};

// gitprotocol-v2 `ls-refs`: asks for the refs that begin with one of `prefixes`, peeled, symbolic
// refs resolved, and for an unborn HEAD. HEAD itself is always asked for.
[[nodiscard]] std::string ls_refs_request(const Capabilities& server,
                                          const std::vector<std::string>& prefixes);
// Adds one line of the answer, of which the caller counts how many there are; `listing` has its
// format already. Throws Failure{protocol_error}, also on an id that is not of that format, and
// Failure{limit_exceeded}.
void add_ls_refs_line(RefListing& listing, std::string_view line);
// Sorts by name, and tells what is broken from what is a ref; both kinds of listing end with this.
void finish_listing(RefListing& listing);

// Throws the Failure that an `ERR <text>` line stands for, if `line` is one
// (gitprotocol-pack, "pkt-line Format").
void throw_if_error_line(std::string_view line);

// agent=…, sent wherever a capability list goes out.
[[nodiscard]] std::string agent();

}  // namespace occ::wire
