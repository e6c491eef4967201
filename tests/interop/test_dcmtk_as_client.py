"""DCMTK's clients against `ldicom echoscp`, and its storescu against an LDicomNet that takes stores."""

import concurrent.futures
import time

import pytest

from support.data import a_file
from support.dcmtk import NO_DELAY, echoscu
from support.probe import EXPLICIT, fnv1a
from support.process import run

# So many that a few of them which wait for a delayed acknowledgement are seen.
MANY = 5000

SPEEDS = [pytest.param({}, id="nagle"), pytest.param(NO_DELAY, id="nodelay")]


def test_one_verification(echoscp):
    server = echoscp("-v")
    result = echoscu(server.port)
    assert result.returncode == 0, result.stderr
    assert "Received Echo Response (Success)" in result.stderr
    server.expect(r"C-ECHO-RQ message 1: answered with success")
    server.expect(r"association released")
    server.expect(r": closed")


@pytest.mark.parametrize("environment", SPEEDS)
def test_many_verifications_on_one_association(echoscp, environment):
    server = echoscp("-v")
    begun = time.monotonic()
    result = echoscu(server.port, "--repeat", MANY, **environment)
    took = time.monotonic() - begun
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("Received Echo Response (Success)") == MANY
    server.expect(rf"message {MANY}: answered with success")
    # A peer as shipped sends in two writes, and the second waits for an acknowledgement: some 40 ms if that is delayed,
    # which one in fifty may not be here. It takes a tenth of a second, and one more where the machine is busy.
    assert took < 4, f"{MANY} verifications took {took:.1f} s"


@pytest.mark.parametrize("contexts, transfers", [(1, 38), (2, 3), (64, 1), (128, 1), (128, 38)])
def test_many_contexts_and_transfer_syntaxes(echoscp, contexts, transfers):
    server = echoscp("-d")
    result = echoscu(server.port, "-ppc", contexts, "-pts", transfers)
    assert result.returncode == 0, result.stderr
    for number in range(1, 2 * contexts, 2):
        server.expect(rf"context {number}: Verification \(1\.2\.840\.10008\.1\.1\)$")
    server.expect(r"association negotiated:")
    for number in range(1, 2 * contexts, 2):
        server.expect(rf"context {number}: Verification .*: accepted")


def test_abort(echoscp):
    server = echoscp("-v")
    result = echoscu(server.port, "--abort")
    assert result.returncode == 0, result.stderr
    server.expect(r"association aborted by the peer's service user")
    assert echoscu(server.port).returncode == 0


@pytest.mark.parametrize("theirs", [4096, 16384, 131072])
@pytest.mark.parametrize("ours", [0, 14, 4096, 131072])
def test_maximum_lengths(echoscp, theirs, ours):
    server = echoscp("-d", "-pdu", ours)
    result = echoscu(server.port, "-d", "-pdu", theirs, "--repeat", 3)
    assert result.returncode == 0, result.stderr
    server.expect(rf"maximum length: {theirs} bytes")
    assert f"Their Max PDU Receive Size:  {ours}" in result.stderr


def test_a_maximum_length_too_small_for_the_peer(echoscp):
    # DCMTK takes 12 bytes off each PDU, and aborts where nothing is left.
    server = echoscp("-v", "-pdu", 8)
    result = echoscu(server.port)
    assert result.returncode != 0
    assert "max PDU size of 8 is illegal" in result.stderr
    server.expect(r"association aborted by the peer's service user")
    server.expect(r": closed")


def test_titles(echoscp):
    server = echoscp("-v", "-aet", "SIXTEEN  CHARS 1", "--require-called")
    result = echoscu(server.port, "-aet", "ME, MYSELF AND I", "-aec", "SIXTEEN  CHARS 1")
    assert result.returncode == 0, result.stderr
    server.expect(r"'ME, MYSELF AND I' calls 'SIXTEEN  CHARS 1': association accepted")


def test_another_called_title_is_rejected(echoscp):
    server = echoscp("-v", "-aet", "ONE", "--require-called")
    result = echoscu(server.port, "-aec", "ANOTHER")
    assert result.returncode != 0
    assert "Result: Rejected Permanent, Source: Service User" in result.stderr
    assert "Reason: Called AE Title Not Recognized" in result.stderr
    server.expect(r"'ECHOSCU' calls 'ANOTHER': rejected: called AE title not recognized")
    assert echoscu(server.port, "-aec", "ONE").returncode == 0


@pytest.mark.parametrize("environment", SPEEDS)
def test_several_at_once(echoscp, environment):
    server = echoscp("-v")
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        runs = [pool.submit(echoscu, server.port, "--repeat", 20, **environment) for _ in range(24)]
    for it in runs:
        assert it.result().returncode == 0, it.result().stderr
    for _ in runs:
        server.expect(r": closed$")


def test_no_context_of_findscu_is_accepted(echoscp):
    server = echoscp("-d")
    result = run("findscu", "-v", "-W", "-k", "PatientName", "127.0.0.1", server.port)
    assert result.returncode != 0
    assert "No Acceptable Presentation Contexts" in result.stderr
    server.expect(r"context 1: .*1\.2\.840\.10008\.5\.1\.4\.31.*: abstract syntax not supported")


def test_termscu_ends_nothing(echoscp):
    server = echoscp("-v")
    assert run("termscu", "-v", "127.0.0.1", server.port).returncode != 0
    assert echoscu(server.port).returncode == 0
    assert server.is_running()


@pytest.mark.parametrize("maximum", [0, 14, 4096, 131072])
@pytest.mark.parametrize("environment", SPEEDS)
def test_a_store(probe, tmp_path, maximum, environment):
    # Fourteen bytes a PDU are two of the data set: a small one is enough.
    file, encoded = a_file(tmp_path, 4_000 if maximum == 14 else 300_000)
    port = probe.listen()
    probe.do("take-stores", 1)
    probe.do("new-accept")
    probe.do("maximum", maximum)
    probe.do("context", 1, 0, file.SOPClassUID, EXPLICIT)
    probe.do("prepare")
    result = run("storescu", "-v", "-R", "-xe", "127.0.0.1", port, file.filename, **environment)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Received Store Response (Success)" in result.stderr
    probe.hooks("OnAccept", "OnReceiveAssociateRequest")
    store = probe.hook("OnReceiveCStoreRequest")
    assert (store["class"], store["instance"]) == (file.SOPClassUID, file.SOPInstanceUID)
    assert store["length"] == len(encoded)
    assert store["hash"] == fnv1a(encoded)
    probe.hooks("OnReceiveReleaseRequest", "OnClose")
