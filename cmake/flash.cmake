# SPDX-License-Identifier: BSD-2-Clause
# picovirtio_flash(NAME [COMMAND...]): the raw image of picovirtio_firmware(NAME ...), which copies
# itself out of flash, as
#     NAME.flash  padded to a bank of flash, since QEMU takes no file of another size
# and, for the first image, the target `flash`, which builds it, prints how to write it and runs COMMAND, which prints how
# QEMU is started with it. Run as a script (cmake -P) this file does the one or the other.
if(CMAKE_SCRIPT_MODE_FILE)
  file(SIZE "${IMAGE}.bin" bytes)
  math(EXPR BANK "${BANK}") # may be hexadecimal
  if(bytes GREATER BANK)
    message(FATAL_ERROR "${IMAGE}.bin has ${bytes} bytes, a bank of flash ${BANK}: "
                        "-DPICOVIRTIO_FLASH_BYTES says how big it is")
  endif()
  if(PAD)
    configure_file("${IMAGE}.bin" "${IMAGE}.flash" COPYONLY)
    execute_process(COMMAND truncate --size ${BANK} "${IMAGE}.flash" COMMAND_ERROR_IS_FATAL ANY)
  else()
    message("${IMAGE}.bin
    ${bytes} bytes, for the tool that writes your flash: to where the CPU, or the firmware below,
    begins to run. They run at any address that is a multiple of 4096, out of flash that is only
    read, and copy themselves to ${LOAD_ADDRESS}.
${IMAGE}.flash
    the same with zeros up to the ${BANK} bytes of a bank of QEMU's flash.")
  endif()
  return()
endif()

get_target_property(flash_bytes picovirtio::board_${PICOVIRTIO_BOARD} PICOVIRTIO_FLASH_BYTES)
set(PICOVIRTIO_FLASH_BYTES ${flash_bytes} CACHE STRING "Size of a flash image; QEMU takes no other")

function(picovirtio_flash name)
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${name}")
  set(script "${CMAKE_CURRENT_FUNCTION_LIST_FILE}")
  set(run ${CMAKE_COMMAND} -D "IMAGE=${out}" -D BANK=${PICOVIRTIO_FLASH_BYTES})
  add_custom_command(OUTPUT "${out}.flash" COMMAND ${run} -D PAD=ON -P "${script}"
                     DEPENDS ${name} "${out}.bin" "${script}" VERBATIM)
  add_custom_target(${name}-flash ALL DEPENDS "${out}.flash")

  if(TARGET flash) # of the first image
    return()
  endif()

  set(qemu)
  if(ARGN)
    set(qemu COMMAND ${CMAKE_COMMAND} -E echo "With the QEMU that is installed here:" COMMAND ${ARGN})
  endif()
  # At a terminal the command is one for a terminal.
  add_custom_target(flash DEPENDS ${name}-flash VERBATIM USES_TERMINAL
    COMMAND ${run} -D LOAD_ADDRESS=${PICOVIRTIO_LOAD_ADDRESS} -P "${script}" ${qemu})
endfunction()
