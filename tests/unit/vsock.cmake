# SPDX-License-Identifier: BSD-2-Clause
# virtio-vsock against its device model, and the judge of it.
picovirtio_driver_tests(PACKED vsock vsock_lies vsock_message)
picovirtio_model_tests(model_vsock)
