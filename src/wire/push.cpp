#include "wire/push.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"

#include <algorithm>

namespace occ::wire {
namespace {

std::string push_capabilities(const PushRequest& request, const Advertisement& server) {
  const Capabilities& offered = server.capabilities;
  std::string list;
  const auto use = [&](std::string_view name) {
    if (offered.has(name)) list += ' ' + std::string(name);
  };
  // Version 2 adds what a proc-receive hook did instead; the listing afterwards tells that anyway.
  use(offered.has("report-status") ? "report-status" : "report-status-v2");
  use("side-band-64k");
  if (request.atomic) use("atomic");
  if (offered.has("object-format")) {
    list += " object-format=" + std::string(name_of(offered.object_format()));
  }
  if (offered.has("agent")) list += ' ' + agent();
  return list;
}

// A listing or a plan that went wrong must not become a command that does harm.
void check(const RefCommand& command) {
  const bool says_nothing = command.old_oid.is_null() && command.new_oid.is_null();
  const bool is_name =
      !command.name.empty() && std::none_of(command.name.begin(), command.name.end(),
                                            [](unsigned char c) { return c <= 0x20 || c == 0x7F; });
  if (says_nothing || !is_name) {
    throw Failure(FailureCode::internal_error, "a command without sense was to be sent for '" +
                                                   printable(command.name, 100) + "'");
  }
}

}  // namespace

std::string push_request(const PushRequest& request, const Advertisement& server) {
  if (request.commands.empty()) {
    throw Failure(FailureCode::internal_error, "a push without a command was to be sent");
  }
  const bool deletes = std::any_of(request.commands.begin(), request.commands.end(),
                                   [](const RefCommand& c) { return c.new_oid.is_null(); });
  if (deletes && !server.capabilities.has("delete-refs")) {
    throw Failure(FailureCode::deletion_refused, "the target does not offer 'delete-refs'");
  }
  std::string out;
  for (const Oid& oid : request.shallow) append_line(out, "shallow " + oid.hex());
  const ObjectFormat format = server.capabilities.object_format();
  std::string tail = '\0' + push_capabilities(request, server);
  for (const RefCommand& command : request.commands) {
    check(command);
    append_packet(out, command.old_oid.hex(format) + ' ' + command.new_oid.hex(format) + ' ' +
                           command.name + tail);
    tail.clear();
  }
  append_flush(out);
  return out;
}

void PushReportParser::feed(Bytes bytes) {
  pending_ += as_text(bytes);
  std::size_t used = 0;
  while (!report_.complete) {
    const auto step = decode_packet(as_bytes(std::string_view(pending_).substr(used)));
    const auto* packet = std::get_if<Packet>(&step);
    if (packet == nullptr) break;
    used += packet->size;
    if (packet->kind == PacketKind::flush) {
      report_.complete = true;
    } else {
      feed_line(packet->line());
    }
  }
  pending_.erase(0, used);
}

void PushReportParser::feed_line(std::string_view line) {
  lines_.take(line);
  throw_if_error_line(line);
  if (line.starts_with("unpack ")) {
    report_.unpack = line.substr(7);
  } else if (line.starts_with("ok ")) {
    report_.results.push_back({std::string(line.substr(3)), true, {}});
  } else if (line.starts_with("ng ")) {
    const std::string_view rest = line.substr(3);
    const std::size_t space = rest.find(' ');  // a ref name has no space
    const std::string_view reason =
        space == std::string_view::npos ? std::string_view{} : rest.substr(space + 1);
    report_.results.push_back({std::string(rest.substr(0, space)), false, std::string(reason)});
  } else if (!line.starts_with("option ")) {
    throw Failure(FailureCode::protocol_error,
                  "'" + printable(line, 100) + "' in the report of the push");
  }
}

}  // namespace occ::wire
