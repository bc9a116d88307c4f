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
  // `pack_size`: bytes that will be written, if known; otherwise the body is chunked. `target` is
  // borrowed. Destroying a push before finish() changes nothing on the target.
  PushCall(Remote& target, const wire::PushRequest& request,
           std::optional<std::uint64_t> pack_size);
  ~PushCall();
  PushCall(const PushCall&) = delete;
  PushCall& operator=(const PushCall&) = delete;

  // All of the pack but its last bytes.
  void write(Bytes pack_bytes);
  // The last bytes of the pack, without which no target acts; none if there is no pack. Waits for
  // the report. Throws Failure: from here on the target may have acted all the same.
  [[nodiscard]] PushAnswer finish(Bytes last_bytes);

 private:
  void send_head();
  void read_report(PushAnswer& answer, wire::PushReportParser& parser);
  void hear_out();

  Remote& target_;
  bool banded_;
  std::string head_;  // the commands, until they are sent
  PacketReader reader_;
  std::size_t commands_;
  bool answered_ = false;
};

}  // namespace occ::transfer
