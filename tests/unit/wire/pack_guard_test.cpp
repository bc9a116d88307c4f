#include "wire/pack_guard.hpp"

#include "base/limits.hpp"
#include "samples.hpp"
#include "support/pack.hpp"

#include <gtest/gtest.h>

#include <string>

namespace occ::wire {
namespace {

using test::delta_copy_all;
using test::delta_sizes;
using test::failure_of;
using test::PackBuilder;

std::optional<FailureCode> refusal_of(const std::string& pack, std::size_t piece = 1000) {
  return failure_of([&] {
    PackGuard guard(ObjectFormat::sha1);
    for (std::size_t at = 0; at < pack.size(); at += piece) {
      guard.pass(as_bytes(std::string_view(pack).substr(at, piece)));
    }
  });
}

// `links` deltas, each upon the one before, on `content`.
std::string chain(const std::string& content, int links) {
  PackBuilder pack;
  std::size_t at = pack.add(PackBuilder::blob, content);
  for (int i = 0; i < links; ++i) {
    at = pack.add_delta(
        at, delta_sizes(content.size(), content.size()) + delta_copy_all(content.size()));
  }
  return pack.pack();
}

TEST(PackGuard, LetsAChainOfDeltasPassAsLongAsGitMakesThem) {
  EXPECT_EQ(refusal_of(chain("a few words", 4'095)), std::nullopt);
  EXPECT_EQ(refusal_of(chain("a few words", 4'096)), FailureCode::limit_exceeded);
}

TEST(PackGuard, LetsNoLongChainsOfLargeObjectsPass) {
  const std::string large(2'000'000, 'x');
  EXPECT_EQ(refusal_of(chain(large, 20)), std::nullopt);
  EXPECT_EQ(refusal_of(chain(large, 100)), FailureCode::limit_exceeded);
}

TEST(PackGuard, KnowsWhatADeltaMakesBeforeItIsMade) {
  PackBuilder pack;
  const std::size_t at = pack.add(PackBuilder::blob, "base");
  pack.add_delta(at, delta_sizes(4, limits::kDeltaResult + 1) + delta_copy_all(4));
  for (const std::size_t piece : {std::size_t{1}, std::size_t{1000}}) {
    EXPECT_EQ(refusal_of(pack.pack(), piece), FailureCode::limit_exceeded);
  }
}

TEST(PackGuard, LetsNoDeltaPassUponAnObjectThatIsTooLargeToHold) {
  PackBuilder pack;
  const std::size_t at = pack.add(PackBuilder::blob, std::string(40'000'000, 'x'));
  EXPECT_EQ(refusal_of(pack.pack()), std::nullopt) << "as long as it stands for itself";
  pack.add_delta(at, delta_sizes(4, 4) + delta_copy_all(4));
  EXPECT_EQ(refusal_of(pack.pack()), FailureCode::limit_exceeded);
}

TEST(PackGuard, LetsAsMuchInflateAsAPackOfThatSizeMay) {
  const std::string large(20'000'000, '\0');
  PackBuilder some;
  for (int i = 0; i < 10; ++i) some.add(PackBuilder::blob, large);
  EXPECT_EQ(refusal_of(some.pack()), std::nullopt);
  PackBuilder many;
  for (int i = 0; i < 40; ++i) many.add(PackBuilder::blob, large);
  EXPECT_EQ(refusal_of(many.pack()), FailureCode::limit_exceeded);
}

TEST(PackGuard, RefusesADeltaUponTheMiddleOfAnObject) {
  PackBuilder pack;
  const std::size_t at = pack.add(PackBuilder::blob, "a base that is long enough");
  pack.add_delta(at + 3, delta_sizes(4, 4) + delta_copy_all(4));
  EXPECT_EQ(refusal_of(pack.pack()), FailureCode::protocol_error);
}

TEST(PackGuard, RefusesMoreObjectsThanAStoreTakes) {
  const std::string header("PACK\0\0\0\2\0\x20\0\0", 12);
  PackBuilder one;
  one.add(PackBuilder::blob, "x");
  EXPECT_EQ(refusal_of(header + one.pack().substr(12)), FailureCode::limit_exceeded);
}

}  // namespace
}  // namespace occ::wire
