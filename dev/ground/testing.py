"""dev/test: three tiers, one closing line.

wire   plain unittest over tests/wire: netvisor/ and sandbox/, Odoo not even importable
odoo   Odoo's runner: this module installed on a clone of the template, then its tests
crash  plain unittest over tests/crash: they start, kill and restart real Odoo processes
"""

import argparse
import os
import re
import signal
import sys

from . import database, setup, system
from .paths import GROUND, LOGS, MODULE, ROOT, VENV_PYTHON
from .steps import StepFailed, report, say, step
from .tiers import Tally, run_tier, show, summary

TIERS = ("wire", "odoo", "crash")


def main(arguments):
    options = _options(arguments)
    tiers = options.tiers or (["odoo"] if options.tags else list(TIERS))
    tallies = []
    for tier in sorted(set(tiers), key=TIERS.index):
        try:
            tallies.append(RUNNERS[tier](options))
        except StepFailed as failure:
            report(failure)
            tallies.append(Tally(failed=1, failures=[f"{tier}: {failure.step or 'set-up'} failed"]))
    failures = [failure for tally in tallies for failure in tally.failures]
    total = Tally(*(sum(getattr(tally, name) for tally in tallies) for name in ("passed", "failed", "skipped")))
    show()
    for failure in failures:
        show(f"✗ {failure}")
    show(summary(total))
    return 1 if total.failed else 0


def _options(arguments):
    parser = argparse.ArgumentParser(prog="dev/test", description=__doc__.partition("\n")[2])
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("tiers", nargs="*", metavar="tier", help=f"{', '.join(TIERS)} (default: all)")
    parser.add_argument(
        "--tags",
        help="Odoo test tags, only the odoo tier then: TestSend, TestSend.test_ok, :TestSend, post_install, …",
    )
    parser.add_argument("--keep", action="store_true", help="keep the database of the odoo tier")
    options = parser.parse_args(arguments)
    unknown = set(options.tiers) - set(TIERS)
    if unknown:
        parser.error(f"no tier called {', '.join(sorted(unknown))}; there are {', '.join(TIERS)}")
    return options


# -- tiers ------------------------------------------------------------------------------------


def _wire(_options):
    setup.prepare_python()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "dev")}
    return _plain("wire", environment)


def _crash(_options):
    environment = setup.prepare({**system.BROWSER, **system.PDF})
    return _plain("crash", database.driver_environment(environment))


def _plain(tier, environment):
    command = [str(VENV_PYTHON), "-m", "ground.plain_runner", str(ROOT / "tests" / tier)]
    environment["HYPOTHESIS_STORAGE_DIRECTORY"] = str(GROUND / "hypothesis")
    return run_tier(tier, command, environment, ROOT)


def _odoo(options):
    environment = setup.prepare({**system.BROWSER, **system.PDF})
    template = database.base_template()
    name = database.own("test")
    database.drop(name)
    with step(f"Clone {template} as {name}"):
        database.clone(template, name)
    observer = ROOT / "dev" / "ground" / "odoo_observer.py"
    command = [
        *(str(VENV_PYTHON), str(observer), "-d", name, "-i", MODULE, "--stop-after-init"),
        *("--test-tags", odoo_tags(options.tags), "--screenshots", str(LOGS / "screenshots")),
        *("--max-cron-threads", "0", "--http-port", str(setup.free_port())),
    ]
    try:
        return run_tier("odoo", command, environment, ROOT)
    finally:
        if options.keep:
            show(f"  kept: dev/odoo -d {name}")
        else:
            database.drop(name)


RUNNERS = {"wire": _wire, "odoo": _odoo, "crash": _crash}


def odoo_tags(given):
    """Odoo's tags, kept to this module, with a bare class name allowed.

    Without a module in it, a tag such as `post_install` would run the tests of all of Odoo.
    """
    if not given:
        return f"/{MODULE}"
    specs = []
    for spec in re.split(r",(?![^\[]*\])", given):
        sign, rest = re.match(r"\s*([+-]?)(.*?)\s*$", spec).groups()
        if re.match(r"Test\w", rest):
            rest = f":{rest}"
        if "/" not in rest:
            tag, where = re.match(r"(\*|\w*)(.*)", rest).groups()
            rest = f"{tag}/{MODULE}{where}"
        specs.append(sign + rest)
    if all(spec.startswith("-") for spec in specs):
        specs.append(f"/{MODULE}")
    return ",".join(specs)


def run():
    """The closing line must be the last one whatever happens."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        say("\nInterrupted.")
        code = 130
    sys.stderr.flush()
    sys.exit(code)
