# SPDX-License-Identifier: BSD-2-Clause
# For planted bugs (tests/mutants/) that the other tests cannot see.
picovirtio_host_test(unit.mutant_gaps SOURCES mutant_gaps_test.c)
picovirtio_host_test(unit.packed_gaps SOURCES packed_gaps_test.c)
picovirtio_host_test(unit.mutant_gaps_device
  SOURCES mutant_gaps_device_test.c device_rig.c
  LINK picovirtio_drivers picovirtio_test_model)
