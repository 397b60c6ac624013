# SPDX-License-Identifier: BSD-2-Clause
# Whatever maps buffers, once more on machines where a forgotten or late map() or unmap() shows:
# behind a simulated cache that is not coherent, and behind a bounce pool (tests/host_platform.h).
# Where nothing has to be mapped, requests to a disk take a shorter way, which is tested too.
picovirtio_host_test(unit.bounce SOURCES bounce_test.c LINK picovirtio_test_model)
picovirtio_host_test(unit.dma SOURCES dma_test.c LINK device_rig)

foreach(test IN ITEMS unit.config unit.start unit.device unit.service unit.quarantine unit.queue_open
                      unit.queue_reset unit.suspend unit.quirk unit.negotiate
                      unit.console unit.console_receive unit.console_config unit.console_control
                      unit.console_nonsense unit.console_send unit.request unit.rng unit.blk unit.blk_config unit.blk_change
                      unit.blk_lies unit.blk_wait unit.net unit.net_config unit.net_lies
                      unit.net_announce unit.net_checksum unit.net_control unit.net_merge
                      unit.net_offload unit.load unit.input unit.input_events unit.gpu unit.gpu_command unit.p9 unit.p9_request unit.fs unit.fs_request
                      unit.balloon unit.balloon_pages unit.crypto unit.crypto_lies unit.vsock unit.vsock_lies unit.vsock_message
                      unit.scsi unit.scsi_request unit.scsi_result unit.scsi_task unit.sound)
  foreach(dma IN ITEMS cache bounce)
    string(REPLACE "unit." "unit.${dma}." name "${test}")
    picovirtio_host_test_again(${name} ${test} HOST_DMA=${dma})
  endforeach()
endforeach()

foreach(topic IN ITEMS blk blk_config blk_change blk_lies blk_queues blk_id)
  picovirtio_host_test_again(unit.direct.${topic} unit.${topic} HOST_DMA=direct)
endforeach()
