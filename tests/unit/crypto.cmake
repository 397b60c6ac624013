# SPDX-License-Identifier: BSD-2-Clause
# virtio-crypto against its device model, and the judge of it.
picovirtio_driver_tests(PACKED crypto crypto_lies)
picovirtio_model_tests(model_crypto)
