/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The version of the interface in these headers. CONTRIBUTING.md says what each number promises.
 * CMakeLists.txt reads the numbers from this file.
 */
#ifndef VIO_VERSION_H
#define VIO_VERSION_H

#define VIO_VERSION_MAJOR 0
#define VIO_VERSION_MINOR 2
#define VIO_VERSION_PATCH 0

/* For comparisons: VIO_VERSION >= VIO_VERSION_OF(0, 2, 0). */
#define VIO_VERSION_OF(major, minor, patch) ((major)*10000 + (minor)*100 + (patch))
#define VIO_VERSION			    VIO_VERSION_OF(VIO_VERSION_MAJOR, VIO_VERSION_MINOR, VIO_VERSION_PATCH)

#endif
