// The inputs that say what becomes of branches that parted: on_divergence and what goes with it.
#pragma once

#include "inputs/reader.hpp"
#include "inputs/settings.hpp"

namespace occ::inputs {

// `settings`: with its target and runner.
void read_divergence_settings(Reader& reader, Settings& settings);

}  // namespace occ::inputs
