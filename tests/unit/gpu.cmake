# SPDX-License-Identifier: BSD-2-Clause
# virtio-gpu against its device model, and the judge of it.
picovirtio_driver_tests(PACKED gpu gpu_command gpu_edid)
picovirtio_model_tests(model_gpu)
# The shell on it; the font is the test's.
set(screen "${PROJECT_SOURCE_DIR}/firmware/screen")
picovirtio_host_test(unit.text SOURCES text_test.c "${screen}/text.c" "${PROJECT_SOURCE_DIR}/stdio/utf8.c")
picovirtio_host_test(unit.screen
  SOURCES screen_test.c "${screen}/screen.c" "${screen}/text.c" "${screen}/picture.c"
          "${PROJECT_SOURCE_DIR}/stdio/output.c" "${PROJECT_SOURCE_DIR}/stdio/utf8.c"
  LINK device_rig)
