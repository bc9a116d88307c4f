#include "wire/fetch.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"

namespace occ::wire {
namespace {

std::string_view filter_spec(Filter filter) {
  switch (filter) {
    case Filter::none:
      return {};
    case Filter::commits_only:
      return "tree:0";
    case Filter::no_blobs:
      return "blob:none";
    case Filter::keep_all_trees:
      return "tree:99999";
  }
  return {};
}

void append_oids(std::string& out, std::string_view verb, const std::vector<Oid>& oids) {
  for (const Oid& oid : oids) append_line(out, std::string(verb) + oid.hex());
}

std::string request_v2(const FetchRequest& request, const Advertisement& server) {
  std::string out;
  append_line(out, "command=fetch");
  append_line(out, agent());
  if (server.capabilities.has("object-format")) {
    append_line(out, "object-format=" + std::string(name_of(server.capabilities.object_format())));
  }
  append_delimiter(out);
  if (request.thin_pack) append_line(out, "thin-pack");
  if (request.ofs_delta) append_line(out, "ofs-delta");
  append_line(out, "no-progress");
  append_oids(out, "shallow ", request.shallow);
  if (request.cut_hint) append_line(out, "shallow " + request.cut_hint->hex());
  if (request.deepen > 0) append_line(out, "deepen " + std::to_string(request.deepen));
  if (request.filter != Filter::none) {
    append_line(out, "filter " + std::string(filter_spec(request.filter)));
  }
  append_oids(out, "want ", request.wants);
  append_oids(out, "have ", request.haves);
  if (request.done) append_line(out, "done");
  append_flush(out);
  return out;
}

// multi_ack_detailed tells with `common` which haves the server knows (gitprotocol-pack).
std::string capabilities_v0(const FetchRequest& request, const Advertisement& server) {
  const Capabilities& offered = server.capabilities;
  std::string list;
  const auto use = [&](std::string_view name) {
    if (offered.has(name)) list += ' ' + std::string(name);
  };
  // Some servers insist on one of them.
  use(offered.has("multi_ack_detailed") ? "multi_ack_detailed" : "multi_ack");
  use(offered.has("side-band-64k") ? "side-band-64k" : "side-band");
  if (request.thin_pack) use("thin-pack");
  if (request.ofs_delta) use("ofs-delta");
  use("no-progress");
  use("shallow");
  if (request.filter != Filter::none) use("filter");
  if (offered.has("object-format")) {
    list += " object-format=" + std::string(name_of(offered.object_format()));
  }
  if (offered.has("agent")) list += ' ' + agent();
  return list;
}

std::string request_v0(const FetchRequest& request, const Advertisement& server) {
  std::string out;
  std::string capabilities = capabilities_v0(request, server);
  for (const Oid& want : request.wants) {
    append_line(out, "want " + want.hex() + capabilities);
    capabilities.clear();
  }
  append_oids(out, "shallow ", request.shallow);
  if (request.deepen > 0) append_line(out, "deepen " + std::to_string(request.deepen));
  if (request.filter != Filter::none && server.capabilities.has("filter")) {
    append_line(out, "filter " + std::string(filter_spec(request.filter)));
  }
  append_flush(out);
  append_oids(out, "have ", request.haves);
  append_line(out, "done");  // one round: the answer then always ends with a pack
  return out;
}

}  // namespace

bool offers_filter(const Advertisement& server) {
  return server.version == 2 ? server.capabilities.value_has_word("fetch", "filter")
                             : server.capabilities.has("filter");
}

std::string fetch_request(const FetchRequest& request, const Advertisement& server) {
  return server.version == 2 ? request_v2(request, server) : request_v0(request, server);
}

bool FetchPreambleParser::feed(const Packet& packet) {
  lines_.take(packet.line());
  return version_ == 2 ? feed_v2(packet) : feed_v0(packet);
}

void FetchPreambleParser::feed_shallow(std::string_view line) {
  if (!line.starts_with("shallow ")) return;  // "unshallow" concerns clones only
  if (const auto oid = Oid::from_hex(line.substr(8))) preamble_.shallow.push_back(*oid);
}

bool FetchPreambleParser::feed_v2(const Packet& packet) {
  if (packet.kind == PacketKind::flush) return true;  // no pack: the haves did not suffice
  if (packet.kind == PacketKind::delimiter) {
    section_.clear();
    return false;
  }
  if (packet.kind != PacketKind::data) {
    throw Failure(FailureCode::protocol_error, "an unexpected packet before the pack");
  }
  const std::string_view line = packet.line();
  throw_if_error_line(line);
  if (section_.empty()) {
    section_ = line;
    if (section_ == "packfile") {
      preamble_.pack_follows = true;
      return true;
    }
    if (section_ == "shallow-info") preamble_.speaks_of_shallow = true;
    return false;
  }
  if (section_ == "acknowledgments") {
    if (line.starts_with("ACK ")) {
      if (const auto oid = Oid::from_hex(line.substr(4))) preamble_.acknowledged.push_back(*oid);
    }
  } else if (section_ == "shallow-info") {
    feed_shallow(line);
  }
  return false;
}

bool FetchPreambleParser::feed_v0(const Packet& packet) {
  if (packet.kind == PacketKind::flush) {
    if (!in_shallow_) throw Failure(FailureCode::protocol_error, "a flush before the pack");
    in_shallow_ = false;
    return false;
  }
  const std::string_view line = packet.line();
  throw_if_error_line(line);
  if (in_shallow_) {
    feed_shallow(line);
    return false;
  }
  if (line == "NAK") {
    preamble_.pack_follows = sent_done_;
    return true;
  }
  if (!line.starts_with("ACK ")) {
    throw Failure(FailureCode::protocol_error, "'" + printable(line, 100) + "' before the pack");
  }
  const std::string_view rest = line.substr(4);
  const std::size_t space = rest.find(' ');
  const auto oid = Oid::from_hex(rest.substr(0, space));
  // "ready" is said of a have that the server lacks, too, once the others suffice.
  const bool known = space == std::string_view::npos || rest.substr(space + 1) != "ready";
  if (oid && known) preamble_.acknowledged.push_back(*oid);
  // "ACK x common|ready" goes on; the bare "ACK x" after `done` is the last word.
  if (space != std::string_view::npos) return false;
  preamble_.pack_follows = true;
  return true;
}

BandedData split_band(const Packet& packet) {
  if (packet.payload.empty()) {
    return {BandedData::Band::progress, {}};
  }
  const auto band = std::to_integer<int>(packet.payload.front());
  if (band < 1 || band > 3) {
    if (packet.line().starts_with("ERR ")) throw_if_error_line(packet.line());
    throw Failure(FailureCode::protocol_error,
                  "side-band '" + std::to_string(band) + "' is not known");
  }
  return {static_cast<BandedData::Band>(band - 1), packet.payload.subspan(1)};
}

}  // namespace occ::wire
