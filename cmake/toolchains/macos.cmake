# macOS 13 or newer, by zig, which brings its own headers and linker: no Apple machine or SDK is
# needed. scripts/setup-zig makes the compiler commands that are named in the files including this.
set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_AR zig-ar)
set(CMAKE_RANLIB zig-ranlib)
set(CMAKE_INSTALL_NAME_TOOL true)  # CMake insists on one; nothing here has an install name
set(CMAKE_OSX_SYSROOT "" CACHE STRING "")
set(CMAKE_OSX_DEPLOYMENT_TARGET "" CACHE STRING "")  # it is in the commands' target triple
set(CMAKE_EXE_LINKER_FLAGS_INIT "-s -Wl,-dead_strip")
set(CMAKE_C_LINKER_DEPFILE_SUPPORTED FALSE)
set(CMAKE_CXX_LINKER_DEPFILE_SUPPORTED FALSE)
include("${CMAKE_CURRENT_LIST_DIR}/release-flags.cmake")
