#include "sync/recording.hpp"

#include "base/backoff.hpp"
#include "base/untrusted.hpp"
#include "transfer/proof.hpp"

#include <chrono>
#include <random>
#include <vector>

namespace occ::sync {
namespace {

using Refs = std::vector<transfer::RefOutcome>;

constexpr int kMostLateTries = 20;
constexpr int kMostTriesAfterFailure = 3;
constexpr Backoff kLedgerPause{std::chrono::milliseconds(100), std::chrono::milliseconds(2000)};

bool push_record(transfer::Delivery& delivery, const RunHistory& history, const Refs& refs,
                 RefListing& target) {
  if (delivery.is_recorded(refs)) return true;
  return delivery.push_record(history.record(target, refs, delivery.pack_bytes()), refs, target);
}

}  // namespace

void record_late(transfer::Delivery& delivery, const RunHistory& history, const plan::Plan& plan,
                 RefListing& target, net::Loop& loop) {
  const auto refs = delivery.left_to_record(plan);
  if (!refs) return;
  std::minstd_rand random{std::random_device()()};
  for (int tries = 0; tries < kMostLateTries; ++tries) {
    try {
      if (push_record(delivery, history, *refs, target)) return;
      loop.sleep(kLedgerPause.wait(tries, random));
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled) throw;
      return delivery.give_up_history(printable(failure.what()));
    }
  }
  delivery.give_up_history("others kept writing it");
}

void record_after(const Failure& failure, transfer::Delivery& delivery, const RunHistory& history,
                  const plan::Plan& plan, RefListing& target, net::Loop& loop) {
  try {
    if (!delivery.may_have_moved_refs()) return;
    if (failure.code() == FailureCode::cancelled) loop.begin_grace(transfer::kGraceAfterCancel);
    const auto refs = delivery.left_to_record(plan, failure, target);
    if (!refs) return;
    for (int tries = 0; tries < kMostTriesAfterFailure; ++tries) {
      if (push_record(delivery, history, *refs, target)) return;
    }
    delivery.give_up_history("others kept writing it");
  } catch (const Failure& another) {
    if (!delivery.has_moved_refs()) return;
    delivery.note("No record of this run could be left on the target (" +
                  printable(another.what()) + ").");
  }
}

}  // namespace occ::sync
