#include "transfer/relay.hpp"

#include "base/failure.hpp"
#include "transfer/spool.hpp"

#include <algorithm>

namespace occ::transfer {
namespace {

// Servers and proxies that want a Content-Length say so in one of these ways (SERVERS 18).
bool may_refuse_chunks(const Failure& failure) {
  return failure.code() == FailureCode::length_required ||
         failure.code() == FailureCode::pack_too_large;
}

bool is_doubtful(const Failure& failure) {
  return failure.code() == FailureCode::connection_lost || failure.code() == FailureCode::timeout ||
         failure.code() == FailureCode::server_error ||
         failure.code() == FailureCode::host_unreachable ||
         failure.code() == FailureCode::limit_exceeded ||  // of the report
         failure.code() == FailureCode::server_refused ||  // words instead of a report
         failure.code() == FailureCode::protocol_error || failure.code() == FailureCode::cancelled;
}

RelayResult finish(PushCall& call, Bytes last_bytes) {
  RelayResult result;
  try {
    result.answer = call.finish(last_bytes);
  } catch (const Failure& failure) {
    if (!is_doubtful(failure)) throw;
    result.lost = failure;  // the target's listing will tell
  }
  return result;
}

RelayResult with_facts_of(const RelayedPack& pack, RelayResult result) {
  result.pack_bytes = pack.size();
  result.pack_objects = pack.object_count();
  result.large.assign(pack.large().begin(), pack.large().end());
  return result;
}

}  // namespace

RelayResult push_own(Remote& target, const wire::PushRequest& push, OwnObjects own) {
  const bool only_deletes = std::all_of(push.commands.begin(), push.commands.end(),
                                        [](const auto& c) { return c.new_oid.is_null(); });
  const ObjectFormat format =
      target.advertisement(net::Service::receive_pack).capabilities.object_format();
  const std::string pack = only_deletes ? std::string() : wire::make_pack(own, format);
  PushCall call(target, push, pack.size());
  return finish(call, as_bytes(pack));
}

std::optional<RelayResult> Relay::run(const wire::PushRequest& push, OwnObjects own,
                                      const wire::FetchRequest& request,
                                      std::unique_ptr<RelayedPack> pack,
                                      const LastWord& last_word) {
  if (!pack) return push_own(target_, push, own);
  if (!pack->preamble().pack_follows) {
    throw Failure(FailureCode::protocol_error, "the source '" + source_.name() + "' sent no pack");
  }
  pack->enclose(own);
  if (goes_by_file(*pack)) return stream_by_file(push, *pack, last_word);
  const bool whole = pack->fill_prefix();
  try {
    return stream(push, *pack, last_word);
  } catch (const Failure& failure) {
    if (whole || !target_.is_stateless() || !may_refuse_chunks(failure)) throw;
    source_.trace().notice("the target refused a body of unknown length (" +
                           std::string(failure.what()) + "); sending it again from a file");
    wants_length_ = wants_length_ || failure.code() == FailureCode::length_required;
  }
  pack.reset();
  const auto scan = last_word ? RelayedPack::Scan::commits : RelayedPack::Scan::nothing;
  RelayedPack again(source_, request, scan, options_.sizes);
  again.enclose(own);
  return stream_by_file(push, again, last_word);
}

bool Relay::goes_by_file(RelayedPack& pack) const {
  return wants_length_ && !pack.fill_prefix();
}

std::optional<RelayResult> Relay::stream(wire::PushRequest push, RelayedPack& pack,
                                         const LastWord& last_word) {
  push.shallow = pack.cut_of_source();
  const bool whole = pack.fill_prefix();
  PushCall call(target_, push,
                whole ? std::optional<std::uint64_t>(pack.outgoing_size()) : std::nullopt);
  for (Bytes bytes = pack.next(); !bytes.empty(); bytes = pack.next()) call.write(bytes);
  const Bytes tail = pack.checked_tail();
  if (last_word && !last_word(pack)) return std::nullopt;
  return with_facts_of(pack, finish(call, tail));
}

std::optional<RelayResult> Relay::stream_by_file(wire::PushRequest push, RelayedPack& pack,
                                                 const LastWord& last_word) {
  push.shallow = pack.cut_of_source();
  Spool spool(options_.folder);
  for (Bytes bytes = pack.next(); !bytes.empty(); bytes = pack.next()) spool.append(bytes);
  const Bytes checked = pack.checked_tail();
  const std::vector<std::byte> tail(checked.begin(), checked.end());
  if (last_word && !last_word(pack)) return std::nullopt;
  spool.rewind();
  PushCall call(target_, push, spool.size() + tail.size());
  for (Bytes bytes = spool.next(); !bytes.empty(); bytes = spool.next()) call.write(bytes);
  return with_facts_of(pack, finish(call, tail));
}

}  // namespace occ::transfer
