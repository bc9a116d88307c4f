#include "app/pull_requests.hpp"

#include "app/repositories.hpp"
#include "base/untrusted.hpp"
#include "github/pull_requests.hpp"
#include "net/loop.hpp"
#include "plan/pull_branch.hpp"
#include "report/pull_request_body.hpp"

#include <algorithm>
#include <optional>

namespace occ::app {
namespace {

using transfer::RefOutcome;

constexpr const char* kAgreeAgain =
    "The two branches agree again: there is nothing left to merge here.";

bool agrees(const RefOutcome& ref) {
  return !ref.planned.parting->pull_branch.empty() && !ref.error &&
         (has_landed(ref.result) || ref.result == transfer::Result::up_to_date);
}

const RefOutcome* find(const report::Report& report, const std::string& target_ref) {
  const auto& all = report.outcome.refs;
  const auto at = std::find_if(all.begin(), all.end(), [&](const RefOutcome& ref) {
    return ref.planned.target_ref == target_ref;
  });
  return at == all.end() ? nullptr : &*at;
}

// What the API's address, its network or whoever answers in its place is the cause of. The advice
// on the others would be that on the target's Git server.
FailureCode code_of_api(FailureCode code) {
  switch (code) {
    case FailureCode::bad_input:
    case FailureCode::host_unreachable:
    case FailureCode::connection_lost:
    case FailureCode::protocol_error:
      return FailureCode::api_unreachable;
    default:  // the rest is told in words that fit an API
      return code;
  }
}

class Bot {
 public:
  Bot(const inputs::Settings& settings, runner::Console& console, net::Loop& loop,
      report::Report& report)
      : wishes_(settings.pull_requests),
        console_(console),
        report_(report),
        settings_(settings),
        loop_(loop) {}

  void attend(RefOutcome& ref) {
    try {
      if (plan::is_left_to_pull_request(ref.planned)) {
        open(ref);
      } else {
        close(ref);
      }
    } catch (const Failure& failure) {
      ref.error = code_of_api(failure.code());
      ref.reason = "the pull request cannot be brought up to date: " + printable(failure.what());
    }
  }

 private:
  void open(RefOutcome& ref) {
    const std::string head(short_name(ref.planned.parting->pull_branch));
    const RefOutcome* branch = find(report_, ref.planned.parting->pull_branch);
    if (branch == nullptr || branch->error) return;  // the branch's own row tells why
    auto text = report::pull_request_text(report_, ref, head);
    github::PullRequestWish wish;
    wish.head = head;
    wish.base = short_name(ref.planned.target_ref);
    wish.title = std::move(text.title);
    wish.body = console_.redactor().redacted(std::move(text.body));
    wish.labels = wishes_.labels;
    wish.reviewers = wishes_.reviewers;
    wish.assignees = wishes_.assignees;
    wish.draft = wishes_.draft;
    const github::PullRequest request = github::open_or_update(api(), wish);
    ref.pull_request_url = request.url;
    ref.reason += request.is_new ? "; opened " : "; see ";
    ref.reason += printable(request.url);
    take_notes(request);
  }

  void close(const RefOutcome& ref) {
    const auto request =
        github::close_if_open(api(), std::string(short_name(ref.planned.parting->pull_branch)),
                              std::string(short_name(ref.planned.target_ref)), kAgreeAgain);
    if (!request) return;
    report_.outcome.notes.push_back("Closed " + printable(request->url) +
                                    ": the two branches agree again.");
    take_notes(*request);
  }

  // What is wrong with its address is the error of each ref that needs it.
  github::Api& api() {
    if (!api_) api_.emplace(api_access(settings_), loop_, console_);
    return *api_;
  }

  void take_notes(const github::PullRequest& request) {
    for (const std::string& note : request.notes) {
      report_.outcome.notes.push_back(printable(request.url) + ": " + note);
    }
  }

  const inputs::PullRequestSettings& wishes_;
  runner::Console& console_;
  report::Report& report_;
  const inputs::Settings& settings_;
  net::Loop& loop_;
  std::optional<github::Api> api_;
};

}  // namespace

github::ApiAccess api_access(const inputs::Settings& settings) {
  github::ApiAccess access;
  access.api_url = settings.pull_requests.api_url;
  access.repository = settings.pull_requests.repository;
  access.token = settings.target.password;
  access.trust = trust_of(settings.network);
  return access;
}

void attend_pull_requests(const inputs::Settings& settings, runner::Console& console,
                          const std::atomic<int>& signal, report::Report& report) {
  if (report.outcome.dry_run || report.outcome.failure) return;
  const bool any = std::any_of(report.outcome.refs.begin(), report.outcome.refs.end(),
                               [](const RefOutcome& ref) {
                                 return plan::is_left_to_pull_request(ref.planned) || agrees(ref);
                               });
  if (!any) return;
  net::Loop loop({settings.network.timeout, &signal});
  Bot bot(settings, console, loop, report);
  for (RefOutcome& ref : report.outcome.refs) {
    if (!plan::is_left_to_pull_request(ref.planned) && !agrees(ref)) continue;
    bot.attend(ref);
  }
}

}  // namespace occ::app
