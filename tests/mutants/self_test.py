# SPDX-License-Identifier: BSD-2-Clause
"""The finder, the renderer and the patches, on code whose mutants are known."""

import checks
import ctokens
import named
import swaps

SOURCE = """\
#define LIMIT(x) ((x) < 4)
static const int table[] = { 1 & 2 };
/* a comment with { and if (x) */
int vio_take(struct q *q, const char *s[2], int (*fn)(void))
{
	static const int k = 3 & 1;

	if (q->n <= k && !(q->flags & 4) || q->x)
		return fn() < 0 ? -1 : 0;
	fence();
	q->n = (uint8_t)&k != s;
	enum e v = 1 ? 0 : fn();
	int m = i < q->n ? i : q->n;
	for (int i = 0; i < 3; i++)
		(void)use(i);
	return q->n & 7 ? 1 : 0;
}
static inline void vio_drop(void)
{
}
"""
CHECKS = ["never: q -> n <= k", "always: q -> n <= k", "bound: q -> n <= k",
          "never: ! ( q -> flags & 4 )", "always: ! ( q -> flags & 4 )", "mask: q -> flags & 4",
          "never: q -> x", "always: q -> x", "never: fn ( ) < 0", "always: fn ( ) < 0",
          "bound: fn ( ) < 0", "call: fence ( )", "state: q -> n = ( uint8_t ) & k != s",
          "never: ( uint8_t ) & k != s", "always: ( uint8_t ) & k != s", "never: i < q -> n",
          "always: i < q -> n", "never: i < 3",
          "always: i < 3", "bound: i < 3", "call: ( void ) use ( i )", "never: q -> n & 7",
          "always: q -> n & 7", "mask: q -> n & 7"]
TOKENS = """\
void vio_step(struct q *q)
{
	uint8_t raw[4] = { 0 };
	int n = q->n - 1;

	if (!q->on && n << 2 > sizeof(n + 1))
		q->flags |= UINT32_C(8);
	for (int i = 0; i < n; i++)
		raw[n & 3] = true;
}
"""
SWAPPED = ["swap - +: q -> n - 1", "number 1: int n = q -> n - 1", "swap && ||: ! q -> on && n << 2 > sizeof ( n + 1 )",
           "not: ! q -> on", "swap > >=: n << 2 > sizeof ( n + 1 )", "swap << >>: n << 2",
           "number 2: ", "gone: q -> flags |= UINT32_C ( 8 )",
           "swap |= &=: q -> flags |= UINT32_C ( 8 )", "number 8: ", "number 0: ", "swap < <=: i < n",
           "gone: raw [ n & 3 ] = true", "swap & |: n & 3", "number 3: ", "number true: "]
BUG = """\
== bug
test: unit.take
in: take
--- old
	if (p->n <= top && !(p->flags & 4) || p->x)
		return
--- new
	if (p->x > top)
		return
"""


def check(what, got, due):
    if got != due:
        raise AssertionError(f"{what}:\n{got}\nnot\n{due}")


def sampled():
    """A sample keeps its members when other code comes or goes."""
    def members(source, percent):
        found = [c for f in ctokens.functions("x.c", source)
                 for c in checks.instrument(f, source, 1)[1]]
        return {c.identity for c in found if c.is_sampled(percent)}

    due = members(SOURCE, 40)
    check("a part of them", 0 < len(due) < len(CHECKS), True)
    check("all and none", [len(members(SOURCE, p)) for p in (100, 0)], [len(CHECKS), 0])
    longer = SOURCE.replace("\tfence();", "\tif (other)\n\t\tfence();\n\tq->y = 1;")
    other = longer + "void vio_other(void)\n{\n\tif (a < b)\n\t\tfence();\n}\n"
    check("with more code", members(other, 40) >= due, True)


def swapped():
    """Single tokens, but none that a compiler has to compute or does not."""
    [step] = ctokens.functions("x.c", TOKENS)
    body, found = checks.instrument(step, TOKENS, 5, swaps.Finder)
    due = zip(found, SWAPPED, strict=True)
    check("tokens", [c.what for c, text in due if not c.what.startswith(text)], [])
    for part in ("(!(q->on) ^ mutant(8))", "(UINT32_C(8) + mutant(14))", "raw[(mutant(18) ? (n) | ((3 + mutant(19))) :",
                 "(mutant(13) ? (void)(q->flags &= ", "(true ^ mutant(20))", "uint8_t raw[4] = { 0 };"):
        check(part, part in body, True)
    body, found = checks.instrument(step, TOKENS, 5, swaps.Finder, lambda c: c.what == SWAPPED[3])
    check("one token", (len(found), body.count("mutant")), (1, 1))


def run():
    found = ctokens.functions("x.c", SOURCE)
    check("functions", [f.name for f in found], ["vio_take", "vio_drop"])
    take, drop = found
    check("parameters", [take.parameters(), drop.parameters()], [["q", "s", "fn"], []])
    check("void", [take.returns_nothing(), drop.returns_nothing()], [False, True])
    body, some = checks.instrument(take, SOURCE, 5)
    check("checks", [c.what for c in some], CHECKS)
    check("numbers", [c.number for c in some], list(range(5, 5 + len(CHECKS))))
    for part in ("{ if (!mutant(16)) fence(); }",
                 "mutant_stuck(5, 6, ((mutant(7) ? (q->n) < (k) : (q->n) <= (k))) ? 1 : 0)"):
        check(part, part in body, True)
    sampled()
    swapped()
    [bug] = named.parse(BUG)
    check("first test", bug.test, "unit.take")
    copy, turn = named.plant(take, SOURCE, 9, named.place(bug, found)[take])
    check("copy", "if (q->x > k)\n\t\treturn" in copy and "vio_take_mutant_9(" in copy, True)
    check("turn", turn, "if (mutant(9)) return vio_take_mutant_9(q, s, fn);")
    for change in ("<= top", ">= top"), ("p->x)", "p->x[0])"), ("in: take", "in: y"):
        [bug] = named.parse(BUG.replace(*change).replace("p->", "other->")
                            .replace("flags", "a").replace("->x", "->b").replace("->n", "->c"))
        try:
            named.place(bug, found)
        except ValueError:
            continue
        raise AssertionError(f"a place for {change}")
