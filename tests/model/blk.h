/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device side of virtio-blk (virtio 1.4, 5.2): a disk in memory with a cache that only a flush
 * writes back, strict about what a driver must do, and able to be slow, to answer in any
 * order, and to lie.
 */
#ifndef MODEL_BLK_H
#define MODEL_BLK_H

#include "tests/model/model.h"

extern const struct model_class model_blk_class;

enum {
	MODEL_BLK_SECTORS = 256, /* sectors that exist; the capacity may be another number */
	MODEL_BLK_HELD = 64,
	MODEL_BLK_KINDS = 32,
};

/* Feature bits and request types, as the specification numbers them (5.2.3, 5.2.6). */
enum {
	MODEL_BLK_F_SIZE_MAX = 1,
	MODEL_BLK_F_SEG_MAX = 2,
	MODEL_BLK_F_RO = 5,
	MODEL_BLK_F_BLK_SIZE = 6,
	MODEL_BLK_F_FLUSH = 9,
	MODEL_BLK_F_TOPOLOGY = 10,
	MODEL_BLK_F_CONFIG_WCE = 11,
	MODEL_BLK_F_MQ = 12,
	MODEL_BLK_F_DISCARD = 13,
	MODEL_BLK_F_WRITE_ZEROES = 14,
	MODEL_BLK_F_LIFETIME = 15,
	MODEL_BLK_F_SECURE_ERASE = 16,
	MODEL_BLK_F_ZONED = 17,
	MODEL_BLK_IN = 0,
	MODEL_BLK_OUT = 1,
	MODEL_BLK_FLUSH = 4,
	MODEL_BLK_GET_ID = 8,
	MODEL_BLK_GET_LIFETIME = 10,
	MODEL_BLK_DISCARD = 11,
	MODEL_BLK_WRITE_ZEROES = 13,
	MODEL_BLK_SECURE_ERASE = 14,
};

/* Offsets of fields in config space (5.2.4). */
enum {
	MODEL_BLK_CAPACITY = 0,
	MODEL_BLK_SIZE_MAX = 8,
	MODEL_BLK_SEG_MAX = 12,
	MODEL_BLK_BLK_SIZE = 20,
	MODEL_BLK_PHYSICAL_EXP = 24,
	MODEL_BLK_ALIGNMENT = 25,
	MODEL_BLK_MIN_IO = 26,
	MODEL_BLK_OPT_IO = 28,
	MODEL_BLK_WRITEBACK = 32,
	MODEL_BLK_NUM_QUEUES = 34,
	MODEL_BLK_DISCARD_SECTORS = 36,
	MODEL_BLK_DISCARD_SEG = 40,
	MODEL_BLK_DISCARD_ALIGN = 44,
	MODEL_BLK_ZEROES_SECTORS = 48,
	MODEL_BLK_ZEROES_SEG = 52,
	MODEL_BLK_ZEROES_UNMAP = 56,
	MODEL_BLK_ERASE_SECTORS = 60,
	MODEL_BLK_ERASE_SEG = 64,
	MODEL_BLK_ERASE_ALIGN = 68,
	MODEL_BLK_ZONED_MODEL = 92,
	MODEL_BLK_CONFIG_BYTES = 96,
};

struct model_blk {
	/* Behaviour. All zero: the device answers correctly, at once and in order. */
	bool hold;	   /* keep requests until model_blk_finish() */
	bool lie_status;   /* answer with `status`, whatever the device did */
	bool no_status;	   /* never write a status byte */
	bool fail, unsupp; /* answer IOERR or UNSUPP, and do nothing */
	/* At GET_ID, which no feature bit covers, the device asks for a reset, never answers, or
	 * answers UNSUPP. */
	bool id_breaks, id_silent, id_unsupp;
	bool shrunk; /* the capacity has become smaller, and the driver does not know it yet */
	uint8_t status;
	uint32_t short_by; /* a read returns so many bytes less, and the used length says so */
	bool len_lie;	   /* claim `len` as used length */
	uint32_t len;
	char id[20];	  /* NUL-terminated unless it fills all */
	uint8_t id_bytes; /* bytes of it that are written; 0: all 20 */

	/* The contents of the disk, and what happened so far. */
	uint8_t disk[MODEL_BLK_SECTORS * 512];	  /* as reads see it */
	uint8_t durable[MODEL_BLK_SECTORS * 512]; /* the contents after a power cut */
	unsigned long count[MODEL_BLK_KINDS];	  /* requests by type */
	uint32_t flags;				  /* of the latest range */
	unsigned most_segments;			  /* descriptors of data in one request */
	uint32_t longest;			  /* of them, in bytes */
	struct mq_chain held[MODEL_BLK_HELD];
	unsigned held_queue[MODEL_BLK_HELD];
	unsigned long served[MODEL_QUEUES]; /* requests by queue */
	unsigned nheld;
};

/* Fill `cfg` for a disk: class, state, one queue of `max` descriptors (more: model_blk_queues()),
 * and config space with sensible values. `sectors` is the capacity that the device reports. */
void model_blk_config(struct model_config *cfg, struct model_blk *b, uint32_t version,
		      uint64_t features, uint32_t max, uint64_t sectors);

/* `n` queues of `max` descriptors. With MODEL_BLK_F_MQ config space has this number. */
void model_blk_queues(struct model_config *cfg, unsigned n, uint32_t max);

/* Put a little-endian number into config space, before the driver starts. */
void model_blk_set(struct model_config *cfg, unsigned off, unsigned width, uint64_t v);

/* With `hold`: answer request `i` of those that are held. The later ones move up. */
void model_blk_finish(struct model *m, unsigned i);

#endif
