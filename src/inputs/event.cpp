#include "inputs/event.hpp"

#include "base/foreign_json.hpp"
#include "base/untrusted.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace occ::inputs {
namespace {

using Json = nlohmann::json;

std::string text_at(const Json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// Nothing if the file cannot be opened; not more than one byte too much.
std::optional<std::string> content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text(limits::kEvent.bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

// The fields that tell what was built, and whether each of them does.
void note_gaps(const Json& event, TriggeringRun& run) {
  const std::pair<const char*, bool> told[] = {
      {"event", !run.event.empty()},
      {"head_branch", !run.head_branch.empty()},
      {"head_sha", run.head_oid.has_value()},
      {"head_repository", !run.head_repository.empty()},
  };
  for (const auto& [field, is_told] : told) {
    if (!is_told) (event.contains(field) ? run.unclear : run.left_out).emplace_back(field);
  }
}

TriggeringRun read_run(const Json& event) {
  TriggeringRun run;
  run.name = text_at(event, "name");
  run.conclusion = text_at(event, "conclusion");
  run.url = text_at(event, "html_url");
  run.event = text_at(event, "event");
  run.head_branch = text_at(event, "head_branch");
  run.head_oid = Oid::from_hex(text_at(event, "head_sha"));
  const auto repository = event.find("head_repository");
  if (repository != event.end() && repository->is_object()) {
    run.head_repository = text_at(*repository, "full_name");
  }
  note_gaps(event, run);
  return run;
}

}  // namespace

std::optional<TriggeringRun> read_triggering_run(const std::string& payload_file,
                                                 std::string& mistake) {
  if (payload_file.empty()) {
    mistake = "is not set";
    return std::nullopt;
  }
  const std::string name = '\'' + printable(payload_file, 200) + '\'';
  const auto text = content_of(payload_file);
  if (!text) {
    mistake = "names " + name + ", which cannot be read: " + std::strerror(errno);
    return std::nullopt;
  }
  if (!keeps_to(limits::kEvent, *text)) {
    mistake = "names " + name + ", which is larger or deeper than any payload of GitHub's";
    return std::nullopt;
  }
  const Json payload = parse_foreign_json(*text, limits::kEvent);
  const auto event = payload.is_object() ? payload.find("workflow_run") : payload.end();
  if (!payload.is_object() || event == payload.end() || !event->is_object()) {
    mistake = "names " + name + ", which tells of no workflow_run";
    return std::nullopt;
  }
  TriggeringRun run = read_run(*event);
  const auto here = payload.find("repository");
  if (here != payload.end() && here->is_object()) {
    run.default_branch = text_at(*here, "default_branch");
  }
  return run;
}

}  // namespace occ::inputs
