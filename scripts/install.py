"""Make or refresh .venv for the Makefile: `python3 scripts/install.py run` (to use Dunant) or `dev` (to test it too).

Does only what is out of date, so that a second `make demo` starts at once. Needs nothing but Python and its venv.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PIP = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}


def digest(*files: str) -> str:
    total = hashlib.sha256(f"{sys.version_info[:2]} {VENV}".encode())
    for file in files:
        total.update((ROOT / file).read_bytes())
    return total.hexdigest()


def is_done(step: str, wanted: str) -> bool:
    stamp = VENV / f".{step}"
    return stamp.exists() and stamp.read_text() == wanted


def finish(step: str, wanted: str) -> None:
    (VENV / f".{step}").write_text(wanted)


def main(kind: str) -> None:
    if not is_done("python", digest()):
        print("Making .venv", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        finish("python", digest())
    if not is_done(kind, digest(LOCKS[kind])):
        print(f"Installing what {LOCKS[kind]} lists", flush=True)
        subprocess.run([*PIP, "install", "--require-hashes", "-r", str(ROOT / LOCKS[kind])], check=True)
        finish("run", digest(LOCKS["run"]))  # the development lock holds all of the other
        finish(kind, digest(LOCKS[kind]))
    subprocess.run([PIP[0], str(ROOT / "build_ui.py")], check=True)
    project = digest("pyproject.toml", "build_ui.py", "src/dunant/__init__.py")
    if not is_done("project", project):
        editable = ["install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
        subprocess.run([*PIP, *editable], check=True)
        finish("project", project)


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit("Dunant needs Python 3.11 or newer; name one with `make PYTHON=python3.11 …`")
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError as failure:
        sys.exit(failure.returncode)
