"""Run the plain unittest files of one folder: python -m ground.plain_runner FOLDER [MODULE… | -MODULE…]

With modules only those, with -modules all but those.

The repository's root is itself a package that imports Odoo. Loading each file by its own name, with
the folder as top level, keeps discovery from climbing there; the root is on the path so that
`import netvisor` and `import sandbox` work.
"""

import sys
import unittest

from .events import Recorder
from .paths import ROOT


class Result(unittest.TestResult):
    def __init__(self, recorder):
        super().__init__()
        self.recorder = recorder

    def startTest(self, test):
        super().startTest(test)
        self.recorder.start(test.id())

    def stopTest(self, test):
        super().stopTest(test)
        self.recorder.stop()

    def addError(self, test, err):
        super().addError(test, err)
        self._failure(test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._failure(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._failure(subtest, err)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.recorder.failure(test.id(), "expected to fail, but passed")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.recorder.skip(test.id())

    def _failure(self, test, err):
        self.recorder.failure(test.id(), self._exc_info_to_string(err, test))


def chosen(suite, names):
    """The tests of a suite, one by one, as far as their modules are wanted."""
    left_out = {name[1:] for name in names if name.startswith("-")}
    wanted = {name for name in names if not name.startswith("-")}
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from chosen(part, names)
        elif (module := type(part).__module__) not in left_out and (not wanted or module in wanted):
            yield part


def main(folder, *names):
    sys.path[:0] = [folder, str(ROOT)]
    recorder = Recorder()
    suite = unittest.TestLoader().discover(folder, pattern="test_*.py", top_level_dir=folder)
    result = Result(recorder)
    unittest.TestSuite(chosen(suite, names)).run(result)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
