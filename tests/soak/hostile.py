"""Peers that do wrong at every point of a conversation: they stall, trickle, reset, disconnect or send garbage, before each
PDU of it and in the middle of each.

What they send before that is in order, so that each point is a state of the receiver (PS3.8 9.2).
"""

import select
import socket
import ssl
import struct
import threading
import time

from server import ASSOCIATION_SECONDS, MESSAGE_SECONDS, chance_of
from support import wire

RELEASE_RQ = wire.pdu(5, bytes(4))

# What is sent, in order; the type of the PDU that answers it, or None.
STEPS = ("A-ASSOCIATE-RQ", "command", "data set", "A-RELEASE-RQ")
ANSWERS = (2, None, 4, 6)

POINTS = [(step, where) for step in range(len(STEPS)) for where in ("before", "within")] + [(len(STEPS), "before")]
BEHAVIOURS = ("stall", "trickle", "reset", "disconnect", "half-close", "garbage")

# Every wrong at every point. A trickle after the end has nothing left to send.
CASES = [(point, it) for point in POINTS for it in BEHAVIOURS if (point, it) != (POINTS[-1], "trickle")]

# How long the receiver may take to answer, and to give up a peer that says nothing more than its own limits are.
PATIENCE = 60

# How fast a trickle is: so many bytes a second.
TRICKLE_RATE = 1000


def case_words(case):
    (step, where), behaviour = case
    return f"{behaviour} {where} {STEPS[step] if step < len(STEPS) else 'the end'}"


class Unanswered(Exception):
    """The receiver did not do in time what it must."""


class Conversation:
    """One connection, from its begin to where it goes wrong, and what comes of that."""

    def __init__(self, server, instance, template, over):
        self._over = over
        self._connection = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if server.security:
            self._connection = server.security.context_of_client().wrap_socket(self._connection)
        context = wire.proposed(template.sop_class.encode(), template.transfer_syntax.encode())
        data = template.data(instance)
        middle = len(data) // 2
        self._steps = [
            wire.associate(1, b"STORESCP", b"HOSTILE", context, b"SOAK"),
            wire.data_tf(wire.COMMAND | wire.LAST, wire.store_rq(template.sop_class, instance)),
            wire.data_tf(0, data[:middle]) + wire.data_tf(wire.LAST, data[middle:]),
            RELEASE_RQ,
        ]
        self.is_acknowledged = False

    def close(self):
        self._connection.close()

    def play(self, case, chance):
        """Does it. ConnectionError where the receiver ended first."""
        (last, where), behaviour = case
        for step in range(last):
            self._connection.sendall(self._steps[step])
            self._await(step)
        rest = self._steps[last:]
        if where == "within":
            cut = chance.randrange(1, len(rest[0]))
            self._connection.sendall(rest[0][:cut])
            rest[0] = rest[0][cut:]
        getattr(self, "_" + behaviour.replace("-", "_"))(last, where, rest, chance)

    def _await(self, step):
        if ANSWERS[step] is None:
            return
        answer = wire.receive(self._connection)
        if not answer:
            raise ConnectionError(f"closed instead of answering {STEPS[step]}")
        if answer[0] != ANSWERS[step]:
            raise Unanswered(f"{STEPS[step]} was answered with {answer[:64].hex()}")
        if STEPS[step] == "data set":
            self.is_acknowledged = wire.status_of(answer) == 0

    def _until_it_ends(self, patience):
        """Reads until the receiver ends the connection, or all is over."""
        deadline = time.monotonic() + patience
        while not self._over.is_set():
            if time.monotonic() > deadline:
                raise Unanswered(f"not given up within {patience} s")
            pending = isinstance(self._connection, ssl.SSLSocket) and self._connection.pending()
            if pending or select.select([self._connection], [], [], 0.2)[0]:
                if not self._connection.recv(65536):
                    return

    def _stall(self, last, where, rest, chance):
        self._until_it_ends(max(ASSOCIATION_SECONDS, MESSAGE_SECONDS) + PATIENCE)

    def _trickle(self, last, where, rest, chance):
        for step, part in enumerate(rest, last):
            for at in range(len(part)):
                if self._over.wait(1 / TRICKLE_RATE):
                    return
                self._connection.sendall(part[at : at + 1])
            self._await(step)
        if not self.is_acknowledged:
            raise Unanswered("a whole object, sent slowly, was not acknowledged")
        self._until_it_ends(PATIENCE)

    def _reset(self, last, where, rest, chance):
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _disconnect(self, last, where, rest, chance):
        pass  # which its close does

    def _half_close(self, last, where, rest, chance):
        self._connection.shutdown(socket.SHUT_WR)
        self._until_it_ends(PATIENCE)

    def _garbage(self, last, where, rest, chance):
        # A PDU of a type that there is not; or less than was begun, for a data set made complete by garbage is one.
        length = len(rest[0]) - 1 if where == "within" else 2000
        self._connection.sendall((bytes((chance.randrange(8, 256),)) + chance.randbytes(2000))[:length])
        self._until_it_ends(max(ASSOCIATION_SECONDS, MESSAGE_SECONDS) + PATIENCE)


class Hostile(threading.Thread):
    """One wrong after another until it is over: each is tried by somebody before any is repeated."""

    def __init__(self, world, number):
        super().__init__(name=f"hostile {number}")
        self._world = world
        self._chance = chance_of(world.seed, world.round, self.name)
        # Small ones: it is the conversation that matters, and a trickle is to come to its end.
        self._stock = [it for it in world.stock if it.length < 1500]

    def run(self):
        world = self._world
        while not world.over.is_set():
            if not world.server.up.wait(0.1):
                continue
            template = self._chance.choice(self._stock)
            instance = world.ledger.enter(template)
            case = world.next_case()
            conversation = None
            try:
                conversation = Conversation(world.server, instance, template, world.over)
                conversation.play(case, self._chance)
            except (OSError, Unanswered) as error:
                # A connection ends that way for a peer that is given up, and for all when the receiver is killed.
                is_ended = isinstance(error, (ConnectionError, ssl.SSLError)) and case[1] != "trickle"
                if not is_ended and not world.kills:
                    world.fail(f"{self.name}: {case_words(case)}: {error!r}")
            finally:
                if conversation:
                    conversation.close()
                    if conversation.is_acknowledged:
                        world.ledger.acknowledge([instance])
            world.count("hostile peers", 1)
