"""`ldicom storescu` by itself: which files it takes, what it makes of the answers, and how it says how far it is.

Whole data sets with real peers: test_store_peers.py.
"""

import os
import pty
import socket
import threading

import pytest
from pydicom.dataset import Dataset

from support import wire
from support.objects import ROOT, data_of, objects_in, plain, small, write
from support.probe import CT_IMAGE, EXPLICIT, IMPLICIT
from support.process import DEADLINE, LDICOM, Program, free_port
from support.pynetdicom_peer import entity, evt, serving
from support.store_tools import storescu, summary_of

FAILURE = 1


# ---- files ------------------------------------------------------------------------------


@pytest.fixture
def receiver(storescp, kept):
    return storescp("-od", kept)


def test_directories(receiver, kept, files):
    inside = files / "inside"
    inside.mkdir()
    small(inside, 1)
    (files / "notes.txt").write_text("no DICOM file\n")
    (files / ".ldicomnet-abc.part").write_bytes((files / "00000.dcm").read_bytes())
    (inside / "back").symlink_to(files)
    at = "127.0.0.1", receiver.port
    plain_run = storescu("--json", *at, files)
    assert plain_run.returncode == FAILURE
    assert "is a directory; +sd sends what is in it" in plain_run.stderr
    scanned = storescu("--json", "+sd", *at, files)
    assert scanned.returncode == 0
    assert f"W: {files}/notes.txt: skipped: is no DICOM file" in scanned.stderr
    sums = summary_of(scanned)
    assert (sums["sent"], sums["skipped"], sums["failed"]) == (5, 1, 0)
    recursed = storescu("--json", "+r", *at, files)
    assert summary_of(recursed)["sent"] == 6
    some = storescu("--json", "+sd", "+sp", "*[13].dcm", *at, files)
    assert (summary_of(some)["sent"], summary_of(some)["skipped"]) == (2, 0)


def test_files_that_cannot_be_sent(receiver, kept, files):
    (files / "notes.txt").write_text("no DICOM file\n")
    (files / "empty.dcm").write_bytes(b"")
    os.mkfifo(files / "pipe")
    nothing = files / "nothing.dcm"
    nothing.write_bytes((files / "00000.dcm").read_bytes()[:140])
    names = ["notes.txt", "empty.dcm", "pipe", "no-such-file", "nothing.dcm", "00001.dcm"]
    result = storescu("--json", "127.0.0.1", receiver.port, *[files / it for it in names])
    assert result.returncode == FAILURE
    reasons = {os.path.basename(it["file"]): it["reason"] for it in summary_of(result)["failures"]}
    assert list(reasons) == names[:-1]
    assert "is no DICOM file" in reasons["notes.txt"]
    assert reasons["pipe"] == "is not a regular file"
    assert reasons["no-such-file"] == "No such file or directory"
    # What can be sent is.
    assert summary_of(result)["sent"] == 1
    assert len(list(kept.iterdir())) == 1


def test_a_name_with_anything_in_it(receiver, kept, files):
    path = files / "red\x1b[31m \u00e4\u0085.txt"
    path.write_text("no DICOM file\n")
    result = storescu("--json", "127.0.0.1", receiver.port, path)
    assert "red\\x1B[31m \u00e4" in result.stderr
    assert "\x1b" not in result.stderr and "\u0085" not in result.stderr
    assert summary_of(result)["failures"][0]["file"] == str(path)


def test_a_bare_data_set(receiver, kept, files):
    bare = files / "bare"
    for explicit, syntax in ((True, EXPLICIT), (False, IMPLICIT)):
        bare.write_bytes(plain(ROOT + ".9", explicit=explicit))
        assert storescu("127.0.0.1", receiver.port, bare).returncode == 0
        path = kept / (ROOT + ".9.dcm")
        assert data_of(path) == bare.read_bytes()
        assert objects_in(kept)[0].transfer_syntax == syntax


def test_nothing_to_send(tmp_path):
    result = storescu("127.0.0.1", free_port(), "+sd", tmp_path)
    assert result.returncode == FAILURE
    assert "there is nothing to send" in result.stderr


def test_more_contexts_than_an_association_has(storescp, kept, files):
    # Two each: the files' own syntax and the default one.
    classes = [f"{ROOT}.7.{number}" for number in range(70)]
    for number, uid in enumerate(classes):
        instance = f"{ROOT}.8.{number}"
        data = plain(instance, sop_class=uid)
        write(files / f"class{number:02}.dcm", data, instance=instance, sop_class=uid)
    server = storescp("-pm", "-od", kept)
    result = storescu("--json", "127.0.0.1", server.port, "+sd", files)
    assert result.returncode == 0, result.stderr
    assert (summary_of(result)["sent"], summary_of(result)["associations"]) == (75, 2)
    assert len(list(kept.iterdir())) == 75
    required = storescu("--json", "-R", "127.0.0.1", server.port, "+sd", files)
    assert (summary_of(required)["sent"], summary_of(required)["associations"]) == (75, 1)


# ---- answers ----------------------------------------------------------------------------


def answering(statuses, **settings):
    """A pynetdicom SCP that answers with these, one after another; an (status, comment) pair has a comment too."""
    left = list(statuses)

    def handle(event):
        status = left.pop(0)
        if isinstance(status, int):
            return status
        answer = Dataset()
        answer.Status, answer.ErrorComment = status
        return answer

    ae = entity("PYNETDICOM", **settings)
    ae.add_supported_context(CT_IMAGE, [EXPLICIT, IMPLICIT])
    return serving(ae, (evt.EVT_C_STORE, handle))


def test_a_warning_counts_as_sent(files):
    with answering([0xB000, 0, 0xB007, 0x0107, 0]) as port:
        result = storescu("--json", "127.0.0.1", port, "+sd", files)
    assert result.returncode == 0
    sums = summary_of(result)
    assert (sums["sent"], sums["warnings"], sums["failed"]) == (5, 3, 0)
    assert sums["statuses"] == {"0x0000": 2, "0x0107": 1, "0xB000": 1, "0xB007": 1}
    assert "00000.dcm: sent; answered with warning: coercion of data elements (status 0xB000)" in result.stderr


def test_a_failure_does_not_stop_the_others(files):
    with answering([0, (0xA700, "disk\nfull"), 0xC123, 0, 0xA9FF]) as port:
        result = storescu("--json", "127.0.0.1", port, "+sd", files)
    assert result.returncode == FAILURE
    sums = summary_of(result)
    assert (sums["objects"], sums["sent"], sums["failed"]) == (5, 2, 3)
    assert [os.path.basename(it["file"]) for it in sums["failures"]] == ["00001.dcm", "00002.dcm", "00004.dcm"]
    assert r"00001.dcm: answered with refused: out of resources (status 0xA700): 'disk\x0Afull'" in result.stderr
    assert "error: cannot understand (status 0xC123)" in result.stderr
    assert "the data set does not match the SOP class (status 0xA9FF)" in result.stderr


def test_halt(files):
    with answering([0, 0xA700, 0, 0, 0]) as port:
        result = storescu("--json", "--halt", "127.0.0.1", port, "+sd", files)
    assert result.returncode == FAILURE
    sums = summary_of(result)
    assert (sums["sent"], sums["failed"], sums["statuses"]) == (1, 4, {"0x0000": 1, "0xA700": 1})
    assert sums["failures"][-1]["reason"] == "not sent: stopped at the first failure"


def test_a_rejection(files):
    ae = entity("PYNETDICOM", require_called_aet=True)
    ae.add_supported_context(CT_IMAGE)
    with serving(ae) as port:
        result = storescu("--json", "-aec", "NOBODY", "127.0.0.1", port, "+sd", files)
    assert result.returncode == FAILURE
    assert "called AE title not recognized (result 1, source 1, reason 7)" in result.stderr
    assert (summary_of(result)["failed"], summary_of(result)["associations"]) == (5, 0)


def test_nobody_listens(files):
    result = storescu("--json", "127.0.0.1", free_port(), "+sd", files)
    assert result.returncode == FAILURE
    assert "connection refused: nobody listens there" in result.stderr
    assert summary_of(result)["failed"] == 5


def test_an_abort_in_the_middle(files):
    def handle(event):
        if event.request.AffectedSOPInstanceUID.endswith(".2"):
            event.assoc.abort()
        return 0

    ae = entity()
    ae.add_supported_context(CT_IMAGE, EXPLICIT)
    with serving(ae, (evt.EVT_C_STORE, handle)) as port:
        result = storescu("--json", "127.0.0.1", port, "+sd", files)
    assert result.returncode == FAILURE
    assert "association aborted by the peer's service user" in result.stderr
    sums = summary_of(result)
    assert (sums["sent"], sums["failed"]) == (2, 3)
    assert "not answered: the association ended" in sums["failures"][0]["reason"]


def test_a_peer_that_never_answers(files):
    let_go = threading.Event()
    ae = entity()
    ae.add_supported_context(CT_IMAGE, EXPLICIT)
    with serving(ae, (evt.EVT_C_STORE, lambda event: let_go.wait(DEADLINE) and 0)) as port:
        result = storescu("--json", "-td", 1, "127.0.0.1", port, "+sd", files)
        let_go.set()
    assert result.returncode == FAILURE
    assert "no answer to C-STORE-RQ message" in result.stderr
    assert summary_of(result)["failed"] == 5


def test_an_answer_to_nothing(files):
    def serve(listener):
        connection, _ = listener.accept()
        with connection:
            wire.receive(connection)
            connection.sendall(wire.associate(2, b"A", b"B", wire.accepted(EXPLICIT.encode()), b"V"))
            while (pdu := wire.receive(connection)) and pdu[0] == 4:
                if pdu[11] == wire.LAST or len(pdu) > 1000:
                    for message in (77, 1):
                        connection.sendall(wire.data_tf(wire.COMMAND | wire.LAST, wire.store_rsp(message)))
            if pdu:
                connection.sendall(wire.pdu(6, bytes(4)))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        result = storescu("127.0.0.1", listener.getsockname()[1], files / "00000.dcm")
        thread.join(DEADLINE)
    assert result.returncode == 0, result.stderr
    assert "an answer to message 77, which is not under way" in result.stderr


def test_abort_at_the_end(storescp, kept, files):
    server = storescp("-v", "-od", kept)
    assert storescu("--abort", "127.0.0.1", server.port, "+sd", files).returncode == 0
    server.expect("association aborted by the peer's service user")
    assert len(list(kept.iterdir())) == 5


# ---- how far it is ----------------------------------------------------------------------


def test_plain_lines(receiver, files):
    result = storescu("127.0.0.1", receiver.port, "+sd", files)
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("5 of 5 objects sent, ")
    verbose = storescu("-v", "127.0.0.1", receiver.port, "+sd", files)
    assert sum(": sent, CT Image Storage " in it for it in verbose.stderr.splitlines()) == 5
    quiet = storescu("-q", "127.0.0.1", receiver.port, "+sd", files)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def slow_peer(let_go):
    ae = entity()
    ae.add_supported_context(CT_IMAGE, EXPLICIT)
    return serving(ae, (evt.EVT_C_STORE, lambda event: let_go.wait(DEADLINE) and 0))


def test_plain_lines_from_time_to_time(files, start):
    let_go = threading.Event()
    with slow_peer(let_go) as port:
        sender = start(Program, LDICOM, "storescu", "--progress", 1, "127.0.0.1", port, "+sd", files)
        sender.expect(r"^0 of 5 objects, [\d.]+ (bytes|kB), [\d.]+ (bytes|kB)/s, \d+:\d\d left$")
        let_go.set()
        assert sender.wait() == 0
    assert "\x1b" not in sender.text and "\r" not in sender.text


def test_a_bar_on_a_terminal(files):
    let_go = threading.Event()
    shown = b""
    with slow_peer(let_go) as port:
        child, terminal = pty.fork()
        if child == 0:
            os.environ["TERM"] = "xterm"
            os.execv(LDICOM, [str(it) for it in (LDICOM, "storescu", "127.0.0.1", port, "+sd", files)])
        try:
            while b"0 of 5 objects" not in shown:
                shown += os.read(terminal, 4096)
            let_go.set()
            while b"5 of 5 objects sent" not in shown:
                shown += os.read(terminal, 4096)
        finally:
            _, status = os.waitpid(child, 0)
            os.close(terminal)
    assert status == 0
    assert b"\r\x1b[K[" in shown
    # The bar is gone when the last line comes.
    assert b"\r\x1b[K5 of 5 objects sent" in shown
