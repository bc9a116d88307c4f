#include "inputs/endpoint.hpp"

#include <gtest/gtest.h>

namespace occ::inputs {
namespace {

using Kind = Endpoint::Kind;

constexpr std::string_view kServer = "https://github.com";

Endpoint endpoint(std::string_view text, std::string_view server = kServer) {
  std::string mistake;
  const auto parsed = parse_endpoint(text, server, mistake);
  EXPECT_TRUE(parsed.has_value()) << text << ' ' << mistake;
  return parsed.value_or(Endpoint());
}

std::string mistake_in(std::string_view text) {
  std::string mistake;
  const auto parsed = parse_endpoint(text, kServer, mistake);
  EXPECT_FALSE(parsed.has_value()) << text << " became " << parsed.value_or(Endpoint()).name;
  return mistake;
}

TEST(ParseEndpoint, TakesOwnerAndNameForARepositoryOfTheWorkflowsServer) {
  const auto at = endpoint("cogpy/occ");
  EXPECT_EQ(at.kind, Kind::http);
  EXPECT_EQ(at.location, "https://github.com/cogpy/occ.git");
  EXPECT_EQ(at.name, "cogpy/occ");
  EXPECT_TRUE(at.on_workflow_server);
  EXPECT_EQ(endpoint("a/b", "https://ghe.example.org/").location,
            "https://ghe.example.org/a/b.git");
}

TEST(ParseEndpoint, ReadsHttpAddresses) {
  const auto at = endpoint("https://gitlab.com/group/sub/name.git");
  EXPECT_EQ(at.kind, Kind::http);
  EXPECT_EQ(at.location, "https://gitlab.com/group/sub/name.git");
  EXPECT_EQ(at.name, "https://gitlab.com/group/sub/name.git");
  EXPECT_FALSE(at.on_workflow_server);
  EXPECT_EQ(endpoint("http://127.0.0.1:8080/a.git").location, "http://127.0.0.1:8080/a.git");
  EXPECT_EQ(endpoint("HTTPS://gitlab.com/a/b///").location, "https://gitlab.com/a/b");
  EXPECT_EQ(endpoint("https://[::1]:80/a").location, "https://[::1]:80/a");
}

TEST(ParseEndpoint, NeverAsksGitHubWithoutDotGit) {
  for (const std::string_view text :
       {"https://github.com/a/b", "https://github.com/a/b/", "https://github.com/a/b.git"}) {
    EXPECT_EQ(endpoint(text, "https://git.example").location, "https://github.com/a/b.git") << text;
  }
  EXPECT_EQ(endpoint("https://octo.ghe.com/a/b").location, "https://octo.ghe.com/a/b.git");
  EXPECT_EQ(endpoint("https://ghe.example/a/b", "https://ghe.example").location,
            "https://ghe.example/a/b.git");
  EXPECT_EQ(endpoint("https://dev.azure.com/a/b%20c/_git/d").location,
            "https://dev.azure.com/a/b%20c/_git/d");
}

TEST(ParseEndpoint, ShowsAnAddressOnTheWorkflowsServerAsOwnerAndName) {
  EXPECT_EQ(endpoint("https://github.com/a/b.git").name, "a/b");
  EXPECT_EQ(endpoint("https://GitHub.com/a/b").name, "a/b");
  EXPECT_EQ(endpoint("https://github.com/a/b/c").name, "https://github.com/a/b/c");
}

TEST(ParseEndpoint, KnowsWhoSpeaksVersionTwo) {
  for (const std::string_view known :
       {"https://github.com/a/b", "https://GitLab.com/a/b.git", "https://codeberg.org/a/b",
        "https://octo.ghe.com/a/b", "https://user:token@github.com/a/b"}) {
    EXPECT_TRUE(endpoint(known, "https://git.example").speaks_v2) << known;
  }
  EXPECT_TRUE(endpoint("https://git.example/a/b", "https://git.example").speaks_v2);
  for (const std::string_view unknown :
       {"https://git.example/a/b", "http://github.com/a/b", "https://github.com:444/a/b",
        "https://github.com.evil.org/a/b", "https://notgithub.com/a/b", "https://notghe.com/a/b",
        "https://ghe.com.evil.org/a/b", "https://evil.org/github.com/a", "git@github.com:a/b"}) {
    EXPECT_FALSE(endpoint(unknown, "https://other.example").speaks_v2) << unknown;
  }
}

TEST(ParseEndpoint, TellsAnotherServerFromTheWorkflowsOwn) {
  for (const std::string_view other :
       {"https://github.com.evil.org/a/b", "http://github.com/a/b", "https://github.com:444/a/b",
        "https://evil.org/github.com/a", "https://github.com@evil.org/a/b",
        "https://x:y@evil.org/a/b", "https://notgithub.com/a/b"}) {
    EXPECT_FALSE(endpoint(other).on_workflow_server) << other;
  }
}

TEST(ParseEndpoint, TakesCredentialsOutOfTheAddress) {
  const auto at = endpoint("https://user:s%40cret@example.org/a.git");
  EXPECT_EQ(at.location, "https://example.org/a.git");
  EXPECT_EQ(at.username, "user");
  EXPECT_EQ(at.password.reveal(), "s@cret");
  EXPECT_EQ(at.name, "https://example.org/a.git");
  const auto token = endpoint("https://t0ken@github.com/a/b");
  EXPECT_EQ(token.username, "t0ken");
  EXPECT_TRUE(token.password.empty());
  EXPECT_EQ(token.name, "a/b");
  EXPECT_EQ(endpoint("https://u:p@q@example.org/a").location, "https://example.org/a");
}

TEST(ParseEndpoint, ReadsSshAddresses) {
  const auto url = endpoint("ssh://git@example.org:2222/srv/a.git");
  EXPECT_EQ(url.kind, Kind::ssh);
  EXPECT_EQ(url.user_and_host, "git@example.org");
  EXPECT_EQ(url.port, "2222");
  EXPECT_EQ(url.location, "/srv/a.git");
  const auto scp = endpoint("git@github.com:owner/name.git");
  EXPECT_EQ(scp.kind, Kind::ssh);
  EXPECT_EQ(scp.user_and_host, "git@github.com");
  EXPECT_EQ(scp.location, "owner/name.git");
  EXPECT_EQ(scp.name, "git@github.com:owner/name.git");
  EXPECT_EQ(endpoint("host:path").user_and_host, "host");
  EXPECT_EQ(endpoint("ssh://host/~me/a.git").location, "~me/a.git");
  EXPECT_EQ(endpoint("ssh://git@[::1]/a").user_and_host, "git@[::1]");
  EXPECT_EQ(endpoint("ssh://git@[::1]:22/a").port, "22");
  EXPECT_EQ(endpoint("ssh://[::1]:22/a").user_and_host, "[::1]");
  EXPECT_EQ(endpoint("ssh://[::1]:22/a").port, "22");
  EXPECT_EQ(endpoint("git@[::1]:a/b.git").user_and_host, "git@[::1]");
  EXPECT_EQ(endpoint("git@[::1]:a/b.git").location, "a/b.git");
  EXPECT_EQ(endpoint("[::1]:a").user_and_host, "[::1]");
}

TEST(ParseEndpoint, ReadsPaths) {
  for (const std::string_view path : {"/srv/a.git", "/srv/a::b", "./a", "../a", ".", ".."}) {
    EXPECT_EQ(endpoint(path).kind, Kind::local) << path;
    EXPECT_EQ(endpoint(path).location, path);
  }
  EXPECT_EQ(endpoint("C:\\repos\\a").kind, Kind::local);
#ifdef _WIN32
  EXPECT_EQ(endpoint("C:/repos/a").kind, Kind::local);
#else
  EXPECT_EQ(endpoint("h:/repos/a").user_and_host, "h") << "a host may have a name of one letter";
#endif
  EXPECT_EQ(endpoint("file:///srv/a%20b.git").location, "/srv/a b.git");
}

TEST(ParseEndpoint, RefusesWhatIsNoRepository) {
  for (const std::string_view bad : {"", "name", "a/b/c", "a b/c", "owner/", "a/..", "a/b?"}) {
    EXPECT_NE(mistake_in(bad), "");
  }
  for (const std::string_view bad : {"https://",
                                     "https://host",
                                     "https://host/",
                                     "https:///path",
                                     "https://host/a?b=c",
                                     "https://host/a#b",
                                     "https://host/a b",
                                     "git://host/a",
                                     "ftp://host/a",
                                     "rsync://h/a",
                                     "file://relative",
                                     "ext::sh -c whoami",
                                     "http://[::1/x",
                                     "http://[]/x",
                                     "http://[::1]x/y",
                                     "http://a[b]/x",
                                     "git@:x",
                                     "@host:x",
                                     "ssh://git@/x",
                                     "ssh://git@[::1/x",
                                     "git@[::1:x"}) {
    EXPECT_NE(mistake_in(bad), "") << bad;
  }
}

TEST(ParseEndpoint, LetsNoSshAddressBecomeAnOptionOfSsh) {
  for (const std::string_view bad :
       {"ssh://-oProxyCommand=x/a", "-oProxyCommand=x:a", "ssh://git@-oProxyCommand=x/a",
        "git@-oProxyCommand=x:a", "host:-option", "ssh://host:12x/a", "ssh://host",
        "host:", "a@b@c:d"}) {
    EXPECT_NE(mistake_in(bad), "") << bad;
  }
}

TEST(ParseEndpoint, NeverShowsACredentialInAMistake) {
  for (const std::string_view bad :
       {"https://user:s3cret@", "https://user:s3cret@host", "https://s3cret@host/a?b",
        "https://user:s3cret@host/a b", "ssh://git:s3cret@host/a", "git://user:s3cret@host/a",
        "s3cret@github.com/owner/name", "user:s3cret@github.com/owner/name",
        "https:/user:s3cret@github.com/owner/name", "https:user:s3cret@github.com/owner/name",
        "https//user:s3cret@github.com/owner/name", "http://user:s3c/s3cret@host/a",
        "ftp://user:s3cret@host/a", "x@s3cret:y@h/a", "me@corp.com:s3cret@host/a"}) {
    EXPECT_EQ(mistake_in(bad).find("s3cret"), std::string::npos) << bad << ": " << mistake_in(bad);
  }
}

TEST(ParseEndpoint, NeverShowsACredentialInAName) {
  for (const std::string_view text :
       {"https://user:s3cret@example.org/a", "https://s3cret@github.com/a/b",
        "https://user:s3cret@github.com/a/b.git"}) {
    const auto at = endpoint(text);
    EXPECT_EQ(at.name.find("s3cret"), std::string::npos);
    EXPECT_EQ(at.location.find("s3cret"), std::string::npos);
  }
}

TEST(ParseEndpoint, RefusesAPortThatIsNone) {
  for (const std::string port : {"0", "-1", "65536", "99999", "80x", "http", "+80", "123456789"}) {
    for (const std::string scheme : {"http", "https", "ssh"}) {
      const std::string mistake = mistake_in(scheme + "://host:" + port + "/a.git");
      EXPECT_NE(mistake.find("1 to 65535"), std::string::npos) << scheme << port << ' ' << mistake;
    }
  }
  EXPECT_EQ(endpoint("https://host:65535/a.git").location, "https://host:65535/a.git");
  EXPECT_EQ(endpoint("ssh://host:1/a.git").port, "1");
}

TEST(ParseEndpoint, TellsOfTheSpellingOfABlank) {
  EXPECT_NE(mistake_in("https://dev.azure.com/o/my project/_git/r").find("%20"), std::string::npos);
}

TEST(ParseEndpoint, SaysWhatIsNearlyRight) {
  const auto suggests = [](std::string_view text, const std::string& meant) {
    return mistake_in(text).find("did you mean '" + meant + "'?") != std::string::npos;
  };
  EXPECT_TRUE(suggests("cogpy/occ/", "cogpy/occ"));
  EXPECT_TRUE(suggests("cogpy / occ", "cogpy/occ"));
  EXPECT_TRUE(suggests("github.com/cogpy/occ", "https://github.com/cogpy/occ"));
  for (const std::string_view text : {"a/b/c", "name", "user:s3cret@github.com/owner/name"}) {
    EXPECT_EQ(mistake_in(text).find("did you mean"), std::string::npos) << text;
  }
}

TEST(ParseEndpoint, NamesASchemeThatIsNotSpoken) {
  EXPECT_NE(mistake_in("htps://host/a.git").find("'htps'"), std::string::npos);
}

TEST(ParseEndpoint, MakesItsMistakesPrintable) {
  EXPECT_EQ(mistake_in("a ::error file=x").find("::"), std::string::npos);
}

}  // namespace
}  // namespace occ::inputs
