# Linux on 64-bit ARM, by Debian's own cross compiler: one static file for glibc, musl and empty containers.
set(SYNC_ACTION_TARGET linux-arm64)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc-12)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++-12)
set(CMAKE_EXE_LINKER_FLAGS_INIT
    "-static-pie -Wl,--gc-sections,-z,relro,-z,now,--build-id=none -s")
include("${CMAKE_CURRENT_LIST_DIR}/release-flags.cmake")
