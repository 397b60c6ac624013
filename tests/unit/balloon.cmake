# SPDX-License-Identifier: BSD-2-Clause
# virtio-balloon against its device model, and the judge of it.
picovirtio_driver_tests(PACKED balloon balloon_pages)
picovirtio_model_tests(model_balloon)
