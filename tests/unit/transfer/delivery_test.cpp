// What a target may do to a push, and what the run then does, against a target in memory.
#include "transfer/delivery.hpp"

#include "transfer/fake_target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::transfer {
namespace {

using test::id;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;

const std::string kLedger{"refs/sync/ledger"};
const std::string kWithAtomic = "report-status delete-refs atomic";

class Deliver : public test::Deliveries {
 protected:
  std::string error_of(const Outcome& outcome, std::string_view name) const {
    for (const RefOutcome& ref : outcome.refs) {
      if (ref.planned.target_ref == name && ref.error) {
        return std::string(catalogue_entry(*ref.error).id);
      }
    }
    return "";
  }
  std::string reason_of(const Outcome& outcome, std::string_view name) const {
    for (const RefOutcome& ref : outcome.refs) {
      if (ref.planned.target_ref == name) return ref.reason;
    }
    return "";
  }

  // Declines every push in which `name` is written, as a pre-receive hook does.
  void dislike(const std::string& name) {
    target.refuse_all = [name](const test::FakePush& push) {
      return push.has(name) ? "pre-receive hook declined" : "";
    };
  }
};

TEST_F(Deliver, ForgetsNoDeletionThatLandedBeforeAnotherRefLostItsLease) {
  target.refs = {{"refs/heads/a", id('1')}, {"refs/heads/gone", id('2')}};
  wanted = {{"refs/heads/a", id('3')}};
  target.before_push = [this, first = true]() mutable {
    if (std::exchange(first, false)) target.refs["refs/heads/a"] = id('4');
  };
  const Outcome outcome = run();
  EXPECT_FALSE(outcome.failure);
  EXPECT_EQ(result_of(outcome.refs, "refs/heads/gone"), "deleted");
  EXPECT_EQ(result_of(outcome.refs, "refs/heads/a"), "updated");
  EXPECT_EQ(result_of(recorded, "refs/heads/gone"), "deleted");
  EXPECT_EQ(held(), wanted);
}

TEST_F(Deliver, DoesNotCallItsOwnWhatAnotherRunBrought) {
  target.capabilities = kWithAtomic;
  target.refs = {{"refs/heads/a", id('1')}, {"refs/heads/gone", id('2')}};
  wanted = {{"refs/heads/a", id('3')}};
  target.before_push = [this] { target.refs = {{"refs/heads/a", id('3')}}; };
  const Outcome outcome = run();
  EXPECT_EQ(result_of(outcome.refs, "refs/heads/a"), "up_to_date");
  EXPECT_EQ(result_of(outcome.refs, "refs/heads/gone"), "up_to_date");
  EXPECT_FALSE(target.refs.contains(kLedger)) << "a run that moved nothing leaves no record";
}

TEST_F(Deliver, LeavesARecordOfWhatLandedBeforeItFailed) {
  retries = 0;
  target.refs = {{"refs/heads/gone", id('1')}};
  wanted = {{"refs/heads/a", id('2')}};
  target.refuse_one = [](const wire::RefCommand& command) {
    return command.name == "refs/heads/a" ? "hook declined" : "";
  };
  target.answer = [first = true](const std::string& report) mutable {
    return std::exchange(first, false) ? std::string() : report;
  };
  const Outcome outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_TRUE(target.refs.contains(kLedger));
  EXPECT_EQ(result_of(recorded, "refs/heads/gone"), "deleted");
  EXPECT_EQ(result_of(recorded, "refs/heads/a"), "unconfirmed");
}

TEST_F(Deliver, LeavesNoRecordOfAFailureThatMovedNothing) {
  wanted = {{"refs/heads/a", id('2')}};
  target.refuse_all = [](const test::FakePush&) { return "pre-receive hook declined"; };
  target.answer = [](const std::string&) { return std::string(); };
  ASSERT_TRUE(run().failure);
  EXPECT_THAT(target.refs, IsEmpty());
}

// After a signal, what is not known must not be called cancelled.
class CancelledWhenWhole : public Deliver, public testing::WithParamInterface<bool> {};

INSTANTIATE_TEST_SUITE_P(Pushes, CancelledWhenWhole, testing::Bool(),
                         [](const auto& test) { return test.param ? "OfDeletions" : "WithAPack"; });

TEST_P(CancelledWhenWhole, ThePushIsLookedForAndRecorded) {
  target.refs = {{"refs/heads/a", id('1')}};
  if (!GetParam()) wanted = {{"refs/heads/a", id('2')}};
  target.cancel_when_whole = true;
  const Outcome outcome = run();
  EXPECT_EQ(result_of(outcome.refs, "refs/heads/a"), GetParam() ? "deleted" : "updated");
  EXPECT_EQ(result_of(recorded, "refs/heads/a"), GetParam() ? "deleted" : "updated");
  EXPECT_TRUE(target.refs.contains(kLedger));
}

// One that is bad must not sink the others.
class OneBadRef : public Deliver, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override { target.capabilities = GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(Targets, OneBadRef,
                         testing::Values("report-status delete-refs",
                                         "report-status delete-refs atomic"),
                         [](const auto& test) {
                           return std::string(test.param).ends_with("atomic") ? "Atomic" : "Plain";
                         });

TEST_P(OneBadRef, OfManyIsFoundByHalves) {
  for (int i = 10; i < 74; ++i) wanted["refs/heads/b" + std::to_string(i)] = id('3');
  dislike("refs/heads/b42");
  const Outcome outcome = run();
  auto rest = wanted;
  rest.erase("refs/heads/b42");
  EXPECT_EQ(held(), rest);
  EXPECT_EQ(error_of(outcome, "refs/heads/b42"), "hook_declined");
  EXPECT_EQ(result_of(outcome.refs, "refs/heads/b43"), "created");
  EXPECT_EQ(result_of(recorded, "refs/heads/b42"), "rejected");
  EXPECT_EQ(recorded.size(), wanted.size());
  EXPECT_THAT(target.pushes.size(), Le(18U));
}

TEST_P(OneBadRef, SinksNoneWhenItIsADeletion) {
  target.refs = {{"refs/heads/gone", id('1')}, {"refs/heads/a", id('1')}};
  wanted = {{"refs/heads/a", id('2')}, {"refs/heads/b", id('2')}};
  dislike("refs/heads/gone");
  const Outcome outcome = run();
  EXPECT_EQ(target.refs.at("refs/heads/a"), id('2'));
  EXPECT_EQ(target.refs.at("refs/heads/b"), id('2'));
  EXPECT_EQ(error_of(outcome, "refs/heads/gone"), "hook_declined");
}

TEST_P(OneBadRef, IsNamedWhenItsObjectsAreBad) {
  wanted = {{"refs/heads/a", id('2')}, {"refs/heads/bad", id('3')}, {"refs/heads/c", id('4')}};
  target.refuse_all = [](const test::FakePush& push) {
    return push.has("refs/heads/bad") ? "unpack index-pack failed" : "";
  };
  const Outcome outcome = run();
  EXPECT_EQ(held().size(), 2U);
  EXPECT_EQ(error_of(outcome, "refs/heads/bad"), "ref_rejected");
  EXPECT_THAT(reason_of(outcome, "refs/heads/bad"), HasSubstr("index-pack failed"));
}

TEST_P(OneBadRef, IsGivenUpAfterABoundedNumberOfPushes) {
  for (int i = 100; i < 612; ++i) wanted["refs/heads/b" + std::to_string(i)] = id('3');
  target.refuse_all = [](const test::FakePush& push) {
    return push.has(kLedger) && push.commands.size() == 1 ? "" : "pre-receive hook declined";
  };
  const Outcome outcome = run();
  EXPECT_THAT(held(), IsEmpty());
  EXPECT_THAT(target.pushes.size(), Le(kMostRefusedPushes + 14U));
  EXPECT_THAT(reason_of(outcome, "refs/heads/b611"), HasSubstr("not tried alone"));
  for (const RefOutcome& ref : outcome.refs) EXPECT_EQ(name_of(ref.result), "rejected");
}

TEST_F(Deliver, SendsDeletionsThatFreeANameBeforeTheOthers) {
  target.refs = {{"refs/heads/topic", id('1')}};
  wanted = {{"refs/heads/topic/x", id('2')}, {"refs/heads/bad", id('2')}};
  dislike("refs/heads/bad");
  static_cast<void>(run());
  EXPECT_EQ(held(), (std::map<std::string, Oid>{{"refs/heads/topic/x", id('2')}}));
}

TEST_F(Deliver, ToATargetWithoutDeleteRefsDeletesNothingAndBringsTheOthers) {
  target.capabilities = "report-status";
  target.refs = {{"refs/heads/gone", id('1')}};
  wanted = {{"refs/heads/a", id('2')}};
  const Outcome outcome = run();
  EXPECT_FALSE(outcome.failure);
  EXPECT_EQ(error_of(outcome, "refs/heads/gone"), "deletion_refused");
  EXPECT_EQ(result_of(outcome.refs, "refs/heads/a"), "created");
}

// GitHub can limit how many refs a push updates; nobody tells the number before.
class Limit : public Deliver, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    target.capabilities = kWithAtomic;
    target.refuse_all = [](const test::FakePush& push) {
      if (push.commands.size() <= 5) return std::string();
      std::string words = GetParam();
      const std::size_t at = words.find('N');
      if (at != std::string::npos) words.replace(at, 1, std::to_string(push.commands.size()));
      return words;
    };
  }
};

INSTANTIATE_TEST_SUITE_P(
    Words, Limit,
    testing::Values("Pushes can not update more than 5 branches or tags.",
                    "unpack maximum ref updates exceeded: N commands sent but max allowed is 5"),
    [](const auto& test) { return "Of" + std::to_string(test.index); });

TEST_P(Limit, IsKeptByBatches) {
  for (int i = 10; i < 32; ++i) wanted["refs/heads/b" + std::to_string(i)] = id('3');
  const Outcome outcome = run();
  EXPECT_FALSE(outcome.failure);
  EXPECT_EQ(held(), wanted);
  EXPECT_THAT(target.pushes, SizeIs(1 + 5 + 1));  // the refused one, the batches, the record
  EXPECT_EQ(recorded.size(), wanted.size());
}

TEST_P(Limit, IsKeptByBackupsToo) {
  backups = true;
  for (int i = 10; i < 22; ++i) {
    wanted["refs/heads/b" + std::to_string(i)] = id('3');
    target.refs["refs/heads/b" + std::to_string(i)] = id('1');
  }
  const Outcome outcome = run();
  EXPECT_FALSE(outcome.failure);
  EXPECT_EQ(held(), wanted);
  EXPECT_EQ(target.refs.size(), 12U + 12U + 1U);
}

TEST_F(Deliver, KeepsALimitThatIsToldInsteadOfAReport) {
  for (int i = 10; i < 20; ++i) wanted["refs/heads/b" + std::to_string(i)] = id('3');
  target.refuse_all = [](const test::FakePush& push) {
    return push.commands.size() > 4 ? "too many" : "";
  };
  target.answer = [this](const std::string& report) {
    return target.pushes.back().commands.size() > 4
               ? test::pkt(
                     "ERR maximum ref updates exceeded: 10 commands sent but max allowed is 4")
               : report;
  };
  const Outcome outcome = run();
  EXPECT_FALSE(outcome.failure);
  EXPECT_EQ(held(), wanted);
}

// Hosts that take branches and tags only, and decline a push for one other ref.
class BranchesOnly : public OneBadRef {
 protected:
  void SetUp() override {
    OneBadRef::SetUp();
    target.refuse_all = [](const test::FakePush& push) {
      const auto& all = push.commands;
      const bool other = std::any_of(all.begin(), all.end(), [](const wire::RefCommand& command) {
        return command.name.starts_with("refs/sync/");
      });
      return other ? "pre-receive hook declined" : "";
    };
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, BranchesOnly,
                         testing::Values("report-status delete-refs",
                                         "report-status delete-refs atomic"),
                         [](const auto& test) {
                           return std::string(test.param).ends_with("atomic") ? "Atomic" : "Plain";
                         });

TEST_P(BranchesOnly, TakeTheBranchesAndTellOfTheRecord) {
  wanted = {{"refs/heads/a", id('2')}, {"refs/heads/b", id('2')}};
  const Outcome outcome = run();
  EXPECT_EQ(target.refs, wanted);
  ASSERT_THAT(outcome.notes, SizeIs(1));
  EXPECT_THAT(outcome.notes[0], HasSubstr("keeps no record of this run"));
}

TEST_P(BranchesOnly, GetNoOverwriteWithoutABackup) {
  backups = true;
  // A backup from before shows that they were taken once.
  target.refs = {{"refs/heads/a", id('1')}, {"refs/sync/backup/0/heads/x", id('1')}};
  wanted = {{"refs/heads/a", id('2')}, {"refs/heads/b", id('2')}};
  const Outcome outcome = run();
  EXPECT_EQ(target.refs.at("refs/heads/a"), id('1'));
  EXPECT_EQ(target.refs.at("refs/heads/b"), id('2'));
  EXPECT_EQ(error_of(outcome, "refs/heads/a"), "backup_refused");
}

// How servers answer that are not git's.
class Variant : public Deliver {
 protected:
  void SetUp() override {
    records = false;
    target.refs = {{"refs/heads/a", id('1')}};
    wanted = {{"refs/heads/a", id('2')}};
  }
};

TEST_F(Variant, WithTwoFlushesAfterTheReportIsUnderstood) {
  target.answer = [](const std::string& report) { return report + "0000" + "0000"; };
  EXPECT_EQ(result_of(run().refs, "refs/heads/a"), "updated");
}

TEST_F(Variant, WithTwoFlushesAfterTheReportInABandIsUnderstood) {
  target.capabilities += " side-band-64k";
  target.answer = [](const std::string& report) {
    return test::raw_pkt('\1' + report) + "0000" + "0000";
  };
  EXPECT_EQ(result_of(run().refs, "refs/heads/a"), "updated");
}

TEST_F(Variant, WhoseReportComesWithoutTheBandThatItOfferedIsUnderstood) {
  target.capabilities += " side-band-64k";
  target.refuse_one = [](const wire::RefCommand&) { return "non-fast-forward"; };
  const Outcome outcome = run();
  EXPECT_FALSE(outcome.failure) << outcome.failure->what();
  EXPECT_EQ(error_of(outcome, "refs/heads/a"), "non_fast_forward");
}

TEST_F(Variant, ThatOffersNothingAndSaysNothingIsBelievedByItsListing) {
  target.capabilities = "";
  target.answer = [](const std::string&) { return std::string(); };
  EXPECT_EQ(result_of(run().refs, "refs/heads/a"), "updated");
  ASSERT_THAT(target.pushes, SizeIs(1));
  EXPECT_EQ(target.pushes[0].capabilities, "");
}

TEST_F(Variant, ThatOffersNothingAndRefusesIsNotTakenForSuccess) {
  target.capabilities = "";
  target.refuse_one = [](const wire::RefCommand&) { return "no"; };
  target.answer = [](const std::string&) { return std::string(); };
  const Outcome outcome = run();
  EXPECT_EQ(error_of(outcome, "refs/heads/a"), "ref_rejected");
}

TEST_F(Variant, ThatSaysAnErrorInsteadOfAReportIsQuotedAndAsked) {
  target.answer = [](const std::string&) { return test::pkt("ERR the disk is on fire"); };
  target.refuse_one = [](const wire::RefCommand&) { return "no"; };
  const Outcome refused = run();
  ASSERT_TRUE(refused.failure);
  EXPECT_THAT(refused.failure->what(), HasSubstr("the disk is on fire"));
  target.refuse_one = [](const wire::RefCommand&) { return ""; };
  EXPECT_EQ(result_of(run().refs, "refs/heads/a"), "updated");
}

TEST_F(Variant, ThatNamesAnErrorOfThePackOnlyIsQuoted) {
  target.refuse_all = [](const test::FakePush&) { return "unpack index-pack failed"; };
  target.answer = [](const std::string&) {
    return test::pkt("unpack index-pack failed") +
           test::pkt("ng refs/heads/a error processing packfiles: exit status 128") + test::flush();
  };
  EXPECT_THAT(reason_of(run(), "refs/heads/a"), HasSubstr("index-pack failed"));
}

TEST_F(Variant, ThatMissesObjectsOfOneRefTakesTheOthers) {
  target.capabilities = kWithAtomic;
  wanted["refs/heads/b"] = id('3');
  target.refuse_one = [](const wire::RefCommand& command) {
    return command.name == "refs/heads/b" ? "missing necessary objects" : "";
  };
  const Outcome outcome = run();
  EXPECT_EQ(result_of(outcome.refs, "refs/heads/a"), "updated");
  EXPECT_EQ(reason_of(outcome, "refs/heads/b"), "missing necessary objects");
}

}  // namespace
}  // namespace occ::transfer
