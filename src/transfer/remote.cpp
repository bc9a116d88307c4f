#include "transfer/remote.hpp"

#include "base/failure.hpp"

namespace occ::transfer {

void Remote::start_listing(net::Service service) {
  pending_.reset();
  ls_refs_pending_ = false;
  listed_ = service;
  pending_ = std::make_unique<PacketReader>(repository_.advertise(service));
  state(service).is_open = true;
}

void Remote::read_advertisement() {
  using Framing = wire::AdvertisementParser::Framing;
  wire::AdvertisementParser parser(repository_.is_stateless() ? Framing::smart_http
                                                              : Framing::bare);
  while (!parser.feed(pending_->next())) {
  }
  pending_.reset();
  auto advertisement = parser.take();
  trace_.debug(side_ + ": " + std::string(name_of(listed_)) + " speaks version " +
               std::to_string(advertisement.version) + ", " +
               std::to_string(advertisement.listing.refs.size()) + " refs advertised");
  state(listed_).advertisement = std::move(advertisement);
}

void Remote::continue_listing(const std::vector<std::string>& prefixes) {
  read_advertisement();
  const wire::Advertisement& server = *state(listed_).advertisement;
  if (server.version != 2) return;
  trace_.debug(side_ + ": ls-refs with " + std::to_string(prefixes.size()) + " prefixes");
  pending_ = std::make_unique<PacketReader>(
      repository_.call(listed_, wire::ls_refs_request(server.capabilities, prefixes)));
  ls_refs_pending_ = true;
}

RefListing Remote::finish_listing() {
  if (!ls_refs_pending_) {
    if (pending_) read_advertisement();
    return state(listed_).advertisement->listing;
  }
  RefListing listing;
  listing.format = state(listed_).advertisement->capabilities.object_format();
  for (auto packet = pending_->next(); packet.kind != wire::PacketKind::flush;
       packet = pending_->next()) {
    wire::add_ls_refs_line(listing, packet.line());
  }
  pending_.reset();
  ls_refs_pending_ = false;
  wire::finish_listing(listing);
  return listing;
}

const wire::Advertisement& Remote::advertisement(net::Service service) {
  if (!state(service).advertisement) {
    start_listing(service);
    read_advertisement();
  }
  return *state(service).advertisement;
}

void Remote::ensure_open(net::Service service) {
  if (repository_.is_stateless() || state(service).is_open) return;
  start_listing(service);
  read_advertisement();
}

std::unique_ptr<net::Stream> Remote::fetch(const wire::FetchRequest& request) {
  const auto service = net::Service::upload_pack;
  const bool v2 = advertisement(service).version == 2;
  ensure_open(service);
  if (!v2) state(service).is_open = false;
  trace_.debug(side_ + ": fetch " + std::to_string(request.wants.size()) + " wants, " +
               std::to_string(request.haves.size()) + " haves" + (request.done ? ", done" : ""));
  return repository_.call(service, wire::fetch_request(request, advertisement(service)));
}

std::unique_ptr<net::Stream> Remote::push(std::optional<std::uint64_t> size) {
  ensure_open(net::Service::receive_pack);
  state(net::Service::receive_pack).is_open = false;
  return repository_.call_streaming(net::Service::receive_pack, size);
}

void Remote::hang_up(net::Service service) {
  repository_.hang_up(service);
  state(service).is_open = false;
}

}  // namespace occ::transfer
