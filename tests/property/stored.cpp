#include "property/stored.hpp"

#include "base/bytes.hpp"

namespace occ::test {

Stored::Stored(const GitRepo& repo) {
  const ProcessResult pack =
      run_process({"git", "-C", repo.path().string(), "pack-objects", "-q", "--all", "--stdout"},
                  {.env = git_environment()});
  store::ObjectStore::PackIntake intake(store_);
  intake.append(as_bytes(pack.out));
  intake.finish();
}

Oid tree_of(const GitRepo& repo, const std::string& commit) {
  return *Oid::from_hex(repo.git({"rev-parse", commit + "^{tree}"}));
}

}  // namespace occ::test
