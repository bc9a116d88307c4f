#include "history/record.hpp"

#include "history/ledger.hpp"
#include "samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace occ::history {
namespace {

using nlohmann::json;
using test::id;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Record sample() {
  Record record;
  record.run = {"7-1",      "abcd",     "sync", "", "push", "https://x.example/run",
                "a/source", "b/target", "2.0.0"};
  record.time = 1'700'000'000;
  record.duration_ms = 1234;
  record.bytes = 99;
  record.refs = {{"refs/heads/a", id('1'), id('2'), "force", "forced", true, 3, true,
                  "refs/sync/backup/7-1/heads/a"},
                 {"refs/tags/b", Oid(), id('3'), "create", "rejected", false, {}, false, ""},
                 {"refs/heads/c", id('4'), Oid(), "delete", "deleted", true, {}, false, ""}};
  return record;
}

json sample_json() {
  return json::parse(record_json(sample()));
}

TEST(RecordJson, SaysEverythingByName) {
  const json object = sample_json();
  EXPECT_EQ(object["schema"], 1);
  EXPECT_EQ(object["run"], "7-1");
  EXPECT_EQ(object["mode"], "sync");
  EXPECT_TRUE(object["undoes"].is_null());
  EXPECT_EQ(object["bytes"], 99);
  ASSERT_THAT(object["refs"], SizeIs(3));
  EXPECT_EQ(object["refs"][0]["old"], test::digits('1'));
  EXPECT_EQ(object["refs"][0]["new"], test::digits('2'));
  EXPECT_EQ(object["refs"][0]["commits"], 3);
  EXPECT_EQ(object["refs"][0]["conflict"], true);
  EXPECT_TRUE(object["refs"][1]["old"].is_null());
  EXPECT_EQ(object["refs"][1]["landed"], false);
  EXPECT_TRUE(object["refs"][2]["new"].is_null());
}

TEST(RecordJson, StaysJsonWhateverTheNames) {
  Record record = sample();
  record.refs[0].name = "refs/heads/\xff\"\\\n";
  record.run.source = "\xc3\x28";
  EXPECT_TRUE(json::accept(record_json(record)));
}

TEST(ParseRecord, ReadsWhatWasWritten) {
  const auto record = parse_record(record_json(sample()));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->run.run_key, "7-1");
  EXPECT_EQ(record->run.id, "abcd");
  ASSERT_THAT(record->refs, SizeIs(3));
  EXPECT_EQ(record->refs[0].name, "refs/heads/a");
  EXPECT_EQ(record->refs[0].before, id('1'));
  EXPECT_EQ(record->refs[0].after, id('2'));
  EXPECT_TRUE(record->refs[0].landed);
  EXPECT_FALSE(record->refs[1].landed);
  EXPECT_TRUE(record->refs[1].before.is_null());
  EXPECT_TRUE(record->refs[2].after.is_null());
}

TEST(ParseRecord, ReadsNothingThatIsNoRecord) {
  for (const char* text : {"", "x", "[]", "null", "7", "\"x\"", "{}", "{\"schema\":2}",
                           "{\"schema\":\"1\"}", "{\"schema\":1", "{\"schema\":[1]}"}) {
    EXPECT_FALSE(parse_record(text).has_value()) << text;
  }
  EXPECT_FALSE(parse_record(std::string(1'000'000, '[')).has_value());
}

TEST(ParseRecord, LeavesOutRefsThatAreNotTheUsers) {
  for (const char* name : {"",
                           "main",
                           "HEAD",
                           "refs/heads",
                           "refs/heads/",
                           "refs/heads/HEAD",
                           "refs/tags/",
                           "refs/sync/ledger",
                           "refs/sync/backup/1-1/heads/a",
                           "refs/notes/x",
                           "refs/pull/1/head",
                           "refs/heads/../x",
                           "refs/heads/a..b",
                           "refs/heads/a.lock",
                           "refs/heads/a b",
                           "refs/heads/a\nb",
                           "refs/heads//a",
                           "refs/heads/a/",
                           "refs/heads/.a",
                           "Refs/heads/a"}) {
    json object = sample_json();
    object["refs"][0]["ref"] = name;
    const auto record = parse_record(object.dump());
    ASSERT_TRUE(record.has_value()) << name;
    EXPECT_THAT(record->refs, SizeIs(2)) << name;
  }
}

TEST(ParseRecord, LeavesOutRefsWithIdsThatAreNone) {
  for (const json& wrong : {json("main"), json(""), json("12345"), json(std::string(41, 'a')),
                            json(std::string(40, 'g')), json(std::string(64, 'a')), json(7),
                            json(true), json::array(), json::object()}) {
    for (const char* side : {"old", "new"}) {
      json object = sample_json();
      object["refs"][0][side] = wrong;
      const auto record = parse_record(object.dump());
      ASSERT_TRUE(record.has_value()) << wrong;
      EXPECT_THAT(record->refs, SizeIs(2)) << wrong;
    }
  }
}

TEST(ParseRecord, TakesNothingForLandedThatDoesNotSaySo) {
  for (const json& wrong : {json("true"), json(1), json(), json::array({true})}) {
    json object = sample_json();
    object["refs"][0]["landed"] = wrong;
    EXPECT_FALSE(parse_record(object.dump())->refs[0].landed) << wrong;
  }
}

TEST(MakeObjects, ChainsACommitWithOneFile) {
  const std::string text = record_json(sample());
  const transfer::RunRecord made = make_objects(sample(), text, id('9'), ObjectFormat::sha1);
  ASSERT_THAT(made.objects, SizeIs(3));
  EXPECT_EQ(made.objects[0].content, text);
  EXPECT_THAT(made.objects[1].content,
              testing::StartsWith(std::string("100644 record.json\0", 19)));
  const std::string& commit = made.objects[2].content;
  EXPECT_THAT(commit, HasSubstr("\nparent " + test::digits('9') + '\n'));
  EXPECT_THAT(commit, HasSubstr(" 1700000000 +0000\n"));
  EXPECT_THAT(commit, testing::EndsWith("\n\nSync-Run: 7-1\nSync-Changed: 2\n"));
  EXPECT_EQ(made.commit, wire::object_id(made.objects[2], ObjectFormat::sha1));
  const transfer::RunRecord first = make_objects(sample(), text, Oid(), ObjectFormat::sha1);
  EXPECT_EQ(first.objects[2].content.find("parent"), std::string::npos);
}

TEST(MakeObjects, WritesIdsOfTheTargetsLength) {
  const transfer::RunRecord made = make_objects(sample(), "{}", Oid(), ObjectFormat::sha256);
  EXPECT_EQ(made.objects[1].content.size(), 19U + 32U);
  EXPECT_EQ(made.objects[2].content.find('\n'), 5U + 64U);
}

TEST(RecordedRefs, LeaveOutWhatNothingWasToBeDoneWith) {
  transfer::RefOutcome equal;
  transfer::RefOutcome moved;
  moved.planned.target_ref = "refs/heads/a";
  moved.planned.action = plan::Action::force;
  moved.planned.relation = plan::Relation::diverged;
  moved.planned.old_oid = id('1');
  moved.planned.new_oid = id('2');
  moved.planned.backup = "refs/sync/backup/7-1/heads/a";
  moved.result = transfer::Result::forced;
  const auto refs = recorded_refs({equal, moved});
  ASSERT_THAT(refs, SizeIs(1));
  EXPECT_EQ(refs[0].name, "refs/heads/a");
  EXPECT_EQ(refs[0].result, "forced");
  EXPECT_TRUE(refs[0].landed);
  EXPECT_TRUE(refs[0].conflict);
  EXPECT_EQ(refs[0].backup, "refs/sync/backup/7-1/heads/a");
}

LedgerEntry entry(std::string run_key, std::uint64_t changed, std::int64_t time = 0) {
  static std::uint8_t count = 0;
  LedgerEntry entry;
  const char digit = "123456789abcdef"[count++ % 15];
  entry.commit = id(digit);
  entry.run_key = std::move(run_key);
  entry.changed = changed;
  entry.time = time;
  return entry;
}

std::vector<std::string> keys(const std::vector<LedgerEntry>& entries) {
  std::vector<std::string> all;
  for (const LedgerEntry& each : entries) all.push_back(each.run_key);
  return all;
}

TEST(EntriesOfRun, FindsTheLastRunThatMovedARef) {
  const std::vector<LedgerEntry> all{entry("4-1", 0), entry("3-1", 2), entry("2-1", 1)};
  EXPECT_THAT(keys(entries_of_run(all, "last")), ElementsAre("3-1"));
  EXPECT_THAT(entries_of_run({entry("4-1", 0)}, "last"), IsEmpty());
  EXPECT_THAT(entries_of_run({}, "last"), IsEmpty());
}

TEST(EntriesOfRun, FindsARunByIdOrKey) {
  const std::vector<LedgerEntry> all{entry("12-1", 1), entry("1-2", 1), entry("1-1", 1),
                                     entry("1-2", 1)};
  EXPECT_THAT(keys(entries_of_run(all, "1")), ElementsAre("1-2", "1-2"));  // the last attempt
  EXPECT_THAT(keys(entries_of_run(all, "1-1")), ElementsAre("1-1"));
  EXPECT_THAT(entries_of_run(all, "2"), IsEmpty());
  EXPECT_THAT(entries_of_run(all, "1-3"), IsEmpty());
  EXPECT_THAT(entries_of_run(all, ""), IsEmpty());
}

TEST(ReachesBeyondRun, WantsFiftyOlderEntries) {
  std::vector<LedgerEntry> all{entry("9-1", 1)};
  all.front().commit = id('f');
  for (int i = 0; i < 50; ++i) {
    all.push_back(entry("1-1", 0));
    all.back().commit = id('1');
    EXPECT_FALSE(reaches_beyond_run(all, "last")) << i;
  }
  all.push_back(entry("1-1", 0));
  all.back().commit = id('1');
  EXPECT_TRUE(reaches_beyond_run(all, "last"));
  EXPECT_FALSE(reaches_beyond_run(all, "8"));
}

Record moving(std::string process, const std::string& name, char before, char after,
              bool landed = true) {
  Record record;
  record.run.id = std::move(process);
  RecordedRef ref;
  ref.name = name;
  if (before != '-') ref.before = id(before);
  if (after != '-') ref.after = id(after);
  ref.landed = landed;
  record.refs = {ref};
  return record;
}

TEST(MovementsOf, JoinsTheStepsOfARun) {
  // The newest first: a went 1, 2, 3; b was created and deleted.
  const auto movements =
      movements_of({moving("d", "refs/heads/b", '7', '-'), moving("c", "refs/heads/a", '2', '3'),
                    moving("b", "refs/heads/b", '-', '7'), moving("a", "refs/heads/a", '1', '2')});
  ASSERT_THAT(movements, SizeIs(2));
  EXPECT_EQ(movements[0].target_ref, "refs/heads/a");
  EXPECT_EQ(movements[0].before, id('1'));
  EXPECT_EQ(movements[0].after, id('3'));
  EXPECT_TRUE(movements[1].before.is_null());
  EXPECT_TRUE(movements[1].after.is_null());
}

TEST(MovementsOf, BelievesOnlyTheLastWordOfAProcess) {
  const auto movements = movements_of({moving("a", "refs/heads/a", '1', '2', /*landed=*/false),
                                       moving("a", "refs/heads/a", '1', '2')});
  EXPECT_THAT(movements, IsEmpty());
}

TEST(TimesOf, AreThoseOfTheNewestRecord) {
  const plan::RunTimes times =
      times_of({entry("2-1", 1, 300), entry("1-1", 1, 200), entry("2-1", 1, 100)});
  EXPECT_EQ(times, (plan::RunTimes{{"1-1", 200}, {"2-1", 300}}));
}

// Its bytes were replaced, so that a rollback made another branch.
TEST(RecordJson, KeepsNamesThatAreNoUtf8) {
  for (const std::string name :
       {"refs/heads/caf\xE9", "refs/heads/\xFF/\xC3\xA4", "refs/heads/odd\xEF\xBF\xBD",
        "refs/heads/%41", "refs/heads/caf\xC3\xA9"}) {
    Record record = sample();
    record.refs[0].name = name;
    const auto read = parse_record(record_json(record));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->refs[0].name, name);
    EXPECT_FALSE(read->refs[0].name_is_lossy) << name;
  }
}

TEST(ParseRecord, TellsANameOfWhichBytesAreLost) {
  json object = sample_json();
  object["refs"][0]["ref"] = "refs/heads/caf\xEF\xBF\xBD";
  object["refs"][0].erase("ref_bytes");
  EXPECT_TRUE(parse_record(object.dump())->refs[0].name_is_lossy);
  object["refs"][0]["ref_bytes"] = "refs%2Fheads%2Fmain";
  EXPECT_THAT(parse_record(object.dump())->refs, SizeIs(2));
}

}  // namespace
}  // namespace occ::history
