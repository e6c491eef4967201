#!/usr/bin/env python3
"""The comparisons of `make bench`: LDicomNet beside a bare socket, DCMTK, pynetdicom and dicom-rs, on one processor, over
loopback.

Prints each table as it is measured and the targets with what was reached, and puts the same into docs/performance.md.
Every loop is bounded, only processes that were started here are ended, and the whole stops by itself: after about eight
minutes, with --quick after two. Nothing but Python's own library is needed; peers that are not installed are named and left
out.
"""

import argparse
import os
import platform
import re
import shutil
import sys
import time
from pathlib import Path

import comparisons
import report
import secure
import store
from harness import ROOT, Failed, Options, note, version_of

COMPARISONS = comparisons.COMPARISONS | store.COMPARISONS | secure.COMPARISONS

PROGRAMS = ("acceptor", "requestor", "store_acceptor", "store_requestor")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=Path, default=ROOT / "build" / "bench", help="where bare_* and load_* are")
    parser.add_argument("--document", type=Path, default=ROOT / "docs" / "performance.md",
                        help="whose tables are replaced")
    parser.add_argument("--no-document", action="store_true", help="only print")
    parser.add_argument("--quick", action="store_true", help="one short round of everything: does it still run?")
    parser.add_argument("--only", nargs="+", choices=COMPARISONS, metavar="COMPARISON",
                        help=f"of {', '.join(COMPARISONS)}; implies --no-document")
    parser.add_argument("--python", type=Path, default=ROOT / "build" / "venv" / "bin" / "python",
                        help="one that has pynetdicom")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each measurement of each round")
    parser.add_argument("--cpu", type=int, default=min(os.sched_getaffinity(0)),
                        help="the processor that everything runs on")
    return parser.parse_args()


def machine():
    model = "unknown processor"
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    if found:
        model = found[1]
    return f"{model}, {os.cpu_count()} processors, Linux {platform.release().split('-')[0]}"


def find_peers(options, python):
    # Stores find their own, and leave out who is not there; nobody needs dicom-rs's.
    storescp, echoscu = shutil.which("storescp"), shutil.which("echoscu")
    pynetdicom = version_of([python, "-c", "import pynetdicom; print(pynetdicom.__version__)"], r"([\d.]+)")
    missing, versions = [], []
    if storescp and echoscu:
        version = version_of([storescp, "--version"], r"dcmtk: storescp v([0-9.]+)")
        versions.append(f"DCMTK {version or 'of unknown version'}")
    else:
        missing.append("DCMTK (storescp, echoscu)")
    if pynetdicom:
        versions.append(f"pynetdicom {pynetdicom}")
    else:
        missing.append("pynetdicom (scripts/setup.sh bench makes build/venv)")
    if dicom_rs := version_of(["dicom-storescp", "--version"], r"dicom-storescp ([0-9.]+)"):
        versions.append(f"dicom-rs's tools {dicom_rs}")
    for one in missing:
        note(f"left out, since it is not installed: {one}")
    return comparisons.peers(options, storescp, echoscu, python if pynetdicom else None), versions, missing


def main():
    chosen = arguments()
    options = Options(
        programs=chosen.programs.resolve(),
        cpu=chosen.cpu,
        rounds=1 if chosen.quick else chosen.rounds,
        seconds=0.1 if chosen.quick else chosen.seconds,
        quick=chosen.quick,
    )
    for program in ("bare_measured", *(f"{kind}_{program}" for kind in ("bare", "load") for program in PROGRAMS)):
        if not (options.programs / program).exists():
            sys.exit(f"{program} is not built: make bench builds it")
    if shutil.which("taskset") is None:
        sys.exit("taskset is not installed (Debian's util-linux has it)")
    peers, versions, missing = find_peers(options, chosen.python)

    began = time.monotonic()
    tables, verdicts, failures = [], [], []
    for name in chosen.only or COMPARISONS:
        note(f"== {name}")
        try:
            new_tables, new_verdicts = COMPARISONS[name](options, peers)
        except Failed as error:
            failures.append(f"{name}: {error}")
            note(f"    not measured: {error}")
            continue
        for table in new_tables:
            print(report.as_text(table), flush=True)
        tables += new_tables
        verdicts += new_verdicts
    targets = report.targets(verdicts)
    print(report.as_text(targets))
    note(f"{time.monotonic() - began:.0f} s")

    if chosen.only or chosen.quick or chosen.no_document:
        return
    preface = report.preface(machine(), versions, missing + failures, options)
    report.into_document(chosen.document, preface, [targets, *tables])
    note(f"{chosen.document.name} has the tables")


if __name__ == "__main__":
    main()
