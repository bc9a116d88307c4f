#include "transfer/pack_fetch.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"
#include "transfer/refusal.hpp"

#include <algorithm>

namespace occ::transfer {
namespace {

bool may_be_refusal(FailureCode code) {
  return code == FailureCode::server_refused || code == FailureCode::protocol_error ||
         code == FailureCode::server_error || code == FailureCode::connection_lost;
}

}  // namespace

PackFetch::PackFetch(Remote& remote, const wire::FetchRequest& request)
    : remote_(remote), request_(remote.fitted(request)) {
  send();
}

PackFetch::~PackFetch() {
  if (!ended_) remote_.hang_up(net::Service::upload_pack);
}

void PackFetch::send() {
  const auto& server = remote_.advertisement(net::Service::upload_pack);
  banded_ = server.version == 2 || server.capabilities.has("side-band-64k") ||
            server.capabilities.has("side-band");
  parser_.emplace(server.version, request_.done || server.version<2, request_.deepen> 0);
  reader_.emplace(remote_.fetch(request_), remote_.patience());
}

void PackFetch::read_preamble() {
  while (true) {
    const auto packet = reader_->next_or_end();
    if (!packet) {
      throw Failure(FailureCode::protocol_error,
                    "'" + remote_.name() + "' ended its answer to a fetch before any pack");
    }
    if (parser_->feed(*packet)) break;
  }
  // Without multi_ack each have that is an ancestor of an earlier one may be acknowledged anew.
  while (is_single_ack() && reader_->next_begins_with("ACK ")) {
    static_cast<void>(parser_->feed(reader_->next()));
  }
}

bool PackFetch::is_single_ack() {
  const auto& server = remote_.advertisement(net::Service::upload_pack);
  return server.version < 2 && parser_->preamble().pack_follows &&
         !server.capabilities.has("multi_ack") && !server.capabilities.has("multi_ack_detailed");
}

const wire::FetchPreamble& PackFetch::preamble() {
  if (!preamble_read_) {
    remote_.with_peer(net::Service::upload_pack, [this] {
      try {
        read_preamble();
      } catch (const Failure& failure) {
        ask_again(failure);
      }
    });
    preamble_read_ = true;
  }
  if (!parser_->preamble().pack_follows) end();
  return parser_->preamble();
}

std::vector<Oid> PackFetch::cut() {
  std::vector<Oid> all = preamble().shallow;
  const auto& server = remote_.advertisement(net::Service::upload_pack);
  if (server.version < 2) all.insert(all.end(), server.shallow.begin(), server.shallow.end());
  return all;
}

// Servers refuse in many ways: by an ERR packet, HTTP 400, an empty answer, or by hanging up. What
// they refused is known when the request without it is answered. Where a connection broke, it may
// have been the network: the same is asked once more before anything is left out.
void PackFetch::ask_again(const Failure& refusal) {
  if (!may_be_refusal(refusal.code())) throw Failure(refusal);
  if (const auto withheld = withheld_object(refusal.what())) {
    if (std::count(request_.wants.begin(), request_.wants.end(), *withheld) > 0) {
      remote_.note_withheld(*withheld);
    }
    throw Failure(refusal);
  }
  const auto is_answered = [this] {
    reader_.reset();
    remote_.hang_up(net::Service::upload_pack);
    send();
    try {
      read_preamble();
      return true;
    } catch (const Failure& failure) {
      if (!may_be_refusal(failure.code())) throw;
      return false;
    }
  };
  std::optional<std::string_view> words;
  if (refusal.code() == FailureCode::server_refused) words = refusal.what();
  const auto all = suspects(request_, words);
  if (refusal.retry_may_help() && !all.empty() && is_answered()) return;
  if (!words && insists_on_deltas(is_answered)) return;
  std::vector<Ability> left_out;
  for (const std::vector<Ability>& some : all) {
    request_ = without(request_, some);
    left_out.insert(left_out.end(), some.begin(), some.end());
    if (!is_answered()) continue;
    for (const Ability ability : left_out) remote_.note_refused(ability);
    return;
  }
  throw Failure(refusal);
}

bool PackFetch::insists_on_deltas(const std::function<bool()>& is_answered) {
  const auto& server = remote_.advertisement(net::Service::upload_pack);
  const wire::FetchRequest refused = request_;
  request_ = with_all_deltas(request_, server);
  if (request_.thin_pack == refused.thin_pack && request_.ofs_delta == refused.ofs_delta) {
    return false;
  }
  if (is_answered()) {
    remote_.note_insists_on_deltas();
    return true;
  }
  request_ = refused;
  return false;
}

void PackFetch::end() {
  if (!ended_) reader_->stream().let_end();
  ended_ = true;
}

void PackFetch::fail_by_its_words(std::string_view words) const {
  const bool damaged = words.find("repository corruption") != std::string_view::npos;
  throw Failure(damaged ? FailureCode::repository_damaged : FailureCode::server_error,
                "'" + remote_.name() + "' could not make the pack: " + quotable(words));
}

Bytes PackFetch::read_pack() {
  static_cast<void>(preamble());
  if (!banded_ && !ended_) return read_unbanded();
  while (!ended_) {
    const wire::Packet packet = reader_->next();
    if (packet.kind == wire::PacketKind::flush) {
      end();
      break;
    }
    const auto [band, data] = wire::split_band(packet);
    switch (band) {
      case wire::BandedData::Band::pack:
        reader_->moving(data.size());
        if (!data.empty()) return data;
        break;
      case wire::BandedData::Band::progress:
        if (!data.empty()) remote_.trace().remote(remote_.side(), as_text(data));
        break;
      case wire::BandedData::Band::error:
        remote_.with_peer(net::Service::upload_pack, [&] { fail_by_its_words(as_text(data)); });
    }
  }
  return {};
}

// Such a pack ends with the stream: whether it is whole, its trailer tells.
Bytes PackFetch::read_unbanded() {
  const Bytes bytes = reader_->rest();
  reader_->moving(bytes.size());
  if (bytes.empty()) end();
  return bytes;
}

}  // namespace occ::transfer
