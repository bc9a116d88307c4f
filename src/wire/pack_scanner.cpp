#include "wire/pack_scanner.hpp"

#include "base/failure.hpp"
#include "base/hash.hpp"
#include "base/shown_bytes.hpp"
#include "wire/delta.hpp"
#include "wire/pack.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace occ::wire {
namespace {

// gitformat-pack, "object types".
enum class ObjectType { commit = 1, tree = 2, blob = 3, tag = 4, ofs_delta = 6, ref_delta = 7 };

constexpr std::size_t kLongestHeader = 10;  // bytes of a size or an offset below 2^63
constexpr std::size_t kSizesOfDelta = 2;    // of its base, and of what it makes

[[noreturn]] void fail(const char* what) {
  throw Failure(FailureCode::protocol_error, what);
}

bool is_delta(ObjectType type) {
  return type == ObjectType::ofs_delta || type == ObjectType::ref_delta;
}

bool more_follows(std::byte b) {
  return (b & std::byte{0x80}) != std::byte{0};
}
unsigned low_bits(std::byte b, unsigned mask) {
  return std::to_integer<unsigned>(b) & mask;
}

// "committer Name <address> 1700000000 +0100", in the header of a commit (gitformat-pack knows no
// more of it; git-commit-tree tells the form).
std::int64_t committer_time(std::string_view commit) {
  const std::string_view header = commit.substr(0, commit.find("\n\n"));
  const std::size_t line = header.find("\ncommitter ");
  if (line == std::string_view::npos) return 0;
  const std::size_t address = header.find("> ", line);
  if (address == std::string_view::npos) return 0;
  std::int64_t time = 0;
  std::from_chars(header.data() + address + 2, header.data() + header.size(), time);
  return time;
}

}  // namespace

struct PackScanner::Entry {
  ObjectType type = ObjectType::blob;
  std::uint64_t offset = 0;    // of the entry in the pack
  std::uint64_t size = 0;      // inflated, as the entry says
  std::uint64_t produced = 0;  // inflated so far; zlib's own count has 32 bits on Windows
  std::optional<Oid> base;     // of a delta, if its base is a commit of this pack
  std::optional<std::uint64_t> base_offset;
  std::uint64_t base_size = 0;  // as a delta says
  bool keep = false;            // whether `content` is collected
  std::vector<std::byte> content;
  bool is_large = false;
  bool size_known = false;       // of the object itself
  std::size_t sizes_read = 0;    // at the start of a delta
  std::uint64_t delta_size = 0;  // the one being read
  unsigned shift = 0;            // its bits so far
  std::optional<Hasher> hasher;  // of a large blob
};

struct PackScanner::Inflater {
  Inflater() {
    if (inflateInit(&stream) != Z_OK) {
      throw Failure(FailureCode::internal_error, "zlib could not be started");
    }
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream stream{};
  std::array<std::byte, 32768> out{};
};

PackScanner::PackScanner(ObjectFormat format, std::optional<std::size_t> base_budget,
                         std::uint64_t large)
    : format_(format),
      reads_commits_(base_budget.has_value()),
      base_budget_(base_budget.value_or(0)),
      large_from_(large),
      entry_(std::make_unique<Entry>()),
      inflater_(std::make_unique<Inflater>()) {}

PackScanner::~PackScanner() = default;

bool PackScanner::finished() const {
  return step_ == Step::done;
}

void PackScanner::feed(Bytes bytes) {
  while (!bytes.empty() && step_ != Step::done) {
    const std::size_t before = bytes.size();
    switch (step_) {
      case Step::pack_header:
        bytes = read_header(bytes);
        break;
      case Step::entry_header:
        bytes = read_entry_header(bytes);
        break;
      case Step::base:
        bytes = read_base(bytes);
        break;
      case Step::data:
        bytes = read_data(bytes);
        break;
      case Step::done:
        break;
    }
    position_ += before - bytes.size();
    const bool between = step_ == Step::entry_header && header_.empty();
    const bool within = step_ == Step::data && entry_->size_known;
    if (between || within || step_ == Step::done) settled_ = position_;
  }
}

Bytes PackScanner::read_header(Bytes bytes) {
  while (header_.size() < kPackHeaderSize && !bytes.empty()) {
    header_.push_back(bytes.front());
    bytes = bytes.subspan(1);
  }
  if (header_.size() < kPackHeaderSize) return bytes;
  object_count_ = objects_left_ = pack_object_count(header_);
  header_.clear();
  step_ = objects_left_ == 0 ? Step::done : Step::entry_header;
  return bytes;
}

Bytes PackScanner::read_entry_header(Bytes bytes) {
  if (header_.empty()) {
    *entry_ = Entry{};
    entry_->offset = position_;
  }
  const std::byte next = bytes.front();
  header_.push_back(next);
  if (header_.size() > kLongestHeader) fail("an object header in the pack is too long");
  if (more_follows(next)) return bytes.subspan(1);

  entry_->type = static_cast<ObjectType>(low_bits(header_.front(), 0x70U) >> 4U);
  entry_->size = low_bits(header_.front(), 0x0FU);
  unsigned shift = 4;
  for (std::size_t i = 1; i < header_.size(); ++i, shift += 7) {
    entry_->size |= std::uint64_t{low_bits(header_[i], 0x7FU)} << shift;
  }
  header_.clear();
  switch (entry_->type) {
    case ObjectType::commit:
    case ObjectType::tree:
    case ObjectType::blob:
    case ObjectType::tag:
      begin_data();
      break;
    case ObjectType::ofs_delta:
    case ObjectType::ref_delta:
      step_ = Step::base;
      break;
    default:
      fail("an object of an unknown type in the pack");
  }
  return bytes.subspan(1);
}

Bytes PackScanner::read_base(Bytes bytes) {
  const std::byte next = bytes.front();
  header_.push_back(next);
  if (entry_->type == ObjectType::ref_delta) {
    if (header_.size() < raw_size(format_)) return bytes.subspan(1);
    const Oid base = Oid::from_raw(header_, format_);
    if (commits_.contains(base)) entry_->base = base;
    // A base that is no commit of ours may be a tree or blob of this pack: their ids are not
    // computed, so it counts as unread, which is the careful side.
    if (!entry_->base) ++unread_;
  } else {
    if (header_.size() > kLongestHeader) fail("a delta offset in the pack is too long");
    if (more_follows(next)) return bytes.subspan(1);
    std::uint64_t distance = low_bits(header_.front(), 0x7FU);
    for (std::size_t i = 1; i < header_.size(); ++i) {
      distance = ((distance + 1) << 7U) | low_bits(header_[i], 0x7FU);
    }
    if (distance == 0 || distance > entry_->offset) fail("a delta offset points out of the pack");
    entry_->base_offset = entry_->offset - distance;
    const auto at = commit_at_.find(*entry_->base_offset);
    if (at != commit_at_.end()) entry_->base = at->second;
  }
  header_.clear();
  begin_data();
  return bytes.subspan(1);
}

void PackScanner::hold_to(const limits::Growth& limit, std::uint64_t value, const char* what) {
  if (value <= limit.after(position_)) return;
  ++unread_;
  throw Failure(FailureCode::limit_exceeded, "a pack of " + shown_bytes(position_) +
                                                 " so far makes more " + what + " than any should");
}

void PackScanner::begin_data() {
  entry_->keep = reads_commits_ && (entry_->type == ObjectType::commit || entry_->base) &&
                 entry_->size <= limits::kCommitBytes;
  inflateReset(&inflater_->stream);
  step_ = Step::data;
  if (!is_delta(entry_->type)) note_size(entry_->size);
}

void PackScanner::note_size(std::uint64_t size) {
  entry_->size_known = true;
  if (observer_ != nullptr) {
    observer_->on_entry(
        {entry_->offset, size, is_delta(entry_->type), entry_->base_size, entry_->base_offset});
  }
  if (size < large_from_ || large_.size() == kMostLarge) return;
  large_.push_back({size, entry_->offset, object_count_ - objects_left_, false, std::nullopt});
  entry_->is_large = true;
  if (entry_->type != ObjectType::blob) return;
  entry_->hasher.emplace(format_);
  entry_->hasher->update(as_bytes("blob " + std::to_string(size) + '\0'));
}

// A delta begins with two sizes, seven bits to a byte, the lowest first.
void PackScanner::read_delta_size(Bytes bytes) {
  for (const std::byte b : bytes) {
    if (entry_->shift >= 63) fail("a delta in the pack is damaged");
    entry_->delta_size |= std::uint64_t{low_bits(b, 0x7FU)} << entry_->shift;
    entry_->shift += 7;
    if (more_follows(b)) continue;
    if (++entry_->sizes_read == kSizesOfDelta) return note_size(entry_->delta_size);
    entry_->base_size = entry_->delta_size;
    entry_->delta_size = entry_->shift = 0;
  }
}

void PackScanner::take_output(Bytes bytes) {
  if (entry_->keep) {
    entry_->content.insert(entry_->content.end(), bytes.begin(), bytes.end());
  }
  if (entry_->hasher) entry_->hasher->update(bytes);
  if (!entry_->size_known) read_delta_size(bytes);
}

Bytes PackScanner::read_data(Bytes bytes) {
  z_stream& stream = inflater_->stream;
  auto& out = inflater_->out;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    status = inflate(&stream, Z_NO_FLUSH);
    const std::size_t produced = out.size() - stream.avail_out;
    take_output(Bytes(out).first(produced));
    entry_->produced += produced;
    inflated_ += produced;
    if (entry_->produced > entry_->size) fail("an object in the pack is longer than it says");
    if (status == Z_OK && stream.avail_in == 0 && stream.avail_out != 0) break;
  }
  // Z_BUF_ERROR only says that the input is used up.
  if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
    fail("an object in the pack does not inflate");
  }
  const std::size_t used = bytes.size() - stream.avail_in;
  hold_to(limits::kPackBytesInflated, inflated_, "bytes of objects");
  if (status == Z_STREAM_END) {
    if (entry_->produced != entry_->size) fail("an object in the pack is shorter than it says");
    finish_entry();
  }
  return bytes.subspan(used);
}

void PackScanner::finish_entry() {
  if (entry_->is_large) large_.back().whole = true;
  if (entry_->hasher) {
    const auto digest = entry_->hasher->finish();
    large_.back().blob = Oid::from_raw(Bytes(digest).first(raw_size(format_)), format_);
  }
  if (entry_->type == ObjectType::commit && entry_->keep) {
    add_commit(std::move(entry_->content));
  } else if (entry_->base) {
    const auto base = bases_.find(*entry_->base);
    if (base == bases_.end() || !entry_->keep || entry_->delta_size > limits::kCommitBytes) {
      skip_commit();
    } else {
      add_commit(apply_delta(base->second, entry_->content, limits::kCommitBytes));
    }
  } else if (entry_->type == ObjectType::commit) {
    skip_commit();
  }
  step_ = --objects_left_ == 0 ? Step::done : Step::entry_header;
}

void PackScanner::skip_commit() {
  ++unread_;
  ++unread_commits_;
}

void PackScanner::add_commit(std::vector<std::byte> content) {
  made_ += content.size();
  hold_to(limits::kCommitBytesMade, made_, "bytes of commits");
  hold_to(limits::kCommits, commits_.size(), "commits");
  Hasher hasher(format_);
  const std::string header = "commit " + std::to_string(content.size()) + '\0';
  hasher.update(as_bytes(header));
  hasher.update(content);
  const auto digest = hasher.finish();
  const Oid oid = Oid::from_raw(Bytes(digest).first(raw_size(format_)), format_);
  if (keeps_times_) times_[oid] = committer_time(as_text(content));
  commits_.insert_or_assign(oid, read_parents(as_text(content)));
  commit_at_[entry_->offset] = oid;
  if (kept_ + content.size() <= std::min(base_budget_, limits::kCommitBytesKept.after(position_))) {
    kept_ += content.size();
    bases_.insert_or_assign(oid, std::move(content));
  }
}

std::vector<Oid> PackScanner::read_parents(std::string_view text) {
  std::vector<Oid> parents;
  while (!text.empty() && text.front() != '\n') {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (line.starts_with("parent ")) {
      const auto parent = Oid::from_hex(line.substr(7));
      if (!parent) fail("a commit in the pack has a bad parent line");
      hold_to(limits::kParents, ++parents_, "parents of commits");
      parents.push_back(*parent);
    } else if (line.starts_with("author ") || end == std::string_view::npos) {
      break;
    }
    text.remove_prefix(end + 1);
  }
  return parents;
}

}  // namespace occ::wire
