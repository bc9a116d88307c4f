#include "report/advice.hpp"

#include <string_view>
#include <utility>

namespace occ::report {
namespace {

using Host = Access::Host;
using Transport = Access::Transport;

// One side, and what was asked of it.
struct Place {
  std::string side;  // "source"
  bool is_written = false;
  const Access& access;

  [[nodiscard]] std::string input(std::string_view which) const {
    return '`' + side + '_' + std::string(which) + '`';
  }
  [[nodiscard]] std::string verb() const { return is_written ? "write" : "read"; }
};

// What the hosts call the right to read or write a repository's contents.
std::string rights(const Place& at) {
  switch (at.access.host) {
    case Host::github:
      return at.is_written ? " (classic: scope `repo`; fine-grained: Contents read and write)"
                           : " (classic: scope `repo`; fine-grained: Contents read)";
    case Host::gitlab:
      return at.is_written ? " (GitLab: scope `write_repository`, role Developer or higher)"
                           : " (GitLab: scope `read_repository`)";
    case Host::gitea:
      return at.is_written ? " (scope `write:repository`)" : " (scope `read:repository`)";
    case Host::azure:
      return at.is_written ? " (Code: Read & write)" : " (Code: Read)";
    case Host::bitbucket:
      return at.is_written ? " (Repositories: Write)" : " (Repositories: Read)";
    case Host::unknown:
      break;
  }
  return "";
}

std::string own_token(const Place& at) {
  return at.access.is_workflow_token
             ? " Where " + at.input("token") + " is empty, it was the workflow's own token."
             : "";
}

// "the token of `target_token`"
std::string token_of(const Place& at) {
  return at.access.token_in_address ? "the token in the address of " + at.input("repo")
                                    : "the token of " + at.input("token");
}

std::string deploy_key(const Place& at) {
  if (!at.is_written) return "a deploy key of it";
  if (at.access.host == Host::github) return "a deploy key of it with `Allow write access`";
  if (at.access.host == Host::gitlab) {
    return "a deploy key of it with `Grant write permissions to this key`";
  }
  return "a deploy key of it that may write";
}

Advice not_allowed(const Place& at);

Advice not_let_in(const Place& at) {
  if (at.access.transport == Transport::path) return not_allowed(at);
  if (at.access.transport == Transport::ssh) {
    const std::string meaning = "the " + at.side + " did not accept the key";
    if (!at.access.has_token) {
      return {meaning, "Set `ssh_private_key`: none was given, and the " + at.side +
                           " takes none of the keys that ssh has of its own."};
    }
    return {meaning, "Let the " + at.side + " know the public half of `ssh_private_key`: as " +
                         deploy_key(at) + ", or as a key of an account that may " + at.verb() +
                         " it."};
  }
  if (at.access.token_in_address) {
    return {"the " + at.side + " did not accept the token",
            "Renew the token that stands in the address of " + at.input("repo") + rights(at) +
                "; better, take it out of there and give it as the secret of " + at.input("token") +
                "."};
  }
  return {"the " + at.side + " did not accept the token",
          "Renew the token and store it again as the secret of " + at.input("token") + rights(at) +
              "." + own_token(at)};
}

Advice not_allowed(const Place& at) {
  switch (at.access.transport) {
    case Transport::path:
      return {"the account that runs this may not " + at.verb() + " the " + at.side + "'s folder",
              "Let that account " + at.verb() + " the folder in " + at.input("repo") +
                  ". Where git speaks of dubious ownership, tell it that the folder is to be "
                  "trusted: `git config --global --add safe.directory <path>`."};
    case Transport::ssh:
      if (!at.access.has_token) {
        return {"the key is known to the " + at.side + ", but may not " + at.verb() + " it",
                "Set `ssh_private_key`: none was given, and the key that ssh has of its own may "
                "not " +
                    at.verb() + " the " + at.side + ". Its public half has to be " +
                    deploy_key(at) + ", or a key of an account that may " + at.verb() + " it."};
      }
      return {"the key is known to the " + at.side + ", but may not " + at.verb() + " it",
              "Make the public half of `ssh_private_key` " + deploy_key(at) +
                  ", or let the key's account " + at.verb() + " it."};
    case Transport::http:
      break;
  }
  if (!at.access.has_token) {
    return {"the " + at.side + " may not be " + (at.is_written ? "written" : "read") +
                " without a token",
            "Set " + at.input("token") + ": none was given. It needs to " + at.verb() + " the " +
                at.side + "'s contents" + rights(at) + "."};
  }
  return {"the token is valid, but may not " + at.verb() + " the " + at.side,
          "Let " + token_of(at) + " " + at.verb() + " the " + at.side + "'s contents" + rights(at) +
              ", or give it the permission that the message names." + own_token(at)};
}

Advice not_found(const Place& at) {
  const std::string spelling = "Check the spelling of " + at.input("repo");
  switch (at.access.transport) {
    case Transport::path:
      return {"there is no Git repository at the " + at.side + "'s path",
              "Check the path in " + at.input("repo") +
                  (at.is_written ? ": repositories are not made here (`git init --bare` makes one)."
                                 : ": it has to lead to a Git repository.")};
    case Transport::ssh:
      return {"the " + at.side + " does not exist, or the key cannot see it",
              spelling + "; if it is right, let the key's owner see the repository."};
    case Transport::http:
      break;
  }
  if (!at.access.has_token) {
    return {"the " + at.side + " does not exist, or cannot be seen without a token",
            spelling + "; if the repository is private, set " + at.input("token") + "."};
  }
  const std::string same = at.access.host == Host::github
                               ? " GitHub answers the same in both cases."
                               : " Many hosts answer the same in both cases.";
  return {"the " + at.side + " does not exist, or the token cannot see it",
          spelling + "; if the repository is private, give " + token_of(at) + " access to it." +
              same + own_token(at)};
}

Advice not_reached(const Place& at, std::string meaning) {
  const bool http = at.access.transport == Transport::http;
  return {std::move(meaning),
          "Check the host and the port in " + at.input("repo") +
              (http ? ", the network and the proxy settings." : ", and the network.")};
}

Advice on_ssh_failed(const Place& at, std::string meaning) {
  return {std::move(meaning),
          "Check `ssh_private_key` and `ssh_known_hosts`, which needs the line of the " + at.side +
              "'s host (`ssh-keyscan` prints it; compare it with what the host publishes). The "
              "message has the words of ssh."};
}

Advice on_program_missing(const Place& at) {
  if (at.access.transport == Transport::ssh) {
    return {"`ssh` is not installed, and the " + at.side + " has an ssh address",
            "Install OpenSSH's client so that PATH leads to `ssh`, or put the https address into " +
                at.input("repo") + ", which needs no program."};
  }
  return {"`git` is not installed, and the " + at.side + " is a path",
          "Install git so that PATH leads to it: it serves what " + at.input("repo") +
              " leads to. An https address needs no program."};
}

Advice on_read_only(const Place& at) {
  return {"the " + at.side + " is archived, or takes no pushes for now",
          "Unarchive the " + at.side +
              ", or let its owner open it for pushes again; nobody's right is missing."};
}

Advice on_service_missing(const Place& at) {
  return {"the " + at.side + "'s host has no Git, or none for this login",
          "Install git on the " + at.side + "'s host so that the login's PATH leads to " +
              (at.is_written ? "git-receive-pack" : "git-upload-pack") + ", or name a login in " +
              at.input("repo") + " that may use it; at most hosts that is `git`."};
}

Advice on_rate_limited(const Place& at, Advice usual) {
  if (at.access.transport != Transport::http || at.access.has_token) return usual;
  usual.remedy = "Wait, or set " + at.input("token") + ": who comes with a token may ask more.";
  return usual;
}

Advice on_connection_lost(const Place& at, Advice usual) {
  if (at.access.transport == Transport::path) {
    usual.remedy = "Run again; if it stays, look at the " + at.side + " with `git fsck`.";
  } else if (at.access.transport == Transport::ssh) {
    usual.remedy = "Run again; if it stays, the " + at.side +
                   "'s host may turn this machine away, let too few connections in at a time"
                   " (sshd: MaxStartups), or limit the size of what it " +
                   (at.is_written ? "takes." : "sends.");
  } else if (!at.is_written) {
    usual.remedy = "Run again; if it stays, the " + at.side +
                   "'s server, or a proxy before it, may end connections early.";
  }
  return usual;
}

Advice on_protected_branch(const Place& at, Advice usual) {
  std::string_view where;
  if (at.access.host == Host::github) where = " (Settings, Rules or Branches)";
  if (at.access.host == Host::gitlab) where = " (Settings, Repository, Protected branches)";
  usual.remedy = "Let whoever pushes bypass the rule in the " + at.side + "'s settings" +
                 std::string(where) + ", or sync to another branch with `from:to`.";
  return usual;
}

Advice on_diverged(const Place& at, Advice usual) {
  constexpr std::string_view kOffer = ", `merge` or `pull_request`";
  const std::size_t offer = usual.remedy.find(kOffer);
  if (at.access.takes_pull_requests || offer == std::string::npos) return usual;
  usual.remedy.replace(offer, kOffer.size(), " or `merge`");
  return usual;
}

Advice advice_at(FailureCode code, const Place& at, Advice usual) {
  using enum FailureCode;
  switch (code) {
    case authentication_failed:
      return not_let_in(at);
    case no_permission:
      return not_allowed(at);
    case repository_not_found:
      return not_found(at);
    case host_unreachable:
      return not_reached(at, std::move(usual.meaning));
    case ssh_failed:
      return on_ssh_failed(at, std::move(usual.meaning));
    case program_missing:
      return on_program_missing(at);
    case read_only:
      return on_read_only(at);
    case service_missing:
      return on_service_missing(at);
    case rate_limited:
      return on_rate_limited(at, std::move(usual));
    case connection_lost:
      return on_connection_lost(at, std::move(usual));
    case diverged:
      return on_diverged(at, std::move(usual));
    case protected_branch:
      return on_protected_branch(at, std::move(usual));
    case protocol_error:
      usual.remedy = "Check that " + at.input("repo") +
                     " is the address of a Git repository and not of a web page or a proxy.";
      return usual;
    case server_refused:
      return {"the server of the " + at.side + " ended the talk with words of its own",
              "The message has the words of the " + at.side +
                  "'s server; if they do not help, its owner can."};
    case repository_damaged:
      return {"the " + at.side + " lacks objects of its own, or cannot read them",
              "Look at the " + at.side +
                  " with `git fsck`; what is damaged or partial (`git clone "
                  "--filter`) cannot be synced until its objects are there."};
    case pack_too_large:
      if (at.is_written) return usual;
      return {"the " + at.side + "'s server limits the size of a request",
              "Raise the limit (nginx: client_max_body_size), or sync fewer branches at a time."};
    default:  // the catalogue's words fit either side
      return usual;
  }
}

// A rollback selects nothing and prunes nothing.
Advice in_rollback(FailureCode code, Advice usual) {
  using enum FailureCode;
  switch (code) {
    case hidden_ref:
      return {std::move(usual.meaning), "Let the target's owner unhide the ref."};
    case default_branch_deletion:
      return {"the rollback would delete the target's default branch",
              "Choose another default branch on the target first."};
    case broken_ref:
      return {std::move(usual.meaning),
              "Mend or delete the ref where it is broken (`git for-each-ref` warns of it)."};
    case symbolic_ref:
      return {std::move(usual.meaning),
              "Let the target's owner make it a ref of its own (`git symbolic-ref --delete`)."};
    case deletion_refused:
      return {std::move(usual.meaning), "Allow deletions on the target."};
    default:  // these speak of nothing that a rollback lacks
      return usual;
  }
}

Advice usual_advice(FailureCode code) {
  const CatalogueEntry& entry = catalogue_entry(code);
  return {std::string(entry.meaning), std::string(entry.remedy)};
}

// The catalogue speaks of a sync into the target. On the way back the sides change their parts.
std::string turned_round(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.starts_with("source")) {
      out += "target";
    } else if (text.starts_with("target")) {
      out += "source";
    } else {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    text.remove_prefix(6);
  }
  return out;
}

Place place_of(const Report& report, const Peer& peer) {
  const bool source = peer.side == Side::source;
  return {source ? "source" : "target", peer.is_written,
          source ? report.source_access : report.target_access};
}

}  // namespace

Advice advice_on(const Report& report, const Failure& failure) {
  Advice usual = usual_advice(failure.code());
  if (!failure.peer()) return usual;
  return advice_at(failure.code(), place_of(report, *failure.peer()), std::move(usual));
}

Advice advice_on(const Report& report, const transfer::RefOutcome& ref) {
  const FailureCode code = ref.error.value_or(FailureCode::internal_error);
  const auto& failure = report.outcome.failure;
  if (failure && failure->code() == code) return advice_on(report, *failure);
  Advice usual = usual_advice(code);
  if (!report.undoes.empty()) usual = in_rollback(code, std::move(usual));
  if (!ref.on_source) {
    return advice_at(code, place_of(report, {Side::target, true}), std::move(usual));
  }
  usual = {turned_round(usual.meaning), turned_round(usual.remedy)};
  return advice_at(code, place_of(report, {Side::source, true}), std::move(usual));
}

}  // namespace occ::report
