#include "transfer/push_call.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"

#include <chrono>
#include <utility>

namespace occ::transfer {
namespace {

constexpr std::size_t kServerTextLimit = 16U << 10U;
constexpr std::size_t kShownServerText = 600;  // bytes

std::optional<std::uint64_t> body_size(std::size_t head, std::optional<std::uint64_t> pack) {
  if (!pack) return std::nullopt;
  return head + *pack;
}

// Old Gitblit offers bands, and sends its report without (hosts 11).
bool is_bare_report(const wire::Packet& packet) {
  return packet.kind == wire::PacketKind::data && packet.line().starts_with("unpack ");
}

}  // namespace

PushCall::PushCall(Remote& target, const wire::PushRequest& request,
                   std::optional<std::uint64_t> pack_size)
    : target_(target),
      banded_(target.advertisement(net::Service::receive_pack).capabilities.has("side-band-64k")),
      head_(wire::push_request(request, target.advertisement(net::Service::receive_pack))),
      reader_(target.push(body_size(head_.size(), pack_size)), target.patience()),
      commands_(request.commands.size()) {}

PushCall::~PushCall() {
  if (!answered_) target_.hang_up(net::Service::receive_pack);
}

// Not before there is more to send: of a push that deletes only it is all that there is.
void PushCall::send_head() {
  const std::string head = std::exchange(head_, {});
  if (!head.empty()) reader_.stream().write(as_bytes(head));
}

void PushCall::write(Bytes pack_bytes) {
  send_head();
  reader_.stream().write(pack_bytes);
}

void PushCall::read_report(PushAnswer& answer, wire::PushReportParser& parser) {
  while (!parser.report().complete) {
    const auto packet = reader_.next_or_end();
    if (!packet) return;
    banded_ = banded_ && !is_bare_report(*packet);
    if (!banded_) {
      std::string whole;
      if (packet->kind == wire::PacketKind::data) {
        wire::append_packet(whole, as_text(packet->payload));
      } else {
        wire::append_flush(whole);
      }
      parser.feed(as_bytes(whole));
      continue;
    }
    if (packet->kind != wire::PacketKind::data) return;
    const auto [band, data] = wire::split_band(*packet);
    switch (band) {
      case wire::BandedData::Band::pack:
        parser.feed(data);
        break;
      case wire::BandedData::Band::progress:
      case wire::BandedData::Band::error:
        if (answer.server_text.size() < kServerTextLimit) answer.server_text += as_text(data);
        if (!data.empty()) target_.trace().remote(target_.side(), as_text(data));
        if (band == wire::BandedData::Band::error) {
          throw Failure(FailureCode::server_error,
                        "'" + target_.name() + "' says '" + quotable(as_text(data)) + "'");
        }
        break;
    }
  }
}

// The report comes before the hooks that run afterwards: whoever leaves then cuts them off. But not
// for longer than one that says nothing is borne.
void PushCall::hear_out() {
  const auto start = std::chrono::steady_clock::now();
  try {
    while (const auto packet = reader_.next_or_end()) {
      if (std::chrono::steady_clock::now() - start > target_.timeout()) return;
      if (!banded_ || packet->kind != wire::PacketKind::data) continue;
      const auto [band, data] = wire::split_band(*packet);
      if (band != wire::BandedData::Band::pack && !data.empty()) {
        target_.trace().remote(target_.side(), as_text(data));
      }
    }
  } catch (const Failure& failure) {
    if (failure.code() == FailureCode::cancelled) throw;  // the report stands, whatever comes after
  }
}

PushAnswer PushCall::finish(Bytes last_bytes) {
  send_head();
  if (!last_bytes.empty()) reader_.stream().write(last_bytes);
  reader_.stream().finish_writing();
  reader_.start_again();
  PushAnswer answer;
  wire::PushReportParser parser(commands_);
  read_report(answer, parser);
  if (parser.report().complete) hear_out();
  answered_ = true;
  answer.report = parser.report();
  const auto& offered = target_.advertisement(net::Service::receive_pack).capabilities;
  const bool reports = offered.has("report-status") || offered.has("report-status-v2");
  if (reports && !answer.report.complete) {
    const std::string& words = answer.server_text;
    throw Failure(FailureCode::connection_lost,
                  "'" + target_.name() + "' ended its answer before the report of the push" +
                      (words.empty() ? "" : ": " + quotable(words, kShownServerText)));
  }
  return answer;
}

}  // namespace occ::transfer
