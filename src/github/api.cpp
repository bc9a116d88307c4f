#include "github/api.hpp"

#include "base/encode.hpp"
#include "base/foreign_json.hpp"
#include "base/untrusted.hpp"
#include "net/url.hpp"

#include <algorithm>
#include <cmath>

namespace occ::github {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::chrono::minutes kLongestAnswer{5};
constexpr int kMostRedirects = 5;
constexpr int kMostRateLimits = 10;  // of one Api: who is limited and goes on asking may be banned
constexpr std::size_t kMessageLimit = 400;  // bytes of what GitHub says

// Names as GitHub makes them; all else could lead to another endpoint.
bool is_name(std::string_view text) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  return !text.empty() && text != "." && text != ".." &&
         text.find_first_not_of(kAllowed) == std::string_view::npos;
}

// 303 is not among them: the API has no use for it.
bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 307 || status == 308;
}

// The address with rel="next" (RFC 8288 section 3); empty if there is none.
std::string next_in(std::string_view link) {
  while (!link.empty()) {
    const std::size_t open = link.find('<');
    const std::size_t close = link.find('>', open);
    if (open == std::string_view::npos || close == std::string_view::npos) return {};
    const std::size_t end = std::min(link.find(',', close), link.size());
    const std::string_view parameters = link.substr(close, end - close);
    if (parameters.find("rel=\"next\"") != std::string_view::npos) {
      return std::string(link.substr(open + 1, close - open - 1));
    }
    link.remove_prefix(end);
  }
  return {};
}

std::string shown(milliseconds duration) {
  const auto whole = std::chrono::ceil<seconds>(duration).count();
  if (whole < 120) return std::to_string(whole) + " s";
  return std::to_string((whole + 59) / 60) + " minutes";
}

const std::string* text_in(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto at = object.find(name);
  return at == object.end() ? nullptr : at->get_ptr<const json::string_t*>();
}

FailureCode code_of(long status) {
  if (status == 401) return FailureCode::authentication_failed;
  if (status == 403) return FailureCode::no_permission;
  if (status == 404 || status == 410) return FailureCode::repository_not_found;
  if (status == 407) return FailureCode::proxy_refused;
  return FailureCode::api_refused;
}

}  // namespace

struct Api::Reply {
  net::HttpHead head;
  json body;  // discarded if it is not JSON
};

Api::Api(ApiAccess access, net::Loop& loop, Trace& trace, ApiPatience patience)
    : access_(std::move(access)),
      loop_(loop),
      trace_(trace),
      patience_(std::move(patience)),
      random_(std::random_device{}()) {
  redactor_.add(access_.token);
  while (access_.api_url.ends_with('/')) access_.api_url.pop_back();
  const std::string scheme = net::scheme_of(access_.api_url);
  if (scheme == "https" || scheme == "http") origin_ = net::origin_of(access_.api_url);
  if (origin_.empty() || access_.api_url.find_first_of("@?#") != std::string::npos) {
    throw Failure(FailureCode::bad_input, "GITHUB_API_URL is not the address of an API");
  }
  const std::size_t slash = access_.repository.find('/');
  owner_ = access_.repository.substr(0, slash);
  name_ = slash == std::string::npos ? "" : access_.repository.substr(slash + 1);
  if (!is_name(owner_) || !is_name(name_)) {
    throw Failure(FailureCode::bad_input, "'" + printable(access_.repository, 200) +
                                              "' is not the owner/name of a repository");
  }
}

ApiAnswer Api::ask(const ApiRequest& request) {
  return ask_at(url_of(request), request, nullptr);
}

json Api::ask_for(const ApiRequest& request) {
  ApiAnswer answer = ask(request);
  if (!answer.is_success()) throw refusal(request, answer);
  return std::move(answer.body);
}

std::vector<json> Api::list(const ApiRequest& request) {
  std::vector<json> items;
  std::string url = url_of(request);
  for (int page = 0; page < kMostPages && !url.empty(); ++page) {
    std::string next;
    ApiAnswer answer = ask_at(url, request, &next);
    if (!answer.is_success()) throw refusal(request, answer);
    if (!answer.body.is_array()) {
      throw Failure(FailureCode::protocol_error, name_of(request) + ": the answer is no list");
    }
    for (json& item : answer.body) items.push_back(std::move(item));
    const auto resolved = net::resolved(url, next);
    url = next.empty() || !resolved || net::origin_of(*resolved) != origin_ ? "" : *resolved;
  }
  return items;
}

ApiAnswer Api::ask_at(const std::string& url, const ApiRequest& request, std::string* next_page) {
  bool was_repeated = false;
  for (int failures = 0;;) {
    try {
      Reply reply = send(url, request);
      std::string message = message_in(reply.body);
      if (const auto limited = rate_limit_of(reply.head, message, patience_.now())) {
        wait_for(*limited, request);  // nothing was carried out
        continue;
      }
      const long status = reply.head.status;
      const std::string told = name_of(request) + ": HTTP " + std::to_string(status);
      if (status >= 500) throw Failure(FailureCode::server_error, told);
      const bool success = status >= 200 && status < 300;
      // GitHub refuses in JSON, too: whoever says no in other words is not its API.
      if (status != 407 && reply.body.is_discarded()) {
        throw Failure(FailureCode::protocol_error, told + ", not JSON");
      }
      if (!success && (status < 400)) throw Failure(FailureCode::protocol_error, told);
      if (next_page != nullptr) *next_page = next_in(reply.head.link);
      if (reply.body.is_discarded()) reply.body = nullptr;
      return {status, std::move(reply.body), std::move(message), std::move(reply.head.oauth_scopes),
              was_repeated};
    } catch (const Failure& failure) {
      const bool nothing_sent = failure.code() == FailureCode::host_unreachable;
      const bool may_repeat = failure.retry_may_help() &&
                              failure.code() != FailureCode::rate_limited &&
                              (nothing_sent || request.repeat == Repeat::harmless);
      if (!may_repeat || ++failures >= patience_.tries) throw;
      was_repeated = was_repeated || !nothing_sent;
      trace_.debug(std::string(failure.what()) + "; trying again");
      loop_.sleep(patience_.between.wait(failures - 1, random_));
    }
  }
}

// Redirects keep the verb and the body ("Best practices: follow redirects").
Api::Reply Api::send(const std::string& first_url, const ApiRequest& request) {
  std::string url = first_url;
  for (int hops = 0;; ++hops) {
    Reply reply = send_once(url, request);
    if (!is_redirect(reply.head.status)) return reply;
    if (hops == kMostRedirects) {
      throw Failure(FailureCode::protocol_error,
                    name_of(request) + ": redirected more than five times");
    }
    url = redirected(url, reply, request);
  }
}

std::string Api::redirected(const std::string& url, const Reply& reply, const ApiRequest& request) {
  const auto target = net::resolved(url, reply.head.location);
  if (reply.head.location.empty() || !target) {
    throw Failure(FailureCode::protocol_error,
                  name_of(request) + ": a redirect leads to no address");
  }
  if (net::origin_of(*target) != origin_) {
    throw Failure(FailureCode::protocol_error, name_of(request) + ": redirected to '" +
                                                   printable(net::origin_of(*target), 200) +
                                                   "', which is not given the token");
  }
  if (!has_moved_) {
    has_moved_ = true;
    trace_.notice("'" + access_.repository + "' goes by another name now; GitHub redirects");
  }
  return *target;
}

Api::Reply Api::send_once(const std::string& url, const ApiRequest& request) {
  net::HttpRequest http;
  http.method = request.method;
  http.url = url;
  http.headers = {"Accept: application/vnd.github+json", "X-GitHub-Api-Version: 2022-11-28"};
  if (!access_.token.empty()) http.authorization = Secret("Bearer " + access_.token.reveal());
  if (!request.body.is_null()) {
    http.headers.emplace_back("Content-Type: application/json");
    http.body_kind = net::HttpRequest::Body::whole;
    http.body = request.body.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  http.longest = kLongestAnswer;
  http.send_once = true;  // whoever repeats it must know that it was repeated
  http.connect_timeout = access_.connect_timeout;
  trace_.debug(request.method + ' ' + printable(url));
  try {
    net::HttpExchange exchange(loop_, std::move(http), access_.trust, traffic_);
    Reply reply{exchange.head(), nullptr};
    const std::string text = exchange.read_all(kAnswerLimit);
    if (text.size() >= kAnswerLimit) {
      throw Failure(FailureCode::protocol_error, "the answer is too large");
    }
    if (!text.empty()) reply.body = parse_foreign_json(text, limits::kApiAnswer);
    return reply;
  } catch (const Failure& failure) {
    if (failure.code() == FailureCode::cancelled) throw;
    throw failure.reworded(name_of(request) + ": " + failure.what());
  }
}

void Api::wait_for(const RateLimited& limited, const ApiRequest& request) {
  milliseconds wait = patience_.unnamed_rate_limit;
  if (limited.wait) {
    // What is more than a day is as good as a day, and cannot overflow.
    wait = std::min<seconds>(*limited.wait, std::chrono::hours(24)) + patience_.margin;
  } else {
    wait *= 1U << static_cast<unsigned>(std::min(unnamed_rate_limits_++, 10));
  }
  const std::string what = limited.limit == RateLimit::primary
                               ? "the token's requests of this hour are used up"
                               : "GitHub asks for fewer requests at a time";
  if (waited_ + wait > patience_.rate_limits || ++rate_limits_ > kMostRateLimits) {
    Failure failure(FailureCode::rate_limited,
                    name_of(request) + ": " + what + "; they are taken again in " + shown(wait));
    throw failure.with_retry_after(std::chrono::ceil<seconds>(wait));
  }
  waited_ += wait;
  trace_.notice(what + "; waiting for " + shown(wait));
  loop_.sleep(wait);
}

Failure Api::refusal(const ApiRequest& request, const ApiAnswer& answer) const {
  std::string detail = name_of(request) + ": HTTP " + std::to_string(answer.status);
  if (!answer.message.empty()) detail += ", '" + answer.message + "'";
  if (access_.token.empty()) {
    detail += "; there is no token";
  } else if (answer.message.find("not permitted to create or approve pull requests") !=
             std::string::npos) {
    detail +=
        "; allow it in the repository's settings under Actions, General, Workflow permissions";
  } else if ((answer.status == 403 || answer.status == 404) && !request.permission.empty()) {
    detail += "; the token needs '" + std::string(request.permission) + "' (classic: scope 'repo')";
  }
  return {code_of(answer.status), detail};
}

std::string Api::url_of(const ApiRequest& request) const {
  std::string url = access_.api_url + "/repos/" + owner_ + '/' + name_ + request.path;
  char before = '?';
  for (const auto& [name, value] : request.query) {
    url += before + percent_encode(name) + '=' + percent_encode(value);
    before = '&';
  }
  return url;
}

std::string Api::name_of(const ApiRequest& request) const {
  return request.method + " /repos/" + owner_ + '/' + name_ + request.path;
}

// A refusal's body ("Troubleshooting the REST API: validation failed"): {message, errors:
// [{message} or {resource, field, code} or a text]}.
std::string Api::message_in(const json& body) const {
  const std::string* message = text_in(body, "message");
  if (message == nullptr) return {};
  std::string text = *message;
  const auto errors = body.find("errors");
  if (errors != body.end() && errors->is_array()) {
    for (const json& error : *errors) {
      const std::string* own =
          error.is_string() ? error.get_ptr<const json::string_t*>() : text_in(error, "message");
      const std::string* field = text_in(error, "field");
      const std::string* code = text_in(error, "code");
      if (own != nullptr) {
        text += ": " + *own;
      } else if (field != nullptr && code != nullptr) {
        text += ": " + *field + " is " + *code;
      }
    }
  }
  return printable(redactor_.redacted(std::move(text)), kMessageLimit);
}

}  // namespace occ::github
