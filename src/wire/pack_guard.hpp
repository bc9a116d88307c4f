// Stands before whoever takes a whole pack in: lets it pass as long as what it would make stays
// within limits.hpp, told by the sizes that the entries give and by what they inflate to.
#pragma once

#include "wire/pack_scanner.hpp"

namespace occ::wire {

class PackGuard final : private EntryObserver {
 public:
  explicit PackGuard(ObjectFormat format);

  // The next bytes of the pack. Throws Failure{limit_exceeded}, and Failure{protocol_error} on what
  // is not a pack.
  void pass(Bytes bytes) { scanner_.feed(bytes); }

 private:
  // What a delta may have as its base.
  struct Made {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint64_t work = 0;  // bytes of the chain that leads to it
    std::uint32_t depth = 0;
  };

  void on_entry(const EntryFacts& entry) override;
  [[nodiscard]] Made chain_of(const EntryFacts& entry);

  PackScanner scanner_;
  std::vector<Made> made_;  // by offset
  std::uint64_t bytes_ = 0;
  std::uint64_t work_ = 0;
  std::uint64_t unknown_bases_ = 0;  // bytes of large objects whose base is told by its id
  std::uint64_t largest_ = 0;        // bytes of an object
  bool names_bases_ = false;         // some base is told by its id, so it could be any object
};

}  // namespace occ::wire
