"""Starts and steers a sandbox from Python; needs nothing but the standard library.

sandbox = Sandbox.start()
sandbox.fault("drop_after", "salesinvoice.nv")
…
assert not sandbox.state()["duplicates"]["numbers"]
sandbox.stop()
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request

from . import defaults

HERE = os.path.dirname(os.path.abspath(__file__))
#: Proxies of the environment are not for 127.0.0.1.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class SandboxError(Exception):
    """The sandbox did not start, or did not understand."""


class Sandbox:
    """A running sandbox, or a place to steer one that somebody else started (``Sandbox.at``)."""

    def __init__(self, url, process=None, data=None, folder=None, delay_ms=0):
        self.url = url  # ends with a slash
        self.process = process
        self.data = data
        self.folder = folder  # temporary, ours to remove
        self.delay_ms = delay_ms

    # life

    @classmethod
    def start(cls, data=None, delay_ms=0, port=0):
        """Start a sandbox in a process of its own and wait until it listens."""
        folder = None
        if data is None:
            folder = tempfile.mkdtemp(prefix="netvisor-sandbox-")
            data = os.path.join(folder, "books.sqlite3")
        sandbox = cls("", None, str(data), folder, delay_ms)
        sandbox._run(port)
        return sandbox

    @classmethod
    def at(cls, url):
        """Steer a sandbox that runs already, for example the demo's."""
        return cls(url.rstrip("/") + "/")

    def _run(self, port):
        # It ends with its standard input, so also when this process is killed.
        command = [
            sys.executable,
            HERE,
            "--port",
            str(port),
            "--data",
            self.data,
            "--delay",
            str(self.delay_ms),
            "--until-eof",
        ]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self._first_line(30)
        if "listening on " not in line:
            self.kill()
            raise SandboxError(f"The sandbox did not start: {line!r}")
        self.url = line.split("listening on ", 1)[1].strip()

    def _first_line(self, timeout):
        found = []
        reader = threading.Thread(target=lambda: found.append(self.process.stdout.readline()), daemon=True)
        reader.start()
        reader.join(timeout)
        return found[0] if found else ""

    @property
    def pid(self):
        return self.process.pid

    @property
    def port(self):
        return urllib.parse.urlsplit(self.url).port

    def stop(self):
        """End it and forget its temporary books."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self._reap()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self):
        """SIGKILL, as when the machine loses power; what was answered is on the disk."""
        if self.process and self.process.poll() is None:
            self.process.kill()
        self._reap()

    def _reap(self):
        if self.process:
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()

    def restart(self):
        """Kill it and start it again on the same port with the same books."""
        port = self.port
        self.kill()
        self._run(port)
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

    # steering

    def call(self, method, path, values=None, timeout=30):
        """One request to the control endpoint; GET values go into the query, POST values into the body."""
        url, body, headers = f"{self.url}_control/{path}", None, {}
        if method == "POST":
            body, headers = json.dumps(values or {}).encode(), {"Content-Type": "application/json"}
        elif values:
            given = {name: value for name, value in values.items() if value is not None}
            url += "?" + urllib.parse.urlencode(given)
        request = urllib.request.Request(url, body, headers, method=method)
        try:
            with _OPENER.open(request, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise SandboxError(error.read().decode("utf-8", "replace")) from None

    def fault(self, kind, resource=None, times=1, after=0, **options):
        """Misbehave: see faults.KINDS. ``times=None``: until cleared."""
        return self.call(
            "POST",
            "faults",
            {"kind": kind, "resource": resource, "times": times, "after": after, **options},
        )["id"]

    def faults(self):
        return self.call("GET", "faults")

    def clear_faults(self):
        """Forget all faults and release what is held."""
        self.call("DELETE", "faults")

    def release(self):
        """Let the held requests go on."""
        self.call("POST", "release")

    def wait(self, event, resource="", count=1, timeout=20):
        """Wait until ``count`` requests have reached the point; returns how many have. See ``count``."""
        answer = self.call(
            "GET",
            "wait",
            {"event": event, "resource": resource, "count": count, "timeout": timeout},
            timeout=timeout + 10,
        )
        if not answer["reached"]:
            raise SandboxError(f"Only {answer['count']} of {count} requests were {event} ({resource}) in {timeout} s")
        return answer["count"]

    def count(self, event, resource=""):
        """How many requests have reached the point since the start or the last full reset."""
        return self.call("GET", "events").get(f"{event} {resource or '*'}", 0)

    def state(self, organisation=None, *parts):
        """What the company's books hold; ``parts`` narrows it (invoices, customers, …)."""
        organisation = organisation or next(iter(defaults.ORGANISATIONS))
        return self.call("GET", "state", {"organisation": organisation, "parts": ",".join(parts)}, timeout=120)

    def calls(self, organisation=None, resource=None, limit=100):
        """The latest calls, newest first, with the messages that were sent."""
        return self.call("GET", "calls", {"organisation": organisation, "resource": resource, "limit": limit})

    def set(self, organisation=None, **options):
        """Options of one company, or of all; None puts one back to its default. See defaults.OPTIONS."""
        return self.call("POST", "options", {"organisation": organisation, "options": options})

    def reset(self, organisation=None):
        """Empty the books of one company, or everything (faults and options too)."""
        self.call("POST", "reset", {"organisation": organisation} if organisation else {})

    def organisations(self):
        return self.call("GET", "organisations")

    def add_organisation(self, organisation, name):
        return self.call("POST", "organisations", {"id": organisation, "name": name})

    def request(self, resource, query="", body="", organisation=None, language="EN"):
        """Call a resource without MAC and faults, and not among the calls; the answer's XML."""
        organisation = organisation or next(iter(defaults.ORGANISATIONS))
        return self.call(
            "POST",
            "request",
            {
                "organisation": organisation,
                "resource": resource,
                "query": query,
                "body": body,
                "language": language,
            },
        )["answer"]

    def user(self, action, organisation=None, /, **values):
        """Do what a person does in Netvisor's own screens; returns the key. Actions and values: see hands.py.

        key = sandbox.user("customer_add", name="Uusi Oy", externalidentifier="2345678-9")
        sandbox.user("customer_change", key=key, isactive=False)
        """
        organisation = organisation or next(iter(defaults.ORGANISATIONS))
        return self.call("POST", "user", {**values, "organisation": organisation, "action": action})["key"]

    def seed(self, organisation=None, **counts):
        """Many made-up customers, products and dimension_items in a few seconds; returns how many there are now.

        sandbox.seed(customers=20000, products=1000, dimension_items=5000)
        """
        organisation = organisation or next(iter(defaults.ORGANISATIONS))
        return self.call("POST", "seed", {"organisation": organisation, **counts}, timeout=120)

    def credentials(self, organisation=None):
        """What a client needs, under the names of the client's own settings."""
        return {
            "base_url": self.url,
            "sender": defaults.SENDER,
            "customer_id": defaults.CUSTOMER_ID,
            "customer_key": defaults.CUSTOMER_KEY,
            "partner_id": defaults.PARTNER_ID,
            "partner_key": defaults.PARTNER_KEY,
            "organisation_id": organisation or next(iter(defaults.ORGANISATIONS)),
        }
