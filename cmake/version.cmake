# Generates app/version_values.hpp for the target that is given.
set(SYNC_ACTION_SOURCE_ID "development" CACHE STRING "What scripts/source-id printed")

function(add_version_values target)
  set(version_platform "${SYNC_ACTION_TARGET}")
  if(NOT version_platform)
    set(version_platform "${CMAKE_SYSTEM_NAME} ${CMAKE_SYSTEM_PROCESSOR}")
  endif()
  list(JOIN SYNC_ACTION_LIBRARIES ", " version_libraries)
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/version.hpp.in"
                 "${CMAKE_BINARY_DIR}/generated/app/version_values.hpp" @ONLY)
  target_include_directories(${target} PRIVATE "${CMAKE_BINARY_DIR}/generated")
endfunction()
