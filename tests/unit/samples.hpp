// Short ways to write what most tests of the parts need: ids, packets, and which Failure came.
#pragma once

#include "base/failure.hpp"
#include "base/oid.hpp"
#include "base/refs.hpp"
#include "wire/advertisement.hpp"
#include "wire/pkt_line.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace occ {

// How GoogleTest shows them.
inline void PrintTo(const Oid& oid, std::ostream* out) {
  *out << oid.hex();
}
inline void PrintTo(FailureCode code, std::ostream* out) {
  *out << catalogue_entry(code).id;
}

}  // namespace occ

namespace occ::test {

// The id whose 40 digits are all `digit`.
inline Oid id(char digit) {
  return Oid::from_hex(std::string(40, digit)).value();
}

inline std::string digits(char digit) {
  return std::string(40, digit);
}

inline Ref ref(std::string name, char digit) {
  return {std::move(name), id(digit), std::nullopt};
}

// One packet that holds a line, and the bytes between packets.
inline std::string pkt(std::string_view line) {
  std::string out;
  wire::append_line(out, line);
  return out;
}

// One packet with exactly these bytes.
inline std::string raw_pkt(std::string_view payload) {
  std::string out;
  wire::append_packet(out, payload);
  return out;
}

inline std::string flush() {
  return "0000";
}
inline std::string delimiter() {
  return "0001";
}

// Calls `use` with each packet of `bytes` until it returns true; returns what is left after that.
template <typename Use>
std::string_view each_packet(std::string_view bytes, Use use) {
  while (!bytes.empty()) {
    const auto step = wire::decode_packet(as_bytes(bytes));
    const auto* packet = std::get_if<wire::Packet>(&step);
    if (packet == nullptr) {
      ADD_FAILURE() << "the sample ends within a packet";
      return bytes;
    }
    const std::size_t size = packet->size;
    const bool ended = use(*packet);
    bytes.remove_prefix(size);
    if (ended) return bytes;
  }
  return bytes;
}

// The code of the Failure that `act` throws, if it throws one.
template <typename Act>
std::optional<FailureCode> failure_of(Act act) {
  try {
    act();
  } catch (const Failure& failure) {
    return failure.code();
  }
  return std::nullopt;
}

// What that Failure says; empty if there was none.
template <typename Act>
std::string failure_text(Act act) {
  try {
    act();
  } catch (const Failure& failure) {
    return failure.what();
  }
  return {};
}

inline wire::Advertisement advertisement(int version, std::string_view capabilities) {
  wire::Advertisement server;
  server.version = version;
  server.capabilities.add_list(capabilities);
  return server;
}

}  // namespace occ::test
