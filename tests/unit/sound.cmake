# SPDX-License-Identifier: BSD-2-Clause
# virtio-sound against its device model, and the judge of it.
picovirtio_host_test(unit.sound SOURCES sound_test.c LINK device_rig)
add_test(NAME unit.packed.sound
         COMMAND "${CMAKE_COMMAND}" -E env RIG_PACKED=1 $<TARGET_FILE:unit.sound>)
set_tests_properties(unit.packed.sound PROPERTIES TIMEOUT 1200 LABELS host)
picovirtio_host_test(unit.model_sound
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/model_sound_test.c" "${CMAKE_CURRENT_LIST_DIR}/model_rig.c"
  LINK picovirtio_test_model)
