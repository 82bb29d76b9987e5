"""What a process that runs tests tells the one that shows them: a line of JSON per event.

Used inside Odoo as well as by the plain runner, so that all tiers are counted in one way:
a test method is one test, whatever its subtests; a class that cannot be set up is one failure.
"""

import json
import os
import time

VARIABLE = "NETVISOR_TEST_EVENTS"


class Recorder:
    def __init__(self):
        self._stream = os.fdopen(int(os.environ.pop(VARIABLE)), "w", encoding="utf-8")
        self._started = 0.0
        self._outcome = ""
        self.current = None

    def send(self, kind, **data):
        self._stream.write(json.dumps({"kind": kind, **data}) + "\n")
        self._stream.flush()

    def start(self, test):
        self.current, self._outcome, self._started = test, "passed", time.monotonic()
        self.send("start", test=test)

    def failure(self, test, detail):
        self.send("failure", test=test, detail=detail)
        self._set(test, "failed")

    def skip(self, test):
        self._set(test, "skipped")

    def _set(self, test, outcome):
        if self.current is None:  # setUpClass, tearDownClass, setUpModule: no test was started
            self.send("end", test=test, outcome=outcome, seconds=0)
        elif self._outcome != "failed":
            self._outcome = outcome

    def stop(self):
        seconds = time.monotonic() - self._started
        self.send("end", test=self.current, outcome=self._outcome, seconds=seconds)
        self.current = None
