// Text that must never be shown. Revealed only where a header is written, a key file is written,
// and a mask is registered.
#pragma once

#include <string>
#include <utility>

namespace occ {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] const std::string& reveal() const { return text_; }

 private:
  std::string text_;
};

}  // namespace occ
