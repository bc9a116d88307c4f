#include "transfer/objects.hpp"

#include "base/failure.hpp"
#include "transfer/pack_fetch.hpp"
#include "wire/pack_cut.hpp"
#include "wire/pack_guard.hpp"

namespace occ::transfer {
namespace {

wire::Filter filter_of(ObjectRequest::Leave leave) {
  switch (leave) {
    case ObjectRequest::Leave::nothing:
      return wire::Filter::none;
    case ObjectRequest::Leave::blobs:
      return wire::Filter::no_blobs;
    case ObjectRequest::Leave::trees_and_blobs:
      return wire::Filter::commits_only;
  }
  return wire::Filter::none;
}

}  // namespace

bool can_leave_out(Remote& remote) {
  return remote.has(Ability::leave_out);
}

ObjectFetch::ObjectFetch(Remote& remote, const ObjectRequest& request)
    : remote_(remote), wanted_(request.wants.size()) {
  if (!remote.may_want(request.wants)) {
    throw Failure(FailureCode::server_refused,
                  "'" + remote.name() + "' hands out only what its refs name");
  }
  wire::FetchRequest fetch;
  fetch.wants = request.wants;
  fetch.haves = request.haves;
  fetch.deepen = request.depth;
  fetch.done = true;
  fetch.filter = filter_of(request.leave);
  pack_ = std::make_unique<PackFetch>(remote, fetch);
}

ObjectFetch::~ObjectFetch() = default;

ObjectAnswer ObjectFetch::read(std::uint64_t limit, const std::function<void(Bytes)>& sink) {
  std::uint64_t size = 0;
  wire::PackGuard guard(format());
  for (Bytes bytes = pack_->read_pack(); !bytes.empty(); bytes = pack_->read_pack()) {
    size += bytes.size();
    if (size > limit) return ObjectAnswer::too_large;
    pass(guard, bytes);
    sink(bytes);
  }
  if (size == 0) fail_without_pack();
  return ObjectAnswer::complete;
}

FileAnswer ObjectFetch::read_files(std::uint64_t limit, std::uint64_t large,
                                   const std::function<void(Bytes)>& sink) {
  wire::PackCut cut(format(), large);
  wire::PackGuard guard(format());
  std::uint64_t size = 0;
  for (Bytes bytes = pack_->read_pack(); !bytes.empty(); bytes = pack_->read_pack()) {
    size += bytes.size();
    const Bytes kept = cut.pass(bytes);
    if (cut.object_count() > wanted_) {
      throw Failure(FailureCode::protocol_error,
                    "'" + remote_.name() + "' sent more objects than were asked for");
    }
    if (size > limit && !cut.found()) return {ObjectAnswer::too_large, std::nullopt};
    pass(guard, kept);
    sink(kept);
    if (!cut.found()) continue;
    const std::string rest = cut.rest();
    sink(as_bytes(rest));
    return {ObjectAnswer::complete, cut.found()};
  }
  if (size == 0) fail_without_pack();
  return {};
}

ObjectFormat ObjectFetch::format() const {
  return remote_.advertisement(net::Service::upload_pack).capabilities.object_format();
}

void ObjectFetch::pass(wire::PackGuard& guard, Bytes bytes) const {
  try {
    guard.pass(bytes);
  } catch (const Failure& failure) {
    throw failure.reworded("'" + remote_.name() +
                           "' sent no pack that can be looked into: " + failure.what());
  }
}

void ObjectFetch::fail_without_pack() const {
  throw Failure(FailureCode::protocol_error, "'" + remote_.name() + "' sent no pack");
}

}  // namespace occ::transfer
