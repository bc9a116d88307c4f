#include "transfer/abilities.hpp"

#include "samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::transfer {
namespace {

using test::advertisement;
using test::id;
using testing::ElementsAre;
using testing::IsEmpty;
using wire::FetchRequest;
using wire::Filter;

wire::Advertisement version_2(const std::string& agent = "agent=git/2.39") {
  wire::Advertisement server = advertisement(2, agent);
  server.capabilities.add("fetch=shallow wait-for-done filter");
  return server;
}

FetchRequest relay() {
  FetchRequest request;
  request.filter = Filter::keep_all_trees;
  request.cut_hint = id('7');
  request.thin_pack = true;
  return request;
}

TEST(Abilities, PreferTheFilterThatKeepsAllTreesToAHint) {
  const FetchRequest fitted = Abilities().fitted(relay(), version_2());
  EXPECT_EQ(fitted.filter, Filter::keep_all_trees);
  EXPECT_EQ(fitted.cut_hint, std::nullopt);
}

TEST(Abilities, AskDulwichForNoCommitsAlone) {
  FetchRequest commits;
  commits.filter = Filter::commits_only;
  const wire::Advertisement server = advertisement(0, "filter agent=dulwich/1.2.21");
  EXPECT_EQ(Abilities().fitted(commits, server).filter, Filter::none);
}

TEST(Abilities, AskGitHubWithTheHintAtOnce) {
  const FetchRequest fitted = Abilities().fitted(relay(), version_2("agent=git/github-1a2b3c"));
  EXPECT_EQ(fitted.filter, Filter::none);
  EXPECT_EQ(fitted.cut_hint, id('7'));
}

TEST(Abilities, LetWhatNoRefNamesBeWantedWhereTheVersionOrACapabilityAllowsIt) {
  EXPECT_TRUE(Abilities().has(Ability::any_object, version_2()));
  EXPECT_FALSE(Abilities().has(Ability::any_object, advertisement(0, "shallow filter")));
  EXPECT_FALSE(Abilities().has(Ability::any_object, advertisement(0, "allow-tip-sha1-in-want")));
  for (const char* allowed : {"allow-reachable-sha1-in-want", "allow-any-sha1-in-want"}) {
    EXPECT_TRUE(Abilities().has(Ability::any_object, advertisement(0, allowed))) << allowed;
  }
}

TEST(Abilities, RememberWhatWasNotHandedOut) {
  Abilities abilities;
  abilities.note_withheld(id('7'));
  EXPECT_FALSE(abilities.hands_out(id('7')));
  EXPECT_TRUE(abilities.hands_out(id('6')));
}

TEST(Abilities, AskForEveryDeltaWhereTheServerInsists) {
  wire::Advertisement server = advertisement(0, "thin-pack ofs-delta");
  FetchRequest probe;
  probe.ofs_delta = false;
  Abilities abilities;
  EXPECT_FALSE(abilities.fitted(probe, server).thin_pack);
  abilities.note_insists_on_deltas();
  EXPECT_TRUE(abilities.fitted(probe, server).thin_pack);
  EXPECT_TRUE(abilities.fitted(probe, server).ofs_delta);
  EXPECT_FALSE(abilities.fitted(probe, version_2()).thin_pack);
}

TEST(Abilities, RememberWhatWasRefused) {
  Abilities abilities;
  abilities.note_refused(Ability::keep_trees_filter);
  EXPECT_EQ(abilities.fitted(relay(), version_2()).cut_hint, id('7'));
  abilities.note_refused(Ability::cut_hint);
  EXPECT_EQ(abilities.fitted(relay(), version_2()).cut_hint, std::nullopt);
  FetchRequest commits;
  commits.filter = Filter::commits_only;
  EXPECT_EQ(abilities.fitted(commits, version_2()).filter, Filter::commits_only);
}

TEST(Abilities, AreThoseThatAreOffered) {
  FetchRequest request;
  request.filter = Filter::commits_only;
  request.deepen = 8;
  request.thin_pack = true;
  const FetchRequest bare = Abilities().fitted(request, advertisement(0, "side-band"));
  EXPECT_EQ(bare.filter, Filter::none);
  EXPECT_EQ(bare.deepen, 0);
  EXPECT_FALSE(bare.thin_pack);
  EXPECT_FALSE(bare.ofs_delta);
  const FetchRequest whole =
      Abilities().fitted(request, advertisement(0, "shallow filter thin-pack ofs-delta"));
  EXPECT_EQ(whole.filter, Filter::commits_only);
  EXPECT_EQ(whole.deepen, 8);
  EXPECT_TRUE(whole.thin_pack);
  EXPECT_TRUE(whole.ofs_delta);
}

// A receiver that is shallow tells its own cut.
TEST(Abilities, GiveNoHintBesideARealCut) {
  FetchRequest request = relay();
  request.shallow = {id('3')};
  EXPECT_EQ(Abilities().fitted(request, version_2("agent=git/github-1")).cut_hint, std::nullopt);
}

TEST(Suspects, AreWhatTheWordsName) {
  EXPECT_THAT(suspects(relay(), "tree filter allows max depth 0, but got 99999"),
              ElementsAre(ElementsAre(Ability::keep_trees_filter)));
  FetchRequest request;
  request.filter = Filter::no_blobs;
  request.deepen = 1;
  EXPECT_THAT(suspects(request, "filter 'blob:none' not supported"),
              ElementsAre(ElementsAre(Ability::leave_out)));
  EXPECT_THAT(suspects(request, "deepen is not for you"),
              ElementsAre(ElementsAre(Ability::deepen)));
}

TEST(Suspects, OfAnUnknownArgumentAreAllThatIsOptional) {
  EXPECT_THAT(suspects(relay(), "unexpected line: 'x'"),
              ElementsAre(ElementsAre(Ability::keep_trees_filter, Ability::cut_hint),
                          ElementsAre(Ability::thin_pack, Ability::ofs_delta)));
}

TEST(Suspects, OfSilenceAreAllThatIsOptional) {
  EXPECT_EQ(suspects(relay(), std::nullopt).size(), 2U);
}

TEST(Suspects, OfOtherWordsAreNone) {
  EXPECT_THAT(suspects(relay(), "the repository is being moved"), IsEmpty());
}

TEST(Without, TakesOutJustThat) {
  const FetchRequest request = without(relay(), {Ability::keep_trees_filter});
  EXPECT_EQ(request.filter, Filter::none);
  EXPECT_EQ(request.cut_hint, id('7'));
  EXPECT_TRUE(request.thin_pack);
}

}  // namespace
}  // namespace occ::transfer
