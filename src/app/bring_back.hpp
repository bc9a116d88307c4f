// The second half of `direction: both`: what the target has and the source lacks goes to the
// source, by fast-forwards and new refs only.
#pragma once

#include "inputs/settings.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"
#include "report/report.hpp"
#include "runner/console.hpp"
#include "transfer/sync.hpp"

#include <string>

namespace occ::app {

struct BothSides {  // borrowed
  net::Repository& source;
  net::Repository& target;
  net::Loop& loop;
};

// After the target was synced. `source_head`: the source's default branch, full name. `options`: of
// the first half. Adds to the report's outcome what became of the source's refs, and what went
// wrong, and to its findings what is brought back.
void bring_back(const inputs::Settings& settings, const std::string& source_head,
                const BothSides& sides, transfer::SyncOptions options, runner::Console& console,
                report::Report& report);

}  // namespace occ::app
