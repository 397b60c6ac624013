# SPDX-License-Identifier: BSD-2-Clause
# virtio-9p against its device model, and the judge of it.
foreach(topic IN ITEMS p9 p9_request)
  picovirtio_host_test(unit.${topic} SOURCES ${topic}_test.c LINK device_rig)
  add_test(NAME unit.packed.${topic}
           COMMAND "${CMAKE_COMMAND}" -E env RIG_PACKED=1 $<TARGET_FILE:unit.${topic}>)
  set_tests_properties(unit.packed.${topic} PROPERTIES TIMEOUT 1200 LABELS host)
endforeach()
picovirtio_host_test(unit.model_p9
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/model_p9_test.c" "${CMAKE_CURRENT_LIST_DIR}/model_rig.c"
  LINK picovirtio_test_model)
