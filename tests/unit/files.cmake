# SPDX-License-Identifier: BSD-2-Clause
# Partition tables and file systems, built by hand; real ones are in tests/files.
foreach(topic IN ITEMS part tree fat ext ext_kinds iso iso_walks cache)
  picovirtio_host_test(unit.${topic} SOURCES ${topic}_test.c LINK picovirtio::files)
endforeach()
