/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-scsi (virtio 1.4, 5.6): a SCSI host with disks and CD-ROMs. The driver looks for logical
 * units by itself, and again when the host plugs one in or out. A unit is named by its target and
 * its logical unit number (LUN).
 *
 *     vio_scsi_init(&s, transport, platform, NULL);
 *     s.changed = fn;                called after each change of the units in s.unit[]
 *     vio_device_start(&s.device);
 *     struct vio_scsi_request r = { .op = VIO_SCSI_READ, .unit = &s.unit[0], ... .done = fn };
 *     vio_scsi_submit(&s, &r);       repeat for further requests
 *     vio_scsi_kick(&s);             the device sees all of them
 *     (vio_device_poll)              calls fn(&s, &r) with the result in r.err
 *
 * UNITS. `block`, `blocks` and the capacity count blocks of the unit, of unit->block_bytes bytes:
 * 512 for most disks, 2048 for a CD-ROM.
 */
#ifndef VIO_SCSI_H
#define VIO_SCSI_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Feature bits (5.6.3). The driver accepts HOTPLUG and CHANGE. */
#define VIO_SCSI_F_HOTPLUG (UINT64_C(1) << 1)
#define VIO_SCSI_F_CHANGE  (UINT64_C(1) << 2)

enum {
	/* Defaults of struct vio_scsi_options. */
	VIO_SCSI_RING = 64,
	VIO_SCSI_REQUESTS = 16,
	VIO_SCSI_SEGS = VIO_REQUEST_BUFS - 3, /* also the largest value */
	VIO_SCSI_EVENTS = 8,
	VIO_SCSI_TASKS = 4,
	VIO_SCSI_TARGETS = 256, /* also the largest value */
	VIO_SCSI_UNITS = 16,

	VIO_SCSI_LUNS = 63,	  /* most LUNs of a target that the driver looks at */
	VIO_SCSI_LUN_MAX = 16383, /* an address has 14 bits for a LUN (5.6.6.1) */
	VIO_SCSI_CDB_BYTES = 32,
	VIO_SCSI_BLOCK_MAX = 4096, /* largest block size that is accepted */
	VIO_SCSI_ANSWER_BYTES = 8 + 8 * VIO_SCSI_LUNS,
};

/* `problem.got` of VIO_C_DRIVER: what the device did. */
enum vio_scsi_protocol_error {
	VIO_SCSI_SIZES = 1, /* cdb_size is not 32, or sense_size is not 96, after a reset (5.6.4) */
};

/* Peripheral device types (SPC-4, 6.6.2). The driver asks only these two for their capacity. */
enum vio_scsi_type { VIO_SCSI_DISK = 0, VIO_SCSI_CDROM = 5 };

/* Sense data, decoded (SPC-4, 4.5). All zero: there was none. */
struct vio_scsi_sense {
	uint8_t key, asc, ascq;
};

/* A logical unit, as the device described it. Read only. */
struct vio_scsi_unit {
	bool known;   /* the entry is in use. It keeps its address, also while `present` is false */
	bool present; /* false: unplugged, or not found again after a restart */
	uint8_t target;
	uint16_t lun;
	uint8_t type; /* enum vio_scsi_type, or another one */
	bool removable, read_only;
	bool write_back;      /* a write is durable only after a flush */
	uint32_t generation;  /* counts how often a unit was found here after none was present */
	uint64_t blocks;      /* capacity; 0: not ready, see `sense`, or invalid */
	uint32_t block_bytes; /* 512 to VIO_SCSI_BLOCK_MAX, a power of two; 0 if `blocks` is 0 */
	uint32_t unmap_max;   /* most blocks of one VIO_SCSI_UNMAP; 0: not supported */
	struct vio_scsi_sense sense; /* why the unit is not ready */
	/* Bytes outside of 0x20 to 0x7e are replaced by '?'. */
	char vendor[9], product[17], revision[5];
	bool seen; /* private */
};

enum vio_scsi_op {
	VIO_SCSI_COMMAND, /* sends `cdb` unchanged to `target` and `lun` */
	VIO_SCSI_READ,	  /* unit, block; the length of the data is a multiple of the block size */
	VIO_SCSI_WRITE,
	VIO_SCSI_FLUSH, /* unit: makes all completed writes durable */
	VIO_SCSI_UNMAP, /* unit, block, blocks: the blocks read back as undefined data */
};

struct vio_scsi;
struct vio_scsi_request;

typedef void (*vio_scsi_fn)(struct vio_scsi *s, struct vio_scsi_request *r);

/* A request. It belongs to the caller, who sets unused fields to zero. The struct stays in place
 * from submit until done(), and the memory of its data belongs to the device. */
struct vio_scsi_request {
	enum vio_scsi_op op;
	struct vio_scsi_unit *unit; /* of all operations but COMMAND */
	uint64_t block;
	uint32_t blocks; /* of UNMAP */
	/* The data: `buf` is copied at submit. `to_device` is for COMMAND. */
	const struct vio_buf *buf;
	unsigned nbuf;
	bool to_device;
	/* The address and the command block. The driver fills them for operations other than
	 * COMMAND. */
	uint8_t target;
	uint16_t lun;
	uint8_t cdb[VIO_SCSI_CDB_BYTES];
	vio_scsi_fn done; /* may submit unless err is VIO_EDEVICE; NULL: the caller checks `busy` */
	void *arg;	  /* for the caller; the driver does not use it */

	/*
	 * The result; vio_scsi_why() has it in words. VIO_ENODEV: no such unit. VIO_EBUSY: the
	 * device or unit is busy; retry later. VIO_ENOTSUP: the unit does not know the command.
	 * VIO_ERANGE, VIO_EREADONLY: the unit reports that the block is out of range, or that it is
	 * read-only. VIO_ESTOPPED: the request was aborted. VIO_EIO: the command failed otherwise,
	 * or READ returned less data than requested. VIO_EDEVICE: the request came back through a
	 * reset of the device. After the last three it is unknown which parts of the command were
	 * carried out.
	 */
	int err;
	uint32_t bytes;	  /* bytes of data that were transferred, at most the length of the data */
	uint8_t response; /* from the device (5.6.6.1); 0xff: it wrote none */
	uint8_t status;	  /* from the unit, if `response` is 0 (SAM-5, 5.3) */
	struct vio_scsi_sense sense;
	bool busy;    /* in flight: the request and the memory belong to the device */
	uint64_t tag; /* private */
};

/* Task management (5.6.6.2). */
enum vio_scsi_task_op {
	VIO_SCSI_ABORT = 0,	   /* ends `request` as aborted, unless it has just ended */
	VIO_SCSI_ABORT_ALL = 1,	   /* all requests of the unit */
	VIO_SCSI_RESET_TARGET = 4, /* an I_T nexus reset: all requests of the target */
	VIO_SCSI_RESET_UNIT = 5,   /* all requests of the unit come back */
};

/* A task. It belongs to the caller, and stays in place until done(). */
struct vio_scsi_task {
	enum vio_scsi_task_op op;
	uint8_t target;
	uint16_t lun;
	const struct vio_scsi_request *request; /* for ABORT; the driver reads its address only */
	void (*done)(struct vio_scsi *s, struct vio_scsi_task *t); /* as of a request */
	void *arg;

	int err;	  /* VIO_OK, VIO_ENOTSUP: rejected, VIO_ENODEV, VIO_EIO, VIO_EDEVICE */
	uint8_t response; /* of the device (5.6.6.2); 0xff: it wrote none */
	bool busy;
};

/* The driver's state of a request, a task or an event in flight. Private. */
struct vio_scsi_slot {
	struct vio_request device; /* first member: the queue returns a pointer to it */
	struct vio_scsi_slot *next;
	union {
		struct vio_scsi_request *request;
		struct vio_scsi_task *task;
	};
	struct vio_buf *buf;
	uint8_t *wire;	 /* ring memory: what is exchanged beside the data */
	vio_dma wire_at; /* its device address */
	uint32_t bytes;	 /* of data */
};

/* Options of an instance. All zero means the defaults. */
struct vio_scsi_options {
	/* Descriptors of the request queue, a power of two >= 4. A request takes two, one more for
	 * each piece of data, and one for UNMAP. 0: VIO_SCSI_RING */
	uint16_t ring;
	uint16_t requests; /* most in flight; 0: VIO_SCSI_REQUESTS */
	uint16_t segs;	   /* most pieces of data in a request; 0: VIO_SCSI_SEGS */
	uint16_t events;   /* event buffers, a power of two; 0: VIO_SCSI_EVENTS */
	uint16_t tasks;	   /* most in flight, a power of two; 0: VIO_SCSI_TASKS */
	uint16_t targets;  /* the driver looks at the targets below this number; 0: VIO_SCSI_TARGETS
			    */
	uint16_t units;	   /* most units that are kept; 0: VIO_SCSI_UNITS */
	/* `bytes` bytes of memory, aligned to 8, in use as long as the instance. VIO_SCSI_MEMORY()
	 * of these values (none of them 0) is enough. NULL: the platform's memory() provides the
	 * memory. */
	void *memory;
	size_t bytes;
};

#define VIO_SCSI_SLOTS(count, bufs)                                                                \
	(VIO_ROOM_BYTES((count) * sizeof(struct vio_scsi_slot)) +                                  \
	 VIO_ROOM_BYTES((count) * (bufs) * sizeof(struct vio_buf)))
#define VIO_SCSI_MEMORY(ring, requests, segs, events, tasks, units)                                \
	(VIO_ROOM_BYTES((units) * sizeof(struct vio_scsi_unit)) +                                  \
	 VIO_SCSI_SLOTS((requests) + 1, (segs) + 3) + VIO_SCSI_SLOTS(events, 1) +                  \
	 VIO_SCSI_SLOTS(tasks, 2) + VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(ring)) +                       \
	 VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(events)) + VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(2 * (tasks))))

struct vio_scsi {
	struct vio_device device; /* first member */
	/* The caller may set these two at any time. `changed` is called when the driver has looked
	 * at the units: after each start, and after each change that the host reports. It may
	 * submit. */
	void (*changed)(struct vio_scsi *s);
	void *arg;

	struct vio_scsi_unit *unit; /* `units` of them, those in use first */
	uint16_t units;		    /* read only */
	/* Counters. `errors`: requests that failed. `short_reads`: those of them that returned less
	 * data than requested. `refused`: answers, units and events that could not be used. */
	uint32_t events, errors, short_reads, refused;

	struct vio_queue control, event, request; /* private, as all below */
	void *control_priv, *event_priv, *request_priv;
	struct vio_scsi_slot *slot, *free, *event_slot, *task_slot, *free_task;
	uint8_t *shared; /* ring memory, of the first start */
	uint16_t ring, requests, segs, nevents, tasks, targets;
	uint64_t tag;
	struct {
		uint32_t seg_max, max_sectors, cmd_per_lun;
		uint16_t max_target;
		uint32_t max_lun;
	} config;
	/* The scan of the targets whose bits are set in `due`. */
	struct {
		struct vio_scsi_request request;
		struct vio_buf buf;
		uint8_t *shared;
		uint32_t due[VIO_SCSI_TARGETS / 32];
		struct vio_scsi_unit found;
		uint16_t luns[VIO_SCSI_LUNS];
		unsigned nluns, next, step, tries;
		uint8_t target;
		bool thin, running, stalled, answered;
	} scan;
};

extern const struct vio_driver vio_scsi_driver;

/* The names of the feature bits of this class, for vio_feature_name(). */
extern const struct vio_feature vio_scsi_features[];

/* Prepare a zeroed `s` for vio_device_start(&s->device). `o` is copied; NULL means the defaults.
 * `t` and `p` stay in use. VIO_ENOMEM: not enough memory. VIO_EINVAL: invalid options. */
int vio_scsi_init(struct vio_scsi *s, struct vio_transport *t, const struct vio_platform *p,
		  const struct vio_scsi_options *o);

/* The instance that contains device `d`. NULL: `d` is NULL, or of another class. */
struct vio_scsi *vio_scsi_of(struct vio_device *d);

/*
 * Submit a request. On an error nothing was submitted, and `r` is unchanged except for `err`, which
 * is also the result, and `cdb`.
 *
 * VIO_EINVAL     the length of the data is 0, not a multiple of the block size, or wrong for the
 *                operation; or there are too many pieces of data
 * VIO_ERANGE     the request reaches beyond the capacity, or is larger than the device or the unit
 *                allows
 * VIO_EREADONLY  the operation would change a read-only unit
 * VIO_ENOTSUP    the unit does not support UNMAP
 * VIO_ENODEV     the unit is unplugged, or not ready (a drive without a medium)
 * VIO_EFULL      too many requests are in flight, in all or for this unit; retry later
 * VIO_EBUSY      `r` is in flight already
 * VIO_EADDR      the device cannot reach the memory
 * VIO_EDEVICE    the device is not live
 */
int vio_scsi_submit(struct vio_scsi *s, struct vio_scsi_request *r);

/* Make all submitted requests and tasks visible to the device. Not needed in done(), since
 * vio_device_poll() does it afterwards. */
void vio_scsi_kick(struct vio_scsi *s);

/* Submit a task. VIO_EINVAL: no such operation, or the request of ABORT is not in flight.
 * VIO_ERANGE: no such LUN. VIO_EFULL: too many tasks are in flight. VIO_EBUSY and VIO_EDEVICE as
 * for requests.
 */
int vio_scsi_manage(struct vio_scsi *s, struct vio_scsi_task *t);

/* Look at a target again, for example before a removable medium is used: not every host reports a
 * change. `changed` is called afterwards. VIO_ERANGE: no such target. VIO_EDEVICE: not live. */
int vio_scsi_look(struct vio_scsi *s, uint8_t target);

/* True while the driver looks at units. */
bool vio_scsi_is_looking(const struct vio_scsi *s);

/* Sense data in words, such as "no medium". Never NULL. */
const char *vio_scsi_words(struct vio_scsi_sense sense);

/* The result of a request in words: the sense data, the status or the response. Never NULL. */
const char *vio_scsi_why(const struct vio_scsi_request *r);

#ifdef __cplusplus
}
#endif
#endif
