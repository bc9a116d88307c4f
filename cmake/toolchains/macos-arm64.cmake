# macOS on 64-bit ARM.
set(SYNC_ACTION_TARGET macos-arm64)
set(CMAKE_SYSTEM_PROCESSOR arm64)
set(CMAKE_C_COMPILER macos-arm64-cc)
set(CMAKE_CXX_COMPILER macos-arm64-c++)
include("${CMAKE_CURRENT_LIST_DIR}/macos.cmake")
