# Warnings are errors, on our own code only.
add_library(occ_warnings INTERFACE)
add_library(occ::warnings ALIAS occ_warnings)
target_compile_options(occ_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough -Werror)
