/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * As kick.pml, for the packed ring (virtio 1.4, 2.8.21): a batch is a chain of two
 * descriptors, which the flags of the first one open. The device looks at those alone.
 *
 * Leaving out a fence (-DNO_WMB, -DNO_MB) must give a counterexample.
 */
#define N 3	/* batches */
#define D (2*N) /* descriptors */

byte body[D], flags[D], ask; /* memory that both sides see; `ask`: a place in the ring */
bool bell;		     /* QueueNotify was written */

bool body_waits[D], flags_wait[D]; /* in the driver's store buffer */
byte waiting;

#define EMPTY (waiting == 0)

inline store_body(i)
{
	d_step { body_waits[i] = true; waiting++ }
}

inline store_flags(i)
{
	d_step { flags_wait[i] = true; waiting++ }
}

active proctype buffer()
{
	byte i;
end:	do
	:: atomic { waiting > 0 -> select(i : 0 .. D - 1) ->
		if
		:: body_waits[i] -> body_waits[i] = false; body[i] = i + 1; waiting--
		:: flags_wait[i] -> flags_wait[i] = false; flags[i] = 1; waiting--
		:: else
		fi }
	od
}

active proctype driver()
{
	byte first, asked;
	do
	:: first < D ->
		store_body(first);
		store_body(first + 1);
		store_flags(first + 1);
#ifndef NO_WMB
		EMPTY; /* vio_wmb() in publish */
#endif
		store_flags(first);
#ifndef NO_MB
		EMPTY; /* vio_mb() in publish */
#endif
		asked = ask;
		if
		:: asked == first || asked == first + 1 -> bell = true
		:: else
		fi;
		first = first + 2
	:: else -> break
	od
}

active proctype device()
{
	byte seen;
	do
	:: seen == D -> break
	:: seen < D ->
		ask = seen;
		if
		:: flags[seen] == 1 ->
			assert(body[seen] == seen + 1);
			assert(flags[seen + 1] == 1 && body[seen + 1] == seen + 2);
			seen = seen + 2
		:: flags[seen] == 0 ->
			bell -> bell = false
		fi
	od
}
