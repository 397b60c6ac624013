/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From device to driver: may the loop read a completion half written, or sleep past it?
 * (virtio 1.4, 2.7.7, 2.7.14, 4.2.3.4; docs/ordering.md)
 *
 * The driver's store of used_event goes through a buffer; its load of a used entry may be
 * done ahead of the load of the index unless a fence forbids it. The interrupt controller
 * latches the rise of the line, as QEMU's PLIC does: a line that stays high raises nothing.
 *
 * Leaving out a fence (-DNO_RMB, -DNO_MB) or consuming a token after looking
 * (-DACK_LATE: InterruptACK, -DCLAIM_LATE: the controller's) must give a counterexample.
 *
 * With -DPACKED the flags of each entry take the place of the index (2.8.14, 2.8.22).
 */
#define N 3 /* requests, all with the device */

byte used[N], used_event; /* memory that both sides see */
#ifdef PACKED
bool used_flags[N];
#define SHOW(i) used_flags[i] = true
#define READY(i) (used_flags[i])
#else
byte used_idx;
#define SHOW(i) used_idx = i + 1
#define READY(i) (used_idx != i)
#endif
bool isr;                           /* InterruptStatus: the line is high */
bool pending;                       /* latched in the interrupt controller */

bool event_waits; /* in the driver's store buffer */
byte event_value;

active proctype buffer()
{
end:	do
	:: atomic { event_waits -> used_event = event_value; event_waits = false }
	od
}

active proctype device()
{
	byte i, event;
	do
	:: i < N ->
		used[i] = i + 1;
		SHOW(i);
		event = used_event;
		if
		:: event == i ->
			atomic {
				if
				:: !isr -> isr = true; pending = true
				:: else
				fi
			}
		:: else
		fi;
		i++
	:: else -> break
	od
}

inline look()
{
	do
	:: true ->
#ifdef NO_RMB
		entry = used[seen % N]; /* ahead of the index */
#endif
		if
		:: seen < N && READY(seen) -> skip
		:: else -> break
		fi;
#ifndef NO_RMB
		entry = used[seen]; /* vio_rmb() keeps it here */
#endif
		assert(entry == seen + 1);
		seen++;
		found = true
	od
}

active proctype driver()
{
	byte seen, entry;
	bool found;
	do
	:: seen == N -> break
	:: seen < N ->
		found = false;
		look(); /* vio_device_poll() */
#ifndef ACK_LATE
		isr = false; /* vio_device_service() */
#endif
		atomic { event_value = seen; event_waits = true }; /* vio_device_arm() */
#ifndef NO_MB
		!event_waits; /* vio_mb() in arm */
#endif
		found = false;
		look();
#ifdef ACK_LATE
		isr = false;
#endif
#ifdef CLAIM_LATE
		pending = false;
#endif
		if
		:: found || seen == N
		:: else ->
			pending; /* wfi */
#ifndef CLAIM_LATE
			pending = false
#endif
		fi
	od
}
