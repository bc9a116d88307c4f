// Fixed words by which a text of somebody else's is known, each with what it means. Pure.
#pragma once

#include "base/failure.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace occ {

struct KnownWords {
  std::string_view words;
  FailureCode code;
};

// By the first of `table` that `text` holds; nothing: it holds none.
[[nodiscard]] inline std::optional<FailureCode> code_of_words(std::span<const KnownWords> table,
                                                              std::string_view text) {
  for (const KnownWords& known : table) {
    if (text.find(known.words) != std::string_view::npos) return known.code;
  }
  return std::nullopt;
}

}  // namespace occ
