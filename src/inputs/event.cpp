#include "inputs/event.hpp"

#include "base/failure.hpp"
#include "base/foreign_json.hpp"
#include "base/untrusted.hpp"

#include <fstream>

namespace occ::inputs {
namespace {

std::string text_at(const nlohmann::json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

}  // namespace

std::optional<TriggeringRun> read_triggering_run(const std::string& event_name,
                                                 const std::string& payload_file) {
  if (event_name != "workflow_run" || payload_file.empty()) return std::nullopt;
  std::ifstream file(payload_file, std::ios::binary);
  std::string text;
  text.resize(limits::kEvent.bytes + 1);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (!keeps_to(limits::kEvent, text)) {
    throw Failure(FailureCode::bad_input, "the event's payload '" + printable(payload_file, 200) +
                                              "' is larger or deeper than any of GitHub's");
  }
  const auto payload = parse_foreign_json(text, limits::kEvent);
  if (!payload.is_object()) return std::nullopt;
  const auto run = payload.find("workflow_run");
  if (run == payload.end() || !run->is_object()) return std::nullopt;
  TriggeringRun found;
  found.name = text_at(*run, "name");
  found.conclusion = text_at(*run, "conclusion");
  found.url = text_at(*run, "html_url");
  found.event = text_at(*run, "event");
  found.head_branch = text_at(*run, "head_branch");
  found.head_oid = Oid::from_hex(text_at(*run, "head_sha"));
  const auto repository = run->find("head_repository");
  if (repository != run->end() && repository->is_object()) {
    found.head_repository = text_at(*repository, "full_name");
  }
  const auto here = payload.find("repository");
  if (here != payload.end() && here->is_object()) {
    found.default_branch = text_at(*here, "default_branch");
  }
  return found;
}

}  // namespace occ::inputs
