"""Real senders, over and over: ldicom storescu, DCMTK's storescu and dcmsend, pynetdicom. What was acknowledged is what the
sender itself was told, object by object.
"""

import re
import shutil
import subprocess
import threading

from pynetdicom import _config
from pynetdicom.presentation import build_context

from server import chance_of
from stock import LARGE
from support.objects import write
from support.process import LDICOM, run
from support.pynetdicom_peer import associated, entity

# Files go out as they are.
_config.STORE_SEND_CHUNKED_DATASET = True

BATCH_MAX = 12

# How long a sender may take for a batch, whatever becomes of the server.
PATIENCE = 120


class Batch:
    """Some objects in files of a directory of their own, whose names are their instance UIDs."""

    def __init__(self, directory, stock, ledger, chance, is_to_succeed):
        self.directory = directory
        self.is_to_succeed = is_to_succeed
        directory.mkdir()
        self.templates = {}
        small = [it for it in stock if it.length <= LARGE]
        for _ in range(chance.randint(1, BATCH_MAX)):
            template = chance.choice(small if chance.random() < 0.9 else stock)
            instance = ledger.enter(template)
            self.templates[instance] = template
            path = directory / instance
            write(path, template.data(instance), template.transfer_syntax, instance, template.sop_class)


# ---- One batch by each kind of sender: gives what was acknowledged, and what it said -----------------


def by_ldicom(server, batch, chance):
    options = [[], ["--async", 0], ["--async", 8], ["-pdu", 4096], ["--abort"]][chance.randrange(5)]
    security = server.security.of_client if server.security else []
    result = run(LDICOM, "storescu", "-v", *options, *security, "+sd", "127.0.0.1", server.port, batch.directory,
                 within=PATIENCE)
    return set(re.findall(r"([\d.]+): sent, ", result.stderr)), result.stderr


def by_storescu(server, batch, chance):
    """DCMTK's: one file after another."""
    options = [[], ["-R"], ["-pdu", 4096], ["-to", 5]][chance.randrange(4)]
    security = server.security.of_client if server.security else []
    result = run("storescu", "-v", "-nh", *options, *security, "+sd", "127.0.0.1", server.port, batch.directory,
                 within=PATIENCE)
    acknowledged, sending = set(), None
    for line in (result.stdout + result.stderr).splitlines():
        file = re.search(r"Sending file: .*/([\d.]+)$", line)
        if file:
            sending = file.group(1)
        elif "Received Store Response (Success)" in line:
            acknowledged.add(sending)
    return acknowledged, result.stdout + result.stderr


def by_dcmsend(server, batch, chance):
    """DCMTK's other one, which orders the files as it likes, and names each in its request and in the answer."""
    security = server.security.of_client if server.security else []
    result = run("dcmsend", "-d", *security, "+sd", "127.0.0.1", server.port, batch.directory, within=PATIENCE)
    acknowledged, sending = set(), None
    for line in (result.stdout + result.stderr).splitlines():
        request = re.search(r"Affected SOP Instance UID\s*: ([\d.]+)", line)
        if request:
            sending = request.group(1)
        elif re.search(r"DIMSE Status\s*: 0x0000: Success", line):
            acknowledged.add(sending)
    return acknowledged, result.stdout + result.stderr


def by_pynetdicom(server, batch, chance):
    contexts = {(it.sop_class, it.transfer_syntax) for it in batch.templates.values()}
    ae = entity(requested_contexts=[build_context(*it) for it in contexts])
    # It does not always see that a server is gone.
    ae.acse_timeout = ae.dimse_timeout = ae.network_timeout = ae.connection_timeout = 20 if batch.is_to_succeed else 3
    security = {"tls_args": (server.security.context_of_client(), None)} if server.security else {}
    acknowledged, said = set(), ""
    with associated(ae, server.port, **security) as association:
        if not association.is_established:
            return acknowledged, "no association"
        try:
            for instance in batch.templates:
                answer = association.send_c_store(batch.directory / instance)
                if answer and answer.Status == 0:
                    acknowledged.add(instance)
            association.release()
        except RuntimeError as error:
            said = str(error)  # the association has ended meanwhile
    return acknowledged, said


KINDS = {"ldicom storescu": by_ldicom, "DCMTK storescu": by_storescu, "DCMTK dcmsend": by_dcmsend, "pynetdicom": by_pynetdicom}


class Sender(threading.Thread):
    """Sends one batch after another until it is over."""

    def __init__(self, world, kind, number):
        super().__init__(name=f"{kind} {number}")
        self._world = world
        self._send = KINDS[kind]
        self._stock = world.stock_of_dcmtk if kind.startswith("DCMTK") else world.stock
        self._chance = chance_of(world.seed, world.round, self.name)

    def run(self):
        world, count = self._world, 0
        while not world.over.is_set():
            if not world.server.up.wait(0.1):
                continue
            count += 1
            directory = world.scratch / f"{self.name} {count}".replace(" ", "-")
            batch = Batch(directory, self._stock, world.ledger, self._chance, not world.kills)
            try:
                acknowledged, said = self._send(world.server, batch, self._chance)
            except (OSError, subprocess.TimeoutExpired, AssertionError) as error:
                world.fail(f"{self.name}: {error!r}")
                break
            finally:
                shutil.rmtree(batch.directory)
            world.ledger.acknowledge(acknowledged)
            world.count(self.name.rsplit(" ", 1)[0], len(acknowledged))
            missing = set(batch.templates) - acknowledged
            if missing and not world.kills:
                world.fail(f"{self.name}: not acknowledged, though nobody was killed: {missing}\n{said[-1000:]}")
            if not acknowledged <= set(batch.templates):
                world.fail(f"{self.name}: acknowledged what it has not sent: {acknowledged - set(batch.templates)}")
