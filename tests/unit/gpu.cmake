# SPDX-License-Identifier: BSD-2-Clause
# virtio-gpu against its device model, and the judge of it.
foreach(topic IN ITEMS gpu gpu_command)
  picovirtio_host_test(unit.${topic} SOURCES ${topic}_test.c LINK device_rig)
  add_test(NAME unit.packed.${topic}
           COMMAND "${CMAKE_COMMAND}" -E env RIG_PACKED=1 $<TARGET_FILE:unit.${topic}>)
  set_tests_properties(unit.packed.${topic} PROPERTIES TIMEOUT 1200 LABELS host)
endforeach()
picovirtio_host_test(unit.model_gpu
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/model_gpu_test.c" "${CMAKE_CURRENT_LIST_DIR}/model_rig.c"
  LINK picovirtio_test_model)
# The shell on it; the font is the test's.
set(screen "${PROJECT_SOURCE_DIR}/firmware/screen")
picovirtio_host_test(unit.text SOURCES text_test.c "${screen}/text.c" "${PROJECT_SOURCE_DIR}/stdio/utf8.c")
picovirtio_host_test(unit.screen
  SOURCES screen_test.c "${screen}/screen.c" "${screen}/text.c" "${screen}/picture.c"
          "${PROJECT_SOURCE_DIR}/stdio/output.c" "${PROJECT_SOURCE_DIR}/stdio/utf8.c"
  LINK device_rig)
