"""Misbehaviour on request: faults are set through the control endpoint, kept in the file, and applied in order.

A fault applies to the requests of one resource (or of all). It lets ``after`` requests pass, then
strikes ``times`` times (None: for ever), each time with ``probability``.
"""

import json
import random
import threading
import time

#: Kind -> the moment when it strikes unless the fault says otherwise with ``when``.
KINDS = {
    "delay": "before",  # seconds: wait, then go on as usual
    "drop_before": "before",  # close the connection, nothing stored
    "drop_after": "after",  # store, then close the connection
    "late": "before",  # close the connection now, store after ``seconds``
    "half": "after",  # store, then send half of the answer
    "error_500": "before",  # HTTP 500 with a page that is not Netvisor's
    "bad_gateway": "before",  # HTTP 502, likewise
    "garbage": "after",  # HTTP 200 with something that is not XML
    "malformed": "after",  # an OK answer with characters that XML forbids
    "truncated_xml": "after",  # a complete HTTP answer whose XML stops in the middle
    "huge": "after",  # an answer of ``bytes`` bytes
    "redirect": "before",  # HTTP 302 to ``location``
    "maintenance": "before",  # SYSTEM_MAINTENANCE (``misspelt``: SYSTEM_MAINTANANCE)
    "technical": "before",  # TECHNICAL_ERROR
    "not_unique": "before",  # REQUEST_NOT_UNIQUE
    "refuse": "before",  # ``code`` and ``text``
    "too_many": "before",  # HTTP 429, undocumented but possible
    "hold": "after",  # keep the answer until released, ``seconds`` at most
    "random": "before",  # one of ``kinds`` by ``seed``
}
RANDOM_KINDS = (
    "drop_before",
    "drop_after",
    "half",
    "error_500",
    {"kind": "error_500", "when": "after"},
    "garbage",
    "bad_gateway",
    "technical",
    {"kind": "technical", "when": "after"},
    {"kind": "not_unique", "when": "after"},
)


class Faults:
    """The faults of one store, and who is being held."""

    def __init__(self, store):
        self.store = store
        self.lock = threading.Lock()
        self.released = threading.Condition()
        self.generation = 0  # grows with every release
        self.active = bool(store.rows("SELECT 1 FROM fault LIMIT 1"))

    def add(self, kind, resource=None, times=1, after=0, **options):
        if kind not in KINDS:
            raise ValueError(f"Unknown fault {kind}; known: {', '.join(KINDS)}")
        if options.get("when", "before") not in ("before", "after"):
            raise ValueError("when must be before or after")
        data = {
            "kind": kind,
            "resource": resource.lower() if resource else None,
            "times": times,
            "after": after,
            **options,
        }
        with self.lock:
            fault = self.store.run("INSERT INTO fault (data) VALUES (?)", json.dumps(data)).lastrowid
            self.active = True
        return fault

    def clear(self):
        with self.lock:
            self.store.run("DELETE FROM fault")
            self.active = False
        self.release()

    def all(self):
        rows = self.store.rows("SELECT id, data, seen, hit FROM fault ORDER BY id")
        return [{"id": fault, **json.loads(data), "seen": seen, "hit": hit} for fault, data, seen, hit in rows]

    def pick(self, resource, organisation):
        """The fault that strikes this request, or None."""
        if not self.active:
            return None
        with self.lock:
            chosen = None
            for fault in self.all():
                if fault["resource"] not in (None, resource):
                    continue
                if fault.get("organisation") not in (None, organisation):
                    continue
                fault["seen"] += 1
                if chosen is None and self._strikes(fault):
                    fault["hit"] += 1
                    chosen = fault
                self.store.run(
                    "UPDATE fault SET seen = ?, hit = ? WHERE id = ?",
                    fault["seen"],
                    fault["hit"],
                    fault["id"],
                )
        return self._resolve(chosen) if chosen else None

    @staticmethod
    def _dice(fault):
        return random.Random(f"{fault.get('seed', 0)}:{fault['id']}:{fault['seen']}")

    def _strikes(self, fault):
        if fault["seen"] <= fault["after"] or (fault["times"] is not None and fault["hit"] >= fault["times"]):
            return False
        return self._dice(fault).random() < fault.get("probability", 1)

    def _resolve(self, fault):
        if fault["kind"] == "random":
            dice = self._dice(fault)
            dice.random()
            chosen = dice.choice(fault.get("kinds") or RANDOM_KINDS)
            chosen = {"kind": chosen} if isinstance(chosen, str) else chosen
            fault = {
                **{name: value for name, value in fault.items() if name not in ("kind", "when")},
                **chosen,
            }
        fault.setdefault("when", KINDS[fault["kind"]])
        return fault

    def wait_for_release(self, seconds, alive):
        """Hold until released, until the time is over, or until the client has gone; is it still there?"""
        end = time.monotonic() + seconds
        with self.released:
            generation = self.generation
            while generation == self.generation and time.monotonic() < end:
                self.released.wait(0.05)
                if not alive():
                    return False
        return True

    def release(self):
        with self.released:
            self.generation += 1
            self.released.notify_all()


class Events:
    """Counts how often a request reached a point, so that a test can wait for exactly that moment."""

    NAMES = ("received", "held", "stored", "answered", "dropped")

    def __init__(self):
        self.changed = threading.Condition()
        self.counts = {}

    def note(self, event, resource):
        with self.changed:
            for name in (resource, ""):
                self.counts[event, name] = self.counts.get((event, name), 0) + 1
            self.changed.notify_all()

    def count(self, event, resource=""):
        return self.counts.get((event, resource), 0)

    def wait(self, event, resource, count, timeout):
        """The count of the event, as soon as it is ``count`` or the time is over."""
        with self.changed:
            self.changed.wait_for(lambda: self.count(event, resource) >= count, timeout)
            return self.count(event, resource)

    def table(self):
        with self.changed:
            return {f"{event} {resource or '*'}": count for (event, resource), count in sorted(self.counts.items())}

    def reset(self):
        with self.changed:
            self.counts.clear()
