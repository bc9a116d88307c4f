#include "transfer/lessons.hpp"

#include "base/shown_count.hpp"
#include "base/untrusted.hpp"
#include "plan/backups.hpp"
#include "plan/name_conflicts.hpp"
#include "transfer/abilities.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace occ::transfer {
namespace {

using plan::Action;

constexpr int kMostNamed = 2;       // each sends the pack again
constexpr int kMostLostLeases = 2;  // of one ref, before the others go without it

bool is_backup(std::string_view name) {
  return name.starts_with(plan::kBackupFolder);
}

std::vector<std::string> commands_of(const plan::Plan& plan) {
  std::vector<std::string> names;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (plan::is_command(ref.action)) names.push_back(ref.target_ref);
  }
  return names;
}

Refusal refusal_of(const wire::CommandResult& result, const PushAnswer& answer) {
  return classify_refusal(result.reason, answer.server_text, answer.report.unpack);
}

Refusal first_refusal(const PushAnswer& answer) {
  const auto& results = answer.report.results;
  if (!results.empty()) return refusal_of(results.front(), answer);
  Refusal refusal = classify_refusal({}, answer.server_text, answer.report.unpack);
  if (refusal.text.empty()) refusal.text = "the target did not take it, and does not say why";
  return refusal;
}

// What a server says of one ref, whatever becomes of the others (git's receive-pack, and GitHub's).
bool concerns_one_ref(std::string_view reason, FailureCode code) {
  for (const std::string_view own :
       {"hook declined", "funny refname", "branch is currently checked out",
        "missing necessary objects"}) {
    if (reason == own) return true;
  }
  return code == FailureCode::hidden_ref || code == FailureCode::non_fast_forward ||
         code == FailureCode::deletion_refused || code == FailureCode::default_branch_deletion ||
         code == FailureCode::lease_lost || code == FailureCode::atomic_refused ||
         code == FailureCode::source_shallow || code == FailureCode::symbolic_ref;
}

// Whether the push fell as one: by a hook that sees all of it, or by what is in its pack.
bool is_refused_whole(const PushAnswer& answer) {
  const wire::PushReport& report = answer.report;
  const auto& results = report.results;
  if (std::any_of(results.begin(), results.end(), [](const auto& each) { return each.accepted; })) {
    return false;
  }
  if (results.empty() || (!report.unpack.empty() && report.unpack != "ok")) return true;
  const std::string& reason = results.front().reason;
  const bool alike = std::all_of(results.begin(), results.end(),
                                 [&](const auto& each) { return each.reason == reason; });
  return alike && !concerns_one_ref(reason, refusal_of(results.front(), answer).code);
}

bool is_culprit_unknown(const PushAnswer& answer) {
  const auto& results = answer.report.results;
  return !results.empty() && std::all_of(results.begin(), results.end(), [&](const auto& each) {
    return !each.accepted && refusal_of(each, answer).code == FailureCode::atomic_refused;
  });
}

void drop_backups(plan::Plan& plan, const std::set<std::string>& names) {
  if (names.empty()) return;
  std::erase_if(plan.backups, [&](const Ref& backup) { return names.contains(backup.name); });
}

}  // namespace

std::vector<plan::PlannedRef> Lessons::apply(plan::Plan& plan, const wire::Capabilities& target) {
  if (backups_refused_) plan::block_without_backup(plan, *backups_refused_);
  const bool can_delete = target.has("delete-refs");
  std::set<std::string> needless;
  const auto block = [&](plan::PlannedRef& ref, std::optional<FailureCode> problem,
                         std::string reason) {
    ref.action = Action::blocked;
    ref.problem = problem;
    ref.reason = std::move(reason);
    needless.insert(std::exchange(ref.backup, {}));
  };
  for (plan::PlannedRef& ref : plan.refs) {
    if (!plan::is_command(ref.action)) continue;
    if (const RefOutcome* refused = fates_.refusal_of(ref.target_ref)) {
      block(ref, refused->error, refused->reason);
    } else if (ref.action == Action::remove && !can_delete) {
      block(ref, FailureCode::deletion_refused, "the target does not offer 'delete-refs'");
    }
  }
  plan::block_all_if_one_is_blocked(plan);
  std::vector<plan::PlannedRef> aside;
  const auto waits = [&](const plan::PlannedRef& ref) {
    return plan::is_command(ref.action) && portions_.waits(ref.target_ref);
  };
  const auto may_go = [&](const plan::PlannedRef& ref) {
    return plan::is_command(ref.action) && !portions_.waits(ref.target_ref);
  };
  while (std::none_of(plan.refs.begin(), plan.refs.end(), may_go) && portions_.release()) {
  }
  if (portions_.any_waits()) {
    const auto first = std::stable_partition(plan.refs.begin(), plan.refs.end(),
                                             [&](const auto& ref) { return !waits(ref); });
    for (auto ref = first; ref != plan.refs.end(); ++ref) needless.insert(ref->backup);
    aside.assign(std::make_move_iterator(first), std::make_move_iterator(plan.refs.end()));
    plan.refs.erase(first, plan.refs.end());
  }
  drop_backups(plan, needless);
  return aside;
}

bool Lessons::learn(const RefusedPush& push) {
  const std::vector<std::string> names = commands_of(push.plan);
  const PushAnswer& answer = push.answer;
  const bool whole = is_refused_whole(answer);
  if (whole) {
    const std::size_t sent = push.request.commands.size();
    if (learn_limit(answer.server_text + '\n' + first_refusal(answer).text, sent) &&
        fit_limit(push.plan, names, sent)) {
      return true;
    }
    return learn_from_whole(push, names);
  }
  if (learn_from_aliases(push)) return true;
  if (!push.request.atomic) return false;  // the others landed
  if (!is_culprit_unknown(answer)) return learn_from_names(push);
  // Perhaps it is only the record that another writer stands against.
  if (push.with_record) {
    record_apart_ = true;
    return true;
  }
  without_atomic_ = !push.plan.atomic;
  return without_atomic_;
}

bool Lessons::learn(const plan::Plan& plan, const wire::PushRequest& request,
                    const Failure& failure, std::uint64_t pack_bytes) {
  const std::vector<std::string> names = commands_of(plan);
  const std::size_t sent = request.commands.size();
  if (learn_limit(failure.what(), sent)) return fit_limit(plan, names, sent);
  if (failure.code() != FailureCode::pack_too_large || plan.atomic) return false;
  ++refused_pushes_;
  refused_bytes_ += pack_bytes;
  if (names.size() > 1 && may_split()) {
    split(plan, names);
    return true;
  }
  if (!portions_.any_waits()) return false;
  refuse_group(plan, {failure.code(), failure.what()}, names.size());
  return go_on();
}

// A push that breaks off may have met the network: the same goes once more before.
bool Lessons::blame_atomic(const plan::Plan& plan, const wire::PushRequest& request,
                           const Failure& failure) {
  if (!request.atomic || plan.atomic) return false;
  if (failure.code() == FailureCode::server_refused) return may_be_about_atomic(failure.what());
  if (failure.retry_may_help()) return ++broken_off_ > 1;
  return failure.code() == FailureCode::protocol_error;
}

void Lessons::note_lost_leases(const plan::Plan& plan, const std::vector<RefOutcome>& refs) {
  if (plan.atomic) return;
  std::vector<std::string> contested;
  for (const RefOutcome& each : refs) {
    if (each.result != Result::lease_lost || !plan::is_command(each.planned.action)) continue;
    if (++lost_leases_[each.planned.target_ref] == kMostLostLeases) {
      contested.push_back(each.planned.target_ref);
    }
  }
  if (contested.size() < commands_of(plan).size()) portions_.hold_back(std::move(contested));
}

bool Lessons::learn_limit(std::string_view text, std::size_t sent) {
  const auto most = transfer::most_commands(text);
  if (!most || *most >= sent) return false;
  most_commands_ = std::min(most_commands_, *most);
  return true;
}

// What is ours goes by itself then, so that the refs get all the room.
bool Lessons::fit_limit(const plan::Plan& plan, const std::vector<std::string>& names,
                        std::size_t sent) {
  record_apart_ = backups_apart_ = true;
  if (names.size() <= most_commands_) return names.size() < sent;
  if (plan.atomic) return false;
  portions_.cut(names, most_commands_);
  return true;
}

bool Lessons::learn_from_whole(const RefusedPush& push, const std::vector<std::string>& names) {
  ++refused_pushes_;
  refused_bytes_ += push.pack_bytes;
  const std::string& unpack = push.answer.report.unpack;
  const bool by_pack = !unpack.empty() && unpack != "ok";
  if (!by_pack && take_ours_out(push.request, push.with_record)) return true;
  if (push.plan.atomic) return false;
  if (names.size() > 1 && may_split()) {
    split(push.plan, names);
    return true;
  }
  refuse_group(push.plan, first_refusal(push.answer), names.size());
  return go_on();
}

// Some hosts take branches and tags only, and decline all that comes with another ref.
bool Lessons::take_ours_out(const wire::PushRequest& request, bool with_record) {
  if (with_record) {
    record_apart_ = true;
    return true;
  }
  const bool has_backups =
      std::any_of(request.commands.begin(), request.commands.end(),
                  [](const wire::RefCommand& command) { return is_backup(command.name); });
  if (has_backups) backups_apart_ = keep_expired_ = true;
  return has_backups;
}

void Lessons::split(const plan::Plan& plan, const std::vector<std::string>& names) {
  record_apart_ = true;
  std::vector<std::string> deletions;
  std::vector<std::string> others;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (!plan::is_command(ref.action)) continue;
    (ref.action == Action::remove ? deletions : others).push_back(ref.target_ref);
  }
  if (!deletions.empty() && !others.empty()) {
    portions_.hold_back(plan::has_freed_name(plan) ? std::move(others) : std::move(deletions));
    return;
  }
  const auto half = static_cast<std::ptrdiff_t>((names.size() + 1) / 2);
  portions_.hold_back({names.begin() + half, names.end()});
}

bool Lessons::may_split() const {
  return refused_pushes_ < kFewRefusedPushes ||
         (refused_pushes_ < kMostRefusedPushes && refused_bytes_ < kMostRefusedBytes);
}

void Lessons::refuse_group(const plan::Plan& plan, const Refusal& refusal, std::size_t size) {
  const std::string reason =
      refusal.text +
      (size > 1 ? " (refused together with " + shown_count(size - 1, "other ref", "other refs") +
                      ", and not tried alone after " +
                      shown_count(static_cast<std::uint64_t>(refused_pushes_), "refused push)",
                                  "refused pushes)")
                : "");
  for (const plan::PlannedRef& ref : plan.refs) {
    if (!plan::is_command(ref.action)) continue;
    fates_.note({ref, Result::rejected, refusal.code, reason});
    fates_.refuse({ref, Result::rejected, refusal.code, reason});
  }
}

// Two names of one ref, which git moves only together: the first goes, and the others do not. A
// target of version 0 does not tell beforehand.
bool Lessons::learn_from_aliases(const RefusedPush& push) {
  if (push.plan.atomic) return false;
  std::map<Oid, const plan::PlannedRef*> first_by_tip;
  bool learnt = false;
  for (const plan::PlannedRef& ref : push.plan.refs) {
    if (!plan::is_command(ref.action)) continue;
    const auto& results = push.answer.report.results;
    const auto told = std::find_if(results.begin(), results.end(), [&](const auto& each) {
      return each.name == ref.target_ref && !each.accepted;
    });
    if (told == results.end()) continue;
    const Refusal refusal = refusal_of(*told, push.answer);
    if (refusal.code != FailureCode::symbolic_ref) continue;
    const auto [first, is_first] = first_by_tip.emplace(ref.old_oid, &ref);
    if (is_first) continue;
    fates_.refuse({ref, Result::rejected, refusal.code,
                   "on the target it and '" + printable(first->second->target_ref) +
                       "' are two names of one ref, which can only go one way: " + refusal.text});
    learnt = true;
  }
  return learnt;
}

bool Lessons::learn_from_names(const RefusedPush& push) {
  bool learnt = false;
  for (const wire::CommandResult& each : push.answer.report.results) {
    if (!each.accepted) learnt = learn_from_name(push.plan, each, push.answer) || learnt;
  }
  // Git names but one culprit of such a push.
  if (learnt && ++named_ == kMostNamed) without_atomic_ = !push.plan.atomic;
  return learnt;
}

bool Lessons::learn_from_name(const plan::Plan& plan, const wire::CommandResult& result,
                              const PushAnswer& answer) {
  const Refusal refusal = refusal_of(result, answer);
  if (refusal.code == FailureCode::atomic_refused || refusal.code == FailureCode::lease_lost) {
    return false;
  }
  if (result.name == plan::kLedgerRef) {
    ledger_refused_ = refusal.text;
    return true;
  }
  if (is_backup(result.name)) {
    const bool is_new = std::any_of(plan.backups.begin(), plan.backups.end(),
                                    [&](const Ref& backup) { return backup.name == result.name; });
    if (is_new) {
      backups_refused_ = refusal.text;
    } else {
      keep_expired_ = true;
    }
    return true;
  }
  const auto ref = std::find_if(plan.refs.begin(), plan.refs.end(),
                                [&](const auto& each) { return each.target_ref == result.name; });
  if (ref == plan.refs.end() || plan.atomic) return false;
  fates_.refuse({*ref, Result::rejected, refusal.code, refusal.text});
  return true;
}

}  // namespace occ::transfer
