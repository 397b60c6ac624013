/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-crypto: memory, configuration and life cycle. */
#include "drivers/crypto/crypto_internal.h"

enum {
	DEVICE_TYPE = 20,
	DATA_QUEUE = 0,
	HW_READY = 1,
	RING_MIN = VIO_CRYPTO_PARTS,
	/* Offsets in config space (5.9.4). */
	AT_STATUS = 0,
	AT_DATA_QUEUES = 4,
	AT_SERVICES = 8,
	AT_CIPHERS = 12,
	AT_HASHES = 20,
	AT_MACS = 24,
	AT_AEADS = 32,
	AT_CIPHER_KEY = 36,
	AT_AUTH_KEY = 40,
	AT_MAX_SIZE = 48,
};

/* The host may compute on another machine. */
#define TIMEOUT_NS UINT64_C(30000000000)

struct vio_crypto *vio_crypto_of(struct vio_device *d)
{
	return d && d->driver == &vio_crypto_driver ? crypto_of(d) : NULL;
}

/* ---- Memory ---- */

static void take_memory(struct vio_crypto *c, struct vio_room *room)
{
	const size_t n = c->slots;

	c->data_priv = vio_room_take(room, VQ_PRIVATE_BYTES(n * VIO_CRYPTO_PARTS));
	c->control_priv = vio_room_take(room, VQ_PRIVATE_BYTES(VIO_CRYPTO_CONTROL_RING));
	c->free = vio_room_take(room, n * sizeof(*c->free));
	c->header = vio_room_take(room, n * sizeof(*c->header));
	c->answer = vio_room_take(room, n * sizeof(*c->answer));
	for (c->nfree = 0; c->nfree < c->slots; c->nfree++)
		c->free[c->nfree] = c->nfree;
}

int vio_crypto_init(struct vio_crypto *c, struct vio_transport *t, const struct vio_platform *p,
		    const struct vio_crypto_options *o)
{
	static const struct vio_crypto_options defaults;
	struct vio_room room;

	o = o ? o : &defaults;
	c->slots = o->requests ? o->requests : VIO_CRYPTO_REQUESTS;
	if (!vio_is_power_of_two(c->slots, VIO_CRYPTO_REQUESTS_MAX))
		return VIO_EINVAL;
	int rc = vio_room_open(&room, p, o->memory, o->bytes, VIO_CRYPTO_MEMORY((size_t)c->slots));
	if (rc < 0)
		return rc;
	take_memory(c, &room);
	vio_device_init(&c->device, t, p, &vio_crypto_driver);
	return VIO_OK;
}

static int init(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		const void *options)
{
	return vio_crypto_init(crypto_of(d), t, p, options);
}

/* ---- Configuration ---- */

static int read_ready(struct vio_crypto *c)
{
	uint32_t status = 0;
	const int rc = vio_device_config(&c->device, AT_STATUS, &status, sizeof(status));

	c->ready = rc == VIO_OK && (status & HW_READY) != 0;
	return rc;
}

static int read_info(struct vio_crypto *c)
{
	struct vio_crypto_info *i = &c->info;
	uint32_t word[8] = { 0 };
	static const uint8_t at[] = { AT_CIPHERS,  AT_CIPHERS + 4, AT_HASHES,	  AT_MACS,
				      AT_MACS + 4, AT_AEADS,	   AT_CIPHER_KEY, AT_AUTH_KEY };
	int rc = vio_device_config(&c->device, AT_DATA_QUEUES, &i->data_queues,
				   sizeof(i->data_queues));

	if (rc == VIO_OK)
		rc = vio_device_config(&c->device, AT_SERVICES, &i->services, sizeof(i->services));
	for (unsigned n = 0; rc == VIO_OK && n < sizeof(at); n++)
		rc = vio_device_config(&c->device, at[n], &word[n], sizeof(word[n]));
	if (rc == VIO_OK)
		rc = vio_device_config(&c->device, AT_MAX_SIZE, &i->bytes_max,
				       sizeof(i->bytes_max));
	i->algorithms[VIO_CRYPTO_CIPHER] = word[0] | (uint64_t)word[1] << 32;
	i->algorithms[VIO_CRYPTO_HASH] = word[2];
	i->algorithms[VIO_CRYPTO_MAC] = word[3] | (uint64_t)word[4] << 32;
	i->algorithms[VIO_CRYPTO_AEAD] = word[5];
	i->cipher_key_max = word[6];
	i->auth_key_max = word[7];
	return rc;
}

/* The index of the control queue follows from the number of data queues, so a device with an
 * invalid number is refused. */
static int check_queues(struct vio_crypto *c)
{
	if (c->info.data_queues > 0 && c->info.data_queues <= VIO_CRYPTO_QUEUES_MAX)
		return VIO_OK;
	vio_device_protocol_error(&c->device, DATA_QUEUE, VIO_CRYPTO_NO_QUEUES);
	return VIO_EDEVICE;
}

/* ---- Life cycle ---- */

/* One data queue is enough (5.9.5). */
static int start(struct vio_device *d)
{
	struct vio_crypto *c = crypto_of(d);
	int rc = read_info(c);

	c->starts++;
	if (rc == VIO_OK)
		rc = check_queues(c);
	if (rc < 0)
		return rc;
	const struct vio_queue_options data = { .index = DATA_QUEUE,
						.max = (uint16_t)(c->slots * VIO_CRYPTO_PARTS),
						.least = RING_MIN,
						.priv = c->data_priv,
						.request_done = vio_crypto_request_done,
						.timeout = TIMEOUT_NS };
	const struct vio_queue_options control = { .index = (uint16_t)c->info.data_queues,
						   .max = VIO_CRYPTO_CONTROL_RING,
						   .least = RING_MIN,
						   .priv = c->control_priv,
						   .request_done = vio_crypto_session_done,
						   .timeout = TIMEOUT_NS };
	rc = vio_queue_open(d, &c->data, &data);
	if (rc == VIO_OK)
		rc = vio_queue_open(d, &c->control, &control);
	return rc < 0 ? rc : read_ready(c);
}

static void config_changed(struct vio_device *d)
{
	struct vio_crypto *c = crypto_of(d);
	const bool before = c->ready;

	read_ready(c);
	if (before != c->ready && c->changed)
		c->changed(c);
}

static const char *const codes[] = {
	[VIO_CRYPTO_NO_QUEUES - 1] = "max_dataqueues is 0, or too large",
};

const struct vio_driver vio_crypto_driver = {
	.codes = codes,
	.ncodes = sizeof(codes) / sizeof(codes[0]),
	.name = "virtio-crypto",
	.device_type = DEVICE_TYPE,
	.replayable = true, /* the same text has the same result */
	.state_size = sizeof(struct vio_crypto),
	.init = init,
	.start = start,
	.config_changed = config_changed,
};

const struct vio_feature vio_crypto_features[] = {
	{ 0, "REVISION_1" },
	{ 1, "CIPHER_STATELESS_MODE" },
	{ 2, "HASH_STATELESS_MODE" },
	{ 3, "MAC_STATELESS_MODE" },
	{ 4, "AEAD_STATELESS_MODE" },
	{ 5, "AKCIPHER_STATELESS_MODE" },
	{ 0, NULL },
};
