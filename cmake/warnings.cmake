# Warnings are errors, on our own code only.
add_library(occ_warnings INTERFACE)
add_library(occ::warnings ALIAS occ_warnings)
target_compile_options(occ_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough -Werror)
# GCC 12 sees overlaps in std::string that are not there (its bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(occ_warnings INTERFACE -Wno-restrict)
endif()
# Clang would have every field named where libgit2's own GIT_…_INIT stand, which leave some zero.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(occ_warnings INTERFACE -Wno-missing-field-initializers)
endif()
