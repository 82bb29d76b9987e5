"""Odoo 19 itself: Debian's package, unpacked into .ground without touching the system.

The package lives in Debian's suite sid. It is fetched by the machine's own apt (mirror, proxy and
signatures as configured there) with a private set of folders, so nothing on the system changes.
ODOO_SOURCE=<folder> takes an existing checkout instead.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from .paths import GROUND, ODOO_PACKAGE
from .steps import StepFailed, run, step

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
APT = GROUND / "apt"
PYTHON_PATH = Path("usr/lib/python3/dist-packages")
NO_DEBIAN = "Without Debian, clone Odoo 19 yourself (branch 19.0) and set ODOO_SOURCE=<that folder>."
TRY_AGAIN = f"Check the network, then run the same command again. {NO_DEBIAN}"
# Not free, so Debian leaves it out; the web client logs an error without it, and tours fail on that.
MISSING_SCRIPT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def source():
    """The folder to put on PYTHONPATH (it holds the package `odoo`)."""
    given = os.environ.get("ODOO_SOURCE")
    return Path(given).expanduser().resolve() if given else ODOO_PACKAGE / PYTHON_PATH


def addons_paths():
    """Odoo's own addons beside odoo/addons, which Odoo finds by itself."""
    beside = source() / "addons"
    return [beside] if (beside / "account").is_dir() else []


def version():
    """A key that changes when Odoo changes."""
    release = (source() / "odoo" / "release.py").read_text()
    numbers = re.search(r"^version_info\s*=\s*\((.*)\)", release, re.M).group(1)
    if os.environ.get("ODOO_SOURCE"):
        head = subprocess.run(
            ["git", "-C", str(source()), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            check=False,
        )
        return f"{numbers} {source()} {head.stdout.strip()}"
    return f"{numbers} {(ODOO_PACKAGE / 'VERSION').read_text().strip()}"


def ensure():
    if os.environ.get("ODOO_SOURCE"):
        if not (source() / "odoo" / "release.py").is_file():
            raise StepFailed(
                f"ODOO_SOURCE={source()} holds no odoo/release.py.",
                "Point it at the top folder of an Odoo 19 checkout, or unset it.",
                "Find Odoo 19",
            )
        return
    if (ODOO_PACKAGE / "VERSION").is_file():
        return
    with step("Fetch Odoo 19 (Debian package odoo-19, 123 MB)"):
        archives = _download()
    with step("Unpack Odoo 19 (1.2 GB)"):
        _unpack(archives)


def _download():
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise StepFailed("This is not a Debian system: apt-get or dpkg not found.", NO_DEBIAN)
    if not os.path.exists(KEYRING):
        raise StepFailed(f"{KEYRING} is missing.", f"Install debian-archive-keyring. {NO_DEBIAN}")
    for folder in ("lists/partial", "cache/archives/partial", "debs", "none"):
        (APT / folder).mkdir(parents=True, exist_ok=True)
    _update_lists()
    depends = _apt("apt-cache", "depends", "--no-suggests", "odoo-19")
    names = sorted(set(re.findall(r"Depends: ((?:libjs|fonts)-[a-z0-9.+-]+)", depends)))
    wanted = ["odoo-19", *names]
    # in an empty folder: what lies in the current one already is left out of the answer
    offered = _apt("apt-get", "download", "--print-uris", *wanted, cwd=APT / "none")
    files = re.findall(r"^'\S+' (\S+\.deb) (\d+) ", offered, re.M)
    if len(files) != len(wanted):
        raise StepFailed(f"The mirror does not offer all of {', '.join(wanted)}.", NO_DEBIAN)
    total = sum(int(size) for _file, size in files) / 1e6

    def progress():
        here = sum(entry.stat().st_size for entry in (APT / "debs").iterdir()) / 1e6
        return f"{here:.0f} of {total:.0f} MB"

    # apt compares what lies in the folder with the signed checksums and fetches only the rest
    _apt("apt-get", "download", *wanted, progress=progress)
    return [APT / "debs" / file for file, _size in files]


def _update_lists():
    """Try the mirrors that apt knows until one serves the suite."""
    listing = run(["apt-get", "indextargets", "--format", "$(SITE) $(COMPONENT)"], remedy=TRY_AGAIN)
    sites = dict.fromkeys(
        line.split()[0] for line in listing.splitlines() if line.endswith(" main") and "security" not in line
    )
    if not sites:
        raise StepFailed("apt has no Debian mirror configured (apt-get indextargets is empty).", NO_DEBIAN)
    for number, site in enumerate(sites, 1):
        (APT / "sources.list").write_text(f"deb [signed-by={KEYRING}] {site} sid main\n")
        try:
            _apt("apt-get", "update", "-o", "APT::Update::Error-Mode=any")
            return
        except StepFailed:
            if number == len(sites):
                raise


def _apt(program, command, *arguments, cwd=APT / "debs", progress=None):
    private = {
        "Dir::Etc::SourceList": APT / "sources.list",
        "Dir::Etc::SourceParts": "-",
        # pins made for the machine's own release must not hide the suite
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": APT / "none",
        "Dir::State::Lists": APT / "lists",
        "Dir::Cache": APT / "cache",
        # root's apt would otherwise switch to an account that cannot enter this folder
        "APT::Sandbox::User": "root",
    }
    options = [part for key, value in private.items() for part in ("-o", f"{key}={value}")]
    return run(
        [program, *options, command, *arguments],
        remedy=TRY_AGAIN,
        progress=progress,
        cwd=cwd,
        env=dict(os.environ, LC_ALL="C.UTF-8"),
    )


def _unpack(archives):
    partial = ODOO_PACKAGE.with_name("odoo.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()

    def progress():
        used = subprocess.run(["du", "-sm", str(partial)], capture_output=True, text=True, check=False)
        return f"{(used.stdout.split() or ['0'])[0]} MB"

    for archive in archives:
        run(
            ["dpkg", "-x", archive, partial],
            remedy=f"Delete {APT} and run again.",
            progress=progress,
        )
    script = partial / PYTHON_PATH / MISSING_SCRIPT
    if not script.exists():
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text("// Left out of Debian's package; empty so that the page finds it.\n")
    name = next(archive.name for archive in archives if archive.name.startswith("odoo-19_"))
    (partial / "VERSION").write_text(name + "\n")
    partial.rename(ODOO_PACKAGE)
    shutil.rmtree(APT, ignore_errors=True)  # 170 MB that are not needed any more
