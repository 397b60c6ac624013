/* SPDX-License-Identifier: BSD-2-Clause */
/* A station at 10.0.2.2 that answers to datagrams of the firmware, one for each turn of the loop.
 */
#ifndef TCPIP_UDP_H
#define TCPIP_UDP_H

#include "tcpip_rig.h"

/* Any other than these ports is not looked at. The answer goes to `to` and comes from `*from`; its
 * length, or 0. */
typedef size_t (*udp_answer_fn)(const uint8_t *data, size_t n, uint16_t to, uint16_t *from,
				uint8_t *answer, size_t room);

static udp_answer_fn udp_answers;

static void udp_turn(void)
{
	uint8_t f[VIO_NET_FRAME_MAX], data[VIO_NET_FRAME_MAX];

	if (wire.queued == 0)
		return;
	const uint8_t *q = wire.queue[wire.first];
	wire.first = (wire.first + 1) % WIRE_QUEUE;
	wire.queued--;
	if (q[12] != 8 || q[13] != 0 || q[23] != 17)
		return;
	const size_t n = (size_t)(q[38] << 8 | q[39]) - 8;
	const uint16_t ours_is = (uint16_t)(q[34] << 8 | q[35]),
		       to = (uint16_t)(q[36] << 8 | q[37]);
	uint16_t from = to;
	const size_t answer = udp_answers(q + 42, n, to, &from, data, sizeof(data) - 42);
	if (answer == 0)
		return;
	udp(f, 42 + answer, from, ours_is);
	memcpy(f + 42, data, answer);
	seal(f, 42 + answer);
	receive(f, 42 + answer);
}

#endif
