// Where the rooms below tell what they do: a seam, so that none of them knows the terminal.
#pragma once

#include <cstdint>
#include <string_view>

namespace occ {

class Trace {
 public:
  virtual ~Trace() = default;
  // A protocol step, shown when debugging. Never holds a secret.
  virtual void debug(std::string_view text) = 0;
  // Something the reader should know though nothing failed.
  virtual void notice(std::string_view text) = 0;
  // What a server wrote for its user (side-band channel 2), raw: the receiver makes it printable.
  virtual void remote(std::string_view side, std::string_view text) = 0;
  // Bytes of the pack so far; called often, the receiver decides when to show it.
  virtual void progress(std::uint64_t pack_bytes) = 0;
};

// For tests and for callers that do not care.
class SilentTrace final : public Trace {
 public:
  void debug(std::string_view /*text*/) override {}
  void notice(std::string_view /*text*/) override {}
  void remote(std::string_view /*side*/, std::string_view /*text*/) override {}
  void progress(std::uint64_t /*pack_bytes*/) override {}
};

}  // namespace occ
