/* SPDX-License-Identifier: BSD-2-Clause */
/* cp: from any disk to a folder of the host. */
#include <picovirtio/files.h>
#include "firmware/console/command.h"
#include "firmware/commands/files.h"
#include "firmware/commands/place.h"
#include "firmware/words/complain.h"
#include "firmware/words/machine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct copy {
	struct place *to;
	struct vio_files_node file;
	uint64_t bytes;
	uint32_t crc;
	int rc;
};

static bool write_piece(void *arg, uint64_t at, const char *bytes, size_t n)
{
	struct copy *x = arg;

	x->rc = vio_files_write(&x->to->v, &x->file, at, bytes, (uint32_t)n);
	x->crc = vio_files_crc(x->crc, bytes, n);
	x->bytes = at + n;
	return x->rc == VIO_OK;
}

/* The file gets its name when it is complete. */
static void copy(const struct command_context *c, struct place *from, struct place *to,
		 const char *name)
{
	struct copy x = { .to = to };

	x.rc = vio_files_create(&to->v, &to->node, name, &x.file);
	if (x.rc == VIO_OK) {
		const bool whole = files_each_piece(c, "cp", from, UINT64_MAX, write_piece, &x);
		const int rc = vio_files_finish(&to->v, &to->node, name, &x.file, whole);

		if (!whole && x.rc == VIO_OK)
			return; /* the error was printed when the read failed */
		x.rc = whole ? rc : x.rc;
	}
	if (x.rc == VIO_ENOTSUP)
		complain("cp: %s on disk %u is read-only here; a folder of the host can be "
			 "written\n",
			 to->v.name, to->d.number);
	else if (x.rc == VIO_OK)
		printf("%08" PRIx32 "  %" PRIu64 "  %s\n", x.crc, x.bytes, name);
	else
		complain("cp: %s: after %" PRIu64 " bytes: %s\n", name, x.bytes,
			 place_why(to, x.rc));
}

static bool has_folder(void)
{
	struct disk d;
	unsigned n = 0;

	while (disk_find(n, &d) && !d.class->mount)
		n++;
	return d.class;
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const int first = place_words(argc - 1, argv + 1);
	static char source[VIO_FILES_NAME];
	struct place from, to;
	const char *name;

	if (!has_folder()) {
		machine_lacks("cp", "folder of the host",
			      "-fsdev local,id=f,path=FOLDER,security_model=none "
			      "-device virtio-9p-device,fsdev=f,mount_tag=NAME");
		return;
	}
	if (argc - 1 <= first) {
		complain("use: cp [D:P] FILE [D:P] TARGET\n");
		return;
	}
	if (!place_find("cp", first, argv + 1, &from))
		return;
	const char *const slash = strrchr(from.full, '/');
	snprintf(source, sizeof(source), "%s", slash + 1);
	if (place_find_new("cp", argc - 1 - first, argv + 1 + first, source, &to, &name)) {
		if (from.node.kind != VIO_FILES_FILE)
			complain("cp: %s: that is not a file\n", source);
		else
			copy(c, &from, &to, name);
		place_end(&to);
	}
	place_end(&from);
}

/* Find each of the two places. */
static void complete(const struct command_context *c, int argc, char **argv, struct completion *out)
{
	const int first = place_words(argc - 1, argv + 1), gone = argc - 1 >= first ? first : 0;

	place_complete(c, argc - gone, argv + gone, out);
}

extern const struct command command_cp;
const struct command command_cp = {
	.name = "cp",
	.args = "[D:P] FILE [D:P] TARGET",
	.help = "copy a file of any disk to a folder of the host",
	.least = 2,
	.most = 4,
	.complete = complete,
	.run = run,
};
