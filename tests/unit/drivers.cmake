# SPDX-License-Identifier: BSD-2-Clause
# Transport and drivers against the device model.
add_library(device_rig STATIC device_rig.c)
set_target_properties(device_rig PROPERTIES C_EXTENSIONS OFF)
target_link_libraries(device_rig PUBLIC picovirtio_drivers picovirtio_test_model
                                        "${PICOVIRTIO_CMOCKA}"
                                 PRIVATE picovirtio_warnings)
# cmocka's assert macros store pointers and enums in its own integer type.
target_compile_options(device_rig PRIVATE -Wno-conversion)

foreach(topic IN ITEMS mmio mmio_queue config start negotiate queue_open device beat quarantine
                       console console_receive console_config console_control console_nonsense
                       rng explain quirk)
  picovirtio_host_test(unit.${topic} SOURCES ${topic}_test.c LINK device_rig)
endforeach()
