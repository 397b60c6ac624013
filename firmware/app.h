/* SPDX-License-Identifier: BSD-2-Clause */
/* All that the firmware is made of; there is one, in main.c. */
#ifndef FIRMWARE_APP_H
#define FIRMWARE_APP_H

#include <picovirtio/loop.h>
#include "firmware/network/net.h"
#include "firmware/network/nic_echo.h"
#include "firmware/devices/probe.h"
#include "firmware/console/shell.h"
#include <picovirtio/terminal.h>
#include "firmware/devices/trace.h"

struct app {
	struct vio_loop loop;
	struct probe probe;
	struct vio_terminal terminal;
	struct shell shell;
	struct trace trace;
	struct net net;
	struct nic nic;
};

#endif
