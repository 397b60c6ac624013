# SPDX-License-Identifier: BSD-2-Clause
# drivers/probe.c, over trees that are written here.
picovirtio_host_test(unit.probe SOURCES probe_test.c LINK device_rig devicetree_rig)
picovirtio_host_test(unit.app SOURCES app_test.c "${PROJECT_SOURCE_DIR}/stdio/app.c" LINK device_rig devicetree_rig)
picovirtio_host_test(unit.class_init SOURCES class_init_test.c
                     LINK picovirtio_drivers picovirtio_test_model)
