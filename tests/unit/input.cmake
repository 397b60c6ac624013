# SPDX-License-Identifier: BSD-2-Clause
# virtio-input against its device model, and the judge of it.
picovirtio_driver_tests(PACKED input input_events)
picovirtio_model_tests(model_input)
# From there to the shell.
picovirtio_host_test(unit.keyboard
  SOURCES keyboard_test.c "${PROJECT_SOURCE_DIR}/firmware/input/input.c"
          "${PROJECT_SOURCE_DIR}/firmware/input/keyboard.c"
  LINK device_rig)
# Its layouts, from the packages that are installed here.
add_test(NAME unit.keymap COMMAND Python3::Interpreter -B "${CMAKE_CURRENT_SOURCE_DIR}/keymap_test.py"
                                  "${PROJECT_SOURCE_DIR}/firmware/input")
set_tests_properties(unit.keymap PROPERTIES LABELS host TIMEOUT 1200)
