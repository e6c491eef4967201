"""What the comparisons stand on: programs that are started, loaded and ended, all on one processor.

Nothing here knows what is compared with what. Only processes that were started here are ended here.
"""

import contextlib
import dataclasses
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import typing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Longer than any load is given; one that takes it hangs.
PATIENCE_SECONDS = 20

# Of one that strace or valgrind slows down.
PATIENCE_COUNTING_SECONDS = 60


class Failed(Exception):
    """A comparison cannot be made, or part of it: the reason, for the reader."""


@dataclasses.dataclass(frozen=True)
class Options:
    programs: Path
    cpu: int
    rounds: int
    seconds: float
    quick: bool


@dataclasses.dataclass(frozen=True)
class Acceptor:
    """A server under load. One that takes its port as an argument has `{port}` in `argv`."""

    name: str
    argv: tuple[str, ...]
    environment: dict[str, str] = dataclasses.field(default_factory=dict)


def pinned(options, argv):
    """The command on the one processor of the comparison: where the scheduler puts two processes moves a bare
    ping-pong fourfold."""
    return ["taskset", "-c", str(options.cpu), *map(str, argv)]


def free_port():
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        return probe.getsockname()[1]


def is_listening(port):
    """Read, not tried: some servers take a connection that says nothing ill."""
    wanted = f":{port:04X}"
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[1].endswith(wanted) and fields[3] == "0A":
                    return True
    return False


def children_of(pid):
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def end(process):
    """Ends a process that was started here, and its children first: strace does not hand signals on."""
    for pid in (*children_of(process.pid), process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


@contextlib.contextmanager
def running(options, acceptor, wrapper=()):
    """The acceptor, running; gives its process and its port. `wrapper` is a command that runs it, such as strace."""
    known_port = free_port() if "{port}" in acceptor.argv else None
    argv = [argument.replace("{port}", str(known_port)) for argument in acceptor.argv]
    environment = {name: value for name, value in os.environ.items() if name != "TCP_NODELAY"} | acceptor.environment
    process = subprocess.Popen(
        pinned(options, [*wrapper, *argv]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if known_port else subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
        start_new_session=True,
    )
    try:
        port = known_port if known_port else port_said_by(process, acceptor)
        wait_until_listening(process, port)
        yield process, port
    finally:
        end(process)


def port_said_by(process, acceptor):
    said = re.search(r"port (\d+)", process.stdout.readline())
    if said is None:
        raise Failed(f"{acceptor.name} does not listen")
    return int(said[1])


def wait_until_listening(process, port):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_listening(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Failed("it does not listen")
        time.sleep(0.01)


def load(options, argv, patience=PATIENCE_SECONDS):
    """Runs a requestor to its end and gives what it measured."""
    try:
        done = subprocess.run(
            pinned(options, argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=patience,
            text=True,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as error:
        raise Failed(f"nothing within {patience} s") from error
    try:
        measured = json.loads(done.stdout)
    except json.JSONDecodeError as error:
        raise Failed(f"it measured nothing, and ended with status {done.returncode}") from error
    if measured["failed"]:
        raise Failed(f"{measured['failed']} of {measured['count'] + measured['failed']} failed")
    return measured


def load_measured(options, argv, environment, patience=PATIENCE_SECONDS):
    """Runs a requestor that measures nothing itself; gives its processor time and peak memory."""
    inherited = {name: value for name, value in os.environ.items() if name != "TCP_NODELAY"}
    with scratch_file() as report_file:
        try:
            done = subprocess.run(
                pinned(options, [options.programs / "bare_measured", report_file, *argv]),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=inherited | environment,
                timeout=patience,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired as error:
            raise Failed(f"nothing within {patience} s") from error
        if done.returncode != 0:
            raise Failed(f"it ended with status {done.returncode}")
        return json.loads(report_file.read_text())


def line_said_by(process):
    """The next line of JSON of an acceptor that says what came."""
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE_SECONDS)
    if not ready:
        raise Failed("the acceptor saw no association end")
    return json.loads(process.stdout.readline())


@contextlib.contextmanager
def held_open(options, port, count, how):
    """`count` connections that stay open: "associated" and idle, "silent", or in the middle of a PDU ("half")."""
    if count == 0:
        yield
        return
    argv = [options.programs / "bare_requestor", "hold", port, count, how]
    process = subprocess.Popen(
        pinned(options, argv), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        if "holding" not in process.stdout.readline():
            raise Failed(f"{count} connections could not be opened")
        yield
    finally:
        end(process)


def user_memory(process):
    """Anonymous resident memory of a process and its children, in bytes."""
    total = 0
    for pid in (process.pid, *children_of(process.pid)):
        with contextlib.suppress(OSError):
            found = re.search(r"^RssAnon:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
            total += int(found[1]) * 1024 if found else 0
    return total


def peak_memory(process):
    """The most resident memory that a process ever had (VmHWM), in bytes: its code and the libraries it uses included."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text(), re.MULTILINE)
    if found is None:
        raise Failed("it has ended")
    return int(found[1]) * 1024


def processor_seconds(process):
    """Time that all threads of a process, ended ones too, have had on processors: its CPU-time clock, to the nanosecond,
    where /proc has it in hundredths of a second."""
    of_whole_process = 2
    return time.clock_gettime((~process.pid << 3) | of_whole_process)


def memory_at_rest(process):
    """`user_memory` once it has not changed for a while."""
    last, still = user_memory(process), 0
    for _ in range(100):
        time.sleep(0.05)
        now = user_memory(process)
        still = still + 1 if now == last else 0
        last = now
        if still == 5:
            break
    return last


@contextlib.contextmanager
def scratch_file():
    with tempfile.TemporaryDirectory(prefix="ldicomnet-bench-") as folder:
        yield Path(folder) / "report"


@dataclasses.dataclass(frozen=True)
class Counter:
    """A program that runs another one and counts what it does, all of it, from its start to its end."""

    program: str
    command: typing.Callable[[Path], list]
    read: typing.Callable[[Path], dict[str, int]]

    def of_acceptor(self, options, acceptor, argv_for):
        """What an acceptor does under the load of `argv_for(port)`, by name."""
        with self._report() as report:
            with running(options, acceptor, self.command(report)) as (_, port):
                load(options, argv_for(port), PATIENCE_COUNTING_SECONDS)
            return self.read(report)

    def of_requestor(self, options, acceptor, argv_for):
        """What a requestor does that is `argv_for(port)`, likewise."""
        with self._report() as report:
            with running(options, acceptor) as (_, port):
                argv = [*self.command(report), *argv_for(port)]
                load_measured(options, argv, {"TCP_NODELAY": "1"}, PATIENCE_COUNTING_SECONDS)
            return self.read(report)

    def _report(self):
        if shutil.which(self.program) is None:
            raise Failed(f"{self.program} is not installed")
        return scratch_file()

    def of_each(self, count, run):
        """What each operation adds, by name: `run(number)` counts a run of so many; start and end of the program, which N
        and 2 N have in common, are left out."""
        once, twice = run(count), run(2 * count)
        each = {name: (number - once.get(name, 0)) / count for name, number in twice.items()}
        return dict(sorted(each.items(), key=lambda item: -item[1]))


def read_strace(report):
    rows = (line.split() for line in report.read_text().splitlines())
    return {row[-1]: int(row[3]) for row in rows if len(row) >= 5 and row[3].isdigit() and row[-1] != "total"}


def callgrind(report):
    return [
        "valgrind",
        "--tool=callgrind",
        f"--callgrind-out-file={report}",
        f"--log-file={report.with_suffix('.log')}",
    ]


def read_callgrind(report):
    found = re.search(r"Collected : (\d+)", report.with_suffix(".log").read_text())
    if found is None:
        raise Failed("callgrind counted nothing")
    return {"all": int(found[1])}


SYSTEM_CALLS = Counter("strace", lambda report: ["strace", "-f", "-c", "-o", report], read_strace)
INSTRUCTIONS = Counter("valgrind", callgrind, read_callgrind)


def version_of(argv, pattern):
    """The first match of `pattern` in what a program says of itself."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        said = subprocess.run(argv, capture_output=True, text=True, timeout=20)
        found = re.search(pattern, said.stdout + said.stderr)
        if found:
            return found[1]
    return None


def note(text):
    print(text, file=sys.stderr, flush=True)
