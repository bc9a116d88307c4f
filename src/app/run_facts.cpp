#include "app/run_facts.hpp"

#include "base/agent.hpp"

namespace occ::app {

report::RunFacts run_facts(const inputs::RunnerContext& runner,
                           std::chrono::system_clock::time_point started_at) {
  report::RunFacts facts;
  facts.version = kVersion;
  facts.event = runner.event_name;
  facts.id = runner.run_id;
  facts.number = runner.run_number;
  if (!runner.repository.empty() && !runner.run_id.empty()) {
    facts.url = runner.server_url + '/' + runner.repository + "/actions/runs/" + runner.run_id;
  }
  facts.started_at =
      std::chrono::duration_cast<std::chrono::seconds>(started_at.time_since_epoch()).count();
  return facts;
}

std::string web_page_of(const inputs::Endpoint& endpoint) {
  if (endpoint.kind != inputs::Endpoint::Kind::http) return {};
  std::string url = endpoint.location;
  if (!url.starts_with("https://")) return {};
  while (url.ends_with('/')) url.pop_back();
  if (url.ends_with(".git")) url.erase(url.size() - 4);
  return url;
}

}  // namespace occ::app
