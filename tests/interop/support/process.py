"""Processes of ours and of peers, with the lines that they write.

Nothing here sleeps for a time that is hoped to be enough: a wait is for something that must happen, and DEADLINE only
ends a test that has failed.
"""

import os
import re
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

DEADLINE = 15.0

# How long a pause is between two looks at what gives no sign when it changes.
PAUSE = 0.02

REPOSITORY = Path(__file__).resolve().parents[3]
BIN = Path(os.environ.get("LDICOMNET_BIN_DIR", REPOSITORY / "build" / "bin"))
LDICOM = BIN / "ldicom"
PROBE = BIN / "interop_probe"

# What programs that were built under sanitizers do when one finds something: end in a way that no test takes for their own.
# Others do not look at it.
SANITIZERS = {
    "ASAN_OPTIONS": "abort_on_error=1:exitcode=99",
    "LSAN_OPTIONS": "exitcode=99",
    "UBSAN_OPTIONS": "abort_on_error=1:print_stacktrace=1",
}


def environment_with(more):
    return {**SANITIZERS, **os.environ, **more}


def until(condition, what, within=DEADLINE):
    """Looks again and again until `condition` gives something true, and gives that."""
    deadline = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {within} s for {what}"
        time.sleep(PAUSE)


def run(*arguments, within=DEADLINE, **environment):
    """Runs a program to its end, and gives what subprocess.run gives, with the output as text."""
    return subprocess.run(
        [str(it) for it in arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="backslashreplace",
        timeout=within,
        env=environment_with(environment),
    )


class Program:
    """A running process. `lines` are those of standard output and standard error, as they came."""

    def __init__(self, *arguments, **environment):
        self.name = Path(str(arguments[0])).name
        self.lines = []
        self.out = []
        self._taken = 0
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            [str(it) for it in arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="backslashreplace",
            env=environment_with(environment),
        )
        self._readers = [
            threading.Thread(target=self._read, args=(stream, target), daemon=True)
            for stream, target in ((self._process.stdout, self.out), (self._process.stderr, None))
        ]
        self._open = len(self._readers)
        for reader in self._readers:
            reader.start()

    @property
    def pid(self):
        return self._process.pid

    @property
    def text(self):
        with self._changed:
            return "\n".join(self.lines)

    def _read(self, stream, target):
        for line in stream:
            self._add(line.rstrip("\n"), target)
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    def _add(self, line, target):
        with self._changed:
            self.lines.append(line)
            if target is not None:
                target.append(line)
            self._changed.notify_all()

    def expect(self, pattern, within=DEADLINE):
        """The match of a line that has come or comes. Lines up to it are not looked at again."""
        deadline = time.monotonic() + within
        with self._changed:
            while True:
                for index in range(self._taken, len(self.lines)):
                    match = re.search(pattern, self.lines[index])
                    if match:
                        self._taken = index + 1
                        return match
                waits = self._open and self._changed.wait(deadline - time.monotonic())
                assert waits, f"{self.name} did not write {pattern!r}, but:\n" + "\n".join(self.lines)

    def first_line(self, within=DEADLINE):
        """The first line of standard output."""
        deadline = time.monotonic() + within
        with self._changed:
            while not self.out:
                waits = self._open and self._changed.wait(deadline - time.monotonic())
                assert waits, f"{self.name} wrote nothing on standard output, but:\n" + "\n".join(self.lines)
            return self.out[0]

    def write(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def signal(self, number):
        self._process.send_signal(number)

    def wait(self, within=DEADLINE):
        """Its exit status, once it has ended and everything it wrote has been read."""
        status = self._process.wait(within)
        for reader in self._readers:
            reader.join(within)
        return status

    def is_running(self):
        return self._process.poll() is None

    def end(self):
        """Ends it whatever it does. For the end of a test."""
        if self.is_running():
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            try:
                stream.close()
            except OSError:
                pass  # what was still to be written to it


def free_port():
    """A port that nobody has at the moment, for peers that cannot take a free one by themselves."""
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return it.getsockname()[1]


def takes_connections(port, host="127.0.0.1"):
    try:
        socket.create_connection((host, port), timeout=DEADLINE).close()
    except ConnectionRefusedError:
        return False
    return True
