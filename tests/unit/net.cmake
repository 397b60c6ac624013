# SPDX-License-Identifier: BSD-2-Clause
# virtio-net against the device model, the model's own rules, and the station of the firmware.
foreach(topic IN ITEMS net net_lies net_config net_merge net_control net_announce
                       net_checksum net_offload)
  picovirtio_host_test(unit.${topic} SOURCES ${topic}_test.c LINK device_rig)
endforeach()
foreach(topic IN ITEMS model_net model_net_more)
  picovirtio_host_test(unit.${topic} SOURCES ${topic}_test.c model_rig.c
                                     LINK picovirtio_test_model)
endforeach()
picovirtio_host_test(unit.mini_ip SOURCES mini_ip_test.c "${PROJECT_SOURCE_DIR}/firmware/network/mini_ip.c")
