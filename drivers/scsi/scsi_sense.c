/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi: sense data (SPC-4, 4.5), and results in words. */
#include "drivers/scsi/scsi_internal.h"

enum {
	FIXED = 0x70, /* 0x71: of an earlier command; 0x72 and 0x73: the other format */
	DESCRIPTORS = 0x72,
	ANY = 0xff, /* the qualifier does not matter */
};

/* Bytes that were not reported are 0. */
struct vio_scsi_sense vio_scsi_decode(const uint8_t *p, uint32_t n)
{
	struct vio_scsi_sense s = { 0 };
	const unsigned format = n > 0 ? p[0] & 0x7e : 0;

	if (format == FIXED) {
		s.key = n > 2 ? p[2] & 0xf : 0;
		s.asc = n > 12 ? p[12] : 0;
		s.ascq = n > 13 ? p[13] : 0;
	} else if (format == DESCRIPTORS) {
		s.key = n > 1 ? p[1] & 0xf : 0;
		s.asc = n > 2 ? p[2] : 0;
		s.ascq = n > 3 ? p[3] : 0;
	}
	return s;
}

/* The first row that matches applies. */
static const struct {
	uint8_t asc, ascq;
	const char *words;
} codes[] = {
	{ 0x00, 0x06, "input/output error of the unit" },
	{ 0x04, 0x01, "the unit is becoming ready" },
	{ 0x04, ANY, "the unit is not ready" },
	{ 0x0c, ANY, "write error" },
	{ 0x11, ANY, "the medium cannot be read there" },
	{ 0x20, ANY, "the unit does not know the command" },
	{ 0x21, ANY, "the block is out of range" },
	{ 0x24, ANY, "the unit does not know a field of the command" },
	{ 0x25, ANY, "no such logical unit" },
	{ 0x27, ANY, "write-protected" },
	{ 0x28, ANY, "the medium may have changed" },
	{ 0x29, ANY, "the unit was reset" },
	{ 0x2a, 0x09, "the capacity has changed" },
	{ 0x2a, ANY, "the parameters of the unit have changed" },
	{ 0x3a, ANY, "no medium" },
	{ 0x3f, 0x0e, "the units of the target have changed" },
	{ 0x44, ANY, "internal failure of the unit" },
	{ 0x53, ANY, "the medium cannot be loaded or ejected" },
};

static const char *const keys[16] = {
	[0x1] = "recovered error", [0x2] = "not ready",	      [0x3] = "medium error",
	[0x4] = "hardware error",  [0x5] = "illegal request", [0x6] = "unit attention",
	[0x7] = "data protect",	   [0x8] = "blank check",     [0xa] = "copy aborted",
	[0xb] = "aborted command", [0xd] = "volume overflow", [0xe] = "miscompare",
};

const char *vio_scsi_words(struct vio_scsi_sense sense)
{
	for (unsigned i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (codes[i].asc == sense.asc &&
		    (codes[i].ascq == ANY || codes[i].ascq == sense.ascq))
			return codes[i].words;
	}
	return keys[sense.key & 0xf] ? keys[sense.key & 0xf] : "no sense data";
}

static const char *status_words(const struct vio_scsi_request *r)
{
	switch (r->status) {
	case SCSI_GOOD:
	case SCSI_CONDITION_MET:
		return r->err == VIO_OK ? "done" : "the unit returned less data than requested";
	case SCSI_CHECK: return vio_scsi_words(r->sense);
	case SCSI_UNIT_BUSY: return "the unit is busy";
	case SCSI_SET_FULL: return "the unit has too many commands";
	case SCSI_TASK_ABORTED: return "aborted by another";
	case 0x18: return "reserved by another";
	default: return "the unit reports an unknown status";
	}
}

const char *vio_scsi_why(const struct vio_scsi_request *r)
{
	static const char *const responses[] = {
		[1] = "the device returned too much data",
		[SCSI_ABORTED] = "aborted",
		[SCSI_BAD_TARGET] = "no such target",
		[SCSI_RESET] = "the unit or its bus was reset",
		[SCSI_BUSY] = "the device is busy",
		[6] = "the transport to the unit failed",
		[7] = "the target failed",
		[8] = "the path to the unit failed",
		[9] = "the device failed the command",
		[SCSI_INCORRECT_LUN] = "no such logical unit",
	};

	if (r->response == SCSI_UNWRITTEN)
		return vio_strerror(r->err);
	if (r->response == SCSI_OK)
		return status_words(r);
	if (r->response < sizeof(responses) / sizeof(responses[0]) && responses[r->response])
		return responses[r->response];
	return "the device reports an unknown response";
}
