// The webhook payload that started the workflow. Every field is untrusted and may be missing.
#pragma once

#include "inputs/settings.hpp"

#include <optional>
#include <string>

namespace occ::inputs {

// Of an event `workflow_run`; nothing for other events or if the payload cannot be read.
[[nodiscard]] std::optional<TriggeringRun> read_triggering_run(const std::string& event_name,
                                                               const std::string& payload_file);

}  // namespace occ::inputs
