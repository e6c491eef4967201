"""The tools over TLS (PS3.15 Annex B): with DCMTK and pynetdicom, both ways and by both versions, and what they say when
there is no secure connection.
"""

import collections
import contextlib
import re
import shutil
import signal
import socket
import ssl
import threading
import warnings
from pathlib import Path

import pydicom.data
import pytest
from pydicom import dcmread

from support.data import a_file
from support.dcmtk import echoscu as dcmtk_echoscu
from support.objects import Object, data_of
from support.probe import VERIFICATION
from support.process import DEADLINE, LDICOM, run
from support.pynetdicom_peer import associated, entity, evt, serving
from support.store_tools import storescu, summary_of
from support.tls import PASSWORD, Authority, one_version

USAGE = 2
FAILURE = 1

# Many records of TLS, and more than a socket holds.
LONG = 20_000_000

VERSIONS = [
    pytest.param(("TLSv1.2", ssl.TLSVersion.TLSv1_2, r"secure by TLS 1\.2, TLS_ECDHE_RSA_WITH_\w+"), id="1.2"),
    pytest.param(("TLSv1.3", ssl.TLSVersion.TLSv1_3, r"secure by TLS 1\.3, TLS_\w+"), id="1.3"),
]


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """An authority whose certificates are good."""
    return Authority(tmp_path_factory.mktemp("tls") / "ours")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """An authority that nobody trusts."""
    return Authority(tmp_path_factory.mktemp("tls") / "other")


@pytest.fixture(scope="module")
def image():
    """A real object, which DCMTK writes as it reads it."""
    path = Path(pydicom.data.__file__).parent / "test_files" / "SC_ybr_full_422_uncompressed.dcm"
    return Object(path, dcmread(path).file_meta)


def echoscu(*arguments):
    return run(LDICOM, "echoscu", "-v", *arguments)


def has_succeeded(result, *patterns):
    assert result.returncode == 0, result.stderr
    for it in patterns:
        assert re.search(it, result.stderr), result.stderr


def has_failed(result, *words):
    """It has not done what it was asked to, and says why, in so many words."""
    assert result.returncode == FAILURE, result.stderr
    for it in words:
        assert it in result.stderr


def is_kept(directory, image):
    (path,) = directory.iterdir()
    assert data_of(path) == image.data


# ---- DCMTK ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_dcmtk_verifies_a_server(echoscp, ours, tmp_path, version):
    name, _, secure = version
    server = echoscp("-v", *ours.server.options, *ours.options)
    result = dcmtk_echoscu(server.port, *ours.client.options, *ours.options, **one_version(tmp_path, name))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Received Echo Response (Success)" in result.stderr
    server.expect(r"the certificate of 'CN=client' is good")
    server.expect(secure)
    server.expect(r"association released")


@pytest.mark.parametrize("version", VERSIONS)
def test_dcmtk_stores(storescp, ours, tmp_path, kept, image, version):
    name, _, secure = version
    server = storescp("-v", "-od", kept, *ours.server.options, *ours.options)
    result = run("storescu", "-v", "-R", *ours.client.options, *ours.options, "127.0.0.1", server.port, image.path,
                 **one_version(tmp_path, name))
    assert result.returncode == 0, result.stdout + result.stderr
    server.expect(secure)
    server.expect(r"stored as")
    is_kept(kept, image)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_store_to_dcmtk(dcmtk_server, ours, tmp_path, kept, image, version):
    name, _, secure = version
    server = dcmtk_server("storescp", "+B", "-od", kept, *ours.server.options, *ours.options,
                          **one_version(tmp_path, name))
    has_succeeded(echoscu(*ours.client.options, *ours.options, "127.0.0.1", server.port), secure,
                  "the certificate of 'CN=server' is good")
    result = storescu("-v", *ours.client.options, *ours.options, "127.0.0.1", server.port, image.path)
    has_succeeded(result, secure)
    is_kept(kept, image)


@pytest.mark.parametrize("profile", ["--profile-bcp195-nd", "--profile-bcp195", "--profile-bcp195-ex"])
@pytest.mark.parametrize("own", ["bcp195", "modified"])
def test_profiles_of_dcmtk(echoscp, dcmtk_server, ours, profile, own):
    server = echoscp("--tls-profile", own, *ours.server.options, *ours.options)
    result = dcmtk_echoscu(server.port, profile, *ours.client.options, *ours.options)
    assert result.returncode == 0, result.stdout + result.stderr
    theirs = dcmtk_server("storescp", profile, *ours.server.options, *ours.options)
    has_succeeded(echoscu("--tls-profile", own, *ours.client.options, *ours.options, "127.0.0.1", theirs.port))


def test_a_server_of_dcmtk_that_turns_us_away(dcmtk_server, ours, other):
    server = dcmtk_server("storescp", *ours.server.options, *ours.options)
    has_failed(echoscu("+tla", *ours.options, "127.0.0.1", server.port), "TLS handshake failed", "(error 134)")
    has_failed(echoscu(*other.client.options, *ours.options, "127.0.0.1", server.port),
               "the peer does not know the authority of the certificate (error 141)")
    has_succeeded(echoscu(*ours.client.options, *ours.options, "127.0.0.1", server.port))


# ---- pynetdicom -----------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_pynetdicom_stores(storescp, ours, kept, image, version):
    _, number, secure = version
    server = storescp("-v", "-od", kept, *ours.server.options, *ours.options)
    ae = entity()
    ae.add_requested_context(image.sop_class, image.transfer_syntax)
    ae.add_requested_context(VERIFICATION)
    context = ours.context("client", ours.client, number)
    with associated(ae, server.port, tls_args=(context, None)) as association:
        assert association.is_established
        assert association.send_c_echo().Status == 0
        assert association.send_c_store(str(image.path)).Status == 0
        association.release()
    server.expect(r"the certificate of 'CN=client' is good")
    server.expect(secure)
    server.expect(r"association released")
    is_kept(kept, image)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_store_to_pynetdicom(ours, image, version):
    _, number, secure = version
    ae = entity()
    ae.add_supported_context(image.sop_class, image.transfer_syntax)
    ae.add_supported_context(VERIFICATION)
    stored = []

    def store(event):
        stored.append(event.request.DataSet.getvalue())
        return 0

    context = ours.context("server", ours.server, number)
    with serving(ae, (evt.EVT_C_STORE, store), ssl_context=context) as port:
        has_succeeded(echoscu(*ours.client.options, *ours.options, "127.0.0.1", port), secure)
        result = storescu("-v", *ours.client.options, *ours.options, "127.0.0.1", port, image.path)
        has_succeeded(result, secure, "the certificate of 'CN=server' is good")
    assert stored == [image.data]


@pytest.mark.parametrize("profile", ["bcp195", "modified"])
@pytest.mark.parametrize("cipher, name, is_secure", [
    ("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", True),
    ("ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", True),
    ("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", True),
    ("DHE-RSA-AES128-GCM-SHA256", None, False),
    ("ECDHE-RSA-AES128-SHA256", None, False),
])
def test_the_suites_of_the_profiles(echoscp, ours, profile, cipher, name, is_secure):
    server = echoscp("-v", "--tls-profile", profile, *ours.server.options, *ours.options)
    context = ours.context("client", ours.client, ssl.TLSVersion.TLSv1_2)
    context.set_ciphers(cipher)
    with handshake(context, server.port) as outcome:
        assert outcome is is_secure
    if is_secure:
        server.expect(rf"secure by TLS 1\.2, {name}")
    else:
        # DHE would be secure, and is not here.
        server.expect(rf"no secure connection: .* \(error {134 if cipher.startswith('DHE') else 147}\)")


@contextlib.contextmanager
def handshake(context, port):
    """Whether one goes well, with the connection open."""
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as plain:
        try:
            with context.wrap_socket(plain):
                yield True
        except ssl.SSLError:
            yield False


# ---- What goes over it ----------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_a_long_object_of_dcmtk(storescp, ours, tmp_path, kept, version):
    file, encoded = a_file(tmp_path, LONG)
    server = storescp("-od", kept, *ours.server.options, *ours.options)
    result = run("storescu", "-v", "-R", "-xe", *ours.client.options, *ours.options, "127.0.0.1", server.port,
                 file.filename, **one_version(tmp_path, version[0]))
    assert result.returncode == 0, result.stdout + result.stderr
    (path,) = kept.iterdir()
    assert data_of(path) == encoded


@pytest.mark.parametrize("version", VERSIONS)
def test_a_long_object_to_dcmtk(dcmtk_server, ours, tmp_path, kept, version):
    file, encoded = a_file(tmp_path, LONG)
    server = dcmtk_server("storescp", "+B", "-od", kept, *ours.server.options, *ours.options,
                          **one_version(tmp_path, version[0]))
    has_succeeded(storescu(*ours.client.options, *ours.options, "127.0.0.1", server.port, file.filename))
    (path,) = kept.iterdir()
    assert data_of(path) == encoded


def test_many_at_a_time(storescp, ours, kept, files):
    server = storescp("--json", "+uf", "-od", kept, *ours.server.options, *ours.options)
    result = storescu("--json", "--async", 8, "--repeat", 40, *ours.client.options, *ours.options, "127.0.0.1",
                      server.port, "+sd", files)
    has_succeeded(result)
    assert summary_of(result)["statuses"] == {"0x0000": 200}
    assert collections.Counter(map(data_of, kept.iterdir())) == {data_of(it): 40 for it in files.iterdir()}


def test_a_signal_tells_those_who_are_associated(echoscp, ours):
    server = echoscp("-v", *ours.server.options, *ours.options)
    ae = entity()
    ae.add_requested_context(VERIFICATION)
    context = ours.context("client", ours.client, ssl.TLSVersion.TLSv1_3)
    pdus, ended = [], threading.Event()
    handlers = [(evt.EVT_PDU_RECV, lambda event: pdus.append(event.pdu.pdu_type)),
                (evt.EVT_ABORTED, lambda event: ended.set())]
    with associated(ae, server.port, *handlers, tls_args=(context, None)) as association:
        assert association.send_c_echo().Status == 0
        server.signal(signal.SIGTERM)
        assert server.wait() == 0
        assert ended.wait(DEADLINE)
    assert pdus[-1] == 7


# ---- Who is trusted -------------------------------------------------------------------------------


def test_a_server_that_is_not_trusted(echoscp, ours, other):
    server = echoscp("-ic", *other.server.options)
    has_failed(echoscu("+tla", *ours.options, "127.0.0.1", server.port),
               "W: 127.0.0.1:", "the certificate of 'CN=server' is not good: ", "(X509 error 20)",
               "no secure connection: the authority of the peer's certificate is not trusted (error 178)")
    server.expect(r"no secure connection: the peer does not know the authority of the certificate \(error 141\)")
    has_succeeded(echoscu("+tla", "-ic", "127.0.0.1", server.port))
    has_succeeded(echoscu("+tla", *other.options, "127.0.0.1", server.port))


def test_a_client_that_is_not_trusted(echoscp, ours, other):
    server = echoscp(*ours.server.options, *ours.options)
    has_failed(echoscu(*other.client.options, *ours.options, "127.0.0.1", server.port), "(error 141)")
    server.expect(r"the certificate of 'CN=client' is not good: .* \(X509 error 20\)")
    server.expect(r"no secure connection: the authority of the peer's certificate is not trusted \(error 178\)")
    # It is told of once.
    has_succeeded(echoscu(*ours.client.options, *ours.options, "127.0.0.1", server.port))
    assert server.text.count("error 178") == 1


@pytest.mark.parametrize("option, is_taken, stranger_is_taken", [
    ("-rc", False, False),
    ("-vc", True, False),
    ("-ic", True, True),
])
def test_clients_without_a_good_certificate(echoscp, ours, other, option, is_taken, stranger_is_taken):
    server = echoscp(option, *ours.server.options, *ours.options)
    anonymous = echoscu("+tla", *ours.options, "127.0.0.1", server.port)
    stranger = echoscu(*other.client.options, *ours.options, "127.0.0.1", server.port)
    if is_taken:
        has_succeeded(anonymous)
    else:
        has_failed(anonymous, "E: 127.0.0.1:", "no certificate", "(error 134)")
        server.expect(r"no secure connection: .* \(error 134\)")
    if stranger_is_taken:
        has_succeeded(stranger)
    else:
        has_failed(stranger, "(error 141)")
    has_succeeded(echoscu(*ours.client.options, *ours.options, "127.0.0.1", server.port))


def test_without_authorities_nobody_is_trusted(echoscp, ours):
    server = echoscp(*ours.server.options)
    server.expect(r"W: no peer's certificate will be good: there are no authorities \(\+cf, \+cd\)")
    has_failed(echoscu(*ours.client.options, *ours.options, "127.0.0.1", server.port))


def test_the_name_of_the_server(echoscp, ours):
    server = echoscp("-4", "-ic", *ours.server.options)
    has_succeeded(echoscu("+tla", "--verify-name", *ours.options, "localhost", server.port))
    has_failed(echoscu("+tla", "--verify-name", *ours.options, "127.0.0.1", server.port), "(X509 error 62)",
               "the peer's certificate could not be verified (error 127)")


def test_how_many_issuers_a_chain_may_have(echoscp, ours):
    between = ours.issue_through_another("between")
    server = echoscp("-ic", *between.options)
    for depth in ("1", "6"):
        has_succeeded(echoscu("+tla", "--verify-depth", depth, *ours.options, "127.0.0.1", server.port))
    has_succeeded(echoscu("+tla", *ours.options, "127.0.0.1", server.port))
    has_failed(echoscu("+tla", "--verify-depth", "0", *ours.options, "127.0.0.1", server.port),
               "(X509 error 22)", "the chain of the peer's certificate is too long (error 180)")
    direct = echoscp("-ic", *ours.server.options)
    has_succeeded(echoscu("+tla", "--verify-depth", "0", *ours.options, "127.0.0.1", direct.port))
    strict = echoscp("--verify-depth", "0", *ours.server.options, *ours.options)
    has_failed(echoscu(*between.options, *ours.options, "127.0.0.1", strict.port))
    has_succeeded(echoscu(*ours.client.options, *ours.options, "127.0.0.1", strict.port))


def test_a_certificate_that_is_revoked(echoscp, ours):
    lost = ours.issue("lost")
    before = ours.revocation_list("before")
    after = ours.revocation_list("after", lost)
    server = echoscp("-ic", *lost.options)
    has_succeeded(echoscu("+tla", *ours.options, "+crl", before, "127.0.0.1", server.port))
    has_failed(echoscu("+tla", *ours.options, "+crl", after, "127.0.0.1", server.port),
               "the peer's certificate is revoked (error 181)")
    strict = echoscp(*ours.server.options, *ours.options, "+crl", after)
    has_failed(echoscu(*lost.options, *ours.options, "127.0.0.1", strict.port), "the certificate is revoked (error 137)")
    has_succeeded(echoscu(*ours.client.options, *ours.options, "127.0.0.1", strict.port))


# ---- Versions, and peers without TLS --------------------------------------------------------------


def test_nothing_below_tls_1_3(echoscp, ours, dcmtk_server, tmp_path):
    server = echoscp("-v", "--tls13", *ours.server.options, *ours.options)
    old = one_version(tmp_path, "TLSv1.2")
    assert dcmtk_echoscu(server.port, *ours.client.options, *ours.options, **old).returncode != 0
    server.expect(r"no secure connection: there is no version of TLS that both sides speak \(error 146\)")
    theirs = dcmtk_server("storescp", *ours.server.options, *ours.options, **old)
    has_failed(echoscu("--tls13", *ours.client.options, *ours.options, "127.0.0.1", theirs.port), "(error 146)")
    has_succeeded(echoscu(*ours.client.options, *ours.options, "127.0.0.1", server.port), r"secure by TLS 1\.3")


ANYTHING = "ALL:@SECLEVEL=0"
RSA_KEY_EXCHANGE = "AES128-GCM-SHA256:AES256-SHA:@SECLEVEL=0"


@pytest.mark.parametrize("arguments, alert", [
    (["-tls1", "-cipher", ANYTHING], "alert protocol version"),
    (["-tls1_1", "-cipher", ANYTHING], "alert protocol version"),
    (["-tls1_2", "-cipher", RSA_KEY_EXCHANGE], "alert handshake failure"),
], ids=["1.0", "1.1", "rsa"])
def test_an_openssl_client_without_anything_secure(echoscp, ours, arguments, alert):
    server = echoscp(*ours.server.options, *ours.options)
    result = run("openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", *arguments)
    assert result.returncode != 0 and alert in result.stderr, result.stderr
    server.expect(r"no secure connection: nothing that one of the two speaks, .* \(error 147\)")


@pytest.mark.parametrize("version, ciphers, error", [
    (ssl.TLSVersion.TLSv1_1, ANYTHING, 147),
    (ssl.TLSVersion.TLSv1_2, RSA_KEY_EXCHANGE, 134),
], ids=["1.1", "rsa"])
def test_an_openssl_server_without_anything_secure(ours, version, ciphers, error):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context = ours.context("server", ours.server, version)
    context.set_ciphers(ciphers)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        refusals = []

        def serve():
            plain, _ = listener.accept()
            with plain, pytest.raises(ssl.SSLError) as refusal:
                context.wrap_socket(plain, server_side=True)
            refusals.append(refusal)

        thread = threading.Thread(target=serve)
        thread.start()
        result = echoscu("+tla", *ours.options, "127.0.0.1", listener.getsockname()[1])
        thread.join(DEADLINE)
    has_failed(result, f"(error {error})")
    assert len(refusals) == 1


def test_a_peer_without_tls_on_a_port_with_it(echoscp, ours):
    server = echoscp(*ours.server.options, *ours.options)
    has_failed(echoscu("127.0.0.1", server.port), "association aborted by this side's service provider",
               "the peer may speak TLS")
    server.expect(r"no secure connection: what came is not TLS \(error 143\)")
    assert dcmtk_echoscu(server.port).returncode != 0
    server.expect(r"no secure connection: what came is not TLS \(error 143\)")
    has_succeeded(echoscu(*ours.client.options, *ours.options, "127.0.0.1", server.port))


def test_a_port_without_tls(echoscp, dcmtk_server, ours):
    server = echoscp("-v")
    for port in (server.port, dcmtk_server("storescp").port):
        has_failed(echoscu("+tla", *ours.options, "127.0.0.1", port), "no secure connection: ")
    server.expect(r"why=\"it speaks TLS, and this side does not\"")
    server.expect(r"the connection ended: the peer speaks TLS, and this side does not \(error 69\)")
    has_succeeded(echoscu("127.0.0.1", server.port))


def test_a_server_that_does_not_answer_a_handshake(ours):
    # A server that takes the connection, and reads nothing.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        result = echoscu("-to", 1, "+tla", *ours.options, "127.0.0.1", listener.getsockname()[1])
    has_failed(result, "no answer to the TLS handshake within 1 s")


def test_a_client_that_does_not_begin_a_handshake(echoscp, ours):
    server = echoscp("-ta", 1, *ours.server.options, *ours.options)
    with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE) as silent:
        server.expect(r"no association request within 1 s; closing")
        assert silent.recv(1) == b""
    has_succeeded(echoscu(*ours.client.options, *ours.options, "127.0.0.1", server.port))


def test_many_clients_while_some_say_nothing(storescp, ours, kept, files):
    server = storescp("-od", kept, *ours.server.options, *ours.options)
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE))
        results = []
        senders = [
            threading.Thread(target=lambda: results.append(
                storescu(*ours.client.options, *ours.options, "127.0.0.1", server.port, "+sd", files)))
            for _ in range(4)
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(DEADLINE)
    assert [it.returncode for it in results] == [0] * 4
    assert {it.name: data_of(it) for it in kept.iterdir()} == {
        f"{dcmread(it).SOPInstanceUID}.dcm": data_of(it) for it in files.iterdir()
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_openssl_resumes_a_session(echoscp, ours, version):
    _, number, secure = version
    server = echoscp("-v", *ours.server.options, *ours.options)
    context = ours.context("client", ours.client, number)
    session = None
    for is_resumed in (False, True, True):
        with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE) as plain:
            with context.wrap_socket(plain, session=session) as link:
                # An A-ABORT is enough of an answer to have read the tickets that come before it.
                link.sendall(b"\x07\0\0\0\0\x04\0\0\0\0")
                link.recv(1)
                assert link.session_reused is is_resumed
                session = link.session
        server.expect(r"the certificate of 'CN=client' is good")
        server.expect(secure)


def test_several_authorities_of_dcmtks_clients(echoscp, ours, other, tmp_path):
    directory = tmp_path / "authorities"
    directory.mkdir()
    for it in (ours, other):
        shutil.copy(it.certificate, directory / f"{it.directory.name}.pem")
    one_file = tmp_path / "both.pem"
    one_file.write_text(ours.certificate.read_text() + other.certificate.read_text())
    for options in (["+cf", other.certificate, "+cf", ours.certificate], ["+cd", directory], ["+cf", one_file]):
        server = echoscp("-v", *ours.server.options, *options)
        for it in (ours, other):
            result = dcmtk_echoscu(server.port, *it.client.options, *ours.options)
            assert result.returncode == 0, result.stdout + result.stderr
            server.expect(r"the certificate of 'CN=client' is good")


def test_several_authorities_of_dcmtks_servers(dcmtk_server, ours, other, tmp_path):
    directory = tmp_path / "authorities"
    directory.mkdir()
    shutil.copy(ours.certificate, directory / "ours.pem")
    for it in (ours, other):
        server = dcmtk_server("storescp", *it.server.options, *ours.options)
        arguments = [*ours.client.options, "+cd", directory, "+cf", other.certificate, "127.0.0.1", server.port]
        has_succeeded(echoscu(*arguments), "the certificate of 'CN=server' is good")
        has_succeeded(echoscu("+crl", ours.revocation_list("none"), "+crl", other.revocation_list("none"), *arguments))
    result = echoscu(*ours.client.options, "+cd", directory, "127.0.0.1", server.port)
    has_failed(result, "the authority of the peer's certificate is not trusted")


@pytest.mark.parametrize("kind, digest", [("rsa:1024", "-sha256"), ("rsa:2048", "-sha1")])
@pytest.mark.parametrize("version", VERSIONS)
def test_keys_and_signatures_that_are_too_weak(echoscp, ours, version, kind, digest):
    _, number, _ = version
    weak = ours.issue(f"weak-{kind[4:]}{digest}-{number.value}", kind, digest)
    server = echoscp(*ours.server.options, *ours.options)
    context = ours.context("client", weak, number)
    with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE) as plain:
        # In TLS 1.3 the refusal comes when the client's handshake is over.
        with pytest.raises((ssl.SSLError, ConnectionError)), context.wrap_socket(plain) as link:
            if not link.recv(1):
                raise ConnectionError
    server.expect(r"no secure connection: .* \(error \d+\)")
    theirs = ours.context("server", weak, number)
    ae = entity()
    ae.add_supported_context(VERIFICATION)
    with serving(ae, ssl_context=theirs) as port:
        has_failed(echoscu(*ours.client.options, *ours.options, "127.0.0.1", port), "no secure connection: ")


# ---- Keys and certificates ------------------------------------------------------------------------


def test_a_key_with_a_password(echoscp, ours):
    server = echoscp(*ours.encrypted(ours.server).options, "+pw", PASSWORD, *ours.options)
    client = ours.encrypted(ours.client)
    has_succeeded(echoscu(*client.options, "+pw", PASSWORD, *ours.options, "127.0.0.1", server.port))
    refused = "the private key could not be loaded (error 218)"
    has_failed(echoscu(*client.options, *ours.options, "127.0.0.1", server.port),
               refused + "; it is encrypted, and +pw gives its password")
    has_failed(echoscu(*client.options, "+pw", "another", *ours.options, "127.0.0.1", server.port),
               refused + "; the password may be another")
    result = run(LDICOM, "echoscp", *client.options, *ours.options, 0)
    has_failed(result, refused)
    assert result.stdout == ""


def test_der(echoscp, ours):
    server = echoscp("-der", *ours.der(ours.server).options, *ours.options)
    client = ours.der(ours.client)
    has_succeeded(echoscu("-der", *client.options, *ours.options, "127.0.0.1", server.port))
    has_failed(echoscu(*client.options, *ours.options, "127.0.0.1", server.port), "(error 219)")


def test_files_that_are_something_else(ours, other):
    mixed = ["+tls", other.client.key, ours.client.certificate]
    has_failed(echoscu(*mixed, *ours.options, "127.0.0.1", 104),
               "the private key is not that of the certificate (error 221)")
    for arguments in (["echoscu", "127.0.0.1", 104, *ours.client.options],
                      ["echoscp", 0, *ours.server.options]):
        has_failed(run(LDICOM, *arguments, "+cf", ours.server.key),
                   f"the file of authorities could not be loaded (error 195); {ours.server.key}")


def test_termscu(storescp, ours, kept):
    server = storescp("--allow-shutdown", "-od", kept, *ours.server.options, *ours.options)
    result = run(LDICOM, "termscu", *ours.client.options, *ours.options, "127.0.0.1", server.port)
    assert result.returncode == 0, result.stderr
    assert server.wait() == 0


# ---- Command line ---------------------------------------------------------------------------------


@pytest.mark.parametrize("subcommand", ["echoscp", "echoscu", "storescp", "storescu", "termscu"])
def test_help(subcommand):
    result = run(LDICOM, subcommand, "--help")
    assert result.returncode == 0
    wanted = ["+tls,--enable-tls", "+cf,", "+cd,", "+crl,", "+pw,", "-rc,", "-ic,", "-pem,", "-der,", "--tls-profile", "--tls13", "--verify-depth"]
    wanted += ["-vc,"] if subcommand.endswith("scp") else ["+tla,", "--verify-name"]
    for it in wanted:
        assert it in result.stdout


@pytest.mark.parametrize("arguments, mentions", [
    (["echoscu", "localhost", "104", "+cf", __file__], "--add-cert-file requires --enable-tls or --anonymous-tls"),
    (["echoscp", "0", "-ic"], "--ignore-peer-cert requires --enable-tls"),
    (["echoscp", "0", "--tls13"], "--tls13 requires --enable-tls"),
    (["echoscp", "0", "--verify-depth", "1"], "--verify-depth requires --enable-tls"),
    (["echoscu", "localhost", "104", "+tla", "--verify-depth", "7"], "--verify-depth"),
    (["echoscu", "localhost", "104", "+tla", "--verify-depth", "-1"], "--verify-depth"),
    (["storescp", "0", "+tla"], "--anonymous-tls"),
    (["storescp", "0", "+tls", __file__], "--enable-tls"),
    (["storescp", "0", "+tls", __file__, "/no/such/file"], "/no/such/file"),
    (["echoscu", "localhost", "104", "+tla", "+tls", __file__, __file__], "excludes"),
    (["echoscu", "localhost", "104", "+tla", "-ic", "-rc"], "excludes"),
    (["echoscu", "localhost", "104", "+tla", "--tls-profile", "retired"], "retired"),
    (["echoscu", "localhost", "104", "+tla", "+cf", "/no/such/file"], "/no/such/file"),
])
def test_wrong_usage(arguments, mentions):
    result = run(LDICOM, *arguments)
    assert result.returncode == USAGE
    assert result.stdout == ""
    assert mentions in result.stderr
