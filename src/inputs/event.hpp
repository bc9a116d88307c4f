// The webhook payload that started the workflow. Every field is untrusted and may be missing.
#pragma once

#include "inputs/settings.hpp"

#include <optional>
#include <string>

namespace occ::inputs {

// The run that an event `workflow_run` tells of. If the payload cannot be read or tells of none,
// nothing, and `mistake` says why.
[[nodiscard]] std::optional<TriggeringRun> read_triggering_run(const std::string& payload_file,
                                                               std::string& mistake);

}  // namespace occ::inputs
