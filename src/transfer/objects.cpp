#include "transfer/objects.hpp"

#include "base/failure.hpp"
#include "transfer/pack_fetch.hpp"

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
  return wire::offers_filter(remote.advertisement(net::Service::upload_pack));
}

ObjectFetch::ObjectFetch(Remote& remote, const ObjectRequest& request) : remote_(remote) {
  wire::FetchRequest fetch;
  fetch.wants = request.wants;
  fetch.haves = request.haves;
  fetch.deepen = request.depth;
  fetch.done = true;
  if (can_leave_out(remote)) fetch.filter = filter_of(request.leave);
  pack_ = std::make_unique<PackFetch>(remote, fetch);
}

ObjectFetch::~ObjectFetch() = default;

ObjectAnswer ObjectFetch::read(std::uint64_t limit, const std::function<void(Bytes)>& sink) {
  std::uint64_t size = 0;
  for (Bytes bytes = pack_->read_pack(); !bytes.empty(); bytes = pack_->read_pack()) {
    size += bytes.size();
    if (size > limit) return ObjectAnswer::too_large;
    sink(bytes);
  }
  if (size == 0) {
    throw Failure(FailureCode::protocol_error, "'" + remote_.name() + "' sent no pack");
  }
  return ObjectAnswer::complete;
}

}  // namespace occ::transfer
