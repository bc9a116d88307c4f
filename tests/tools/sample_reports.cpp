// Writes every sample report in every rendering to a folder: sample_reports FOLDER
#include "report/report_html.hpp"
#include "report/report_json.hpp"
#include "report/summary.hpp"
#include "reports/samples.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

namespace {

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: sample_reports FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);
  auto samples = occ::test::sample_reports();
  samples.push_back({"unreachable", occ::test::unreachable_report()});
  samples.push_back({"hostile", occ::test::hostile_report()});
  samples.push_back({"large", occ::test::large_report(1000, 23000)});
  for (const auto& [name, report] : samples) {
    write(folder / (name + ".json"), occ::report::report_json(report));
    write(folder / (name + ".md"), occ::report::report_markdown(report));
    write(folder / (name + ".html"), occ::report::report_html(report));
  }
  return 0;
}
