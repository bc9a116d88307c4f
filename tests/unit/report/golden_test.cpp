// The reports, whole, against files that people have read. UPDATE_GOLDEN=1 writes them anew; then
// read what changed.
#include "report/html_style.hpp"
#include "report/report_html.hpp"
#include "report/report_json.hpp"
#include "report/summary.hpp"
#include "reports/samples.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace occ::report {
namespace {

class Golden : public testing::TestWithParam<test::Sample> {
 protected:
  static void expect_golden(const std::string& extension, const std::string& text) {
    const std::string path =
        std::string(SOURCE_FOLDER) + "/tests/unit/report/golden/" + GetParam().name + extension;
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
      std::ofstream(path, std::ios::binary) << text;
      return;
    }
    std::ifstream in(path, std::ios::binary);
    ASSERT_TRUE(in) << path;
    std::ostringstream golden;
    golden << in.rdbuf();
    EXPECT_EQ(text, golden.str()) << "differs from " << path;
  }
};

// How the page looks is judged in a browser; here it is what the page says.
std::string without_style(std::string html) {
  const auto at = html.find(html_style());
  return at == std::string::npos ? html : html.erase(at, html_style().size());
}

TEST_P(Golden, Json) {
  expect_golden(".json", report_json(GetParam().report));
}

TEST_P(Golden, Markdown) {
  expect_golden(".md", report_markdown(GetParam().report));
}

TEST_P(Golden, Html) {
  expect_golden(".html", without_style(report_html(GetParam().report)));
}

INSTANTIATE_TEST_SUITE_P(Samples, Golden, testing::ValuesIn(test::sample_reports()),
                         [](const auto& sample) { return sample.param.name; });

}  // namespace
}  // namespace occ::report
