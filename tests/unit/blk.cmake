# SPDX-License-Identifier: BSD-2-Clause
# virtio-blk against its device model, and the judge of it.
picovirtio_driver_tests(PACKED blk blk_config blk_change blk_lies blk_wait blk_queues)
picovirtio_driver_tests(blk_id blk_plain)
picovirtio_model_tests(model_blk)
