"""Steps of the set-up: shown, timed, locked, remembered; a failure says which, why and what to do.

All of it writes to standard error, so that `dev/odoo shell` can be used in a pipe.
"""

import contextlib
import fcntl
import os
import re
import subprocess
import sys
import time

from .paths import GROUND, LOGS, STAMPS


class StepFailed(Exception):
    """Carries what a person needs: the step, the reason, the remedy."""

    def __init__(self, why, remedy="", step=""):
        super().__init__(why)
        self.why, self.remedy, self.step = why, remedy, step


def say(text=""):
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title):
    """One line when the work starts, one when it ended, with the seconds it took."""
    say(f"▸ {title} …")
    started = time.monotonic()
    try:
        yield
    except StepFailed as failure:
        failure.step = failure.step or title
        raise
    except OSError as error:
        raise StepFailed(str(error), "Mend that, then run the same command again.", title) from error
    say(f"  done in {time.monotonic() - started:.0f} s")


def guarded(main):
    """Run a command's main function; turn a failed step into a readable end of the program."""
    try:
        sys.exit(main(sys.argv[1:]))
    except StepFailed as failure:
        report(failure)
        sys.exit(1)
    except KeyboardInterrupt:
        say("\nInterrupted. The next run goes on from here.")
        sys.exit(130)


def report(failure):
    say(f"\n✗ Failed: {failure.step or 'set-up'}")
    say("  Why: " + failure.why.strip().replace("\n", "\n       "))
    if failure.remedy:
        say("  What to do: " + failure.remedy.strip().replace("\n", "\n       "))
    say("  What was finished is kept: the next run goes on from here.")


def tail(text, lines=15):
    return "\n".join(text.rstrip().splitlines()[-lines:])


def run(command, *, remedy="", progress=None, log="setup", check=True, **options):
    """Run a command with its output in a log file; return the output.

    `progress()` is asked every five seconds for a line to show. Other options are Popen's.
    """
    command = [str(part) for part in command]
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    with path.open("ab") as sink:
        sink.write(f"\n$ {' '.join(command)}\n".encode())
        sink.flush()
        begin = sink.tell()
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, **options
            )
        except OSError as error:
            raise StepFailed(f"{command[0]}: {error.strerror}", remedy) from error
        code = _wait(process, progress)
    with path.open("rb") as source:
        source.seek(begin)
        output = source.read().decode(errors="replace")
    if check and code:
        why = f"{os.path.basename(command[0])} ended with code {code}:\n{tail(output)}"
        raise StepFailed(why, remedy or f"The whole output is in {path}.")
    return output


def _wait(process, progress):
    shown = ""
    try:
        while True:
            try:
                return process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                line = progress() if progress else ""
                if line and line != shown:
                    say(f"  {line}")
                    shown = line
    except BaseException:
        process.terminate()
        process.wait()
        raise


# -- what is already done ---------------------------------------------------------------------


def stamped(name, key):
    """Was the step finished for exactly this key (versions, hashes)?"""
    try:
        return (STAMPS / name).read_text() == key
    except OSError:
        return False


def stamp(name, key):
    STAMPS.mkdir(parents=True, exist_ok=True)
    write_whole(STAMPS / name, key)


def write_whole(path, text):
    """A reader sees the old file or the new one, never half of it."""
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(text)
    partial.replace(path)


@contextlib.contextmanager
def lock(name="setup", busy=""):
    """Only one command at a time prepares the ground; the others wait and then find it ready.

    With `busy` a second command does not wait: it fails with that text.
    """
    GROUND.mkdir(exist_ok=True)
    descriptor = os.open(GROUND / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if busy:
                raise StepFailed(busy) from None
            say("▸ Another command is preparing the ground; waiting for it …")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def slug(text):
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
