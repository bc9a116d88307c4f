// The program: builds the real parts and calls the stages in order. The only room that sees all.
#pragma once

namespace occ::app {

// Returns the exit status (report::exit_code_of). Throws nothing.
[[nodiscard]] int run(int argc, char** argv) noexcept;

}  // namespace occ::app
