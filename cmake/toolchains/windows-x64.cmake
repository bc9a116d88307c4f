# Windows on x86-64, by Debian's MinGW-w64 with POSIX threads, which std::thread needs.
set(SYNC_ACTION_TARGET windows-x64)
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -Wl,--gc-sections,--no-insert-timestamp -s")
add_compile_definitions(_WIN32_WINNT=0x0A00)  # Windows 10 and Server 2016
include("${CMAKE_CURRENT_LIST_DIR}/release-flags.cmake")
