# SPDX-License-Identifier: BSD-2-Clause
# Warnings are errors while this is the project that is built. Inside another project, what the
# parent's flags say of our code is not the parent's business: no warning, and so no error.
add_library(picovirtio_warnings INTERFACE)
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(picovirtio_warnings INTERFACE
    $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -Wpedantic -Wconversion -Wshadow
    -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wundef -Werror>)
else()
  target_compile_options(picovirtio_warnings INTERFACE -w)
endif()
