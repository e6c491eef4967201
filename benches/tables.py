"""What comparisons give, and the arithmetic that they share: rounds, medians, shares.

Contenders alternate within a round, and a share is the median over the rounds of "contender by another of the same round":
what else the machine does then falls on both. Nothing here starts a program.
"""

import dataclasses
import statistics
import time

from harness import INSTRUCTIONS, SYSTEM_CALLS, Failed, note

# A contender whose round takes longer, for what it must finish, is measured in one round alone.
ONCE_IS_ENOUGH_SECONDS = 5

BARE = "bare socket"
OURS = "LDicomNet"


@dataclasses.dataclass
class Table:
    """Rows of text under a heading, with what is to be said about them."""

    title: str
    head: list[str]
    rows: list[list[str]]
    remarks: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Plot:
    """A picture in a file of its own, beside the document."""

    title: str
    file: str
    svg: str


@dataclasses.dataclass
class Verdict:
    """A target of the project and what was measured of it."""

    what: str
    target: str
    measured: str
    reached: bool | None


def thousands(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}"


def share_text(value):
    return f"{value:.2f}" if value >= 0.1 else f"{value:.1g}"


def duration(microseconds):
    if microseconds is None:
        return ""
    if microseconds < 1_000:
        return f"{microseconds:.1f} µs" if microseconds < 100 else f"{microseconds:.0f} µs"
    return f"{microseconds / 1_000:.1f} ms" if microseconds < 100_000 else f"{microseconds / 1_000:,.0f} ms"


def shares_of(options, contenders, measure):
    """`measure(contender)` for each contender in turn, over all rounds. By contender: what it gave each round; or why
    there is nothing."""
    measured = {name: [] for name in contenders}
    failed, slow = {}, set()
    for _ in range(options.rounds):
        for name in contenders:
            if name in failed or name in slow:
                continue
            began = time.monotonic()
            try:
                measured[name].append(measure(name))
            except Failed as error:
                failed[name] = str(error)
                note(f"    {name}: {error}")
            if time.monotonic() - began > ONCE_IS_ENOUGH_SECONDS:
                slow.add(name)
    return measured, failed


def median_of(measured, key):
    values = [one[key] for one in measured if key in one]
    return statistics.median(values) if values else None


def share(measured, name, base=BARE, key="rate"):
    """The median over the rounds of the rate by that of the bare socket."""
    return statistics.median(one[key] / with_[key] for one, with_ in zip(measured[name], measured[base], strict=False))


COST_HEAD = ["system calls", "instructions in user space"]

COST_REMARK = (
    "Counted with N and with 2 N (strace -c -f; callgrind), the difference by N. strace slows what it counts a "
    "hundredfold: calls that come by the clock, as the watcher's futex, are counted that many times too often."
)


def cost_cells(count, counting):
    """Calls and instructions of one operation, as text. `counting(counter)` gives what runs so many of them."""
    try:
        calls = SYSTEM_CALLS.of_each(count, counting(SYSTEM_CALLS))
        counted = INSTRUCTIONS.of_each(count, counting(INSTRUCTIONS))
    except Failed as error:
        return [str(error), ""]
    parts = ", ".join(f"{call} {number:.1f}" for call, number in calls.items() if number >= 0.05)
    return [f"{sum(calls.values()):.1f}: {parts}", thousands(counted["all"])]
