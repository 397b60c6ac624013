# SPDX-License-Identifier: BSD-2-Clause
# What all libraries share: C11, the root as include path, and on the host the
# sanitizers. Includes read "virtqueue/virtqueue.h", as from the root.
add_library(picovirtio_common INTERFACE)
target_include_directories(picovirtio_common INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_features(picovirtio_common INTERFACE c_std_11)
target_compile_definitions(picovirtio_common INTERFACE PICOVIRTIO_PACKED=$<BOOL:${PICOVIRTIO_PACKED}>
                           PICOVIRTIO_LEGACY=$<BOOL:${PICOVIRTIO_LEGACY}>)
if(PICOVIRTIO_BOARD STREQUAL "host")
  target_compile_definitions(picovirtio_common INTERFACE VIO_HOST)
  if(PICOVIRTIO_SANITIZE)
    set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(picovirtio_common INTERFACE ${sanitize})
    target_link_options(picovirtio_common INTERFACE ${sanitize})
  endif()
endif()

# picovirtio_library(NAME SOURCE... [LINK TARGET...]): the target picovirtio_NAME,
# for users picovirtio::NAME.
function(picovirtio_library name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  set(target picovirtio_${name})
  add_library(${target} STATIC ${arg_UNPARSED_ARGUMENTS})
  add_library(picovirtio::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES C_STANDARD 11  C_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE -ffunction-sections -fdata-sections)
  target_link_libraries(${target} PUBLIC picovirtio_common ${arg_LINK}
                                  PRIVATE $<BUILD_INTERFACE:picovirtio_warnings>)
endfunction()
