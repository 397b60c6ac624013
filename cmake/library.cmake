# SPDX-License-Identifier: BSD-2-Clause
# What all libraries share: C11, the types of board/, and on the host the sanitizers.
# Public headers are spelled <picovirtio/NAME.h>; each module has its own in its include/ folder.
add_library(picovirtio_common INTERFACE)
target_include_directories(picovirtio_common INTERFACE
                           "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/board/include>")
set_target_properties(picovirtio_common PROPERTIES EXPORT_NAME common)
add_library(picovirtio::common ALIAS picovirtio_common)
target_compile_features(picovirtio_common INTERFACE c_std_11)
target_compile_definitions(picovirtio_common INTERFACE PICOVIRTIO_PACKED=$<BOOL:${PICOVIRTIO_PACKED}>
                           PICOVIRTIO_LEGACY=$<BOOL:${PICOVIRTIO_LEGACY}>
                           PICOVIRTIO_EXTENSIONS=$<BOOL:${PICOVIRTIO_EXTENSIONS}>)
if(PICOVIRTIO_BOARD STREQUAL "host")
  target_compile_definitions(picovirtio_common INTERFACE VIO_HOST)
  if(PICOVIRTIO_SANITIZE)
    set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(picovirtio_common INTERFACE ${sanitize})
    target_link_options(picovirtio_common INTERFACE ${sanitize})
    # For code in which host tests spend their time: under the sanitizers it takes half as long. The
    # tests themselves would take longer to compile than they save.
    set(PICOVIRTIO_HOT -O1 CACHE STRING "Flag for the library and the device model in host tests")
  endif()
endif()

# What our own sources, tests and firmware see besides: internal headers, named from the root, and
# the public headers of every module. Who may include which of them is checked by tests/lint.
add_library(picovirtio_internal INTERFACE)
target_include_directories(picovirtio_internal INTERFACE "${PROJECT_SOURCE_DIR}")
foreach(module IN LISTS PICOVIRTIO_MODULES)
  target_include_directories(picovirtio_internal INTERFACE "${PROJECT_SOURCE_DIR}/${module}/include")
endforeach()

# picovirtio_library(NAME SOURCE... [LINK TARGET...]): the target picovirtio_NAME,
# for users picovirtio::NAME.
function(picovirtio_library name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  set(target picovirtio_${name})
  add_library(${target} STATIC ${arg_UNPARSED_ARGUMENTS})
  add_library(picovirtio::${name} ALIAS ${target})
  # Static functions of two files may have one name: no unity build, whatever the parent does.
  set_target_properties(${target} PROPERTIES C_STANDARD 11  C_EXTENSIONS OFF  UNITY_BUILD OFF
                        EXPORT_NAME ${name})
  target_compile_options(${target} PRIVATE -ffunction-sections -fdata-sections ${PICOVIRTIO_HOT})
  if(IS_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/include")
    target_include_directories(${target} PUBLIC
                               "$<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>")
  endif()
  target_link_libraries(${target} PUBLIC picovirtio_common ${arg_LINK}
                                  PRIVATE $<BUILD_INTERFACE:picovirtio_internal>
                                          $<BUILD_INTERFACE:picovirtio_warnings>)
endfunction()
