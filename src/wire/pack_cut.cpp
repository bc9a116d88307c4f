#include "wire/pack_cut.hpp"

#include "wire/pack_writer.hpp"

#include <algorithm>
#include <random>

namespace occ::wire {

PackCut::PackCut(ObjectFormat format, std::uint64_t large)
    : format_(format), scanner_(format, std::nullopt, large), hasher_(format) {}

std::optional<std::uint64_t> PackCut::found() const {
  if (scanner_.large().empty()) return std::nullopt;
  return scanner_.large().front().size;
}

Bytes PackCut::pass(Bytes bytes) {
  scanner_.feed(bytes);
  held_.insert(held_.end(), bytes.begin(), bytes.end());
  std::uint64_t keep = held_.size();  // the trailer follows the last object
  if (found()) {
    keep = scanner_.large().front().offset - passed_;
  } else if (!scanner_.finished()) {
    keep = scanner_.settled() - passed_;
  }
  const auto end = held_.begin() + static_cast<std::ptrdiff_t>(keep);
  lent_.assign(held_.begin(), end);
  held_.erase(held_.begin(), end);
  passed_ += keep;
  hasher_.update(lent_);
  return lent_;
}

std::string PackCut::rest() {
  // No object of the pack may come twice, so no other pack may hold such blobs.
  std::random_device random;
  const std::string mark =
      "stands for a large file " + std::to_string(random()) + ' ' + std::to_string(random()) + ' ';
  std::vector<PackObject> blobs;
  for (std::uint32_t i = scanner_.large().front().before; i < scanner_.object_count(); ++i) {
    blobs.push_back({ObjectType::blob, mark + std::to_string(i)});
  }
  std::string rest = pack_entries(blobs);
  hasher_.update(as_bytes(rest));
  const auto digest = hasher_.finish();
  return rest.append(as_text(Bytes(digest).first(raw_size(format_))));
}

}  // namespace occ::wire
