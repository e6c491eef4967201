"""pynetdicom as a contender of run.py, in the environment that tests/interop/requirements.txt describes.

    pynetdicom_peer.py acceptor
    pynetdicom_peer.py echo PORT SECONDS
    pynetdicom_peer.py serial PORT SECONDS
    pynetdicom_peer.py store-acceptor PORT KEY CERTIFICATE
    pynetdicom_peer.py store PORT FOLDER KEY CERTIFICATE

The acceptor listens on a free port and says which on its first line; `echo` and `serial` print the line of JSON that
bare/requestor.c prints. The last two speak TLS and verify nobody; what the acceptor gets it keeps in memory until the next.
"""

import json
import signal
import ssl
import sys
import time
from pathlib import Path

from pydicom.uid import ExplicitVRLittleEndian
from pynetdicom import AE, evt
from pynetdicom.sop_class import CTImageStorage, Verification

MINUTES = 10 * 60
TIMEOUT_SECONDS = 5


def acceptor():
    entity = AE()
    entity.maximum_associations = 10_000
    entity.add_supported_context(Verification)
    server = entity.start_server(("0.0.0.0", 0), block=False, evt_handlers=[(evt.EVT_C_ECHO, lambda event: 0x0000)])
    print(f"listening on 0.0.0.0 port {server.server_address[1]}", flush=True)
    time.sleep(MINUTES)


def associate(port):
    entity = AE()
    entity.add_requested_context(Verification)
    entity.dimse_timeout = TIMEOUT_SECONDS
    association = entity.associate("127.0.0.1", port)
    if not association.is_established:
        sys.exit("not associated")
    return association


def verify(association):
    # Without an answer in time the status is missing.
    if association.send_c_echo().get("Status") != 0x0000:
        sys.exit("the C-ECHO failed")


def measure(operation, seconds):
    took = []
    began = time.perf_counter()
    while not took or time.perf_counter() - began < seconds:
        before = time.perf_counter()
        operation()
        took.append(time.perf_counter() - before)
    whole = time.perf_counter() - began
    took.sort()
    print(
        json.dumps(
            {
                "count": len(took),
                "failed": 0,
                "seconds": whole,
                "rate": len(took) / whole,
                "p50_us": took[len(took) // 2] * 1e6,
                "p99_us": took[len(took) - 1 - len(took) // 100] * 1e6,
                "slowest_us": took[-1] * 1e6,
            }
        ),
        flush=True,
    )


def echo(port, seconds):
    association = associate(port)
    measure(lambda: verify(association), seconds)
    # A release waits for its answer, at times long after that has come; all is measured by now.
    association.abort()


def serial(port, seconds):
    def one():
        association = associate(port)
        verify(association)
        association.release()

    measure(one, seconds)


def secured(protocol, key, certificate):
    context = ssl.SSLContext(protocol)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(certificate, key)
    return context


def store_acceptor(port, key, certificate):
    entity = AE()
    entity.maximum_pdu_size = 131072
    entity.add_supported_context(CTImageStorage)
    context = secured(ssl.PROTOCOL_TLS_SERVER, key, certificate)
    handlers = [(evt.EVT_C_STORE, lambda event: 0x0000)]
    entity.start_server(("0.0.0.0", port), block=True, evt_handlers=handlers, ssl_context=context)


def store(port, folder, key, certificate):
    entity = AE()
    entity.add_requested_context(CTImageStorage, ExplicitVRLittleEndian)
    context = secured(ssl.PROTOCOL_TLS_CLIENT, key, certificate)
    association = entity.associate("127.0.0.1", port, tls_args=(context, None))
    if not association.is_established:
        sys.exit("not associated")
    for file in sorted(Path(folder).iterdir()):
        if association.send_c_store(file).get("Status") != 0x0000:
            sys.exit("the C-STORE failed")
    association.release()


def main():
    signal.alarm(MINUTES)
    match sys.argv[1:]:
        case ["acceptor"]:
            acceptor()
        case ["echo", port, seconds]:
            echo(int(port), float(seconds))
        case ["serial", port, seconds]:
            serial(int(port), float(seconds))
        case ["store-acceptor", port, key, certificate]:
            store_acceptor(int(port), key, certificate)
        case ["store", port, folder, key, certificate]:
            store(int(port), folder, key, certificate)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
