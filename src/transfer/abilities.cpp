#include "transfer/abilities.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

namespace occ::transfer {
namespace {

// github.com and GitHub Enterprise Server: of all tree filters they take tree:0 only.
bool is_github(const wire::Advertisement& server) {
  return server.capabilities.value("agent").starts_with("git/github-");
}

// It sends of a whole history the tip alone where trees are to be left out.
bool is_dulwich(const wire::Advertisement& server) {
  return server.capabilities.value("agent").starts_with("dulwich/");
}

bool offers_shallow(const wire::Advertisement& server) {
  return server.version == 2 ? server.capabilities.value_has_word("fetch", "shallow")
                             : server.capabilities.has("shallow");
}

// Version 2 has them always.
bool offers_encoding(const wire::Advertisement& server, std::string_view name) {
  return server.version == 2 || server.capabilities.has(name);
}

bool is_offered(Ability ability, const wire::Advertisement& server) {
  switch (ability) {
    case Ability::leave_out:
      return wire::offers_filter(server) && !is_dulwich(server);
    case Ability::keep_trees_filter:
      return server.version == 2 && wire::offers_filter(server) && !is_github(server);
    case Ability::deepen:
      return offers_shallow(server);
    case Ability::cut_hint:
      return server.version == 2 && offers_shallow(server);
    case Ability::thin_pack:
      return offers_encoding(server, "thin-pack");
    case Ability::ofs_delta:
      return offers_encoding(server, "ofs-delta");
    case Ability::early_listing:
      return true;  // whom to ask so, the repository knows by its host
    case Ability::atomic:
      return server.capabilities.has("atomic");
    case Ability::any_object:
      return server.version == 2 || server.capabilities.has("allow-reachable-sha1-in-want") ||
             server.capabilities.has("allow-any-sha1-in-want");
  }
  return false;
}

bool leaves_out(const wire::FetchRequest& request) {
  return request.filter == wire::Filter::commits_only || request.filter == wire::Filter::no_blobs;
}

bool uses(const wire::FetchRequest& request, Ability ability) {
  switch (ability) {
    case Ability::leave_out:
      return leaves_out(request);
    case Ability::keep_trees_filter:
      return request.filter == wire::Filter::keep_all_trees;
    case Ability::deepen:
      return request.deepen > 0;
    case Ability::cut_hint:
      return request.cut_hint.has_value();
    case Ability::thin_pack:
      return request.thin_pack;
    case Ability::ofs_delta:
      return request.ofs_delta;
    case Ability::early_listing:
    case Ability::atomic:
    case Ability::any_object:
      break;
  }
  return false;
}

constexpr std::array kLeftToServers{Ability::leave_out, Ability::keep_trees_filter, Ability::deepen,
                                    Ability::cut_hint};
constexpr std::array kOfEveryServer{Ability::thin_pack, Ability::ofs_delta};

// Words by which servers name what they refuse. The first that is found decides: a text about a
// tree filter speaks of its depth, too.
struct Naming {
  std::string_view word;
  std::array<Ability, 2> abilities;
};
constexpr std::array kNamings{
    Naming{"filter", {Ability::leave_out, Ability::keep_trees_filter}},
    Naming{"shallow", {Ability::cut_hint, Ability::deepen}},
    Naming{"deepen", {Ability::deepen, Ability::cut_hint}},
    Naming{"depth", {Ability::deepen, Ability::cut_hint}},
    Naming{"delta", {Ability::thin_pack, Ability::ofs_delta}},
    Naming{"thin", {Ability::thin_pack, Ability::ofs_delta}},
};
// Of an argument that a server does not know.
constexpr std::array<std::string_view, 8> kWordsForAnything{
    "unexpected", "unknown",  "unsupported", "not supported",
    "invalid",    "argument", "capabilit",   "option"};

bool contains(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

bool may_be_anything(std::string_view words) {
  return std::any_of(kWordsForAnything.begin(), kWordsForAnything.end(),
                     [&](auto each) { return contains(words, each); });
}

}  // namespace

std::string_view name_of(Ability ability) {
  switch (ability) {
    case Ability::leave_out:
      return "filters that leave objects out";
    case Ability::keep_trees_filter:
      return "a filter that leaves nothing out";
    case Ability::deepen:
      return "deepen";
    case Ability::cut_hint:
      return "a shallow line";
    case Ability::thin_pack:
      return "thin-pack";
    case Ability::ofs_delta:
      return "ofs-delta";
    case Ability::early_listing:
      return "an early ls-refs";
    case Ability::atomic:
      return "atomic";
    case Ability::any_object:
      return "wants of what no ref names";
  }
  return {};
}

bool Abilities::has(Ability ability, const wire::Advertisement& server) const {
  return allows(ability) && is_offered(ability, server);
}

wire::FetchRequest Abilities::fitted(wire::FetchRequest request,
                                     const wire::Advertisement& server) const {
  const bool keeps_trees = request.filter == wire::Filter::keep_all_trees;
  if (keeps_trees && !has(Ability::keep_trees_filter, server)) request.filter = wire::Filter::none;
  if (leaves_out(request) && !has(Ability::leave_out, server)) request.filter = wire::Filter::none;
  if (!has(Ability::deepen, server)) request.deepen = 0;
  const bool wants_hint = keeps_trees && request.filter == wire::Filter::none &&
                          request.shallow.empty() && has(Ability::cut_hint, server);
  if (!wants_hint) request.cut_hint.reset();
  if (insists_on_deltas_) request = with_all_deltas(std::move(request), server);
  request.thin_pack = request.thin_pack && has(Ability::thin_pack, server);
  request.ofs_delta = request.ofs_delta && has(Ability::ofs_delta, server);
  return request;
}

wire::FetchRequest with_all_deltas(wire::FetchRequest request, const wire::Advertisement& server) {
  if (server.version == 2) return request;
  request.thin_pack = request.thin_pack || server.capabilities.has("thin-pack");
  request.ofs_delta = request.ofs_delta || server.capabilities.has("ofs-delta");
  return request;
}

std::vector<std::vector<Ability>> suspects(const wire::FetchRequest& request,
                                           std::optional<std::string_view> words) {
  std::vector<std::vector<Ability>> found;
  const auto add = [&](std::span<const Ability> abilities) {
    std::vector<Ability> used;
    std::copy_if(abilities.begin(), abilities.end(), std::back_inserter(used),
                 [&](Ability ability) { return uses(request, ability); });
    if (!used.empty()) found.push_back(std::move(used));
  };
  if (words) {
    for (const Naming& naming : kNamings) {
      if (contains(*words, naming.word)) add(naming.abilities);
      if (!found.empty()) return found;
    }
    if (!may_be_anything(*words)) return found;
  }
  add(kLeftToServers);
  add(kOfEveryServer);
  return found;
}

bool may_be_about_atomic(std::string_view words) {
  return contains(words, "atomic") || may_be_anything(words);
}

wire::FetchRequest without(wire::FetchRequest request, const std::vector<Ability>& abilities) {
  for (const Ability ability : abilities) {
    switch (ability) {
      case Ability::keep_trees_filter:
      case Ability::leave_out:
        request.filter = wire::Filter::none;
        break;
      case Ability::deepen:
        request.deepen = 0;
        break;
      case Ability::cut_hint:
        request.cut_hint.reset();
        break;
      case Ability::thin_pack:
        request.thin_pack = false;
        break;
      case Ability::ofs_delta:
        request.ofs_delta = false;
        break;
      case Ability::early_listing:
      case Ability::atomic:
      case Ability::any_object:
        break;  // no part of a fetch
    }
  }
  return request;
}

}  // namespace occ::transfer
