// A value that few of its owners have: where it is absent it takes one pointer, and reads as the
// default one. Copied with its owner.
#pragma once

#include <memory>

namespace occ {

template <typename T>
class Rare {
 public:
  Rare() = default;
  ~Rare() = default;
  Rare(const Rare& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Rare(Rare&&) noexcept = default;
  Rare& operator=(const Rare& other) { return *this = Rare(other); }
  Rare& operator=(Rare&&) noexcept = default;

  [[nodiscard]] const T* operator->() const { return value_ ? value_.get() : &absent(); }
  // Makes it present.
  [[nodiscard]] T& edit() {
    if (!value_) value_ = std::make_unique<T>();
    return *value_;
  }

 private:
  static const T& absent() {
    static const T none;
    return none;
  }

  std::unique_ptr<T> value_;
};

}  // namespace occ
