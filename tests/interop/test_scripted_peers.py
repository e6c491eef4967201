"""Peers that follow a script which is wrong in one place: each field of a conversation in turn, in every way that
support/fields.py knows; and the right one, cut and split at each field. Against `ldicom echoscp` and `storescp` as a
requestor, against `echoscu`, `storescu` and `termscu` as an acceptor.

Every case must come to its end in time, and in a way that PS3.8 has: an answer, a rejection, an abort, or the end of the
connection; of a tool, an error in words and a status, never a signal. A server must serve the next as if nothing had been.

A run takes a part of the cases, evenly spread; with --whole (`make peers`, whose programs are built under
AddressSanitizer and UndefinedBehaviorSanitizer) it takes all.
"""

import concurrent.futures
import errno
import re
import signal
import socket
import struct
import subprocess

import pytest

from support import conversations as script
from support import wire
from support.fields import boundaries, mutations
from support.objects import small
from support.probe import CT_IMAGE, EXPLICIT, IMPLICIT
from support.process import LDICOM, environment_with, run

# How long a case may take. The tools' own limits, below, are a second.
PATIENCE = 20
LIMITS = ("-to", "1", "-ta", "1", "-td", "1")

# After so many the rest is left out.
FAILURES_MAX = 10

# Of the cases of a conversation, a run without --whole takes so many.
PART = 150
PART_OF_TOOLS = 40

# A-ASSOCIATE PDUs longer than that are not waited for: see the library's settings.
ASSOCIATE_BYTES_MAX = 1 << 20

pytestmark = pytest.mark.timeout(900)


def part_of(cases, count, request):
    """All of the cases, or so many of them from everywhere."""
    if request.config.getoption("--whole"):
        return cases
    step = max(1, len(cases) // count)
    return cases[::step]


def is_whole(stream):
    """Whether a stream holds a whole PDU, or one that need not come whole to be refused."""
    if len(stream) < 6:
        return False
    kind, length = struct.unpack_from(">BxI", stream)
    return len(stream) >= 6 + length or not 1 <= kind <= 7 or length > ASSOCIATE_BYTES_MAX


def ends_whole(stream):
    """Whether a stream is made of whole PDUs."""
    while stream:
        if len(stream) < 6 or len(stream) < 6 + struct.unpack_from(">I", stream, 2)[0]:
            return False
        stream = stream[6 + struct.unpack_from(">I", stream, 2)[0] :]
    return True


def connected(port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def half_close(connection):
    try:
        connection.shutdown(socket.SHUT_WR)
    except OSError as error:
        # A connection that was reset in the meantime; who reads from it learns it once.
        if error.errno != errno.ENOTCONN:
            raise


def rest_of(connection):
    """Everything that still comes."""
    received = b""
    while more := connection.recv(65536):
        received += more
    return received


# ---- Servers --------------------------------------------------------------------------------------

ASSOCIATE_AC, ASSOCIATE_RJ, DATA_TF, RELEASE_RP, ABORT = 2, 3, 4, 6, 7


def is_legal(kinds):
    """Whether an acceptor may send these PDUs, in this order."""
    kinds = list(kinds)
    # Once it has aborted it may answer what it cannot take with another (PS3.8 Table 9-10, AA-7).
    for _ in range(2):
        if kinds[-1:] == [ABORT]:
            kinds.pop()
    if kinds in ([], [ASSOCIATE_RJ]):
        return True
    if kinds[0] != ASSOCIATE_AC:
        return False
    if kinds[-1] == RELEASE_RP:
        kinds.pop()
    return all(it == DATA_TF for it in kinds[1:])


def pieces_of(tree):
    """What a requestor sends in one go, and whether it waits for an answer then: behind the first A-ASSOCIATE-RQ."""
    pieces = []
    for pdu in tree.children:
        waits = pdu.name == "A-ASSOCIATE-RQ" and not any(it[1] for it in pieces)
        pieces.append((pdu.encode(), waits))
    return pieces


def split(pieces, offset):
    """The same with a break at an offset of the whole."""
    done, begin = [], 0
    for data, waits in pieces:
        if begin < offset < begin + len(data):
            done += [(data[: offset - begin], False), (data[offset - begin :], waits)]
        else:
            done.append((data, waits))
        begin += len(data)
    return done


def talk(port, pieces, end):
    """Sends the pieces and gives all that was received, up to the end of the connection; None where this side resets it.

    A receiver that is sent more after it has closed resets the connection. One that aborts reads on, so that its abort is
    not lost (PS3.8 9.2, Sta13): a reset is no way to end for it.
    """
    with connected(port) as connection:
        received, sent = b"", b""
        for data, waits in pieces:
            connection.sendall(data)
            sent += data
            if waits and is_whole(sent):
                received += wire.receive(connection)
        if end == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return None
        half_close(connection)
        return received + rest_of(connection)


def server_cases(conversation):
    """(what is wrong, pieces, how it ends, the PDUs that must come or None for any that may)."""
    right = pieces_of(conversation)
    expected = EXPECTED[conversation.name]
    cases = [("nothing", right, "close", expected)]
    for offset, name in boundaries(conversation):
        cut = split(right, offset)
        kept, length = [], 0
        for it in cut:
            if length < offset:
                kept.append(it)
            length += len(it[0])
        cases.append((f"split behind {name}", cut, "close", expected))
        cases.append((f"closed behind {name}", kept, "close", None))
        cases.append((f"reset behind {name}", kept, "reset", None))
    single = [(data[at : at + 1], waits and at == len(data) - 1) for data, waits in right for at in range(len(data))]
    cases.append(("byte by byte", single, "close", expected))
    for name, tree in mutations(conversation):
        cases.append((name, pieces_of(tree), "close", None))
    return cases


EXPECTED = {
    "verification": [ASSOCIATE_AC, DATA_TF, RELEASE_RP],
    "storing": [ASSOCIATE_AC, DATA_TF, RELEASE_RP],
    "an abort": [ASSOCIATE_AC],
}


def complaints_about(server):
    """What a program must never write."""
    words = ("panicked", "Sanitizer", "runtime error")
    return [line for line in server.lines if any(it in line for it in words)]


@pytest.mark.parametrize("subcommand, make", [
    ("echoscp", script.verifying),
    ("storescp", script.verifying),
    ("storescp", script.storing),
    ("echoscp", script.breaking_off),
], ids=["echoscp-verification", "storescp-verification", "storescp-storing", "echoscp-abort"])
def test_servers(request, echoscp, storescp, kept, subcommand, make):
    server = echoscp() if subcommand == "echoscp" else storescp("-od", kept)
    cases = part_of(server_cases(make()), PART, request)
    failures = []
    for number, (name, pieces, end, expected) in enumerate(cases, 1):
        try:
            received = talk(server.port, pieces, end)
            kinds = None if received is None else wire.cut(received)
        except (OSError, AssertionError) as error:
            # Nobody listens behind an abort: there what follows may be met by a reset.
            if not (isinstance(error, ConnectionError) and make is script.breaking_off and expected is None):
                failures.append(f"{name}: {error!r}")
            if len(failures) >= FAILURES_MAX:
                break  # each may have taken as long as it can
            continue
        if kinds is not None and (not is_legal(kinds) or (expected is not None and kinds != expected)):
            failures.append(f"{name}: answered with PDUs of types {kinds}")
        if number % 100 == 0 or number == len(cases):
            result = run(LDICOM, "echoscu", "127.0.0.1", server.port)
            assert result.returncode == 0, f"no verification after {name}: {result.stderr}\n{server.text[-3000:]}"
    server.signal(signal.SIGTERM)
    assert server.wait(PATIENCE) == 0, server.text[-5000:]
    assert complaints_about(server) == []
    assert failures == [], f"{len(failures)} of {len(cases)}:\n" + "\n".join(failures)
    # Nothing half was kept, under whatever name the object went.
    assert [it for it in kept.iterdir() if not it.name.endswith(".dcm")] == []
    print(f"{len(cases)} cases")


# ---- Tools that request ---------------------------------------------------------------------------


class Acceptor:
    """Answers one tool: a PDU of the script for each message that it sends; then ends."""

    def __init__(self, arguments, has_data):
        self._has_data = has_data
        self.turns = 0
        self.sent = b""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(PATIENCE)
            command = [*arguments]
            command[command.index("PORT")] = str(listener.getsockname()[1])
            self._program = subprocess.Popen(
                [str(it) for it in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                text=True, errors="backslashreplace", env=environment_with({}),
            )  # fmt: skip
            self._connection, _ = listener.accept()
        self._connection.settimeout(PATIENCE)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _await_turn(self):
        """Reads a whole message of the tool's; False at the end of the connection, or of the association."""
        while pdu := wire.receive(self._connection):
            if pdu[0] == ABORT:
                return False
            # The last PDV of a message: that of its data set, where it has one.
            control = pdu[11] if pdu[0] == DATA_TF else None
            if control is None or (control & wire.LAST and (not self._has_data or not control & wire.COMMAND)):
                self.turns += 1
                return True
        return False

    def play(self, answers, breaks=None):
        """Gives status and standard error. `breaks`: an offset of everything that is sent, at which to cut or to split."""
        offset, how = breaks or (None, None)
        try:
            for answer in answers:
                if not self._await_turn():
                    break
                begin, end = len(self.sent), len(self.sent) + len(answer)
                if offset is not None and begin < offset < end:
                    self._send(answer[: offset - begin])
                    answer = answer[offset - begin :]
                if offset is not None and how != "split" and end >= offset:
                    self._send(answer if offset == end else b"")
                    break
                self._send(answer)
                if not ends_whole(self.sent):
                    break
            if how == "reset":
                self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                if answers and how is None and ends_whole(self.sent):
                    # What the tool says at the end: a release, or nothing.
                    self._await_turn()
                half_close(self._connection)
                rest_of(self._connection)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the tool has ended it
        finally:
            self._connection.close()
            try:
                _out, errors = self._program.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                self._program.kill()
                self._program.communicate()
                raise
        return self._program.returncode, errors

    def _send(self, data):
        self.sent += data
        self._connection.sendall(data)


def tool_cases(answers):
    """(what is wrong, PDUs, (offset, how) of a break)."""
    right = [it.encode() for it in answers.children]
    cases = [("nothing", right, None)]
    for offset, name in boundaries(answers):
        cases += [(f"{how} behind {name}", right, (offset, how)) for how in ("split", "cut", "reset")]
    cases += [(name, [it.encode() for it in tree.children], None) for name, tree in mutations(answers)]
    return cases


REJECTED_AS_ONE_THAT_ENDS = b"\x03\x00\x00\x00\x00\x04\x00\x01\x01\x01"


# An answer that is none to what was asked: no tool may take it for one. (A status that is a warning has its object stored.)
NO_ANSWERS = re.compile(r"(message ID responded to|command field|C-ECHO-RSP .* status) / value: 0x")


def verdict(arguments, has_data, is_success, case):
    """What is wrong with how a tool took this; None if nothing is."""
    name, answers, breaks = case
    try:
        acceptor = Acceptor(arguments, has_data)
        status, errors = acceptor.play(answers, breaks)
    except (TimeoutError, subprocess.TimeoutExpired):
        return f"{name}: it did not end"
    if status not in (0, 1) or any(it in errors for it in ("panicked", "Sanitizer", "runtime error")):
        return f"{name}: status {status}: {errors[-2000:]}"
    if status == 1 and not any(line.startswith("E: ") for line in errors.splitlines()):
        return f"{name}: it failed without a word: {errors}"
    if status == 0 and not is_success(acceptor):
        return f"{name}: it claims to have succeeded"
    if status == 0 and NO_ANSWERS.search(name):
        return f"{name}: it takes that for a success"
    if status == 1 and is_success is not has_been_told_that_it_ends and (name == "nothing" or (breaks and breaks[1] == "split")):
        return f"{name}: nothing was wrong, and it failed: {errors}"
    return None


def has_come_to_the_release(acceptor):
    return acceptor.turns >= 3


def has_been_answered(acceptor):
    # How the association ends then changes nothing of what was stored.
    return acceptor.turns >= 3 or (acceptor.turns == 2 and ends_whole(acceptor.sent))


def has_been_told_that_it_ends(acceptor):
    # What is reserved says nothing.
    return len(acceptor.sent) >= 10 and acceptor.sent[0] == 3 and acceptor.sent[7:10] == REJECTED_AS_ONE_THAT_ENDS[7:]


@pytest.mark.parametrize("tool", ["echoscu", "storescu", "termscu", "termscu-accepted"])
def test_tools(request, tmp_path, tool):
    is_success, has_data = has_come_to_the_release, tool == "storescu"
    arguments = [LDICOM, tool.partition("-")[0], *LIMITS, "127.0.0.1", "PORT"]
    if tool == "echoscu":
        answers = script.verified()
    elif tool == "storescu":
        (file,) = small(tmp_path, 1)
        arguments.append(file.path)
        is_success = has_been_answered
        answers = script.stored(CT_IMAGE, file.instance, [(1, 0, EXPLICIT), (3, 0, IMPLICIT)])
    elif tool == "termscu":
        answers, is_success = script.shut_down(), has_been_told_that_it_ends
    else:
        answers, is_success = script.not_shut_down(), has_been_told_that_it_ends
    cases = part_of(tool_cases(answers), PART_OF_TOOLS, request)
    failures = []

    def judge(case):
        if len(failures) < FAILURES_MAX:
            wrong = verdict(arguments, has_data, is_success, case)
            failures.extend([wrong] if wrong else [])

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(judge, cases))
    assert failures == [], f"{len(failures)} of {len(cases)}:\n" + "\n".join(failures)
    print(f"{len(cases)} cases")


