# SPDX-License-Identifier: BSD-2-Clause
# virtio-vsock against its device model, and the judge of it.
foreach(topic IN ITEMS vsock vsock_lies)
  picovirtio_host_test(unit.${topic} SOURCES ${topic}_test.c LINK device_rig)
  add_test(NAME unit.packed.${topic}
           COMMAND "${CMAKE_COMMAND}" -E env RIG_PACKED=1 $<TARGET_FILE:unit.${topic}>)
  set_tests_properties(unit.packed.${topic} PROPERTIES TIMEOUT 1200 LABELS host)
endforeach()
picovirtio_host_test(unit.model_vsock
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/model_vsock_test.c" "${CMAKE_CURRENT_LIST_DIR}/model_rig.c"
  LINK picovirtio_test_model)
