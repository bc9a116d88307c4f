// What report.json, which a run left in its workspace, says.
#pragma once

#include "support/world.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

namespace occ::test {

inline nlohmann::json report_of(const StepRun& run) {
  std::string file = run.output("report_file");
  std::replace(file.begin(), file.end(), '\\', '/');  // the Windows program's way
  std::ifstream json(std::filesystem::path(file).parent_path() / "report.json");
  return nlohmann::json::parse(json);
}

// Of the target's ref of this name, or of the source's (direction: both).
inline nlohmann::json findings_of(const StepRun& run, const std::string& name = "refs/heads/main",
                                  const std::string& side = "target") {
  const nlohmann::json report = report_of(run);
  for (const auto& ref : report.at("refs")) {
    if (ref.at("target_ref") == name && ref.at("side") == side) return ref.at("findings");
  }
  return {};
}

}  // namespace occ::test
