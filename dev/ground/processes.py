"""A process that lives as long as the command that started it."""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time

from .paths import LOGS
from .steps import StepFailed, say, tail


class Child:
    """Its own session, so that Ctrl-C reaches us first and we end things in order.

    `echo` shows its standard output to the user; everything is in the log.
    """

    def __init__(self, name, command, *, cwd, env=None, stdin=None, url="", echo=False):
        LOGS.mkdir(parents=True, exist_ok=True)
        self.name, self.url, self.log = name, url, LOGS / f"{name}.log"
        with contextlib.ExitStack() as files:
            sink = files.enter_context(self.log.open("wb"))
            source = files.enter_context(open(stdin or os.devnull, "rb"))
            self.process = subprocess.Popen(
                [str(part) for part in command],
                stdin=source,
                stdout=subprocess.PIPE if echo else sink,
                stderr=sink,
                cwd=cwd,
                env=env,
                start_new_session=True,
            )
        if echo:
            self._reader = threading.Thread(target=self._echo, daemon=True)
            self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.stop()

    def _echo(self):
        for line in self.process.stdout:
            text = line.decode(errors="replace").rstrip()
            if text:
                say(f"  {text}")

    def is_running(self):
        return self.process.poll() is None

    @staticmethod
    def pause(seconds):
        time.sleep(seconds)

    @contextlib.contextmanager
    def ended_on_failure(self):
        """Around what follows the start: nothing may go wrong there and leave the process behind."""
        try:
            yield
        except BaseException:
            self.stop()
            raise

    def wait_for_port(self, port, seconds):
        """Until it listens; fails when it ends first or takes too long."""
        deadline = time.monotonic() + seconds
        while True:
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", port), timeout=1),
            ):
                return
            late = time.monotonic() > deadline
            if late or not self.is_running():
                reason = f"did not listen within {seconds} s" if late else "ended at once"
                raise StepFailed(
                    f"{self.name} {reason}:\n{self.end_of_log()}",
                    f"The whole output is in {self.log}.",
                )
            time.sleep(0.2)

    def end_of_log(self):
        return tail(self.log.read_text(errors="replace"), 25)

    def stop(self):
        """Ask, wait, then end it and whatever it started."""
        if self.is_running():
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
