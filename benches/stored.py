"""What was measured of stores, put into tables, plots and verdicts. Starts no program."""

import dataclasses
import statistics

import plots
from objects import Objects
from tables import (
    BARE,
    COST_HEAD,
    COST_REMARK,
    OURS,
    Plot,
    Table,
    Verdict,
    duration,
    median_of,
    share,
    share_text,
    thousands,
)

BARE_FROM_MEMORY = "bare socket, from memory"
OURS_FROM_MEMORY = f"{OURS}, from memory"
OURS_SAVING = "LDicomNet, SaveDS in the hook"

# Objects shorter than this are counted, longer ones weighed.
COUNTED_BYTES = 64 << 10

MEMORY_BYTES_MAX = 16 << 20


@dataclasses.dataclass
class Cell:
    """One comparison: objects of one size, received into one sink or sent, with PDUs of one length."""

    direction: str
    sent: Objects
    sink: str
    maximum_length: int | None
    measured: dict[str, list[dict]]
    failed: dict[str, str]

    def has(self, name):
        return bool(self.measured.get(name)) and name not in self.failed

    def rate(self, name):
        return median_of(self.measured[name], "rate")

    def of_bare(self, name):
        return share(self.measured, name) if self.has(name) and self.has(BARE) else None

    def best_of_dcmtk(self):
        names = [name for name in self.measured if name.startswith("DCMTK") and self.has(name)]
        return max(names, key=self.rate) if names else None

    def by_dcmtk(self, name):
        best = self.best_of_dcmtk()
        return share(self.measured, name, best) if best and self.has(name) else None

    def processor_by_dcmtk(self, name):
        """Processor time by that of the tool of DCMTK that needs the least."""
        names = [other for other in self.measured if other.startswith("DCMTK") and self.has(other)]
        if not names or not self.has(name):
            return None
        least = min(names, key=lambda other: median_of(self.measured[other], "processor_seconds"))
        return share(self.measured, name, least, "processor_seconds")

    def peak(self, name):
        return max(one["peak"] for one in self.measured[name])


@dataclasses.dataclass
class Found:
    cells: list[Cell] = dataclasses.field(default_factory=list)
    windows: dict = dataclasses.field(default_factory=dict)
    windows_failed: dict = dataclasses.field(default_factory=dict)
    two_processors: bool = False
    costs: list[list[str]] = dataclasses.field(default_factory=list)

    def of(self, direction, place, sink, maximum_length):
        """The cell of the objects in this place of the list of sizes: 0 the smallest."""
        sizes = sorted({cell.sent.size for cell in self.cells})
        for cell in self.cells:
            if (cell.direction, cell.sink, cell.maximum_length) == (direction, sink, maximum_length) and (
                cell.sent.size == sizes[place]
            ):
                return cell
        return None


def length_text(maximum_length):
    return f"{maximum_length >> 10} KiB" if maximum_length else "its own default"


def times_text(value):
    return f"{value:.2f}" if value is not None else ""


def unit_of(cell):
    return "objects/s" if cell.sent.size < COUNTED_BYTES else "GB/s"


def number_text(cell, rate):
    """Objects a second, or bytes, without the unit."""
    return thousands(rate) if cell.sent.size < COUNTED_BYTES else f"{rate * cell.sent.size / 1e9:.2f}"


def rate_text(cell, rate):
    return f"{number_text(cell, rate)} {unit_of(cell)}"


def processor_text(cell, seconds):
    if cell.sent.size < COUNTED_BYTES:
        return f"{seconds / cell.sent.count * 1e6:.1f} µs an object"
    return f"{seconds / cell.sent.bytes * 1e9:.2f} s a GB"


def memory_text(size):
    return f"{size / (1 << 20):.1f} MiB"


# Tables.


def rows_of(cell):
    for name, rounds in cell.measured.items():
        if not cell.has(name):
            yield [name, cell.failed.get(name, "not measured")]
            continue
        rates = [one["rate"] for one in rounds]
        yield [
            name,
            f"{number_text(cell, cell.rate(name))} ({number_text(cell, min(rates))} to {number_text(cell, max(rates))})",
            times_text(cell.of_bare(name)),
            times_text(cell.by_dcmtk(name)),
            processor_text(cell, median_of(rounds, "processor_seconds")),
            memory_text(cell.peak(name)),
        ]


def table_of(cells):
    """Of one size and direction; where there are several sinks, the first column names them."""
    cell = cells[0]
    count = f"{cell.sent.count:,} objects" if cell.sent.count > 1 else "one object"
    word = "acceptor" if cell.direction == "receive" else "requestor"
    title = f"C-STORE of {count} of {cell.sent.name}, as {word}, PDUs of {length_text(cell.maximum_length)}"
    head = ["", unit_of(cell), "share of bare", "by DCMTK's best", "processor time", "peak memory"]
    if cell.direction == "send":
        return Table(title, head, list(rows_of(cell)))
    rows = [[one.sink, *row] for one in cells for row in rows_of(one)]
    return Table(title, ["", *head], rows)


def tables_of_sizes(found, length):
    for direction in ("receive", "send"):
        cells = [cell for cell in found.cells if (cell.direction, cell.maximum_length) == (direction, length)]
        for size in sorted({cell.sent.size for cell in cells}):
            yield table_of([cell for cell in cells if cell.sent.size == size])


def table_of_lengths(found):
    rows = []
    for cell in sorted(found.cells, key=lambda cell: (cell.sent.size, cell.sink, cell.maximum_length or 0)):
        if not cell.has(OURS) or not cell.has(BARE):
            continue
        best = cell.best_of_dcmtk()
        rows.append(
            [
                f"{cell.sent.name}, {cell.sink}",
                length_text(cell.maximum_length),
                rate_text(cell, cell.rate(OURS)),
                rate_text(cell, cell.rate(BARE)),
                times_text(cell.of_bare(OURS)),
                f"{rate_text(cell, cell.rate(best))} ({best.removeprefix('DCMTK ')})" if best else "",
            ]
        )
    head = ["", "PDUs of", OURS, BARE, "share of bare", "DCMTK's best"]
    return Table("C-STORE by the length of PDUs", head, rows)


def table_of_windows(found):
    rows = []
    for (name, window), rounds in found.windows.items():
        if not rounds or (name, window) in found.windows_failed:
            rows.append([name, str(window), found.windows_failed.get((name, window), "not measured")])
            continue
        alone = found.windows.get((name, 1))
        rows.append(
            [
                name,
                str(window),
                thousands(median_of(rounds, "rate")),
                share_text(share({"of": rounds, "by": alone}, "of", "by")) if alone else "",
                duration(median_of(rounds, "p50_us")),
                duration(median_of(rounds, "p99_us")),
            ]
        )
    where = "each side on a processor of its own" if found.two_processors else "on one processor"
    head = ["", "requests under way", "objects/s", "by one", "p50", "p99"]
    return Table(f"C-STORE of 8 KiB as requestor with an asynchronous operations window, {where}", head, rows)


REMARKS = [
    "Processor time is user and system of the contender alone; what the kernel does for one side of a loopback connection "
    "it may do in the time of the other. Peak memory is VmHWM, code and libraries included. DCMTK's tools with "
    "TCP_NODELAY=1.",
    "As requestor, a program's search for files before the association does not count in its rate, but does in its "
    "processor time; `storescu` and `dcmsend` leave out the padding behind the pixel data.",
]


# Verdicts.


def verdict_of_rate(cell, what, of_bare=None, by_dcmtk=None, memory=None):
    """Reached if either share is, and the memory too."""
    wanted = []
    if by_dcmtk is not None:
        wanted.append(f"{by_dcmtk:g} x DCMTK")
    if of_bare is not None:
        wanted.append(f"{of_bare:g} of bare")
    target = " or ".join(wanted) + (", under 16 MiB" if memory else "")
    if cell is None or not cell.has(OURS) or not cell.has(BARE):
        reason = cell.failed.get(OURS, cell.failed.get(BARE, "not measured")) if cell else "not measured"
        return Verdict(what, target, reason, None)
    bare, dcmtk = cell.of_bare(OURS), cell.by_dcmtk(OURS)
    best = cell.best_of_dcmtk()
    text = f"{bare:.2f} of bare"
    if dcmtk is not None:
        text += f", {dcmtk:.2f} x DCMTK (bare is {share(cell.measured, BARE, best):.2f} x)"
    if memory:
        text += f", {memory_text(cell.peak(OURS))}"
    reached = (of_bare is not None and bare >= of_bare) or (by_dcmtk is not None and dcmtk is not None and dcmtk >= by_dcmtk)
    if memory and cell.peak(OURS) >= memory:
        reached = False
    return Verdict(what, target, text, reached)


def verdict_of_processor(cell, what):
    value = cell.processor_by_dcmtk(OURS) if cell else None
    if value is None:
        return Verdict(what, "0.5 of DCMTK's", "not measured", None)
    bare = cell.processor_by_dcmtk(BARE)
    text = f"{value:.2f}" + (f" (bare {bare:.2f})" if bare is not None else "")
    return Verdict(what, "0.5 of DCMTK's", text, value <= 0.5)


def by_window_of_one(found, name):
    """How often the rate with a window of 1 the one with 8 is; None where one was not measured."""
    one, eight = found.windows.get((name, 1)), found.windows.get((name, 8))
    if not one or not eight or {(name, 1), (name, 8)} & set(found.windows_failed):
        return None
    return statistics.median(more["rate"] / alone["rate"] for more, alone in zip(eight, one, strict=False))


def verdict_of_window(found, how, name, bare):
    what = f"Store 8 KiB {how}, window of 8 by window of 1"
    value, of_bare = by_window_of_one(found, name), by_window_of_one(found, bare)
    if value is None:
        return Verdict(what, "3", "not measured", None)
    text = f"{value:.2f}" + (f" (bare {of_bare:.2f})" if of_bare is not None else "")
    return Verdict(what, "3", text, value >= 3)


def verdicts(found, length):
    small, middle, large = 0, 1, 2
    names = [cell.sent.name for cell in sorted(found.cells, key=lambda cell: cell.sent.size)]
    large_name = names[-1]
    given = [verdict_of_rate(found.of("receive", middle, "discarded", length), "Receive 512 KiB, discard", of_bare=0.9)]
    for sink in ("tmpfs", "disk"):
        cells = [found.of("receive", place, sink, length) for place in (small, middle, large)]
        if not any(cells):
            continue
        given += [
            verdict_of_rate(cells[middle], f"Receive 512 KiB, write to {sink}", of_bare=0.8, by_dcmtk=2),
            verdict_of_rate(
                cells[large], f"Receive {large_name}, write to {sink}", of_bare=0.8, memory=MEMORY_BYTES_MAX
            ),
            verdict_of_rate(cells[small], f"Receive 8 KiB, write to {sink}", of_bare=0.7, by_dcmtk=1.6),
        ]
    cells = [found.of("send", place, "sent", length) for place in (small, middle, large)]
    given += [
        verdict_of_rate(cells[middle], "Send 512 KiB", by_dcmtk=3),
        verdict_of_rate(cells[large], f"Send {large_name}", of_bare=0.8, memory=MEMORY_BYTES_MAX),
        verdict_of_rate(cells[small], "Send 8 KiB", by_dcmtk=2),
        verdict_of_processor(cells[middle], "Processor time of sending, 512 KiB"),
        verdict_of_processor(cells[large], f"Processor time of sending, {large_name}"),
    ]
    for place, name, sink in (
        (middle, "512 KiB", "discarded"),
        (middle, "512 KiB", "tmpfs"),
        (large, large_name, "tmpfs"),
    ):
        cell = found.of("receive", place, sink, length)
        given.append(verdict_of_processor(cell, f"Processor time of receiving, {name}, {sink}"))
    return [
        *given,
        verdict_of_window(found, "from memory", OURS_FROM_MEMORY, BARE_FROM_MEMORY),
        verdict_of_window(found, "from files", OURS, BARE),
    ]


# Plots.


def kind_of(name):
    return "ours" if name.startswith(OURS) else "base" if name.startswith(BARE) else "other"


def plot_of(cells, title, file, value_of, text_of):
    groups = []
    for cell in cells:
        shown = [name for name in cell.measured if cell.has(name)]
        bars = [plots.Bar(name, value_of(cell, name), text_of(cell, value_of(cell, name)), kind_of(name)) for name in shown]
        groups.append(plots.Group(f"{cell.sent.name}, {cell.sink}", bars))
    return Plot(title, file, plots.bars(title, groups))


def plots_of(cells):
    """Of all cells at one length of PDUs. A disk is no more than another file system while the page cache takes it all."""
    received = [cell for cell in cells if cell.direction == "receive" and cell.sink != "disk"]
    sent = [cell for cell in cells if cell.direction == "send"]
    large = [cell for cell in [*received, *sent] if cell.sent.count == 1]
    yield plot_of(received, "C-STORE as acceptor, on one processor", "store-receive.svg", Cell.rate, rate_text)
    yield plot_of(sent, "C-STORE as requestor, on one processor", "store-send.svg", Cell.rate, rate_text)
    title = "Peak memory while one large object moves"
    yield plot_of(large, title, "store-memory.svg", Cell.peak, lambda _, size: memory_text(size))


def results(found, length=131072):
    """Tables and plots, and verdicts."""
    tables = list(tables_of_sizes(found, length))
    tables[-1].remarks = REMARKS
    shown = plots_of([cell for cell in found.cells if cell.maximum_length == length])
    costs = Table("Cost of one C-STORE", ["", "", *COST_HEAD], found.costs, [COST_REMARK])
    return [*shown, *tables, table_of_lengths(found), table_of_windows(found), costs], verdicts(found, length)
