"""Programs that come from Debian: installed through apt where they are missing."""

import os
import shutil
import subprocess

from .steps import StepFailed, run, step

# program that must be found -> Debian packages that bring it
BROWSER = {"chromium": ["chromium", "fonts-dejavu-core"]}
PDF = {"wkhtmltopdf": ["wkhtmltopdf"]}


def find(program):
    extra = "/usr/bin:/usr/sbin:/sbin:/bin"
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:{extra}")


def ensure_programs(wanted):
    """`wanted` maps a program to the packages that provide it."""
    missing = {name: packages for name, packages in wanted.items() if not find(name)}
    if missing:
        install(sorted(missing), [package for group in missing.values() for package in group])


def install(names, packages):
    by_hand = f"Install by hand, then run the same command again: apt-get install {' '.join(packages)}"
    with step(f"Install {', '.join(names)} with apt"):
        if not find("apt-get"):
            raise StepFailed(f"{', '.join(names)} not found, and this is not a Debian system.", by_hand)
        prefix = _root_prefix(by_hand)
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        wait = ["-o", "DPkg::Lock::Timeout=300"]
        run([*prefix, "apt-get", "update", *wait], remedy=by_hand, check=False, env=environment)
        run(
            [*prefix, "apt-get", "install", "-y", "--no-install-recommends", *wait, *packages],
            remedy=by_hand,
            env=environment,
        )


def _root_prefix(by_hand):
    if os.geteuid() == 0:
        return []
    sudo = find("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        # sudo drops the environment, so the setting that keeps apt from asking goes along by name
        return [sudo, "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    raise StepFailed("You are not root, and sudo without a password is not available.", by_hand)
