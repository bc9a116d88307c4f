#include "report/html_style.hpp"

#include "report/style_css.hpp"

namespace occ::report {

std::string_view html_style() {
  return kStyleSheet;
}

}  // namespace occ::report
