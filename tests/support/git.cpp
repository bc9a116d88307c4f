#include "support/git.hpp"

#include "support/temp_dir.hpp"

#include <algorithm>
#include <cstring>
#include <random>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace occ::test {

namespace fs = std::filesystem;

namespace {

constexpr long kFirstCommitAt = 1700000000;
constexpr std::string_view kIdentity = "A U Thor <author@example.com>";

std::string without_last_newline(std::string text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string full_branch_name(std::string_view name) {
  return name.starts_with("refs/") ? std::string(name) : "refs/heads/" + std::string(name);
}

}  // namespace

Environment git_environment() {
  Environment env = bare_environment();
  env["HOME"] = "/nonexistent";
  env["GIT_CONFIG_NOSYSTEM"] = "1";
  env["GIT_CONFIG_GLOBAL"] = "/dev/null";
  env["GIT_TERMINAL_PROMPT"] = "0";
  for (const std::string role : {"AUTHOR", "COMMITTER"}) {
    env["GIT_" + role + "_NAME"] = "A U Thor";
    env["GIT_" + role + "_EMAIL"] = "author@example.com";
    env["GIT_" + role + "_DATE"] = std::to_string(kFirstCommitAt) + " +0000";
  }
  // Tests write much and keep nothing; no disk has to be waited for.
  env["GIT_CONFIG_COUNT"] = "3";
  env["GIT_CONFIG_KEY_0"] = "core.fsync";
  env["GIT_CONFIG_VALUE_0"] = "none";
  env["GIT_CONFIG_KEY_1"] = "safe.directory";
  env["GIT_CONFIG_VALUE_1"] = "*";
  env["GIT_CONFIG_KEY_2"] = "gc.auto";
  env["GIT_CONFIG_VALUE_2"] = "0";
  return env;
}

std::string difference(const RefMap& expected, const RefMap& actual) {
  constexpr int kMost = 10;
  std::string text;
  int count = 0;
  const auto note = [&](const std::string& line) {
    if (++count <= kMost) text += line + "\n";
  };
  for (const auto& [name, id] : expected) {
    const auto found = actual.find(name);
    if (found == actual.end()) {
      note(name + " is missing");
    } else if (found->second != id) {
      note(name + " is at " + found->second + " instead of " + id);
    }
  }
  for (const auto& [name, id] : actual) {
    if (!expected.contains(name)) note(name + " should not be there");
  }
  if (count > kMost) text += "and " + std::to_string(count - kMost) + " more\n";
  return text;
}

std::string import_data(std::string_view text) {
  return "data " + std::to_string(text.size()) + "\n" + std::string(text) + "\n";
}

std::string import_identity(std::string_view role, long minutes) {
  return std::string(role) + " " + std::string(kIdentity) + " " +
         std::to_string(kFirstCommitAt + minutes * 60) + " +0000\n";
}

GitRepo GitRepo::init(const fs::path& path, const InitOptions& options) {
  fs::create_directories(path);
  GitRepo repo(path);
  repo.git({"init", "--quiet", "--bare", "--initial-branch=" + options.default_branch,
            "--object-format=" + options.object_format, "--template=", "."});
  return repo;
}

GitRepo GitRepo::copy_to(const fs::path& path) const {
  fs::create_directories(path.parent_path());
  fs::copy(path_, path, fs::copy_options::recursive);
  GitRepo copy(path);
  copy.clock_ = clock_;
  return copy;
}

GitRepo GitRepo::shallow_copy_to(const fs::path& path, int depth) const {
  git({"clone", "--quiet", "--bare", "--no-single-branch", "--template=",
       "--depth=" + std::to_string(depth), "file://" + path_.string(), path.string()});
  GitRepo copy(path);
  copy.git({"remote", "remove", "origin"});
  copy.clock_ = clock_;
  return copy;
}

std::string GitRepo::git(const std::vector<std::string>& arguments, std::string_view input) const {
  std::vector<std::string> argv{"git"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  ProcessOptions options{.env = git_environment(), .cwd = path_, .input = std::string(input)};
  ProcessResult done = run_process(argv, options);
  if (done.exit_code != 0) {
    throw std::runtime_error("git " + arguments.front() + " in '" + path_.string() +
                             "' failed: " + done.err);
  }
  return without_last_newline(std::move(done.out));
}

void GitRepo::import(std::string_view stream) const {
  git({"fast-import", "--quiet", "--force", "--date-format=raw-permissive"}, stream);
}

std::string GitRepo::import_on(std::string_view branch, std::string_view body) {
  const std::string name = full_branch_name(branch);
  std::string stream = "commit " + name + "\n" + import_identity("committer", clock_++);
  stream.append(body);
  import(stream);
  return tip(name);
}

std::string GitRepo::commit(std::string_view branch, const FileMap& files,
                            std::string_view message) {
  const std::string name = full_branch_name(branch);
  const std::string serial = std::to_string(clock_);
  std::string body = import_data(message.empty() ? "change " + serial : std::string(message));
  if (refs().contains(name)) body += "from " + name + "^0\n";
  for (const auto& [file, content] : files) {
    body += "M 100644 inline " + file + "\n" + import_data(content);
  }
  if (files.empty()) {
    body += "M 100644 inline note-" + std::string(branch.substr(branch.rfind('/') + 1)) + "\n" +
            import_data("written by change " + serial + "\n");
  }
  return import_on(name, body);
}

std::string GitRepo::change(std::string_view branch, std::string_view commands) {
  const std::string name = full_branch_name(branch);
  return import_on(name, import_data("change " + std::to_string(clock_)) + "from " + name + "^0\n" +
                             std::string(commands) + '\n');
}

std::string GitRepo::commits(std::string_view branch, int count) {
  const std::string name = full_branch_name(branch);
  const bool exists = refs().contains(name);
  std::string stream;
  for (int i = 0; i < count; ++i, ++clock_) {
    const std::string serial = std::to_string(clock_);
    stream += "commit " + name + "\n" + import_identity("committer", clock_) +
              import_data("change " + serial);
    if (i == 0 && exists) stream += "from " + name + "^0\n";
    stream += "M 100644 inline folder-" + std::to_string(i % 7) + "/file-" +
              std::to_string(i % 31) + "\n" + import_data("line " + serial + "\n");
  }
  import(stream);
  return tip(name);
}

std::string GitRepo::merge(std::string_view branch, std::string_view other, const FileMap& files) {
  const std::string name = full_branch_name(branch);
  std::string body = import_data("merge " + std::to_string(clock_)) + "from " + name +
                     "^0\nmerge " + tip(other) + "\n";
  for (const auto& [file, content] : files) {
    body += "M 100644 inline " + file + "\n" + import_data(content);
  }
  return import_on(name, body);
}

std::string GitRepo::amend(std::string_view branch, const FileMap& files) {
  const std::string name = full_branch_name(branch);
  const std::string parents = git({"log", "-1", "--format=%P", name});
  if (parents.empty()) {
    delete_ref(name);
  } else {
    set_ref(name, parents.substr(0, parents.find(' ')));
  }
  return commit(name, files, "an amended change");
}

void GitRepo::set_ref(std::string_view ref, std::string_view target) {
  git({"update-ref", std::string(ref), tip(target)});
}

void GitRepo::delete_ref(std::string_view ref) {
  git({"update-ref", "-d", std::string(ref)});
}

void GitRepo::replace_refs(const RefMap& refs) {
  for (const char* folder : {"heads", "tags"}) {
    fs::remove_all(path_ / "refs" / folder);
    fs::create_directories(path_ / "refs" / folder);
  }
  std::string packed = "# pack-refs with: sorted \n";
  for (const auto& [name, id] : refs) packed += id + " " + name + "\n";
  write_file(path_ / "packed-refs", packed);
}

void GitRepo::branch(std::string_view name, std::string_view at) {
  set_ref("refs/heads/" + std::string(name), at);
}

void GitRepo::light_tag(std::string_view name, std::string_view at) {
  set_ref("refs/tags/" + std::string(name), at);
}

std::string GitRepo::annotated_tag(std::string_view name, std::string_view at,
                                   std::string_view message) {
  git({"tag", "--annotate", "--force", "--message=" + std::string(message), std::string(name),
       tip(at)});
  return tip("refs/tags/" + std::string(name));
}

void GitRepo::take_all_from(const GitRepo& other) const {
  git({"fetch", "--quiet", other.path().string(), "+refs/heads/*:refs/heads/*",
       "+refs/tags/*:refs/tags/*"});
}

RefMap GitRepo::refs() const {
  RefMap found;
  std::istringstream lines(git({"for-each-ref", "--format=%(refname) %(objectname)"}));
  for (std::string name, id; lines >> name >> id;) found.emplace(name, id);
  return found;
}

RefMap GitRepo::user_refs() const {
  RefMap all = refs();
  std::erase_if(all, [](const auto& ref) {
    return ref.first == "refs/sync/ledger" || ref.first.starts_with("refs/sync/backup/");
  });
  return all;
}

std::string GitRepo::tip(std::string_view ref) const {
  return git({"rev-parse", "--verify", "--end-of-options", std::string(ref)});
}

bool GitRepo::has_object(std::string_view id) const {
  const ProcessOptions options{.env = git_environment(), .cwd = path_};
  return run_process({"git", "cat-file", "-e", std::string(id)}, options).exit_code == 0;
}

std::string GitRepo::fsck() const {
  const ProcessOptions options{.env = git_environment(), .cwd = path_};
  const ProcessResult done =
      run_process({"git", "fsck", "--full", "--strict", "--no-dangling", "--no-progress"}, options);
  if (done.exit_code == 0) return {};
  return "fsck of '" + path_.string() + "' ended with " + std::to_string(done.exit_code) + ": " +
         done.out + done.err;
}

AheadBehind GitRepo::ahead_behind(std::string_view ours, std::string_view theirs) const {
  std::istringstream counts(git({"rev-list", "--left-right", "--count",
                                 std::string(ours) + "..." + std::string(theirs), "--"}));
  AheadBehind result;
  counts >> result.ahead >> result.behind;
  return result;
}

std::size_t GitRepo::thin_pack_size(std::string_view want, std::string_view have) const {
  const std::string input = std::string(want) + "\n^" + std::string(have) + "\n";
  const ProcessOptions options{.env = git_environment(), .cwd = path_, .input = input};
  const ProcessResult pack = run_process(
      {"git", "pack-objects", "--thin", "--revs", "--stdout", "--delta-base-offset", "--quiet"},
      options);
  if (pack.exit_code != 0) throw std::runtime_error("pack-objects failed: " + pack.err);
  return pack.out.size();
}

void GitRepo::config(std::string_view key, std::string_view value) const {
  git({"config", std::string(key), std::string(value)});
}

void GitRepo::hook(std::string_view name, std::string_view script) const {
  write_script(path_ / "hooks" / name, "#!/bin/sh\n" + std::string(script));
}

void GitRepo::make_bitmaps() const {
  git({"repack", "-a", "-d", "-q", "--write-bitmap-index"});
}

void GitRepo::expect_noise() const {
  config("core.compression", "0");
  config("core.bigFileThreshold", "100k");
  config("transfer.unpackLimit", "1");
  config("fastimport.unpackLimit", "1");
}

std::string noise(std::size_t bytes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; i += sizeof(std::uint64_t)) {
    const std::uint64_t word = random();
    std::memcpy(text.data() + i, &word, std::min(sizeof word, bytes - i));
  }
  return text;
}

}  // namespace occ::test
