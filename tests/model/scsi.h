/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device side of virtio-scsi (virtio 1.4, 5.6): a host with disks and CD-ROMs in memory, strict
 * about what a driver must do, and able to be slow, to answer in any order, and to lie.
 */
#ifndef MODEL_SCSI_H
#define MODEL_SCSI_H

#include "tests/model/model.h"

enum {
	MODEL_SCSI_F_HOTPLUG = 1,
	MODEL_SCSI_F_CHANGE = 2,
	MODEL_SCSI_UNITS = 8,
	MODEL_SCSI_BYTES = 32768, /* bytes of a unit that exist; others read as 0 */
	MODEL_SCSI_HELD = 64,
	MODEL_SCSI_DATA = 65536, /* most bytes of one answer */
	MODEL_SCSI_SENSE = 96,
	MODEL_SCSI_ATTENTIONS = 8,

	/* Events (5.6.6.3). */
	MODEL_SCSI_TRANSPORT_RESET = 1,
	MODEL_SCSI_PARAM_CHANGE = 3,
	MODEL_SCSI_RESCAN = 1,
	MODEL_SCSI_REMOVED = 2,
};

/* Where a field of config space is (5.6.4). */
enum {
	MODEL_SCSI_NUM_QUEUES = 0,
	MODEL_SCSI_SEG_MAX = 4,
	MODEL_SCSI_MAX_SECTORS = 8,
	MODEL_SCSI_CMD_PER_LUN = 12,
	MODEL_SCSI_EVENT_INFO_SIZE = 16,
	MODEL_SCSI_SENSE_SIZE = 20,
	MODEL_SCSI_CDB_SIZE = 24,
	MODEL_SCSI_MAX_CHANNEL = 28,
	MODEL_SCSI_MAX_TARGET = 30,
	MODEL_SCSI_MAX_LUN = 32,
	MODEL_SCSI_CONFIG_BYTES = 36,
};

extern const struct model_class model_scsi_class;

struct model_scsi_unit {
	bool there;
	uint8_t target;
	uint16_t lun;
	uint8_t type; /* 0: disk, 5: CD-ROM */
	bool removable, no_medium, write_protected, write_through, thin;
	bool shrunk; /* the driver cannot know the capacity */
	bool old;    /* does not implement the 16-byte commands */
	uint32_t block;
	uint64_t blocks;
	uint16_t attention[MODEL_SCSI_ATTENTIONS]; /* ASC and ASCQ that the unit reports, in this
						      order */
	unsigned nattention;
	uint8_t data[MODEL_SCSI_BYTES];
	unsigned long flushes;
	uint64_t unmapped_at; /* the latest range */
	uint32_t unmapped;
};

/* An answer to the driver. */
struct model_scsi_answer {
	uint32_t sense_len, residual;
	uint8_t status, response;
	uint8_t sense[MODEL_SCSI_SENSE];
	uint8_t data[MODEL_SCSI_DATA];
	uint32_t ndata;	  /* bytes of `data` that are written */
	bool no_response; /* the header is not written */
	bool len_lie;	  /* `len` is the used length */
	uint32_t len;
};

struct model_scsi_command {
	struct mq_chain chain;
	uint8_t target;
	uint16_t lun;
	uint8_t tag[8], cdb[32];
};

struct model_scsi {
	/* What the device is, and what it does wrong. */
	struct model_scsi_unit unit[MODEL_SCSI_UNITS];
	bool hold;     /* take commands and keep them: model_scsi_finish() */
	bool reversed; /* complete the commands of one notification in reverse order */
	/* Called with each answer before it is sent. NULL: the answers are correct. */
	void (*lie)(struct model_scsi *h, const struct model_scsi_command *c,
		    struct model_scsi_answer *a);
	uint8_t task_answer; /* if not 0: the response of task management */
	/* What the driver did. */
	unsigned long count[256]; /* commands by their first byte */
	unsigned long tasks[8];	  /* by subtype */
	unsigned most;		  /* commands at once */
	struct model_scsi_command held[MODEL_SCSI_HELD];
	unsigned nheld;
	uint8_t latest[32]; /* the latest command block */
	bool looked[256];   /* targets that were asked for their LUNs */
	/* Private. */
	bool owed[256], lost, owed_all;
};

/* Fill `cfg`: class, state, three queues of `max` descriptors, and sensible values. */
void model_scsi_config(struct model_config *cfg, struct model_scsi *h, uint32_t version,
		       uint64_t features, uint32_t max);

/* Put a little-endian number into config space, before the driver starts. */
void model_scsi_set(struct model_config *cfg, unsigned off, unsigned width, uint32_t v);

/* Add a unit of 512-byte blocks (disk) or 2048-byte blocks (CD-ROM) that fills all its bytes. */
struct model_scsi_unit *model_scsi_add(struct model_scsi *h, uint8_t type, uint8_t target,
				       uint16_t lun);

/* With `hold`: answer command `i` of those that are held. The later ones move up. */
void model_scsi_finish(struct model *m, unsigned i);

/* Send an event. It is lost if there is no buffer. */
void model_scsi_event(struct model *m, uint32_t event, uint8_t target, uint16_t lun,
		      uint32_t reason);

/* Send these 16 bytes as an event, with this used length. False: there is no buffer. */
bool model_scsi_send_raw(struct model *m, const uint8_t *p, uint32_t claim);

/* Fill an answer with CHECK CONDITION and sense data of the fixed format. */
void model_scsi_check(struct model_scsi_answer *a, uint8_t key, uint16_t code);

#endif
