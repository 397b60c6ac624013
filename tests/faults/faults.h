/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fault points. A scenario brings a modelled device up, works with it and stops it. Each of its
 * interactions with the world is a point: a read or write of a register, a store of the device
 * into memory, a call for memory or for a mapping, a look at the clock. A run corrupts one point,
 * or two, in one way. Whatever the fault is, the run has to end within a bound, every request has
 * to come back once, and a second device has to go on.
 */
#ifndef FAULTS_H
#define FAULTS_H

#include <picovirtio/device.h>
#include "tests/host_platform.h"

enum point_kind {
	POINT_READ,   /* a register or a field of config space is read */
	POINT_WRITE,  /* a register is written */
	POINT_STORE,  /* the device writes into a ring or a buffer */
	POINT_MEMORY, /* the platform gives memory, or maps some */
	POINT_CLOCK,  /* the platform tells the time */
	POINT_KINDS
};

enum { FAULTS_MAX = 2, POINTS_MAX = 4096, WORLD_AT = 0x10001000, WORLD_LEN = 0x200 };

struct fault {
	uint32_t point; /* counted from 1; 0: none */
	unsigned way;	/* modulo fault_ways() of the point's kind */
};

struct scene;

/* What can be set up of a run. */
struct setting {
	const struct scene *scene;
	uint32_t version;
	uint64_t features; /* of the ring, such as RING_PACKED */
};

/* A class of devices, with what a program does with it. The functions work on static state, since
 * one device exists at a time. */
struct scene {
	const char *name;
	bool only_probe; /* nothing but the probe of the registers */
	bool fails; /* the device asks for a reset in the middle of its work, and is restarted */
	void (*config)(struct model_config *cfg, const struct setting *s);
	/* Prepare the driver's instance. NULL: no memory. */
	struct vio_device *(*init)(struct vio_transport *t, const struct vio_platform *p);
	void (*work)(struct model *m,
		     unsigned turn); /* the work of the program and of the host in each turn */
	unsigned (*out)(void);	     /* the number of requests in flight */
};

extern const struct scene scenes[];
extern const unsigned scenes_count;

struct world {
	struct host_platform p; /* first, since the platform's functions get a pointer to it */
	struct model m;
	struct vio_host_window w;
	const struct setting *setting;
	struct fault fault[FAULTS_MAX];
	uint64_t random;
	uint32_t points;	  /* so far */
	uint8_t kind[POINTS_MAX]; /* enum point_kind, of the points so far */
	bool gone, deaf,
		mute; /* from now on reads return all ones, and writes and stores are lost */
	bool no_memory, no_clock;  /* from now on */
	uint32_t stuck_at, stuck;  /* from now on this register reads this; 0: none */
	uint32_t last_read[0x100]; /* of each register, for the way "as before" */
	bool lied, lied_in_registers;
};

extern struct world world;

/* The next of a series of numbers, which is always the same. */
uint32_t fault_draw(uint64_t *state);

/* The number of ways in which a point of this kind can be corrupted. */
unsigned fault_ways(enum point_kind kind);

/* Set up the platform and the model of a setting, with hooks at the points of both. */
void world_open(const struct setting *s);
void world_close(void);

/* End the program with a line that says what is wrong, in which setting and with which faults. */
void world_fail(const char *why) __attribute__((noreturn));

/* The line itself. */
void world_tell(const char *why);

#endif
