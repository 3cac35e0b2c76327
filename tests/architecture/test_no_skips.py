"""CI refuses a skipped test; on a laptop it is only reported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPS_ITSELF = "import pytest\n\ndef test_that_gives_up():\n    pytest.sk" + 'ip("nothing to test with")\n'
SKIPS_WHOLE = "import pytest\npytest.importorsk" + 'ip("a_module_nobody_has")\n\ndef test_it(): ...\n'


def run_pytest(folder: Path, source: str, *, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_sample.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-p", "tests.no_skips", "-c", os.devnull, "--rootdir", str(folder), "-q"]
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        [*command, str(folder)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("source", [SKIPS_ITSELF, SKIPS_WHOLE], ids=["one test", "a whole file"])
def test_ci_refuses_a_skip(tmp_path: Path, source: str) -> None:
    done = run_pytest(tmp_path, source, ci="true")
    assert done.returncode != 0
    assert "CI refuses a skipped test" in done.stdout


def test_a_laptop_only_reports_it(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, SKIPS_ITSELF, ci="").returncode == 0
