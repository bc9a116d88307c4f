#include "transfer/proof.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"

#include <string>

namespace occ::transfer {
namespace {

constexpr std::chrono::milliseconds kPause{1000};

bool is_cancelled(const Failure& failure) {
  return failure.code() == FailureCode::cancelled;
}

}  // namespace

RefListing Proof::list() const {
  target_.start_listing(net::Service::receive_pack);
  RefListing listing = target_.finish_listing();
  target_.hang_up(net::Service::receive_pack);
  return listing;
}

RefListing Proof::list_after(const RelayResult& result,
                             const std::function<bool(const RefListing&)>& lags) const {
  if (result.lost && is_cancelled(*result.lost)) loop_.begin_grace(kGraceAfterCancel);
  RefListing now = list_patiently(result);
  if (!result.answer || !lags(now)) return now;
  loop_.sleep(kPause);
  return list();
}

RefListing Proof::list_patiently(const RelayResult& result) const {
  try {
    return list_in_grace();
  } catch (const Failure& failure) {
    if (!result.answer || is_cancelled(failure)) throw;
    target_.trace().notice(printable(failure.what()) + "; asking the target again what landed");
    loop_.sleep(kPause);
    return list();
  }
}

RefListing Proof::list_in_grace() const {
  try {
    return list();
  } catch (const Failure& failure) {
    if (!is_cancelled(failure)) throw;
    loop_.begin_grace(kGraceAfterCancel);
    return list();
  }
}

}  // namespace occ::transfer
