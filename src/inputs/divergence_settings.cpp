#include "inputs/divergence_settings.hpp"

#include "base/agent.hpp"
#include "base/ascii.hpp"
#include "base/untrusted.hpp"

#include <algorithm>

namespace occ::inputs {
namespace {

OnDivergence read_on_divergence(Reader& reader) {
  const std::string text = reader.text("on_divergence");
  if (text == "fail") return OnDivergence::fail;
  if (text == "skip") return OnDivergence::skip;
  if (text == "overwrite") return OnDivergence::overwrite;
  if (text == "merge") return OnDivergence::merge;
  if (text == "pull_request") return OnDivergence::pull_request;
  reader.mistake("on_divergence", "'" + printable(text, 60) +
                                      "' is not fail, skip, overwrite, merge or pull_request");
  return OnDivergence::fail;
}

OnConflict read_on_conflict(Reader& reader) {
  const std::string text = reader.text("on_conflict");
  if (text == "ours") return OnConflict::ours;
  if (text == "theirs") return OnConflict::theirs;
  if (text == "pull_request") return OnConflict::pull_request;
  if (text != "fail") {
    reader.mistake("on_conflict",
                   "'" + printable(text, 60) + "' is not fail, ours, theirs or pull_request");
  }
  return OnConflict::fail;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + ',') {
    if (c != ',' && c != '\n') {
      word += c;
      continue;
    }
    const std::size_t begin = word.find_first_not_of(" \t\r");
    if (begin != std::string::npos) {
      words.push_back(word.substr(begin, word.find_last_not_of(" \t\r") + 1 - begin));
    }
    word.clear();
  }
  return words;
}

// "owner/name" of "https://host/owner/name.git"; empty if the path is not of that form.
std::string repository_of(const Endpoint& endpoint) {
  const std::size_t host = endpoint.location.find("://");
  const std::size_t path = host == std::string::npos ? host : endpoint.location.find('/', host + 3);
  if (endpoint.kind != Endpoint::Kind::http || path == std::string::npos) return {};
  std::string name = endpoint.location.substr(path + 1);
  while (name.ends_with('/')) name.pop_back();
  if (name.ends_with(".git")) name.resize(name.size() - 4);
  return std::count(name.begin(), name.end(), '/') == 1 ? name : std::string();
}

// What the room github can ask at: scheme and host, and nothing that no API has.
bool is_api_address(std::string_view url) {
  if (!ascii_starts_with(url, "https://") && !ascii_starts_with(url, "http://")) return false;
  const std::string_view rest = url.substr(url.find("://") + 3);
  const bool has_host = !rest.empty() && rest.front() != '/' && rest.front() != ':';
  return has_host && std::none_of(url.begin(), url.end(), [](unsigned char c) {
           return c <= 0x20 || c == 0x7F || c == '@' || c == '?' || c == '#';
         });
}

PullRequestSettings read_pull_requests(Reader& reader, const Settings& settings) {
  PullRequestSettings wishes;
  wishes.labels = words_of(reader.text("pull_request_labels"));
  wishes.reviewers = words_of(reader.text("pull_request_reviewers"));
  wishes.assignees = words_of(reader.text("pull_request_assignees"));
  wishes.draft = reader.boolean("pull_request_draft");
  wishes.repository = repository_of(settings.target);
  if (settings.target.on_workflow_server) {
    wishes.api_url = settings.runner.api_url;
  } else if (settings.target.location.starts_with("https://github.com/")) {
    wishes.api_url = "https://api.github.com";
  }
  const bool wanted =
      settings.mode == Mode::sync && (settings.on_divergence == OnDivergence::pull_request ||
                                      settings.on_conflict == OnConflict::pull_request);
  const bool known = !wishes.api_url.empty() && !wishes.repository.empty();
  if (wanted && !known && reader.mistakes().empty()) {
    reader.mistake(
        settings.on_divergence == OnDivergence::pull_request ? "on_divergence" : "on_conflict",
        "pull_request needs a target on GitHub: owner/name on the workflow's own "
        "server, or https://github.com/owner/name");
  }
  // Found out after the push, it would leave the pull request out of a run that did all the rest.
  if (wanted && known && !is_api_address(wishes.api_url)) {
    reader.mistake("GITHUB_API_URL", "'" + printable(wishes.api_url, 200) +
                                         "' is not the address of an API, which pull_request "
                                         "needs: unset it, or write https://host/api/v3");
  }
  return wishes;
}

// git-commit, "--author": what stands in a commit's header.
std::string read_merge_author(Reader& reader) {
  std::string text = reader.text("merge_author");
  if (text.empty()) return std::string(kBotName) + " <" + std::string(kBotEmail) + '>';
  const std::size_t open = text.find(" <");
  const std::string_view email =
      std::string_view(text).substr(open == std::string::npos ? 0 : open);
  const bool well_formed =
      open != std::string::npos && open > 0 && text.ends_with('>') &&
      email.find_first_of("<>", 2) == email.size() - 1 &&
      std::string_view(text).substr(0, open).find_first_of("<>") == std::string_view::npos &&
      std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (!well_formed) {
    reader.mistake("merge_author", "'" + printable(text, 60) + "' is not 'Name <email>'");
  }
  return text;
}

}  // namespace

void read_divergence_settings(Reader& reader, Settings& settings) {
  settings.on_divergence = read_on_divergence(reader);
  settings.on_conflict = read_on_conflict(reader);
  settings.merge_author = read_merge_author(reader);
  settings.pull_requests = read_pull_requests(reader, settings);
}

}  // namespace occ::inputs
