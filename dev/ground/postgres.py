"""A private PostgreSQL: own cluster, Unix socket only, no password, no network.

Settings of the caller (PGHOST, PGPORT, PGUSER, PGPASSWORD, PGSERVICE) win: then nothing is started.
"""

import functools
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from . import system
from .paths import GROUND, ROOT
from .steps import StepFailed, run, say, step

CALLERS = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGPASSWORD", "PGSERVICE")
ROLE = "odoo"
# Debian's packages bind the socket's name to the port; a Unix address holds 107 bytes in all
PORT = "5432"
LONGEST_FOLDER = 107 - len(f"/.s.PGSQL.{PORT}")

SETTINGS = """
# Written by dev/: a cluster for development, fast rather than safe.
listen_addresses = ''
unix_socket_directories = '{folder}'
unix_socket_permissions = 0700
port = {port}
max_connections = 100
shared_buffers = 256MB
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 4GB
checkpoint_timeout = 30min
autovacuum = on
"""


def is_private():
    return not any(os.environ.get(name) for name in CALLERS)


def environment():
    """The libpq variables with which every program reaches the server."""
    if not is_private():
        return {}
    return {"PGHOST": str(folder()), "PGPORT": PORT, "PGUSER": ROLE}


def ensure():
    if not is_private():
        system.ensure_programs({"psql": ["postgresql-client"]})
        _check_callers_server()
        return
    if not _binaries():
        system.install(["postgresql"], ["postgresql"])
        _binaries.cache_clear()
        if not _binaries():
            raise StepFailed("initdb is still missing after installing postgresql.", "", "PostgreSQL")
    if is_running():
        return
    base = folder()
    if not (base / "data" / "PG_VERSION").exists():
        with step("Create the private PostgreSQL cluster"):
            _initialise(base)
    with step("Start the private PostgreSQL"):
        _as_owner("pg_ctl", "-D", base / "data", "-l", base / "server.log", "-w", "-t", "60", "start")


def stop():
    if is_private() and _binaries() and (folder() / "data" / "PG_VERSION").exists() and is_running():
        _as_owner("pg_ctl", "-D", folder() / "data", "-m", "fast", "-w", "stop")


def remove():
    stop()
    if is_private() and folder().exists():
        shutil.rmtree(folder())


def is_running():
    if not _binaries():
        return False
    ready = [_binaries() / "pg_isready", "-q", "-h", folder(), "-p", PORT]
    return subprocess.run(ready, check=False).returncode == 0


@functools.cache
def folder():
    """Cluster and socket. In .ground unless the path is too long or closed to the server's account."""
    usual = GROUND / "pg"
    if len(str(usual)) <= LONGEST_FOLDER and _can_reach(ROOT):
        return usual
    key = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
    return Path("/var/tmp") / f"account_netvisor-{key}"


@functools.cache
def _owner():
    """initdb refuses root: then the account that Debian's package made for PostgreSQL."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise StepFailed(
            "There is no account `postgres`, and PostgreSQL does not run as root.",
            "Install Debian's package postgresql, or work as an ordinary user.",
            "PostgreSQL",
        ) from None


@functools.cache
def _binaries():
    """Debian keeps the server's programs out of PATH, one folder per version."""
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted((path.parent for path in folders), key=lambda path: int(path.parent.name))
    if found:
        return found[-1]
    on_path = system.find("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _switch():
    """Options that make subprocess run something as the owner of the cluster."""
    if os.geteuid():
        return {}
    owner = _owner()
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _can_reach(path):
    test = ["/usr/bin/test", "-x", str(path)]
    return subprocess.run(test, check=False, cwd="/", **_switch()).returncode == 0


def _as_owner(program, *arguments):
    return run(
        [_binaries() / program, *arguments],
        log="postgres",
        remedy=f"Look into {folder() / 'server.log'}. `dev/stop --wipe` throws the cluster away.",
        cwd="/",
        **_switch(),
    )


def _initialise(base):
    if base.parent != GROUND:
        say(f"  {GROUND} is too long a path or closed to {_owner().pw_name}: using {base}")
    base.mkdir(mode=0o700, exist_ok=True)
    status = base.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (os.geteuid(), _owner().pw_uid):
        raise StepFailed(f"{base} belongs to somebody else.", "Remove it.")
    os.chmod(base, 0o700)
    if not os.geteuid():
        os.chown(base, _owner().pw_uid, _owner().pw_gid)
    partial = base / "data.partial"
    shutil.rmtree(partial, ignore_errors=True)
    # Odoo refuses a role called postgres, so the cluster's own superuser is called odoo.
    # Only the owner of the folder (and root) can reach the socket: trust is enough.
    _as_owner(
        "initdb",
        "-D",
        partial,
        "-U",
        ROLE,
        "--auth=trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    with (partial / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS.format(folder=base, port=PORT))
    partial.rename(base / "data")


def _check_callers_server():
    answer = subprocess.run(
        ["psql", "-X", "-d", "postgres", "-Atc", "SHOW server_version"],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        names = ", ".join(name for name in CALLERS if os.environ.get(name))
        raise StepFailed(
            answer.stderr,
            f"{names} is set, so that server is used. Mend the setting, or unset it to get a private one.",
            "Reach your PostgreSQL",
        )
