#include "transfer/pack_fetch.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"

namespace occ::transfer {

PackFetch::PackFetch(Remote& remote, const wire::FetchRequest& request)
    : remote_(remote),
      reader_(remote.fetch(request)),
      parser_(remote.advertisement(net::Service::upload_pack).version,
              request.done ||
                  remote.advertisement(net::Service::upload_pack).version<2, request.deepen> 0) {}

PackFetch::~PackFetch() {
  if (!ended_) remote_.hang_up(net::Service::upload_pack);
}

const wire::FetchPreamble& PackFetch::preamble() {
  while (!preamble_read_) {
    const auto packet = reader_.next_or_end();
    if (!packet) {
      throw Failure(FailureCode::protocol_error,
                    "'" + remote_.name() + "' ended its answer to a fetch before any pack");
    }
    preamble_read_ = parser_.feed(*packet);
  }
  if (!parser_.preamble().pack_follows) end();
  return parser_.preamble();
}

void PackFetch::end() {
  if (!ended_) reader_.stream().let_end();
  ended_ = true;
}

Bytes PackFetch::read_pack() {
  static_cast<void>(preamble());
  while (!ended_) {
    const wire::Packet packet = reader_.next();
    if (packet.kind == wire::PacketKind::flush) {
      end();
      break;
    }
    const auto [band, data] = wire::split_band(packet);
    switch (band) {
      case wire::BandedData::Band::pack:
        if (!data.empty()) return data;
        break;
      case wire::BandedData::Band::progress:
        if (!data.empty()) remote_.trace().remote(remote_.side(), as_text(data));
        break;
      case wire::BandedData::Band::error:
        throw Failure(
            FailureCode::server_error,
            "'" + remote_.name() + "' could not make the pack: " + printable(as_text(data)));
    }
  }
  return {};
}

}  // namespace occ::transfer
