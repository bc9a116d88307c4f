// One repository as the transfer sees it: its two services, and what each advertised.
#pragma once

#include "base/failure.hpp"
#include "base/limits.hpp"
#include "base/trace.hpp"
#include "net/stream.hpp"
#include "transfer/abilities.hpp"
#include "transfer/packet_reader.hpp"
#include "wire/advertisement.hpp"
#include "wire/fetch.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace occ::transfer {

class Remote {
 public:
  // All borrowed. `side` is "source" or "target", for messages.
  // `timeout`: what is bearable when nothing moves; talk without an end is borne
  // limits::kTimesPatient times as long.
  Remote(std::string side, net::Repository& repository, Trace& trace,
         std::chrono::milliseconds timeout = std::chrono::seconds(300))
      : side_(std::move(side)), repository_(repository), trace_(trace), timeout_(timeout) {}

  // Listing is in steps, so that two remotes can be listed at the same time: start, then finish.
  void start_listing(net::Service service);
  // Likewise for upload-pack, of which only the refs under `prefixes` are wanted: those are asked
  // for at the same time where the server is known to speak version 2.
  void start_listing_of(std::vector<std::string> prefixes);
  // After start_listing_of(): reads the advertisement and, in version 2, asks for the refs unless
  // that was done. An early call that was of no use is hung up, and not tried again.
  void continue_listing();
  // Everything the service advertised, or what matched the prefixes. Once for each listing, of
  // which nothing is kept here.
  [[nodiscard]] RefListing finish_listing();

  // What `service` said of itself; asks it if it was not asked before.
  const wire::Advertisement& advertisement(net::Service service);
  // Asks `service` for what it says of itself, if it may be of use and costs no waiting; to be read
  // by read_early_advertisement(), before anything else is asked.
  void ask_early(net::Service service);
  // A refusal is told to whoever asks for the advertisement in earnest. Throws Failure{cancelled}.
  void read_early_advertisement();
  // Asks the service that it is of, if it was not asked before.
  [[nodiscard]] bool has(Ability ability) {
    const bool pushes = ability == Ability::atomic;
    return abilities_.has(
        ability, advertisement(pushes ? net::Service::receive_pack : net::Service::upload_pack));
  }
  // The request as this server can answer it.
  [[nodiscard]] wire::FetchRequest fitted(wire::FetchRequest request) {
    return abilities_.fitted(std::move(request), advertisement(net::Service::upload_pack));
  }
  // Whether all of `oids` may be wanted where the answer is optional. A server of version 0 need
  // hand out no more than what its refs name (gitprotocol-pack, "Packfile Negotiation"); over HTTP
  // git does, since refs move between two requests, so there it is worth a try.
  [[nodiscard]] bool may_want(const std::vector<Oid>& oids);
  void note_withheld(const Oid& oid);
  // For the rest of the run. One debug line.
  void note_refused(Ability ability);
  void note_insists_on_deltas();
  // Starts a fetch. Opens the service again where an answer used it up (pipes before version 2).
  [[nodiscard]] std::unique_ptr<net::Stream> fetch(const wire::FetchRequest& request);
  // Starts a push, whose body is written by the caller.
  [[nodiscard]] std::unique_ptr<net::Stream> push(std::optional<std::uint64_t> size);
  // Ends what is under way with `service`: an answer that is not wanted to its end.
  void hang_up(net::Service service);

  [[nodiscard]] bool is_stateless() const { return repository_.is_stateless(); }
  [[nodiscard]] const std::string& side() const { return side_; }
  // Runs `talk` with one of the services, and marks what it throws with whom it talked to.
  template <typename Talk>
  decltype(auto) with_peer(net::Service service, Talk talk) const {
    try {
      return talk();
    } catch (Failure& failure) {
      failure.with_peer(
          {side_ == "source" ? Side::source : Side::target, service == net::Service::receive_pack});
      throw;
    }
  }
  [[nodiscard]] std::string name() const { return repository_.display_name(); }
  [[nodiscard]] Trace& trace() { return trace_; }
  [[nodiscard]] std::chrono::milliseconds timeout() const { return timeout_; }
  [[nodiscard]] std::chrono::milliseconds patience() const {
    return timeout_ * limits::kTimesPatient;
  }
  [[nodiscard]] net::Traffic traffic() const { return repository_.traffic(); }

 private:
  struct ServiceState {
    std::optional<wire::Advertisement> advertisement;
    bool is_open = false;   // over pipes: a process waits for a call
    std::vector<Oid> tips;  // sorted; where nothing else may be wanted
  };

  ServiceState& state(net::Service service) { return states_[static_cast<std::size_t>(service)]; }
  class MarkedStream;
  [[nodiscard]] std::unique_ptr<net::Stream> marked(net::Service service,
                                                    std::unique_ptr<net::Stream> stream) const;
  void read_advertisement();
  void keep_tips(const wire::Advertisement& advertisement);
  [[nodiscard]] wire::Advertisement parse_advertisement();
  void ask_for_refs();
  [[nodiscard]] RefListing read_refs();
  [[nodiscard]] std::optional<RefListing> read_early_refs();
  void ensure_open(net::Service service);

  std::string side_;
  net::Repository& repository_;
  Trace& trace_;
  std::chrono::milliseconds timeout_;
  std::array<ServiceState, 2> states_;
  Abilities abilities_;
  net::Service listed_ = net::Service::upload_pack;
  std::unique_ptr<PacketReader> pending_;  // the advertisement, then the answer of ls-refs
  bool ls_refs_pending_ = false;
  std::vector<std::string> prefixes_;
  std::unique_ptr<net::EarlyCall> early_;
  bool answer_is_early_ = false;  // `pending_` is what an early call brought
};

}  // namespace occ::transfer
