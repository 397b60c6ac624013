# SPDX-License-Identifier: BSD-2-Clause
# The loop of the firmware over modelled devices.
picovirtio_host_test(unit.load
  SOURCES load_test.c "${PROJECT_SOURCE_DIR}/drivers/loop.c" "${PROJECT_SOURCE_DIR}/firmware/devices/trace.c"
  LINK device_rig)
