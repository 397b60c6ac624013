/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/watch.h"

#include <lwip/priv/tcp_priv.h> /* the list of connections */

/* Each of lwIP's connections keeps one value for us: the second in which it was first seen without
 * an owner, plus 1. 0: it has an owner. */
static u8_t since;

void watch_start(void)
{
	since = tcp_ext_arg_alloc_id();
}

/* If lwIP has no free connection, a new one replaces the connection of the lowest priority that was
 * silent for the longest time. */
static err_t half_open(u8_t id, struct tcp_pcb_listen *listener, struct tcp_pcb *pcb)
{
	(void)id;
	(void)listener;
	tcp_setprio(pcb, TCP_PRIO_MIN);
	return ERR_OK;
}

static int listen_on(struct tcp_pcb *pcb, uint16_t port, struct tcp_pcb **listener)
{
	static const struct tcp_ext_arg_callbacks callbacks = { .passive_open = half_open };

	ip_set_option(pcb, SOF_REUSEADDR);
	if (tcp_bind(pcb, IP_ANY_TYPE, port) != ERR_OK)
		return VIO_EBUSY;
	*listener = tcp_listen(pcb);
	if (!*listener)
		return VIO_ENOMEM;
	tcp_ext_arg_set_callbacks(*listener, since, &callbacks);
	return VIO_OK;
}

int watch_listen(uint16_t port, tcp_accept_fn accepted, struct tcp_pcb **listener)
{
	struct tcp_pcb *pcb = tcp_new();

	if (!pcb)
		return VIO_ENOMEM;
	const int rc = listen_on(pcb, port, listener);
	if (rc == VIO_OK)
		tcp_accept(*listener, accepted);
	else
		tcp_close(pcb);
	return rc;
}

static void own(struct tcp_pcb *pcb, void *arg, tcp_recv_fn received, tcp_err_fn failed)
{
	tcp_arg(pcb, arg);
	tcp_recv(pcb, received);
	tcp_err(pcb, failed);
}

struct tcp_pcb *watch_new(tcp_recv_fn received, tcp_err_fn failed)
{
	struct tcp_pcb *pcb = tcp_new();

	if (pcb)
		own(pcb, NULL, received, failed);
	return pcb;
}

void watch_accepted(struct tcp_pcb *pcb, void *arg, tcp_recv_fn received, tcp_err_fn failed)
{
	tcp_setprio(pcb, TCP_PRIO_NORMAL);
	own(pcb, arg, received, failed);
}

static void disown(struct tcp_pcb *pcb)
{
	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL); /* lwIP then discards received data, and closes after the peer */
	tcp_sent(pcb, NULL);
	tcp_poll(pcb, NULL, 0);
	tcp_err(pcb, NULL);
	tcp_setprio(pcb, TCP_PRIO_MIN);
}

void watch_close(struct tcp_pcb *pcb)
{
	disown(pcb);
	if (tcp_shutdown(pcb, 0, 1) != ERR_OK)
		tcp_abort(pcb);
}

void watch_reset(struct tcp_pcb *pcb)
{
	disown(pcb);
	tcp_abort(pcb);
}

static void look_at(struct tcp_pcb *pcb, uintptr_t now)
{
	const uintptr_t first = (uintptr_t)tcp_ext_arg_get(pcb, since);

	if (pcb->errf)
		tcp_ext_arg_set(pcb, since, NULL);
	else if (first == 0)
		tcp_ext_arg_set(pcb, since, (void *)(now + 1));
	else if (now + 1 - first > WATCH_S)
		tcp_abort(pcb);
}

/* Resetting a connection without an owner calls nothing back, so the rest of the list stays
 * valid. */
void watch_sweep(uint32_t now)
{
	struct tcp_pcb *next;

	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = next) {
		next = pcb->next;
		look_at(pcb, now);
	}
}
