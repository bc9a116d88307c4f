#include "app/publish_files.hpp"

#include "app/aftermath.hpp"
#include "app/repositories.hpp"
#include "net/loop.hpp"
#include "report/markdown_text.hpp"
#include "report/report_html.hpp"
#include "report/report_json.hpp"
#include "report/summary.hpp"
#include "runner/command_files.hpp"
#include "runner/report_files.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace occ::app {
namespace {

using runner::NamedFile;

constexpr std::chrono::seconds kLongestStall{60};  // of the artifact service: it is not the sync
constexpr std::chrono::minutes kLongestUpload{6};  // in all: the run has its result
constexpr const char* kReportFile = "report.md";

std::vector<NamedFile> render(const report::Report& report, const Redactor& redactor) {
  std::vector<NamedFile> files;  // an initializer list would copy them
  files.push_back({"report.json", redactor.redacted_document(report::report_json(report))});
  files.push_back({kReportFile, redactor.redacted_document(report::report_markdown(report))});
  files.push_back({"report.html", redactor.redacted_document(report::report_html(report))});
  return files;
}

runner::ArtifactAccess artifact_access(const inputs::Settings& settings) {
  const inputs::RunnerContext& context = settings.runner;
  return {context.results_url,       context.runtime_token, context.server_url,
          context.repository,        context.run_id,        context.retention_days,
          trust_of(settings.network)};
}

std::string link(const std::string& text, const std::string& url) {
  return '[' + report::markdown_text(text) + "](" + url + ')';
}

std::string links(const runner::PublishedReport& published) {
  std::string line;
  if (published.html) line = link("Open the report", published.html->url);
  if (published.archive) {
    if (!line.empty()) line += " · ";
    line += link("Download " + published.archive->name, published.archive->url);
  }
  return line.empty() ? line : '\n' + line + '\n';
}

std::vector<runner::Output> outputs_of(const runner::PublishedReport& published) {
  const runner::UploadedArtifact none;
  const runner::UploadedArtifact& archive = published.archive ? *published.archive : none;
  const std::filesystem::path folder(published.folder);
  const std::string report_file = folder.empty() ? "" : (folder / kReportFile).string();
  return {{"report_file", report_file},
          {"report_url", published.html ? published.html->url : ""},
          {"artifact_name", archive.name},
          {"artifact_id", archive.id},
          {"artifact_url", archive.url}};
}

}  // namespace

void publish_files(runner::Console& console, const inputs::Settings& settings,
                   const report::Report& report, LostFiles lost, const std::atomic<int>& signal) {
  if (!settings.report.wanted) return;
  const inputs::RunnerContext& context = settings.runner;
  const runner::ArtifactAccess access = artifact_access(settings);
  net::Loop loop(
      {std::min<std::chrono::milliseconds>(settings.network.timeout, kLongestStall), &signal});
  const net::Loop::Limit limit(loop, kLongestUpload);
  const runner::PublishedReport published = runner::publish_report_files(
      console, loop,
      {context.workspace, context.temp_folder, context.run_id, context.run_attempt,
       report::kReportMark},
      context.is_action ? &access : nullptr,
      {settings.report.artifact_name, settings.report.html_artifact, settings.report.retention_days,
       settings.report.retention_days != inputs::ReportSettings().retention_days},
      render(report, console.redactor()));
  const std::string no_outputs = runner::write_outputs(context.output_file, outputs_of(published));
  if (!lost.outputs) {
    warn_of_loss(console, "GITHUB_OUTPUT", context.output_file,
                 "the outputs do not tell where the report is", no_outputs);
  }
  const std::string no_links = runner::write_summary(context.summary_file, links(published));
  if (!lost.summary) {
    warn_of_loss(console, "GITHUB_STEP_SUMMARY", context.summary_file,
                 "the summary has no link to the report", no_links);
  }
}

}  // namespace occ::app
