# SPDX-License-Identifier: BSD-2-Clause
# What virtio-net does when its link comes back.
picovirtio_host_test(unit.net_link SOURCES net_link_test.c LINK device_rig)
