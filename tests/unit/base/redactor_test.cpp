#include "base/redactor.hpp"

#include "report/html.hpp"
#include "report/markdown_text.hpp"

#include <gtest/gtest.h>

namespace occ {
namespace {

TEST(Redactor, FindsASecretInMarkdown) {
  for (const std::string secret :
       {"ghp_0123_abcdef", "pass*word&more", "it's #1", "me@home.example", "a::b##[c]"}) {
    Redactor redactor;
    redactor.add(Secret(secret));
    EXPECT_EQ(redactor.redacted(report::markdown_code("see " + secret)), "<code>see ***</code>");
    EXPECT_EQ(redactor.redacted(report::markdown_text("see " + secret)), "see ***");
  }
}

TEST(Redactor, FindsASecretInHtml) {
  for (const std::string secret :
       {"a&b<c>d", "say \"it's\"", "`tick&amp;tock`", "a::b##[c]", "&&&&", "plain"}) {
    Redactor redactor;
    redactor.add(Secret(secret));
    EXPECT_EQ(redactor.redacted(report::html_text("see " + secret + '.')), "see ***.") << secret;
    EXPECT_EQ(redactor.redacted("see " + secret + '.'), "see ***.");
  }
}

TEST(Redactor, LeavesWhatOnlyLooksLikeASecret) {
  Redactor redactor;
  redactor.add(Secret("a&b<c"));
  for (const std::string text : {"a&b", "a&amp;b&lt;d", "a & b < c &", "&#97;&amp"}) {
    EXPECT_EQ(redactor.redacted(text), text);
  }
}

}  // namespace
}  // namespace occ
