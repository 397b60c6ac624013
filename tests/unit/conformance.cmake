# SPDX-License-Identifier: BSD-2-Clause
# Rules of docs/conformance.md that no other test would miss.
picovirtio_host_test(unit.conformance SOURCES conformance_test.c LINK device_rig)
picovirtio_host_test(unit.conformance_barrier SOURCES conformance_barrier_test.c)
picovirtio_host_test(unit.conformance_probe
  SOURCES conformance_probe_test.c class_features.c "${PROJECT_SOURCE_DIR}/firmware/words/names.c"
          "${PROJECT_SOURCE_DIR}/firmware/devices/quirks.c" "${PROJECT_SOURCE_DIR}/firmware/devices/bootargs.c"
  LINK device_rig devicetree_rig)
picovirtio_host_test(unit.devicetree_linear
  SOURCES devicetree_linear_test.c class_features.c "${PROJECT_SOURCE_DIR}/firmware/words/names.c"
          "${PROJECT_SOURCE_DIR}/firmware/devices/quirks.c" "${PROJECT_SOURCE_DIR}/firmware/devices/bootargs.c"
  LINK device_rig devicetree_rig)
