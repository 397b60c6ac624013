/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi over its device model: units, events, and the life cycle. */
#include "tests/unit/scsi_rig.h"

static struct model_scsi_unit *disk, *cdrom;

static void with_two(uint32_t version)
{
	disk = model_scsi_add(&host, 0, 0, 0);
	cdrom = model_scsi_add(&host, 5, 3, 300);
	cdrom->removable = true;
	live(version);
}

static void test_units_are_known_after_the_start(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		with_two(version);
		assert_int_equal(changes, 1);
		assert_int_equal(present(), 2);
		const struct vio_scsi_unit *u = &s.unit[0];
		assert_int_equal(u->target, 0);
		assert_int_equal(u->lun, 0);
		assert_int_equal(u->type, VIO_SCSI_DISK);
		assert_int_equal(u->blocks, 64);
		assert_int_equal(u->block_bytes, 512);
		assert_true(u->known && u->write_back);
		assert_false(u->removable || u->read_only);
		assert_int_equal(u->unmap_max, 0);
		assert_int_equal(u->generation, 1);
		assert_string_equal(u->vendor, "PICO");
		assert_string_equal(u->product, "A disk of memory");
		assert_string_equal(u->revision, "?  1");
		u = &s.unit[1];
		assert_int_equal(u->target, 3);
		assert_int_equal(u->lun, 300);
		assert_int_equal(u->type, VIO_SCSI_CDROM);
		assert_int_equal(u->blocks, 16);
		assert_int_equal(u->block_bytes, 2048);
		assert_true(u->removable && u->read_only);
		assert_false(u->write_back);
		assert_false(s.unit[2].known);
		for (unsigned t = 0; t < 256; t++)
			assert_int_equal(host.looked[t], t <= 7);
		assert_int_equal(s.refused, 0);
		teardown(NULL);
	}
}

static void test_properties_of_a_disk(void **state)
{
	(void)state;
	disk = model_scsi_add(&host, 0, 1, 0);
	disk->write_protected = disk->write_through = disk->thin = true;
	disk->block = 4096;
	disk->blocks = UINT64_C(1) << 33;
	live(2);
	assert_true(s.unit[0].read_only);
	assert_false(s.unit[0].write_back);
	assert_int_equal(s.unit[0].unmap_max, 1024);
	assert_int_equal(s.unit[0].blocks, UINT64_C(1) << 33);
	assert_int_equal(s.unit[0].block_bytes, 4096);
}

static void test_disk_that_knows_only_short_commands(void **state)
{
	(void)state;
	disk = model_scsi_add(&host, 0, 1, 0);
	disk->old = true;
	live(2);
	assert_int_equal(s.unit[0].blocks, 64);
	assert_int_equal(s.unit[0].block_bytes, 512);
}

static void test_drive_without_a_medium_says_so(void **state)
{
	(void)state;
	with_two(2);
	cdrom->no_medium = true;
	assert_int_equal(vio_scsi_look(&s, 3), VIO_OK);
	assert_true(vio_scsi_is_looking(&s));
	vio_scsi_kick(&s);
	settle();
	assert_int_equal(changes, 2);
	assert_true(s.unit[1].present);
	assert_int_equal(s.unit[1].blocks, 0);
	assert_int_equal(s.unit[1].block_bytes, 0);
	assert_string_equal(vio_scsi_words(s.unit[1].sense), "no medium");
	cdrom->no_medium = false;
	cdrom->attention[cdrom->nattention++] = 0x2800;
	vio_scsi_look(&s, 3);
	settle();
	assert_int_equal(s.unit[1].blocks, 16);
	assert_int_equal(s.unit[1].sense.key, 0);
	assert_int_equal(s.unit[1].generation, 1);
	assert_int_equal(vio_scsi_look(&s, 8), VIO_ERANGE);
	s.changed = NULL;
	assert_int_equal(vio_scsi_look(&s, 3), VIO_OK);
	settle();
	assert_int_equal(changes, 3);
}

static void test_attention_is_taken_note_of_and_the_question_repeated(void **state)
{
	(void)state;
	for (uint8_t target = 0; target < 2; target++) {
		disk = model_scsi_add(&host, 0, target, 0);
		for (unsigned i = 0; i < 4; i++)
			disk->attention[disk->nattention++] = 0x2900;
	}
	live(2);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(s.unit[i].blocks, 64);
		assert_int_equal(host.unit[i].nattention, 0);
	}
}

/* A unit that always reports attention is not asked for ever. */
static void test_attention_without_an_end(void **state)
{
	(void)state;
	disk = model_scsi_add(&host, 0, 0, 0);
	for (unsigned i = 0; i < 8; i++)
		disk->attention[disk->nattention++] = 0x2900;
	live(2);
	assert_true(s.unit[0].present);
	assert_int_equal(s.unit[0].blocks, 0);
	assert_int_equal(s.unit[0].sense.key, 6);
	assert_int_equal(disk->nattention, 3);
}

/* ---- Events ---- */

static void test_scsi_001_unit_is_plugged_in(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		with_two(version);
		model_scsi_add(&host, 0, 2, 1);
		event(MODEL_SCSI_TRANSPORT_RESET, 2, 1, MODEL_SCSI_RESCAN);
		settle();
		assert_int_equal(changes, 2);
		assert_int_equal(present(), 3);
		assert_int_equal(s.unit[2].target, 2);
		assert_int_equal(s.unit[2].lun, 1);
		assert_int_equal(s.unit[0].generation, 1); /* the others are as they were */
		teardown(NULL);
	}
}

static void test_scsi_001_unit_is_unplugged_and_plugged_in_again(void **state)
{
	(void)state;
	with_two(2);
	cdrom->there = false;
	event(MODEL_SCSI_TRANSPORT_RESET, 3, 300, MODEL_SCSI_REMOVED);
	assert_true(vio_device_poll(r.d));
	assert_false(s.unit[1].present); /* at once */
	settle();
	assert_int_equal(present(), 1);
	assert_true(s.unit[1].known); /* it keeps its entry */
	model_scsi_add(&host, 0, 4, 0);
	event(MODEL_SCSI_TRANSPORT_RESET, 4, 0, MODEL_SCSI_RESCAN);
	settle();
	assert_int_equal(s.unit[2].target, 4);
	cdrom = model_scsi_add(&host, 5, 3, 300);
	event(MODEL_SCSI_TRANSPORT_RESET, 3, 300, MODEL_SCSI_RESCAN);
	settle();
	assert_true(s.unit[1].present);
	assert_int_equal(s.unit[1].generation, 2);
	assert_int_equal(present(), 3);
}

static void test_scsi_001_changed_capacity_is_read_again(void **state)
{
	(void)state;
	with_two(2);
	disk->blocks = 32;
	disk->attention[disk->nattention++] = 0x2a09;
	event(MODEL_SCSI_PARAM_CHANGE, 0, 0, 0x092a);
	settle();
	assert_int_equal(s.unit[0].blocks, 32);
	assert_int_equal(s.unit[0].generation, 1);
	assert_int_equal(s.events, 1);
}

static void test_scsi_006_lost_events_make_the_driver_look_everywhere(void **state)
{
	(void)state;
	with_two(2);
	model_scsi_add(&host, 0, 1, 0);
	model_scsi_add(&host, 0, 6, 0);
	for (unsigned i = 0; i < VIO_SCSI_EVENTS + 1; i++)
		event(MODEL_SCSI_PARAM_CHANGE, 0, 0, 0);
	while (vio_device_poll(r.d))
		;
	event(MODEL_SCSI_PARAM_CHANGE, 0, 0, 0);
	settle();
	assert_int_equal(present(), 4);
	assert_int_equal(s.events, VIO_SCSI_EVENTS + 1);
	assert_int_equal(s.refused, 0);
	model_check(&r.m);
}

static void test_events_while_units_are_looked_at(void **state)
{
	(void)state;
	with_two(2);
	host.hold = true;
	event(MODEL_SCSI_TRANSPORT_RESET, 3, 0, MODEL_SCSI_RESCAN);
	while (vio_device_poll(r.d))
		;
	model_run(&r.m);
	cdrom->there = false;
	event(MODEL_SCSI_TRANSPORT_RESET, 3, 300, MODEL_SCSI_REMOVED);
	while (vio_device_poll(r.d))
		;
	host.hold = false;
	r.m.kicked[2] = true;
	settle();
	assert_int_equal(changes, 2);
	assert_int_equal(present(), 1);
}

static void test_HD_SCSI_01_events_that_make_no_sense_are_dropped(void **state)
{
	(void)state;
	with_two(2);
	const unsigned long looks = host.count[0xa0];
	send_raw(0, 1, 0, 16); /* no event */
	send_raw(2, 1, 0, 16); /* not for us */
	assert_int_equal(s.refused, 0);
	send_raw(4, 1, 0, 16);	 /* unknown */
	send_raw(1, 0, 0, 16);	 /* no address */
	send_raw(1, 1, 8, 16);	 /* no such target */
	send_raw(1, 1, 255, 16); /* no such target */
	send_raw(1, 1, 0, 15);	 /* too short */
	send_raw(0x80000001, 1, 0, 0);
	assert_int_equal(s.refused, 6);
	assert_int_equal(host.count[0xa0], looks);
	assert_int_equal(r.d->state, VIO_LIVE);
	for (unsigned i = 0; i < 100; i++)
		send_raw(0, 1, 0, 16); /* the buffers come back */
}

/* ---- Wrong answers ---- */

static uint8_t about;
static uint32_t short_to;

static void cut(struct model_scsi *h, const struct model_scsi_command *c,
		struct model_scsi_answer *a)
{
	(void)h;
	if (c->cdb[0] != about)
		return;
	a->residual += a->ndata - short_to;
	a->ndata = short_to;
}

static void test_HD_SCSI_02_answers_that_are_cut_off(void **state)
{
	static const uint8_t ops[] = { 0xa0, 0x12, 0x25, 0x9e, 0x1a };

	(void)state;
	for (unsigned i = 0; i < sizeof(ops); i++) {
		for (short_to = 0; short_to < 8; short_to++) {
			setup(NULL);
			about = ops[i];
			host.lie = cut;
			disk = model_scsi_add(&host, 0, 0, 0);
			disk->thin = true;
			live(2);
			assert_int_equal(present(), about != 0xa0 && about != 0x12);
			if (about == 0x25 || about == 0x9e)
				assert_int_equal(s.unit[0].blocks, 64);
			if (about == 0x25 || about == 0xa0)
				assert_int_equal(s.refused, 1);
			if (about == 0x9e)
				assert_int_equal(s.unit[0].unmap_max, 0);
			teardown(NULL);
		}
	}
}

static uint8_t raw[MODEL_SCSI_DATA];
static uint32_t nraw;

static void replace(struct model_scsi *h, const struct model_scsi_command *c,
		    struct model_scsi_answer *a)
{
	(void)h;
	if (c->cdb[0] != about || (about == 0x12 && c->cdb[1] == 0 && nraw == 64))
		return;
	memcpy(a->data, raw, nraw);
	a->residual = a->residual + a->ndata > nraw ? a->residual + a->ndata - nraw : 0;
	a->ndata = nraw;
}

/* The units that are there if the command `op` is answered by these bytes. */
static unsigned with_answer(uint8_t op, const uint8_t *p, uint32_t n)
{
	setup(NULL);
	about = op;
	nraw = n;
	memcpy(raw, p, n);
	host.lie = replace;
	disk = model_scsi_add(&host, 0, 0, 0);
	model_scsi_add(&host, 0, 0, 7);
	disk->thin = true;
	live(2);
	return present();
}

static void test_HD_SCSI_03_lists_of_units_that_lie(void **state)
{
	uint8_t list[8 + 8 * 63] = { 0xff, 0xff, 0xff, 0xff };

	(void)state;
	for (unsigned i = 0; i < 63; i++)
		list[8 + 8 * i + 1] = 7;
	assert_int_equal(with_answer(0xa0, list, sizeof(list)), 1); /* the same one each time */
	assert_int_equal(s.refused, 1);
	assert_int_equal(s.unit[0].lun, 7);
	teardown(NULL);
	for (unsigned i = 0; i < 63; i++)
		list[8 + 8 * i] = 0xc1; /* well-known units */
	assert_int_equal(with_answer(0xa0, list, sizeof(list)), 0);
	assert_int_equal(s.refused, 64);
	teardown(NULL);
	list[8] = list[15] = 0;
	list[16] = 0;
	list[17] = 7;
	list[18] = 1; /* a second level */
	list[3] = 16;
	list[0] = list[1] = list[2] = 0;
	assert_int_equal(with_answer(0xa0, list, 24), 1);
	assert_int_equal(s.refused, 1);
	teardown(NULL);
	list[3] = 15; /* not whole */
	assert_int_equal(with_answer(0xa0, list, 24), 1);
	assert_int_equal(s.refused, 1);
}

static void test_lun_beyond_the_greatest_one_is_refused(void **state)
{
	(void)state;
	model_scsi_add(&host, 0, 0, 6);
	model_scsi_add(&host, 0, 0, 7);
	prepare(2, 0, NULL);
	model_scsi_set(&r.cfg, MODEL_SCSI_MAX_LUN, 4, 6);
	start();
	assert_int_equal(present(), 1);
	assert_int_equal(s.refused, 1);
}

static void test_HD_SCSI_04_capacity_beyond_all_bounds(void **state)
{
	static const uint32_t blocks[] = { 0, 1, 256, 511, 513, 8192, 1u << 31, UINT32_MAX };
	uint8_t p[32];

	(void)state;
	memset(p, 0xff, sizeof(p));
	memcpy(p + 8, "\0\0\x10\0", 4);
	p[14] = 0;
	with_answer(0x9e, p, 32);
	assert_int_equal(s.unit[0].blocks, UINT64_MAX / 4096);
	teardown(NULL);
	for (unsigned i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		for (unsigned k = 0; k < 4; k++)
			p[8 + k] = (uint8_t)(blocks[i] >> (24 - 8 * k));
		with_answer(0x9e, p, 32);
		assert_int_equal(s.unit[0].blocks, 0);
		assert_int_equal(s.unit[0].block_bytes, 0);
		assert_true(s.unit[0].present);
		teardown(NULL);
	}
	memset(p, 0, sizeof(p));
	with_answer(0x25, p, 8);
	assert_int_equal(s.refused, 2);
	assert_int_equal(s.unit[0].blocks, 64); /* of the long form */
}

static void test_limits_that_allow_nothing(void **state)
{
	uint8_t p[64] = { 0, 0xb0, 0, 60, [20] = 0xff, [27] = 1 };

	(void)state;
	with_answer(0x12, p, 64);
	assert_int_equal(s.unit[0].unmap_max, 0xff000000);
	teardown(NULL);
	p[27] = 0; /* no ranges */
	with_answer(0x12, p, 64);
	assert_int_equal(s.unit[0].unmap_max, 0);
	teardown(NULL);
	p[27] = 1;
	p[1] = 0xb2; /* another page */
	with_answer(0x12, p, 64);
	assert_int_equal(s.unit[0].unmap_max, 0);
}

static void test_units_that_are_not_connected_or_not_disks(void **state)
{
	uint8_t p[36] = { 0x20 };

	(void)state;
	assert_int_equal(with_answer(0x12, p, 36), 0);
	assert_int_equal(s.refused, 2);
	teardown(NULL);
	p[0] = 1; /* a tape is known, and not asked for more */
	assert_int_equal(with_answer(0x12, p, 36), 2);
	assert_int_equal(host.count[0x00], 0);
	assert_int_equal(s.unit[0].blocks, 0);
	assert_int_equal(s.unit[0].type, 1);
}

static uint8_t bad_response, bad_status;
static uint16_t bad_code;

static void refuse(struct model_scsi *h, const struct model_scsi_command *c,
		   struct model_scsi_answer *a)
{
	(void)h;
	if (c->cdb[0] != about || a->response != 0)
		return;
	a->response = bad_response;
	a->status = bad_status;
	a->ndata = 0;
	if (bad_code)
		model_scsi_check(a, 5, bad_code);
}

static unsigned with_refusal(uint8_t response, uint8_t status, uint16_t code)
{
	setup(NULL);
	about = 0xa0;
	bad_response = response;
	bad_status = status;
	bad_code = code;
	host.lie = refuse;
	disk = model_scsi_add(&host, 0, 0, 0);
	model_scsi_add(&host, 0, 0, 7);
	live(2);
	return present();
}

/* The unit that it has is LUN 0, and not one of the target before. */
static void refuse_at_1(struct model_scsi *h, const struct model_scsi_command *c,
			struct model_scsi_answer *a)
{
	(void)h;
	if (c->cdb[0] == 0xa0 && c->target == 1)
		model_scsi_check(a, 5, 0x2000);
}

static void fail_with_data(struct model_scsi *h, const struct model_scsi_command *c,
			   struct model_scsi_answer *a)
{
	(void)h;
	if (c->cdb[0] == about && c->cdb[1] == bad_status)
		a->status = 0x18; /* RESERVATION CONFLICT */
}

static void test_answer_of_a_command_that_failed_counts_for_nothing(void **state)
{
	static const struct {
		uint8_t op, second;
		unsigned units, refused, unmap_max;
		bool read_only;
	} rows[] = {
		{ 0x12, 0, 0, 1, 0, false },   { 0x25, 0, 1, 1, 1024, true },
		{ 0x9e, 0x10, 1, 0, 0, true }, { 0x1a, 8, 1, 0, 1024, false },
		{ 0x12, 1, 1, 0, 0, true },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setup(NULL);
		about = rows[i].op;
		bad_status = rows[i].second;
		host.lie = fail_with_data;
		disk = model_scsi_add(&host, 0, 0, 0);
		disk->thin = disk->write_protected = true;
		live(2);
		assert_int_equal(present(), rows[i].units);
		assert_int_equal(s.refused, rows[i].refused);
		assert_int_equal(s.unit[0].unmap_max, rows[i].unmap_max);
		assert_int_equal(s.unit[0].read_only, rows[i].read_only);
		teardown(NULL);
	}
	setup(NULL);
	host.lie = refuse_at_1;
	model_scsi_add(&host, 0, 0, 7);
	model_scsi_add(&host, 0, 1, 0);
	live(2);
	assert_int_equal(s.unit[1].target, 1);
	assert_int_equal(s.unit[1].lun, 0);
}

static void test_target_that_does_not_list_its_units(void **state)
{
	(void)state;
	assert_int_equal(with_refusal(0, 2, 0x2000), 1); /* unknown command: LUN 0 */
	assert_int_equal(s.unit[0].lun, 0);
	teardown(NULL);
	assert_int_equal(with_refusal(0, 2, 0x2500), 0); /* no such unit */
	assert_int_equal(s.refused, 0);
	teardown(NULL);
	assert_int_equal(with_refusal(9, 0, 0), 0);
	assert_int_equal(s.refused, 1);
	teardown(NULL);
	assert_int_equal(with_refusal(0, 8, 0), 0); /* busy: asked some times */
	assert_int_equal(host.count[0xa0], 5 + 7);
	host.lie = NULL;
	vio_scsi_look(&s, 0);
	settle();
	assert_int_equal(present(), 2);
	host.lie = refuse; /* what is known stays */
	vio_scsi_look(&s, 0);
	settle();
	assert_int_equal(present(), 2);
}

/* ---- Life cycle ---- */

static void test_HD_SCSI_05_sizes_other_than_the_defaults_are_refused(void **state)
{
	(void)state;
	for (unsigned off = MODEL_SCSI_SENSE_SIZE; off <= MODEL_SCSI_CDB_SIZE; off += 4) {
		prepare(2, HOTPLUG, NULL);
		model_scsi_set(&r.cfg, off, 4, UINT32_MAX);
		rig_plug(&r, true);
		assert_int_equal(vio_device_start(r.d), VIO_EDEVICE);
		assert_int_equal(r.d->problem.cause, VIO_C_DRIVER);
		assert_int_equal(r.d->problem.got, VIO_SCSI_SIZES);
		teardown(NULL);
	}
}

static void test_region_that_ends_before_the_last_field_fails_the_start(void **state)
{
	(void)state;
	prepare(2, 0, NULL);
	rig_plug(&r, true);
	r.t.len = VIO_MMIO_MIN_BYTES + MODEL_SCSI_MAX_LUN;
	assert_int_equal(vio_device_start(r.d), VIO_ERANGE);
	assert_int_equal(r.d->problem.cause, VIO_C_CONFIG);
	assert_int_equal(r.d->problem.got, MODEL_SCSI_MAX_LUN);
}

/* What cannot be read a few times is read, or is the cause; nothing else is made of it. */
static void test_configuration_that_changes_for_a_while(void **state)
{
	unsigned started = 0;

	(void)state;
	for (unsigned moves = 1; moves < 80; moves++) {
		prepare(2, 0, NULL);
		rig_plug(&r, true);
		r.m.faults.generation_moves = moves;
		if (vio_device_start(r.d) == VIO_OK) {
			assert_int_equal(s.config.seg_max, 126);
			assert_int_equal(s.config.max_sectors, 0xffff);
			assert_int_equal(s.config.max_target, 7);
			settle();
			started++;
		} else {
			assert_int_equal(r.d->problem.cause, VIO_C_CONFIG);
		}
		teardown(NULL);
	}
	assert_true(started > 0 && started < 79);
	live(2);
}

static void test_targets_up_to_the_users_bound(void **state)
{
	static const uint16_t max_target[] = { 3, 0xffff };
	const struct vio_scsi_options o = { .targets = 3 };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		setup(NULL);
		model_scsi_add(&host, 0, 2, 0);
		model_scsi_add(&host, 0, 3, 0);
		prepare(2, 0, &o);
		model_scsi_set(&r.cfg, MODEL_SCSI_MAX_TARGET, 2, max_target[i]);
		start();
		assert_int_equal(present(), 1);
		for (unsigned t = 0; t < 256; t++)
			assert_int_equal(host.looked[t], t < 3);
		teardown(NULL);
	}
	setup(NULL);
	model_scsi_add(&host, 0, 255, 0);
	prepare(2, 0, NULL);
	model_scsi_set(&r.cfg, MODEL_SCSI_MAX_TARGET, 2, 0xffff);
	start();
	assert_int_equal(s.unit[0].target, 255);
}

static void test_more_units_than_are_kept(void **state)
{
	const struct vio_scsi_options o = { .units = 2 };

	(void)state;
	model_scsi_add(&host, 0, 0, 0);
	model_scsi_add(&host, 0, 1, 0);
	model_scsi_add(&host, 0, 2, 0);
	prepare(2, HOTPLUG, &o);
	start();
	assert_int_equal(present(), 2);
	assert_int_equal(s.refused, 1);
	host.unit[0].there = false;
	event(MODEL_SCSI_TRANSPORT_RESET, 0, 0, MODEL_SCSI_REMOVED);
	event(MODEL_SCSI_TRANSPORT_RESET, 2, 0, MODEL_SCSI_RESCAN);
	settle();
	assert_int_equal(present(), 2); /* the place of the one that is gone */
	assert_int_equal(s.unit[0].target, 2);
	assert_int_equal(s.unit[0].generation, 2);
}

static void test_memory_of_the_caller_and_options(void **state)
{
	static uint64_t memory[VIO_SCSI_MEMORY(4, 1, 1, 1, 1, 1) / 8];
	struct vio_scsi_options o = { .ring = 4,
				      .requests = 1,
				      .segs = 1,
				      .events = 1,
				      .tasks = 1,
				      .targets = 1,
				      .units = 1,
				      .memory = memory,
				      .bytes = sizeof(memory) };
	const struct vio_scsi_options good = o;
	static struct vio_scsi other;

	(void)state;
	model_scsi_add(&host, 0, 0, 0);
	prepare(2, HOTPLUG, &o);
	const unsigned privates = r.p.privates;
	start();
	assert_int_equal(r.p.privates, privates); /* it is enough for the queues */
	assert_int_equal(present(), 1);
	o.bytes--;
	assert_int_equal(vio_scsi_init(&other, &r.t.base, &r.p.platform, &o), VIO_ENOMEM);
#define WRONG(field, value, result)                                                                \
	o = good;                                                                                  \
	o.field = (value);                                                                         \
	assert_int_equal(vio_scsi_init(&other, &r.t.base, &r.p.platform, &o), (result))
	WRONG(ring, 2, VIO_EINVAL);
	WRONG(ring, 6, VIO_EINVAL);
	WRONG(ring, 2048, VIO_EINVAL);
	WRONG(requests, 1025, VIO_EINVAL);
	WRONG(requests, 1024, VIO_ENOMEM); /* the most that there can be */
	WRONG(segs, VIO_SCSI_SEGS + 1, VIO_EINVAL);
	WRONG(events, 3, VIO_EINVAL);
	WRONG(events, 2048, VIO_EINVAL);
	WRONG(tasks, 3, VIO_EINVAL);
	WRONG(tasks, 1024, VIO_EINVAL);
	WRONG(targets, 257, VIO_EINVAL);
#undef WRONG
	assert_ptr_equal(vio_scsi_of(r.d), &s);
	assert_null(vio_scsi_of(NULL));
	r.d->driver = &toy_driver;
	assert_null(vio_scsi_of(r.d));
	r.d->driver = &vio_scsi_driver;
}

static void test_HD_QUEUE_01_device_without_a_queue_does_not_start(void **state)
{
	static const uint16_t least[] = { 2, 0, 3 };

	(void)state;
	for (unsigned q = 0; q < 3; q++) {
		prepare(2, 0, NULL);
		rig_plug(&r, true);
		r.m.cfg.queue_max[q] = 0;
		assert_int_equal(vio_device_start(r.d), VIO_ENODEV);
		assert_int_equal(r.d->problem.queue, q);
		teardown(NULL);
		if (least[q] == 0)
			continue;
		prepare(2, 0, NULL);
		rig_plug(&r, true);
		r.m.cfg.queue_max[q] = least[q] - 1;
		assert_int_equal(vio_device_start(r.d), VIO_ERANGE);
		assert_int_equal(r.d->problem.cause, VIO_C_QUEUE_SIZE);
		assert_int_equal(r.d->problem.queue, q);
		assert_int_equal(r.d->problem.want, least[q]);
		teardown(NULL);
	}
}

static void test_no_ring_memory_is_a_cause(void **state)
{
	(void)state;
	prepare(2, 0, NULL);
	rig_plug(&r, true);
	r.p.fail_ring = 4; /* after those of the queues */
	assert_int_equal(vio_device_start(r.d), VIO_ENOMEM);
	assert_int_equal(r.d->problem.cause, VIO_C_NO_MEMORY);
	assert_true(r.d->problem.want > 0);
}

static void test_units_are_looked_for_anew_after_a_restart(void **state)
{
	(void)state;
	with_two(2);
	host.hold = true;
	vio_scsi_look(&s, 0);
	model_run(&r.m);
	model_needs_reset(&r.m);
	vio_device_service(r.d, 0);
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(host_mapped(&r.p), 0);
	assert_int_equal(vio_scsi_look(&s, 0), VIO_EDEVICE);
	host.hold = false;
	cdrom->there = false;
	const unsigned rings = r.p.rings;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_int_equal(changes, 2);
	assert_int_equal(present(), 1);
	assert_int_equal(s.unit[0].generation, 2);
	assert_true(s.unit[1].known);
	assert_int_equal(r.p.rings, rings); /* the ring memory of the first start */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_units_are_known_after_the_start),
		T(test_properties_of_a_disk),
		T(test_disk_that_knows_only_short_commands),
		T(test_drive_without_a_medium_says_so),
		T(test_attention_is_taken_note_of_and_the_question_repeated),
		T(test_attention_without_an_end),
		T(test_scsi_001_unit_is_plugged_in),
		T(test_scsi_001_unit_is_unplugged_and_plugged_in_again),
		T(test_scsi_001_changed_capacity_is_read_again),
		T(test_scsi_006_lost_events_make_the_driver_look_everywhere),
		T(test_events_while_units_are_looked_at),
		T(test_HD_SCSI_01_events_that_make_no_sense_are_dropped),
		T(test_HD_SCSI_02_answers_that_are_cut_off),
		T(test_HD_SCSI_03_lists_of_units_that_lie),
		T(test_lun_beyond_the_greatest_one_is_refused),
		T(test_HD_SCSI_04_capacity_beyond_all_bounds),
		T(test_limits_that_allow_nothing),
		T(test_units_that_are_not_connected_or_not_disks),
		T(test_answer_of_a_command_that_failed_counts_for_nothing),
		T(test_target_that_does_not_list_its_units),
		T(test_HD_SCSI_05_sizes_other_than_the_defaults_are_refused),
		T(test_region_that_ends_before_the_last_field_fails_the_start),
		T(test_configuration_that_changes_for_a_while),
		T(test_targets_up_to_the_users_bound),
		T(test_more_units_than_are_kept),
		T(test_memory_of_the_caller_and_options),
		T(test_HD_QUEUE_01_device_without_a_queue_does_not_start),
		T(test_no_ring_memory_is_a_cause),
		T(test_units_are_looked_for_anew_after_a_restart),
#undef T
	};

	return cmocka_run_group_tests_name("scsi", tests, NULL, NULL);
}
