// Ref update commands and their results (gitprotocol-pack, "Pushing Data To a Server",
// "Reference Update Request and Packfile Transfer", "Report Status").
#pragma once

#include "base/oid.hpp"
#include "wire/advertisement.hpp"
#include "wire/line_limit.hpp"
#include "wire/pkt_line.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace occ::wire {

// `old_oid` is the lease: the server refuses the command if the ref holds anything else.
struct RefCommand {
  std::string name;
  Oid old_oid;  // null: create
  Oid new_oid;  // null: delete
};

struct PushRequest {
  std::vector<RefCommand> commands;
  std::vector<Oid> shallow;  // the cut of a shallow source
  bool atomic = false;       // only if the server offers it
};

// The bytes before the pack. Throws Failure{deletion_refused} if a command deletes and the server
// does not offer `delete-refs`, Failure{internal_error} if there is no command or one whose name
// or ids make no sense.
[[nodiscard]] std::string push_request(const PushRequest& request, const Advertisement& server);

struct CommandResult {
  std::string name;
  bool accepted = false;
  std::string reason;  // of a refusal; untrusted text
};

struct PushReport {
  std::string unpack;  // "ok", or what went wrong
  std::vector<CommandResult> results;
  bool complete = false;  // the flush was seen
};

// The report-status lines, which with side-band travel as packets within band 1.
class PushReportParser {
 public:
  // `commands`: of the push that it is the report of; so long it may be.
  explicit PushReportParser(std::size_t commands = 1'000)
      : lines_({limits::kReport.lines + commands * limits::kReportOfCommand.lines,
                limits::kReport.bytes + commands * limits::kReportOfCommand.bytes},
               "the report of a push") {}

  // Takes any piece of the report's bytes. Throws Failure{protocol_error}, Failure{limit_exceeded}.
  void feed(Bytes bytes);
  [[nodiscard]] const PushReport& report() const { return report_; }

 private:
  void feed_line(std::string_view line);

  LineLimit lines_;
  std::string pending_;
  PushReport report_;
};

}  // namespace occ::wire
