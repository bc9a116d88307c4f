#include "wire/advertisement.hpp"

#include "base/agent.hpp"
#include "base/failure.hpp"
#include "base/host_words.hpp"
#include "base/shown_count.hpp"
#include "base/untrusted.hpp"

#include <algorithm>
#include <utility>

namespace occ::wire {
namespace {

[[noreturn]] void fail(std::string_view what, std::string_view line) {
  throw Failure(FailureCode::protocol_error, std::string(what) + " '" + printable(line, 100) + "'");
}

Oid checked_oid(std::string_view hex, ObjectFormat format, std::string_view line) {
  const auto oid = Oid::from_hex(hex);
  if (!oid) fail("a line without an object id:", line);
  if (!oid->fits(format)) {
    fail("an object id that is not of the format " + std::string(name_of(format)) + ':', line);
  }
  return *oid;
}

// Splits "<oid> <rest>".
std::pair<Oid, std::string_view> split_oid(std::string_view line, ObjectFormat format) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) fail("a ref line without a name:", line);
  return {checked_oid(line.substr(0, space), format, line), line.substr(space + 1)};
}

// Blanks and control characters would also end a name within a command of ours.
bool can_be_name(std::string_view name) {
  return !name.empty() && std::none_of(name.begin(), name.end(),
                                       [](unsigned char c) { return c <= 0x20 || c == 0x7F; });
}

// What a server says of a ref is a name and a tip, or nothing to go by.
void add_ref(RefListing& listing, Ref ref) {
  if (listing.refs.size() + listing.broken.size() == limits::kRefs) {
    throw Failure(FailureCode::limit_exceeded,
                  "more than " + shown_number(limits::kRefs) + " refs");
  }
  if (ref.oid.is_null() || !can_be_name(ref.name)) {
    listing.broken.push_back(std::move(ref.name));
  } else {
    listing.refs.push_back(std::move(ref));
  }
}

// Of a name with two tips none can be the one to go by.
void set_twins_apart(RefListing& listing) {
  auto& refs = listing.refs;
  const auto same_name = [](const Ref& a, const Ref& b) { return a.name == b.name; };
  for (auto at = std::adjacent_find(refs.begin(), refs.end(), same_name); at != refs.end();
       at = std::adjacent_find(at + 1, refs.end(), same_name)) {
    if (at->oid == (at + 1)->oid) continue;
    listing.broken.push_back(at->name);
    listing.listed_twice.push_back(at->name);
  }
  refs.erase(std::unique(refs.begin(), refs.end(), same_name), refs.end());
}

// No file system and no host has longer ones.
void hold_name(std::string_view name) {
  if (name.size() <= limits::kRefName) return;
  throw Failure(FailureCode::limit_exceeded, "a ref whose name has " + std::to_string(name.size()) +
                                                 " bytes: '" + printable(name, 100) + "'");
}

bool contains_case_insensitive(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

}  // namespace

void throw_if_error_line(std::string_view line) {
  if (!line.starts_with("ERR ")) return;
  const std::string_view text = line.substr(4);
  const bool denied = contains_case_insensitive(text, "denied") ||
                      contains_case_insensitive(text, "not authorized") ||
                      contains_case_insensitive(text, "permission");
  const bool not_found = contains_case_insensitive(text, "not found") ||
                         contains_case_insensitive(text, "does not exist");
  const auto code =
      code_of_host_words(text).value_or(denied      ? FailureCode::no_permission
                                        : not_found ? FailureCode::repository_not_found
                                                    : FailureCode::server_refused);
  throw Failure(code, "the server says '" + quotable(text) + "'");
}

std::string agent() {
  return std::string("agent=") + std::string(kAgent);
}

bool AdvertisementParser::feed(const Packet& packet) {
  if (in_service_header_) {
    // "# service=git-upload-pack", flush. Servers that skip it are tolerated, as git does.
    if (packet.kind == PacketKind::flush) {
      in_service_header_ = false;
      return !service_line_seen_;  // without that line it ends an empty advertisement
    }
    if (packet.line().starts_with("# service=")) {
      service_line_seen_ = true;
      return false;
    }
    in_service_header_ = false;
  }
  if (packet.kind == PacketKind::flush) return true;
  if (packet.kind != PacketKind::data) fail("an unexpected packet in", "the advertisement");
  feed_line(packet.line());
  return false;
}

void AdvertisementParser::feed_line(std::string_view line) {
  throw_if_error_line(line);
  lines_.take(line);
  if (line == "version 1") {
    advertisement_.version = 1;
    return;
  }
  if (line == "version 2") {
    advertisement_.version = 2;
    return;
  }
  if (advertisement_.version == 2) {
    capabilities_.take(line);
    advertisement_.capabilities.add(line);
    return;
  }
  if (line.starts_with("shallow ")) {
    const Oid oid = checked_oid(line.substr(8), format_, line);
    if (advertisement_.shallow.size() == limits::kShallow) {
      throw Failure(FailureCode::limit_exceeded, "it is shallow in too many places");
    }
    advertisement_.shallow.push_back(oid);
    return;
  }
  feed_ref(line);
}

void AdvertisementParser::feed_ref(std::string_view line) {
  const std::size_t nul = line.find('\0');
  if (first_line_ && nul != std::string_view::npos) {
    advertisement_.capabilities.add_list(line.substr(nul + 1));
    format_ = advertisement_.capabilities.object_format();
  }
  first_line_ = false;
  const auto [oid, name] = split_oid(line.substr(0, nul), format_);
  hold_name(name);
  auto& listing = advertisement_.listing;
  if (name == "capabilities^{}") return;  // an empty repository
  if (name == ".have") {
    if (!oid.is_null() && listing.other_tips.size() < limits::kOtherTips) {
      listing.other_tips.push_back(oid);
    }
  } else if (name.ends_with("^{}")) {
    const std::string_view base = name.substr(0, name.size() - 3);
    if (!listing.refs.empty() && listing.refs.back().name == base && !oid.is_null()) {
      listing.refs.back().peeled = oid;
    }
  } else if (name == "HEAD") {
    listing.has_head = !oid.is_null();
  } else {
    add_ref(listing, {std::string(name), oid, std::nullopt});
  }
}

Advertisement AdvertisementParser::take() {
  Advertisement done = std::move(advertisement_);
  done.listing.format = done.capabilities.object_format();
  for (const std::string_view symref : done.capabilities.values("symref")) {
    if (symref.starts_with("HEAD:")) done.listing.head_branch = symref.substr(5);
  }
  finish_listing(done.listing);
  return done;
}

std::string ls_refs_request(const Capabilities& server, const std::vector<std::string>& prefixes) {
  std::string request;
  append_line(request, "command=ls-refs");
  append_line(request, agent());
  if (server.has("object-format")) {
    append_line(request, "object-format=" + std::string(name_of(server.object_format())));
  }
  append_delimiter(request);
  append_line(request, "peel");
  append_line(request, "symrefs");
  if (server.value_has_word("ls-refs", "unborn")) append_line(request, "unborn");
  append_line(request, "ref-prefix HEAD");
  for (const auto& prefix : prefixes) append_line(request, "ref-prefix " + prefix);
  append_flush(request);
  return request;
}

void add_ls_refs_line(RefListing& listing, std::string_view line) {
  throw_if_error_line(line);
  const bool unborn = line.starts_with("unborn ");
  const auto [oid, rest] =
      unborn ? std::pair{Oid(), line.substr(7)} : split_oid(line, listing.format);
  std::size_t name_end = std::min(rest.find(' '), rest.size());
  Ref ref{std::string(rest.substr(0, name_end)), oid, std::nullopt};
  std::string_view symref;
  for (std::size_t at = name_end; at < rest.size();) {
    const std::size_t end = std::min(rest.find(' ', at + 1), rest.size());
    const std::string_view attribute = rest.substr(at + 1, end - at - 1);
    at = end;
    if (attribute.starts_with("peeled:")) {
      ref.peeled = checked_oid(attribute.substr(7), listing.format, line);
    } else if (attribute.starts_with("symref-target:")) {
      symref = attribute.substr(14);
    } else if (attribute.find(':') == std::string_view::npos) {
      name_end = at;  // no attribute, but the rest of a name with a blank
    }
  }
  if (ref.name.size() != name_end) ref.name = rest.substr(0, name_end);
  hold_name(ref.name);
  if (ref.peeled && ref.peeled->is_null()) ref.peeled.reset();
  if (ref.name == "HEAD") {
    listing.has_head = !oid.is_null();
    if (!symref.empty()) listing.head_branch = symref;
  } else if (!unborn) {
    if (!symref.empty()) listing.aliases.emplace(ref.name, symref);
    add_ref(listing, std::move(ref));
  }
}

void finish_listing(RefListing& listing) {
  const auto by_name = [](const Ref& a, const Ref& b) { return a.name < b.name; };
  if (!std::is_sorted(listing.refs.begin(), listing.refs.end(), by_name)) {
    std::stable_sort(listing.refs.begin(), listing.refs.end(), by_name);
  }
  set_twins_apart(listing);
  auto& broken = listing.broken;
  if (broken.empty()) return;
  std::sort(broken.begin(), broken.end());
  broken.erase(std::unique(broken.begin(), broken.end()), broken.end());
  std::erase_if(listing.refs, [&](const Ref& ref) { return listing.is_broken(ref.name); });
}

}  // namespace occ::wire
