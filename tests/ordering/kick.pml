/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From driver to device: may a request be seen half written, or not be seen at all?
 * (virtio 1.4, 2.7.13; docs/ordering.md)
 *
 * The driver's stores go through a buffer that gives them to memory in any order, as RVWMO
 * and Armv8 allow; its loads see memory at once. A fence waits until the buffer is empty. The
 * device is a correct one: it announces what it has seen, looks once more, and sleeps.
 *
 * Leaving out a fence (-DNO_WMB, -DNO_MB) must give a counterexample.
 */
#define N 3 /* requests, one a batch */

byte ring[N], avail_idx, avail_event; /* memory that both sides see */
bool bell;                            /* QueueNotify was written */

bool ring_waits[N], idx_waits; /* in the driver's store buffer */
byte idx_value;

#define EMPTY (!ring_waits[0] && !ring_waits[1] && !ring_waits[2] && !idx_waits)

active proctype buffer()
{
	byte i;
end:	do
	:: atomic { ring_waits[0] -> ring[0] = 1; ring_waits[0] = false }
	:: atomic { ring_waits[1] -> ring[1] = 2; ring_waits[1] = false }
	:: atomic { ring_waits[2] -> ring[2] = 3; ring_waits[2] = false }
	:: atomic { idx_waits -> avail_idx = idx_value; idx_waits = false }
	od
}

active proctype driver()
{
	byte old, event;
	do
	:: old < N ->
		ring_waits[old] = true; /* descriptors and ring entry */
#ifndef NO_WMB
		EMPTY; /* vio_wmb() in publish */
#endif
		atomic { idx_value = old + 1; idx_waits = true };
#ifndef NO_MB
		EMPTY; /* vio_mb() in publish */
#endif
		event = avail_event;
		if
		:: event == old -> bell = true
		:: else
		fi;
		old++
	:: else -> break
	od
}

active proctype device()
{
	byte seen;
	do
	:: seen == N -> break
	:: seen < N ->
		avail_event = seen;
		if
		:: avail_idx != seen ->
			assert(ring[seen] == seen + 1);
			seen++
		:: avail_idx == seen ->
			bell -> bell = false
		fi
	od
}
