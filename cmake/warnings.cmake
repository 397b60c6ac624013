# SPDX-License-Identifier: BSD-2-Clause
# Warnings are errors, for our own targets only: users of the libraries keep theirs.
add_library(picovirtio_warnings INTERFACE)
target_compile_options(picovirtio_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -Wpedantic -Wconversion -Wshadow
  -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wundef -Werror>)
