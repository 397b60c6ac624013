# SPDX-License-Identifier: BSD-2-Clause
# What commands print and which registers they touch: their sources over the device model.
set(firmware "${PROJECT_SOURCE_DIR}/firmware")
picovirtio_host_test(unit.commands
  SOURCES commands_test.c class_features.c "${firmware}/commands/blk.c" "${firmware}/commands/verb.c" "${firmware}/commands/dt.c" "${firmware}/commands/devices.c"
          "${firmware}/words/machine.c" "${firmware}/disks/disk.c" "${firmware}/disks/blk.c" "${firmware}/devices/wait.c" "${firmware}/devices/lack.c" "${firmware}/words/failure.c" "${firmware}/words/complain.c" "${firmware}/words/outside.c" "${firmware}/words/names.c" "${firmware}/console/hint.c"
          "${PROJECT_SOURCE_DIR}/drivers/loop.c" "${firmware}/devices/trace.c"
  LINK device_rig devicetree_rig)
picovirtio_host_test(unit.failure_numbers
  SOURCES failure_numbers_test.c "${firmware}/words/failure.c"
  LINK picovirtio_drivers)
