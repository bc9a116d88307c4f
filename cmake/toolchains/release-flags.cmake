# The flags of everything that ends up in a committed program, libraries and our own code alike.
# scripts/build-deps adds the maps that take this machine's paths out of the result.
set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
set(hardening "-fstack-protector-strong")
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  string(APPEND hardening " -D_FORTIFY_SOURCE=2 -fPIE")
endif()
foreach(language IN ITEMS C CXX)
  set(CMAKE_${language}_FLAGS_INIT "-g0 -ffunction-sections -fdata-sections ${hardening}")
  set(CMAKE_${language}_FLAGS_RELEASE "-O2 -DNDEBUG" CACHE STRING "")
endforeach()
unset(hardening)

# Only the libraries that scripts/build-deps built, never one that this machine happens to have.
set(CMAKE_FIND_USE_PACKAGE_REGISTRY OFF)
set(CMAKE_FIND_USE_SYSTEM_PACKAGE_REGISTRY OFF)
set(CMAKE_FIND_USE_CMAKE_SYSTEM_PATH OFF)
set(CMAKE_FIND_USE_CMAKE_ENVIRONMENT_PATH OFF)
