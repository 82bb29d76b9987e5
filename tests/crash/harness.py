"""Real processes, real commits, a real sandbox: what the crash tests stand on.

One base database per test run (a connected Finnish company with posted invoices). Each test gets a copy of it, always under the
same name, so that the factory of workers (factory.py) has to load Odoo's registry once only; and a sandbox process of its own,
with its books in a file.
"""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from ground import database
from sandbox.handle import Sandbox

HERE = Path(__file__).resolve().parent
ODOO = json.loads(os.environ.get("NETVISOR_TEST_ODOO", "[]"))
TEMPLATE = os.environ.get("NETVISOR_TEST_TEMPLATE", "")
INVOICE, CUSTOMER = "salesinvoice.nv", "customer.nv"
INVOICE_LIST = "salesinvoicelist.nv"
RUN = "print('counts', company._netvisor_run())"
#: PostgreSQL ends the session that holds the company's lock, as an idle timeout or a restart would.
FREE_LOCK = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
    " (SELECT oid FROM pg_database WHERE datname = current_database())"
)
#: Longer than any of these steps takes on a busy machine: reaching it is a failure, never a pass.
PATIENCE = 60


class World:
    """What one test run shares: the base database and the factory."""

    _only = None

    @classmethod
    def get(cls):
        if cls._only is None:
            cls._only = cls()
        return cls._only

    def __init__(self):
        if not ODOO or not TEMPLATE:
            raise unittest.SkipTest("needs a prepared Odoo: run it with dev/test crash")
        self.name = database.own("crash")
        self.base = f"{self.name}_base"
        self.folder = Path(tempfile.mkdtemp(prefix="nv-crash-"))
        self.factory = None
        atexit.register(self.close)
        database.drop(self.base)
        database.clone(TEMPLATE, self.base)
        database.shell(self.base, f"{imports('base_data')}\nbase_data.prepare(env)")
        self.fresh()
        self._start_factory()

    def close(self):
        if self.factory:
            self.stream.close()
            self.harness.close()
            self.factory.kill()
            self.factory.wait()
        for name in (self.name, self.base):
            database.drop(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def fresh(self):
        """The work database as it was at the beginning. Not by `clone`: its identity must not change under the registry."""
        database.drop(self.name)
        database.sql(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.base}"')

    def _start_factory(self):
        path = str(self.folder / "factory")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(1)
        log = self.folder / "factory.log"
        with log.open("wb") as sink:
            self.factory = subprocess.Popen(
                [*ODOO, "shell", "-d", self.name, "--no-http", "--log-level=info"],
                stdin=subprocess.PIPE,
                stdout=sink,
                stderr=sink,
                env=database.environment(),
            )
        script = f"{imports('factory')}\nfactory.serve(env, {path!r})\n"
        self.factory.stdin.write(script.encode())
        self.factory.stdin.close()
        listener.settimeout(PATIENCE)
        try:
            self.harness = listener.accept()[0]
        except TimeoutError:
            raise AssertionError(f"The factory did not start:\n{log.read_text()}") from None
        finally:
            listener.close()
        self.harness.settimeout(PATIENCE * 5)
        self.stream = self.harness.makefile("rw", encoding="utf-8")

    def order(self, **order):
        self.stream.write(json.dumps(order) + "\n")
        self.stream.flush()
        answer = self.stream.readline()
        assert answer, "the factory is gone"
        return json.loads(answer)


def imports(*names):
    return f"import sys; sys.path.insert(0, {str(HERE)!r}); import {', '.join(names)}"


class Worker:
    """One real process that works in the database."""

    def __init__(self, world, script):
        self.world = world
        descriptor, self.output = tempfile.mkstemp(prefix="worker-", dir=world.folder)
        os.close(descriptor)
        self.pid = world.order(fork=script, output=self.output)
        self.code = None

    def wait(self, seconds=PATIENCE):
        if self.code is None:
            self.code = self.world.order(wait=self.pid, seconds=seconds)
        if self.code is None:
            self.kill()
            raise AssertionError(f"The worker did not end in {seconds} s:\n{self.text()}")
        return self.code

    def is_running(self):
        if self.code is None:
            self.code = self.world.order(wait=self.pid, seconds=0)
        return self.code is None

    def kill(self):
        """As a cron worker dies that exceeds its time: without any goodbye."""
        if self.is_running():
            os.kill(self.pid, signal.SIGKILL)
            self.code = self.world.order(wait=self.pid, seconds=PATIENCE)
        return self.code

    def text(self):
        return Path(self.output).read_text(errors="replace")


class CrashCase(unittest.TestCase):
    maxDiff = None
    #: Who numbers. Where Netvisor does, nothing but the protocol stands between a repeated message and a second invoice.
    numbering = "odoo"

    @classmethod
    def setUpClass(cls):
        cls.world = World.get()

    def setUp(self):
        self.world.fresh()
        self.workers = []
        self.folder = Path(tempfile.mkdtemp(prefix="test-", dir=self.world.folder))
        self.sandbox = Sandbox.start(data=self.folder / "books.sqlite3")
        self.addCleanup(self.sandbox.stop)
        self.addCleanup(self.stop_workers)
        # A copy would rest at once: the fingerprint is that of the base database.
        self.sql(
            f"UPDATE res_company SET netvisor_base_url = '{self.sandbox.url}', netvisor_database = NULL,"
            f" netvisor_numbering = '{self.numbering}'"
        )

    def stop_workers(self):
        for worker in self.workers:
            worker.kill()

    # --- doing ---------------------------------------------------------------------------------------------------------
    def sql(self, statement):
        return database.sql(statement, self.world.name)

    def worker(self, script=RUN, prelude=""):
        """Start a process. ``prelude``: what the test changes in it beforehand, for example where it dies."""
        worker = Worker(self.world, f"{imports('kill_points', 'base_data')}\n{prelude}\n{script}")
        self.workers.append(worker)
        return worker

    def run_worker(self, script=RUN, prelude=""):
        """One run, to its end. :return: what it printed"""
        worker = self.worker(script, prelude)
        self.assertEqual(worker.wait(), 0, worker.text())
        return worker.text()

    def run_killed(self, point, nth=1):
        """One run that dies at a point of ``kill_points``."""
        worker = self.worker(prelude=f"kill_points.at({point!r}, nth={nth})")
        self.assertEqual(worker.wait(), -signal.SIGKILL, f"It lives: {point}\n{worker.text()}")

    def pass_time(self, minutes=15):
        """Later: by default longer than the longest possible answer (10 minutes)."""
        span = f"interval '{minutes} minutes'"
        self.sql(
            f"UPDATE netvisor_document SET next_try = next_try - {span}, sent_date = sent_date - {span};"
            f"UPDATE res_company SET netvisor_paused_until = netvisor_paused_until - {span};"
            f"UPDATE netvisor_feed SET next_due = next_due - {span}"
        )

    def finish(self, rounds=6):
        """Time passes and the job runs, again and again; nobody does anything. :return: rounds needed"""
        for count in range(1, rounds + 1):
            self.run_worker()
            if not self.open_documents() and not self.unread_documents():
                return count
            self.pass_time()
        raise AssertionError(f"Not finished after {rounds} runs: {self.open_documents()}")

    def meet(self, name):
        """Wait until a worker has reached ``kill_points.meet``."""
        self.wait_for((self.folder / f"{name}.reached").exists, name)

    def let_go(self, name):
        (self.folder / f"{name}.go").touch()

    def counts_of_posts(self):
        calls = self.sandbox.calls(resource=INVOICE, limit=5000)
        return sum(row["method"] == "POST" for row in calls)

    # --- seeing --------------------------------------------------------------------------------------------------------
    def rows(self, query):
        lines = self.sql(f"SELECT coalesce(json_agg(row), '[]') FROM ({query}) AS row")
        return json.loads("".join(lines))

    def documents(self, kind="sales_invoice"):
        return self.rows(
            "SELECT id, name, kind, state, outcome, code, message, problems, uuid, netvisor_key AS key, netvisor_number"
            f" AS number, tries, transaction_id, move_id FROM netvisor_document WHERE kind = '{kind}' ORDER BY id"
        )

    def states(self, kind="sales_invoice"):
        """:return: dict state → number of documents"""
        result = {}
        for row in self.documents(kind):
            result[row["state"]] = result.get(row["state"], 0) + 1
        return result

    def unread_documents(self):
        """Sent, but something is left to do: links, matches, a number to be read back."""
        return self.rows(
            "SELECT name FROM netvisor_document WHERE follow_up IS NOT NULL OR (state = 'done' AND next_try IS NOT NULL)"
        )

    def open_documents(self):
        return self.rows(
            "SELECT name, kind, state, outcome, code, message, problems FROM netvisor_document"
            " WHERE state NOT IN ('done', 'changed', 'cancelled')"
        )

    def assert_once(self, changed=(), drafts=0, overlaps=False):
        """The promise: every posted invoice is in Netvisor exactly once, and Odoo knows its key.

        :param changed: names of invoices that must be shown as edited after sending
        :param int drafts: invoices that were taken back before anything left
        :param bool overlaps: calls may have overlapped: the lock was taken away while one was under way
        """
        remote = self.sandbox.state(None, "invoices", "customers", "products")
        invoices = remote["invoices"]
        self.assertEqual(remote["duplicates"], {"numbers": [], "comments": []})
        if not overlaps:
            self.assertEqual(remote["overlaps"], 0, remote["violations"])
        # Netvisor refuses a number that it has: that refusal must never be what prevents a second invoice.
        again = [row["target"] for row in self.sandbox.calls(limit=20000) if row["code"] == "DUPLICATE_DATA"]
        self.assertEqual(again, [], "sent again without looking")
        documents = [row for row in self.documents() if row["state"] != "cancelled"]
        posted = int(self.sql("SELECT count(*) FROM account_move WHERE state = 'posted'")[0])
        self.assertEqual((len(documents), len(invoices)), (posted, posted))
        for row in documents:
            found = [item for item in invoices if row["uuid"] in (item["private_comment"] or "")]
            self.assertEqual(len(found), 1, f"{row['name']} is in Netvisor {len(found)} times")
            state = "changed" if row["name"] in changed else "done"
            self.assertEqual(
                (row["state"], row["key"], row["number"]),
                (state, found[0]["key"], str(found[0]["number"])),
                row,
            )
        self.assertEqual(self.states().get("cancelled", 0), drafts)
        self._assert_masters_once(remote)
        if not drafts:
            self.assertEqual(len(remote["matches"]), 1, "the credit note must be matched to its invoice")

    def _assert_masters_once(self, remote):
        for kind, objects in (("customer", remote["customers"]), ("product", remote["products"])):
            ours = self.documents(kind)
            # Netvisor has some of its own, made by no request (the customer of cash sales)
            objects = [item for item in objects if item.get("transaction_id", "ours")]
            codes = [item["code"] for item in objects]
            self.assertEqual(sorted(codes), sorted(set(codes)), f"the same {kind} twice")
            self.assertEqual(sorted(row["key"] for row in ours), sorted(item["key"] for item in objects), kind)

    def wait_for(self, condition, what, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                self.fail(f"Waited {seconds} s in vain: {what}")
            time.sleep(0.1)
