"""Write requirements.lock (to run and build) and requirements-dev.lock (all of `make test`) from pyproject.toml.

Hashes of every file the registry has for a version, so one lock serves each platform and Python; no addresses.
Versions already locked are kept; `--upgrade` takes the newest that pyproject.toml admits.
"""

import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = "uv==0.13.9"
OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header", "--quiet"]
HEAD = "# Made by `python scripts/lock.py` from pyproject.toml. Do not edit.\n"


def compile_lock(uv: Path, wanted: list[str], lock: Path, *, constraint: Path | None = None) -> None:
    command = [str(uv), "pip", "compile", "-", *OPTIONS, "--output-file", str(lock)]
    if "--upgrade" in sys.argv:
        command.append("--upgrade")
    if constraint is not None:
        command += ["--constraint", str(constraint)]
    subprocess.run(command, input="\n".join(wanted), text=True, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    lock.write_text(HEAD + lock.read_text().removeprefix(HEAD))


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run = project["project"]["dependencies"] + project["build-system"]["requires"]
    extras = project["project"]["optional-dependencies"]
    every = run + extras["postgres"] + [need for need in extras["test"] if not need.startswith("dunant[")]
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        subprocess.run([f"{folder}/bin/pip", "install", "--quiet", UV], check=True)
        uv = Path(folder, "bin", "uv")
        compile_lock(uv, run, ROOT / "requirements.lock")
        compile_lock(uv, every, ROOT / "requirements-dev.lock", constraint=ROOT / "requirements.lock")


if __name__ == "__main__":
    main()
