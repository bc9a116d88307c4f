// A fetch under way: what the server says first, then the pack, demultiplexed, as it comes.
#pragma once

#include "transfer/packet_reader.hpp"
#include "transfer/remote.hpp"
#include "wire/fetch.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace occ::transfer {

class PackFetch {
 public:
  // Sends the request. `remote` is borrowed.
  PackFetch(Remote& remote, const wire::FetchRequest& request);
  // Gives up an answer that was not read to its end.
  ~PackFetch();
  PackFetch(const PackFetch&) = delete;
  PackFetch& operator=(const PackFetch&) = delete;

  // Reads up to the pack, or to the end of an answer without one.
  [[nodiscard]] const wire::FetchPreamble& preamble();
  // The next bytes of the pack; empty at its end. Valid until the next call. Throws
  // Failure{connection_lost} if the answer ends early, and what the server's own error says.
  [[nodiscard]] Bytes read_pack();

 private:
  void end();

  Remote& remote_;
  PacketReader reader_;
  wire::FetchPreambleParser parser_;
  bool preamble_read_ = false;
  bool ended_ = false;
};

}  // namespace occ::transfer
