#include "wire/pack_writer.hpp"

#include "base/failure.hpp"
#include "wire/pack.hpp"

#include <zlib.h>

namespace occ::wire {
namespace {

std::string_view name_of(ObjectType type) {
  switch (type) {
    case ObjectType::commit:
      return "commit";
    case ObjectType::tree:
      return "tree";
    case ObjectType::blob:
      break;
  }
  return "blob";
}

std::string digest_of(Hasher& hasher, ObjectFormat format) {
  const auto digest = hasher.finish();
  return std::string(as_text(Bytes(digest).first(raw_size(format))));
}

// Four bits of the size beside the type, then seven to a byte, the lowest first.
std::string entry_header(ObjectType type, std::size_t size) {
  std::string header;
  unsigned byte = static_cast<unsigned>(type) << 4U | static_cast<unsigned>(size & 0x0FU);
  for (size >>= 4U; size != 0; size >>= 7U) {
    header += static_cast<char>(byte | 0x80U);
    byte = static_cast<unsigned>(size & 0x7FU);
  }
  header += static_cast<char>(byte);
  return header;
}

std::string deflated(std::string_view content) {
  uLongf size = compressBound(static_cast<uLong>(content.size()));
  std::string out(size, '\0');
  const int code = compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                             reinterpret_cast<const Bytef*>(content.data()),
                             static_cast<uLong>(content.size()), Z_DEFAULT_COMPRESSION);
  if (code != Z_OK) throw Failure(FailureCode::internal_error, "an object cannot be compressed");
  out.resize(size);
  return out;
}

void put_count(std::span<std::byte> header, std::uint32_t count) {
  for (std::size_t i = 0; i < 4; ++i) {
    header[8 + i] = static_cast<std::byte>(count >> (24U - 8U * i) & 0xFFU);
  }
}

}  // namespace

Oid object_id(const PackObject& object, ObjectFormat format) {
  Hasher hasher(format);
  std::string header(name_of(object.type));
  header += ' ' + std::to_string(object.content.size());
  header += '\0';
  hasher.update(as_bytes(header));
  hasher.update(as_bytes(object.content));
  return Oid::from_raw(as_bytes(digest_of(hasher, format)), format);
}

std::string pack_entries(std::span<const PackObject> objects) {
  std::string entries;
  for (const PackObject& object : objects) {
    entries += entry_header(object.type, object.content.size());
    entries += deflated(object.content);
  }
  return entries;
}

std::string make_pack(std::span<const PackObject> objects, ObjectFormat format) {
  std::string pack("PACK\0\0\0\2\0\0\0\0", kPackHeaderSize);
  put_count(std::as_writable_bytes(std::span(pack)), static_cast<std::uint32_t>(objects.size()));
  pack += pack_entries(objects);
  Hasher hasher(format);
  hasher.update(as_bytes(pack));
  return pack + digest_of(hasher, format);
}

PackSplice::PackSplice(std::span<const PackObject> extra, ObjectFormat format)
    : format_(format),
      hasher_(format),
      count_(static_cast<std::uint32_t>(extra.size())),
      entries_(pack_entries(extra)) {}

void PackSplice::pass(std::span<std::byte> bytes) {
  if (!header_passed_) {
    const std::uint32_t count = bytes.size() < kPackHeaderSize ? 0 : pack_object_count(bytes);
    if (bytes.size() < kPackHeaderSize || count > UINT32_MAX - count_) {
      throw Failure(FailureCode::protocol_error, "the pack's header is not whole");
    }
    put_count(bytes, count + count_);
    header_passed_ = true;
  }
  hasher_.update(bytes);
}

std::string PackSplice::finish() {
  hasher_.update(as_bytes(entries_));
  return entries_ + digest_of(hasher_, format_);
}

}  // namespace occ::wire
