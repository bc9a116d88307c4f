#include "base/redactor.hpp"

#include "base/encode.hpp"
#include "base/untrusted.hpp"
#include "report/html.hpp"
#include "report/markdown_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>

namespace occ {
namespace {

const std::string kToken = "wR0ng+tOk/n=&~7eAc|LkQzB5dM8uYx'2Jf\"HsVp";

Redactor redactor_of(const std::string& secret) {
  Redactor redactor;
  redactor.add(Secret(secret));
  return redactor;
}

// The longest piece of the token that stands in `text` as it is.
std::size_t longest_piece(const std::string& text, const std::string& token = kToken) {
  std::size_t longest = 0;
  for (std::size_t from = 0; from < token.size(); ++from) {
    while (from + longest < token.size() &&
           text.find(token.substr(from, longest + 1)) != std::string::npos) {
      ++longest;
    }
  }
  return longest;
}

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

TEST(Redactor, LeavesNoPieceOfASecretThatWasCutAnywhere) {
  const Redactor redactor = redactor_of(kToken);
  for (std::size_t begin = 0; begin < kToken.size(); ++begin) {
    for (std::size_t end = begin; end <= kToken.size(); ++end) {
      const std::string text = redactor.redacted("see " + kToken.substr(begin, end - begin) + "…");
      ASSERT_LT(longest_piece(text), Redactor::kPiece) << text;
      ASSERT_TRUE(text.starts_with("se") && text.ends_with("…")) << text;
    }
  }
}

TEST(Redactor, FindsASecretWhateverStandsBetweenItsCharacters) {
  const Redactor redactor = redactor_of(kToken);
  for (const std::string between :
       {"\n", "\r", "\r\n", "\t", " ", "\x1b", "\x7f", "\xE2\x80\x8B", "\xEF\xBB\xBF", "\xC2\xAD",
        "\xFF", "\xEF\xBF\xBD", "&#8203;", "&#x200B;", "%0A", "\\n", "\\u200b"}) {
    std::string text;
    for (const char c : kToken) text += c + between;
    EXPECT_EQ(redactor.redacted("a" + between + text + "!").find("***"), 1 + between.size())
        << between;
    EXPECT_LT(longest_piece(redactor.redacted(printable(text))), 2U) << between;
  }
}

TEST(Redactor, FindsASecretThatHoldsWhatALogReplaces) {
  for (const std::string unseen :
       {"\n", "\r", "\t", "\x1b", "\xE2\x80\x8B", "\xFF", "\xC3", "\xE2\x80\xAE", " "}) {
    const std::string secret = "0ne-half" + unseen + "0ther-half";
    const Redactor redactor = redactor_of(secret);
    EXPECT_EQ(redactor.redacted("see " + secret + '.'), "see ***.") << unseen;
    EXPECT_EQ(redactor.redacted("see " + printable(secret) + '.'), "see ***.") << unseen;
    EXPECT_EQ(redactor.redacted("see " + report::html_text(secret) + '.'), "see ***.") << unseen;
    EXPECT_EQ(redactor.redacted("see 0ne-half and 0ther-half"), "see *** and ***") << unseen;
  }
}

TEST(Redactor, FindsASecretThroughEscapes) {
  const Redactor redactor = redactor_of(kToken);
  std::string entities;
  std::string hexadecimal;
  std::string unicode;
  std::string octal;
  for (const char signed_char : kToken) {
    const auto c = static_cast<unsigned char>(signed_char);
    char text[16];
    entities += "&#" + std::to_string(c) + ';';
    std::snprintf(text, sizeof text, "&#x%x;", c);
    hexadecimal += text;
    std::snprintf(text, sizeof text, "\\u%04X", c);
    unicode += text;
    std::snprintf(text, sizeof text, "\\%03o", c);
    octal += text;
  }
  const std::string json = nlohmann::json(kToken).dump();
  const std::string in_json = json.substr(1, json.size() - 2);
  for (const std::string& text :
       {entities, hexadecimal, unicode, octal, in_json, nlohmann::json(json).dump(),
        percent_encode(kToken), percent_encode(percent_encode(kToken)),
        report::html_text(percent_encode(in_json)), nlohmann::json(hexadecimal).dump()}) {
    const std::string shown = redactor.redacted("<" + text + ">");
    EXPECT_NE(shown.find("***"), std::string::npos) << text;
    EXPECT_LT(shown.size(), 16U) << shown;
  }
}

// In each form that a server may give it, cut at each place: log lines end with an ellipsis there.
TEST(Redactor, LeavesNoStartOrEndOfASecretWhereATextWasCut) {
  const std::string token = "ghp_oHwLMeaZqo9DZDNjN1GTPdVKsb1DS2S5yXB6";
  const Redactor redactor = redactor_of(token);
  std::string percent;
  std::string entities;
  std::string unicode;
  for (const char c : token) {
    char text[16];
    std::snprintf(text, sizeof text, "%%%02X", c);
    percent += text;
    entities += "&#" + std::to_string(c) + ';';
    std::snprintf(text, sizeof text, "\\u%04x", c);
    unicode += text;
  }
  for (const std::string& form : {token, percent, entities, unicode, base64(token)}) {
    const std::size_t each = form.size() / token.size();
    for (std::size_t cut = 0; cut <= form.size(); ++cut) {
      const std::string start = redactor.redacted("zzzz " + form.substr(0, cut) + "… more");
      const std::string end = redactor.redacted("…" + form.substr(cut) + " zzzz");
      // What all tokens begin with, or two characters and a part of an escape, tell nothing.
      EXPECT_LE(start.size(), std::string("zzzz … more").size() + 5 * each + 5) << start;
      if (form == token || form == percent) {
        EXPECT_LE(end.size(), std::string("… zzzz").size() + 4 * each) << end;
      }
    }
  }
  EXPECT_EQ(redactor.redacted("an ordinary text…"), "an ordinary text…");
}

TEST(Redactor, LeavesOurOwnWordsInADocumentThoughASecretIsCalledSo) {
  Redactor redactor;
  for (const char* word : {"true", "main", "success"}) redactor.add(Secret(word));
  redactor.add(Secret(kToken));
  const std::string document = R"({"done":true,"branch":"main","status":"success"})";
  EXPECT_EQ(redactor.redacted_document(document), document);
  EXPECT_EQ(redactor.redacted_document("a " + kToken), "a ***");
  EXPECT_EQ(redactor.redacted("the server says main"), "the server says ***");
}

TEST(Redactor, FindsPiecesOfASecretInBase64) {
  const Redactor redactor = redactor_of(kToken);
  for (const std::string before : {"", "a", "ab", "x-access-token:"}) {
    const std::string encoded = base64(before + kToken);
    for (std::size_t cut = 20; cut < encoded.size(); ++cut) {
      const std::string shown = redactor.redacted(encoded.substr(0, cut));
      EXPECT_LT(longest_piece(shown, base64(before + kToken).substr(before.size() * 4 / 3 + 2)),
                11U)
          << shown;
    }
  }
}

TEST(Redactor, LeavesTheFirstAndLastLineOfKeysAlone) {
  const std::string key =
      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAq7Zk\nQyR5tGhU2w\n"
      "-----END OPENSSH PRIVATE KEY-----";
  const Redactor redactor = redactor_of(key);
  EXPECT_EQ(redactor.redacted("an OPENSSH PRIVATE KEY begins with -----BEGIN"),
            "an OPENSSH PRIVATE KEY begins with -----BEGIN");
  EXPECT_EQ(redactor.redacted(key).find("QyR5"), std::string::npos);
  EXPECT_EQ(redactor.redacted("line QyR5tGhU2w of it"), "line *** of it");
}

TEST(Redactor, MasksWhatLooksLikeATokenWhereverItComesFrom) {
  const std::string body = "16C7e42F292c6912E7710c838347Ae178B4a";
  std::string jwt = "1234567_eyJhbGciOiJIUzI1NiJ9";
  while (jwt.size() < 500) jwt += ".aB3_-x";
  for (const std::string& token :
       {"ghp_" + body, "gho_" + body, "ghu_" + body, "ghs_" + body, "ghr_" + body, "ghs_" + jwt,
        "github_pat_11ABCDEFG0" + body + "_" + body, "glpat-" + body.substr(0, 20),
        "gldt-" + body.substr(0, 20), "glptt-" + body, "ATATT3xFfGF0" + body + "=1A2B3C4D",
        "xoxb-123456789012-1234567890123-" + body, "npm_" + body}) {
    EXPECT_EQ(Redactor().redacted("is '" + token + "'. So"), "is '***'. So");
    EXPECT_EQ(Redactor().redacted("https://x:" + token + "@h/"), "https://x:***@h/");
  }
  for (const std::string name :
       {"ghp_", "ghs_of_the_integration_tests", "ghp_123", "refs/heads/glpat-1", "github_pat_ is",
        "a github_pat_ token begins so", "xoxo-2024", "ghs_ then 1 more word and another one"}) {
    EXPECT_EQ(Redactor().redacted(name), name);
  }
  const Redactor redactor = redactor_of("github_pat_11ABCDEFG0" + body + "_" + body);
  EXPECT_EQ(redactor.redacted("begins with github_pat_ always"), "begins with github_pat_ always");
}

TEST(Redactor, LeavesNoHalfOfACharacter) {
  const Redactor redactor = redactor_of("Größe-und-Länge-äöü");
  for (const std::string text : {"xößyGröße-und-Länge", "öße-und-Lxä", "ö-und-Lä"}) {
    EXPECT_EQ(redactor.redacted(text), valid_utf8(redactor.redacted(text))) << text;
  }
}

TEST(Redactor, FindsASecretAcrossTheBordersOfWhatItLooksAtTogether) {
  const Redactor redactor = redactor_of(kToken);
  for (std::size_t before = (64U << 10U) - 60; before < (64U << 10U) + 20; ++before) {
    const std::string shown = redactor.redacted(std::string(before, '.') + kToken + "end");
    ASSERT_EQ(shown, std::string(before, '.') + "***end");
  }
}

// 80,000 refs that hold the token took 197 s, for its square.
TEST(Redactor, TakesTimeLinearInTheText) {
  const Redactor redactor = redactor_of(kToken);
  std::string text;
  for (std::size_t i = 0; i < 80'000; ++i) {
    text += "refs/heads/" + std::to_string(i) + kToken + "ghp_ghp_\n";
  }
  for (std::size_t i = 0; i < 200'000; ++i) text += "ghp_";
  const auto start = std::chrono::steady_clock::now();
  const std::string shown = redactor.redacted(std::move(text));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
  EXPECT_LT(longest_piece(shown.substr(0, 1000)), 3U);
}

}  // namespace
}  // namespace occ
