// A push under way: the commands, the pack as it is written, and the target's report.
#pragma once

#include "transfer/remote.hpp"
#include "wire/push.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace occ::transfer {

struct PushAnswer {
  wire::PushReport report;
  std::string server_text;  // what the server wrote for its user, at most 16 KiB; untrusted
};

class PushCall {
 public:
  // Sends the commands. `pack_size`: bytes that will be written, if known; otherwise the body is
  // chunked. `target` is borrowed. Destroying an unfinished push changes nothing on the target.
  PushCall(Remote& target, const wire::PushRequest& request,
           std::optional<std::uint64_t> pack_size);
  ~PushCall();
  PushCall(const PushCall&) = delete;
  PushCall& operator=(const PushCall&) = delete;

  void write(Bytes pack_bytes);
  // The pack is whole; waits for the report. Throws Failure.
  [[nodiscard]] PushAnswer finish();
  // Whether the target may have acted: everything was handed over.
  [[nodiscard]] bool is_complete() const { return complete_; }

 private:
  void read_report(PushAnswer& answer, wire::PushReportParser& parser);
  void hear_out();

  Remote& target_;
  bool banded_;
  PacketReader reader_;
  std::size_t commands_;
  bool complete_ = false;
  bool answered_ = false;
};

}  // namespace occ::transfer
