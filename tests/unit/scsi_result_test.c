/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi over its device model: how requests end. */
#include "tests/unit/scsi_io.h"

static struct model_scsi_answer as;
static uint32_t residual;
static bool with_residual;

static void lie(struct model_scsi *h, const struct model_scsi_command *c,
		struct model_scsi_answer *a)
{
	(void)h;
	if (c->cdb[0] != 0x28 && c->cdb[0] != 0x2a)
		return;
	if (as.response || as.status)
		a->ndata = as.ndata;
	a->response = as.response;
	a->status = as.status;
	a->sense_len = as.sense_len;
	memcpy(a->sense, as.sense, sizeof(a->sense));
	a->no_response = as.no_response;
	a->len_lie = as.len_lie;
	a->len = as.len;
	if (with_residual)
		a->residual = residual;
}

static void lying(uint32_t v)
{
	begin(v);
	memset(&as, 0, sizeof(as));
	with_residual = false;
	host.lie = lie;
}

static struct vio_scsi_request last;

static int read_one(void)
{
	last = request(VIO_SCSI_READ, 0, 512);
	return run(&last);
}

static void test_scsi_005_HD_P9SCSI_08_responses(void **state)
{
	static const struct {
		uint8_t response;
		int err;
		const char *words;
	} rows[] = {
		{ 1, VIO_EIO, "the device returned too much data" },
		{ 2, VIO_ESTOPPED, "aborted" },
		{ 3, VIO_ENODEV, "no such target" },
		{ 4, VIO_EIO, "the unit or its bus was reset" },
		{ 5, VIO_EBUSY, "the device is busy" },
		{ 6, VIO_EIO, "the transport to the unit failed" },
		{ 7, VIO_EIO, "the target failed" },
		{ 8, VIO_EIO, "the path to the unit failed" },
		{ 9, VIO_EIO, "the device failed the command" },
		{ 10, VIO_EIO, "the device reports an unknown response" },
		{ 12, VIO_ENODEV, "no such logical unit" },
		{ 13, VIO_EIO, "the device reports an unknown response" },
		{ 0xfe, VIO_EIO, "the device reports an unknown response" },
	};

	(void)state;
	lying(2);
	model_scsi_check(&as, 3, 0x1102); /* without a response of the unit it means nothing */
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const unsigned long looks = host.count[0xa0], reads = host.count[0x28];

		as.response = rows[i].response;
		assert_int_equal(read_one(), rows[i].err);
		assert_int_equal(last.response, rows[i].response);
		assert_string_equal(vio_scsi_why(&last), rows[i].words);
		assert_int_equal(host.count[0x28], reads + 1); /* sent once, and no other way */
		assert_int_equal(host.count[0xa0], looks + (rows[i].err == VIO_ENODEV));
		assert_int_equal(last.sense.key, 0);
	}
	assert_int_equal(s.errors, sizeof(rows) / sizeof(rows[0]));
	memset(&as, 0, sizeof(as));
	as.no_response = true;
	assert_int_equal(read_one(), VIO_EIO);
	assert_int_equal(last.response, 0xff);
	as.no_response = false;
	assert_int_equal(read_one(), VIO_OK);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_status_of_the_unit(void **state)
{
	static const struct {
		uint8_t status;
		int err;
		const char *words;
	} rows[] = {
		{ 0x08, VIO_EBUSY, "the unit is busy" },
		{ 0x18, VIO_EIO, "reserved by another" },
		{ 0x28, VIO_EBUSY, "the unit has too many commands" },
		{ 0x40, VIO_ESTOPPED, "aborted by another" },
		{ 0x30, VIO_EIO, "the unit reports an unknown status" },
		{ 0xff, VIO_EIO, "the unit reports an unknown status" },
	};

	(void)state;
	lying(2);
	model_scsi_check(&as, 3, 0x1102); /* of CHECK CONDITION only */
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		as.status = rows[i].status;
		assert_int_equal(read_one(), rows[i].err);
		assert_string_equal(vio_scsi_why(&last), rows[i].words);
		assert_int_equal(last.sense.key, 0);
	}
	as.status = 4; /* CONDITION MET */
	as.ndata = 512;
	assert_int_equal(read_one(), VIO_OK);
}

static int with_sense(uint8_t key, uint16_t code)
{
	model_scsi_check(&as, key, code);
	return read_one();
}

static void test_sense_data_in_words(void **state)
{
	static const struct {
		uint8_t key;
		uint16_t code;
		int err;
		const char *words;
	} rows[] = {
		{ 2, 0x3a01, VIO_EIO, "no medium" },
		{ 2, 0x0401, VIO_EIO, "the unit is becoming ready" },
		{ 2, 0x0403, VIO_EIO, "the unit is not ready" },
		{ 3, 0x1100, VIO_EIO, "the medium cannot be read there" },
		{ 3, 0x9900, VIO_EIO, "medium error" },
		{ 0xb, 0x0006, VIO_EIO, "input/output error of the unit" },
		{ 4, 0x9900, VIO_EIO, "hardware error" },
		{ 5, 0x2000, VIO_ENOTSUP, "the unit does not know the command" },
		{ 5, 0x2400, VIO_ENOTSUP, "the unit does not know a field of the command" },
		{ 5, 0x2100, VIO_ERANGE, "the block is out of range" },
		{ 5, 0x2500, VIO_ENODEV, "no such logical unit" },
		{ 5, 0x2600, VIO_EIO, "illegal request" },
		{ 7, 0x2700, VIO_EREADONLY, "write-protected" },
		{ 0, 0x9900, VIO_EIO, "no sense data" },
		{ 0xb, 0x9900, VIO_EIO, "aborted command" },
		{ 0xf, 0x9900, VIO_EIO, "no sense data" },
	};

	(void)state;
	lying(2);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(with_sense(rows[i].key, rows[i].code), rows[i].err);
		assert_int_equal(last.sense.key, rows[i].key);
		assert_string_equal(vio_scsi_why(&last), rows[i].words);
	}
	assert_string_equal(vio_scsi_words((struct vio_scsi_sense){ 6, 0x2a, 9 }),
			    "the capacity has changed");
	assert_string_equal(vio_scsi_words((struct vio_scsi_sense){ 6, 0x2a, 1 }),
			    "the parameters of the unit have changed");
	assert_string_equal(vio_scsi_words((struct vio_scsi_sense){ 0xff, 0x99, 0xff }),
			    "no sense data");
	assert_string_equal(vio_scsi_words((struct vio_scsi_sense){ 0x13, 0x99, 0 }),
			    "medium error");
	as.ndata = 512;
	model_scsi_check(&as, 1, 0x1700); /* recovered: the data is good */
	as.ndata = 512;
	assert_int_equal(read_one(), VIO_OK);
	memset(as.sense, 0, sizeof(as.sense));
	as.sense[0] = 0x72; /* the other format */
	as.sense[1] = 3;
	as.sense[2] = 0x11;
	as.sense_len = 8;
	assert_int_equal(read_one(), VIO_EIO);
	assert_string_equal(vio_scsi_why(&last), "the medium cannot be read there");
	as.sense[0] = 0x00; /* none that is known */
	assert_int_equal(read_one(), VIO_EIO);
	assert_int_equal(last.sense.key, 0);
}

/* Sense data counts as far as it was reported and written. */
static void test_HD_P9SCSI_06_sense_that_is_longer_than_its_room(void **state)
{
	static const uint32_t lengths[] = { 96, 97, 0x10000, UINT32_MAX };

	(void)state;
	lying(2);
	model_scsi_check(&as, 3, 0x1102);
	for (unsigned i = 0; i < 4; i++) {
		as.sense_len = lengths[i];
		assert_int_equal(read_one(), VIO_EIO);
		assert_int_equal(last.sense.asc, 0x11);
	}
	for (uint32_t n = 0; n <= 14; n++) {
		as.sense_len = n;
		assert_int_equal(read_one(), VIO_EIO);
		assert_int_equal(last.sense.key, n > 2 ? 3 : 0);
		assert_int_equal(last.sense.asc, n > 12 ? 0x11 : 0);
		assert_int_equal(last.sense.ascq, n > 13 ? 2 : 0);
	}
	as.sense_len = 18;
	as.len_lie = true;
	for (as.len = 1; as.len <= 12 + 14; as.len++) {
		assert_int_equal(read_one(), VIO_EIO);
		assert_int_equal(last.sense.key, as.len > 12 + 2 ? 3 : 0);
		assert_int_equal(last.sense.ascq, as.len > 12 + 13 ? 2 : 0);
	}
	as.len = 0; /* vhost-scsi counts nothing */
	assert_int_equal(read_one(), VIO_EIO);
	assert_int_equal(last.sense.ascq, 2);
	memset(as.sense, 0, sizeof(as.sense));
	as.len_lie = false;
	as.sense[0] = 0x72;
	as.sense[1] = 3;
	as.sense[2] = 0x11;
	as.sense[3] = 2;
	for (uint32_t n = 1; n <= 4; n++) {
		as.sense_len = n;
		assert_int_equal(read_one(), VIO_EIO);
		assert_int_equal(last.sense.key, n > 1 ? 3 : 0);
		assert_int_equal(last.sense.asc, n > 2 ? 0x11 : 0);
		assert_int_equal(last.sense.ascq, n > 3 ? 2 : 0);
	}
}

static void test_HD_P9SCSI_07_residual_beyond_the_data(void **state)
{
	static const uint32_t many[] = { 512, 513, UINT32_MAX };

	(void)state;
	lying(2);
	with_residual = true;
	for (unsigned i = 0; i < 3; i++) {
		residual = many[i];
		assert_int_equal(read_one(), VIO_EIO);
		assert_int_equal(last.bytes, 0);
	}
	residual = 1;
	assert_int_equal(read_one(), VIO_EIO);
	assert_int_equal(last.bytes, 511);
	assert_string_equal(vio_scsi_why(&last), "the unit returned less data than requested");
	assert_int_equal(s.short_reads, 4);
	last = request(VIO_SCSI_WRITE, 0, 512);
	assert_int_equal(run(&last), VIO_EIO);
	assert_int_equal(last.bytes, 511);
	assert_int_equal(s.short_reads, 4);
	last = request(VIO_SCSI_COMMAND, 0, 512); /* the caller sees how much came */
	last.cdb[0] = 0x28;
	last.cdb[8] = 1;
	assert_int_equal(run(&last), VIO_OK);
	assert_int_equal(last.bytes, 511);
}

/* Bytes that the device does not count as written are not passed on as read. */
static void test_HD_SCSI_06_used_length_below_the_data(void **state)
{
	(void)state;
	lying(2);
	as.len_lie = true;
	for (as.len = 1; as.len < 108 + 512; as.len += 50) {
		assert_int_equal(read_one(), VIO_EIO);
		assert_int_equal(last.bytes, as.len > 108 ? as.len - 108 : 0);
	}
	as.len = 108 + 512;
	assert_int_equal(read_one(), VIO_OK);
	as.len = 0; /* vhost-scsi counts nothing */
	assert_int_equal(read_one(), VIO_OK);
	as.len = 100;
	last = request(VIO_SCSI_WRITE, 0, 512);
	assert_int_equal(run(&last), VIO_OK);
}

static void test_scsi_008_legacy_length_means_nothing(void **state)
{
	(void)state;
	lying(1);
	as.len_lie = true;
	as.len = 5;
	assert_int_equal(read_one(), VIO_OK);
	model_scsi_check(&as, 3, 0x1102);
	assert_int_equal(read_one(), VIO_EIO);
	assert_int_equal(last.sense.ascq, 2);
}

static void test_attention_makes_the_driver_look(void **state)
{
	(void)state;
	begin(2);
	disk->attention[disk->nattention++] = 0x2800;
	disk->attention[disk->nattention++] = 0x2a09;
	disk->blocks = 3;
	disk->shrunk = true;
	assert_int_equal(read_one(), VIO_EIO);
	assert_string_equal(vio_scsi_why(&last), "the medium may have changed");
	assert_int_equal(s.unit[0].blocks, 3);
	assert_int_equal(changes, 2);
	assert_int_equal(read_one(), VIO_OK);
	host.unit[0].there = false;
	assert_int_equal(read_one(), VIO_ENODEV);
	assert_true(looked_then);
	assert_false(s.unit[0].present);
	assert_int_equal(read_one(), VIO_ENODEV); /* it was not sent */
	assert_int_equal(s.errors, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_scsi_005_HD_P9SCSI_08_responses),
		T(test_status_of_the_unit),
		T(test_sense_data_in_words),
		T(test_HD_P9SCSI_06_sense_that_is_longer_than_its_room),
		T(test_HD_P9SCSI_07_residual_beyond_the_data),
		T(test_HD_SCSI_06_used_length_below_the_data),
		T(test_scsi_008_legacy_length_means_nothing),
		T(test_attention_makes_the_driver_look),
#undef T
	};

	return cmocka_run_group_tests_name("scsi_result", tests, NULL, NULL);
}
