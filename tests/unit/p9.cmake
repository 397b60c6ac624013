# SPDX-License-Identifier: BSD-2-Clause
# virtio-9p against its device model, and the judge of it.
picovirtio_driver_tests(PACKED p9 p9_request)
picovirtio_model_tests(model_p9)
# From there to files/.
set(firmware "${PROJECT_SOURCE_DIR}/firmware")
picovirtio_host_test(unit.folder
  SOURCES folder_test.c "${firmware}/disks/folder.c" "${firmware}/disks/folder_node.c"
          "${firmware}/disks/folder_read.c" "${firmware}/disks/folder_write.c" "${firmware}/disks/folder_files.c" "${firmware}/words/failure.c"
  LINK device_rig picovirtio::files)
