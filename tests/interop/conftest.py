"""Fixtures: programs that are ended with their test, however it ends."""

import re
import socket

import pytest

from support import dcmtk, objects
from support.process import LDICOM, PROBE, Program
from support.probe import Probe


def pytest_addoption(parser):
    parser.addoption("--whole", action="store_true", help="all cases of the scripted peers, not a part of them")


def pytest_sessionstart(session):
    missing = [str(it) for it in (LDICOM, PROBE) if not it.exists()]
    if missing:
        pytest.exit(f"not built: {', '.join(missing)}; LDICOMNET_BIN_DIR names the directory", returncode=2)


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as it:
            it.bind(("::1", 0))
    except OSError:
        return False
    return True


LOOPBACKS = [
    pytest.param("127.0.0.1", id="ipv4"),
    pytest.param("::1", id="ipv6", marks=pytest.mark.skipif(not has_ipv6(), reason="IPv6 is off on this machine")),
]


@pytest.fixture(params=LOOPBACKS)
def loopback(request):
    return request.param


@pytest.fixture
def start():
    """start(make, ...): a Program, or one of its kinds, for the time of the test."""
    programs = []

    def starter(make, *arguments, **keywords):
        program = make(*arguments, **keywords)
        programs.append(program)
        return program

    yield starter
    for program in programs:
        program.end()


@pytest.fixture
def probe(start):
    it = start(Probe)
    yield it
    it.finish()


def ldicom_server(start, subcommand):
    """starter(*options): a running server of ldicom on a free port, its `.port`."""

    def starter(*options, **environment):
        program = start(Program, LDICOM, subcommand, *options, 0, **environment)
        line = program.first_line()
        announced = re.fullmatch(r"listening on (\S+) port (\d+)", line)
        assert announced, line
        program.address, program.port = announced.group(1), int(announced.group(2))
        return program

    return starter


@pytest.fixture
def echoscp(start):
    return ldicom_server(start, "echoscp")


@pytest.fixture
def storescp(start):
    return ldicom_server(start, "storescp")


@pytest.fixture
def kept(tmp_path):
    """A directory for a receiver."""
    directory = tmp_path / "kept"
    directory.mkdir()
    return directory


@pytest.fixture
def files(tmp_path):
    """A directory of five small files."""
    directory = tmp_path / "files"
    directory.mkdir()
    objects.small(directory, 5)
    return directory


@pytest.fixture
def dcmtk_server(start):
    """dcmtk_server(program, *options): a running server of DCMTK's, its `.port`."""
    return lambda program, *options, **environment: start(dcmtk.Server, program, *options, **environment)


@pytest.fixture(scope="session", autouse=True)
def dcmtk_is_installed():
    assert dcmtk.is_installed(), "DCMTK's programs are missing; scripts/setup.sh test installs them"
