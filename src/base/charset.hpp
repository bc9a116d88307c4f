// Text in the encodings of old commits, as UTF-8. A table of our own: the program is linked
// statically, and not every platform brings an iconv.
#pragma once

#include <string>
#include <string_view>

namespace occ {

// `text`, in the encoding of that name (IANA's names and the usual others, in whichever case), as
// UTF-8. Knows ISO-8859-1 and Windows-1252; bytes that the latter leaves undefined become U+FFFD.
// Text in any other encoding comes back as it is, as US-ASCII and UTF-8 do.
[[nodiscard]] std::string to_utf8(std::string_view text, std::string_view encoding);

}  // namespace occ
