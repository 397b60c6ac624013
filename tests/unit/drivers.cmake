# SPDX-License-Identifier: BSD-2-Clause
# Transport and drivers against the device model.
add_library(device_rig STATIC device_rig.c)
set_target_properties(device_rig PROPERTIES C_EXTENSIONS OFF)
target_link_libraries(device_rig PUBLIC picovirtio_drivers picovirtio_test_model
                                        "${PICOVIRTIO_CMOCKA}"
                                 PRIVATE picovirtio_warnings)
# cmocka's assert macros store pointers and enums in its own integer type.
target_compile_options(device_rig PRIVATE -Wno-conversion)

foreach(topic IN ITEMS mmio mmio_queue config start negotiate queue_open packed_open device service
                       quarantine console console_receive console_config console_control
                       console_nonsense console_send rng explain quirk request options
                       queue_reset suspend shm still_clock two_devices)
  picovirtio_host_test(unit.${topic} SOURCES ${topic}_test.c LINK device_rig)
endforeach()

# Without what few devices offer.
picovirtio_host_test(unit.no_extensions SOURCES no_extensions_test.c LINK device_rig)

# Once more, with packed rings on version 2 (rig_plug() of device_rig.c).
foreach(topic IN ITEMS config start device service quarantine console console_receive console_config
                       console_control console_nonsense console_send rng quirk queue_reset suspend request
                       two_devices
                       blk blk_config blk_change blk_lies blk_wait blk_queues
                       net net_lies net_config net_merge net_control net_announce net_checksum
                       net_offload)
  add_test(NAME unit.packed.${topic}
           COMMAND "${CMAKE_COMMAND}" -E env RIG_PACKED=1 $<TARGET_FILE:unit.${topic}>)
  set_tests_properties(unit.packed.${topic} PROPERTIES TIMEOUT 1200 LABELS host
    ENVIRONMENT "UBSAN_OPTIONS=print_stacktrace=1;ASAN_OPTIONS=detect_stack_use_after_return=1")
endforeach()
