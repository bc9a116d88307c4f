// What stands in a commit object, and what git reads out of its message.
#include "analysis/commit_text.hpp"
#include "base/charset.hpp"
#include "base/untrusted.hpp"
#include "fuzz/input.hpp"
#include "store/object_store.hpp"

void occ::fuzz::run(Bytes bytes) {
  const store::CommitRecord commit = store::parse_commit(Oid(), as_text(bytes));
  static_cast<void>(analysis::subject_of(commit.message));
  static_cast<void>(analysis::subject_of(as_text(bytes)));
  static_cast<void>(analysis::co_authors_of(as_text(bytes)));
  for (const auto* encoding : {"latin1", "cp1252"}) {
    const std::string text = to_utf8(as_text(bytes), encoding);
    if (valid_utf8(text) != text) std::abort();
  }
}
