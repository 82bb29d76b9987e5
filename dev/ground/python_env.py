"""The virtual environment with exactly the versions of requirements.txt, made by uv."""

import hashlib
import os
import subprocess
import sys

from . import system
from .paths import GROUND, REQUIREMENTS, VENV, VENV_PYTHON
from .steps import StepFailed, run, stamp, stamped, step

UV_FOLDER = GROUND / "uv"
REMEDY = (
    "Check the network and pip's settings (pip config list), then run the same command again.\n"
    "Behind a mirror of your own, pip's index-url or UV_DEFAULT_INDEX is used."
)


def ensure():
    key = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if stamped("python", key) and VENV_PYTHON.exists():
        return
    uv = _uv()
    with step("Install the Python packages (locked versions)"):
        environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never", **_index(), **_certificates())
        environment.pop("VIRTUAL_ENV", None)
        if not VENV_PYTHON.exists() or not stamped("venv", sys.version):
            run(
                [uv, "venv", "--clear", "--python", sys.executable, VENV],
                env=environment,
                remedy=REMEDY,
            )
            stamp("venv", sys.version)
        run(
            [uv, "pip", "sync", "--python", VENV_PYTHON, REQUIREMENTS],
            env=environment,
            remedy=REMEDY,
            progress=_Clock("installing"),
        )
        stamp("python", key)


class _Clock:
    """A line every ten seconds for work that tells nothing about itself."""

    def __init__(self, verb):
        self.verb, self.calls = verb, 0

    def __call__(self):
        self.calls += 1
        return f"{self.verb}, {self.calls // 2 * 10} s" if self.calls >= 2 else ""


def _uv():
    found = system.find("uv")
    if found:
        return found
    uv = UV_FOLDER / "bin" / "uv"
    if uv.exists():
        return uv
    with step("Fetch uv, the installer"):
        if _pip("--version", check=False) is None:
            system.install(["pip"], ["python3-pip"])
        partial = GROUND / "uv.partial"
        _pip("install", "--quiet", "--upgrade", "--target", str(partial), "uv")
        partial.rename(UV_FOLDER)
    return uv


def _pip(*arguments, check=True):
    try:
        return run([sys.executable, "-m", "pip", *arguments], remedy=REMEDY)
    except StepFailed:
        if check:
            raise
        return None


def _certificates():
    """Trust what the system trusts, as pip on Debian does: a mirror may have its own authority."""
    if not os.path.exists("/etc/ssl/certs/ca-certificates.crt"):
        return {}
    return {"UV_SYSTEM_CERTS": "true"}


def _index():
    """uv does not read pip's settings; the index that the user chose for pip counts here too."""
    if os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL"):
        return {}
    for name in ("global.index-url", "install.index-url"):
        answer = subprocess.run(
            [sys.executable, "-m", "pip", "config", "get", name],
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode == 0 and answer.stdout.strip():
            return {"UV_DEFAULT_INDEX": answer.stdout.strip()}
    index = os.environ.get("PIP_INDEX_URL")
    return {"UV_DEFAULT_INDEX": index} if index else {}
