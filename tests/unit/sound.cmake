# SPDX-License-Identifier: BSD-2-Clause
# virtio-sound against its device model, and the judge of it.
picovirtio_driver_tests(PACKED sound)
picovirtio_model_tests(model_sound)
