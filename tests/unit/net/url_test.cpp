#include "net/url.hpp"

#include <gtest/gtest.h>

namespace occ::net {
namespace {

TEST(OriginOf, IsSchemeHostAndPort) {
  EXPECT_EQ(origin_of("https://api.github.com/repos?x#y"), "https://api.github.com:443");
  EXPECT_EQ(origin_of("http://HOST:8080"), origin_of("http://host:8080/"));
  EXPECT_EQ(origin_of("https://user:pass@host/"), "https://host:443");
  EXPECT_NE(origin_of("https://host"), origin_of("http://host"));
  EXPECT_NE(origin_of("https://host"), origin_of("https://host.evil.example"));
  EXPECT_NE(origin_of("https://host"), origin_of("https://host:8443"));
  EXPECT_NE(origin_of("https://host"), origin_of("https://host@evil.example"));
}

TEST(OriginOf, IsEmptyForWhatIsNoAddress) {
  for (const char* text : {"", "/path", "http://", "http://[broken", "https://a b/"}) {
    EXPECT_EQ(origin_of(text), "") << text;
  }
}

TEST(Resolved, LeadsWhereTheLocationPoints) {
  EXPECT_EQ(resolved("https://host/a/b?q", "/c"), "https://host/c");
  EXPECT_EQ(resolved("https://host/a/b?q", "c?d"), "https://host/a/c?d");
  EXPECT_EQ(resolved("https://host/a", "//other/b"), "https://other/b");
  EXPECT_EQ(resolved("https://host/a", "http://other/"), "http://other/");
  EXPECT_EQ(resolved("https://host/a", "http://[broken"), std::nullopt);
}

TEST(Resolved, TakesNoLoginAndNoFragmentFromTheLocation) {
  EXPECT_EQ(resolved("https://host/a", "https://name:pass@other/b"), "https://other/b");
  EXPECT_EQ(resolved("https://host/a", "//name@other/b#c?d"), "https://other/b");
  EXPECT_EQ(resolved("https://host/a", "b?c#d"), "https://host/b?c");
}

}  // namespace
}  // namespace occ::net
