# SPDX-License-Identifier: BSD-2-Clause
"""For proof.py: the harnesses of functions that read bytes of a device, a host, a disk or a
devicetree, as HARNESSES there."""

# The options of the runs of a harness.
VARIANTS = {
    "p9_reply": ["--unwind 17 take:any_number take_bytes:any_bytes", "-DNUMBER"],
    "p9_entry": ["--unwind 12 --no-unwinding-assertions take:any_number take_bytes:any_bytes"],
    "net_receive": ["begin:a_begin append:an_append advance:an_advance", "-DBEGIN", "-DAPPEND",
                    "-DADVANCE sum:any_sum"],
    "fs_entry": ["--unwind 12 --no-unwinding-assertions take:any_number"],
}
NET = "drivers/net/net_receive.c"
P9, FS = "drivers/p9/p9_reply.c", "drivers/fs/fs_reply.c"
HARNESSES = {
    "net_receive": (("it_came", "it_was_begun", "it_was_appended", "it_was_passed_on"), [
        (NET, "b->given == net_publishes(q)", "false"),
        (NET, "	b->out = false;\n	if (err", "	if (err"),
        (NET, "if (n->join.left == 0) {", "if (true) {"),
        (NET, "if (written < n->header) {", "if (false) {"),
        (NET, "said <= given ? said : 0", "said"),
        (NET, "j->bytes = written - n->header", "j->bytes = written"),
        (NET, "	if (n->join.bytes > n->join.most)\n", "	if (false)\n"),
        (NET, " || n->room_busy || j->bytes", " || j->bytes"),
        (NET, " || j->bytes > n->room_bytes", ""),
        (NET, "	b->busy = true;\n", ""),
        (NET, "	j->left--;\n", ""),
        (NET, "	j->bytes += written;\n", ""),
        (NET, "	if (!j->drop)\n		memcpy(j->to", "	memcpy(j->to"),
        (NET, "if (j->bytes < VIO_NET_LINK_BYTES)", "if (false)"),
        (NET, "j->csum_start < VIO_NET_LINK_BYTES || at + 2 > j->bytes", "false"),
        (NET, "n->room_busy = n->room_busy || in_room", "n->room_busy = n->room_busy"),
        (NET, "	j.first->busy = false;\n", ""),
        (NET, "	if (j->drop)\n		return false;\n", ""),
    ]),
    "p9_reply": (("it_is_good", "it_failed_at_the_host", "it_is_wrong"), [
        (P9, "	m->bad |= n > m->left;\n", ""),
        (P9, "	m->left -= n;\n", ""),
        (P9, "	m->p += n;\n", ""),
        (P9, "(uint64_t)p[i] << 8 * i", "(uint64_t)p[i] << i"),
        (P9, "names > s->names || m->left", "m->left"),
        (P9, "return n <= s->len && (s->op", "return (s->op"),
        (P9, "(s->op == VIO_P9_WRITE || n == written - P9_COUNTED)", "true"),
        (P9, " || n > s->len || n != written", " || n != written"),
        (P9, "n > s->len || n != written - P9_HEADER - 2", "n > s->len"),
        (P9, "return a->bytes <= INT64_MAX", "return true"),
        (P9, "msize > p->want_msize || ", ""),
        (P9, " || msize < VIO_P9_MSIZE_MIN", ""),
        (P9, "return r->host_error != 0", "return true"),
        (P9, "	r->err = VIO_EIO;\n	r->host_error = (uint32_t)take", "	r->host_error = (uint32_t)take"),
        (P9, "written < k->reply || (", "("),
        (P9, "(written > k->reply && !has_tail(s->op))", "false"),
        (P9, "return good && !m.bad ? 0 : VIO_P9_BAD_REPLY", "return good ? 0 : 1"),
    ]),
    "p9_entry": (("it_was_taken", "it_was_refused"), [
        (P9, " || len > VIO_P9_NAME_MAX ||", " ||"),
        (P9, " || !take_bytes(&m, e->name, len)", ""),
        (P9, "	e->name[len] = '\\0';\n", ""),
        (P9, " || e->name[i] == '/'", ""),
        (P9, "	if (*at >= n)\n		return 0;\n", ""),
        (P9, "	*at = n - m.left;\n", "	*at = n - m.left + 1;\n"),
    ]),
    "fs_entry": (("it_was_taken", "it_was_refused"), [
        (FS, "	if (left < DIRENT)\n		return VIO_EDEVICE;\n", ""),
        (FS, " || len > VIO_FS_NAME_MAX ||", " ||"),
        (FS, " || left < ((DIRENT + len + 7) & ~7u)", ""),
        (FS, "	e->name[len] = '\\0';\n", ""),
        (FS, " || e->name[i] == '/'", ""),
        (FS, "	if (*at >= n)\n		return 0;\n	struct reader m = { (const uint8_t *)data + *at };",
         "	struct reader m = { (const uint8_t *)data + *at };"),
        (FS, "	*at += (DIRENT + len + 7) & ~7u;\n", "	*at += DIRENT + len;\n"),
        (FS, "	e->offset = take(&m, 8);\n", ""),
    ]),
}
