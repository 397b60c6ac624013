/* SPDX-License-Identifier: BSD-2-Clause */
/* A table of partitions. */
#include <picovirtio/part.h>

void vio_part_add(const struct vio_files_disk *d, struct vio_part_table *t,
		  const struct vio_part *p)
{
	struct vio_files_disk window;

	if (!vio_files_part(d, p->first, p->bytes, &window))
		t->bad++;
	else if (t->n == VIO_PART_MAX)
		t->more = true;
	else
		t->part[t->n++] = *p;
}

const struct vio_part *vio_part_find(const struct vio_part_table *t, unsigned number)
{
	for (unsigned i = 0; i < t->n; i++) {
		if (t->part[i].number == number)
			return &t->part[i];
	}
	return NULL;
}
