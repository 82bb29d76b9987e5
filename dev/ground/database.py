"""Databases: templates that are built once, clones that cost a second. Through psql only.

A database is always handled together with its filestore: without it a clone answers 500 on assets.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess

from . import fetch_odoo
from .paths import ADDONS, DATA_DIR, LOGS, MODULE, ROOT, VENV_PYTHON
from .setup import environment, odoo_command
from .steps import StepFailed, lock, run, say, step, tail

BASE_MODULES = "account,l10n_fi"
# The first company of the template is Finnish; raise the number when the recipe changes.
RECIPE = """# recipe 1
company = env.company
company.write({"name": "Suomi Oy", "country_id": env.ref("base.fi").id})
env["account.chart.template"].try_loading("fi", company=company, install_demo=False)
assert company.chart_template == "fi" and company.currency_id.name == "EUR"
env["res.users"].search([]).write({"tz": "Europe/Helsinki"})
env.cr.commit()
"""
# A second company for tests/common.py, which looks for it by name: loading a chart of accounts takes seconds, and each of
# a hundred test classes would do it again.
TEST_RECIPE = """# recipe 1
company = env["res.company"].with_context(install_mode=True).create(
    {"name": "Testiyhtiö Oy", "country_id": env.ref("base.fi").id, "currency_id": env.ref("base.EUR").id}
)
env["account.chart.template"].try_loading("fi", company=company, install_demo=False)
assert company.chart_template == "fi" and company.currency_id.name == "EUR"
env.cr.commit()
"""
BASE_PREFIX, MODULE_PREFIX, TEST_PREFIX = "netvisor_base_", "netvisor_module_", "netvisor_classes_"
KEPT_TEMPLATES = 3


def sql(statement, database="postgres"):
    """Run SQL, return the lines of the answer."""
    answer = subprocess.run(
        ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    if answer.returncode:
        raise StepFailed(f"{statement}\n{answer.stderr.strip()}", step="PostgreSQL")
    return answer.stdout.splitlines()


def names(prefix=""):
    return [name for name in sql("SELECT datname FROM pg_database ORDER BY oid") if name.startswith(prefix)]


def exists(name):
    return name in names()


def filestore(name):
    return DATA_DIR / "filestore" / name


def drop(name):
    sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(filestore(name), ignore_errors=True)


def clone(source, target):
    """A copy with its own identity (Odoo's database.uuid) and its own filestore."""
    sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    key = "key = 'database.uuid'"
    sql(f"UPDATE ir_config_parameter SET value = gen_random_uuid()::text WHERE {key}", target)
    shutil.rmtree(filestore(target), ignore_errors=True)
    if filestore(source).exists():
        # files are named by their content and never rewritten, so links are as good as copies
        shutil.copytree(filestore(source), filestore(target), copy_function=os.link)


def rename(source, target):
    sql(f'ALTER DATABASE "{source}" RENAME TO "{target}"')
    shutil.rmtree(filestore(target), ignore_errors=True)
    if filestore(source).exists():
        filestore(source).rename(filestore(target))


# -- templates --------------------------------------------------------------------------------


def base_template():
    """account and l10n_fi installed, first company Finnish, no demo data; made once per Odoo."""
    name = BASE_PREFIX + _short(fetch_odoo.version() + BASE_MODULES + RECIPE)
    with lock("templates"):
        if not exists(name):
            with step(f"Install {BASE_MODULES} into a template database (about half a minute)"):
                _build(name, None, BASE_MODULES, RECIPE)
    return name


def test_template():
    """The base with the company of the test classes; the module is installed into each clone."""
    base = base_template()
    name = TEST_PREFIX + _short(base + TEST_RECIPE)
    with lock("templates"):
        if not exists(name):
            with step("Make the company of the test classes"):
                _build(name, base, "", TEST_RECIPE)
    return name


def module_template():
    """This module installed as well; made again when a file that matters for installing changed."""
    base = base_template()
    name = MODULE_PREFIX + _short(base + module_key())
    with lock("templates"):
        if not exists(name):
            with step(f"Install {MODULE} into a template database"):
                _build(name, base, MODULE, "")
            for old in names(MODULE_PREFIX)[:-KEPT_TEMPLATES]:
                drop(old)
    return name


def _build(name, source, modules, recipe):
    partial = f"{name}_partial"
    drop(partial)
    if source:
        clone(source, partial)
    if modules:
        install(partial, modules)
    if recipe:
        shell(partial, recipe)
    rename(partial, name)


def install(name, modules, option="-i"):
    """Install modules, or upgrade them with option "-u"."""
    command = odoo_command("-d", name, option, modules, "--stop-after-init", "--no-http")
    output = run(command, env=environment(), log="install", check=False, progress=LogLine("install"))
    error = last_error(output)
    if error or "Modules loaded." not in output:
        raise StepFailed(
            f"Installing {modules} failed:\n{error or tail(output, 25)}",
            f"Mend that. The whole log is {LOGS / 'install.log'}.",
        )


def last_error(log):
    """The last error that Odoo logged, with the end of its traceback."""
    record, in_error = [], False
    for line in log.splitlines():
        head = re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ ([A-Z]+) ", line)
        if head:
            in_error = head.group(1) in {"ERROR", "CRITICAL"}
            record = [] if in_error else record
        if in_error:
            record.append(line)
    return "\n".join(record[:1] + record[1:][-12:])


def shell(name, script):
    """Run a script in Odoo's shell; its output is returned, an exception fails the step."""
    done = "netvisor: the script ran to its end"
    # the shell swallows exceptions, so the last line says that there was none
    text = f"{script}\nprint({done!r})\n"
    answer = subprocess.run(
        odoo_command("shell", "-d", name, "--no-http", "--log-level=warn"),
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    if done not in answer.stdout:
        raise StepFailed(f"A script failed in database {name}:\n{tail(answer.stdout + answer.stderr, 25)}")
    return answer.stdout.replace(done, "")


class LogLine:
    """Progress of a long Odoo command: every ten seconds the last module it loaded."""

    def __init__(self, log):
        self.path, self.calls = LOGS / f"{log}.log", 0

    def __call__(self):
        self.calls += 1
        if self.calls % 2:
            return ""
        with self.path.open("rb") as source:
            source.seek(max(0, os.path.getsize(self.path) - 4000))
            lines = source.read().decode(errors="replace").splitlines()
        return next((line.split(": ", 1)[-1] for line in reversed(lines) if "odule" in line), "")


def module_key():
    """A digest of all files of the module that installing reads."""
    digest = hashlib.sha256()
    home = ADDONS / MODULE
    for entry in sorted(home.iterdir()):
        if entry.name in ("tests", "sandbox") or entry.suffix in (".md", ".toml"):
            continue
        files = [entry] if entry.is_file() else sorted(entry.rglob("*"))
        for path in files:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(home)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _short(text):
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def driver_environment(environment):
    """For plain Python that starts Odoo processes of its own (crash tests, bench)."""
    return {
        **environment,
        "PYTHONPATH": f"{environment['PYTHONPATH']}:{ROOT / 'dev'}",
        # the start of a command line; append a sub-command or options
        "NETVISOR_TEST_ODOO": json.dumps(odoo_command()),
        "NETVISOR_TEST_PYTHON": str(VENV_PYTHON),
        # a database with account, l10n_fi and this module: clone it, never write to it
        "NETVISOR_TEST_TEMPLATE": module_template(),
        "NETVISOR_TEST_FILESTORE": str(DATA_DIR),
    }


# -- databases of one process -------------------------------------------------------------------


def own(purpose):
    """A name for a database of this process, after removing those of processes that are gone."""
    prefix = f"netvisor_{purpose}_"
    for name in names(prefix):
        owner = name.removeprefix(prefix).split("_")[0]
        if owner.isdigit() and not os.path.exists(f"/proc/{owner}"):
            say(f"  removing the left-over database {name}")
            drop(name)
    return f"{prefix}{os.getpid()}"
