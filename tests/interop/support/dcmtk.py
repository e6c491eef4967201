"""DCMTK's programs as peers, as shipped. 3.6.7 speaks IPv4 alone, and its servers cannot take a free port."""

import shutil

from .process import Program, free_port, run, takes_connections, until

PROGRAMS = ("echoscu", "storescp", "storescu", "dcmsend", "dcmrecv", "dcmqrscp", "findscu", "getscu", "movescu", "termscu")

# Takes its delay from DCMTK: without it, Nagle's algorithm is on.
NO_DELAY = {"TCP_NODELAY": "1"}


def echoscu(port, *options, host="127.0.0.1", **environment):
    return run("echoscu", "-v", *options, host, port, **environment)


class Server(Program):
    """storescp, dcmrecv or dcmqrscp, on a port that was free a moment ago."""

    def __init__(self, program, *options, **environment):
        self.port = free_port()
        super().__init__(program, "-d", *options, self.port, **environment)
        until(lambda: takes_connections(self.port) or not self.is_running(), f"{program} to listen")
        assert self.is_running(), f"{program} did not start:\n{self.text}"


def is_installed():
    return all(shutil.which(it) for it in PROGRAMS)
