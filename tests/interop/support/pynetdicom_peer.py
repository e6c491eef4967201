"""pynetdicom application entities as peers, in threads of the test's own process."""

import contextlib
import queue
import socketserver
import threading

from pynetdicom import AE, evt
from pynetdicom.transport import ThreadedAssociationServer

from .process import DEADLINE, PAUSE, until

# pynetdicom waits this long for anything, and none of its waits may end a test before the test's own.
PATIENCE = 30


def entity(title="PYNETDICOM", **settings):
    ae = AE(ae_title=title)
    ae.acse_timeout = ae.dimse_timeout = ae.network_timeout = ae.connection_timeout = PATIENCE
    for name, value in settings.items():
        setattr(ae, name, value)
    return ae


class Events:
    """Events of pynetdicom, to be waited for in the test's thread."""

    def __init__(self):
        self._events = queue.Queue()

    def note(self, *what):
        self._events.put(what[0] if len(what) == 1 else what)

    def next(self):
        return self._events.get(timeout=DEADLINE)

    def so_far(self):
        return [self._events.get_nowait() for _ in range(self._events.qsize())]

    def expect(self, what):
        got = self.next()
        assert got == what, f"expected {what!r}, got {got!r}"


@contextlib.contextmanager
def serving(ae, *handlers, address="127.0.0.1", **arguments):
    """An SCP on a free port, which is what is given."""
    server = ae.make_server(
        (address, 0), evt_handlers=list(handlers), server_class=ThreadedAssociationServer, **arguments
    )
    # As AE.start_server does, but for the pause between two looks at whether it is to end: half a second there.
    thread = threading.Thread(target=server.serve_forever, args=(PAUSE,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        socketserver.BaseServer.shutdown(server)
        server.server_close()
        thread.join(DEADLINE)


def instead_of_an_answer(act):
    """Handlers of an SCP that does `act(association)` when an association is requested.

    pynetdicom closes the connection when such a handler is over, and what the handler sends may not be out then.
    """
    out = threading.Event()

    def requested(event):
        act(event.assoc)
        assert out.wait(DEADLINE)

    return [(evt.EVT_REQUESTED, requested), (evt.EVT_DATA_SENT, lambda event: out.set())]


@contextlib.contextmanager
def associated(ae, port, *handlers, address="127.0.0.1", **arguments):
    """An association of an SCU; aborted at the end if the test has left it open."""
    association = ae.associate(address, port, evt_handlers=list(handlers), **arguments)
    keep_from_stealing(association)
    try:
        yield association
    finally:
        if association.is_established:
            association.abort()


def keep_from_stealing(association):
    """Mends a race of pynetdicom's: its reactor takes an answer that somebody waits for, when it comes very fast.

    The reactor says that it pauses before it does; what it looks for after that, it must not find.
    """
    get_message = association.dimse.get_msg
    is_release_requested = association.acse.is_release_requested
    runs = association._reactor_checkpoint.is_set
    association.dimse.get_msg = lambda block=False: get_message(block) if block or runs() else (None, None)
    association.acse.is_release_requested = lambda: runs() and is_release_requested()


def has_ended(association):
    """Waits until a rejected association says so. It may say that it was aborted: pynetdicom takes a rejection that
    comes very fast for a connection that failed. What came is to be seen in EVT_PDU_RECV."""
    return until(lambda: association.is_rejected or association.is_aborted, "the association to end")


def collides(association, probe):
    """Makes the probe ask for the release when the association is about to send its own request."""
    socket = association.dul.socket
    send = socket.send

    def send_after_the_other(data):
        if data[0] == 5:
            # In the thread that would read what the probe sends: it cannot see it before it has sent its own.
            probe.do("release")
        send(data)

    socket.send = send_after_the_other
