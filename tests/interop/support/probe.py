"""interop_probe, steered from a test: see probe/main.cpp for its commands."""

import collections
import json
import tempfile
import time
from pathlib import Path

from .process import DEADLINE, PROBE, Program

VERIFICATION = "1.2.840.10008.1.1"
CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"


def hexadecimal(value):
    """A word of binary data or of text, as commands take it."""
    return (value.encode("latin-1") if isinstance(value, str) else value).hex() or "-"


def fnv1a(data):
    """The hash by which the probe tells a data set."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


class Probe(Program):
    def __init__(self):
        self.port = None
        self._replies = collections.deque()
        self._hooks = collections.deque()
        super().__init__(PROBE)

    def _add(self, line, target):
        super()._add(line, target)
        if target is None:
            return
        message = json.loads(line)
        with self._changed:
            if "port" in message:
                self.port = message["port"]
            (self._replies if "command" in message else self._hooks if "hook" in message else []).append(message)
            self._changed.notify_all()

    def _next(self, queue, what):
        deadline = time.monotonic() + DEADLINE
        with self._changed:
            while not queue:
                waits = self._open and self._changed.wait(deadline - time.monotonic())
                assert waits, f"waited for {what}; the probe wrote:\n" + "\n".join(self.lines)
            return queue.popleft()

    def try_do(self, *words):
        """Gives a command, and gives the error that it was answered with."""
        self.write(" ".join(str(it) for it in words))
        return self._next(self._replies, f"the answer to {words}")["error"]

    def do(self, *words):
        error = self.try_do(*words)
        assert error == 0, f"{words}: error {error}"

    def hook(self, name):
        """The next hook, which must be this one."""
        hook = self._next(self._hooks, name)
        assert hook["hook"] == name, f"expected {name}, got {hook}"
        return hook

    def hooks(self, *names):
        return [self.hook(it) for it in names]

    def finish(self):
        """Ends it in order: everything it holds is closed and destroyed."""
        self._process.stdin.close()
        status = self.wait()
        assert status == 0, f"the probe ended with status {status}:\n{self.text}"

    # ---- What most tests do ----

    def listen(self, address="127.0.0.1"):
        self.do("listen", address)
        return self.port

    def accepts(self, *contexts):
        """Prepares an answer that accepts: each context is (ID, abstract syntax, transfer syntax)."""
        self.do("new-accept")
        for number, abstract, transfer in contexts:
            self.do("context", number, 0, abstract, transfer)

    def connect(self, port, host="127.0.0.1"):
        self.do("connect", host, port)
        self.hook("OnConnect")

    def request(self, *contexts):
        """Begins a request: each context is (ID, abstract syntax, transfer syntaxes...)."""
        self.do("new-request")
        # DCMTK's servers never answer a request with a blank title.
        self.do("called", hexadecimal("ANY-SCP"))
        self.do("calling", hexadecimal("PROBE"))
        for number, abstract, *transfers in contexts or [(1, VERIFICATION, IMPLICIT)]:
            self.do("context", number, 0, abstract, *transfers)

    def associate(self):
        """Sends what request() began, and gives the negotiated association."""
        self.do("associate")
        return self.hook("OnReceiveAssociateAccept")["association"]

    def echo(self, context=1, message=1):
        self.do("echo", context, message)
        answer = self.hook("OnReceiveCEchoResponse")
        assert (answer["context"], answer["message"]) == (context, message)
        return answer["status"]

    def send(self, name, context, message, data=None, **values):
        """Sends a message by the sender of this name; `data` is its data set as it is to go out, `ae` a title."""
        words = [name, context, message]
        for key, value in values.items():
            if isinstance(value, (list, tuple)):
                value = ",".join(str(it) for it in value)
            words.append(f"{key}={hexadecimal(value) if key == 'ae' else value}")
        if data is None:
            self.do("send", *words)
            return
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "data"
            file.write_bytes(data)
            self.do("send", *words, f"file={file}")

    def message(self, name, **expected):
        """The next hook, which must be that of this message and have been given these parameters."""
        hook = self.hook(f"OnReceive{name}")
        if "data" in expected and expected["data"] is not None:
            expected["data"] = expected["data"].hex()
        given = {key: hook[key] for key in expected}
        assert given == expected, f"expected {expected}, got {given}"
        return hook

    def release(self):
        self.do("release")
        self.hooks("OnReceiveReleaseResponse", "OnClose")


def element_of(hook, tag):
    """The value of an element of the message's command set; None if it has none."""
    value = hook["elements"].get(str(tag))
    return None if value is None else bytes.fromhex(value)


def context_of(association, number):
    return next(it for it in association["contexts"] if it["id"] == number)
