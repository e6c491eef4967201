"""The programs that users are shown: those of examples/, and the one in README.md, as they are."""

import os
import re
import shutil

from conftest import has_ipv6
from support.dcmtk import echoscu
from support.process import BIN, LDICOM, REPOSITORY, Program, free_port, run, takes_connections, until


def server_of_readme():
    """The first program of README.md."""
    return re.search(r"```cpp\n(#include <ltdic.h>\n.*?)```", (REPOSITORY / "README.md").read_text(), re.DOTALL).group(1)


def verifies(port):
    """DCMTK's program and ours do, on every address that there is."""
    assert echoscu(port).returncode == 0
    for address in ("127.0.0.1", "::1") if has_ipv6() else ("127.0.0.1",):
        assert run(LDICOM, "echoscu", address, port).returncode == 0


def serves(start, program, port, *arguments):
    server = start(Program, program, *arguments)
    until(lambda: takes_connections(port) or not server.is_running(), f"{program} to listen")
    for _ in range(2):
        verifies(port)
    assert server.is_running()


def test_the_demo():
    result = run(BIN / "demo", within=60)
    assert result.returncode == 0, result.stdout
    families = ["IPv4", "IPv6"] if has_ipv6() else ["IPv4"]
    for family in families:
        assert f"{family}: verified" in result.stdout
        hooks = re.findall(rf"client {family}  (On\w+)", result.stdout)
        # OnClose comes if the peer's end is quicker than the client's Close.
        for hook in ("Connect", "ReceiveAssociateAccept", "ReceiveCEchoResponse", "ReceiveReleaseResponse"):
            assert hooks.count(f"On{hook}") == 1, hook
        assert {"OnReceive", "OnSend", "OnReceiveData", "OnBeforeSendCommandSet"} <= set(hooks)
    assert "DCMTK's echoscu: verified" in result.stdout
    hooks = re.findall(r"(?:server|connection \d) +(On\w+)", result.stdout)
    for hook in ("Condition", "Accept", "ReceiveAssociateRequest", "ReceiveCEchoRequest", "ReceiveReleaseRequest", "Close"):
        assert hooks.count(f"On{hook}") == len(families) + 1, hook


def test_the_demo_fails_with_a_peer_that_does():
    result = run(BIN / "demo", "--echoscu", shutil.which("false"), within=60)
    assert result.returncode != 0
    assert "DCMTK's echoscu: verified" not in result.stdout


def test_the_echo_server(start):
    port = free_port()
    serves(start, BIN / "echo_server", port, port)


def test_the_server_of_the_readme(start, tmp_path):
    port = free_port()
    source = server_of_readme()
    # Twenty lines, and two that part them.
    assert len(source.splitlines()) <= 22
    (tmp_path / "server.cpp").write_text(source.replace("11112", str(port)))
    library = BIN.parent / "lib"
    built = run(os.environ.get("CXX", "c++"), "-std=c++11", "-Wall", "-Werror", "-I", REPOSITORY / "include",
                tmp_path / "server.cpp", "-o", tmp_path / "server", "-L", library, f"-Wl,-rpath,{library}", "-lldicomnet",
                "-pthread", within=60)
    assert built.returncode == 0, built.stderr
    serves(start, tmp_path / "server", port)
