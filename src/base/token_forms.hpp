// What tokens of well-known hosts look like: their own documents give each a prefix so that it can
// be told from other text.
#pragma once

#include <cstddef>
#include <string_view>

namespace occ {

// Bytes of the token at the front of `text`, its prefix included; 0: there is none, or too little
// of one to be told from a name.
[[nodiscard]] std::size_t token_length(std::string_view text);

// Bytes of the prefix at the front of `text` that all tokens of a kind share; 0: none.
[[nodiscard]] std::size_t token_prefix_length(std::string_view text);

}  // namespace occ
