// A target that lives in memory and says what a test tells it to: for servers that git cannot be
// made to be. It looks at no pack.
#pragma once

#include "base/trace.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"
#include "samples.hpp"
#include "sync/patience.hpp"
#include "transfer/delivery.hpp"
#include "transfer/proof.hpp"
#include "transfer/relay.hpp"
#include "wire/push.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace occ::test {

struct FakePush {
  std::vector<wire::RefCommand> commands;
  bool atomic = false;
  std::string capabilities;

  [[nodiscard]] bool has(std::string_view name) const {
    return std::any_of(commands.begin(), commands.end(),
                       [&](const wire::RefCommand& command) { return command.name == name; });
  }
};

class FakeTarget final : public net::Repository {
 public:
  std::map<std::string, Oid> refs;
  std::string capabilities = "report-status delete-refs";
  // Why this push is refused as one, as if by a pre-receive hook; empty: it is not.
  std::function<std::string(const FakePush&)> refuse_all = [](const FakePush&) { return ""; };
  // Why this one of its commands is refused; empty: it is not.
  std::function<std::string(const wire::RefCommand&)> refuse_one = [](const auto&) { return ""; };
  // Called before a push is looked at: other writers.
  std::function<void()> before_push = [] {};
  // The bytes of the answer, made of the report's.
  std::function<std::string(std::string)> answer = [](std::string report) { return report; };
  // The run is cancelled just when the target has all that it needs.
  bool cancel_when_whole = false;
  std::vector<FakePush> pushes;

  std::unique_ptr<net::Stream> advertise(net::Service service) override {
    ++traffic_.requests;
    std::string out = pkt("# service=" + std::string(name_of(service))) + flush();
    std::string tail = '\0' + capabilities;
    for (const auto& [name, oid] : refs) {
      out += pkt(oid.hex() + ' ' + name + std::exchange(tail, {}));
    }
    if (!tail.empty()) out += pkt(digits('0') + " capabilities^{}" + tail);
    return std::make_unique<Answer>(*this, out + flush());
  }
  std::unique_ptr<net::Stream> call(net::Service /*service*/, std::string /*request*/) override {
    throw Failure(FailureCode::internal_error, "only pushes are expected here");
  }
  std::unique_ptr<net::Stream> call_streaming(net::Service /*service*/,
                                              std::optional<std::uint64_t> /*size*/) override {
    ++traffic_.requests;
    return std::make_unique<Answer>(*this, std::string());
  }
  std::unique_ptr<net::EarlyCall> call_early(net::Service /*service*/,
                                             std::string /*request*/) override {
    return nullptr;
  }
  bool is_stateless() const override { return true; }
  void hang_up(net::Service /*service*/) override {}
  std::string display_name() const override { return "fake"; }
  net::Traffic traffic() const override { return traffic_; }

 private:
  class Answer final : public net::Stream {
   public:
    Answer(FakeTarget& owner, std::string text) : owner_(owner), text_(std::move(text)) {}
    Bytes read() override {
      if (!request_.empty()) text_ = owner_.answer(owner_.receive(std::exchange(request_, {})));
      lent_ = std::exchange(text_, {});
      return as_bytes(lent_);
    }
    void write(Bytes bytes) override {
      request_ += as_text(bytes);
      if (!owner_.cancel_when_whole || !owner_.is_whole(request_)) return;
      owner_.cancel_when_whole = false;
      static_cast<void>(owner_.receive(std::exchange(request_, {})));
      throw Failure(FailureCode::cancelled, "a signal asked the run to stop");
    }
    void finish_writing() override {}

   private:
    FakeTarget& owner_;
    std::string text_;
    std::string lent_;
    std::string request_;
  };

  static FakePush parse(const std::string& request) {
    FakePush push;
    each_packet(request, [&](const wire::Packet& packet) {
      if (packet.kind == wire::PacketKind::flush) return true;
      const std::string_view line = packet.line();
      const std::string_view name = line.substr(82, line.find('\0') - 82);
      if (push.commands.empty()) push.capabilities = line.substr(line.find('\0') + 1);
      push.commands.push_back({std::string(name), Oid::from_hex(line.substr(0, 40)).value(),
                               Oid::from_hex(line.substr(41, 40)).value()});
      return false;
    });
    push.atomic = push.capabilities.find("atomic") != std::string::npos;
    return push;
  }

  // With its pack, if it needs one.
  static bool is_whole(const std::string& request) {
    const FakePush push = parse(request);
    const bool only_deletes =
        std::all_of(push.commands.begin(), push.commands.end(),
                    [](const wire::RefCommand& command) { return command.new_oid.is_null(); });
    return only_deletes || request.find("PACK") != std::string::npos;
  }

  std::string reason_of(const wire::RefCommand& command) const {
    const auto at = refs.find(command.name);
    const Oid now = at == refs.end() ? Oid() : at->second;
    return now == command.old_oid ? refuse_one(command) : "failed to update ref";
  }

  std::string receive(const std::string& request) {
    before_push();
    FakePush push = parse(request);
    const std::string all = refuse_all(push);
    std::string report = pkt(all.starts_with("unpack ") ? all : "unpack ok");
    std::vector<std::string> reasons;
    for (const auto& command : push.commands) {
      reasons.push_back(all.empty() ? reason_of(command) : all);
    }
    const bool fails = std::any_of(reasons.begin(), reasons.end(),
                                   [](const std::string& reason) { return !reason.empty(); });
    for (std::size_t i = 0; i < reasons.size(); ++i) {
      const wire::RefCommand& command = push.commands[i];
      if (reasons[i].empty() && push.atomic && fails) reasons[i] = "atomic push failure";
      report +=
          pkt(reasons[i].empty() ? "ok " + command.name : "ng " + command.name + ' ' + reasons[i]);
      if (!reasons[i].empty()) continue;
      if (command.new_oid.is_null()) {
        refs.erase(command.name);
      } else {
        refs[command.name] = command.new_oid;
      }
    }
    pushes.push_back(std::move(push));
    return report + flush();
  }

  net::Traffic traffic_;
};

// Brings a target to hold exactly `wanted`, by the same ways as a sync, without a source.
class Deliveries : public testing::Test {
 protected:
  FakeTarget target;
  std::map<std::string, Oid> wanted;
  bool backups = false;
  bool records = true;
  std::vector<transfer::RefOutcome> recorded;  // by the last record that was made
  int retries = 0;

  transfer::Outcome run() {
    SilentTrace trace;
    net::Loop loop({});
    transfer::Remote remote("target", target, trace);
    using Records = transfer::Delivery::Records;
    transfer::Delivery delivery(remote, loop, records ? Records::kept : Records::unwanted);
    transfer::Outcome outcome;
    listing_ = {};
    plan_ = {};
    try {
      until_finished(remote, delivery, sync::Patience(retries, loop, trace));
      if (const auto refs = delivery.left_to_record(plan_)) leave_record(delivery, *refs);
    } catch (const Failure& failure) {
      outcome.failure = failure;
    }
    if (outcome.failure) record_after(delivery, *outcome.failure, loop);
    outcome.notes = delivery.notes();
    outcome.recorded = delivery.recorded();
    outcome.refs = delivery.outcomes(std::move(plan_), false, outcome.failure);
    return outcome;
  }

  // Without what is ours.
  [[nodiscard]] std::map<std::string, Oid> held() const {
    auto all = target.refs;
    std::erase_if(all, [](const auto& each) { return each.first.starts_with("refs/sync/"); });
    return all;
  }

  static std::string result_of(const std::vector<transfer::RefOutcome>& refs,
                               std::string_view name) {
    for (const auto& ref : refs) {
      if (ref.planned.target_ref == name) return std::string(name_of(ref.result));
    }
    return "-";
  }

 private:
  void until_finished(transfer::Remote& remote, transfer::Delivery& delivery,
                      sync::Patience patience) {
    bool listed = false;
    while (true) {
      try {
        if (!listed) {
          remote.start_listing(net::Service::receive_pack);
          listing_ = remote.finish_listing();
        }
        listed = true;
        if (!patience.allows_after(once(remote, delivery))) return;
      } catch (const Failure& failure) {
        listed = false;
        static_cast<void>(patience.has_seen_enough_of(failure));
        if (!patience.allows_after(failure)) patience.give_up(failure);
      }
    }
  }

  transfer::Step once(transfer::Remote& remote, transfer::Delivery& delivery) {
    delivery.begin_attempt(listing_);
    plan_ = plan_for(listing_);
    delivery.fit(plan_);
    if (!plan_.has_commands()) return transfer::Step::finished;
    if (!delivery.push_backups(plan_, listing_)) return transfer::Step::plan_again_at_once;
    transfer::Shipment shipment = delivery.load(plan_, listing_);
    if (delivery.record_goes_along(plan_)) {
      const auto refs = delivery.expected_outcomes(plan_);
      delivery.add_record(shipment, record_of(refs), refs, listing_);
    }
    try {
      const auto result = push_own(remote, shipment.request, shipment.objects);
      return delivery.confirm(plan_, shipment, result, listing_);
    } catch (const Failure& failure) {
      if (const auto step = delivery.learn(plan_, shipment, failure, 0)) return *step;
      throw;
    }
  }

  transfer::RunRecord record_of(const std::vector<transfer::RefOutcome>& refs) {
    recorded = refs;
    return {id(static_cast<char>('a' + ++made_ % 6)), {}};
  }

  void leave_record(transfer::Delivery& delivery, const std::vector<transfer::RefOutcome>& refs) {
    for (int tries = 0; tries < 3; ++tries) {
      if (delivery.is_recorded(refs)) return;
      if (delivery.push_record(record_of(refs), refs, listing_)) return;
    }
    delivery.give_up_history("others kept writing it");
  }

  void record_after(transfer::Delivery& delivery, const Failure& failure, net::Loop& loop) {
    if (!delivery.may_have_moved_refs()) return;
    if (failure.code() == FailureCode::cancelled) loop.begin_grace(transfer::kGraceAfterCancel);
    const auto refs = delivery.left_to_record(plan_, failure, listing_);
    if (refs) leave_record(delivery, *refs);
  }

  plan::Plan plan_for(const RefListing& listing) const {
    plan::Plan plan;
    for (const Ref& ref : listing.refs) {
      if (ref.name.starts_with("refs/sync/") || wanted.contains(ref.name)) continue;
      plan.refs.push_back(planned(ref.name, ref.oid, Oid(), plan::Action::remove));
    }
    for (const auto& [name, oid] : wanted) {
      const Ref* theirs = listing.find(name);
      const Oid now = theirs == nullptr ? Oid() : theirs->oid;
      plan.refs.push_back(planned(name, now, oid,
                                  now == oid          ? plan::Action::none
                                  : theirs == nullptr ? plan::Action::create
                                  : backups           ? plan::Action::force
                                                      : plan::Action::update));
    }
    if (backups) {
      for (plan::PlannedRef& ref : plan.refs) {
        if (ref.action != plan::Action::remove && ref.action != plan::Action::force) continue;
        ref.backup = "refs/sync/backup/1/" + ref.target_ref.substr(5);
        if (listing.find(ref.backup) == nullptr) {
          plan.backups.push_back({ref.backup, ref.old_oid, std::nullopt});
        }
      }
    }
    return plan;
  }

  static plan::PlannedRef planned(const std::string& name, const Oid& now, const Oid& then,
                                  plan::Action action) {
    plan::PlannedRef ref;
    ref.target_ref = name;
    ref.old_oid = now;
    ref.new_oid = then;
    ref.action = action;
    ref.relation = plan::Relation::recorded;
    return ref;
  }

  int made_ = 0;
  RefListing listing_;
  plan::Plan plan_;
};

}  // namespace occ::test
