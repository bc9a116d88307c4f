# The libraries, as occ::<name> targets, and the list SYNC_ACTION_LIBRARIES of "name version".
#
# By default they are the distribution's, found where it keeps them: quick to build and test with.
# With SYNC_ACTION_STATIC they are the pinned archives that scripts/build-deps made, taken from
# CMAKE_PREFIX_PATH and from nowhere else, with the versions of cmake/dependencies.lock.
# SYNC_ACTION_TARGET is set by the toolchain files.
option(SYNC_ACTION_STATIC "Link the pinned static libraries (see scripts/build-dist)" OFF)

find_package(Threads REQUIRED)
set(SYNC_ACTION_LIBRARIES "")

# An occ:: target for libraries that are told by headers in `include` and link items.
function(add_library_target name include)
  add_library(occ_${name} INTERFACE)
  add_library(occ::${name} ALIAS occ_${name})
  target_include_directories(occ_${name} SYSTEM INTERFACE ${include})
  target_link_libraries(occ_${name} INTERFACE ${ARGN})
endfunction()

if(SYNC_ACTION_STATIC)
  set(prefix "${CMAKE_PREFIX_PATH}")
  if(NOT EXISTS "${prefix}/.complete")
    message(FATAL_ERROR "CMAKE_PREFIX_PATH must be the prefix that scripts/build-deps made")
  endif()

  # Archives by path, each before those it needs.
  function(archives result)
    list(TRANSFORM ARGN PREPEND "${prefix}/lib/lib")
    list(TRANSFORM ARGN APPEND ".a")
    set(${result} ${ARGN} PARENT_SCOPE)
  endfunction()
  archives(zlib z)
  archives(mbedcrypto mbedcrypto)
  archives(curl curl nghttp2 mbedtls mbedx509 mbedcrypto z)
  archives(git2 git2 http_parser z)
  archives(zip zip z)
  archives(fmt fmt)
  archives(spdlog spdlog fmt)

  set(curl_system Threads::Threads)
  set(git2_system Threads::Threads)
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    archives(resolver cares)
    list(APPEND curl ${resolver})
  elseif(WIN32)
    archives(regex pcre2-8)
    list(APPEND git2 ${regex})
    list(APPEND curl_system ws2_32 crypt32 bcrypt iphlpapi advapi32)
    list(APPEND git2_system ws2_32 secur32 advapi32 bcrypt)
  endif()

  add_library_target(zlib "${prefix}/include" ${zlib})
  add_library_target(mbedcrypto "${prefix}/include" ${mbedcrypto} Threads::Threads)
  add_library_target(curl "${prefix}/include" ${curl} ${curl_system})
  add_library_target(git2 "${prefix}/include" ${git2} ${git2_system})
  add_library_target(zip "${prefix}/include" ${zip})
  add_library_target(fmt "${prefix}/include" ${fmt})
  add_library_target(spdlog "${prefix}/include" ${spdlog} Threads::Threads)
  add_library_target(json "${prefix}/include")
  add_library_target(cli11 "${prefix}/include")
  target_compile_definitions(occ_curl INTERFACE CURL_STATICLIB)
  target_compile_definitions(occ_spdlog INTERFACE SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)

  # What the lock says is what was built: name, version, and for whom if not for all.
  file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/dependencies.lock" lines
       REGEX "^(name|version|only): ")
  foreach(line IN LISTS lines)
    if(line MATCHES "^name: (.*)")
      set(library "${CMAKE_MATCH_1}")
    elseif(line MATCHES "^version: (.*)")
      list(APPEND SYNC_ACTION_LIBRARIES "${library} ${CMAKE_MATCH_1}")
    elseif(NOT line MATCHES " ${SYNC_ACTION_TARGET}( |$)")  # "only:"
      list(POP_BACK SYNC_ACTION_LIBRARIES)
    endif()
  endforeach()
else()
  find_package(PkgConfig REQUIRED)
  foreach(pair IN ITEMS zlib=zlib curl=libcurl git2=libgit2 zip=libzip fmt=fmt spdlog=spdlog
                        json=nlohmann_json cli11=CLI11)
    string(REGEX MATCH "^([^=]+)=(.+)$" pair "${pair}")
    set(name "${CMAKE_MATCH_1}")
    set(module "${CMAKE_MATCH_2}")
    pkg_check_modules(occ_pc_${name} REQUIRED QUIET IMPORTED_TARGET ${module})
    add_library(occ_${name} INTERFACE)
    add_library(occ::${name} ALIAS occ_${name})
    target_link_libraries(occ_${name} INTERFACE PkgConfig::occ_pc_${name})
    list(APPEND SYNC_ACTION_LIBRARIES "${module} ${occ_pc_${name}_VERSION}")
  endforeach()

  # mbedTLS 2.28, which Debian 12 has, says nothing to pkg-config.
  find_path(MBEDTLS_INCLUDE_DIR mbedtls/md.h REQUIRED)
  find_library(MBEDCRYPTO_LIBRARY mbedcrypto REQUIRED)
  add_library_target(mbedcrypto "${MBEDTLS_INCLUDE_DIR}" "${MBEDCRYPTO_LIBRARY}")
  set(version_header "${MBEDTLS_INCLUDE_DIR}/mbedtls/build_info.h")  # since 3.0
  if(NOT EXISTS "${version_header}")
    set(version_header "${MBEDTLS_INCLUDE_DIR}/mbedtls/version.h")
  endif()
  file(STRINGS "${version_header}" version REGEX "MBEDTLS_VERSION_STRING +\"")
  string(REGEX REPLACE ".*\"(.*)\".*" "\\1" version "${version}")
  list(APPEND SYNC_ACTION_LIBRARIES "mbedtls ${version}")
endif()
