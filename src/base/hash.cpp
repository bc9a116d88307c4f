#include "base/hash.hpp"

#include "base/failure.hpp"

#include <mbedtls/md.h>

namespace occ {

struct Hasher::Context {
  Context() { mbedtls_md_init(&md); }
  ~Context() { mbedtls_md_free(&md); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  mbedtls_md_context_t md{};
};

Hasher::Hasher(ObjectFormat format) : context_(std::make_unique<Context>()) {
  const auto type = format == ObjectFormat::sha1 ? MBEDTLS_MD_SHA1 : MBEDTLS_MD_SHA256;
  if (mbedtls_md_setup(&context_->md, mbedtls_md_info_from_type(type), 0) != 0 ||
      mbedtls_md_starts(&context_->md) != 0) {
    throw Failure(FailureCode::internal_error, "the hash function is not available");
  }
}

Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(Bytes bytes) {
  mbedtls_md_update(&context_->md, reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size());
}

std::array<std::byte, 32> Hasher::finish() {
  std::array<std::byte, 32> digest{};
  mbedtls_md_finish(&context_->md, reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

}  // namespace occ
