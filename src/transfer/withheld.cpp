#include "transfer/withheld.hpp"

#include "transfer/pack_fetch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace occ::transfer {
namespace {

constexpr int kMostQuestions = 40;
constexpr std::size_t kMostInVain = 6;  // single tips, before any is sent
constexpr std::uint64_t kMostBytes = 1ULL << 30U;

class Search {
 public:
  Search(Remote& remote, const wire::FetchRequest& request, bool reads_packs)
      : remote_(remote), request_(request), reads_packs_(reads_packs) {}

  std::vector<Oid> run() {
    std::vector<std::vector<Oid>> parts{request_.wants};
    std::vector<Oid> damaged;
    bool any_is_sent = false;
    for (int questions = 0; !parts.empty(); ++questions) {
      if (questions == kMostQuestions || bytes_ > kMostBytes) return {};
      const std::vector<Oid> part = std::move(parts.back());
      parts.pop_back();
      if (is_sent(part)) {
        any_is_sent = true;
      } else if (part.size() == 1) {
        damaged.push_back(part.front());
        if (!any_is_sent && damaged.size() == kMostInVain) return {};  // it is the server
      } else {
        const auto half = part.begin() + static_cast<std::ptrdiff_t>(part.size() / 2);
        parts.emplace_back(half, part.end());
        parts.emplace_back(part.begin(), half);
      }
    }
    if (!any_is_sent) damaged.clear();
    return damaged;
  }

 private:
  bool is_sent(const std::vector<Oid>& wants) {
    wire::FetchRequest request = request_;
    request.wants = wants;
    request.done = true;
    try {
      PackFetch fetch(remote_, request);
      if (!fetch.preamble().pack_follows) return false;
      if (!reads_packs_) return true;
      for (Bytes bytes = fetch.read_pack(); !bytes.empty(); bytes = fetch.read_pack()) {
        bytes_ += bytes.size();
        if (bytes_ > kMostBytes) break;
      }
      return true;
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled) throw;
      return false;
    }
  }

  Remote& remote_;
  const wire::FetchRequest& request_;
  bool reads_packs_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

bool is_listed(const RefListing& listing, const Oid& oid) {
  return std::any_of(listing.refs.begin(), listing.refs.end(),
                     [&](const Ref& ref) { return ref.oid == oid || ref.commit() == oid; });
}

void take_out(RefListing& listing, const OidSet& withheld) {
  if (withheld.empty()) return;
  std::erase_if(listing.refs, [&](const Ref& ref) {
    if (!withheld.contains(ref.oid) && !withheld.contains(ref.commit())) return false;
    listing.broken.push_back(ref.name);
    return true;
  });
  std::sort(listing.broken.begin(), listing.broken.end());
}

bool may_be_damage(const Failure& failure) {
  const FailureCode code = failure.code();
  return code == FailureCode::repository_damaged || code == FailureCode::server_error ||
         code == FailureCode::protocol_error || code == FailureCode::connection_lost;
}

std::vector<Oid> find_damaged(Remote& remote, const wire::FetchRequest& request,
                              const Failure& failure) {
  if (request.wants.size() < 2) return {};
  return Search(remote, request, failure.code() == FailureCode::repository_damaged).run();
}

}  // namespace occ::transfer
