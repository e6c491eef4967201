"""The receiver under load: `ldicom storescp`, started, killed and started again on the same port, and what it uses."""

import os
import random
import signal
import socket
import threading
from pathlib import Path

from support.process import LDICOM, Program, until

# How long a server may take to begin, to end when it is told to, and to come to rest.
PATIENCE = 60

# Peers that say nothing are given up after so many seconds: before an association, and within one. A real one is quicker,
# even where 64 share a processor.
ASSOCIATION_SECONDS, MESSAGE_SECONDS = 10, 30


class Usage:
    """What a process holds."""

    def __init__(self, pid):
        self.descriptors = len(os.listdir(f"/proc/{pid}/fd"))
        self.threads = len(os.listdir(f"/proc/{pid}/task"))
        status = Path(f"/proc/{pid}/status").read_text()
        # Of its own: what it maps from files is the system's to keep.
        self.memory = next(int(it.split()[1]) << 10 for it in status.splitlines() if it.startswith("RssAnon"))

    def __str__(self):
        return f"{self.memory / (1 << 20):.1f} MiB, {self.descriptors} descriptors, {self.threads} threads"


class Server:
    """One port, and a server on it, off and on."""

    def __init__(self, directory, chance, options=(), security=None):
        self.directory = directory
        self.security = security
        self.port = a_port(chance)
        self.up = threading.Event()
        self.kills = 0
        self._options = options
        self._program = None

    def start(self, *options):
        security = self.security.of_server if self.security else []
        self._program = Program(
            LDICOM, "storescp", "--bind", "127.0.0.1", "-od", self.directory, "-ta", ASSOCIATION_SECONDS,
            "-td", MESSAGE_SECONDS, *security, *self._options, *options, self.port,
        )  # fmt: skip
        line = self._program.first_line(PATIENCE)
        assert line == f"listening on 127.0.0.1 port {self.port}", line
        self.up.set()

    @property
    def pid(self):
        return self._program.pid

    def usage(self):
        return Usage(self.pid)

    def kill(self):
        """Ends it as nothing else does, in the middle of whatever it is doing."""
        self.up.clear()
        assert self._program.is_running(), f"the server ended by itself:\n{self._program.text[-4000:]}"
        os.kill(self.pid, signal.SIGKILL)
        self._program.wait(PATIENCE)
        self._program.end()
        self.kills += 1

    def stop(self):
        """Ends it in order. What it has written to standard error is given."""
        self.up.clear()
        self._program.signal(signal.SIGTERM)
        status = self._program.wait(PATIENCE)
        assert status == 0, f"the server ended with status {status}:\n{self._program.text[-4000:]}"
        self._program.end()
        return self._program.text

    def settle(self, like):
        """Waits until it holds no more descriptors and threads than it did; gives what it holds then."""
        def rests():
            now = self.usage()
            return now if now.descriptors <= like.descriptors and now.threads <= like.threads else None

        try:
            return until(rests, "the server to come to rest", PATIENCE)
        except AssertionError:
            return self.usage()

    def end(self):
        if self._program:
            self._program.end()


def a_port(chance):
    """A free port of those that the system gives to no outgoing connection: one of these could take it while the server
    is down, or connect to itself."""
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = chance.randrange(max(1024, lowest // 2), lowest)
        with socket.socket() as it:
            it.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                it.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def chance_of(seed, *names):
    """Choices that are the same for the same seed and names."""
    return random.Random("/".join(map(str, (seed, *names))))
