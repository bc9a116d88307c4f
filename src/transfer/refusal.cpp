#include "transfer/refusal.hpp"

#include "base/known_words.hpp"
#include "base/untrusted.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

namespace occ::transfer {
namespace {

constexpr std::size_t kShownServerText = 600;  // bytes

// In the order in which they decide; the first match counts.
constexpr std::array kInReason{
    KnownWords{"`workflow` scope", FailureCode::workflow_scope},
    KnownWords{"workflow scope", FailureCode::workflow_scope},
    KnownWords{"`workflows` permission", FailureCode::workflow_scope},
    KnownWords{"create or update workflow", FailureCode::workflow_scope},
    KnownWords{"hidden ref", FailureCode::hidden_ref},
    KnownWords{"inconsistent aliased update", FailureCode::symbolic_ref},
    KnownWords{"protected branch", FailureCode::protected_branch},
    KnownWords{"rule violations", FailureCode::protected_branch},
    KnownWords{"non-fast-forward", FailureCode::non_fast_forward},
    KnownWords{"deletion of the current branch prohibited", FailureCode::default_branch_deletion},
    KnownWords{"refusing to delete the current branch", FailureCode::default_branch_deletion},
    KnownWords{"deletion prohibited", FailureCode::deletion_refused},
    KnownWords{"delete refs", FailureCode::deletion_refused},
    KnownWords{"atomic", FailureCode::atomic_refused},
    KnownWords{"transaction", FailureCode::atomic_refused},
    KnownWords{"shallow update not allowed", FailureCode::source_shallow},
    KnownWords{"failed to update ref", FailureCode::lease_lost},
    KnownWords{"failed to update", FailureCode::lease_lost},
    KnownWords{"cannot lock ref", FailureCode::lease_lost},
    KnownWords{"failed to lock", FailureCode::lease_lost},
    KnownWords{"stale info", FailureCode::lease_lost},
    KnownWords{"fetch first", FailureCode::lease_lost},
    KnownWords{"already exists", FailureCode::lease_lost},
    KnownWords{"incorrect old value", FailureCode::lease_lost},
    KnownWords{"failed to delete", FailureCode::lease_lost},
};

// Looked at only when the reason is a hook's or the unpacker's.
constexpr std::array kInServerText{
    // GitHub, of an App, an OAuth App and a personal token, each with words of its own behind it
    KnownWords{"create or update workflow", FailureCode::workflow_scope},
    KnownWords{"`workflow` scope", FailureCode::workflow_scope},
    KnownWords{"`workflows` permission", FailureCode::workflow_scope},
    KnownWords{"error: GH001", FailureCode::large_file},
    KnownWords{"GH006", FailureCode::protected_branch},
    KnownWords{"GH013", FailureCode::protected_branch},
    KnownWords{"protected branch", FailureCode::protected_branch},
    KnownWords{"file size limit", FailureCode::large_file},
    KnownWords{"exceeds maximum allowed size", FailureCode::pack_too_large},
    KnownWords{"exceeds maximum", FailureCode::pack_too_large},
};

std::string with_server_text(std::string text, std::string_view server_text) {
  const std::string words = quotable(server_text, kShownServerText);
  return words.empty() ? text : text + ": " + words;
}

}  // namespace

std::optional<std::size_t> most_commands(std::string_view text) {
  for (const std::string_view words : {"update more than ", "max allowed is "}) {
    const std::size_t at = text.find(words);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = text.substr(at + words.size());
    std::size_t number = 0;
    const auto end = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (end.ec == std::errc() && number > 0) return number;
  }
  return std::nullopt;
}

bool tells_of_rewritten_ref(std::string_view text) {
  for (const std::string_view words :
       {"not our ref", "unadvertised object", "Client wants invalid object"}) {
    if (text.find(words) != std::string_view::npos) return true;
  }
  const std::size_t want = text.find("want ");
  return want != std::string_view::npos && text.find(" not valid", want) != std::string_view::npos;
}

std::optional<Oid> withheld_object(std::string_view text) {
  if (!tells_of_rewritten_ref(text)) return std::nullopt;
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t at = text.find_first_of(kDigits); at != std::string_view::npos;
       at = text.find_first_of(kDigits, at)) {
    const std::size_t end = std::min(text.find_first_not_of(kDigits, at), text.size());
    if (const auto oid = Oid::from_hex(text.substr(at, end - at))) return oid;
    at = end;
  }
  return std::nullopt;
}

Refusal classify_refusal(std::string_view reason, std::string_view server_text,
                         std::string_view unpack) {
  std::string shown = quotable(reason);
  const bool by_hook = reason.find("hook declined") != std::string_view::npos ||
                       reason.find("hook denied") != std::string_view::npos;
  if (unpack != "ok" && !unpack.empty()) {
    std::string text =
        with_server_text("the target could not take the pack: " + quotable(unpack), server_text);
    const std::string everything = std::string(unpack) + '\n' + std::string(server_text);
    const auto known = code_of_words(kInServerText, everything);
    return {known.value_or(FailureCode::ref_rejected), std::move(text)};
  }
  // What the server's owner wrote for the user says more than the reason.
  if (by_hook || reason.find("declined") != std::string_view::npos) {
    shown = with_server_text(std::move(shown), server_text);
    if (const auto known = code_of_words(kInServerText, server_text)) return {*known, shown};
  }
  if (const auto known = code_of_words(kInReason, reason)) return {*known, shown};
  return {by_hook ? FailureCode::hook_declined : FailureCode::ref_rejected, shown};
}

}  // namespace occ::transfer
