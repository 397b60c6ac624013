#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Prove functions of the library with CBMC: `proof.py NAME [--bugs]`. Each place of a harness must be
reachable. With --bugs each planted bug must be found. Ends with 77 where there is no CBMC."""

import argparse
import contextlib
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import byte_readers

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("virtqueue", "board", "transport", "drivers", "files")
CHECKS = ("bounds", "pointer", "pointer-overflow", "signed-overflow", "div-by-zero")
# Arrays are not flattened into bits: that makes the proof possible for every size at once.
# A pointer that may be NULL is looked at byte by byte, which takes twenty times as long.
ARRAYS = ["--no-array-field-sensitivity", "--arrays-uf-always", "--no-malloc-may-fail"]
SKIP = 77
CUT = "--no-unwinding-assertions" # loops may go on, and nothing is shown of what they do then
REACHED = "place reached" # device.h
FAILED = re.compile(r"^\[([^].]*)[^]]*\] (?:line \d+ )?(.*): FAILURE$", re.M)
FIRST_FAILED = re.compile(r"^Violated property:\n.*\n  (.*)$", re.M) # with --stop-on-fail
# In the options of a run: calls of the first function go to the second, which is in the harness.
CALL = re.compile(r"[a-z]\w*:[a-z]\w*")

# Harness: functions with a place, planted bugs (file, text, what replaces it).
REAP = ("one_came_back", "nothing_came", "the_ring_broke")
LOOK = ("published", "armed")
READ = ("it_was_read", "it_was_refused")
# The options of the runs of a harness.
VARIANTS = {
    "config_field": [f"-DLEN={n}" for n in (8, 1, 2, 4, 3)],
    "split_submit": ["-DNREAD=1 -DNWRITE=1"],
    "drain": ["-DSPLIT", "-DPACKED"],
    "packed_table": ["-DFLIES --slice-formula", "-DALL --slice-formula"],
    "split_in_order": ["-DALL claim_batch:no_look"],
    "part_entry": ["-DBLOCK=512", "-DBLOCK=512 -DGPT"],
    "console_control": ["-DALL", "-DNAME --unwindset port_name.0:80,name_holds.0:80"],
}
# These read bytes, and look at no ring: their arrays are small.
BYTES = ("sense", "part_entry", "fat_name", "vsock_data", "gpt_header", "mbr_chain",
         "blk_done", "console_control", "fs_reply")
TABLE = ("it_was_queued", "it_was_refused")
SENSE, VSOCK = "drivers/scsi/scsi_sense.c", "drivers/vsock/vsock_receive.c"
PART, DISK, FAT_NAME = "files/part.c", "files/disk.c", "files/fat_name.c"
CONSOLE, FS = "drivers/console/console_control.c", "drivers/fs/fs_reply.c"
BLK, GPT, MBR = "drivers/blk/blk.c", "files/gpt.c", "files/mbr.c"
SPLIT, PACKED, QUEUE = "virtqueue/split.c", "virtqueue/packed.c", "virtqueue/virtqueue.c"
STEPS = "virtqueue/split_steps.h"
MMIO, SHM, TRANSPORT = "transport/mmio.c", "transport/shm.c", "transport/transport.c"
# A loop over the ring is cut at its invariant, so that it has any number of rounds: a call of the
# harness stands in front of its condition (file, text, what replaces it).
CUTS = {
    "drain": (QUEUE, "while (*from", "while (search(from), *from"),
    "ext_map": (byte_readers.EXT_MAP, "while (low < high)",
                "while (halve(&low, &high, entries, block, end), low < high)"),
    "split_batch": (SPLIT, "i != c.head;", "walk(&i, &before), i != c.head;"),
}
HARNESSES = {
    "split_reap": (REAP, [
        (STEPS, "if (c->head >= s->size)", "if (c->head > s->size)"),
        (STEPS, "if (c->n == 0)", "if (false)"),
        (STEPS, "if (ready > s->avail_idx - at)", "if (false)"),
        (SPLIT, "c.word & INDEX, c.own", "c.word, c.own"),
        (STEPS, "	s->free += (uint32_t)n;\n}", "	s->free += 1;\n}"),
        (SPLIT, "s->free = s->ended = 0;", "s->ended = 0;"),
        (SPLIT, "rc == 1 && !vq_believe(q, c->own, &c->len)", "false"),
    ]),
    "packed_reap": (REAP, [
        (PACKED, "if (c->id >= p->size)", "if (c->id > p->size)"),
        (PACKED, "if (c->n - 1 >= p->shown)", "if (c->n > p->shown)"),
        (PACKED, "if (p->used >= p->size)", "if (p->used > p->size)"),
        (PACKED, "	p->free += n;\n", ""),
        (PACKED, "p->free = p->shown = p->pending", "p->free = p->pending"),
        (PACKED, "	if (!vq_believe(q, c->own, &c->len))\n		return VIO_EDEVICE;\n", ""),
    ]),
    "split_batch": (REAP, [
        (SPLIT, "	if (before > s->used_seen - s->used_idx)\n", "	if (false)\n"),
        (SPLIT, "		before++;\n", "		before += 2;\n"),
        (SPLIT, "i = after(s, i))", "i = i)"),
        (SPLIT, "size_t i = oldest(s); i", "size_t i = s->first_free; i"),
        (SPLIT, "	c.own->writable = c.len;\n", "	c.own->writable = before;\n"),
        (SPLIT, "	s->used_idx += before;\n", ""),
        (SPLIT, "	s->ended = before + 1;\n", "	s->ended = 1;\n"),
        (SPLIT, "s->free = s->ended = 0;", "s->ended = 0;"),
    ]),
    "split_in_order": (REAP[:1], [
        (SPLIT, "(uint32_t)((i - 1) & s->mask);", "(uint32_t)(i & s->mask);"),
        (SPLIT, "	s->ended--;\n", ""),
        (SPLIT, "const size_t i = oldest(s);", "const size_t i = s->first_free;"),
        (SPLIT, "	if (s->ended == 0) {", "	if (s->ended <= 1) {"),
        (SPLIT, "s->free += own->word >> COUNT_SHIFT;", "s->free++;"),
        (SPLIT, "s->ended != 0 || s->used_idx != s->used_seen }", "s->used_idx != s->used_seen }"),
    ]),
    "packed_table": (TABLE, [
        (PACKED, "	if (!vq_table_fits(q, t))\n		return vq_table_refusal(q);\n", ""),
        (PACKED, "	if (p->free == 0)\n		return vq_refusal(q, 1);\n", ""),
        (PACKED, "	p->pending += n;\n", ""),
        (PACKED, "{ cookie, writable, n << COUNT_SHIFT }", "{ cookie, writable, n }"),
        (PACKED, "	f->at->id = (uint16_t)id;\n", ""),
        (PACKED, "	p->first_id = own->word;\n", "	p->first_id++;\n"),
        (PACKED, "	if (++f->at == p->desc + p->size) {", "	if (f->at++ == p->desc + p->size) {"),
        (PACKED, "		f->lap ^= DESC_LAP;\n", ""),
        (PACKED, "	push(q, &f, flags, 1, cookie, t->writable);", "	push(q, &f, flags, 1, cookie, t->total);"),
        (PACKED, "&p->desc[p->next].flags, flags);", "&p->desc[p->batch].flags, flags);"),
        (PACKED, "&p->desc[p->next], p->lap };", "&p->desc[p->used], p->lap };"),
        (PACKED, "		p->batch_flags = flags;\n", ""),
        (PACKED, "	p->free -= n;\n", "	p->free -= n;\n	p->desc[p->used].len = 0;\n"),
    ]),
    "packed_batch": (REAP, [
        (PACKED, "	if (before > p->shown - c.n)\n", "	if (false)\n"),
        (PACKED, "c.id + p->size - p->used : c.id", "c.id + p->size : c.id"),
        (PACKED, "	c.own->writable = c.len;\n", "	c.own->writable = before;\n"),
        (PACKED, "	p->ended = before + c.n;\n", "	p->ended = c.n;\n"),
        (PACKED, "p->free = p->shown = p->pending", "p->free = p->pending"),
        (PACKED, "	if (c->n - 1 >= p->shown)\n		return VIO_EDEVICE;\n", ""),
    ]),
    "drain": (("one_is_left", "none_is_left"), [
        (QUEUE, "own->word >> COUNT_SHIFT != 0) {", "own->word >> COUNT_SHIFT > 1) {"),
        (QUEUE, "from < q->size", "from <= q->size"),
        (QUEUE, "from < q->size", "from < q->size - 1"),
        (QUEUE, "priv[(*from)++];",
         "priv[(*from)++];\n		*from -= own->word >> COUNT_SHIFT == 0;"),
        (QUEUE, "			*cookie = own->cookie;\n", ""),
        (QUEUE, "		const struct vq_private *const own = &q->ring.common.priv[(*from)++];\n",
         "		struct vq_private *const own = &q->ring.common.priv[(*from)++];\n"
         "		own->cookie = NULL;\n"),
        (QUEUE, "	return 0;\n}\n\nunsigned vq_old", "	return 2;\n}\n\nunsigned vq_old"),
        (SPLIT, "	(void)vq_split_break(s);\n", ""),
        (SPLIT, "	(void)vq_split_break(s);\n", "	vq_split_disarm(s);\n	(void)vq_split_break(s);\n"),
        (PACKED, "	(void)packed_break(p);\n", ""),
    ]),
    "split_look": (LOOK, [
        (SPLIT, "return s->broken || s->ended ||", "return"),
        (SPLIT, "s->avail_idx = now;", ""),
    ]),
    "packed_look": (LOOK, [
        (PACKED, "	p->shown += n;\n	p->pending = 0;", "	p->shown += n;"),
        (PACKED, "== p->used_lap || p->broken", "== p->used_lap"),
    ]),
    "split_table": (TABLE, [
        (SPLIT, "if (!vq_table_fits(q, t))\n		return vq_table_refusal(q);\n	if (s->free",
         "if (s->free"),
        (SPLIT, "	if (s->free == 0)\n		return vq_refusal(q, 1);\n", ""),
        (SPLIT, "	take_free(s, 1, own->word);\n", ""),
        (SPLIT, "push_head(s, own, i, 1, i)", "push_head(s, own, i, 2, i)"),
        (SPLIT, "own->writable = t->writable;", "own->writable = t->total;"),
    ]),
    "split_submit": (TABLE, [
        (SPLIT, "	if (n - 1 >= s->free)\n		return vq_refusal(q, n);\n", ""),
        (SPLIT, "	if (f.bytes > UINT32_MAX)\n		return VIO_EINVAL;\n", ""),
        (SPLIT, "own->writable = writable;", "own->writable = (uint32_t)f.bytes;"),
        (SPLIT, "(unsigned)n, s->first_free);", "(unsigned)n, f.head);"),
        (SPLIT, "take_free(s, (unsigned)n, f.next_free)", "take_free(s, 1, f.next_free)"),
        (SPLIT, "		f->more = VQ_SPLIT_DESC_NEXT;\n", ""),
        (SPLIT, "flags | f->more, f->head", "flags | f->more, f->next_free"),
    ]),
    "sense": (("decoded",), [
        (SENSE, "n > 13 ? p[13]", "n > 12 ? p[13]"),
        (SENSE, "n > 2 ? p[2] & 0xf", "n > 2 ? p[2]"),
    ]),
    "part_entry": (("it_was_added", "it_was_left_out"), [
        (PART, "t->n == VIO_PART_MAX", "t->n > VIO_PART_MAX"),
        (DISK, "return n <= d->bytes && at", "return at"),
        (GPT, "last < first || ", ""),
        (GPT, " || last >= d->bytes / d->block_bytes", ""),
    ]),
    "gpt_header": (("it_is_valid", "it_was_refused"), [
        (GPT, "h->count > COUNT_MAX || ", ""),
        (GPT, "h->entry_bytes < ENTRY_BYTES ||", ""),
        (GPT, "vio_files_64(raw + AT_ENTRIES) > d->bytes / d->block_bytes", "false"),
        (GPT, "rc < 0 || crc != want", "rc < 0"),
        (GPT, "rc == VIO_OK && crc != h->crc ? VIO_EFORMAT : rc", "rc"),
        (GPT, "n < sizeof(piece) ? n : (uint32_t)sizeof(piece)", "n"),
    ]),
    "mbr_chain": (("it_ended", "it_is_bad", "the_disk_failed"), [
        (MBR, "s.e[1].first >= whole->blocks", "false"),
        (MBR, " || s.e[1].first == 0", ""),
        (MBR, "at = whole->first + s.e[1].first", "at += s.e[1].first"),
        (MBR, "s.e[0].type != 0 && s.e[0].blocks != 0", "s.e[0].type != 0"),
        (MBR, "FIRST_LOGICAL + i", "FIRST_LOGICAL"),
    ]),
    "blk_done": (("it_went_well", "the_device_refused", "it_came_back_by_a_reset"), [
        (BLK, "status != STATUS_OK || written < s->least || b->ids", "written < s->least || b->ids"),
        (BLK, "status != STATUS_OK || written < s->least || b->ids", "status != STATUS_OK || b->ids"),
        (BLK, "is_short = written < s->least", "is_short = false"),
        (BLK, "b->short_reads += status == STATUS_OK;", "b->short_reads++;"),
        (BLK, "	b->errors++;\n	return status", "	return status"),
        (BLK, "	r->busy = false;\n", ""),
        (BLK, "	s->next = b->free;\n	b->free = s;", "	b->free = s;"),
        (BLK, "	if (err == VIO_OK)\n		err = verdict", "	err = verdict"),
        (BLK, "	count_ids(b, r, -1);\n", ""),
        (BLK, "	if (b->device.state == VIO_DOWN)\n		return;\n", ""),
        (BLK, "	r->status = status;\n", ""),
    ]),
    "console_control": (("it_was_taken", "it_was_ignored"), [
        (CONSOLE, "written < sizeof(m) || written > sizeof(copy)", "written < sizeof(m)"),
        (CONSOLE, "written < sizeof(m) || written > sizeof(copy)", "written > sizeof(copy)"),
        (CONSOLE, "if (m->id >= c->nports)", "if (m->id > c->nports)"),
        (CONSOLE, "	if (!p->added)\n		return;\n	switch", "	switch"),
        (CONSOLE, "	if (len < sizeof(size))\n		return;\n", ""),
        (CONSOLE, "	p->say_open = false;\n	p->name[0]", "	p->name[0]"),
        (CONSOLE, "		if (m->id == 0)\n			resize", "		resize"),
        (CONSOLE, "i < VIO_CONSOLE_NAME_MAX && ", ""),
        (CONSOLE, "name[i] >= 0x20 && ", ""),
    ]),
    "fs_reply": (("it_is_good", "it_failed_at_the_host", "it_is_wrong"), [
        (FS, "take(&m, 4) != written || written < FS_IN_HEADER", "take(&m, 4) != written"),
        (FS, "k->data != FS_WRITES && written !=", "k->data == FS_READS && written !="),
        (FS, "n->node == 0 || (n->node", "(n->node"),
        (FS, " || (n->node == FS_ROOT && !s->dots)", ""),
        (FS, "r->n <= s->len ? 0 : VIO_FS_BAD_REPLY", "0"),
        (FS, "a->bytes <= INT64_MAX ? 0 : VIO_FS_BAD_REPLY", "0"),
        (FS, "most < f->want_data ? most : f->want_data", "most"),
        (FS, "	if (most < VIO_FS_DATA_MIN)\n		return VIO_FS_BAD_DATA;\n", ""),
        (FS, "error > 0 || error < ERROR_LEAST", "error > 0"),
    ]),
    "fat_name": (("it_fits", "it_does_not_fit"), [
        (FAT_NAME, "number >= 1 && number <= FAT_LONG_PIECES", "number >= 1"),
        (FAT_NAME, "number == 0 || number != f->next", "number == 0"),
        (FAT_NAME, "number == 0 || number != f->next", "number != f->next"),
        (FAT_NAME, " || raw[AT_SUM] != f->sum", ""),
    ]),
    "vsock_data": (("it_was_stored", "the_peer_was_wrong"), [
        (VSOCK, "k->len > s->rx_bytes - s->rx_have", "k->len > s->rx_bytes"),
        (VSOCK, "if (s->have_ends == s->nends)", "if (false)"),
        (VSOCK, "s->tx_cnt - k->fwd_cnt > s->tx_cnt - s->peer_fwd", "false"),
        (VSOCK, "(s->peer_shut & VIO_VSOCK_NO_SEND) != 0 || ", ""),
    ]),
    "registers": (("probed", "asked_for_its_status", "asked_for_events", "asked_for_a_size",
                   "set_up", "asked_for_a_region"), [
        (MMIO, "if (len < VIO_MMIO_MIN_BYTES || at", "if (at"),
        (MMIO, "R_STATUS = 0x070,", "R_STATUS = 0x071,"),
        (MMIO, "return (uint8_t)(rd(t, R_STATUS) &", "return (uint8_t)(vio_read8(regs(t)) &"),
        (MMIO, "		return VIO_ENOTSUP;\n	m->base.device_type",
         "		return VIO_EADDR;\n	m->base.device_type"),
        (MMIO, "	m->version = vio_read32(at + R_VERSION);",
         "	m->version = vio_read32(at + R_VERSION) & vio_read32(at + R_VERSION);"),
        (MMIO, "	if (m->base.device_type == 0)\n		return VIO_ENODEV;\n", ""),
        (MMIO, "rd(t, R_STATUS) & STATUS_BITS", "rd(t, R_STATUS)"),
        (MMIO, "rd(t, R_INTERRUPT_STATUS) & EVENT_BITS", "rd(t, R_INTERRUPT_STATUS)"),
        (MMIO, "wr(t, R_INTERRUPT_ACK, seen)", "wr(t, R_INTERRUPT_ACK, EVENT_BITS)"),
        (MMIO, "return max < QUEUE_SIZE_LIMIT ? (int)max : QUEUE_SIZE_LIMIT;",
         "return (int)max;"),
        (MMIO, "rd(t, R_QUEUE_READY) == 1 ? VIO_OK", "rd(t, R_QUEUE_READY) != 0 ? VIO_OK"),
        (MMIO, "rd(t, R_QUEUE_PFN) == pfn ? VIO_OK : VIO_EDEVICE",
         "rd(t, R_QUEUE_PFN) == pfn ? VIO_OK : VIO_EBUSY"),
        (SHM, "r->bytes > UINTPTR_MAX - r->base", "false"),
    ]),
    "config_field": (READ, [
        (MMIO, "(len != 1 && len != 2 && len != 4 && len != 8) || ", ""),
        (MMIO, " || (off & (natural - 1)) != 0)", ")"),
        (MMIO, "len > bytes || off > bytes - len", "off > bytes"),
        (MMIO, "return VIO_ERANGE;\n	if (!write", "return VIO_EADDR;\n	if (!write"),
        (MMIO, "config_access(t, off, dst, len, false)", "config_access(t, off, dst, len, true)"),
        (MMIO, "memcpy(field, (uint8_t *)&v + skip, len);", "memcpy(field, &v, sizeof(v));"),
    ]),
    "config_passes": (READ, [
        (TRANSPORT, "		if (*value == before)\n			return rc;\n", "		return rc;\n"),
        (TRANSPORT, "	if (p->tries == TRIES) {", "	if (p->tries == TRIES + 1) {"),
        (TRANSPORT, "read_field(t, off, &value, len);\n	if (rc == VIO_OK)\n", "read_field(t, off, &value, len);\n"),
    ]),
}
HARNESSES |= byte_readers.HARNESSES
VARIANTS |= byte_readers.VARIANTS
BYTES += tuple(byte_readers.HARNESSES)


def find_cbmc():
    """The command, or None: the machine's, or one that was unpacked beside it (cmake/fetch.sh)."""
    if shutil.which("cbmc"):
        return ["cbmc"]
    usr = ROOT / "build/cbmc/usr"
    if not (usr / "bin/cbmc").exists():
        return None
    libraries = sorted((usr / "lib").glob("*-linux-gnu"))[0]
    return [str(libraries / "ld-linux-x86-64.so.2"), "--library-path", f"{libraries}:{usr}/lib",
            str(usr / "bin/cbmc")]


def run_all(cbmc, name, source, *more):
    """The same as run(), of all variants up to the first that fails."""
    for variant in VARIANTS.get(name, ["-DALL"]):
        proved, failed = run(cbmc, name, source, variant, *more)
        if not proved:
            return False, failed
    return True, []


def compiled(cbmc, name, options, calls, folder):
    """The program of a harness in which calls of functions go to others: (`of:to`, ...)."""
    calls = [word for call in calls for word in ("--replace-calls", call)]
    tool = [*cbmc[:-1], cbmc[-1].removesuffix("cbmc")]
    made, program = f"{folder}/made", f"{folder}/program"
    for command in ([tool[-1] + "goto-cc", *options, "-o", made],
                    [tool[-1] + "goto-instrument", *calls, made, program]):
        done = subprocess.run([*tool[:-1], *command], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{name}: {command[0]}:\n{(done.stdout + done.stderr)[-2000:]}")
    return [program]


def run(cbmc, name, source, *more):
    """(proved?, failed assertions, and functions whose place was reached) of one run; `source` is a
    checkout."""
    arrays = ["--no-malloc-may-fail"] if name in BYTES else ARRAYS
    words = " ".join(more).split()
    options = [str(ROOT / f"tests/proof/{name}.c"), "-DVIO_HOST", f"-I{source}", f"-I{ROOT}",
               *(f"-I{source}/{f}/include" for f in FOLDERS),
               *(w for w in words if w.startswith("-D"))]
    with tempfile.TemporaryDirectory() as folder:
        calls = [w for w in words if CALL.fullmatch(w)]
        program = compiled(cbmc, name, options, calls, folder) if calls else options
        command = [*cbmc, *program, *arrays, *(f"--{c}-check" for c in CHECKS),
                   *([] if "--unwind" in words else ["--unwind", "9"]),
                   *([] if CUT in words else ["--unwinding-assertions"]),
                   *(w for w in words if not w.startswith("-D") and w not in calls)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "VERIFICATION SUCCESSFUL" in done.stdout:
        return True, []
    failed = [what if what != REACHED else function for function, what in FAILED.findall(done.stdout)]
    failed += FIRST_FAILED.findall(done.stdout)
    if not failed:
        sys.exit(f"{name}: CBMC came to no result:\n{(done.stdout + done.stderr)[-2000:]}")
    return False, failed


def with_bug(bug, root=ROOT):
    """The text of the file of this bug, with the bug. Its place must be there once."""
    file, text, instead = bug
    code = (root / file).read_text()
    if code.count(text) != 1:
        sys.exit(f"{file} has {code.count(text)} times: {text!r}")
    return code.replace(text, instead)


@contextlib.contextmanager
def sources(*changes):
    """A folder with copies of the sources, with these changes."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in FOLDERS:
            shutil.copytree(ROOT / part, folder / part)
        for change in changes:
            (folder / change[0]).write_text(with_bug(change, folder))
        yield folder


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=HARNESSES)
    parser.add_argument("--bugs", action="store_true")
    args = parser.parse_args()
    places, bugs = HARNESSES[args.name]
    cuts = [CUTS[args.name]] if args.name in CUTS else []
    for change in [*cuts, *bugs]:
        with_bug(change)
    cbmc = find_cbmc()
    if not cbmc:
        print("There is no CBMC: Debian 13 has a package, tests/run unpacks it on Debian 12.")
        return SKIP
    missed = 0
    if args.bugs:
        for bug in bugs:
            with sources(bug, *cuts) as folder:
                proved, failed = run_all(cbmc, args.name, folder, "--stop-on-fail")
                missed += proved
                print(f"{'MISSED' if proved else 'found'}: {bug[0]}: {bug[1]!r}: {failed[:1]}")
        return missed > 0
    # An assertion that fails says that its place is reached. No other fails.
    with sources(*cuts) as folder:
        failed = {what for variant in VARIANTS.get(args.name, ["-DALL"])
                  for what in run(cbmc, args.name, folder, "-DREACH", variant)[1]}
    print(f"{args.name}: {sorted(failed - set(places)) or 'proved'}")
    if not failed >= set(places):
        print(f"{args.name}: not reached: {sorted(set(places) - failed)}")
    return failed != set(places)


if __name__ == "__main__":
    sys.exit(main())
