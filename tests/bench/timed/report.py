# SPDX-License-Identifier: BSD-2-Clause
"""From measured values to tables and plots. Ratios are formed within a round, and only then their
median: what slows the host for a while slows both."""

import collections
import html
import math
import statistics

BEGIN, END = "<!-- timed: begin -->", "<!-- timed: end -->"
LOGARITHMIC = 8  # from this ratio of the largest value to the smallest on
COLOURS = ("#1b6ca8", "#999999", "#d1495b", "#66a182", "#edae49", "#6a4c93")


class Figure(collections.namedtuple("Figure", "board group name x unit")):
    """What is measured. `x` is a number along which figures of one name form a line, or None."""


def quartiles(values):
    """(first quartile, median, third quartile)."""
    if len(values) < 2:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def ratios(values, base):
    return [a / b for a, b in zip(values, base) if b > 0]


def number(value):
    """Three digits that count."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def spread(values):
    low, middle, high = (number(v) for v in quartiles(values))
    return middle if low == high else f"{middle} ({low} to {high})"


def subjects_of(figures):
    """In the order in which they were met; what is ours comes first."""
    names = dict.fromkeys(name for values in figures.values() for name in values)
    return sorted(names, key=lambda name: not name.startswith("ours"))


def table(figures, base):
    """Markdown: a row for each figure, the times of each subject, and ours divided by `base`."""
    names = subjects_of(figures)
    compared = [n for n in names if n.startswith("ours") and base in names]
    head = ["figure", *names, *(f"{n} / {base}" for n in compared)]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for figure, values in figures.items():
        cells = [figure.name if figure.x is None else f"{figure.name} {figure.x:,}"]
        cells += [spread(values[n]) if n in values else "" for n in names]
        for n in compared:
            both = n in values and base in values
            cells.append(spread(ratios(values[n], values[base])) if both else "")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


class Target(collections.namedtuple("Target", "words group name x subject base limit")):
    """A limit for the medians of some figures: those of a group whose name begins like this, at one
    `x` or at all (None). The value is the subject's, or its ratio to `base`."""

    def values(self, figures):
        for figure, values in figures.items():
            if (figure.group == self.group and figure.name.startswith(self.name) and self.subject in values
                    and (self.base is None or self.base in values) and self.x in (None, figure.x)):
                own = values[self.subject]
                yield quartiles(ratios(own, values[self.base]) if self.base else own)[1]


TARGETS = (
    Target("read or write of 4 KiB, depth 1 to 128, ours / floor", "disk depth", "null-co", None, "ours", "floor", 1.1),
    Target("read or write of 1 MiB, ours / floor", "disk size", "null-co", 1 << 20, "ours", "floor", 1.1),
    Target("console output of 64 B, us", "console", "", 64, "ours", None, 1.5),
    Target("console output of 64 KiB without a copy, us", "console", "", 65536, "ours, no copy", None, 15),
    Target("large file with its CRC-32, ours / U-Boot", "files", "", None, "ours", "U-Boot", 1.0),
    Target("TFTP with the CRC-32, ours / U-Boot", "fetch", "", None, "ours", "U-Boot", 1.0),
    Target("at rest, % of a processor", "rest", "", None, "ours", None, 0.1),
)


def targets(figures):
    """Markdown: a row for each target of which something was measured."""
    lines = ["| target, of the medians | at most | measured | met |", "|---|---|---|---|"]
    for target in TARGETS:
        values = sorted(target.values(figures))
        if values:
            met = sum(value <= target.limit for value in values)
            lines.append(f"| {target.words} | {target.limit} | {number(values[0])} to {number(values[-1])} |"
                         f" {met} of {len(values)} |")
    return "\n".join(lines)


def all_ratios(figures):
    """{(figure, words for the ratio): its value in each round}, of what is ours."""
    found = {}
    for figure, values in figures.items():
        base = "floor" if "floor" in values else "U-Boot"
        for name in values:
            if name.startswith("ours") and base in values and (both := ratios(values[name], values[base])):
                found[figure, f"{name} / {base}"] = both
    return found


def comparison(figures, earlier):
    """Markdown: how many ratios two runs have in common, and a row for each whose quartiles do not overlap."""
    now, then = all_ratios(figures), all_ratios(earlier)
    common = [key for key in now if key in then]
    rows = []
    for key in common:
        (low, _, high), (old_low, _, old_high) = quartiles(now[key]), quartiles(then[key])
        if low > old_high or high < old_low:
            figure, words = key
            name = figure.name if figure.x is None else f"{figure.name} {figure.x:,}"
            rows.append(f"| {figure.board}: {name} | {words} | {spread(then[key])} | {spread(now[key])} |")
    said = f"{len(common) - len(rows)} of {len(common)} ratios lie within their spread of that run: the quartiles overlap."
    head = ["", "| figure | ratio | then | now |", "|---|---|---|---|"]
    return "\n".join([said, *(head if rows else []), *rows])


def lines_of(figures):
    """{label: [(x, median)]} for a plot."""
    lines = collections.defaultdict(list)
    several = len({figure.name for figure in figures}) > 1
    for figure, values in figures.items():
        for name, list_ in values.items():
            lines[f"{figure.name}, {name}" if several else name].append((figure.x, quartiles(list_)[1]))
    return {label: sorted(points) for label, points in lines.items()}


def svg(title, x_title, unit, lines):
    """A plot of lines over a logarithmic x. If the values differ much, y is logarithmic, too."""
    width, height, left, top, right, bottom = 640, 360, 60, 40, 190, 45
    xs = sorted({x for points in lines.values() for x, _ in points})
    ys = [y for points in lines.values() for _, y in points]
    if max(ys) > LOGARITHMIC * min(ys):
        scale = math.log2
        marks = [2.0 ** i for i in range(math.floor(scale(min(ys))), math.ceil(scale(max(ys))) + 1)]
    else:
        scale = float
        marks = [1.1 * max(ys) * i / 5 for i in range(6)]

    def place(value, low, high):
        return (value - low) / (high - low or 1)

    def at(x, y):
        across = place(math.log2(x), math.log2(xs[0]), math.log2(xs[-1]))
        up = place(scale(y), scale(marks[0]), scale(marks[-1]))
        return left + across * (width - left - right), top + (1 - up) * (height - top - bottom)

    def text(x, y, words, anchor="middle", more=""):
        return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"{more}>{html.escape(words)}</text>'

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
           ' font-family="sans-serif" font-size="12">',
           "<!-- SPDX-License-Identifier: BSD-2-Clause; written by tests/bench/run -->",
           f'<rect width="{width}" height="{height}" fill="white"/>',
           text(width / 2, 20, title, more=' font-size="14"'),
           text(left + (width - left - right) / 2, height - 8, x_title),
           text(left, top - 8, unit)]
    for mark in marks:
        x, y = at(xs[0], mark)
        out.append(f'<path d="M{x:.1f} {y:.1f}H{width - right}" stroke="#dddddd"/>')
        out.append(text(left - 6, y + 4, number(mark), "end"))
    for x in xs:
        out.append(text(at(x, marks[0])[0], height - bottom + 18, f"{x:,}"))
    for i, (label, points) in enumerate(lines.items()):
        colour = COLOURS[i % len(COLOURS)]
        path = "L".join("{:.1f} {:.1f}".format(*at(*p)) for p in points)
        out.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += ['<circle cx="{:.1f}" cy="{:.1f}" r="3" fill="{}"/>'.format(*at(*p), colour) for p in points]
        out.append(f'<rect x="{width - right + 14}" y="{top + 20 * i - 9}" width="10" height="10" fill="{colour}"/>')
        out.append(text(width - right + 30, top + 20 * i, label, "start"))
    return "\n".join(out) + "\n</svg>\n"


def between_marks(page, text):
    """The page with `text` between the two marks."""
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    return f"{page[:begin]}\n{text}\n{page[end:]}"
