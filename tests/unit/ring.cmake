# SPDX-License-Identifier: BSD-2-Clause
# The ring alone, with memory that the test writes itself.
picovirtio_host_test(unit.virtqueue SOURCES virtqueue_test.c LINK picovirtio::virtqueue)
picovirtio_host_test(unit.reap SOURCES reap_test.c LINK picovirtio::virtqueue)
picovirtio_host_test(unit.split SOURCES split_test.c LINK picovirtio::virtqueue)
picovirtio_host_test(unit.split_size SOURCES split_size_test.c LINK picovirtio::virtqueue)
picovirtio_host_test(unit.static SOURCES static_test.c LINK picovirtio::virtqueue)

# What VQ_STATIC refuses does not compile, and says why.
function(picovirtio_refused name words)
  add_test(NAME unit.static_${name}
           COMMAND "${CMAKE_C_COMPILER}" -std=c11 -fsyntax-only -DVIO_HOST
                   "-I${PROJECT_SOURCE_DIR}/virtqueue/include" "-I${PROJECT_SOURCE_DIR}/board/include"
                   ${ARGN} "${CMAKE_CURRENT_SOURCE_DIR}/static_test.c")
  set_tests_properties(unit.static_${name} PROPERTIES
    PASS_REGULAR_EXPRESSION "VQ_STATIC: ${words}" LABELS host TIMEOUT 1200)
endfunction()
picovirtio_refused(size_6 "the size" -DSIZE=6)
picovirtio_refused(size_0 "the size" -DSIZE=0)
picovirtio_refused(size_65536 "the size" -DSIZE=65536)
picovirtio_refused(align_2 "the alignment" -DALIGN=2)
picovirtio_refused(align_12 "the alignment" -DALIGN=12)

picovirtio_host_test(unit.packed SOURCES packed_test.c LINK picovirtio::virtqueue)
picovirtio_host_test(unit.packed_reap SOURCES packed_reap_test.c LINK picovirtio::virtqueue)
picovirtio_host_test(unit.packed_length SOURCES packed_length_test.c LINK picovirtio::virtqueue)
picovirtio_host_test(unit.packed_in_order SOURCES packed_in_order_test.c LINK picovirtio::virtqueue)
picovirtio_host_test(unit.in_order SOURCES in_order_test.c LINK picovirtio::virtqueue)

# The transport as it is without version 1.
picovirtio_host_test(unit.no_legacy SOURCES no_legacy_test.c LINK picovirtio_test_model)

# What no run on one core shows: where barriers are, and that words are loaded once.
picovirtio_host_test(unit.split_order SOURCES split_order_test.c)
picovirtio_host_test(unit.packed_order SOURCES packed_order_test.c)
