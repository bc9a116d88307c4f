// How report.html looks.
#pragma once

#include <string_view>

namespace occ::report {

// The style sheet: light and dark, from 360 px up, and for paper. It fetches nothing.
[[nodiscard]] std::string_view html_style();

}  // namespace occ::report
