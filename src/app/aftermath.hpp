// What comes when the refs have been pushed, or not: telling it, and tidying up. Whatever goes
// wrong there is a warning that names what is lost; the verdict and the exit code are the sync's.
#pragma once

#include "runner/console.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace occ::app {

// Takes `step`, and turns whatever it throws into a warning that names `what` it was to do.
void after_the_push(runner::Console& console, std::string_view what,
                    const std::function<void()>& step);

// A file of the runner, by its variable, could not be written, if `why` is not empty.
void warn_of_loss(runner::Console& console, std::string_view variable, const std::string& file,
                  std::string_view lost, const std::string& why);

}  // namespace occ::app
