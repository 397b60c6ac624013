/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtio-mmio device as the specification describes it (virtio 1.4, 4.2):
 * the register file of version 1 or 2, strict about what a driver must do,
 * over the queues of queue.h. It shares nothing with the code under test.
 *
 *     model_init(&m, &config);     then plug it in: host_plug() of tests/host_platform.h
 *     ... the driver runs ...
 *     model_run(&m);               the device's turn: it serves the queues that were kicked
 *     model_done(&m);
 *
 * Any rule that the driver breaks ends in model_fail() of rule.h.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "tests/model/queue.h"

enum {
	MODEL_QUEUES = 64,
	MODEL_CONFIG_BYTES = 256, /* config space, at offset 0x100 */
	MODEL_REGS = 0x100,
	MODEL_REGIONS = 2, /* of shared memory, ids 0 and 1 */
};

#define MODEL_NEVER UINT32_MAX

struct model;

/* One field of config space. */
struct model_field {
	uint16_t off;
	uint8_t width;	   /* 1, 2, 4; 8: two accesses of 4 */
	uint64_t features; /* one of these must be offered (config-003); 0: always there */
	bool writable;
	bool any_time; /* may be written in any state (emerg_wr of the console) */
};

/* Feature bit `bit` may be accepted together with bit `needs` alone (feat-002). */
struct model_dependency {
	uint8_t bit, needs;
};

/* A device class; see console.h and rng.h. All functions may be NULL. */
struct model_class {
	const char *name;
	uint32_t device_id;
	uint64_t features;		  /* class bits that the specification defines */
	const struct model_field *fields; /* NULL: any aligned access within config_bytes */
	unsigned nfields;
	const struct model_dependency *dependencies;
	unsigned ndependencies;
	bool shared_memory; /* the device type has shared memory regions (2.10) */
	/* What chains of the queue may contain, and the rule for that. */
	enum mq_role (*role)(const struct model *m, unsigned queue, const char **rule);
	void (*serve)(struct model *m, unsigned queue); /* the queue was kicked */
	void (*driver_ok)(struct model *m);
	void (*reset)(struct model *m);
	void (*config_written)(struct model *m, uint32_t off, uint32_t value);
	void (*config_read)(struct model *m, uint32_t off, unsigned width); /* before it */
	/* Check what the driver must have done at the end of the test. */
	void (*check)(struct model *m);
};

struct model_config {
	uint32_t version;	       /* 1 or 2; others for probing */
	const struct model_class *cls; /* NULL: an empty slot (DeviceID 0) */
	void *state;		       /* of the class */
	uint64_t features;	       /* offered */
	struct model_memory *memory;
	uint32_t queue_max[MODEL_QUEUES]; /* QueueSizeMax; 0: no such queue */
	uint8_t config[MODEL_CONFIG_BYTES];
	uint32_t config_bytes; /* of config space that exist */
	/* Shared memory regions as the registers show them; length 0: all ones, there is none. */
	struct vio_span region[MODEL_REGIONS];
	bool probed; /* the test does not probe, so any register may be accessed at once */
};

/* What the device does wrong or late. All zero: nothing. The test may change this at any time. A
 * count of MODEL_NEVER means always. */
struct model_faults {
	uint32_t magic, version, device_id; /* if not 0: read instead of the true value */
	uint32_t reset_reads;		    /* Status reads until a reset is over */
	uint8_t status_set;		    /* Status bits that are always read as set */
	uint8_t status_clear; /* Status bits that never stick: 8 refuses FEATURES_OK, 4 DRIVER_OK */
	bool need_all_features;	    /* FEATURES_OK sticks only if every offered bit was accepted */
	bool feature_alias;	    /* every feature word but 0 reads (and writes) as word 1 */
	bool queue_busy;	    /* QueueReady or QueuePFN is not 0 from the start */
	bool queue_refused;	    /* QueueReady or QueuePFN does not stick */
	bool queue_stuck;	    /* QueueReady or QueuePFN stays after 0 was written */
	bool ignore_queue_size;	    /* uses QueueSizeMax as ring size */
	uint32_t queue_reset_reads; /* QueueReset reads until a queue is reset */
	bool queue_reset_ignored;   /* QueueReset does nothing and reads 0 (QEMU 7.2) */
	bool queue_reset_lies;	/* QueueReset and QueueReady read 0, but the device continues with
				   the old ring; its address registers have no effect */
	uint32_t suspend_reads; /* Status reads until a suspend or resume is over */
	bool select_ignored;	/* QueueSel has no effect: every queue is queue 0 */
	uint32_t generation_moves; /* ConfigGeneration reads that differ from the one before */
	uint32_t interrupt_set;	   /* InterruptStatus bits that are always read as set */
	bool interrupt_stuck;	   /* InterruptACK clears nothing */
	bool silent;		   /* notifications are ignored */
	bool loses;		   /* the next request of queue `loses_of` never comes back */
	uint8_t loses_of;
	bool old;  /* an access to a register that is newer than virtio 1.0 ends the test */
	bool gone; /* every register reads all ones, writes are ignored */
};

/* Register accesses by kind. */
struct model_counts {
	unsigned long notifies; /* QueueNotify writes */
	unsigned long reads;	/* register reads, config space included */
	unsigned long writes;	/* register writes other than QueueNotify, config space included */
	unsigned long resets, interrupts;
	unsigned long read_at[MODEL_REGS / 4], written_at[MODEL_REGS / 4]; /* by offset / 4 */
	unsigned long config_reads, config_writes;
};

/* A queue as the registers set it up; private. */
struct model_queue_regs {
	uint32_t size, align, pfn;
	uint64_t desc, avail, used;
	uint8_t written; /* which of size and the six address words were written */
	bool max_read, idle_read, ready, read_back_due;
	bool resetting, reset_unseen, was_reset,
		zombie; /* QueueReset; zombie: of a reset that was a lie */
	uint32_t reset_left;
};

struct model {
	struct model_config cfg;
	struct model_faults faults;
	struct model_counts counts;
	bool serve_on_kick; /* serve inside the QueueNotify write, not in model_run() */
	bool overwrites;    /* overwrite device-readable buffers, see struct mq */
	bool batch;	    /* IN_ORDER: one used entry for a whole batch, if that is allowed */

	/* Called after each register access, with its value, to act between two accesses of the
	 * driver. It may call every function of the model. */
	void (*on_access)(struct model *m, void *ctx, bool write, uint32_t off, uint32_t value);
	/* Replace any value that is read. */
	uint32_t (*on_read)(struct model *m, void *ctx, uint32_t off, unsigned width,
			    uint32_t value);
	void *ctx; /* of both */
	/* Called when the interrupt line rises. */
	void (*on_interrupt)(struct model *m, void *ctx);

	/* The state of the device. Read only. */
	uint8_t status;
	uint64_t accepted; /* DriverFeatures as written */
	uint32_t interrupt_status, generation;
	struct mq queue[MODEL_QUEUES];
	bool kicked[MODEL_QUEUES];

	/* Private. */
	struct model_queue_regs regs[MODEL_QUEUES];
	uint32_t queue_sel, device_sel, driver_sel, page_size, reset_left, events_seen;
	uint8_t probe;		/* the registers that the driver has read: enum model_probe */
	uint8_t status_written; /* by the driver, since the last reset */
	uint8_t status_stale;	/* read until the reset is over */
	uint8_t words_written;	/* feature words, since the last reset */
	uint32_t shm_sel, suspend_left;
	uint8_t suspend;		     /* enum model_suspend */
	uint64_t suspend_seen[MODEL_QUEUES]; /* chains that were available then */
	bool shm_selected;
	bool queue_selected, device_sel_fresh, driver_sel_fresh;
	bool was_reset, resetting, reset_unseen; /* reset_unseen: Status not read as 0 yet */
	bool features_closed;			 /* the accepted mask was judged */
	bool features_seen;			 /* FEATURES_OK was read back as set */
	bool features_refused;			 /* ... or as clear */
};

void model_init(struct model *m, const struct model_config *cfg);
void model_done(struct model *m);

/* One register access of the driver, for host_plug() or for a test. */
uint32_t model_read(struct model *m, uint32_t off, unsigned width);
void model_write(struct model *m, uint32_t off, unsigned width, uint32_t value);

/* Let the device run, after the driver. Every notification that the device asked for must have
 * arrived; otherwise a rule is broken. Then the device serves the queues that were notified. */
void model_run(struct model *m);

/* Call this at the end of a test: what the device owns is unchanged, and the driver has done all
 * that it must. */
void model_check(struct model *m);

/* mq_complete(), and an interrupt if the driver wants one. */
void model_complete(struct model *m, unsigned queue, uint16_t head, uint32_t len);

/* Change config space while the driver runs, with a new generation and an interrupt. */
void model_config_change(struct model *m, uint32_t off, const void *src, size_t len);

/* The device fails: NEEDS_RESET, and a configuration interrupt if it is live (2.1.2). */
void model_needs_reset(struct model *m);

/* Raise the line with these InterruptStatus bits. */
void model_interrupt(struct model *m, uint32_t bits);

#endif
