#include "runner/artifact_calls.hpp"

#include "base/failure.hpp"
#include "base/foreign_json.hpp"
#include "base/untrusted.hpp"

#include <charconv>
#include <utility>

namespace occ::runner {
namespace {

using nlohmann::json;

constexpr std::string_view kService = "/twirp/github.actions.results.api.v1.ArtifactService/";
constexpr std::chrono::seconds kLongestCall{90};
constexpr int kProtocolVersion = 7;  // the first that knows artifacts which are no archives
constexpr std::size_t kShownLimit = 300;
constexpr std::size_t kMostDigits = 20;  // of 64 bits

// GitHub answers in snake_case, other services of the same protocol in camelCase: protobuf's JSON
// mapping allows both.
const json& field(const json& object, std::string_view snake_case) {
  static const json kNothing;
  if (!object.is_object()) return kNothing;
  if (const auto at = object.find(snake_case); at != object.end()) return *at;
  std::string camel_case;
  bool upper = false;
  for (const char c : snake_case) {
    if (c != '_') camel_case += upper ? static_cast<char>(c - 'a' + 'A') : c;
    upper = c == '_';
  }
  const auto at = object.find(camel_case);
  return at != object.end() ? *at : kNothing;
}

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

// An int64 is a string in protobuf's JSON, and a number in that of some services.
std::string digits_of(const json& value) {
  const std::string text = value.is_number_integer() ? value.dump() : text_of(value);
  const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
  return digits && text.size() <= kMostDigits ? text : std::string();
}

std::uint64_t number_of(const json& value) {
  const std::string text = digits_of(value);
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool is_true(const json& value) {
  return value.is_boolean() && value.get<bool>();
}

bool may_pass(long status) {
  return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

std::string told(std::string_view method, const net::HttpHead& head, const json& body) {
  std::string text = std::string(method) + ": HTTP " + std::to_string(head.status);
  if (const std::string message = text_of(field(body, "msg")); !message.empty()) {
    text += ", '" + printable(message, kShownLimit) + "'";
  } else if (body.is_discarded()) {
    text += ", not JSON";
  }
  if (!head.request_id.empty()) text += " (request " + printable(head.request_id, 80) + ")";
  return text;
}

}  // namespace

struct ArtifactCalls::Reply {
  CallOutcome outcome;
  json body;

  template <typename Outcome>
  [[nodiscard]] Outcome as() const {
    Outcome typed;
    typed.end = outcome.end;
    typed.detail = outcome.detail;
    return typed;
  }
  // An answer of the right form that lacks what it is for.
  void must(bool holds, std::string_view method) {
    if (outcome.end != CallEnd::done || holds) return;
    outcome = {CallEnd::refused, std::string(method) + ": the answer is not ok"};
  }
};

class ArtifactCalls::Request {
 public:
  explicit Request(const BackendIds& ids)
      : fields_{{"workflow_run_backend_id", ids.run}, {"workflow_job_run_backend_id", ids.job}} {}

  void add(const char* name, json value) { fields_[name] = std::move(value); }
  [[nodiscard]] std::string text() const {
    return fields_.dump(-1, ' ', false, json::error_handler_t::replace);
  }

 private:
  json fields_;
};

ArtifactCalls::ArtifactCalls(const ArtifactAccess& access, net::Loop& loop)
    : access_(access),
      loop_(loop),
      origin_(http_origin(access.results_url)),
      ids_(backend_ids(access.token).value_or(BackendIds())) {}

ArtifactCalls::Reply ArtifactCalls::call(std::string_view method, const Request& request) {
  net::HttpRequest http;
  http.method = "POST";
  http.url = origin_ + std::string(kService) + std::string(method);
  http.headers = {"Content-Type: application/json", "Accept: application/json"};
  http.authorization = Secret("Bearer " + access_.token.reveal());
  http.body_kind = net::HttpRequest::Body::whole;
  http.body = request.text();
  http.longest = kLongestCall;
  http.send_once = true;  // whether to ask again is decided above, by what may have happened
  try {
    net::HttpExchange exchange(loop_, std::move(http), access_.trust, traffic_);
    const net::HttpHead head = exchange.head();
    json body = parse_foreign_json(exchange.read_all(limits::kArtifactAnswer.bytes),
                                   limits::kArtifactAnswer);
    const std::string detail = told(method, head, body);
    const bool success = head.status >= 200 && head.status < 300;
    CallEnd end = CallEnd::refused;
    if (success && body.is_object()) {
      end = CallEnd::done;
    } else if (success || may_pass(head.status)) {
      end = CallEnd::unclear;
    } else if (head.status == 409) {
      end = CallEnd::name_taken;
    } else if (head.status == 403 &&
               text_of(field(body, "msg")).find("insufficient usage") != std::string::npos) {
      end = CallEnd::quota_hit;
    }
    return {{end, detail}, std::move(body)};
  } catch (const Failure& failure) {
    if (failure.code() == FailureCode::cancelled) throw;
    CallEnd end = CallEnd::unclear;
    if (failure.code() == FailureCode::host_unreachable) end = CallEnd::nothing_sent;
    if (failure.code() == FailureCode::tls_failure) end = CallEnd::refused;
    return {{end, std::string(method) + ": " + failure.what()}, json()};
  }
}

CreateOutcome ArtifactCalls::create(std::string_view name, std::string_view mime_type,
                                    std::string_view expires_at) {
  Request request(ids_);
  request.add("name", name);
  request.add("version", kProtocolVersion);
  request.add("mime_type", mime_type);
  if (!expires_at.empty()) request.add("expires_at", expires_at);
  Reply reply = call("CreateArtifact", request);
  const std::string url = text_of(field(reply.body, "signed_upload_url"));
  reply.must(is_true(field(reply.body, "ok")) && !http_origin(url).empty(), "CreateArtifact");
  // What came over TLS is not sent on without it.
  const bool downgraded = origin_.starts_with("https:") && !url.starts_with("https:");
  reply.must(!downgraded, "CreateArtifact");
  auto outcome = reply.as<CreateOutcome>();
  if (outcome.end == CallEnd::done) outcome.upload_url = Secret(url);
  return outcome;
}

FinalizeOutcome ArtifactCalls::finalize(std::string_view name, std::uint64_t size,
                                        std::string_view digest) {
  Request request(ids_);
  request.add("name", name);
  if (size > 0) request.add("size", std::to_string(size));
  request.add("hash", digest);
  Reply reply = call("FinalizeArtifact", request);
  const std::string id = digits_of(field(reply.body, "artifact_id"));
  reply.must(is_true(field(reply.body, "ok")) && !id.empty(), "FinalizeArtifact");
  auto outcome = reply.as<FinalizeOutcome>();
  outcome.id = id;
  return outcome;
}

ListOutcome ArtifactCalls::list(std::string_view name) {
  Request request(ids_);
  request.add("name_filter", name);
  const Reply reply = call("ListArtifacts", request);
  auto outcome = reply.as<ListOutcome>();
  const json& listed = field(reply.body, "artifacts");
  if (outcome.end != CallEnd::done || !listed.is_array()) return outcome;
  for (const json& each : listed) {
    outcome.artifacts.push_back({digits_of(field(each, "database_id")),
                                 text_of(field(each, "name")), number_of(field(each, "size")),
                                 text_of(field(each, "digest"))});
  }
  return outcome;
}

}  // namespace occ::runner
