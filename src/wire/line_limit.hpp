// Counts the lines of an answer, and their bytes: a server may talk for ever.
#pragma once

#include "base/failure.hpp"
#include "base/limits.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace occ::wire {

class LineLimit {
 public:
  // `what` the lines are, for messages; a literal.
  LineLimit(const limits::Lines& most, const char* what) : most_(most), what_(what) {}

  // Throws Failure{limit_exceeded}.
  void take(std::string_view line) {
    bytes_ += line.size();
    if (++lines_ <= most_.lines && bytes_ <= most_.bytes) return;
    throw Failure(FailureCode::limit_exceeded, "more than " + std::to_string(most_.lines) +
                                                   " lines or " + std::to_string(most_.bytes) +
                                                   " bytes of " + what_);
  }

 private:
  limits::Lines most_;
  const char* what_;
  std::uint64_t lines_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace occ::wire
