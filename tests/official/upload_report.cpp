// Uploads files with the runner room's ArtifactService, for artifact.test.mjs. Standard input: JSON
// {name, archive: [{name, bytes}], file: {name, bytes}, retention_days, stall_ms}. The result goes
// to the file named by the first argument; what is printed is what a job's log would hold. The
// waits between tries are a hundredth of the real ones.
#include "net/loop.hpp"
#include "runner/artifact_service.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {

using nlohmann::json;
using namespace occ;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

runner::NamedFile file_of(const json& file) {
  return {file.at("name"), file.at("bytes")};
}

json told(const runner::ArtifactResult& result) {
  json out = {
      {"warnings", result.warnings}, {"kept_shorter", result.kept_shorter}, {"artifact", nullptr}};
  if (const auto& artifact = result.artifact) {
    out["artifact"] = {{"name", artifact->name},
                       {"id", artifact->id},
                       {"url", artifact->url},
                       {"digest", artifact->digest}};
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const json task = json::parse(std::cin);
  runner::ArtifactAccess access;
  access.results_url = variable("ACTIONS_RESULTS_URL");
  access.token = Secret(variable("ACTIONS_RUNTIME_TOKEN"));
  access.server_url = "https://github.com";
  access.repository = "octo/source";
  access.run_id = "4711";
  access.retention_limit = variable("GITHUB_RETENTION_DAYS");
  if (const std::string reason = runner::reason_against_upload(access); !reason.empty()) {
    std::cerr << reason << '\n';
    return 1;
  }
  net::Loop loop({std::chrono::milliseconds(task.value("stall_ms", 60'000)), nullptr});
  runner::Console console(runner::Console::Style::workflow, /*debug=*/true);
  using std::chrono::milliseconds;
  runner::UploadPatience patience;
  patience.first_wait = milliseconds(30);
  patience.storage_waits = {milliseconds(0), milliseconds(40), milliseconds(120)};
  runner::ArtifactService service(access, loop, console, patience);
  const int days = task.value("retention_days", 0);
  json results = json::object();
  if (task.contains("archive")) {
    std::vector<runner::NamedFile> files;
    for (const json& file : task["archive"]) files.push_back(file_of(file));
    results["archive"] = told(service.upload_zip(task.at("name"), files, days));
  }
  if (task.contains("file")) {
    results["file"] = told(service.upload_file(file_of(task["file"]), days));
  }
  std::ofstream(argv[1]) << results.dump();
}
