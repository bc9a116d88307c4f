// A fetch under way: what the server says first, then the pack, demultiplexed, as it comes. What is
// optional in the request and is refused is asked again without it.
#pragma once

#include "base/failure.hpp"
#include "transfer/packet_reader.hpp"
#include "transfer/remote.hpp"
#include "wire/fetch.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace occ::transfer {

class PackFetch {
 public:
  // Sends the request, fitted to what the server can. `remote` is borrowed.
  PackFetch(Remote& remote, const wire::FetchRequest& request);
  // Gives up an answer that was not read to its end.
  ~PackFetch();
  PackFetch(const PackFetch&) = delete;
  PackFetch& operator=(const PackFetch&) = delete;

  // Reads up to the pack, or to the end of an answer without one.
  [[nodiscard]] const wire::FetchPreamble& preamble();
  // Commits that come without their parents, because the server is shallow or because so many
  // levels were asked for. Version 2 tells of both in the answer; before it, of its own cut a
  // server tells in its advertisement.
  [[nodiscard]] std::vector<Oid> cut();
  // As it was sent; after preamble() as it was answered.
  [[nodiscard]] const wire::FetchRequest& request() const { return request_; }
  // The next bytes of the pack; empty at its end. Valid until the next call. Throws
  // Failure{connection_lost} if the answer ends early, and what the server's own error says.
  [[nodiscard]] Bytes read_pack();

 private:
  void send();
  void read_preamble();
  void ask_again(const Failure& refusal);
  [[noreturn]] void fail_by_its_words(std::string_view words) const;
  // Asks once more, with all encodings of deltas that the server offers, if any were left out.
  [[nodiscard]] bool insists_on_deltas(const std::function<bool()>& is_answered);
  [[nodiscard]] bool is_single_ack();  // a pack follows, and the server offers no multi_ack
  [[nodiscard]] Bytes read_unbanded();
  void end();

  Remote& remote_;
  wire::FetchRequest request_;
  std::optional<PacketReader> reader_;
  std::optional<wire::FetchPreambleParser> parser_;
  bool banded_ = true;  // the pack comes in a side-band, else as it is
  bool preamble_read_ = false;
  bool ended_ = false;
};

}  // namespace occ::transfer
