#include "transfer/relay.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace occ::transfer {
namespace {

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

// Servers and proxies that want a Content-Length say so in one of these ways (relay-facts 18).
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
         failure.code() == FailureCode::protocol_error ||
         failure.code() == FailureCode::cancelled;
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
  const bool whole = pack->fill_prefix();
  try {
    return stream(push, *pack, last_word);
  } catch (const Failure& failure) {
    if (whole || !target_.is_stateless() || !may_refuse_chunks(failure)) throw;
    source_.trace().notice("the target refused a body of unknown length (" +
                           std::string(failure.what()) + "); sending it again from a file");
  }
  pack.reset();
  if (last_word) return std::nullopt;  // what it would be asked about is gone: plan again
  return stream_by_file(push, own, request);
}

// Before version 2 the advertisement tells where a shallow source ends, in version 2 the answer.
std::vector<Oid> Relay::cut_of_source(RelayedPack& pack) {
  const auto& server = source_.advertisement(net::Service::upload_pack);
  return server.version == 2 ? pack.preamble().shallow : server.shallow;
}

std::optional<RelayResult> Relay::stream(wire::PushRequest push, RelayedPack& pack,
                                         const LastWord& last_word) {
  push.shallow = cut_of_source(pack);
  const bool whole = pack.fill_prefix();
  PushCall call(target_, push,
                whole ? std::optional<std::uint64_t>(pack.outgoing_size()) : std::nullopt);
  for (Bytes bytes = pack.next(); !bytes.empty(); bytes = pack.next()) call.write(bytes);
  const Bytes tail = pack.checked_tail();
  if (last_word && !last_word(pack)) return std::nullopt;
  RelayResult result = finish(call, tail);
  result.pack_bytes = pack.size();
  result.pack_objects = pack.object_count();
  result.large.assign(pack.large().begin(), pack.large().end());
  return result;
}

RelayResult Relay::stream_by_file(wire::PushRequest push, OwnObjects own,
                                  const wire::FetchRequest& request) {
  RelayedPack pack(source_, request, RelayedPack::Scan::nothing, sizes_);
  pack.enclose(own);
  push.shallow = cut_of_source(pack);
  const File file(std::tmpfile());  // has no name, and goes with the process
  if (!file) throw Failure(FailureCode::internal_error, "no temporary file can be made");
  const auto keep = [&](Bytes bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) {
      throw Failure(FailureCode::internal_error, "the temporary file cannot be written");
    }
  };
  for (Bytes bytes = pack.next(); !bytes.empty(); bytes = pack.next()) keep(bytes);
  keep(pack.checked_tail());
  std::rewind(file.get());
  PushCall call(target_, push, pack.outgoing_size());
  std::array<std::byte, 65536> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    call.write(Bytes(buffer).first(got));
  }
  RelayResult result = finish(call, {});
  result.pack_bytes = pack.size();
  result.pack_objects = pack.object_count();
  result.large.assign(pack.large().begin(), pack.large().end());
  return result;
}

}  // namespace occ::transfer
