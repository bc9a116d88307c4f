#include "analysis/preflight.hpp"

#include "base/shown_bytes.hpp"
#include "base/shown_count.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>

namespace occ::analysis {
namespace {

using store::Delta;

constexpr std::size_t kMostPaths = 20;                // named in one warning
constexpr std::size_t kLargestLfsPointer = 1024;      // git-lfs specification: below 1024 bytes
constexpr std::uint64_t kLargestModules = 1U << 20U;  // bytes of a .gitmodules that is read
constexpr std::string_view kLfsStart = "version https://git-lfs.github.com/spec/";

std::string files(std::size_t count) {
  return shown_count(count, "file", "files");
}

// "1 file is a pointer", "2 files are pointers".
std::string files(std::size_t count, const char* one, const char* many) {
  return files(count) + (count == 1 ? one : many);
}

class Finder {
 public:
  explicit Finder(const Changes& changes) : changes_(changes) {}

  void look_at(const store::ObjectStore& store, const Delta& delta) {
    const bool gone = delta.new_mode == 0;
    const std::string& path = gone ? delta.old_path : delta.new_path;
    for (const std::string* each : {&path, &delta.old_path}) {
      if (!each->starts_with(".github/workflows/")) continue;
      note(workflows_, *each);
      break;
    }
    if (gone || delta.new_mode == store::kSubmoduleMode) return;
    const auto size = store.size_of(delta.new_oid);
    const auto large = changes_.large.sizes.find(delta.new_oid);
    if (delta.new_oid != delta.old_oid) {  // else the target has it already
      new_files_.insert(delta.new_oid);
      if (large != changes_.large.sizes.end()) note_large(path, large->second);
      if (size && *size >= kLargeFile) note_large(path, *size);
    }
    const bool is_modules = path == ".gitmodules";
    if (!size || *size > kLargestModules || (*size >= kLargestLfsPointer && !is_modules)) return;
    const auto content = store.content(delta.new_oid);
    if (!content) return;
    if (content->size() < kLargestLfsPointer && content->starts_with(kLfsStart)) {
      note(lfs_, path);
      lfs_bytes_ += lfs_size(*content);
    }
    if (is_modules && has_relative_url(*content)) note(submodules_, path);
  }

  // Large, and one of several: it counts if none of them is a file as it was before.
  void look_at(const LargeFiles::Unplaced& file) {
    const bool is_new = std::all_of(file.one_of.begin(), file.one_of.end(),
                                    [&](const Oid& oid) { return new_files_.contains(oid); });
    if (is_new) note_large("one of " + files(file.one_of.size()), file.size);
  }

  std::vector<Warning> take() {
    std::vector<Warning> all;
    const auto add = [&](WarningKind kind, bool refused, const Paths& paths, std::string text) {
      if (paths.count > 0) all.push_back({kind, refused, std::move(text), paths.shown});
    };
    add(WarningKind::workflow_files, false, workflows_,
        files(workflows_.count, " under .github/workflows changes",
              " under .github/workflows change") +
            ": on GitHub the target's token needs the workflow scope for that");
    add(WarningKind::large_blob, refused_, large_,
        files(large_.count) + " of 50 MB or more; GitHub refuses files above 100 MiB");
    add(WarningKind::lfs_pointers, false, lfs_,
        files(lfs_.count, " is a Git LFS pointer", " are Git LFS pointers") + " to " +
            shown_bytes(lfs_bytes_) + ", which this sync does not copy");
    add(WarningKind::relative_submodule, false, submodules_,
        "a submodule's address is relative: on the target it leads somewhere else");
    return all;
  }

 private:
  struct Paths {
    std::vector<std::string> shown;
    std::size_t count = 0;
  };

  static void note(Paths& paths, const std::string& path) {
    ++paths.count;
    if (paths.shown.size() < kMostPaths) paths.shown.push_back(path);
  }

  void note_large(const std::string& which, std::uint64_t size) {
    const std::string commit = changes_.commit ? ", in " + changes_.commit->abbreviated() : "";
    note(large_, which + " (" + shown_bytes(size) + commit + ")");
    refused_ = refused_ || size > kRefusedFile;
  }

  static std::uint64_t lfs_size(std::string_view pointer) {
    const std::size_t at = pointer.find("\nsize ");
    std::uint64_t size = 0;
    for (std::size_t i = at + 6; at != std::string_view::npos && i < pointer.size(); ++i) {
      if (pointer[i] < '0' || pointer[i] > '9') break;
      size = size * 10 + static_cast<std::uint64_t>(pointer[i] - '0');
    }
    return size;
  }

  static bool has_relative_url(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      std::string_view line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
      const std::size_t equals = line.find('=');
      if (!line.starts_with("url") || equals == std::string_view::npos) continue;
      std::string_view value = line.substr(equals + 1);
      value.remove_prefix(std::min(value.find_first_not_of(" \t\""), value.size()));
      if (value.starts_with("./") || value.starts_with("../")) return true;
    }
    return false;
  }

  const Changes& changes_;
  std::unordered_set<Oid> new_files_;
  Paths workflows_;
  Paths large_;
  Paths lfs_;
  Paths submodules_;
  std::uint64_t lfs_bytes_ = 0;
  bool refused_ = false;
};

}  // namespace

std::vector<Warning> find_warnings(const store::ObjectStore& store, const Changes& changes) {
  Finder finder(changes);
  for (const Delta& delta : changes.deltas) finder.look_at(store, delta);
  for (const LargeFiles::Unplaced& file : changes.large.unplaced) finder.look_at(file);
  std::vector<Warning> warnings = finder.take();
  std::vector<std::string> collisions =
      store::case_collisions(store, changes.old_tree, changes.new_tree);
  if (!collisions.empty()) {
    const std::size_t count = collisions.size();
    if (count > kMostPaths) collisions.resize(kMostPaths);
    warnings.push_back({WarningKind::case_collision, false,
                        shown_count(count, "name differs", "names differ") +
                            " from another in nothing but case: Windows and macOS cannot hold both",
                        collisions});
  }
  return warnings;
}

}  // namespace occ::analysis
