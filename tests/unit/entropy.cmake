# SPDX-License-Identifier: BSD-2-Clause
picovirtio_host_test(unit.entropy
  SOURCES entropy_test.c "${PROJECT_SOURCE_DIR}/firmware/devices/entropy.c" "${PROJECT_SOURCE_DIR}/firmware/devices/wait.c" LINK device_rig)
