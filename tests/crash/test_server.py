"""The real thing: an Odoo server whose own scheduler runs the company's job, killed and started again."""

import os
import signal
import socket
import subprocess

from harness import INVOICE, ODOO, CrashCase

from ground import database


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TestServer(CrashCase):
    def start_server(self):
        log = self.folder / "server.log"
        with log.open("ab") as sink:
            server = subprocess.Popen(
                [
                    *ODOO,
                    *("-d", self.world.name, "--http-port", str(free_port()), "--workers", "0"),
                    *("--max-cron-threads", "1", "--http-interface", "127.0.0.1"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                env=database.environment(),
            )
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        return server

    def wake(self):
        """The scheduler looks once a minute, or when it is told, as Odoo does after posting."""
        self.sql(
            "INSERT INTO ir_cron_trigger (cron_id, call_at)"
            " SELECT id, now() AT TIME ZONE 'UTC' FROM ir_cron WHERE active"
        )
        database.sql(f"NOTIFY cron_trigger, '{self.world.name}'")

    def until(self, condition, what):
        def woken():
            self.wake()
            return condition()

        self.wait_for(woken, what)

    def test_scheduled_job_killed_and_started_again(self):
        self.sandbox.fault("hold", INVOICE, after=2)
        server = self.start_server()
        self.until(lambda: self.sandbox.count("held", INVOICE), "the job sends")
        self.assertEqual(self.states().get("sending"), 1)
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        self.sandbox.clear_faults()
        self.start_server()
        # Meanwhile time passes: what is in doubt is looked up when it is due.
        self.until(lambda: not self.open_documents(), "the new server finishes")
        self.assert_once()
        failures = self.rows("SELECT failure_count FROM ir_cron WHERE active")
        self.assertEqual(failures, [{"failure_count": 0}])
