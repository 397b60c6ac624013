# SPDX-License-Identifier: BSD-2-Clause
# virtio-9p against its device model, and the judge of it.
picovirtio_driver_tests(PACKED p9 p9_request)
picovirtio_model_tests(model_p9)
