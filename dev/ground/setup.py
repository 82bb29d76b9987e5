"""Everything that must be there before Odoo can run, and how to run it."""

import os
import socket

from . import fetch_odoo, postgres, python_env, system
from .paths import ADDONS, DATA_DIR, MODULE, ODOO_CONF, ODOO_LAUNCHER, ROOT, VENV, VENV_PYTHON
from .steps import lock, write_whole

# not part of the module: the link would lead back into itself, and Odoo's export of
# translations follows links
NOT_LINKED = {"dev"}

CONF = """[options]
; Written by dev/ at every command. The database server comes from the PG… variables.
addons_path = {addons}
data_dir = {data}
http_interface = 127.0.0.1
; a run of the scheduled job may take minutes; Odoo's default kills it after two
limit_time_real_cron = 600
max_cron_threads = 1
list_db = True
"""

LAUNCHER = """import odoo.cli

odoo.cli.main()
"""


def prepare(programs=None):
    """Set up what is missing; quick and silent when nothing is. Returns the environment for Odoo.

    `programs`: what is needed besides, as in ground.system.
    """
    with lock():
        fetch_odoo.ensure()
        python_env.ensure()
        postgres.ensure()
        system.ensure_programs(programs or {})
        _link_module()
        paths = [ADDONS, *fetch_odoo.addons_paths()]
        write_whole(ODOO_CONF, CONF.format(addons=",".join(map(str, paths)), data=DATA_DIR))
        write_whole(ODOO_LAUNCHER, LAUNCHER)
    return environment()


def prepare_python():
    """Enough for what runs without Odoo."""
    with lock():
        python_env.ensure()


def environment():
    """Variables for every process that runs Odoo or talks to its database."""
    result = dict(os.environ)
    if postgres.is_private():
        for name in [key for key in result if key.startswith("PG")]:
            del result[name]
    result.update(postgres.environment())
    result["ODOO_RC"] = str(ODOO_CONF)
    result["PYTHONPATH"] = str(fetch_odoo.source())
    result["PATH"] = f"{VENV / 'bin'}:{result.get('PATH', '')}:/usr/bin:/usr/sbin"
    result.pop("VIRTUAL_ENV", None)
    return result


def odoo_command(*arguments):
    return [str(VENV_PYTHON), str(ODOO_LAUNCHER), *map(str, arguments)]


def free_port(*preferred):
    """The first of the preferred ports that is free, else any."""
    for port in (*preferred, 0):
        with socket.socket() as probe:
            # as servers do: a port whose last connection is only winding down counts as free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise AssertionError("the system always has a free port")


def _link_module():
    """addons/account_netvisor: a folder of links to the parts of the repository.

    The checkout may have any name, the module may not. One link to the root would be simpler, but
    .ground lies inside the root: whoever walks the module would walk Odoo as well, for ever.
    """
    home = ADDONS / MODULE
    home.mkdir(parents=True, exist_ok=True)
    wanted = {
        entry.name
        for entry in ROOT.iterdir()
        if entry.name not in NOT_LINKED and not entry.name.startswith((".", "__pycache__"))
    }
    for entry in home.iterdir():
        if entry.is_symlink() and (entry.name not in wanted or not entry.exists()):
            entry.unlink()
    for name in wanted:
        link = home / name
        if not link.is_symlink():
            link.symlink_to(os.path.relpath(ROOT / name, home))
