# SPDX-License-Identifier: BSD-2-Clause
# virtio-sound against its device model, and the judge of it; the heads of WAV files.
picovirtio_driver_tests(PACKED sound sound_memory)
picovirtio_model_tests(model_sound)
picovirtio_host_test(unit.wav SOURCES wav_test.c "${PROJECT_SOURCE_DIR}/firmware/sound/wav.c" LINK device_rig)
