"""dev/demo: a Finnish company connected to the sandbox, invoices sent for real, Odoo to look at.

Goes on from where it was: the database `demo` and the sandbox's data are kept, and the module is
upgraded only when its files changed.
"""

import argparse
import json
import shutil
import signal
import urllib.request

from . import database, postgres, setup, system
from .paths import GROUND, LOGS, MODULE, ROOT, VENV_PYTHON
from .processes import Child
from .steps import StepFailed, lock, say, stamp, stamped, step

DATABASE = "demo"
HOME = GROUND / "demo"
SANDBOX_DATA = HOME / "sandbox.sqlite"
RESULT = HOME / "result.json"
SCRIPT = ROOT / "dev" / "ground" / "demo_script.py"
SANDBOX_PORTS = range(8090, 8100)
ODOO_PORTS = range(8069, 8090)


def main(arguments):
    parser = argparse.ArgumentParser(prog="dev/demo", description=__doc__.partition("\n")[0])
    parser.add_argument("--once", action="store_true", help="stop after the table")
    parser.add_argument("--port", type=int, help="port of Odoo (default: the first free from 8069)")
    parser.add_argument("--fresh", action="store_true", help="throw the demo away and begin anew")
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    environment = setup.prepare(system.PDF)
    HOME.mkdir(exist_ok=True)
    with lock("demo", busy="dev/demo is already running in this checkout."):
        fresh = _prepare_database(options.fresh)
        port = options.port or setup.free_port(*ODOO_PORTS)
        with _start_sandbox() as sandbox:
            task = {"sandbox": sandbox.url, "odoo": f"http://127.0.0.1:{port}", "fresh": fresh}
            with step("Make the demo company, post its invoices"):
                _inside_odoo(environment, {**task, "step": "prepare"})
            # Odoo's own scheduler sends them, in the running server, which also serves the styles of the PDF copies.
            with _start_odoo(environment, port) as odoo:
                with step("Odoo's scheduled job renders the PDFs and sends the invoices to the sandbox"):
                    result = _inside_odoo(environment, {**task, "step": "report"}, odoo)
                print_table(result["columns"], result["rows"])
                for note in result["notes"]:
                    print(note, flush=True)
                if options.once:
                    return 0 if result["ok"] else 1
                return _serve(odoo, sandbox)


def _interrupt(*_args):
    raise KeyboardInterrupt


def _prepare_database(from_scratch):
    """Returns whether the database is new. It and the sandbox's data only make sense together."""
    exists = database.exists(DATABASE)
    if exists and not (postgres.is_private() or SANDBOX_DATA.exists() or from_scratch):
        raise StepFailed(
            f"Your PostgreSQL has a database {DATABASE} that this checkout did not make.",
            "Rename it, or let dev/demo --fresh replace it.",
            f"Create the database {DATABASE}",
        )
    if from_scratch or not (exists and SANDBOX_DATA.exists()):
        template = database.module_template()
        with step(f"Create the database {DATABASE}"):
            database.drop(DATABASE)
            shutil.rmtree(HOME)
            HOME.mkdir()
            database.clone(template, DATABASE)
            stamp("demo", database.module_key())
        return True
    key = database.module_key()
    if not stamped("demo", key):
        with step(f"Upgrade {MODULE} in the database {DATABASE}: its files changed"):
            database.install(DATABASE, MODULE, "-u")
            stamp("demo", key)
    return False


def _start_sandbox():
    port = setup.free_port(*SANDBOX_PORTS)
    with step(f"Start the sandbox on port {port}"):
        command = [VENV_PYTHON, "-m", "sandbox", "--port", port, "--data", SANDBOX_DATA]
        child = Child("sandbox", command, cwd=ROOT, url=f"http://127.0.0.1:{port}/")
        with child.ended_on_failure():
            child.wait_for_port(port, seconds=20)
    return child


def _inside_odoo(environment, task, server=None):
    """Run demo_script.py in Odoo's shell, while the server (if given) keeps running. :return: what it found"""
    RESULT.unlink(missing_ok=True)
    environment = {**environment, "NETVISOR_DEMO": json.dumps({**task, "result": str(RESULT)})}
    command = setup.odoo_command("shell", "-d", DATABASE, "--no-http", "--log-level=warn")
    with Child("demo-script", command, cwd=ROOT, env=environment, stdin=SCRIPT, echo=True) as child:
        while child.is_running():
            if server and not server.is_running():
                raise StepFailed(server.end_of_log(), f"The whole output is in {server.log}.", f"{server.name} ended")
            child.pause(0.5)
    if not RESULT.exists():
        raise StepFailed(child.end_of_log(), f"The whole output is in {child.log}.")
    return json.loads(RESULT.read_text(encoding="utf-8"))


def print_table(columns, rows):
    """Numbers to the right, everything else to the left."""
    cells = [[("" if cell in (None, False) else str(cell)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    right = [any(row[at] for row in cells) and all(_is_number(row[at]) for row in cells) for at in range(len(columns))]

    def line(values):
        parts = zip(values, widths, right, strict=True)
        return "  ".join(v.rjust(w) if r else v.ljust(w) for v, w, r in parts).rstrip()

    print("\n".join(["", line(columns), "  ".join("─" * width for width in widths)]))
    print("\n".join([*map(line, cells), ""]), flush=True)


def _is_number(text):
    return not text or text.replace(" ", "").replace(",", "").replace(".", "").lstrip("-").isdigit()


def _start_odoo(environment, port):
    with step(f"Start Odoo on port {port}"):
        command = setup.odoo_command("-d", DATABASE, "--http-port", port, "--no-database-list")
        child = Child("demo-odoo", command, cwd=ROOT, env=environment, url=f"http://127.0.0.1:{port}/")
        with child.ended_on_failure():
            child.wait_for_port(port, seconds=60)
            _open_first_page(child)
    return child


def _open_first_page(odoo):
    """It builds Odoo's assets, for which the user should not have to wait."""
    try:
        urllib.request.urlopen(f"{odoo.url}web/login", timeout=120).close()
    except OSError as error:  # URLError is one
        reason = f"The login page does not answer: {error}\n{odoo.end_of_log()}"
        raise StepFailed(reason, f"The whole output is in {odoo.log}.") from error


def _serve(odoo, sandbox):
    print(f"Odoo:     {odoo.url}   login admin, password admin")
    print(f"Sandbox:  {sandbox.url}   what arrived in “Netvisor”")
    print(f"Logs:     {LOGS}")
    print("Ctrl-C ends both.", flush=True)
    try:
        while odoo.is_running() and sandbox.is_running():
            odoo.pause(1)
    except KeyboardInterrupt:
        say("\nStopping Odoo and the sandbox …")
        return 0
    ended = sandbox if odoo.is_running() else odoo
    raise StepFailed(ended.end_of_log(), f"The whole output is in {ended.log}.", f"{ended.name} ended")
