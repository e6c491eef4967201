"""The tools by themselves: what they print, how they end, and what they do with peers that do nothing."""

import contextlib
import os
import re
import signal
import socket
import threading

import pytest

from support import wire
from support.probe import IMPLICIT, VERIFICATION
from support.process import DEADLINE, LDICOM, Program, free_port, run, takes_connections, until
from support.pynetdicom_peer import associated, entity, evt, serving

USAGE = 2
FAILURE = 1


def connected(port, host="127.0.0.1"):
    return socket.create_connection((host, port), timeout=DEADLINE)


@contextlib.contextmanager
def peer_that(serve):
    """A bare listener whose one connection is served by a function, in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(DEADLINE)

        def accept():
            connection, _ = listener.accept()
            connection.settimeout(DEADLINE)
            with connection:
                serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(DEADLINE)


def echoscu(*arguments):
    return run(LDICOM, "echoscu", *arguments)


# ---- Command line ---------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments, mentions", [
    (["--help"], ["echoscp", "echoscu", "Exit status"]),
    (["echoscp", "--help"], ["-aet", "-pdu", "-ta", "-td", "--bind", "-4", "-6", "-v", "-d", "-q", "PORT"]),
    (["echoscu", "--help"],
     ["-aet", "-aec", "-to", "-ta", "-td", "-pdu", "--repeat", "--abort", "--bind", "-4", "-6", "HOST", "PORT"]),
])
def test_help(arguments, mentions):
    result = run(LDICOM, *arguments)
    assert result.returncode == 0
    assert result.stderr == ""
    for text in mentions:
        assert text in result.stdout


def test_version():
    result = run(LDICOM, "--version")
    assert result.returncode == 0
    assert re.fullmatch(r"ldicom \d+\.\d+\.\d+\n", result.stdout)


@pytest.mark.parametrize("arguments, mentions", [
    ([], "required"),
    (["no-such-command"], "no-such-command is not a subcommand; there are: echoscp echoscu"),
    (["no-such-command", "localhost", "104"], "no-such-command is not a subcommand"),
    (["--no-such-option"], "--no-such-option is not a subcommand"),
    (["no\x1bcommand"], r"no\x1Bcommand is not"),
    (["echoscp"], "PORT is required"),
    (["echoscp", "65536"], "PORT"),
    (["echoscp", "-1"], "PORT"),
    (["echoscp", "port"], "PORT"),
    (["echoscp", "0", "-4", "-6"], "excludes"),
    (["echoscp", "0", "-q", "-v"], "excludes"),
    (["echoscp", "0", "--no-such-option"], "--no-such-option"),
    (["echoscp", "0", "-aet", "SEVENTEEN_LETTERS"], "16 characters"),
    (["echoscp", "0", "-aet", "A\\B"], "16 characters"),
    (["echoscp", "0", "-aet", "A\x1bB"], "16 characters"),
    (["echoscp", "0", "-pdu", "7"], "--max-pdu"),
    (["echoscp", "0", "-pdu", "4294967296"], "--max-pdu"),
    (["echoscp", "0", "-ta", "0"], "--acse-timeout"),
    (["echoscp", "0", "-td", "-1"], "--dimse-timeout"),
    (["echoscu"], "required"),
    (["echoscu", "localhost"], "PORT is required"),
    (["echoscu", "localhost", "0"], "PORT"),
    (["echoscu", "localhost", "104", "105"], "105"),
    (["echoscu", "localhost", "104", "--repeat", "0"], "--repeat"),
    (["echoscu", "localhost", "104", "-to"], "--timeout"),
])
def test_wrong_usage(arguments, mentions):
    result = run(LDICOM, *arguments)
    assert result.returncode == USAGE
    assert result.stdout == ""
    assert mentions in result.stderr


# ---- echoscp --------------------------------------------------------------------------------------


def test_the_first_line_says_where(echoscp):
    server = echoscp()
    assert server.out == [f"listening on {server.address} port {server.port}"]
    assert takes_connections(server.port)


@pytest.mark.parametrize("bind, option", [("127.0.0.1", "-4"), ("127.0.0.2", "-4"), ("::1", "-6"), ("localhost", "-4")])
def test_bound(echoscp, bind, option):
    server = echoscp("--bind", bind, option)
    assert echoscu(bind, server.port).returncode == 0
    if bind != "127.0.0.2":
        assert not takes_connections(server.port, "127.0.0.2")


@pytest.mark.parametrize("option, taken, refused", [("-4", "127.0.0.1", "::1"), ("-6", "::1", "127.0.0.1")])
def test_one_family_alone(echoscp, option, taken, refused):
    server = echoscp(option)
    assert echoscu(taken, server.port).returncode == 0
    assert "connection refused" in echoscu(refused, server.port).stderr


def test_both_families_on_one_port(echoscp):
    server = echoscp("-v")
    for host in ("127.0.0.1", "::1", "localhost"):
        assert echoscu(host, server.port).returncode == 0
    # An IPv4 peer is shown as one, though one socket takes both.
    server.expect(r"127\.0\.0\.1:\d+: connected")
    server.expect(r"\[::1\]:\d+: connected")


def test_a_port_that_is_in_use(echoscp):
    server = echoscp()
    result = run(LDICOM, "echoscp", server.port)
    assert result.returncode == FAILURE
    assert result.stdout == ""
    assert "the address and port are in use" in result.stderr


@pytest.mark.parametrize("options, words", [
    (["--bind", "192.0.2.1"], "not available on this computer"),
    (["--bind", "no-such-host.invalid"], "the host's name is not known"),
    (["--bind", "::1", "-4"], "of the IP version that was not asked for"),
])
def test_an_address_that_it_cannot_have(options, words):
    result = run(LDICOM, "echoscp", *options, 0)
    assert result.returncode == FAILURE
    assert result.stdout == ""
    assert words in result.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(echoscp, number):
    server = echoscp()
    server.signal(number)
    assert server.wait() == 0
    # The port is free at once.
    with socket.create_server(("127.0.0.1", server.port)):
        pass


def test_a_signal_tells_those_who_are_associated(echoscp):
    server = echoscp("-v")
    ae = entity()
    ae.add_requested_context(VERIFICATION)
    aborts = []
    handlers = [(evt.EVT_PDU_RECV, lambda event: aborts.append(event.pdu.pdu_type))]
    ended = threading.Event()
    with associated(ae, server.port, *handlers, (evt.EVT_ABORTED, lambda event: ended.set())) as association:
        assert association.send_c_echo().Status == 0
        with connected(server.port) as silent:
            # Both are known to the server.
            server.expect("association accepted")
            server.expect("connected")
            server.signal(signal.SIGTERM)
            assert server.wait() == 0
            assert silent.recv(1) == b""
        assert ended.wait(DEADLINE)
    assert aborts[-1] == 7


def descriptors(server):
    """What each descriptor of the server is, sorted; one that is closed meanwhile is left out."""
    directory = f"/proc/{server.pid}/fd"
    targets = []
    for number in os.listdir(directory):
        with contextlib.suppress(FileNotFoundError):
            targets.append(os.readlink(f"{directory}/{number}"))
    return sorted(targets)


def sockets(server):
    return sum(it.startswith("socket:") for it in descriptors(server))


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="no /proc to count descriptors in")
def test_no_socket_is_left_behind(echoscp):
    server = echoscp()
    idle = sockets(server)
    assert echoscu("127.0.0.1", server.port).returncode == 0
    until(lambda: sockets(server) == idle, "the first connection to be gone")
    before = descriptors(server)
    request = wire.associate(1, b"CALLED", b"CALLING", wire.proposed(), b"V")
    for end in ("close", "reset", "abort", "half a PDU", "request") * 20:
        with connected(server.port) as peer:
            if end == "reset":
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            elif end == "half a PDU":
                peer.sendall(request[:40])
            elif end != "close":
                peer.sendall(request)
                assert wire.receive(peer)[0] == 2
                if end == "abort":
                    peer.sendall(wire.abort(0, 0))
    until(lambda: sockets(server) == idle, "all connections to be gone")
    assert descriptors(server) == before


def test_a_peer_that_asks_for_nothing(echoscp):
    server = echoscp("-ta", 1)
    with connected(server.port) as peer:
        server.expect(r"no association request within 1 s; closing")
        assert peer.recv(1) == b""


def test_a_peer_that_says_no_more(echoscp):
    server = echoscp("-td", 1)
    with connected(server.port) as peer:
        peer.sendall(wire.associate(1, b"CALLED", b"CALLING", wire.proposed(), b"V"))
        assert wire.receive(peer)[0] == 2
        server.expect(r"no message within 1 s; association aborted")
        assert wire.receive(peer) == wire.abort(0, 0)
    assert echoscu("127.0.0.1", server.port).returncode == 0


def test_silent_peers_delay_nobody(echoscp):
    server = echoscp()
    with contextlib.ExitStack() as stack:
        for number in range(50):
            peer = stack.enter_context(connected(server.port))
            peer.sendall(b"\1\0\0\0\0\xd0"[: number % 7])
        result = echoscu("-ta", 5, "127.0.0.1", server.port)
    assert result.returncode == 0, result.stderr


def test_not_dicom(echoscp):
    server = echoscp("-v")
    with connected(server.port) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = wire.receive(peer)
    assert answer[:1] in (b"", b"\7")
    server.expect(r"aborted by this side's service provider|connection ended|closed")
    assert echoscu("127.0.0.1", server.port).returncode == 0


# ---- echoscu --------------------------------------------------------------------------------------


def test_nothing_to_say(echoscp):
    server = echoscp()
    result = echoscu("127.0.0.1", server.port)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("arguments, words", [
    (["no-such-host.invalid", "104"], "the host's name is not known"),
    (["-4", "::1", "104"], "of the IP version that was not asked for"),
    (["-6", "127.0.0.1", "104"], "of the IP version that was not asked for"),
    (["--bind", "192.0.2.1", "127.0.0.1", "104"], "not available on this computer"),
])
def test_no_way_to_the_peer(arguments, words):
    result = echoscu(*arguments)
    assert result.returncode == FAILURE
    assert result.stderr.startswith("E: cannot connect to ")
    assert words in result.stderr


def test_a_port_where_nobody_listens(loopback):
    port = free_port()
    result = echoscu(loopback, port)
    assert result.returncode == FAILURE
    assert "connection refused: nobody listens there" in result.stderr
    quiet = echoscu("-q", loopback, port)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (FAILURE, "", "")


def test_a_peer_that_takes_no_connection():
    # A backlog that is full: the system answers no further attempt to connect.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, contextlib.ExitStack() as stack:
        for _ in range(3):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        result = echoscu("-to", 1, "127.0.0.1", listener.getsockname()[1])
    assert result.returncode == FAILURE
    assert "within 1 s" in result.stderr


def test_a_peer_that_never_answers_the_request():
    pdus = []

    def serve(connection):
        for _ in range(2):
            pdus.append(wire.receive(connection))
        pdus.append(wire.receive(connection))

    with peer_that(serve) as port:
        result = echoscu("-ta", 1, "127.0.0.1", port)
    assert result.returncode == FAILURE
    assert "no answer to the association request within 1 s" in result.stderr
    assert pdus[0][0] == 1
    assert pdus[1:] == [wire.abort(0, 0), b""]


def test_a_peer_that_never_answers_the_echo():
    let_go = threading.Event()
    ae = entity()
    ae.add_supported_context(VERIFICATION)
    with serving(ae, (evt.EVT_C_ECHO, lambda event: let_go.wait(DEADLINE) and 0)) as port:
        result = echoscu("-td", 1, "127.0.0.1", port)
        let_go.set()
    assert result.returncode == FAILURE
    assert "no answer to C-ECHO-RQ message 1 within 1 s" in result.stderr


def test_a_peer_that_never_answers_the_release(probe):
    port = probe.listen()
    probe.accepts((1, VERIFICATION, IMPLICIT))
    probe.do("prepare")
    probe.do("hold-release", 1)
    result = echoscu("-ta", 1, "127.0.0.1", port)
    assert result.returncode == FAILURE
    assert "no answer to the release request within 1 s" in result.stderr
    probe.hooks("OnAccept", "OnReceiveAssociateRequest", "OnReceiveCEchoRequest", "OnReceiveReleaseRequest")
    assert probe.hook("OnReceiveAbort")["source"] == 0
    probe.hook("OnClose")


@pytest.mark.parametrize("answer", [b"", b"\2", b"\2\0\0\0\0\xb8", b"HTTP/1.1 400 Bad Request\r\n\r\n", bytes(64)])
def test_a_peer_that_answers_nonsense_and_goes(answer):
    def serve(connection):
        wire.receive(connection)
        connection.sendall(answer)

    with peer_that(serve) as port:
        result = echoscu("-ta", 5, "127.0.0.1", port)
    assert result.returncode == FAILURE
    # The library's own log stands on standard error too.
    assert re.search(rf"^E: 127\.0\.0\.1:{port}: \S", result.stderr, re.MULTILINE)


@pytest.mark.parametrize("rejection", [(1, 1, 4), (2, 3, 0), (1, 9, 1), (7, 1, 1), (255, 255, 255)])
def test_a_rejection_that_the_standard_does_not_have(rejection):
    def serve(connection):
        wire.receive(connection)
        connection.sendall(wire.pdu(3, bytes((0, *rejection))))

    with peer_that(serve) as port:
        result = echoscu("127.0.0.1", port)
    assert result.returncode == FAILURE
    assert "the standard does not have" in result.stderr
    assert "result {}, source {}, reason {}".format(*rejection) in result.stderr


@pytest.mark.parametrize("source, reason", [(1, 0), (2, 3), (2, 9), (9, 9)])
def test_an_abort_that_the_standard_does_not_have(source, reason):
    def serve(connection):
        wire.receive(connection)
        connection.sendall(wire.abort(source, reason))

    with peer_that(serve) as port:
        result = echoscu("127.0.0.1", port)
    assert result.returncode == FAILURE
    assert "the standard does not have" in result.stderr


def test_quiet_whatever_the_peer_does(echoscp):
    def serve(connection):
        wire.receive(connection)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with peer_that(serve) as port:
        result = echoscu("-q", "127.0.0.1", port)
    assert (result.returncode, result.stdout, result.stderr) == (FAILURE, "", "")

    server = echoscp("-q")
    with connected(server.port) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\n\r\n")
        wire.receive(peer)
    server.signal(signal.SIGTERM)
    assert server.wait() == 0
    assert server.lines == [f"listening on {server.address} port {server.port}"]


# ---- What peers write, on a terminal --------------------------------------------------------------

NASTY = b"\x1b[31mA\rB\nC\x07\x9b"


def no_control_characters(text):
    return not re.search(r"[^\x20-\x7e\n]", text)


@pytest.mark.parametrize("option", ["-v", "-d"])
def test_control_characters_in_a_request(echoscp, option):
    server = echoscp(option)
    request = wire.associate(1, NASTY, NASTY, wire.proposed(NASTY, NASTY), NASTY, NASTY)
    with connected(server.port) as peer:
        peer.sendall(request)
        wire.receive(peer)
    server.expect(r"\\x1B\[31mA\\x0DB\\x0AC\\x07\\x9B")
    server.expect(r": closed|connection ended")
    server.signal(signal.SIGTERM)
    assert server.wait() == 0
    assert no_control_characters(server.text)


@pytest.mark.parametrize("option", ["-v", "-d"])
def test_control_characters_in_an_answer(option):
    def serve(connection):
        wire.receive(connection)
        connection.sendall(wire.associate(2, NASTY, NASTY, wire.accepted(), NASTY, NASTY))
        wire.receive(connection)
        connection.sendall(wire.abort(0, 0))

    with peer_that(serve) as port:
        result = echoscu(option, "127.0.0.1", port)
    assert result.returncode == FAILURE
    assert no_control_characters(result.stderr + result.stdout)
    if option == "-d":
        assert r"\x1B[31mA" in result.stderr


def test_control_characters_in_a_name(start):
    program = start(Program, LDICOM, "echoscu", "\x1b[31m.invalid", 104)
    assert program.wait() == FAILURE
    assert no_control_characters(program.text)
