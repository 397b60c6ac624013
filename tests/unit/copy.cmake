# SPDX-License-Identifier: BSD-2-Clause
# The board's memcpy() and memset(), under other names. Without the sanitizers: a word that is read
# may have bytes beside those that are copied, never on another page.
add_library(copy_under_test OBJECT "${PROJECT_SOURCE_DIR}/board/common/copy.c")
target_compile_definitions(copy_under_test PRIVATE memcpy=copy_under_test memset=set_under_test)
target_compile_options(copy_under_test PRIVATE -O2 -fno-builtin)
target_link_libraries(copy_under_test PRIVATE picovirtio_warnings)
picovirtio_host_test(unit.copy SOURCES copy_test.c LINK copy_under_test)
