# SPDX-License-Identifier: BSD-2-Clause
# virtio-fs against its device model, and the judge of it.
picovirtio_driver_tests(PACKED fs fs_request fs_lies)
picovirtio_model_tests(model_fs)
