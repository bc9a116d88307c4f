// A record of the ledger: foreign text that decides what a rollback moves.
#include "history/record.hpp"

#include "fuzz/input.hpp"

void occ::fuzz::run(Bytes bytes) {
  const auto record = history::parse_record(as_text(bytes));
  if (!record) return;
  // What was understood is said again in the same words.
  const std::string again = history::record_json(*record);
  const auto twice = history::parse_record(again);
  if (!twice || history::record_json(*twice) != again) std::abort();
}
