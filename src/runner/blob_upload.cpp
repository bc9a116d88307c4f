#include "runner/blob_upload.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"

namespace occ::runner {
namespace {

constexpr long kCreated = 201;
constexpr std::chrono::minutes kLongestUpload{5};

bool may_pass(long status) {
  return status == 408 || status == 429 || status >= 500;
}

// One try; `again` says whether another can help.
BlobOutcome put_once(net::Loop& loop, const net::TlsTrust& trust, const Secret& signed_url,
                     std::string_view mime_type, std::string_view bytes, bool& again) {
  net::HttpRequest http;
  http.method = "PUT";
  http.url = signed_url.reveal();
  http.headers = {"x-ms-blob-type: BlockBlob", "Content-Type: " + std::string(mime_type)};
  http.body_kind = net::HttpRequest::Body::whole;
  http.body = bytes;
  http.longest = kLongestUpload;
  net::Traffic traffic;
  try {
    net::HttpExchange exchange(loop, std::move(http), trust, traffic);
    const net::HttpHead head = exchange.head();
    if (head.status == kCreated) return {BlobEnd::stored, {}};
    again = may_pass(head.status);
    std::string detail = "the artifact storage answered HTTP " + std::to_string(head.status);
    if (!head.storage_error.empty()) detail += ", '" + printable(head.storage_error, 80) + "'";
    const bool address = head.status == 401 || head.status == 403;
    return {address ? BlobEnd::url_refused : BlobEnd::failed, detail};
  } catch (const Failure& failure) {
    if (failure.code() == FailureCode::cancelled) throw;
    again = failure.retry_may_help();
    return {BlobEnd::failed, failure.what()};
  }
}

}  // namespace

BlobOutcome upload_blob(net::Loop& loop, const net::TlsTrust& trust, const Secret& signed_url,
                        std::string_view mime_type, std::string_view bytes,
                        std::span<const std::chrono::milliseconds> waits) {
  bool again = false;
  BlobOutcome outcome = put_once(loop, trust, signed_url, mime_type, bytes, again);
  for (const std::chrono::milliseconds wait : waits) {
    if (outcome.end == BlobEnd::stored || !again) break;
    loop.sleep(wait);
    again = false;
    outcome = put_once(loop, trust, signed_url, mime_type, bytes, again);
  }
  return outcome;
}

}  // namespace occ::runner
