"""Run one process full of tests, show what happens in it, count what it reports."""

import concurrent.futures
import dataclasses
import json
import os
import queue
import re
import subprocess
import threading
import time

from .events import VARIABLE
from .paths import LOGS
from .steps import tail

QUIET_SECONDS = 15
# no test may take longer: a process that hangs is ended and counted as a failure
HANGING_SECONDS = 20 * 60


class Stopped(Exception):
    """The run was interrupted: its processes are ended."""


@dataclasses.dataclass
class Tally:
    """The result of one tier; `problems` are failures that belong to no test."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list = dataclasses.field(default_factory=list)
    problems: int = 0

    @classmethod
    def of(cls, tallies):
        """The sum of several."""
        total = cls(*(sum(getattr(one, name) for one in tallies) for name in ("passed", "failed", "skipped")))
        total.failures = [failure for one in tallies for failure in one.failures]
        return total

    def close(self, tier, code, tail_of_log):
        """Turn the ways of going wrong without a failing test into one failure each."""
        if not self.passed + self.failed + self.skipped:
            if not self.problems:
                show(f"  ✗ {tier}: no test ran" + (f", code {code}\n{tail_of_log}" if code else ""))
            self.failed = 1
            self.failures.append(f"{tier}: no test ran")
        elif self.problems:
            self.failed += self.problems
            self.failures.append(f"{tier}: {self.problems} error(s) logged outside tests")
        elif code and not self.failed:
            show(f"  ✗ {tier}: all tests passed, but the process ended with code {code}\n{tail_of_log}")
            self.failed = 1
            self.failures.append(f"{tier}: ended with code {code}")
        return self


_SHOWING = threading.Lock()


def show(text=""):
    with _SHOWING:  # several processes are followed at the same time, and a line is one line
        print(text, flush=True)


def run_tier(tier, jobs, cwd):
    """Run processes at the same time which report through ground.events.

    :param jobs: list of (command, environment)
    :return: Tally of all
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    started, stop = time.monotonic(), threading.Event()
    names = [tier] if len(jobs) == 1 else [f"{tier}-{index}" for index in range(1, len(jobs) + 1)]
    show(f"\n── {tier} ── {'in ' + str(len(jobs)) + ' processes, ' if len(jobs) > 1 else ''}logs:")
    with concurrent.futures.ThreadPoolExecutor(len(jobs)) as pool:
        runs = [pool.submit(_run, tier, name, *job, cwd, stop) for name, job in zip(names, jobs, strict=True)]
        try:
            tallies = [run.result() for run in runs]
        except BaseException:
            stop.set()
            raise
    tally = Tally.of(tallies)
    show(f"  {tier}: {summary(tally)} in {time.monotonic() - started:.0f} s")
    return tally


def _run(tier, name, command, environment, cwd, stop):
    log = LOGS / f"test-{name}-{os.getpid()}.log"
    show(f"  {log}")
    read_end, write_end = os.pipe()
    environment = {**environment, VARIABLE: str(write_end), "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as sink, os.fdopen(read_end, encoding="utf-8") as stream:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=cwd,
            pass_fds=[write_end],
        )
        os.close(write_end)
        screen = Screen(tier)
        try:
            _follow(process, stream, screen, stop)
        except BaseException:
            process.terminate()
            process.wait(30)
            raise
    screen.end_of_class()
    return screen.tally.close(name, process.returncode, tail(log.read_text(errors="replace"), 25))


def summary(tally):
    skipped = f", {tally.skipped} skipped" if tally.skipped else ""
    return f"{tally.passed} passed, {tally.failed} failed{skipped}"


def _follow(process, stream, screen, stop):
    lines = queue.Queue()

    def pump():
        for line in stream:
            lines.put(line)

    thread = threading.Thread(target=pump, daemon=True)
    thread.start()
    while process.poll() is None or thread.is_alive() or not lines.empty():
        if stop.is_set():
            raise Stopped
        try:
            screen.event(json.loads(lines.get(timeout=0.5)))
        except queue.Empty:
            screen.heartbeat()
            if screen.silent_for() > HANGING_SECONDS:
                screen.event({"kind": "problem", "detail": f"hanging: {screen.note}; ended"})
                process.kill()
            if process.poll() is not None:
                # a grandchild may still hold the pipe open; nothing more is expected from it
                thread.join(timeout=1)
                if lines.empty():
                    return


class Screen:
    """One line per test class, failures at once, a sign of life in between."""

    def __init__(self, tier):
        self.tier = tier
        self.tally = Tally()
        self.note = "starting"
        self.shown_at = self.heard_at = time.monotonic()
        self._new_class("")

    def _new_class(self, name):
        self.name, self.counts, self.seconds = name, {"passed": 0, "failed": 0, "skipped": 0}, 0.0

    def show(self, text):
        show(text)
        self.shown_at = time.monotonic()

    def silent_for(self):
        return time.monotonic() - self.heard_at

    def event(self, event):
        self.heard_at = time.monotonic()
        getattr(self, f"_on_{event.pop('kind')}")(**event)
        self.heartbeat()

    def heartbeat(self):
        if time.monotonic() - self.shown_at > QUIET_SECONDS:
            self.show(f"  … {self.note}")

    def _on_note(self, text):
        self.note = text

    def _on_start(self, test):
        self.note = f"running {_short(test)}"

    def _on_failure(self, test, detail):
        self.show(f"  ✗ {_short(test)}\n{_indent(detail)}")

    def _on_problem(self, detail):
        self.tally.problems += 1
        self.show(f"  ✗ error outside a test\n{_indent(detail)}")

    def _on_end(self, test, outcome, seconds):
        name = _class_of(test)
        if name != self.name:
            self.end_of_class()
            self._new_class(name)
        self.counts[outcome] += 1
        self.seconds += seconds
        setattr(self.tally, outcome, getattr(self.tally, outcome) + 1)
        if outcome == "failed":
            self.tally.failures.append(f"{self.tier}: {_short(test)}")

    def end_of_class(self):
        if any(self.counts.values()):
            words = ", ".join(f"{number} {word}" for word, number in self.counts.items() if number)
            self.show(f"  {self.name:<60} {words} ({self.seconds:.1f} s)")


def _short(test):
    return test.replace("odoo.addons.", "", 1).replace(".tests.", ".", 1)


def _class_of(test):
    """`module.Class.method` or, when the class itself failed, `setUpClass (module.Class)`."""
    whole = re.search(r"\((.*)\)$", test)
    return _short(whole.group(1)) if whole and " " in test else _short(test).rpartition(".")[0]


def _indent(text):
    return "\n".join(f"    {line}" for line in text.rstrip().splitlines())
