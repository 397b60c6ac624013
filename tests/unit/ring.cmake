# SPDX-License-Identifier: BSD-2-Clause
# The ring alone, with memory that the test writes itself.
picovirtio_host_test(unit.virtqueue SOURCES virtqueue_test.c LINK picovirtio::virtqueue)
picovirtio_host_test(unit.reap SOURCES reap_test.c LINK picovirtio::virtqueue)
picovirtio_host_test(unit.split SOURCES split_test.c LINK picovirtio::virtqueue)
picovirtio_host_test(unit.split_size SOURCES split_size_test.c LINK picovirtio::virtqueue)
