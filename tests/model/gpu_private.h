/* SPDX-License-Identifier: BSD-2-Clause */
/* What gpu.c and gpu_resource.c share. */
#ifndef MODEL_GPU_PRIVATE_H
#define MODEL_GPU_PRIVATE_H

#include "tests/model/gpu.h"

/* The words of a command after its header. */
struct model_gpu_command {
	uint32_t type, flags;
	uint64_t fence;
	uint32_t word[8];
	const uint8_t *runs; /* of ATTACH */
};

/* Carry out a command on resources. Returns the type of the answer. */
uint32_t model_gpu_run_command(struct model *m, const struct model_gpu_command *c);

/* UPDATE_CURSOR and MOVE_CURSOR. */
void model_gpu_move_cursor(struct model_gpu *g, const struct model_gpu_command *c);

/* Delete all resources. */
void model_gpu_forget(struct model_gpu *g);

#endif
