# SPDX-License-Identifier: BSD-2-Clause
# virtio-input against its device model, and the judge of it.
foreach(topic IN ITEMS input input_events)
  picovirtio_host_test(unit.${topic} SOURCES ${topic}_test.c LINK device_rig)
  add_test(NAME unit.packed.${topic}
           COMMAND "${CMAKE_COMMAND}" -E env RIG_PACKED=1 $<TARGET_FILE:unit.${topic}>)
  set_tests_properties(unit.packed.${topic} PROPERTIES TIMEOUT 1200 LABELS host)
endforeach()
picovirtio_host_test(unit.model_input
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/model_input_test.c" "${CMAKE_CURRENT_LIST_DIR}/model_rig.c"
  LINK picovirtio_test_model)
# From there to the shell.
picovirtio_host_test(unit.keyboard
  SOURCES keyboard_test.c "${PROJECT_SOURCE_DIR}/firmware/input/input.c"
          "${PROJECT_SOURCE_DIR}/firmware/input/keyboard.c" "${PROJECT_SOURCE_DIR}/firmware/input/keymap_us.c"
  LINK device_rig)
