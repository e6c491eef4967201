"""What is compared with what of associations and echoes, and against which target. Each comparison gives the tables that
docs/performance.md shows. Stores have store.py.
"""

import dataclasses
import os
import re
import statistics
import subprocess
import time

from harness import (
    ROOT,
    Acceptor,
    Failed,
    free_port,
    held_open,
    load,
    memory_at_rest,
    note,
    pinned,
    running,
)
from tables import (
    BARE,
    COST_HEAD,
    COST_REMARK,
    OURS,
    Table,
    Verdict,
    cost_cells,
    duration,
    median_of,
    share,
    share_text,
    shares_of,
    thousands,
)

# Counts are bounded by time; this many come in no time given.
ENDLESS = 10_000_000

LEAST = "least epoll program"
DCMTK = "DCMTK, TCP_NODELAY=1"
DCMTK_AS_SHIPPED = "DCMTK as shipped"
PYNETDICOM = "pynetdicom"


@dataclasses.dataclass
class Peers:
    """What there is to compare on this machine."""

    acceptors: dict[str, Acceptor]
    pynetdicom: tuple[str, ...] | None
    echoscu: str | None


def peers(options, storescp, echoscu, python):
    programs = options.programs
    acceptors = {
        BARE: Acceptor(BARE, (str(programs / "bare_acceptor"),)),
        LEAST: Acceptor(LEAST, (str(programs / "bare_acceptor"), "--epoll")),
        OURS: Acceptor(OURS, (str(programs / "load_acceptor"),)),
    }
    if storescp:
        argv = (storescp, "--ignore", "{port}")
        acceptors[DCMTK] = Acceptor(DCMTK, argv, {"TCP_NODELAY": "1"})
        acceptors[DCMTK_AS_SHIPPED] = Acceptor(DCMTK_AS_SHIPPED, argv)
    pynetdicom = (str(python), str(ROOT / "benches" / "pynetdicom_peer.py")) if python else None
    if pynetdicom:
        acceptors[PYNETDICOM] = Acceptor(PYNETDICOM, (*pynetdicom, "acceptor"))
    return Peers(acceptors, pynetdicom, echoscu)


def bare(options, *arguments):
    return [str(options.programs / "bare_requestor"), *map(str, arguments)]


def ours(options, *arguments):
    return [str(options.programs / "load_requestor"), *map(str, arguments)]


# Rates, as shares of the bare socket.


def rate_table(title, unit, measured, failed, remarks=()):
    rows = []
    for name, rounds in measured.items():
        if not rounds or name in failed:
            rows.append([name, failed.get(name, "not measured"), "", "", ""])
            continue
        rates = [one["rate"] for one in rounds]
        rows.append(
            [
                name,
                f"{thousands(statistics.median(rates))} ({thousands(min(rates))} to {thousands(max(rates))})",
                share_text(share(measured, name)) if measured[BARE] else "",
                duration(median_of(rounds, "p50_us")),
                duration(median_of(rounds, "p99_us")),
            ]
        )
    return Table(title, ["", f"{unit} a second", "share", "p50", "p99"], rows, list(remarks))


def verdict_of_share(what, target, measured, failed, name=OURS):
    if failed.get(name) or not measured.get(name) or not measured.get(BARE):
        return Verdict(what, f"{target}", failed.get(name, "not measured"), None)
    reached = share(measured, name)
    return Verdict(what, f"{target}", f"{reached:.2f}", reached >= target)


def echo_as_acceptor(options, peers):
    def measure(name):
        with running(options, peers.acceptors[name]) as (_, port):
            return load(options, bare(options, "echo", port, ENDLESS, options.seconds))

    measured, failed = shares_of(options, list(peers.acceptors), measure)
    table = rate_table("C-ECHO on one association, as acceptor", "echoes", measured, failed)
    return [table], [verdict_of_share("C-ECHO as acceptor, share of the bare socket", 0.8, measured, failed)]


def associations_as_acceptor(options, peers):
    contenders = [name for name in peers.acceptors if name != DCMTK_AS_SHIPPED]
    tables, verdicts, alone = [], [], None
    for at_once in (1, 8, 64):

        def measure(name, at_once=at_once):
            with running(options, peers.acceptors[name]) as (_, port):
                if at_once == 1:
                    return load(options, bare(options, "serial", port, ENDLESS, options.seconds))
                return load(options, bare(options, "many", port, ENDLESS, at_once, options.seconds))

        measured, failed = shares_of(options, contenders, measure)
        tables.append(rate_table(f"Associations, {at_once} at once, as acceptor", "associations", measured, failed))
        what = f"Associations as acceptor, {at_once} at once, share of the bare socket"
        verdicts.append(verdict_of_share(what, 0.8, measured, failed))
        if at_once == 1:
            alone = measured[BARE]
    if alone and measured[OURS] and OURS not in failed:
        against_serial = median_of(measured[OURS], "rate") / median_of(alone, "rate")
        least = median_of(measured[LEAST], "rate") / median_of(alone, "rate") if measured[LEAST] else 0
        text = f"{against_serial:.2f} (the least epoll program {least:.2f})"
        verdicts.append(Verdict("64 associations at once, by bare serial ones", "1", text, against_serial >= 1))
    return tables, verdicts


# As requestor, against the bare acceptor.


def as_requestor(options, peers):
    acceptor = peers.acceptors[BARE]
    tables, verdicts = [], []

    def echo(name):
        with running(options, acceptor) as (_, port):
            if name == PYNETDICOM:
                return load(options, [*peers.pynetdicom, "echo", str(port), str(options.seconds)])
            if name == DCMTK:
                # It says nothing of single echoes.
                return {"rate": dcmtk_echo_rate(options, peers, port, 2_000, {"TCP_NODELAY": "1"})}
            program = bare if name == BARE else ours
            return load(options, program(options, "echo", port, ENDLESS, options.seconds))

    contenders = [BARE, OURS, *([DCMTK] if peers.echoscu else []), *([PYNETDICOM] if peers.pynetdicom else [])]
    measured, failed = shares_of(options, contenders, echo)
    tables.append(rate_table("C-ECHO on one association, as requestor", "echoes", measured, failed))
    verdicts.append(verdict_of_share("C-ECHO as requestor, share of the bare socket", 0.8, measured, failed))

    for at_once in (1, 8, 64):

        def associations(name, at_once=at_once):
            with running(options, acceptor) as (_, port):
                if name == PYNETDICOM:
                    return load(options, [*peers.pynetdicom, "serial", str(port), str(options.seconds)])
                if name == BARE and at_once == 1:
                    return load(options, bare(options, "serial", port, ENDLESS, options.seconds))
                program = bare if name == BARE else ours
                return load(options, program(options, "many", port, ENDLESS, at_once, options.seconds))

        contenders = [BARE, OURS, *([PYNETDICOM] if peers.pynetdicom and at_once == 1 else [])]
        measured, failed = shares_of(options, contenders, associations)
        title = f"Associations, {at_once} at once, as requestor"
        tables.append(rate_table(title, "associations", measured, failed))
        what = f"Associations as requestor, {at_once} at once, share of the bare socket"
        verdicts.append(verdict_of_share(what, 0.8, measured, failed))
    return tables, verdicts


def dcmtk_echo_rate(options, peers, port, count, environment=None):
    """Echoes a second of `echoscu --repeat`, from two runs, so that the program's start does not count."""

    def seconds(repeat):
        began = time.perf_counter()
        argv = pinned(options, [peers.echoscu, "--repeat", repeat, "127.0.0.1", port])
        inherited = {name: value for name, value in os.environ.items() if name != "TCP_NODELAY"}
        done = subprocess.run(
            argv, env=inherited | (environment or {}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30
        )
        if done.returncode != 0:
            raise Failed(f"echoscu ended with status {done.returncode}")
        return time.perf_counter() - began

    return count / max(seconds(count + 1) - seconds(1), 1e-9)


# Many at once with a short backlog.


def slowest_of_many(options, peers):
    count = 2_000 if options.quick else 20_000

    def with_backlog(name, backlog):
        return dataclasses.replace(peers.acceptors[name], argv=(*peers.acceptors[name].argv, "--backlog", str(backlog)))

    # The requestor connects 16 times in a row at most: whoever accepts in batches keeps a backlog of 50 from overflowing.
    # Ours is the application's choice (nNbPeers); storescp's is 50.
    ours_with_50 = f"{OURS}, backlog 50"
    contenders = {f"{name}, backlog 50": with_backlog(name, 50) for name in (BARE, LEAST, OURS)}
    contenders[f"{OURS}, backlog 128"] = with_backlog(OURS, 128)
    if DCMTK in peers.acceptors:
        contenders[DCMTK] = peers.acceptors[DCMTK]

    def measure(name):
        with running(options, contenders[name]) as (_, port):
            together = load(options, bare(options, "many", port, count, 64, 20))
            alone = load(options, bare(options, "serial", port, count, options.seconds))
            return {"together": together["slowest_us"], "alone": alone["slowest_us"], "rate": together["rate"]}

    rounds = dataclasses.replace(options, rounds=min(options.rounds, 3))
    measured, failed = shares_of(rounds, list(contenders), measure)
    rows = []
    for name, rounds_of in measured.items():
        if name in failed or not rounds_of:
            rows.append([name, failed.get(name, ""), "", ""])
            continue
        rows.append(
            [
                name,
                duration(median_of(rounds_of, "together")),
                duration(max(one["together"] for one in rounds_of)),
                duration(median_of(rounds_of, "alone")),
                thousands(median_of(rounds_of, "rate")),
            ]
        )
    head = ["", "slowest, median", "slowest of all rounds", "slowest one alone", "associations a second"]
    table = Table(f"Slowest of {count:,} associations, 64 at once", head, rows)
    what = f"Slowest of {count:,}, more than alone, backlog 50"
    verdict = Verdict(what, "under 100 ms", failed.get(ours_with_50, "not measured"), None)
    if measured[ours_with_50] and ours_with_50 not in failed:
        more = max(one["together"] - one["alone"] for one in measured[ours_with_50])
        verdict = dataclasses.replace(verdict, measured=duration(max(more, 0)), reached=more < 100_000)
    return [table], [verdict]


# Memory.


def idle_memory(options, peers):
    rows, verdicts = [], []
    plans = [(OURS, peers.acceptors[OURS], (1_000,) if options.quick else (1_000, 5_000))]
    plans.append((LEAST, peers.acceptors[LEAST], (1_000,)))
    if DCMTK in peers.acceptors:
        argv = peers.acceptors[DCMTK].argv
        forking = Acceptor("DCMTK --fork", (argv[0], "--fork", *argv[1:]), {"TCP_NODELAY": "1"})
        plans.append((forking.name, forking, (100,)))
    if PYNETDICOM in peers.acceptors:
        plans.append((PYNETDICOM, peers.acceptors[PYNETDICOM], (100,)))
    for name, acceptor, counts in plans:
        for count in counts:
            try:
                each = memory_of_each(options, acceptor, count)
            except Failed as error:
                rows.append([name, f"{count:,}", str(error)])
                continue
            rows.append([name, f"{count:,}", f"{each / 1024:.1f} KiB"])
            if name == OURS:
                what = f"User memory of an idle association, {count:,} open"
                verdicts.append(Verdict(what, "at most 4 KiB", f"{each / 1024:.2f} KiB", each <= 4096))
    remarks = ["Anonymous resident memory (RssAnon) with the associations open, less that before, by their number."]
    return [Table("User memory of an idle association", ["", "open", "each"], rows, remarks)], verdicts


def memory_of_each(options, acceptor, count):
    with running(options, acceptor) as (process, port):
        # What the first connections allocate once is not the idle ones'.
        load(options, bare(options, "many", port, min(256, count), min(64, count // 10), 5))
        before = memory_at_rest(process)
        with held_open(options, port, count, "associated"):
            return (memory_at_rest(process) - before) / count


# Connections that say nothing.


def delay_by_silent_ones(options, peers):
    plans = [(OURS, *others) for others in OTHERS]
    if DCMTK in peers.acceptors:
        plans += [(DCMTK, 0, "silent"), (DCMTK, 1, "silent")]

    def measure(plan):
        name, count, how = plan
        with running(options, peers.acceptors[name]) as (_, port), held_open(options, port, count, how):
            return load(options, bare(options, "serial", port, ENDLESS, options.seconds), patience=8)

    measured, failed = shares_of(options, plans, measure)
    rows = []
    for plan, rounds in measured.items():
        name, count, how = plan
        label = f"{count:,} {WORDS[how]}" if count else "none"
        if plan in failed:
            rows.append([name, label, failed[plan], "", ""])
            continue
        rows.append([name, label, *(duration(median_of(rounds, key)) for key in ("p50_us", "p99_us", "slowest_us"))])
    head = ["", "open", "p50", "p99", "slowest"]
    table = Table("One association after the other, with others open that say nothing", head, rows)
    return [table], [verdict_of_delay({plan: rounds for plan, rounds in measured.items() if plan not in failed})]


# How many others are open, and what they do.
NOBODY = (0, "silent")
OTHERS = (NOBODY, (1, "silent"), (1, "half"), (1_000, "silent"), (1_000, "half"))
WORDS = {"silent": "silent", "half": "in the middle of a PDU"}


def verdict_of_delay(measured):
    """The median association with 1,000 others, by the one without; what the latter differ by among themselves, and a
    tenth in any case, is not measurable."""
    verdict = Verdict("Delay by 1,000 silent or half-PDU connections", "none measurable", "not measured", None)
    without = [one["p50_us"] for one in measured.get((OURS, *NOBODY), [])]
    delays = []
    for how in WORDS:
        rounds = [one["p50_us"] for one in measured.get((OURS, 1_000, how), [])]
        if not without or len(rounds) != len(without):
            return verdict
        delays.append(statistics.median(with_them - alone for with_them, alone in zip(rounds, without, strict=True)))
    unsteady = max(max(without) - min(without), 0.1 * statistics.median(without))
    text = f"{max(delays):+.1f} µs in the median association; without them it differs by {unsteady:.1f} µs"
    return dataclasses.replace(verdict, measured=text, reached=max(delays) <= unsteady)


# Against DCMTK's tools as they are shipped.


def against_dcmtk(options, peers):
    if not peers.echoscu or DCMTK_AS_SHIPPED not in peers.acceptors:
        raise Failed("DCMTK is not installed")
    target = 200 * 11
    shipped = peers.acceptors[DCMTK_AS_SHIPPED]
    with running(options, shipped) as (_, port):
        among_themselves = dcmtk_echo_rate(options, peers, port, 20)
    with running(options, peers.acceptors[OURS]) as (_, port):
        as_acceptor = dcmtk_echo_rate(options, peers, port, 500 if options.quick else 5_000)
    with running(options, shipped) as (_, port):
        as_requestor = load(options, ours(options, "echo", port, ENDLESS, 2 * options.seconds))["rate"]
    rows = [
        ["echoscu to storescp", thousands(among_themselves)],
        ["echoscu to LDicomNet", thousands(as_acceptor)],
        ["LDicomNet to storescp", thousands(as_requestor)],
    ]
    what = "Operations a second, "
    verdicts = [
        Verdict(what + "DCMTK's echoscu as shipped to us", f"{target:,}", thousands(as_acceptor), as_acceptor >= target),
        Verdict(what + "we to DCMTK's storescp as shipped", f"{target:,}", thousands(as_requestor), as_requestor >= target),
    ]
    title = "C-ECHOs a second with DCMTK's tools as shipped (Nagle's algorithm on)"
    return [Table(title, ["", "echoes a second"], rows)], verdicts


# What an operation costs.


def cost_of_each(options, peers):
    contenders = [name for name in (OURS, BARE, LEAST, DCMTK) if name in peers.acceptors]
    rows = []
    for what, load_name, count in (("C-ECHO", "echo", 1_000), ("association", "serial", 200)):
        for name in contenders:

            def counting(counter, name=name, load_name=load_name):
                acceptor = peers.acceptors[name]
                return lambda number: counter.of_acceptor(
                    options, acceptor, lambda port: bare(options, load_name, port, number)
                )

            rows.append([what, name, *cost_cells(count, counting)])
    title = "Cost of one C-ECHO and of one association (with its C-ECHO), as acceptor"
    return [Table(title, ["", "acceptor", *COST_HEAD], rows, [COST_REMARK])], []


COMPARISONS = {
    "echo": echo_as_acceptor,
    "associations": associations_as_acceptor,
    "requestor": as_requestor,
    "slowest": slowest_of_many,
    "memory": idle_memory,
    "silent": delay_by_silent_ones,
    "dcmtk": against_dcmtk,
    "cost": cost_of_each,
}
