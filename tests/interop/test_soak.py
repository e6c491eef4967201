"""The soak (tests/soak, `make soak`) in short, so that it does not rot: one round with kills and one without."""

import subprocess
import sys

import pytest

from support.process import REPOSITORY


@pytest.mark.timeout(240)
def test_soak():
    program = REPOSITORY / "tests" / "soak" / "run.py"
    result = subprocess.run(
        [sys.executable, program, "--seconds", "12"], capture_output=True, text=True, errors="backslashreplace", timeout=220
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert ": 0 failures; " in result.stdout.splitlines()[-1]
    print(result.stdout)
