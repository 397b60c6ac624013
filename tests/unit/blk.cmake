# SPDX-License-Identifier: BSD-2-Clause
# virtio-blk against its device model, and the judge of it.
foreach(topic IN ITEMS blk blk_config blk_change blk_lies blk_wait blk_queues blk_id)
  picovirtio_host_test(unit.${topic} SOURCES ${topic}_test.c LINK device_rig)
endforeach()
picovirtio_host_test(unit.model_blk
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/model_blk_test.c" "${CMAKE_CURRENT_LIST_DIR}/model_rig.c"
  LINK picovirtio_test_model)
