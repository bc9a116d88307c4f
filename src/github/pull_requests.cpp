#include "github/pull_requests.hpp"

#include "base/ascii.hpp"
#include "base/untrusted.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string_view>

namespace occ::github {
namespace {

using nlohmann::json;

constexpr std::string_view kPullRequestsWrite = "Pull requests: read and write";
constexpr std::string_view kPullRequestsRead = "Pull requests: read";
constexpr std::string_view kIssuesWrite = "Issues: read and write";
constexpr std::size_t kNoteLimit = 500;  // bytes

const json& at(const json& value, std::initializer_list<const char*> path) {
  static const json kNothing;
  const json* found = &value;
  for (const char* name : path) {
    if (!found->is_object()) return kNothing;
    const auto next = found->find(name);
    if (next == found->end()) return kNothing;
    found = &*next;
  }
  return *found;
}

std::string text_at(const json& value, std::initializer_list<const char*> path) {
  const json& found = at(value, path);
  return found.is_string() ? found.get<std::string>() : std::string();
}

bool says(const ApiAnswer& answer, std::string_view what) {
  return answer.status == 422 && ascii_lower(answer.message).find(what) != std::string::npos;
}

// Where character number `limit` of valid UTF-8 begins; nothing if there are not so many.
std::optional<std::size_t> begin_of_character(std::string_view text, std::size_t limit) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
    if (begins && characters++ == limit) return i;
  }
  return std::nullopt;
}

std::string fitted_title(const std::string& title) {
  std::string line = valid_utf8(title);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  if (const auto cut = begin_of_character(line, kTitleLimit)) {
    line.resize(begin_of_character(line, kTitleLimit - 1).value_or(*cut));
    line += "…";
  }
  return line;
}

std::string fitted_body(const std::string& body) {
  constexpr std::string_view kCut =
      "\n\n*The rest was left out: GitHub takes 65,536 characters.*\n";
  std::string text = valid_utf8(body);
  if (!begin_of_character(text, kBodyLimit)) return text;
  text.resize(*begin_of_character(text, kBodyLimit - kCut.size()));
  const std::size_t line = text.rfind('\n');  // half a line could be half a tag
  if (line != std::string::npos && line > text.size() / 2) text.resize(line);
  return text.append(kCut);
}

// GitHub's editor writes CR LF, and blanks at the end mean nothing.
std::string comparable(std::string text) {
  std::erase(text, '\r');
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.pop_back();
  }
  return text;
}

PullRequest read_pull_request(const json& told) {
  const json& number = at(told, {"number"});
  if (!number.is_number_unsigned() || number.get<std::uint64_t>() == 0) {
    throw Failure(FailureCode::protocol_error, "GitHub told of a pull request without a number");
  }
  PullRequest read;
  read.number = number.get<std::uint64_t>();
  const std::string url = text_at(told, {"html_url"});
  const bool is_web = url.starts_with("https://") || url.starts_with("http://");
  if (is_web && printable(url) == url && url.find_first_of(" \"'<>()\\`") == std::string::npos) {
    read.url = url;
  }
  return read;
}

std::string path_of(const PullRequest& pull) {
  return "/pulls/" + std::to_string(pull.number);
}
std::string issue_path_of(const PullRequest& pull) {
  return "/issues/" + std::to_string(pull.number);
}

enum class Search : std::uint8_t {
  by_head,  // GitHub picks it out; by the owner's name, which a move makes wrong
  all
};

// The filters are not trusted: an address that a redirect made may lack them.
std::optional<json> find_open(Api& api, const std::string& head, const std::string& base,
                              Search search) {
  ApiRequest request{.path = "/pulls", .permission = kPullRequestsRead};
  request.query = {{"state", "open"}, {"base", base}, {"per_page", "100"}};
  if (search == Search::by_head) request.query.emplace_back("head", api.owner() + ':' + head);
  for (json& pull : api.list(request)) {
    const json& home = at(pull, {"base", "repo", "id"});
    const bool same_repository = !home.is_null() && at(pull, {"head", "repo", "id"}) == home;
    if (same_repository && text_at(pull, {"state"}) == "open" &&
        text_at(pull, {"head", "ref"}) == head && text_at(pull, {"base", "ref"}) == base) {
      return std::move(pull);
    }
  }
  if (search == Search::by_head && api.has_moved()) return find_open(api, head, base, Search::all);
  return std::nullopt;
}

PullRequest update(Api& api, const PullRequestWish& wish, const json& found) {
  PullRequest pull = read_pull_request(found);
  json changes = json::object();
  if (text_at(found, {"title"}) != wish.title) changes["title"] = wish.title;
  if (comparable(text_at(found, {"body"})) != comparable(wish.body)) changes["body"] = wish.body;
  if (!changes.empty()) {
    static_cast<void>(api.ask_for({.method = "PATCH",
                                   .path = path_of(pull),
                                   .body = std::move(changes),
                                   .permission = kPullRequestsWrite}));
  }
  return pull;
}

// Asks for an extra; what goes wrong becomes a note that begins with `failed`.
std::optional<ApiAnswer> ask_for_extra(Api& api, const ApiRequest& request, PullRequest& pull,
                                       const std::string& failed) {
  try {
    ApiAnswer answer = api.ask(request);
    if (answer.is_success()) return answer;
    pull.notes.push_back(
        printable(failed + ": " + api.refusal(request, answer).what(), kNoteLimit));
  } catch (const Failure& failure) {
    if (failure.code() == FailureCode::cancelled) throw;
    pull.notes.push_back(printable(failed + ": " + failure.what(), kNoteLimit));
  }
  return std::nullopt;
}

void add_labels(Api& api, PullRequest& pull, const std::vector<std::string>& labels) {
  if (labels.empty()) return;
  ask_for_extra(api,
                {.method = "POST",
                 .path = issue_path_of(pull) + "/labels",
                 .body = {{"labels", labels}},
                 .permission = kIssuesWrite},
                pull, "the labels could not be set");
}

// Whom GitHub may not assign it leaves out without a word ("Issue assignees").
void add_assignees(Api& api, PullRequest& pull, const std::vector<std::string>& assignees) {
  if (assignees.empty()) return;
  const auto answer = ask_for_extra(api,
                                    {.method = "POST",
                                     .path = issue_path_of(pull) + "/assignees",
                                     .body = {{"assignees", assignees}},
                                     .permission = kIssuesWrite},
                                    pull, "nobody could be assigned");
  if (!answer) return;
  std::vector<std::string> assigned;
  const json& told = at(answer->body, {"assignees"});
  if (told.is_array()) {
    for (const json& user : told) assigned.push_back(ascii_lower(text_at(user, {"login"})));
  }
  for (const std::string& wanted : assignees) {
    if (std::find(assigned.begin(), assigned.end(), ascii_lower(wanted)) == assigned.end()) {
      pull.notes.push_back("'" + printable(wanted, kNoteLimit) + "' could not be assigned");
    }
  }
}

ApiRequest review_request(const PullRequest& pull, const std::vector<std::string>& reviewers) {
  json body = json::object();
  for (const std::string& reviewer : reviewers) {
    const std::size_t slash = reviewer.find('/');
    if (slash == std::string::npos) {
      body["reviewers"].push_back(reviewer);
    } else {
      body["team_reviewers"].push_back(reviewer.substr(slash + 1));
    }
  }
  return {.method = "POST",
          .path = path_of(pull) + "/requested_reviewers",
          .body = std::move(body),
          .permission = kPullRequestsWrite};
}

// One who may not review makes GitHub refuse them all; then each is asked alone.
void ask_reviewers(Api& api, PullRequest& pull, const std::vector<std::string>& reviewers) {
  if (reviewers.empty()) return;
  std::string failed = "nobody could be asked for a review";
  if (reviewers.size() > 1) {
    PullRequest attempt{.number = pull.number, .url = {}};
    if (ask_for_extra(api, review_request(pull, reviewers), attempt, failed)) return;
  }
  for (const std::string& reviewer : reviewers) {
    failed = "reviewer '" + printable(reviewer, kNoteLimit) + "' could not be asked";
    ask_for_extra(api, review_request(pull, {reviewer}), pull, failed);
  }
}

ApiRequest creation(const PullRequestWish& wish, bool draft) {
  json body = {
      {"title", wish.title}, {"head", wish.head}, {"base", wish.base}, {"body", wish.body}};
  if (draft) body["draft"] = true;
  // Made twice, the second is refused: "A pull request already exists".
  return {.method = "POST",
          .path = "/pulls",
          .body = std::move(body),
          .repeat = Repeat::harmless,
          .permission = kPullRequestsWrite};
}

PullRequest open(Api& api, const PullRequestWish& wish) {
  PullRequest opened;
  ApiRequest request = creation(wish, wish.draft);
  ApiAnswer answer = api.ask(request);
  if (wish.draft && says(answer, "draft pull request")) {
    opened.notes.emplace_back("it is no draft: the repository's plan has none");
    request = creation(wish, false);
    answer = api.ask(request);
  }
  if (answer.is_success()) {
    const PullRequest told = read_pull_request(answer.body);
    opened.number = told.number;
    opened.url = told.url;
    opened.is_new = true;
  } else {
    std::optional<json> found;
    if (says(answer, "already exists")) found = find_open(api, wish.head, wish.base, Search::all);
    if (!found) throw api.refusal(request, answer);
    opened = update(api, wish, *found);
    opened.is_new = answer.was_repeated;  // our own, of the try that got no answer
  }
  if (!opened.is_new) return opened;
  add_labels(api, opened, wish.labels);
  add_assignees(api, opened, wish.assignees);
  ask_reviewers(api, opened, wish.reviewers);
  return opened;
}

}  // namespace

PullRequest open_or_update(Api& api, const PullRequestWish& wish) {
  PullRequestWish fitted = wish;
  fitted.title = fitted_title(wish.title);
  fitted.body = fitted_body(wish.body);
  if (const auto found = find_open(api, wish.head, wish.base, Search::by_head)) {
    return update(api, fitted, *found);
  }
  return open(api, fitted);
}

std::optional<PullRequest> close_if_open(Api& api, const std::string& head, const std::string& base,
                                         const std::string& comment) {
  const auto found = find_open(api, head, base, Search::by_head);
  if (!found) return std::nullopt;
  PullRequest pull = read_pull_request(*found);
  if (!comment.empty()) {
    ask_for_extra(api,
                  {.method = "POST",
                   .path = issue_path_of(pull) + "/comments",
                   .body = {{"body", fitted_body(comment)}},
                   .repeat = Repeat::harmful,
                   .permission = kPullRequestsWrite},
                  pull, "it was closed without a comment");
  }
  static_cast<void>(api.ask_for({.method = "PATCH",
                                 .path = path_of(pull),
                                 .body = {{"state", "closed"}},
                                 .permission = kPullRequestsWrite}));
  return pull;
}

}  // namespace occ::github
