# macOS on x86-64.
set(SYNC_ACTION_TARGET macos-x64)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER macos-x64-cc)
set(CMAKE_CXX_COMPILER macos-x64-c++)
include("${CMAKE_CURRENT_LIST_DIR}/macos.cmake")
