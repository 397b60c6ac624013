# SPDX-License-Identifier: BSD-2-Clause
# picovirtio_newlib(PREFIX FLAGS [NAME]), for toolchain files: newlib-nano for the compiler PREFIXgcc
# with FLAGS. newlib.sh builds it, once, in a folder that no preset's clean touches, and there under
# NAME (the processor's); `flags` gets its headers, and the linker its libraries, which are all
# there are.
set(PICOVIRTIO_NEWLIB "${CMAKE_CURRENT_LIST_DIR}/../build/newlib-nano"
    CACHE PATH "Where newlib-nano is, or is built if it is not there")

function(picovirtio_newlib prefix flags)
  get_filename_component(folder "${PICOVIRTIO_NEWLIB}" ABSOLUTE)
  set(name "${CMAKE_SYSTEM_PROCESSOR}" ${ARGN})
  list(GET name -1 name)
  set(folder "${folder}/${name}")
  execute_process(COMMAND "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/newlib.sh" "${folder}" "${prefix}" "${flags}"
                  RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "There is no newlib-nano in ${folder}; see above")
  endif()
  set(flags "${flags} -isystem \"${folder}/include\"" PARENT_SCOPE)
  set(CMAKE_EXE_LINKER_FLAGS_INIT "-nostdlib -L\"${folder}/lib\"" PARENT_SCOPE)
  set(CMAKE_C_STANDARD_LIBRARIES_INIT "-lc -lgcc" PARENT_SCOPE)
endfunction()
