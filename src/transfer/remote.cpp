#include "transfer/remote.hpp"

#include "base/failure.hpp"
#include "base/shown_count.hpp"

#include <algorithm>
#include <utility>

namespace occ::transfer {

// A stream whose failures are told as those of its side.
class Remote::MarkedStream final : public net::Stream {
 public:
  MarkedStream(const Remote& remote, net::Service service, std::unique_ptr<net::Stream> stream)
      : remote_(remote), service_(service), stream_(std::move(stream)) {}

  Bytes read() override {
    return remote_.with_peer(service_, [this] { return stream_->read(); });
  }
  void write(Bytes bytes) override {
    remote_.with_peer(service_, [&] { stream_->write(bytes); });
  }
  void finish_writing() override {
    remote_.with_peer(service_, [this] { stream_->finish_writing(); });
  }
  void let_end() override { stream_->let_end(); }

 private:
  const Remote& remote_;
  net::Service service_;
  std::unique_ptr<net::Stream> stream_;
};

std::unique_ptr<net::Stream> Remote::marked(net::Service service,
                                            std::unique_ptr<net::Stream> stream) const {
  return std::make_unique<MarkedStream>(*this, service, std::move(stream));
}

void Remote::start_listing(net::Service service) {
  pending_.reset();
  early_.reset();
  answer_is_early_ = false;
  ls_refs_pending_ = false;
  listed_ = service;
  auto stream = with_peer(service, [&] { return repository_.advertise(service); });
  pending_ = std::make_unique<PacketReader>(marked(service, std::move(stream)), patience());
  state(service).is_open = true;
}

void Remote::start_listing_of(std::vector<std::string> prefixes) {
  const auto service = net::Service::upload_pack;
  start_listing(service);
  prefixes_ = std::move(prefixes);
  // What no capability has to allow: without `unborn`, and for SHA-1, which is what no format
  // means.
  if (!abilities_.allows(Ability::early_listing)) return;
  abilities_.note_refused(Ability::early_listing);  // until it was of use
  early_ = repository_.call_early(service, wire::ls_refs_request({}, prefixes_));
}

namespace {

// Whose answer it was that went beyond a limit.
template <typename Read>
auto naming(const std::string& whom, Read read) {
  try {
    return read();
  } catch (const Failure& failure) {
    if (failure.code() != FailureCode::limit_exceeded) throw;
    throw failure.reworded("the answer of '" + whom + "': " + failure.what());
  }
}

}  // namespace

wire::Advertisement Remote::parse_advertisement() {
  using Framing = wire::AdvertisementParser::Framing;
  wire::AdvertisementParser parser(repository_.is_stateless() ? Framing::smart_http
                                                              : Framing::bare);
  while (!parser.feed(pending_->next())) {
  }
  pending_->stream().let_end();
  pending_.reset();
  return parser.take();
}

void Remote::read_advertisement() {
  auto advertisement = with_peer(
      listed_, [this] { return naming(name(), [this] { return parse_advertisement(); }); });
  trace_.debug(side_ + ": " + std::string(name_of(listed_)) + " speaks version " +
               std::to_string(advertisement.version) + ", " +
               shown_count(advertisement.listing.refs.size(), "ref", "refs") + " advertised");
  keep_tips(advertisement);
  state(listed_).advertisement = std::move(advertisement);
}

void Remote::keep_tips(const wire::Advertisement& advertisement) {
  std::vector<Oid>& tips = state(listed_).tips;
  tips.clear();
  if (is_stateless() || abilities_.has(Ability::any_object, advertisement)) return;
  for (const Ref& ref : advertisement.listing.refs) tips.push_back(ref.oid);
  std::sort(tips.begin(), tips.end());
}

bool Remote::may_want(const std::vector<Oid>& oids) {
  const auto service = net::Service::upload_pack;
  const bool any = is_stateless() || has(Ability::any_object);
  const std::vector<Oid>& tips = state(service).tips;
  return std::all_of(oids.begin(), oids.end(), [&](const Oid& oid) {
    return abilities_.hands_out(oid) && (any || std::binary_search(tips.begin(), tips.end(), oid));
  });
}

void Remote::note_withheld(const Oid& oid) {
  abilities_.note_withheld(oid);
  trace_.debug(side_ + ": does not hand out " + oid.abbreviated());
}

void Remote::continue_listing() {
  const auto early = std::move(early_);
  read_advertisement();
  const wire::Advertisement& server = *state(listed_).advertisement;
  std::unique_ptr<net::Stream> answer;
  if (early && server.version == 2 && server.capabilities.object_format() == ObjectFormat::sha1) {
    answer = early->answer();
  }
  if (answer) {
    pending_ = std::make_unique<PacketReader>(marked(listed_, std::move(answer)), patience());
    ls_refs_pending_ = answer_is_early_ = true;
  } else if (server.version == 2) {
    ask_for_refs();
  }
}

void Remote::ask_for_refs() {
  trace_.debug(side_ + ": ls-refs with " + shown_count(prefixes_.size(), "prefix", "prefixes"));
  const wire::Capabilities& server = state(listed_).advertisement->capabilities;
  pending_ = std::make_unique<PacketReader>(
      marked(listed_, repository_.call(listed_, wire::ls_refs_request(server, prefixes_))),
      patience());
  ls_refs_pending_ = true;
}

RefListing Remote::finish_listing() {
  if (!ls_refs_pending_) {
    if (pending_) read_advertisement();
    return std::move(state(listed_).advertisement->listing);
  }
  if (answer_is_early_) {
    if (auto listing = read_early_refs()) return *std::move(listing);
    ask_for_refs();
  }
  return read_refs();
}

RefListing Remote::read_refs() {
  RefListing listing;
  listing.format = state(listed_).advertisement->capabilities.object_format();
  wire::LineLimit lines(limits::kListing, "refs");
  const auto read = [&] {
    for (auto packet = pending_->next(); packet.kind != wire::PacketKind::flush;
         packet = pending_->next()) {
      lines.take(packet.line());
      wire::add_ls_refs_line(listing, packet.line());
    }
  };
  with_peer(listed_, [&] { naming(name(), read); });
  pending_->stream().let_end();
  pending_.reset();
  ls_refs_pending_ = false;
  wire::finish_listing(listing);
  return listing;
}

// Nothing if they have to be asked for once more: the early call failed, whyever, or HEAD is unborn
// and the server would say where it points.
std::optional<RefListing> Remote::read_early_refs() {
  answer_is_early_ = false;
  try {
    RefListing listing = read_refs();
    const auto& server = state(listed_).advertisement->capabilities;
    if (!listing.has_head && server.value_has_word("ls-refs", "unborn")) return std::nullopt;
    abilities_.note_taken(Ability::early_listing);
    return listing;
  } catch (const Failure& failure) {
    if (failure.code() == FailureCode::cancelled) throw;
    trace_.debug(side_ + ": the early ls-refs is of no use: " + failure.what());
    return std::nullopt;
  }
}

const wire::Advertisement& Remote::advertisement(net::Service service) {
  if (!state(service).advertisement) {
    start_listing(service);
    read_advertisement();
  }
  return *state(service).advertisement;
}

void Remote::ask_early(net::Service service) {
  if (is_stateless() && !state(service).advertisement) start_listing(service);
}

void Remote::read_early_advertisement() {
  if (!pending_) return;
  try {
    read_advertisement();
  } catch (const Failure& failure) {
    pending_.reset();
    if (failure.code() == FailureCode::cancelled) throw;
    trace_.debug(side_ + ": " + failure.what());
  }
}

void Remote::note_refused(Ability ability) {
  abilities_.note_refused(ability);
  trace_.debug(side_ + ": refuses " + std::string(name_of(ability)) + "; going on without it");
}

void Remote::note_insists_on_deltas() {
  abilities_.note_insists_on_deltas();
  trace_.debug(side_ + ": insists on being asked for deltas");
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
  trace_.debug(side_ + ": fetch " + shown_count(request.wants.size(), "want", "wants") + ", " +
               shown_count(request.haves.size(), "have", "haves") + (request.done ? ", done" : ""));
  return marked(service,
                repository_.call(service, wire::fetch_request(request, advertisement(service))));
}

std::unique_ptr<net::Stream> Remote::push(std::optional<std::uint64_t> size) {
  ensure_open(net::Service::receive_pack);
  state(net::Service::receive_pack).is_open = false;
  const auto service = net::Service::receive_pack;
  return marked(service, repository_.call_streaming(service, size));
}

void Remote::hang_up(net::Service service) {
  repository_.hang_up(service);
  state(service).is_open = false;
}

}  // namespace occ::transfer
