# SPDX-License-Identifier: BSD-2-Clause
# virtio-net against the device model, the model's own rules, and the station of the firmware.
picovirtio_driver_tests(PACKED net net_lies net_config net_merge net_control net_announce net_checksum net_offload)
picovirtio_model_tests(model_net model_net_more)
picovirtio_host_test(unit.mini_ip SOURCES mini_ip_test.c "${PROJECT_SOURCE_DIR}/firmware/network/mini_ip.c")
