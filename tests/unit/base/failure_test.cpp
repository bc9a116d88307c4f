#include "base/failure.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>

namespace occ {
namespace {

TEST(Catalogue, HasEveryCodeOnceInTheOrderOfTheEnumeration) {
  const auto all = catalogue();
  ASSERT_EQ(all.size(), static_cast<std::size_t>(FailureCode::internal_error) + 1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(all[i].code), i) << all[i].id;
    EXPECT_EQ(&catalogue_entry(all[i].code), &all[i]);
  }
}

TEST(Catalogue, HasUniqueSnakeCaseIds) {
  std::set<std::string_view> seen;
  for (const CatalogueEntry& entry : catalogue()) {
    EXPECT_TRUE(seen.insert(entry.id).second) << entry.id;
    EXPECT_EQ(entry.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos)
        << entry.id;
  }
}

TEST(Catalogue, GivesOnlyExitStatusesOfTheContract) {
  for (const CatalogueEntry& entry : catalogue()) {
    const std::set<int> allowed{kExitRefused, kExitBadInput, kExitRemote, kExitBug, 130};
    EXPECT_TRUE(allowed.contains(entry.exit_status)) << entry.id;
  }
  EXPECT_EQ(catalogue_entry(FailureCode::bad_input).exit_status, kExitBadInput);
  EXPECT_EQ(catalogue_entry(FailureCode::internal_error).exit_status, kExitBug);
  EXPECT_EQ(catalogue_entry(FailureCode::diverged).exit_status, kExitRefused);
  EXPECT_EQ(catalogue_entry(FailureCode::authentication_failed).exit_status, kExitRemote);
}

TEST(Catalogue, TellsTheMeaningInOneClauseAndTheRemedyInSentences) {
  for (const CatalogueEntry& entry : catalogue()) {
    ASSERT_FALSE(entry.meaning.empty());
    ASSERT_FALSE(entry.remedy.empty());
    EXPECT_FALSE(entry.meaning.ends_with('.')) << entry.meaning;
    EXPECT_TRUE(entry.remedy.ends_with('.')) << entry.remedy;
    EXPECT_TRUE(std::isupper(static_cast<unsigned char>(entry.remedy.front())) != 0)
        << entry.remedy;
    // Both stand in a table of README.
    EXPECT_EQ(entry.meaning.find_first_of("|\n"), std::string_view::npos) << entry.meaning;
    EXPECT_EQ(entry.remedy.find_first_of("|\n"), std::string_view::npos) << entry.remedy;
  }
}

TEST(Catalogue, RetriesOnlyWhatCanPassByItself) {
  for (const CatalogueEntry& entry : catalogue()) {
    if (entry.retry == Retry::never) continue;
    EXPECT_EQ(entry.exit_status, kExitRemote) << entry.id;
  }
  EXPECT_EQ(catalogue_entry(FailureCode::connection_lost).retry, Retry::may_help);
  EXPECT_EQ(catalogue_entry(FailureCode::authentication_failed).retry, Retry::never);
}

TEST(Failure, CarriesItsCodeItsTextAndTheTimeToWait) {
  Failure failure(FailureCode::rate_limited, "'github.com' said 429");
  EXPECT_FALSE(failure.retry_after().has_value());
  failure.with_retry_after(std::chrono::seconds(7));
  const Failure copy = failure;
  EXPECT_EQ(copy.code(), FailureCode::rate_limited);
  EXPECT_STREQ(copy.what(), "'github.com' said 429");
  EXPECT_EQ(copy.retry_after(), std::chrono::seconds(7));
  EXPECT_TRUE(copy.retry_may_help());
  EXPECT_EQ(copy.entry().id, "rate_limited");
}

}  // namespace
}  // namespace occ
