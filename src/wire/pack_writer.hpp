// Objects of our own, and how they get into a pack (gitformat-pack): as a pack of their own, or
// spliced behind the entries of a pack that passes by.
#pragma once

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/oid.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace occ::wire {

// The numbers are those of a pack entry's type.
enum class ObjectType : std::uint8_t { commit = 1, tree = 2, blob = 3 };

struct PackObject {
  ObjectType type = ObjectType::blob;
  std::string content;
};

// The hash of "<type> <size>\0<content>" (gitformat: loose objects).
[[nodiscard]] Oid object_id(const PackObject& object, ObjectFormat format);

// What stands between a pack's header and its trailer: whole objects, no deltas.
[[nodiscard]] std::string pack_entries(std::span<const PackObject> objects);
// Whole objects, no deltas. Without any, the empty pack: strict servers want one with every
// command that is not a deletion.
[[nodiscard]] std::string make_pack(std::span<const PackObject> objects, ObjectFormat format);

// Makes a passing pack hold `extra` as well: the count in its header grows, the entries go behind
// its own, and the trailer is computed anew. Offsets within the pack stay what they were.
class PackSplice {
 public:
  // `extra` must not be empty, and hold nothing that the passing pack holds.
  PackSplice(std::span<const PackObject> extra, ObjectFormat format);

  // The next bytes of the pack, changed in place; the first call brings the whole header, none the
  // trailer.
  void pass(std::span<std::byte> bytes);
  // What follows the pack's last entry. Call once.
  [[nodiscard]] std::string finish();
  // Bytes by which the pack grows.
  [[nodiscard]] std::size_t growth() const { return entries_.size(); }

 private:
  ObjectFormat format_;
  Hasher hasher_;
  std::uint32_t count_;
  std::string entries_;
  bool header_passed_ = false;
};

}  // namespace occ::wire
