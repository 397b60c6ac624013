/* SPDX-License-Identifier: BSD-2-Clause */
/* The config space of the modelled disk, as a test needs it. */
#include "tests/model/blk.h"

void model_blk_set(struct model_config *cfg, unsigned off, unsigned width, uint64_t v)
{
	for (unsigned i = 0; i < width; i++)
		cfg->config[off + i] = (uint8_t)(v >> (8 * i));
}

void model_blk_config(struct model_config *cfg, struct model_blk *b, uint32_t version,
		      uint64_t features, uint32_t max, uint64_t sectors)
{
	*cfg = (struct model_config){
		.version = version,
		.cls = &model_blk_class,
		.state = b,
		.features = features,
		.queue_max = { max },
		.config_bytes = MODEL_BLK_CONFIG_BYTES,
	};
	model_blk_set(cfg, MODEL_BLK_CAPACITY, 8, sectors);
	model_blk_set(cfg, MODEL_BLK_SEG_MAX, 4, 8);
	model_blk_set(cfg, MODEL_BLK_BLK_SIZE, 4, 512);
	model_blk_set(cfg, MODEL_BLK_WRITEBACK, 1, 1);
	for (unsigned at = MODEL_BLK_DISCARD_SECTORS; at <= MODEL_BLK_ERASE_SECTORS; at += 12) {
		model_blk_set(cfg, at, 4, 64);
		model_blk_set(cfg, at + 4, 4, 1);
	}
	model_blk_set(cfg, MODEL_BLK_ZEROES_UNMAP, 1, 1);
}

void model_blk_queues(struct model_config *cfg, unsigned n, uint32_t max)
{
	for (unsigned i = 0; i < n; i++)
		cfg->queue_max[i] = max;
	model_blk_set(cfg, MODEL_BLK_NUM_QUEUES, 2, n);
}
