"""What is compared with what of stores: C-STORE over loopback, each side alone, against a bare program that moves the same
bytes, DCMTK's tools and dicom-rs's. stored.py has the targets.

Receivers are loaded by the bare requestor: from memory where objects are small, by sendfile where they are not. Senders read
files that are in the page cache, and send to the bare acceptor, which discards and says how long it took: from the
acceptance of the association to the last response, so that no program's start counts. The processor time of a sender's start
is measured with one object and taken off.
"""

import dataclasses
import os
import shutil
import statistics
from pathlib import Path

import objects
import stored
from harness import Acceptor, Failed, line_said_by, load, load_measured, note, peak_memory, processor_seconds, running
from stored import BARE, BARE_FROM_MEMORY, OURS, OURS_FROM_MEMORY, OURS_SAVING, Cell
from tables import cost_cells, shares_of

# The most that DCMTK's tools have, and what LDicomNet asks for where the application says nothing.
LONG_PDU = 131072
SHORT_PDU = 16384

NODELAY = {"TCP_NODELAY": "1"}

TMPFS = Path("/dev/shm")

# Of the 500 MB and, above all, of 2,000 exchanges with another program that waits.
PATIENCE_SECONDS = 60

# Objects that are counted, and twice as many.
COSTED = 100

# dcmrecv takes what a configuration tells it, and nothing without one.
DCMRECV_CONFIGURATION = f"""[[TransferSyntaxes]]
[Explicit]
TransferSyntax1 = LittleEndianExplicit
[[PresentationContexts]]
[Storage]
PresentationContext1 = {objects.CT_IMAGE_STORAGE}\\Explicit
[[Profiles]]
[Default]
PresentationContexts = Storage
"""


@dataclasses.dataclass
class Place:
    """Where the files of a run are: those that are sent, those that are received on tmpfs and on a disk, and dcmrecv's
    configuration."""

    tmpfs: Path | None
    disk: Path
    configuration: Path


def make_objects(options, folder):
    plan = [("8 KiB", 2_000, 8 << 10), ("512 KiB", 500, 512 << 10), ("500 MB", 1, 500_000_000)]
    if options.quick:
        plan = [("8 KiB", 200, 8 << 10), ("512 KiB", 200, 512 << 10), ("20 MB", 1, 20_000_000)]
    return [objects.make(folder / name.replace(" ", ""), name, count, size) for name, count, size in plan]


# Receivers.


def receivers(options, place, folder, maximum_length):
    """By name. `folder` None: what comes is discarded; `maximum_length` None: each one's own, DCMTK's raised to its most,
    which costs it nothing."""
    programs = options.programs
    length = ("--maximum-length", str(maximum_length)) if maximum_length else ()
    write = ("--write", str(folder)) if folder else ()
    acceptors = {
        BARE: (str(programs / "bare_store_acceptor"), *write, *length),
        OURS: (str(programs / "load_store_acceptor"), *write, *length),
    }
    if folder:
        acceptors[OURS_SAVING] = (str(programs / "load_store_acceptor"), "--save", str(folder), *length)
    pdu = ("-pdu", str(maximum_length or LONG_PDU))
    keep = ("-od", str(folder)) if folder else ("--ignore",)
    if storescp := shutil.which("storescp"):
        acceptors["DCMTK storescp"] = (storescp, *pdu, *keep, "{port}")
        if folder:
            acceptors["DCMTK storescp +B"] = (storescp, *pdu, "+B", *keep, "{port}")
    if dcmrecv := shutil.which("dcmrecv"):
        configured = (dcmrecv, "-xf", str(place.configuration), "Default", *pdu)
        acceptors["DCMTK dcmrecv"] = (*configured, *keep, "{port}")
        if folder:
            acceptors["DCMTK dcmrecv +B"] = (*configured, "+B", *keep, "{port}")
    if folder and (storescp := shutil.which("dicom-storescp")):
        rest = ("--max-pdu-length", str(maximum_length or LONG_PDU), "-o", str(folder))
        acceptors["dicom-rs storescp"] = (storescp, "-p", "{port}", *rest)
    return {name: Acceptor(name, argv, NODELAY) for name, argv in acceptors.items()}


def receive(options, acceptor, sent, folder):
    """What it took to receive all of these objects."""
    if folder:
        for file in folder.iterdir():
            file.unlink()
    how = ["--sendfile"] if sent.count == 1 else ["--count", sent.count]
    with running(options, acceptor) as (process, port):
        before = processor_seconds(process)
        argv = [options.programs / "bare_store_requestor", port, sent.any(), *how]
        measured = load(options, argv, PATIENCE_SECONDS)
        measured["rate"] = measured["count"] / measured["seconds"]
        measured["processor_seconds"] = processor_seconds(process) - before
        measured["peak"] = peak_memory(process)
    if folder:
        check_stored(folder, sent)
    return measured


def check_stored(folder, sent):
    """Whoever is fast by storing nothing is not measured."""
    sizes = [file.stat().st_size for file in folder.iterdir()]
    # With or without a meta header, with or without the padding at the end.
    if len(sizes) != sent.count or sum(sizes) < 0.9 * sent.bytes:
        raise Failed(f"{len(sizes)} files of {sum(sizes):,} bytes in all are stored, of {sent.count} of {sent.bytes:,}")


def receiving(options, place, sent, sink, maximum_length, names=None):
    folder = {"discarded": None, "tmpfs": place.tmpfs, "disk": place.disk}[sink]
    contenders = receivers(options, place, folder, maximum_length)
    if names:
        contenders = {name: contenders[name] for name in names if name in contenders}
    note(f"    {sent.name}, {sink}, PDUs of {stored.length_text(maximum_length)}")
    measured, failed = shares_of(options, list(contenders), lambda name: receive(options, contenders[name], sent, folder))
    if folder:
        for file in folder.iterdir():
            file.unlink()
    return Cell("receive", sent, sink, maximum_length, measured, failed)


# Senders.


def senders(options):
    """By name, a function that gives the command for a port and objects."""
    programs = options.programs
    found = {
        BARE: lambda port, sent: [programs / "bare_store_requestor", port, sent.folder, "--sendfile"],
        BARE_FROM_MEMORY: lambda port, sent: [
            programs / "bare_store_requestor", port, sent.any(), "--count", sent.count
        ],
        OURS: lambda port, sent: [programs / "load_store_requestor", port, sent.folder],
    }
    # The PDUs that they take is another option, of no influence here.
    longest = ["--max-send-pdu", LONG_PDU]
    if storescu := shutil.which("storescu"):
        found["DCMTK storescu"] = lambda port, sent: [storescu, *longest, "+sd", "127.0.0.1", port, sent.folder]
    if dcmsend := shutil.which("dcmsend"):
        found["DCMTK dcmsend"] = lambda port, sent: [dcmsend, *longest, "+sd", "127.0.0.1", port, sent.folder]
    if rust := shutil.which("dicom-storescu"):
        found["dicom-rs storescu"] = lambda port, sent: [
            rust, "--max-pdu-length", LONG_PDU, f"127.0.0.1:{port}", sent.folder
        ]
    return found


def discarding(options, maximum_length):
    length = ("--maximum-length", str(maximum_length)) if maximum_length else ()
    return Acceptor(BARE, (str(options.programs / "bare_store_acceptor"), *length))


def send(options, command, sent, maximum_length):
    """What it took to send all of these objects."""
    with running(options, discarding(options, maximum_length)) as (process, port):
        used = load_measured(options, command(port, sent), NODELAY, PATIENCE_SECONDS)
        said = line_said_by(process)
    if said["count"] != sent.count:
        raise Failed(f"{said['count']} of {sent.count} came")
    return {
        "rate": said["count"] / said["seconds"],
        "processor_seconds": used["processor_seconds"],
        "peak": used["peak_kib"] * 1024,
    }


def sending(options, sent, one, maximum_length, names=None):
    contenders = senders(options)
    if names:
        contenders = {name: contenders[name] for name in names if name in contenders}
    # From memory it is the ideal sender of small objects; a large one would have to be in memory whole.
    if sent.count == 1:
        contenders.pop(BARE_FROM_MEMORY, None)
    note(f"    {sent.name}, sent, PDUs of {stored.length_text(maximum_length)}")
    begun = {}

    def measure(name):
        if name not in begun:
            starts = [send(options, contenders[name], one, maximum_length)["processor_seconds"] for _ in range(3)]
            begun[name] = statistics.median(starts)
        measured = send(options, contenders[name], sent, maximum_length)
        measured["processor_seconds"] = max(measured["processor_seconds"] - begun[name], 0)
        return measured

    measured, failed = shares_of(options, list(contenders), measure)
    return Cell("send", sent, "sent", maximum_length, measured, failed)


# Windows.


def windows(options, sent):
    """By (who, window): small objects into the bare acceptor with 1 and 8 requests under way, requestor and acceptor each on
    a processor of their own where there are two: what a window saves is waiting for the other side to wake."""
    others = [cpu for cpu in sorted(os.sched_getaffinity(0)) if cpu != options.cpu]
    elsewhere = dataclasses.replace(options, cpu=others[0]) if others else options
    programs = options.programs
    commands = {
        BARE: lambda port: [programs / "bare_store_requestor", port, sent.folder, "--sendfile"],
        BARE_FROM_MEMORY: lambda port: [programs / "bare_store_requestor", port, sent.any(), "--count", sent.count],
        OURS: lambda port: [programs / "load_store_requestor", port, sent.folder],
        OURS_FROM_MEMORY: lambda port: [programs / "load_store_requestor", port, sent.folder, "--loaded"],
    }

    def measure(plan):
        name, window = plan
        with running(elsewhere, discarding(options, LONG_PDU)) as (_, port):
            return load(options, [*commands[name](port), "--window", window], PATIENCE_SECONDS)

    note("    windows")
    return shares_of(options, [(name, window) for name in commands for window in (1, 8)], measure), bool(others)


# What one object costs.


def costs(options, place, sizes):
    """Rows of the cost of one object, small and middle, received and sent."""
    small, middle = sizes[0], sizes[1]
    kept = receivers(options, place, place.tmpfs or place.disk, LONG_PDU)
    discarded = receivers(options, place, None, LONG_PDU)
    received = [
        ("received 8 KiB, written", small, kept, "DCMTK storescp +B"),
        ("received 512 KiB, discarded", middle, discarded, "DCMTK dcmrecv"),
        ("received 512 KiB, written", middle, kept, "DCMTK storescp +B"),
    ]
    plans = [
        (what, name, received_by(options, contenders[name], sent))
        for what, sent, contenders, dcmtk in received
        for name in (OURS, BARE, dcmtk)
        if name in contenders
    ]
    requestors = senders(options)
    plans += [
        (what, name, sent_by(options, requestors[name], sent))
        for what, sent in (("sent 8 KiB", small), ("sent 512 KiB", middle))
        for name in (OURS, BARE, "DCMTK storescu")
        if name in requestors
    ]
    note("    costs")
    return [[what, name, *cost_cells(COSTED, counting)] for what, name, counting in plans[: 1 if options.quick else None]]


def received_by(options, acceptor, sent):
    def command(port, number):
        return [options.programs / "bare_store_requestor", port, sent.any(), "--count", number]

    return lambda counter: lambda number: counter.of_acceptor(options, acceptor, lambda port: command(port, number))


def sent_by(options, command, sent):
    """Of a directory, which is sent whole: of the first so many of its files."""

    def run(counter, number):
        with objects.some(sent, number) as fewer:
            acceptor = discarding(options, LONG_PDU)
            return counter.of_requestor(options, acceptor, lambda port: command(port, fewer))

    return lambda counter: lambda number: run(counter, number)


# The whole.


def store(options, _peers):
    place_on_disk = options.programs.parent
    with objects.folder(place_on_disk, "store-sent") as sent_folder, objects.folder(place_on_disk, "store") as disk:
        configuration = sent_folder / "dcmrecv.cfg"
        configuration.write_text(DCMRECV_CONFIGURATION)
        sizes = make_objects(options, sent_folder)
        one = objects.make(sent_folder / "one", "one", 1, 8 << 10)
        if not os.access(TMPFS, os.W_OK):
            note(f"left out, since it is not there: {TMPFS}")
            return stored.results(compare(options, Place(None, disk, configuration), sizes, one))
        with objects.folder(TMPFS, "ldicomnet-bench") as tmpfs:
            return stored.results(compare(options, Place(tmpfs, disk, configuration), sizes, one))


def compare(options, place, sizes, one):
    found = stored.Found()
    fewer = dataclasses.replace(options, rounds=min(options.rounds, 3))
    sinks = ["discarded", *(["tmpfs"] if place.tmpfs else []), "disk"]
    some = [BARE, OURS, "DCMTK storescp +B", "DCMTK dcmrecv +B"]
    for sent in sizes:
        for sink in sinks:
            found.cells.append(receiving(options, place, sent, sink, LONG_PDU, some if sink == "disk" else None))
        found.cells.append(sending(options, sent, one, LONG_PDU))
    for sent in sizes:
        for sink in sinks[:2]:
            some_now = ["DCMTK dcmrecv", *some] if sink == "discarded" else some
            found.cells.append(receiving(fewer, place, sent, sink, SHORT_PDU, some_now))
            found.cells.append(receiving(fewer, place, sent, sink, None, [BARE, OURS]))
        found.cells.append(sending(fewer, sent, one, SHORT_PDU, [BARE, OURS, "DCMTK storescu", "DCMTK dcmsend"]))
    (found.windows, found.windows_failed), found.two_processors = windows(options, sizes[0])
    found.costs = costs(options, place, sizes)
    return found


COMPARISONS = {"store": store}
