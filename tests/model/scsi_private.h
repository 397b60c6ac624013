/* SPDX-License-Identifier: BSD-2-Clause */
/* What scsi.c and scsi_unit.c share. */
#ifndef MODEL_SCSI_PRIVATE_H
#define MODEL_SCSI_PRIVATE_H

#include "tests/model/scsi.h"

/* Carry out a command on its unit. The driver sends the `nout` bytes `out`, and has `room` bytes
 * for the answer. */
void model_scsi_run_command(struct model *m, const struct model_scsi_command *c, const uint8_t *out,
			    uint64_t nout, uint64_t room, struct model_scsi_answer *a);

struct model_scsi_unit *model_scsi_find(struct model_scsi *h, uint8_t target, uint16_t lun);

uint64_t model_scsi_be(const uint8_t *p, unsigned bytes);

#endif
