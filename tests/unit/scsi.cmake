# SPDX-License-Identifier: BSD-2-Clause
# virtio-scsi against its device model, and the judge of it.
picovirtio_driver_tests(PACKED scsi scsi_event scsi_request scsi_result scsi_task scsi_answer)
picovirtio_model_tests(model_scsi)
