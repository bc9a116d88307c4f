#include "transfer/commit_fetch.hpp"

#include "base/failure.hpp"
#include "transfer/refusal.hpp"
#include "wire/pack_scanner.hpp"

#include <limits>
#include <memory>
#include <utility>

namespace occ::transfer {
namespace {

wire::FetchRequest request_of(const CommitQuestion& question) {
  wire::FetchRequest request;
  request.wants = question.wants;
  request.haves = question.haves;
  request.filter = wire::Filter::commits_only;
  request.done = question.ending == CommitQuestion::Ending::always;
  request.deepen = question.deepen;
  return request;
}

}  // namespace

CommitFetch::CommitFetch(Remote& remote, CommitQuestion question)
    : remote_(remote), question_(std::move(question)), fetch_(remote, request_of(question_)) {}

CommitAnswer CommitFetch::read() {
  using Content = CommitQuestion::Content;
  const wire::FetchPreamble& preamble = fetch_.preamble();
  const auto& server = remote_.advertisement(net::Service::upload_pack);
  CommitAnswer answer;
  answer.acknowledged.insert(preamble.acknowledged.begin(), preamble.acknowledged.end());
  const std::vector<Oid> cut = fetch_.cut();
  answer.cut.insert(cut.begin(), cut.end());
  answer.has_pack = preamble.pack_follows;
  // Before version 2 a pack comes in any case; without a known have it would be the whole history.
  const bool when_ready = question_.ending == CommitQuestion::Ending::when_ready;
  if (when_ready && server.version < 2) {
    answer.has_pack = answer.acknowledged.size() == question_.haves.size();
  }
  const bool useless = when_ready && answer.acknowledged.empty();
  if (!answer.has_pack || useless || question_.content == Content::only_acknowledgments) {
    return answer;
  }
  wire::PackScanner scanner(server.capabilities.object_format(),
                            std::numeric_limits<std::size_t>::max());
  if (question_.content == Content::dated_commits) scanner.keep_times();
  try {
    for (Bytes bytes = fetch_.read_pack(); !bytes.empty(); bytes = fetch_.read_pack()) {
      scanner.feed(bytes);
      if (!question_.keeps_pack) continue;
      if (answer.pack.size() + bytes.size() > kMostKept) {
        question_.keeps_pack = false;
        answer.pack = {};
      } else {
        answer.pack += as_text(bytes);
      }
    }
  } catch (const Failure& failure) {
    if (failure.code() != FailureCode::limit_exceeded) throw;
    throw failure.reworded("'" + remote_.name() + "' sent too much: " + failure.what());
  }
  if (!scanner.finished()) {
    throw Failure(FailureCode::connection_lost,
                  "'" + remote_.name() + "' sent a pack without its end");
  }
  if (scanner.unread_commits() > 0) {
    throw Failure(FailureCode::limit_exceeded,
                  "'" + remote_.name() + "' has commits that are too large to be read");
  }
  answer.times = scanner.take_times();
  answer.commits = scanner.take_commits();
  return answer;
}

std::optional<CommitAnswer> ask_if_handed_out(Remote& remote, CommitQuestion question) {
  if (!remote.may_want(question.wants)) return std::nullopt;
  try {
    return CommitFetch(remote, std::move(question)).read();
  } catch (const Failure& failure) {
    if (!tells_of_rewritten_ref(failure.what())) throw;
    return std::nullopt;
  }
}

std::vector<CommitAnswer> ask_together(std::vector<std::pair<Remote*, CommitQuestion>> questions) {
  std::vector<std::unique_ptr<CommitFetch>> fetches;
  std::vector<CommitAnswer> answers;
  for (auto& [remote, question] : questions) {
    if (!remote->is_stateless()) break;
    fetches.push_back(std::make_unique<CommitFetch>(*remote, question));
  }
  for (std::size_t i = 0; i < questions.size(); ++i) {
    auto& [remote, question] = questions[i];
    if (i == fetches.size()) fetches.push_back(std::make_unique<CommitFetch>(*remote, question));
    answers.push_back(fetches[i]->read());
    fetches[i].reset();
  }
  return answers;
}

}  // namespace occ::transfer
