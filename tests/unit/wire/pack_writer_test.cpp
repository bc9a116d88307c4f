#include "wire/pack_writer.hpp"

#include "samples.hpp"
#include "support/git.hpp"
#include "support/temp_dir.hpp"
#include "wire/pack.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace occ::wire {
namespace {

using std::string_literals::operator""s;

const std::vector<PackObject>& own_objects() {
  static const std::vector<PackObject> objects{
      {ObjectType::blob, ""},
      {ObjectType::blob, "{\"run\":\"1\"}\n"},
      {ObjectType::blob, test::noise(15, 1)},  // the longest size that needs one byte
      {ObjectType::blob, test::noise(16, 2)},
      {ObjectType::blob, test::noise(300'000, 3)},
      {ObjectType::tree, ""},
  };
  return objects;
}

class OwnObjects : public testing::TestWithParam<ObjectFormat> {
 protected:
  OwnObjects()
      : repo_(test::GitRepo::init(folder_ / "a.git", {"main", std::string(name_of(GetParam()))})) {}

  // What git, strict, finds in the pack beside what the repository has.
  void expect_taken(const std::string& pack) const {
    repo_.git({"index-pack", "--stdin", "--strict", "--fix-thin"}, pack);
    for (const PackObject& object : own_objects()) {
      const std::string id = object_id(object, GetParam()).hex(GetParam());
      EXPECT_EQ(repo_.git({"cat-file", "-s", id}), std::to_string(object.content.size()));
    }
    EXPECT_EQ(repo_.fsck(), "");
  }

  test::TempDir folder_;
  test::GitRepo repo_;
};

INSTANTIATE_TEST_SUITE_P(Formats, OwnObjects,
                         testing::Values(ObjectFormat::sha1, ObjectFormat::sha256),
                         [](const auto& each) { return std::string(name_of(each.param)); });

TEST_P(OwnObjects, HaveTheIdsThatGitGivesThem) {
  for (const PackObject& object : own_objects()) {
    const char* type = object.type == ObjectType::tree ? "tree" : "blob";
    EXPECT_EQ(object_id(object, GetParam()).hex(GetParam()),
              repo_.git({"hash-object", "-t", type, "--stdin"}, object.content));
  }
}

TEST_P(OwnObjects, MakeAPackThatGitTakes) {
  expect_taken(make_pack(own_objects(), GetParam()));
}

TEST_P(OwnObjects, WithNoneMakeTheEmptyPackThatGitMakes) {
  EXPECT_EQ(make_pack({}, GetParam()), repo_.git({"pack-objects", "--stdout", "-q"}, ""));
}

// Cuts the pack but for its trailer into pieces, as RelayedPack hands it on.
std::string spliced(std::string pack, ObjectFormat format, std::size_t piece) {
  PackSplice splice(own_objects(), format);
  const std::size_t end = pack.size() - raw_size(format);
  const auto bytes = std::as_writable_bytes(std::span(pack)).first(end);
  for (std::size_t at = 0; at < end; at += piece) {
    splice.pass(bytes.subspan(at, std::min(piece, end - at)));
  }
  pack.resize(end);
  const std::string rest = splice.finish();
  EXPECT_EQ(rest.size(), splice.growth() + raw_size(format));
  return pack + rest;
}

TEST_P(OwnObjects, TravelBehindAThinPack) {
  auto source =
      test::GitRepo::init(folder_ / "source.git", {"main", std::string(name_of(GetParam()))});
  source.commit("main", {{"essay", test::noise(5'000, 9)}});
  repo_.take_all_from(source);
  const std::string before = source.tip("main");
  const std::string after = source.commit("main", {{"essay", test::noise(5'000, 9) + "more"}});
  const std::string pack =
      source.git({"pack-objects", "--stdout", "--thin", "--revs", "-q", "--delta-base-offset"},
                 after + "\n^" + before + "\n");
  // git() takes a last newline away; a trailer may end so.
  ASSERT_EQ(pack_object_count(as_bytes(pack)), 3U);
  for (const std::size_t piece : {std::size_t{12}, std::size_t{13}, pack.size()}) {
    expect_taken(spliced(pack, GetParam(), piece));
    EXPECT_EQ(repo_.git({"cat-file", "-t", after}), "commit");
  }
}

TEST(PackSplice, RefusesWhatIsNoPackHeader) {
  std::string text = "PACK\0\0\0\2"s;
  PackSplice splice(own_objects(), ObjectFormat::sha1);
  EXPECT_EQ(test::failure_of([&] { splice.pass(std::as_writable_bytes(std::span(text))); }),
            FailureCode::protocol_error);
}

}  // namespace
}  // namespace occ::wire
