#include "app/pull_requests.hpp"

#include "app/repositories.hpp"
#include "base/untrusted.hpp"
#include "github/pull_requests.hpp"
#include "net/loop.hpp"
#include "report/pull_request_body.hpp"

#include <algorithm>
#include <optional>

namespace occ::app {
namespace {

using transfer::RefOutcome;

constexpr const char* kAgreeAgain =
    "The two branches agree again: there is nothing left to merge here.";

bool is_left_to_one(const plan::PlannedRef& ref) {
  return !ref.parting->pull_branch.empty() && ref.action == plan::Action::skip;
}

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

class Bot {
 public:
  Bot(const inputs::Settings& settings, runner::Console& console, net::Loop& loop,
      report::Report& report)
      : wishes_(settings.pull_requests),
        console_(console),
        report_(report),
        api_(api_access(settings), loop, console) {}

  void attend(RefOutcome& ref) {
    try {
      if (is_left_to_one(ref.planned)) {
        open(ref);
      } else {
        close(ref);
      }
    } catch (const Failure& failure) {
      ref.error = failure.code();
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
    const github::PullRequest request = github::open_or_update(api_, wish);
    ref.pull_request_url = request.url;
    ref.reason += request.is_new ? "; opened " : "; see ";
    ref.reason += printable(request.url);
    take_notes(request);
  }

  void close(const RefOutcome& ref) {
    const auto request =
        github::close_if_open(api_, std::string(short_name(ref.planned.parting->pull_branch)),
                              std::string(short_name(ref.planned.target_ref)), kAgreeAgain);
    if (!request) return;
    report_.outcome.notes.push_back("Closed " + printable(request->url) +
                                    ": the two branches agree again.");
    take_notes(*request);
  }

  void take_notes(const github::PullRequest& request) {
    for (const std::string& note : request.notes) {
      report_.outcome.notes.push_back(printable(request.url) + ": " + note);
    }
  }

  const inputs::PullRequestSettings& wishes_;
  runner::Console& console_;
  report::Report& report_;
  github::Api api_;
};

}  // namespace

bool wants_pull_requests(const plan::Plan& plan) {
  return std::any_of(plan.refs.begin(), plan.refs.end(), is_left_to_one);
}

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
  const bool any =
      std::any_of(report.outcome.refs.begin(), report.outcome.refs.end(),
                  [](const RefOutcome& ref) { return is_left_to_one(ref.planned) || agrees(ref); });
  if (!any) return;
  net::Loop loop({settings.network.timeout, &signal});
  std::optional<Bot> bot;
  for (RefOutcome& ref : report.outcome.refs) {
    if (!is_left_to_one(ref.planned) && !agrees(ref)) continue;
    if (!bot) bot.emplace(settings, console, loop, report);
    bot->attend(ref);
  }
}

}  // namespace occ::app
