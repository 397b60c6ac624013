# SPDX-License-Identifier: BSD-2-Clause
# virtio-fs against its device model, and the judge of it.
picovirtio_driver_tests(PACKED fs fs_request fs_lies)
picovirtio_model_tests(model_fs)
# From there, and from virtio-9p, to files/.
set(firmware "${PROJECT_SOURCE_DIR}/firmware")
foreach(test folder folder_fs)
  picovirtio_host_test(unit.${test}
    SOURCES ${test}_test.c "${firmware}/disks/folder.c" "${firmware}/disks/folder_p9.c" "${firmware}/disks/folder_fs.c"
            "${firmware}/disks/folder_node.c" "${firmware}/disks/folder_read.c" "${firmware}/disks/folder_write.c" "${firmware}/disks/folder_files.c"
            "${firmware}/words/failure.c"
    LINK device_rig picovirtio::files)
endforeach()
