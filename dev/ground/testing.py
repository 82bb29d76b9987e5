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

from . import database, setup, shards, system
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
    total = Tally.of(tallies)
    show()
    for failure in total.failures:
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
    parser.add_argument("--keep", action="store_true", help="keep the databases of the odoo tier")
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="processes at the same time (default: one per core, at most 4)"
    )
    options = parser.parse_args(arguments)
    unknown = set(options.tiers) - set(TIERS)
    if unknown:
        parser.error(f"no tier called {', '.join(sorted(unknown))}; there are {', '.join(TIERS)}")
    return options


# -- tiers ------------------------------------------------------------------------------------


def _wire(_options):
    setup.prepare_python()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "dev")}
    return run_tier("wire", [_plain("wire", environment)], ROOT)


def _crash(options):
    environment = database.driver_environment(setup.prepare({**system.BROWSER, **system.PDF}))
    parts = shards.of_files(ROOT / "tests" / "crash", shards.number(options.jobs))
    return run_tier("crash", [_plain("crash", environment, *names) for names in shards.rest_first(parts)], ROOT)


def _plain(tier, environment, *names):
    command = [str(VENV_PYTHON), "-m", "ground.plain_runner", str(ROOT / "tests" / tier), *names]
    return command, {**environment, "HYPOTHESIS_STORAGE_DIRECTORY": str(GROUND / "hypothesis")}


def _odoo(options):
    environment = setup.prepare({**system.BROWSER, **system.PDF})
    template = database.test_template()
    parts = [[odoo_tags(options.tags)]]
    if not options.tags:
        names = shards.of_classes(ROOT / "tests", shards.number(options.jobs))
        parts = [_class_tags(part) for part in shards.rest_first(names)]
    own = database.own("test")
    databases = [f"{own}_{index}" for index in range(1, len(parts) + 1)]
    try:
        for name in databases:
            with step(f"Clone {template} as {name}"):
                database.clone(template, name)
        jobs = [(_odoo_command(name, ",".join(tags)), environment) for name, tags in zip(databases, parts, strict=True)]
        return run_tier("odoo", jobs, ROOT)
    finally:
        for name in databases:
            if options.keep:
                show(f"  kept: dev/odoo -d {name}")
            else:
                database.drop(name)


def _class_tags(names):
    if all(name.startswith("-") for name in names):
        return [f"/{MODULE}", *(f"-/{MODULE}:{name[1:]}" for name in names)]
    return [f"/{MODULE}:{name}" for name in names]


def _odoo_command(name, tags):
    observer = ROOT / "dev" / "ground" / "odoo_observer.py"
    return [
        *(str(VENV_PYTHON), str(observer), "-d", name, "-i", MODULE, "--stop-after-init"),
        *("--test-tags", tags, "--screenshots", str(LOGS / "screenshots")),
        *("--max-cron-threads", "0", "--http-port", str(setup.free_port())),
    ]


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
