"""`ldicom storescp` and `termscu` by themselves: what they say, how they end, what is kept, and what a server does with
peers that are not as they should be. Whole data sets with real peers: test_store_peers.py.
"""

import json
import os
import signal
import socket

import pytest

from support import wire
from support.objects import PIXELS, ROOT, data_of, element, objects_in, plain, small, write
from support.probe import CT_IMAGE, EXPLICIT, VERIFICATION
from support.process import DEADLINE, LDICOM, Program, free_port, run, until
from support.pynetdicom_peer import associated, entity
from support.store_tools import events, storescu, summary_of

USAGE = 2
FAILURE = 1


def connected(port):
    return socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)


# ---- Command line ---------------------------------------------------------------------------------


@pytest.mark.parametrize("subcommand, mentions", [
    ("storescp",
     ["-od,--output-directory", "--ignore", "+xi,-xi,--implicit", "+xe,-xe", "+xb,-xb", "+xa", "-pdu", "-ta", "-td", "-ts",
      "-to", "-4", "-6", "--bind", "--sync", "-fe", "+uf", "-uf", "-pm", "--allow-shutdown", "--max-spool", "--json", "PORT"]),
    ("storescu",
     ["+sd", "+r", "+sp", "-xi", "-xe", "-xb", "-R", "-aet", "-aec", "-to", "-ta", "-td", "-pdu", "-v", "-d", "-q",
      "--repeat", "--async", "--abort", "-nh", "--json", "--progress", "-4", "-6", "--bind", "FILE"]),
    ("termscu", ["-aet", "-aec", "-pdu", "HOST", "PORT", "shutdown"]),
])
def test_help(subcommand, mentions):
    result = run(LDICOM, subcommand, "--help")
    assert result.returncode == 0
    for mention in mentions:
        assert mention in result.stdout


@pytest.mark.parametrize("arguments, mentions", [
    (["storescp"], "PORT is required"),
    (["storescp", "0", "-od", "/no/such/directory"], "/no/such/directory"),
    (["storescp", "0", "-od", __file__], "test_store_tools.py"),
    (["storescp", "0", "+xi", "+xe"], "excludes"),
    (["storescp", "0", "-fe", "a/b"], "no slash"),
    (["storescp", "0", "-od"], "--output-directory"),
    (["storescp", "0", "--max-spool", "0"], "--max-spool"),
    (["storescp", "0", "--max-spool", "-1"], "--max-spool"),
    (["storescp", "0", "--max-spool", "1k"], "--max-spool"),
    (["storescu", "localhost", "104"], "FILE is required"),
    (["storescu", "localhost", "104", "file", "--async", "65536"], "--async"),
    (["storescu", "localhost", "104", "file", "--repeat", "0"], "--repeat"),
    (["storescu", "localhost", "104", "file", "-xi", "-R"], "excludes"),
    (["termscu", "localhost"], "PORT is required"),
])
def test_wrong_usage(arguments, mentions):
    result = run(LDICOM, *arguments)
    assert result.returncode == USAGE
    assert result.stdout == ""
    assert mentions in result.stderr


# ---- storescp: what is kept -----------------------------------------------------------------------


def test_names_and_replacement(storescp, kept, tmp_path):
    server = storescp("-od", kept)
    instance = ROOT + ".1"
    for number in (1, 2):
        pixels = (PIXELS, element(PIXELS, b"OW", bytes(100 * number)))
        path = write(tmp_path / "one.dcm", plain(instance, [pixels]), instance=instance)
        assert storescu("127.0.0.1", server.port, path).returncode == 0
        assert {it.name: data_of(it) for it in kept.iterdir()} == {instance + ".dcm": data_of(path)}
    preamble = (kept / (instance + ".dcm")).read_bytes()[:132]
    assert preamble == bytes(128) + b"DICM"


def test_other_names(storescp, kept, files):
    server = storescp("-od", kept, "+uf", "-fe", ".img")
    result = storescu("--json", "--repeat", 3, "+sd", "127.0.0.1", server.port, files)
    assert result.returncode == 0, result.stderr
    assert (summary_of(result)["objects"], summary_of(result)["sent"]) == (15, 15)
    names = [it.name for it in kept.iterdir()]
    assert len(names) == 15
    assert all(it.startswith(ROOT) and it.endswith(".img") for it in names)


@pytest.mark.parametrize("options", [[], ["--sync"]])
def test_json_of_storescp(storescp, kept, files, options):
    server = storescp("--json", "-od", kept, *options)
    assert storescu("-aet", "SENDER", "127.0.0.1", server.port, "+sd", files).returncode == 0
    server.signal(signal.SIGTERM)
    assert server.wait() == 0
    *stored, end = events(server)
    objects = objects_in(files)
    assert len(stored) == 5
    for event, sent in zip(stored, objects):
        assert event.pop("peer").startswith("127.0.0.1:")
        path = kept / f"{sent.instance}.dcm"
        assert event == {
            "event": "stored",
            "calling": "SENDER",
            "sop_instance": sent.instance,
            "sop_class": CT_IMAGE,
            "transfer_syntax": EXPLICIT,
            "file": str(path),
            "bytes": path.stat().st_size,
        }
        assert data_of(path) == sent.data
    sums = sum(it["bytes"] for it in stored)
    assert end == {"event": "end", "objects": 5, "bytes": sums, "refused": 0, "broken_off": 0}


def test_ignored(storescp, kept, files):
    server = storescp("--json", "--ignore", "-od", kept)
    assert storescu("127.0.0.1", server.port, "+sd", files).returncode == 0
    server.signal(signal.SIGTERM)
    assert server.wait() == 0
    *ignored, end = events(server)
    assert [it["event"] for it in ignored] == ["ignored"] * 5
    assert all(it["bytes"] > 1000 and "file" not in it for it in ignored)
    assert end["objects"] == 5
    assert list(kept.iterdir()) == []


def test_a_class_that_the_standard_does_not_have(storescp, kept, tmp_path):
    path = write(tmp_path / "private.dcm", plain(ROOT + ".1", sop_class=ROOT), sop_class=ROOT)
    server = storescp("-od", kept)
    result = storescu("127.0.0.1", server.port, path)
    assert result.returncode == FAILURE
    assert "private.dcm: no presentation context for " + ROOT in result.stderr
    assert "abstract syntax not supported" in result.stderr
    assert list(kept.iterdir()) == []
    promiscuous = storescp("-pm", "-od", kept)
    assert storescu("127.0.0.1", promiscuous.port, path).returncode == 0
    assert [data_of(it) for it in kept.iterdir()] == [data_of(path)]


def test_verification_and_what_is_no_storage_class(storescp, kept):
    server = storescp("-pm", "-od", kept)
    assert run(LDICOM, "echoscu", "127.0.0.1", server.port).returncode == 0
    ae = entity()
    ae.add_requested_context(VERIFICATION)
    for uid in ("1.2.840.10008.5.1.4.1.2.1.1", "1.2.840.10008.1.20.1", "1.2.840.10008.1.3.10", "1.2.840.10008.1.2"):
        ae.add_requested_context(uid)
    with associated(ae, server.port) as association:
        assert [it.abstract_syntax for it in association.accepted_contexts] == [VERIFICATION]


# ---- storescp: what breaks off, and what is not a store --------------------------------------------


def a_peer(server):
    """A connection that may send CT images."""
    peer = connected(server.port)
    peer.sendall(wire.associate(1, b"STORESCP", b"PEER", wire.proposed(CT_IMAGE.encode(), EXPLICIT.encode()), b"V"))
    assert wire.receive(peer)[0] == 2
    return peer


def stored(peer, command, data):
    """The status that a store is answered with."""
    peer.sendall(wire.data_tf(wire.COMMAND | wire.LAST, command) + wire.data_tf(wire.LAST, data))
    return wire.status_of(wire.receive(peer))


def unfinished(server, kept):
    """The files that a server writes to a directory: without a name where the file system can, under a temporary one."""
    named = [str(it) for it in kept.iterdir() if it.name.endswith(".part")]
    descriptors = f"/proc/{server.pid}/fd"
    return named + [it for it in os.listdir(descriptors) if is_nameless(f"{descriptors}/{it}", kept)]


def sizes_under_way(server, kept):
    """The sizes of the files that a server writes to a directory and that have no name yet."""
    descriptors = [f"/proc/{server.pid}/fd/{it}" for it in unfinished(server, kept) if it.isdigit()]
    sizes = []
    for path in [*descriptors, *kept.glob("*.part")]:
        try:
            sizes.append(os.stat(path).st_size)
        except FileNotFoundError:
            pass  # closed or named meanwhile
    return sizes


def is_nameless(descriptor, directory):
    try:
        return os.readlink(descriptor).startswith(f"{directory}/") and os.stat(descriptor).st_nlink == 0
    except FileNotFoundError:
        return False  # closed meanwhile


@pytest.mark.parametrize("end", ["close", "reset", "abort"])
def test_a_peer_that_breaks_off_in_the_middle(storescp, kept, end):
    server = storescp("--json", "-od", kept)
    with a_peer(server) as peer:
        peer.sendall(wire.data_tf(wire.COMMAND | wire.LAST, wire.store_rq(CT_IMAGE, ROOT + ".1")))
        peer.sendall(wire.data_tf(0, plain(ROOT + ".1")) + wire.data_tf(0, bytes(20000)))
        until(lambda: unfinished(server, kept), "the file that is being written")
        assert [it for it in kept.iterdir() if not it.name.endswith(".part")] == []
        if end == "abort":
            peer.sendall(wire.abort(0, 0))
        elif end == "reset":
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    server.expect(rf"W: .*: {ROOT}\.1 broke off; nothing of it is kept")
    until(lambda: not unfinished(server, kept) and not list(kept.iterdir()), "the file to be gone")
    until(lambda: [it["event"] for it in events(server)] == ["broken-off"], "the line of JSON")


@pytest.mark.parametrize("instance, status", [
    ("../../x", 0x0117),
    ("/etc/passwd", 0x0117),
    ("", 0x0117),
    ("1." * 33, 0x0117),
    ("1.2\x1b[31m", 0x0117),
])
def test_an_instance_that_is_no_uid(storescp, kept, instance, status):
    server = storescp("--json", "-od", kept)
    with a_peer(server) as peer:
        data = plain(ROOT + ".1")
        for message in (1, 2):
            assert stored(peer, wire.store_rq(CT_IMAGE, instance, message), data) == status
        # The association goes on.
        assert stored(peer, wire.store_rq(CT_IMAGE, ROOT + ".1", 3), data) == 0
    assert [it.name for it in kept.iterdir()] == [ROOT + ".1.dcm"]
    server.expect("W: .*C-STORE-RQ: not stored: invalid SOP instance")
    until(lambda: len(events(server)) == 3, "three lines of JSON")
    assert [it["event"] for it in events(server)] == ["refused", "refused", "stored"]
    assert events(server)[0]["status"] == "0x0117"
    assert "\x1b" not in server.text


def test_no_more_under_way_than_there_is_room_for(storescp, kept):
    server = storescp("--json", "-od", kept, "--max-spool", "100000")
    with a_peer(server) as first, a_peer(server) as second:
        first.sendall(wire.data_tf(wire.COMMAND | wire.LAST, wire.store_rq(CT_IMAGE, ROOT + ".1")))
        for _ in range(4):
            first.sendall(wire.data_tf(0, bytes(15000)))
        # 60,000 bytes are under way, so that 60,000 more do not fit, and 15,000 do.
        until(lambda: max(sizes_under_way(server, kept), default=0) > 60000, "all of these bytes and a meta header")
        second.sendall(wire.data_tf(wire.COMMAND | wire.LAST, wire.store_rq(CT_IMAGE, ROOT + ".2")))
        for last in (0, 0, 0, wire.LAST):
            second.sendall(wire.data_tf(last, bytes(15000)))
        assert wire.status_of(wire.receive(second)) == 0xA700
        assert stored(second, wire.store_rq(CT_IMAGE, ROOT + ".3", 2), plain(ROOT + ".3")) == 0
        # What was refused was none of the first's.
        first.sendall(wire.data_tf(wire.LAST, bytes(15000)))
        assert wire.status_of(wire.receive(first)) == 0
        assert stored(second, wire.store_rq(CT_IMAGE, ROOT + ".4", 3), bytes(90000)) == 0
    assert sorted(it.name for it in kept.iterdir()) == [f"{ROOT}.{number}.dcm" for number in (1, 3, 4)]
    until(lambda: len(events(server)) == 4, "four lines of JSON")
    assert [it["event"] for it in events(server)] == ["refused", "stored", "stored", "stored"]


def test_a_store_without_a_data_set(storescp, kept):
    server = storescp("--json", "-od", kept)
    with a_peer(server) as peer:
        peer.sendall(wire.data_tf(wire.COMMAND | wire.LAST, wire.store_rq(CT_IMAGE, ROOT + ".1", data_set_type=0x0101)))
        assert wire.status_of(wire.receive(peer)) != 0
    assert list(kept.iterdir()) == []
    until(lambda: [it["event"] for it in events(server)] == ["refused"], "the line of JSON")


def test_a_directory_that_goes_away(storescp, kept, files):
    server = storescp("--json", "-od", kept)
    kept.rmdir()
    result = storescu("--json", "127.0.0.1", server.port, "+sd", files)
    assert result.returncode == FAILURE
    assert summary_of(result)["statuses"] == {"0x0110": 5}
    assert "answered with processing failure (status 0x0110)" in result.stderr
    until(lambda: len(events(server)) == 5, "five lines of JSON")
    assert {it["status"] for it in events(server)} == {"0x0110"}


def test_killed_it_has_kept_what_it_acknowledged(storescp, kept, tmp_path, start):
    directory = tmp_path / "many"
    directory.mkdir()
    objects = small(directory, 400, 20000)
    server = storescp("-od", kept)
    options = "-v", "--json", "--repeat", 50, "+sd"
    sender = start(Program, LDICOM, "storescu", *options, "127.0.0.1", server.port, directory)
    for _ in range(100):
        sender.expect(": sent, ")
    os.kill(server.pid, signal.SIGKILL)
    assert sender.wait() == FAILURE
    sums = json.loads(sender.out[0])
    assert 100 <= sums["sent"] < sums["objects"] == 20000
    # One more may be there that was stored and not acknowledged any more.
    stored = {it.name: data_of(it) for it in kept.iterdir() if not it.name.endswith(".part")}
    for sent in objects[: sums["sent"]]:
        assert stored.pop(sent.instance + ".dcm") == sent.data
    for name, data in stored.items():
        assert {it.instance + ".dcm": it.data for it in objects}[name] == data


def test_a_large_object_needs_little_memory(storescp, kept, tmp_path):
    length = 256 << 20
    head = plain(ROOT + ".1") + element(PIXELS, b"OW", b"", length)
    path = write(tmp_path / "large.dcm", head, instance=ROOT + ".1")
    os.truncate(path, path.stat().st_size + length)
    server = storescp("-od", kept)
    assert storescu("127.0.0.1", server.port, path).returncode == 0
    (stored,) = kept.iterdir()
    assert stored.stat().st_size > length
    with stored.open("rb") as file:
        assert head in file.read(2000)
    with open(f"/proc/{server.pid}/status") as status:
        (peak,) = [int(it.split()[1]) for it in status if it.startswith("VmHWM")]
    assert peak < 64 << 10, f"{peak} KiB"
    stored.unlink()


# ---- termscu --------------------------------------------------------------------------------------


@pytest.mark.parametrize("program", [(LDICOM, "termscu"), ("termscu",)])
def test_termination(storescp, echoscp, kept, program):
    for server in (storescp("-v", "--allow-shutdown", "-od", kept), echoscp("-v", "--allow-shutdown")):
        result = run(*program, "-v", "127.0.0.1", server.port)
        # DCMTK's says so itself, and ends with 1 whatever it was answered.
        if program[0] == LDICOM:
            assert result.returncode == 0, result.stderr
            assert "the server ends" in result.stderr
        else:
            assert "Rejected Permanent, Source: Service User" in result.stderr
        assert server.wait() == 0
        server.expect("asks this server to end")


def test_termination_that_is_not_allowed(storescp, kept):
    server = storescp("-od", kept)
    result = run(LDICOM, "termscu", "127.0.0.1", server.port)
    assert result.returncode == FAILURE
    assert "this server does not end when it is asked to" in result.stderr
    assert run(LDICOM, "echoscu", "127.0.0.1", server.port).returncode == 0


def test_termination_of_dcmqrscp(start, tmp_path):
    port = free_port()
    (tmp_path / "db").mkdir()
    configuration = tmp_path / "dcmqrscp.cfg"
    configuration.write_text(
        f"NetworkTCPPort = {port}\nMaxPDUSize = 16384\nMaxAssociations = 4\nHostTable BEGIN\nHostTable END\n"
        "VendorTable BEGIN\nVendorTable END\nAETable BEGIN\n"
        f"QRSCP {tmp_path}/db RW (9, 1024mb) ANY\nAETable END\n"
    )
    server = start(Program, "dcmqrscp", "-v", "-c", configuration, "--allow-shutdown", port)
    until(lambda: run(LDICOM, "echoscu", "-aec", "QRSCP", "127.0.0.1", port).returncode == 0, "dcmqrscp to listen")
    other = run(LDICOM, "termscu", "-aec", "NOBODY", "127.0.0.1", port)
    assert other.returncode == FAILURE
    assert "called AE title not recognized" in other.stderr
    assert server.is_running()
    result = run(LDICOM, "termscu", "-aec", "QRSCP", "127.0.0.1", port)
    assert result.returncode == 0, result.stderr
    # DCMTK 3.6.7 itself does not survive the way out.
    server.wait()


def test_termination_of_nobody():
    result = run(LDICOM, "termscu", "127.0.0.1", free_port())
    assert result.returncode == FAILURE
    assert "connection refused: nobody listens there" in result.stderr
