"""What is compared with what over TLS: C-STORE of objects of 512 KiB between the tools of LDicomNet, DCMTK and pynetdicom,
with certificates on both sides, everything on one processor.

No bare program speaks TLS, so that each contender has the same other side: DCMTK's storescu or storescp. A rate is of both
sides together, the processor time that of the contender alone. Both are of the objects: what the same takes with one object,
the start of the program and the handshake, is measured by itself and taken off.
"""

import os
import shutil
import statistics
import subprocess
import time

import objects
from harness import ROOT, Acceptor, Failed, load_measured, note, processor_seconds, running
from tables import OURS, Table, shares_of, thousands

DCMTK = "DCMTK"
PYNETDICOM = "pynetdicom"

PATIENCE_SECONDS = 60

# Who starts with OpenSSL is held to this; DCMTK sets its own suites of TLS 1.2.
CONFIGURATION = """openssl_conf = all
[all]
ssl_conf = tls
[tls]
system_default = every
[every]
MinProtocol = {version}
MaxProtocol = {version}
Ciphersuites = TLS_AES_128_GCM_SHA256
"""

VERSIONS = {"TLSv1.3": "TLS 1.3 with AES-128-GCM", "TLSv1.2": "TLS 1.2 with what the two choose"}


class Secrets:
    """A certificate that signed itself, for both sides, and the settings of OpenSSL, in a folder."""

    def __init__(self, folder):
        self.key, self.certificate = folder / "bench.key", folder / "bench.pem"
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bench",
             "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "subjectAltName=DNS:localhost",
             "-keyout", self.key, "-out", self.certificate],
            capture_output=True,
        )
        if made.returncode != 0:
            raise Failed("openssl made no certificate")
        self.configurations = {}
        for version in VERSIONS:
            self.configurations[version] = folder / f"{version}.cnf"
            self.configurations[version].write_text(CONFIGURATION.format(version=version))

    @property
    def options(self):
        """For DCMTK's tools and ours alike. A certificate that is its own authority is one for nobody: none is verified."""
        return ["+tls", str(self.key), str(self.certificate), "-ic"]

    def environment(self, version):
        return {"OPENSSL_CONF": str(self.configurations[version]), "TCP_NODELAY": "1"}


def ldicom():
    return str(ROOT / "build" / "bin" / "ldicom")


def receivers(secrets, pynetdicom):
    storescp = shutil.which("storescp")
    found = {
        OURS: (ldicom(), "storescp", "-q", "--ignore", *secrets.options, "{port}"),
        DCMTK: (storescp, "--ignore", "-pdu", "131072", *secrets.options, "{port}"),
    }
    if pynetdicom:
        found[PYNETDICOM] = (*pynetdicom, "store-acceptor", "{port}", str(secrets.key), str(secrets.certificate))
    return found


def senders(secrets, pynetdicom):
    storescu = shutil.which("storescu")
    found = {
        OURS: lambda port, sent: [ldicom(), "storescu", "-q", *secrets.options, "127.0.0.1", port, "+sd", sent.folder],
        DCMTK: lambda port, sent: [
            storescu, "--max-send-pdu", "131072", *secrets.options, "+sd", "127.0.0.1", port, sent.folder
        ],
    }
    if pynetdicom:
        found[PYNETDICOM] = lambda port, sent: [
            *pynetdicom, "store", port, sent.folder, secrets.key, secrets.certificate
        ]
    return found


def timed(work):
    """How long it took, and what it gave."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def receive(options, argv, command, sent, environment):
    """Seconds, and processor seconds of the acceptor, of sending it all of these objects."""
    with running(options, Acceptor("", argv, environment)) as (process, port):
        before = processor_seconds(process)
        seconds, _ = timed(lambda: load_measured(options, command(port, sent), environment, PATIENCE_SECONDS))
        return seconds, processor_seconds(process) - before


def send(options, argv, command, sent, environment):
    """The same, of the requestor."""
    with running(options, Acceptor("", argv, environment)) as (_, port):
        seconds, used = timed(lambda: load_measured(options, command(port, sent), environment, PATIENCE_SECONDS))
        return seconds, used["processor_seconds"]


def of_objects(measure, sent, one):
    """A round: what the objects took beyond one of them."""
    less_seconds, less_processor = measure(one)
    seconds, processor = measure(sent)
    count = sent.count - one.count
    if seconds <= less_seconds:
        raise Failed("too short to be measured")
    return {
        "rate": count / (seconds - less_seconds),
        "processor": max(processor - less_processor, 0) / count,
    }


def table(direction, version, measured, failed):
    title = f"C-STORE of 512 KiB over {VERSIONS[version]}, {direction}"
    rows = []
    for name, rounds in measured.items():
        if not rounds or name in failed:
            rows.append([name, failed.get(name, "not measured")])
            continue
        rate = statistics.median(one["rate"] for one in rounds)
        processor = statistics.median(one["processor"] for one in rounds)
        by_dcmtk = ""
        if name != DCMTK and measured.get(DCMTK) and DCMTK not in failed:
            pairs = zip(rounds, measured[DCMTK], strict=False)
            by_dcmtk = f"{statistics.median(one['rate'] / theirs['rate'] for one, theirs in pairs):.2f}"
        rows.append([name, f"{thousands(rate)}", f"{rate * 512 / 1024:.0f}", by_dcmtk, f"{processor * 1e3:.2f} ms"])
    return Table(title, ["", "objects/s", "MiB/s", "by DCMTK", "processor time of one object"], rows)


REMARK = (
    "Over TLS, with DCMTK's `storescu` or `storescp` as the other side of each, on the same processor: a rate is of both "
    "sides together. Start and handshake are not in it."
)


def secure(options, peers):
    missing = [name for name in ("storescp", "storescu", "openssl") if shutil.which(name) is None]
    if missing:
        raise Failed(f"{', '.join(missing)} not installed")
    if not os.access(ldicom(), os.X_OK):
        raise Failed("build/bin/ldicom is not built")
    tables = []
    with objects.folder(options.programs.parent, "secure") as folder:
        secrets = Secrets(folder)
        sent = objects.make(folder / "512KiB", "512 KiB", 60 if options.quick else 500, 512 << 10)
        one = objects.make(folder / "one", "one", 1, 512 << 10)
        theirs_receiving = receivers(secrets, None)[DCMTK]
        theirs_sending = senders(secrets, None)[DCMTK]
        for version in VERSIONS:
            environment = secrets.environment(version)
            note(f"    {VERSIONS[version]}")
            found = receivers(secrets, peers.pynetdicom)

            def measure_receiving(name, found=found, environment=environment):
                return of_objects(
                    lambda some: receive(options, found[name], theirs_sending, some, environment), sent, one
                )

            tables.append(table("as acceptor", version, *shares_of(options, list(found), measure_receiving)))
            commands = senders(secrets, peers.pynetdicom)

            def measure_sending(name, commands=commands, environment=environment):
                return of_objects(
                    lambda some: send(options, theirs_receiving, commands[name], some, environment), sent, one
                )

            tables.append(table("as requestor", version, *shares_of(options, list(commands), measure_sending)))
    tables[-1].remarks.append(REMARK)
    return tables, []


COMPARISONS = {"tls": secure}
