/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device that overwrites everything it can access. Whatever it does, the library makes no wrong
 * access (the sanitizers check that), and every request comes back exactly once.
 */
#include "tests/random/traffic.h"

/* A broken queue does nothing any more, and reports that it is broken. */
static void check_broken(struct traffic *t)
{
	const struct vq_seg seg = { t->bytes_at, 1 };
	struct vq_done d;

	EXPECT(t, vq_reap(&t->vq, &d) == VIO_EDEVICE);
	EXPECT(t, vq_submit(&t->vq, &seg, 1, 0, NULL) == VIO_EDEVICE);
	EXPECT(t, !vq_publish(&t->vq) && vq_has_used(&t->vq) && vq_arm(&t->vq));
}

/* False: the queue has broken. */
static bool reap(struct traffic *t)
{
	struct vq_done d;
	const int rc = vq_reap(&t->vq, &d);

	EXPECT(t, rc == 1 || rc == 0 || rc == VIO_EDEVICE);
	if (rc < 0)
		return false;
	if (rc == 1) {
		const struct request *r = traffic_returned(t, d.cookie);

		EXPECT(t, d.written <= r->writable);
		t->reaped++;
	}
	return true;
}

/* Mostly a completion that is correct except for its length, so that the traffic continues. Now and
 * then anything. */
static void attack(struct traffic *t)
{
	if (traffic_random(24) == 0)
		mq_scribble(&t->mq, traffic_random(UINT32_MAX));
	else if (traffic_random(48) == 0)
		mq_put_used(&t->mq, traffic_random(t->mq.set.size), 1);
	else
		mq_answer_batch(&t->mq, t->kind.in_order ? 1 + traffic_random(4) : 1,
				traffic_random(2 * TRAFFIC_BYTES));
}

bool traffic_hostile(struct traffic *t, unsigned steps)
{
	bool fine = true;

	t->mq.forgiving = true; /* from here on the state of the model is not maintained */
	for (unsigned i = 0; i < steps && fine; i++) {
		switch (traffic_random(10)) {
		case 0:
		case 1: traffic_submit(t, TRAFFIC_SEGS); break;
		case 2:
		case 3: t->kicks += vq_publish(&t->vq); break;
		case 4:
		case 5: fine = reap(t); break;
		case 6:
			(void)vq_has_used(&t->vq);
			if (traffic_random(2))
				(void)vq_arm(&t->vq);
			else
				vq_disarm(&t->vq);
			break;
		default: attack(t); break;
		}
	}
	if (!fine)
		check_broken(t);
	mq_close(&t->mq);
	traffic_drain(t);
	return !fine;
}
