"""What goes over the loopback interface, captured by dumpcap and taken apart by tshark's DICOM dissector."""

import collections
import os
import shutil
import signal
import socket
import subprocess
import threading
import time

from .process import DEADLINE

LOOPBACK = "lo"
PAUSE = 0.1


def why_not(file):
    """Why nothing can be captured here; None when it can, which is tried."""
    for program in ("dumpcap", "tshark"):
        if not shutil.which(program):
            return f"{program} is not installed"
    try:
        capture = Capture([], file)
    except CannotCapture as error:
        return str(error).partition("\n")[0]
    capture.end()
    return None


class CannotCapture(Exception):
    """dumpcap has ended, and this is what it said."""


class Capture:
    """Captures what goes to and from some TCP ports, from the end of the constructor to stop().

    dumpcap tells neither when it has begun nor when it has written all: datagrams with a mark on them do.
    """

    def __init__(self, ports, file):
        self.ports = ports
        self.file = file
        self._marker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._marker.bind(("127.0.0.1", 0))
        port = self._marker.getsockname()[1]
        what = " or ".join([f"tcp port {it}" for it in ports] + [f"udp port {port}"])
        self._dumpcap = subprocess.Popen(
            ["dumpcap", "-q", "-P", "-i", LOOPBACK, "-f", what, "-w", "-"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        self._bytes = bytearray()
        self._changed = threading.Condition()
        self._ended = False
        threading.Thread(target=self._read, daemon=True).start()
        try:
            self._mark("dumpcap to begin")
        except BaseException:
            self.end()
            raise

    def _read(self):
        while True:
            more = os.read(self._dumpcap.stdout.fileno(), 1 << 16)
            with self._changed:
                self._bytes += more
                self._ended = not more
                self._changed.notify_all()
            if not more:
                return

    def _mark(self, what):
        mark = os.urandom(16)
        deadline = time.monotonic() + DEADLINE
        with self._changed:
            while mark not in self._bytes:
                if self._ended:
                    raise CannotCapture(self._dumpcap.stderr.read().decode().strip())
                assert time.monotonic() < deadline, f"waited for {what}"
                self._marker.sendto(mark, self._marker.getsockname())
                self._changed.wait(PAUSE)

    def stop(self):
        """Ends it, when all that has gone over the interface is there, and writes the file."""
        self._mark("dumpcap to write what it has")
        self._dumpcap.send_signal(signal.SIGINT)
        self._dumpcap.wait(DEADLINE)
        with self._changed:
            self._changed.wait_for(lambda: self._ended, DEADLINE)
            self.file.write_bytes(self._bytes)

    def end(self):
        if self._dumpcap.poll() is None:
            self._dumpcap.kill()
            self._dumpcap.wait()
        self._marker.close()


Way = collections.namedtuple("Way", "stream source destination")


class Dissection:
    """What tshark makes of a capture: for each way through a connection the bytes, and the types of the PDUs it saw."""

    FIELDS = (
        "frame.number", "tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.seq", "tcp.payload",
        "dicom.pdu.type", "_ws.malformed", "_ws.expert.severity", "_ws.expert.message", "_ws.col.Info",
    )
    # Severities of tshark's own (epan/proto.h): what is a warning or worse.
    WARNING = 0x00600000
    # What it says of TCP, which is the systems' affair: a window that is full, a connection that was reset.
    OF_THE_TRANSPORT = ("TCP ", "Connection reset", "This frame is a (suspected)")

    def __init__(self, capture):
        arguments = ["tshark", "-n", "-r", str(capture.file), "-Y", "tcp", "-T", "fields", "-E", "aggregator=\x1e"]
        for port in capture.ports:
            arguments += ["-d", f"tcp.port=={port},dicom"]
        for field in self.FIELDS:
            arguments += ["-e", field]
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=DEADLINE)
        assert done.returncode == 0, done.stderr
        self.malformed = []
        self.complaints = []
        self.seen = collections.defaultdict(list)
        self._segments = collections.defaultdict(dict)
        for line in done.stdout.rstrip("\n").split("\n"):
            self._take(dict(zip(self.FIELDS, line.split("\t"), strict=True)))

    def _take(self, frame):
        way = Way(frame["tcp.stream"], int(frame["tcp.srcport"]), int(frame["tcp.dstport"]))
        if frame["tcp.payload"]:
            self._segments[way][int(frame["tcp.seq"])] = bytes.fromhex(frame["tcp.payload"].replace(":", ""))
        self.seen[way] += [int(it, 0) for it in frame["dicom.pdu.type"].split("\x1e") if it]
        what = f"frame {frame['frame.number']}, port {way.source} to {way.destination}: {frame['_ws.col.Info']}"
        if frame["_ws.malformed"] or "malformed" in frame["_ws.col.Info"].lower():
            self.malformed.append(what)
        severities = [int(it, 0) for it in frame["_ws.expert.severity"].split("\x1e") if it]
        for severity, message in zip(severities, frame["_ws.expert.message"].split("\x1e")):
            if severity >= self.WARNING and not message.startswith(self.OF_THE_TRANSPORT):
                self.complaints.append(f"{message}: {what}")

    def streams(self):
        """The bytes of each way."""
        for way, segments in self._segments.items():
            stream = b""
            for sequence, payload in sorted(segments.items()):
                assert sequence == len(stream) + 1, f"{way}: bytes are missing at {len(stream)}"
                stream += payload
            yield way, stream
