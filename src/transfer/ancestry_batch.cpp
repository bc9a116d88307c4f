#include "transfer/ancestry_batch.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <utility>

namespace occ::transfer {
namespace {

using Content = CommitQuestion::Content;
using Ending = CommitQuestion::Ending;
using plan::Relation;

constexpr std::size_t kFewAlone = 8;          // tips that are asked about one by one
constexpr std::size_t kMostAtTheEdge = 2000;  // commits that are dated in one request, 0.5 MB
constexpr int kLevelsDated =
    8;  // behind each: what lies behind one may have left another before it
constexpr std::size_t kMostOffered = 1000;  // commits of one tip, where all of them are told
constexpr std::size_t kMostHaves = 20'000;  // in one request, about 1 MB

std::vector<Oid> sorted(OidSet set) {
  std::vector<Oid> all(set.begin(), set.end());
  std::sort(all.begin(), all.end());  // the same request for the same question
  return all;
}

OidSet joined(const OidSet& a, const std::vector<Oid>& b) {
  OidSet all = a;
  all.insert(b.begin(), b.end());
  return all;
}

}  // namespace

void AncestryBatch::seed(const wire::CommitParents& answer, const std::vector<Oid>& wants,
                         const std::vector<Oid>& haves) {
  graph_ = {};
  graph_.add(answer, wants, haves);
  source_asked_ = true;
  asked_ = false;
}

std::map<TipPair, plan::Ancestry> AncestryBatch::ask(std::vector<TipPair> pairs) {
  begin(std::move(pairs));
  const bool brings_news = !new_.empty() && !known_.empty();
  if (open_.size() > 1 || source_asked_ || (brings_news && !open_.empty())) {
    source_.trace().debug("asking how " + std::to_string(open_.size()) + " tips stand");
    const std::vector<Oid> ours = tips(&TipPair::first);
    if (!source_asked_ && !source_was_asked()) ask_source();
    settle();
    if (!open_.empty()) ask_target();
    if (!open_.empty() && !source_asked_) ask_source_beyond(ours);
    if (!open_.empty()) compare_edges();
    if (!open_.empty()) read_rest();
  }
  if (open_.size() > 1 && !contradicted_) {
    if (known_.empty()) ask_anew();
    if (!open_.empty()) compare_edges();
  }
  if (!contradicted_ && open_.size() > (edges_withheld_ ? kFewAlone : 1)) read_all();
  AncestryProbe probe(source_, target_, target_listing_);
  probe.note_unknown(unknown_);
  if (contradicted_) probe.mistrust_filters();
  for (const TipPair& pair : open_) settled_[pair] = ask_alone(probe, pair);
  shared_.insert(probe.shared().begin(), probe.shared().end());
  return std::move(settled_);
}

// What is added to a graph must fit what is there: so it begins anew unless it knows them all.
void AncestryBatch::begin(std::vector<TipPair> pairs) {
  settled_.clear();
  const bool goes_on = std::all_of(pairs.begin(), pairs.end(), [&](const TipPair& pair) {
    return graph_.knows(pair.first) && (graph_.knows(pair.second) || known_.contains(pair.second));
  });
  if (asked_ && !goes_on) {
    graph_ = {};
    source_asked_ = false;
  }
  asked_ = true;
  open_ = std::move(pairs);
}

// What lies behind a cut, or is not told truly, is not known of this pair, whatever is known of
// others.
plan::Ancestry AncestryBatch::ask_alone(AncestryProbe& probe, const TipPair& pair) {
  try {
    return probe.ask(pair.first, pair.second);
  } catch (const Failure& failure) {
    if (failure.code() != FailureCode::source_shallow && !probe.is_contradicted()) throw;
    plan::Ancestry ancestry;
    ancestry.hidden = failure.what();
    ancestry.hidden_by = failure.code();
    return ancestry;
  }
}

bool AncestryBatch::source_was_asked() const {
  return std::all_of(open_.begin(), open_.end(), [this](const TipPair& pair) {
    return unknown_.contains(pair.second) || known_.contains(pair.second);
  });
}

std::vector<Oid> AncestryBatch::tips(Oid TipPair::*side) const {
  OidSet all;
  for (const TipPair& pair : open_) all.insert(pair.*side);
  return sorted(std::move(all));
}

OidSet AncestryBatch::edge() const {
  OidSet all;
  for (const TipPair& pair : open_) {
    const bool theirs_known = graph_.knows(pair.second) || known_.contains(pair.second);
    if (!graph_.knows(pair.first) || !theirs_known) continue;
    if (is_whole(pair.first) != is_whole(pair.second)) continue;  // see read_rest()
    all.merge(graph_.relate(pair).edge);
  }
  return all;
}

void AncestryBatch::add(const CommitAnswer& answer, const Question& question) {
  graph_.add(answer.commits, question.wants, question.haves);
}

void AncestryBatch::keep(Remote& remote, CommitAnswer& answer, const Question& question) {
  std::size_t kept = answer.pack.size();
  for (const Pack& pack : packs_) kept += pack.bytes.size();
  if (answer.pack.empty() || kept > kMostKept) return;
  packs_.push_back({&remote, question.wants, question.haves, std::move(answer.pack)});
}

// Takes out of the open pairs what the graph tells. Of a shallow source it tells nothing but what
// was seen: behind its cut there may be anything.
void AncestryBatch::settle() {
  std::erase_if(open_, [&](const TipPair& pair) {
    auto standing = graph_.relate(pair);
    if (standing.is_contradicted && !is_cut() && !target_is_cut_) contradicted_ = true;
    if (!standing.ancestry) return false;
    if (is_cut() && standing.ancestry->relation != Relation::fast_forward) return false;
    standing.ancestry->ahead_is_least = graph_.comes_to_any(pair.first, cut_);
    if (standing.ancestry->relation != Relation::fast_forward) {
      shared_.insert(standing.ancestry->parting.begin(), standing.ancestry->parting.end());
    }
    settled_[pair] = *std::move(standing.ancestry);
    return true;
  });
}

// What is new at the source: all that none of the target's tips reaches. If it finds that they do
// not suffice, it says which it knows.
void AncestryBatch::ask_source() {
  const Question question{tips(&TipPair::first), tips(&TipPair::second)};
  const CommitAnswer answer = CommitFetch(source_, question).read();
  known_.insert(answer.acknowledged.begin(), answer.acknowledged.end());
  cut_.insert(answer.cut.begin(), answer.cut.end());
  if (answer.has_pack) add(answer, question);
  source_asked_ = answer.has_pack;
}

// What is new at the target, as seen from what the source has: the tips that the source does not
// know, without what the others reach.
void AncestryBatch::ask_target() {
  OidSet unknown;
  OidSet ours;
  for (const TipPair& pair : open_) {
    if (known_.contains(pair.second) || graph_.knows(pair.second)) continue;
    unknown.insert(pair.second);
    ours.insert(pair.first);
  }
  if (unknown.empty()) return;
  Question question{sorted(std::move(unknown)), sorted(joined(known_, sorted(ours)))};
  if (!known_.empty()) question.ending = Ending::always;
  question.keeps_pack = keeps_packs_;
  CommitAnswer answer = CommitFetch(target_, question).read();
  if (!answer.has_pack && !answer.acknowledged.empty()) {
    question = {question.wants, sorted(answer.acknowledged), Ending::always};
    question.keeps_pack = keeps_packs_;
    answer = CommitFetch(target_, question).read();
  }
  if (!answer.has_pack) return;
  target_is_cut_ = target_is_cut_ || !answer.cut.empty();
  keep(target_, answer, question);
  add(answer, question);
  settle();
}

// The same at the source, which was not sure that it could tell it all: what `ours` reach, and
// neither a tip that both have nor where the target's histories leave what the source has. `ours`
// are all tips that the target was told of: what it left out for one of them is told now.
void AncestryBatch::ask_source_beyond(std::vector<Oid> ours) {
  OidSet haves = known_;
  for (const TipPair& pair : open_) {
    if (!graph_.knows(pair.second) || haves.size() > kMostHaves) continue;
    Walk theirs = graph_.walk(pair.second);
    const bool all_is_told = theirs.boundary.empty();
    haves.merge(theirs.boundary);
    if (all_is_told && theirs.count() <= kMostOffered) haves.merge(theirs.commits);
  }
  if (haves.empty()) return;
  const bool brings_news = !new_.empty() && !known_.empty();
  if (brings_news) ours = sorted(joined(new_, ours));
  const Question question{std::move(ours), sorted(std::move(haves)), Ending::always};
  const CommitAnswer answer = CommitFetch(source_, question).read();
  cut_.insert(answer.cut.begin(), answer.cut.end());
  add(answer, question);
  if (brings_news) news_ = answer.commits;
  source_asked_ = true;
  settle();
}

// Where pairs are open because one history goes on behind the edge of the other, all that lies
// above the oldest commit near the edge tells. Both sides have it all, unless the edge is a cut;
// but they need not hand it out, as no ref has to name it.
void AncestryBatch::compare_edges() {
  if (!source_asked_ || is_cut()) return;
  const OidSet at = edge();
  if (at.size() < 2 || at.size() > kMostAtTheEdge) return;
  const auto can_tell = [](Remote& remote) {
    return remote.has(Ability::leave_out) && remote.has(Ability::deepen);
  };
  for (Remote* teller : {&source_, &target_}) {
    if (!can_tell(*teller)) continue;
    if (ask_above_oldest(*teller, at)) return;
    edges_withheld_ = true;
  }
}

// Whether it was told.
bool AncestryBatch::ask_above_oldest(Remote& teller, OidSet at) {
  const auto dated = ask_if_handed_out(
      teller, {sorted(at), {}, Ending::always, Content::dated_commits, kLevelsDated});
  if (!dated) return false;
  const auto& times = dated->times;
  const auto oldest =
      std::min_element(times.begin(), times.end(), [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second < b.second : a.first < b.first;
      });
  if (oldest == times.end()) return false;
  at.erase(oldest->first);
  Question above{sorted(std::move(at)), {oldest->first}, Ending::always};
  above.keeps_pack = keeps_packs_;
  auto answer = ask_if_handed_out(teller, above);
  if (!answer) return false;
  keep(teller, *answer, above);
  add(*answer, above);
  settle();
  return true;
}

// Tips of which the source knows none: from the target's other tips, if it knows some of those.
void AncestryBatch::ask_anew() {
  graph_ = {};
  AncestryProbe probe(source_, target_, target_listing_);
  CommitAnswer answer = probe.ask_from_hints(tips(&TipPair::first));
  if (answer.acknowledged.empty()) return;
  const std::vector<Oid> common = sorted(std::move(answer.acknowledged));
  const Question at_source{tips(&TipPair::first), common, Ending::always};
  const Question at_target{tips(&TipPair::second), common, Ending::always};
  if (!answer.has_pack) return ask_both(at_source, at_target);
  cut_.insert(answer.cut.begin(), answer.cut.end());
  add(answer, at_source);
  add(CommitFetch(target_, at_target).read(), at_target);
  source_asked_ = true;
  settle();
}

// Where one history was told down to its roots and is not what the other parted from, all of the
// other tells, and no more is needed of the first.
void AncestryBatch::read_rest() {
  if (contradicted_ || is_cut() || target_is_cut_) return;
  if (!source_.has(Ability::leave_out) || !target_.has(Ability::leave_out)) return;
  OidSet ours;
  OidSet theirs;
  AncestryGraph told;
  for (const TipPair& pair : open_) {
    const bool source_is_whole = is_whole(pair.first);
    const bool target_is_whole = is_whole(pair.second);
    if (source_is_whole == target_is_whole) continue;
    (source_is_whole ? theirs : ours).insert(source_is_whole ? pair.second : pair.first);
    told.add(graph_.behind(source_is_whole ? pair.first : pair.second), {}, {});
  }
  if (ours.empty() && theirs.empty()) return;
  graph_ = std::move(told);
  std::vector<std::pair<Remote*, Question>> questions;
  if (!ours.empty()) questions.push_back({&source_, {sorted(ours), {}, Ending::always}});
  if (!theirs.empty()) questions.push_back({&target_, {sorted(theirs), {}, Ending::always}});
  for (auto& [remote, question] : questions) question.keeps_pack = keeps_packs_;
  auto answers = ask_together(questions);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    keep(*questions[i].first, answers[i], questions[i].second);
    if (questions[i].first == &source_) {
      cut_.insert(answers[i].cut.begin(), answers[i].cut.end());
    } else {
      target_is_cut_ = target_is_cut_ || !answers[i].cut.empty();
    }
    add(answers[i], questions[i].second);
  }
  settle();
}

// The slower exact way: both histories, commits only.
void AncestryBatch::read_all() {
  if (!source_.has(Ability::leave_out) || !target_.has(Ability::leave_out)) return;
  graph_ = {};
  const Question at_source{tips(&TipPair::first), {}, Ending::always};
  const Question at_target{tips(&TipPair::second), {}, Ending::always};
  ask_both(at_source, at_target);
}

void AncestryBatch::ask_both(const Question& at_source, const Question& at_target) {
  const auto answers = ask_together({{&source_, at_source}, {&target_, at_target}});
  cut_.insert(answers[0].cut.begin(), answers[0].cut.end());
  add(answers[0], at_source);
  add(answers[1], at_target);
  source_asked_ = true;
  settle();
}

}  // namespace occ::transfer
