# SPDX-License-Identifier: BSD-2-Clause
# Transport and drivers against the device model.
add_library(device_rig STATIC device_rig.c)
set_target_properties(device_rig PROPERTIES C_EXTENSIONS OFF)
target_link_libraries(device_rig PUBLIC picovirtio_drivers picovirtio_test_model
                                        "${PICOVIRTIO_CMOCKA}"
                                 PRIVATE picovirtio_warnings)
# cmocka's assert macros store pointers and enums in its own integer type.
target_compile_options(device_rig PRIVATE -Wno-conversion)

picovirtio_driver_tests(mmio mmio_queue negotiate queue_open packed_open explain options shm still_clock)
picovirtio_driver_tests(PACKED config start device service quarantine quirk request queue_reset suspend two_devices
  console console_receive console_config console_control console_nonsense console_send rng)

# Without what few devices offer.
picovirtio_driver_tests(no_extensions)
