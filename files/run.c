/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading what lies in a row, for directories and for files without blocks for data. */
#include "files/cache.h"

#include <string.h>

int vio_files_run_read(struct vio_files *v, struct vio_files_node *n, uint64_t at, void *p,
		       uint32_t len)
{
	struct vio_files_run r;
	int rc = v->format->map(v, n, at, len, &r);

	if (rc <= 0)
		return rc;
	if (len > r.bytes)
		len = (uint32_t)r.bytes;
	if (r.hole)
		memset(p, 0, len);
	else
		rc = vio_files_get(&v->disk, r.at, p, len);
	return rc < 0 ? rc : (int)len;
}

int vio_files_run_read_whole(struct vio_files *v, struct vio_files_node *n, uint64_t at, void *p,
			     uint32_t len)
{
	const int rc = vio_files_run_read(v, n, at, p, len);

	return rc < 0 || (uint32_t)rc == len ? rc : VIO_EFORMAT;
}
