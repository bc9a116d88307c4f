// Prints the rows of README's table of errors. scripts/update-readme puts them there.
#include "base/failure.hpp"

#include <cstdio>
#include <string>

int main() {
  for (const occ::CatalogueEntry& entry : occ::catalogue()) {
    const std::string row = "| `" + std::string(entry.id) + "` | " +
                            std::to_string(entry.exit_status) + " | " + std::string(entry.meaning) +
                            " | " + std::string(entry.remedy) + " |\n";
    std::fputs(row.c_str(), stdout);
  }
  return 0;
}
