"""Our own traffic as somebody else's dissector reads it: every PDU of it, and nothing malformed."""

import socket

import pytest

from support import capture, wire
from support.data import INSTANCE, a_data_set, encoded
from support.dcmtk import echoscu
from support.probe import CT_IMAGE, EXPLICIT, IMPLICIT, VERIFICATION, Probe, hexadecimal
from support.process import LDICOM, run
from support.pynetdicom_peer import associated, entity, has_ended, serving

@pytest.fixture(scope="module")
def can_capture(tmp_path_factory):
    why_not = capture.why_not(tmp_path_factory.mktemp("capture") / "nothing.pcap")
    if why_not:
        pytest.skip(f"nothing can be captured here: {why_not}")


@pytest.fixture
def captured(can_capture, tmp_path):
    """captured(*ports): begins to capture; the dissection of what it caught is given by calling what it gives."""
    captures = []

    def begin(*ports):
        it = capture.Capture(ports, tmp_path / "capture.pcap")
        captures.append(it)

        def dissect():
            it.stop()
            return capture.Dissection(it)

        return dissect

    yield begin
    for it in captures:
        it.end()


def check(dissection, expected):
    """Each PDU was dissected, nothing was malformed, and these are the PDUs there were, by way, sorted."""
    assert dissection.malformed == []
    ways = []
    for way, stream in dissection.streams():
        kinds = wire.cut(stream)
        assert dissection.seen[way] == kinds, f"{way}: not every PDU was dissected"
        ways.append(kinds)
    assert sorted(ways) == sorted(expected)


def unexpected(dissection, *expected):
    """What the dissector warns of, but for what happened indeed."""
    return [it for it in dissection.complaints if not it.startswith(expected)]


def ldicom_echoscu(host, port, *options):
    return run(LDICOM, "echoscu", *options, host, port)


def test_what_is_malformed_is_seen(captured):
    # Whether the tests below would see anything at all: an item that is longer than its PDU.
    whole = wire.associate(1, b"CALLED", b"CALLING", wire.proposed(), b"V")
    broken = whole[:-5] + b"\x55\0\xff\xff" + whole[-1:]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dissect = captured(listener.getsockname()[1])
        with socket.create_connection(listener.getsockname()) as peer:
            peer.sendall(broken)
            with listener.accept()[0] as accepted:
                assert wire.receive(accepted) == broken
    assert dissect().malformed


def test_our_client_and_our_server(echoscp, captured, loopback):
    server = echoscp()
    dissect = captured(server.port)
    assert ldicom_echoscu(loopback, server.port, "--repeat", 5).returncode == 0
    assert ldicom_echoscu(loopback, server.port, "-pdu", 8).returncode == 0
    assert ldicom_echoscu(loopback, server.port, "--abort").returncode == 0
    dissection = dissect()
    # 64 bytes of an answer's command set in pieces of two, and what they are, is 39 PDUs.
    pieces = [2] + [4] * len([it for kinds in dissection.seen.values() if len(kinds) > 10 for it in kinds if it == 4])
    check(dissection, [
        [1] + [4] * 5 + [5], [2] + [4] * 5 + [6],
        [1, 4, 5], [*pieces, 6],
        [1, 4, 7], [2, 4],
    ])
    assert len(pieces) > 30
    assert unexpected(dissection, "Association aborted") == []


def test_dcmtk_as_client(echoscp, captured):
    server = echoscp("-aet", "SERVER")
    strict = echoscp("-aet", "SERVER", "--require-called")
    dissect = captured(server.port, strict.port)
    assert echoscu(server.port, "-ppc", 128, "-pts", 38, "--repeat", 3).returncode == 0
    assert echoscu(server.port, "--abort").returncode == 0
    assert echoscu(strict.port).returncode != 0
    dissection = dissect()
    check(dissection, [[1, 4, 4, 4, 5], [2, 4, 4, 4, 6], [1, 4, 7], [2, 4], [1], [3]])
    assert unexpected(dissection, "Association aborted", "Association rejected") == []


def test_dcmtk_as_server(dcmtk_server, captured):
    server = dcmtk_server("storescp")
    refusing = dcmtk_server("storescp", "--refuse")
    dissect = captured(server.port, refusing.port)
    assert ldicom_echoscu("127.0.0.1", server.port, "--repeat", 3).returncode == 0
    assert ldicom_echoscu("127.0.0.1", refusing.port).returncode != 0
    dissection = dissect()
    check(dissection, [[1, 4, 4, 4, 5], [2, 4, 4, 4, 6], [1], [3]])
    assert unexpected(dissection, "Association rejected") == []


def test_everything_an_association_can_carry(start, captured, tmp_path):
    client, server = start(Probe), start(Probe)
    sent = tmp_path / "sent"
    sent.write_bytes(encoded(a_data_set(300_000)))
    port = server.listen()
    server.do("take-stores", 1)
    server.accepts((1, VERIFICATION, IMPLICIT), (3, CT_IMAGE, EXPLICIT))
    server.do("context", 255, 3, "1.2.3.4")
    for role in ("role 3 1 0", "extended 3 0100", "window 1 1", "identity-response 6f6b", "maximum 16384"):
        server.do(role)
    server.do("prepare")
    dissect = captured(port)
    client.connect(port)
    client.request((1, VERIFICATION, IMPLICIT, EXPLICIT), (3, CT_IMAGE, EXPLICIT), (255, "1.2.3.4", IMPLICIT))
    client.do("role", 3, 1, 1)
    client.do("extended", 3, "0101")
    client.do("window", 2, 2)
    client.do("identity", 2, 1, hexadecimal("name"), hexadecimal("passcode"))
    client.do("implementation", hexadecimal("PROBE"))
    client.associate()
    assert client.echo() == 0
    client.do("store", 3, 2, CT_IMAGE, INSTANCE, sent)
    assert client.hook("OnReceiveCStoreResponse")["status"] == 0
    client.release()
    dissection = dissect()
    # One for the echo, one for the store's command, and what 300 KB need at 16 KB each.
    check(dissection, [[1] + [4] * (2 + 19) + [5], [2, 4, 4, 6]])
    assert unexpected(dissection) == []


def test_every_rejection_and_abort(probe, captured):
    port = probe.listen()
    ae = entity()
    ae.add_requested_context(VERIFICATION, IMPLICIT)
    rejections = [(1, 1, 1), (1, 1, 2), (1, 1, 3), (1, 1, 7), (2, 2, 1), (1, 2, 2), (2, 3, 1), (2, 3, 2)]
    aborts = [(0, 0), (2, 0), (2, 1), (2, 2), (2, 4), (2, 5), (2, 6)]
    dissect = captured(port)
    for rejection in rejections:
        probe.do("prepare-reject", *rejection)
        with associated(ae, port) as association:
            assert has_ended(association)
        probe.hooks("OnAccept", "OnReceiveAssociateRequest", "OnClose")
    probe.accepts((1, VERIFICATION, IMPLICIT))
    probe.do("prepare")
    for abort in aborts:
        with associated(ae, port) as association:
            assert association.is_established
            probe.hooks("OnAccept", "OnReceiveAssociateRequest")
            probe.do("abort", *abort)
            probe.hook("OnClose")
    dissection = dissect()
    check(dissection, [[1], [3]] * len(rejections) + [[1], [2, 7]] * len(aborts))
    assert unexpected(dissection, "Association rejected", "Association aborted") == []


def test_pynetdicom_as_server(captured):
    ae = entity()
    ae.add_supported_context(VERIFICATION)
    with serving(ae) as port:
        dissect = captured(port)
        assert ldicom_echoscu("127.0.0.1", port, "--repeat", 3).returncode == 0
    dissection = dissect()
    check(dissection, [[1, 4, 4, 4, 5], [2, 4, 4, 4, 6]])
    assert unexpected(dissection) == []
