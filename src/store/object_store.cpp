#include "store/object_store.hpp"

#include "base/charset.hpp"
#include "base/limits.hpp"
#include "base/shown_bytes.hpp"
#include "base/temporary.hpp"
#include "store/handles.hpp"

#include <algorithm>
#include <charconv>
#include <exception>
#include <filesystem>

namespace occ::store {
namespace {

constexpr ssize_t kCacheBytes = 16 << 20;           // of objects that libgit2 keeps unpacked
constexpr std::uintmax_t kSpareRoom = 128U << 10U;  // bytes: whole pages, and what else is written
constexpr std::uintmax_t kIndexBytes = 40;          // of an object in a pack's index, or a bit less

// libgit2 counts its users; the configuration of the machine must not reach in.
struct Library {
  Library() {
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, kCacheBytes);
    for (const int level : {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_XDG,
                            GIT_CONFIG_LEVEL_PROGRAMDATA}) {
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    }
    // A merge's trees name files that were not fetched, because only one side changed them.
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 0);
  }
  ~Library() { git_libgit2_shutdown(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
};

// libgit2 gives its files a mode of its own; nobody else can come by them in this folder.
std::string make_folder(const std::string& parent) {
  const std::filesystem::path folder =
      make_private_folder(temporary_parent(parent), unguessable_name("sync-action-objects-"));
  static_cast<void>(make_private_folder(folder, "pack"));
  return folder.string();
}

// libgit2 writes through a map of the file, and where a full disk has no page for it, the program
// ends on the spot.
void require_room(const std::string& folder, std::uintmax_t bytes) {
  std::error_code unknown;
  const auto space = std::filesystem::space(folder, unknown);
  if (unknown || space.available >= bytes) return;
  throw Failure(FailureCode::temporary_folder,
                "'" + folder + "' has room for no more than " + shown_bytes(space.available));
}

int parse_int(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

struct ObjectStore::State {
  Library library;
  std::string folder;
  OdbHandle odb;
  RepositoryHandle repository;

  ~State() {
    repository.reset();
    odb.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
};

struct ObjectStore::PackIntake::State {
  explicit State(ObjectStore& the_store) : store(the_store) {}

  // libgit2 calls it for every object, also while it undoes deltas.
  static int on_progress(const git_indexer_progress* /*stats*/, void* self) noexcept {
    auto* state = static_cast<State*>(self);
    try {
      state->store.watch_.check();
      return 0;
    } catch (...) {
      state->stopped = std::current_exception();
      return -1;
    }
  }
  void check(int code, const char* what) const {
    if (stopped) std::rethrow_exception(stopped);
    occ::store::check(code, what);
  }

  ObjectStore& store;
  git_odb_writepack* writer = nullptr;
  git_indexer_progress progress{};
  std::exception_ptr stopped;
};

ObjectStore::ObjectStore(const std::string& parent_folder, const Watch& watch)
    : state_(std::make_unique<State>()), watch_(watch) {
  state_->folder = make_folder(parent_folder);
  state_->odb = adopt<OdbHandle>("an object store", git_odb_open, state_->folder.c_str());
  state_->repository =
      adopt<RepositoryHandle>("a repository", git_repository_wrap_odb, state_->odb.get());
}

ObjectStore::~ObjectStore() = default;

void* ObjectStore::repository() const {
  return state_->repository.get();
}

ObjectStore::PackIntake::PackIntake(ObjectStore& store) : state_(std::make_unique<State>(store)) {
  check(git_odb_write_pack(&state_->writer, store.state_->odb.get(), &State::on_progress,
                           state_.get()),
        "taking a pack in");
}

ObjectStore::PackIntake::~PackIntake() {
  if (state_->writer != nullptr) state_->writer->free(state_->writer);
}

void ObjectStore::PackIntake::append(Bytes bytes) {
  state_->store.watch_.check();
  require_room(state_->store.state_->folder, bytes.size() + kSpareRoom);
  state_->store.bytes_taken_in_ += bytes.size();
  state_->check(
      state_->writer->append(state_->writer, bytes.data(), bytes.size(), &state_->progress),
      "reading a pack");
}

void ObjectStore::PackIntake::finish() {
  if (state_->progress.total_objects == 0) return;  // libgit2 knows no pack without objects
  require_room(state_->store.state_->folder,
               state_->progress.total_objects * kIndexBytes + kSpareRoom);
  state_->check(state_->writer->commit(state_->writer, &state_->progress), "indexing a pack");
}

bool ObjectStore::has(const Oid& oid) const {
  const git_oid id = to_git(oid);
  return git_odb_exists(state_->odb.get(), &id) == 1;
}

std::optional<std::uint64_t> ObjectStore::size_of(const Oid& oid) const {
  const git_oid id = to_git(oid);
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  if (git_odb_read_header(&size, &type, state_->odb.get(), &id) != 0) return std::nullopt;
  return size;
}

std::optional<std::string> ObjectStore::content(const Oid& oid) const {
  const git_oid id = to_git(oid);
  git_odb_object* raw = nullptr;
  if (git_odb_read(&raw, state_->odb.get(), &id) != 0) return std::nullopt;
  const OdbObjectHandle object(raw);
  return std::string(static_cast<const char*>(git_odb_object_data(raw)), git_odb_object_size(raw));
}

std::optional<CommitRecord> ObjectStore::commit(const Oid& oid) const {
  watch_.check();
  const git_oid id = to_git(oid);
  if (size_of(oid).value_or(0) > limits::kCommitBytes) return std::nullopt;
  git_odb_object* raw = nullptr;
  if (git_odb_read(&raw, state_->odb.get(), &id) != 0) return std::nullopt;
  const OdbObjectHandle object(raw);
  if (git_odb_object_type(raw) != GIT_OBJECT_COMMIT) return std::nullopt;
  return parse_commit(
      oid, {static_cast<const char*>(git_odb_object_data(raw)), git_odb_object_size(raw)});
}

Signature parse_signature(std::string_view text) {
  Signature signature;
  const std::size_t open = text.find('<');
  const std::size_t close = text.find('>', std::min(open, text.size()));
  if (close == std::string_view::npos) {
    signature.name = text;
    return signature;
  }
  std::string_view name = text.substr(0, open);
  while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
  signature.name = name;
  signature.email = text.substr(open + 1, close - open - 1);
  std::string_view rest = text.substr(text.rfind('>') + 1);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  const std::size_t space = rest.find(' ');
  const std::string_view seconds = rest.substr(0, space);
  std::from_chars(seconds.data(), seconds.data() + seconds.size(), signature.time);
  if (space != std::string_view::npos && rest.size() >= space + 6) {
    const std::string_view zone = rest.substr(space + 1, 5);
    const int minutes = parse_int(zone.substr(1, 2)) * 60 + parse_int(zone.substr(3, 2));
    signature.offset_minutes = zone.front() == '-' ? -minutes : minutes;
  }
  return signature;
}

CommitRecord parse_commit(const Oid& oid, std::string_view content) {
  CommitRecord commit;
  commit.oid = oid;
  std::string_view author;
  std::string_view committer;
  std::string_view message;
  std::string_view encoding = "UTF-8";
  while (!content.empty()) {
    const std::size_t end = content.find('\n');
    const std::string_view line = content.substr(0, end);
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    if (line.empty()) {
      message = content;
      break;
    }
    if (line.starts_with("tree ")) {
      commit.tree = Oid::from_hex(line.substr(5)).value_or(Oid());
    } else if (line.starts_with("parent ")) {
      if (const auto parent = Oid::from_hex(line.substr(7))) commit.parents.push_back(*parent);
    } else if (line.starts_with("author ")) {
      author = line.substr(7);
    } else if (line.starts_with("committer ")) {
      committer = line.substr(10);
    } else if (line.starts_with("encoding ")) {
      encoding = line.substr(9);
    }
  }
  commit.author = parse_signature(to_utf8(author, encoding));
  commit.committer = parse_signature(to_utf8(committer, encoding));
  commit.message = to_utf8(message, encoding);
  return commit;
}

}  // namespace occ::store
