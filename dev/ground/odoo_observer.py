"""Odoo's command line with its test results reported as events: python odoo_observer.py ARGS

Odoo's own closing line counts a failing subtest as a failure of its own and knows nothing of errors
logged outside tests, so the result object itself is watched.
"""

import functools
import logging
import re
import sys
from pathlib import Path

# started by path: Python put this file's folder first, where `system` or `events` could hide others
sys.path[0] = str(Path(__file__).resolve().parents[1])

from ground.events import Recorder  # noqa: E402

# what Odoo logs about failures that are already counted
SUMMARY = re.compile(
    r"\d+ failed, \d+ error\(s\) of \d+ tests|\d+ failures?, \d+ errors? of \d+ tests|"
    r"At least one test failed"
)


class Watcher(logging.Handler):
    """Passes on what happens outside tests: modules being loaded, and every error."""

    def __init__(self, recorder):
        super().__init__(logging.INFO)
        self.recorder = recorder
        self.muted = False

    def emit(self, record):
        message = record.getMessage()
        if record.levelno >= logging.ERROR:
            if self.recorder.current is None and not self.muted and not SUMMARY.search(message):
                if record.exc_info:
                    message += "\n" + logging.Formatter().formatException(record.exc_info)
                self.recorder.send("problem", detail=f"{record.levelname} {record.name}: {message}")
        elif record.name == "odoo.modules.loading" and message.startswith(("Loading module", "loading ")):
            self.recorder.send("note", text=message)


def watch(recorder, watcher):
    """Hang the recorder onto Odoo's result class (imported late: it wants a parsed configuration)."""
    from odoo.tests.result import OdooTestResult

    def after(method, action):
        @functools.wraps(method)
        def wrapper(self, *args, **kwargs):
            answer = method(self, *args, **kwargs)
            action(self, *args, **kwargs)
            return answer

        return wrapper

    def failed(self, test, err):
        if not self._soft_fail:  # Odoo tries again
            recorder.failure(test.id(), self._exc_info_to_string(err, test))

    def log_error(self, *args, method=OdooTestResult.logError):
        watcher.muted = True
        try:
            method(self, *args)
        finally:
            watcher.muted = False

    actions = {
        "startTest": lambda self, test: recorder.start(test.id()),
        "stopTest": lambda self, test: recorder.stop(),
        "addError": failed,
        "addFailure": failed,
        "addSkip": lambda self, test, reason: recorder.skip(test.id()),
    }
    for name, action in actions.items():
        setattr(OdooTestResult, name, after(getattr(OdooTestResult, name), action))
    OdooTestResult.logError = log_error


def main():
    import odoo.cli
    from odoo.service import server

    recorder = Recorder()
    watcher = Watcher(recorder)
    start = server.start

    def start_watched(*args, **kwargs):
        logging.getLogger().addHandler(watcher)
        watch(recorder, watcher)
        return start(*args, **kwargs)

    server.start = start_watched
    odoo.cli.main()


main()
