# SPDX-License-Identifier: BSD-2-Clause
# What commands print and which registers they touch: their sources over the device model.
set(firmware "${PROJECT_SOURCE_DIR}/firmware")
picovirtio_host_test(unit.commands
  SOURCES commands_test.c "${firmware}/commands/blk.c" "${firmware}/commands/devices.c"
          "${firmware}/machine.c" "${firmware}/disk.c" "${firmware}/problem.c" "${firmware}/names.c" "${firmware}/hint.c"
          "${PROJECT_SOURCE_DIR}/drivers/loop.c" "${firmware}/trace.c"
  LINK device_rig devicetree_rig)
