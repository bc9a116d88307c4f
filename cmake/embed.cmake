# Generates report/<name>.hpp, which holds the text of src/report/<file> as the constant that is
# named, for the target that is given. At most 65,000 bytes: no compiler has to take longer literals.
function(embed_text target file constant)
  set(path "${CMAKE_CURRENT_SOURCE_DIR}/src/report/${file}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
  file(READ "${path}" embedded_text)
  string(LENGTH "${embedded_text}" length)
  if(length GREATER 65000)
    message(FATAL_ERROR "${file} is too long for a string literal")
  endif()
  set(embedded_name "${file}")
  set(embedded_constant "${constant}")
  string(REPLACE "." "_" name "${file}")
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embedded_text.hpp.in"
                 "${CMAKE_BINARY_DIR}/generated/report/${name}.hpp" @ONLY)
  target_include_directories(${target} PRIVATE "${CMAKE_BINARY_DIR}/generated")
endfunction()
