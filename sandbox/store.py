"""Where the sandbox keeps its books: one SQLite file, every answer given after the commit.

Objects are stored as JSON under (organisation, kind, key), with one searchable code. One connection
guarded by a lock is enough: a request takes a millisecond or two, and waiting (delays, held
answers) happens outside.
"""

import contextlib
import json
import os
import sqlite3
import tempfile
import threading

SCHEMA = """
CREATE TABLE IF NOT EXISTS organisation (id TEXT PRIMARY KEY, name TEXT NOT NULL, place INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS option (organisation TEXT, name TEXT, value TEXT, PRIMARY KEY (organisation, name));
CREATE TABLE IF NOT EXISTS sequence (organisation TEXT, name TEXT, value INTEGER, PRIMARY KEY (organisation, name));
CREATE TABLE IF NOT EXISTS object (organisation TEXT, kind TEXT, key INTEGER, code TEXT, modified TEXT, data TEXT,
    PRIMARY KEY (organisation, kind, key));
CREATE INDEX IF NOT EXISTS object_code ON object (organisation, kind, code);
CREATE TABLE IF NOT EXISTS attachment (organisation TEXT, invoice INTEGER, place INTEGER, meta TEXT, data BLOB,
    PRIMARY KEY (organisation, invoice, place));
CREATE TABLE IF NOT EXISTS used_transaction (partner TEXT, id TEXT, PRIMARY KEY (partner, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS call (id INTEGER PRIMARY KEY, organisation TEXT, at TEXT, method TEXT, resource TEXT,
    target TEXT, transaction_id TEXT, outcome TEXT, code TEXT, text TEXT, http_status INTEGER, duration_ms REAL,
    fault TEXT, sender TEXT, request TEXT);
CREATE INDEX IF NOT EXISTS call_resource ON call (organisation, resource);
CREATE TABLE IF NOT EXISTS violation (id INTEGER PRIMARY KEY, organisation TEXT, at TEXT, kind TEXT, text TEXT);
CREATE TABLE IF NOT EXISTS fault (id INTEGER PRIMARY KEY, data TEXT, seen INTEGER DEFAULT 0, hit INTEGER DEFAULT 0);
"""

#: One company's rows, or all when it is ''.
FORGET = (
    "DELETE FROM option WHERE ?1 IN ('', organisation)",
    "DELETE FROM sequence WHERE ?1 IN ('', organisation)",
    "DELETE FROM object WHERE ?1 IN ('', organisation)",
    "DELETE FROM attachment WHERE ?1 IN ('', organisation)",
    "DELETE FROM call WHERE ?1 IN ('', organisation)",
    "DELETE FROM violation WHERE ?1 IN ('', organisation)",
)

#: The first key of each kind. The ranges are far apart, and each company has its own block, so that a key of the wrong
#: kind or of the wrong company is never by chance a valid one.
FIRST_KEY = {
    "customer": 1000,
    "line": 100000,
    "invoice": 500000,
    "voucher": 800000,
    "product": 3000000,
    "dimension": 3200000,
    "dimension_item": 3300000,
    "group": 3500000,
    "voucher_type": 3600000,
    "account_dimension": 3700000,
    "voucher_line": 4000000,
}
BLOCK = 10000000


class Store:
    """The file and its lock."""

    def __init__(self, path=None):
        self.temporary = None
        if path is None:
            self.temporary = tempfile.mkdtemp(prefix="netvisor-sandbox-")
            path = os.path.join(self.temporary, "books.sqlite3")
        self.path = path
        self.lock = threading.RLock()
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # A killed process loses nothing that was committed, also without waiting for the disk; only a power cut could.
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=OFF")
        self.db.executescript(SCHEMA)

    def close(self):
        with self.lock:
            self.db.close()
        if self.temporary:
            for name in os.listdir(self.temporary):
                os.unlink(os.path.join(self.temporary, name))
            os.rmdir(self.temporary)

    @contextlib.contextmanager
    def transaction(self):
        """All or nothing, and on the disk's side of the process when it ends."""
        with self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    @contextlib.contextmanager
    def savepoint(self):
        """A part of a transaction that can be taken back alone."""
        self.db.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK TO part")
            self.db.execute("RELEASE part")
            raise
        self.db.execute("RELEASE part")

    def rows(self, query, *values):
        with self.lock:
            return self.db.execute(query, values).fetchall()

    def run(self, query, *values):
        with self.lock:
            return self.db.execute(query, values)

    # companies

    def organisations(self):
        return dict(self.rows("SELECT id, name FROM organisation ORDER BY place"))

    def add_organisation(self, organisation, name):
        place = self.rows("SELECT coalesce(max(place), -1) + 1 FROM organisation")[0][0]
        self.run(
            "INSERT INTO organisation VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
            organisation,
            name,
            place,
        )

    def forget(self, organisation=None):
        """Empty the books of one company, or everything but the companies and their names."""
        with self.transaction():
            for statement in FORGET:
                self.run(statement, organisation or "")
            if not organisation:
                self.run("DELETE FROM used_transaction")
                self.run("DELETE FROM fault")


class Books:
    """The objects of one company."""

    def __init__(self, store, organisation):
        self.store = store
        self.organisation = organisation

    def next(self, name, first=1):
        """The next number of a sequence."""
        rows = self.store.rows(
            "SELECT value FROM sequence WHERE organisation = ? AND name = ?",
            self.organisation,
            name,
        )
        value = rows[0][0] + 1 if rows else first
        self.store.run("INSERT OR REPLACE INTO sequence VALUES (?, ?, ?)", self.organisation, name, value)
        return value

    def next_key(self, kind):
        rows = self.store.rows("SELECT place FROM organisation WHERE id = ?", self.organisation)
        return self.next("key " + kind, FIRST_KEY[kind] + BLOCK * rows[0][0])

    def next_keys(self, kind, count):
        """The next ``count`` keys of a kind."""
        first = self.next_key(kind)
        self.store.run(
            "UPDATE sequence SET value = ? WHERE organisation = ? AND name = ?",
            first + count - 1,
            self.organisation,
            "key " + kind,
        )
        return range(first, first + count)

    def put(self, kind, key, data, code="", modified=""):
        self.put_many(kind, [(key, data, code)], modified)

    def put_many(self, kind, rows, modified=""):
        """Store many objects of one kind: (key, data, code)."""
        with self.store.lock:
            self.store.db.executemany(
                "INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (self.organisation, kind, key, str(code), modified, json.dumps(data, ensure_ascii=False))
                    for key, data, code in rows
                ),
            )

    def get(self, kind, key):
        rows = self.store.rows(
            "SELECT data FROM object WHERE organisation = ? AND kind = ? AND key = ?",
            self.organisation,
            kind,
            key,
        )
        return json.loads(rows[0][0]) if rows else None

    def by_code(self, kind, code):
        """Every object of the kind with that code: [(key, data)]."""
        # INDEXED BY: left alone, the planner walks all keys for the sake of their order.
        rows = self.store.rows(
            "SELECT key, data FROM object INDEXED BY object_code"
            " WHERE organisation = ? AND kind = ? AND code = ? ORDER BY key",
            self.organisation,
            kind,
            str(code),
        )
        return [(key, json.loads(data)) for key, data in rows]

    def between(self, kind, low, high):
        """[(key, data)] of every object whose code lies in the range, by code."""
        rows = self.store.rows(
            "SELECT key, data FROM object INDEXED BY object_code"
            " WHERE organisation = ? AND kind = ? AND code BETWEEN ? AND ? ORDER BY code, key",
            self.organisation,
            kind,
            low,
            high,
        )
        return [(key, json.loads(data)) for key, data in rows]

    def each(self, kind, above=0, since=""):
        """(key, data) in the order of the keys."""
        rows = self.store.rows(
            "SELECT key, data FROM object WHERE organisation = ? AND kind = ? AND key > ?"
            " AND modified >= ? ORDER BY key",
            self.organisation,
            kind,
            above,
            since,
        )
        for key, data in rows:
            yield key, json.loads(data)

    def latest(self, kind, below, limit):
        """(key, data), newest first, for the page."""
        rows = self.store.rows(
            "SELECT key, data FROM object WHERE organisation = ? AND kind = ? AND key < ? ORDER BY key DESC LIMIT ?",
            self.organisation,
            kind,
            below,
            limit,
        )
        return [(key, json.loads(data)) for key, data in rows]

    def count(self, kind):
        query = "SELECT count(*) FROM object WHERE organisation = ? AND kind = ?"
        return self.store.rows(query, self.organisation, kind)[0][0]

    def remove(self, kind, key):
        self.store.run(
            "DELETE FROM object WHERE organisation = ? AND kind = ? AND key = ?",
            self.organisation,
            kind,
            key,
        )

    # attachments

    def attach(self, invoice, items):
        self.store.run(
            "DELETE FROM attachment WHERE organisation = ? AND invoice = ?",
            self.organisation,
            invoice,
        )
        for place, (meta, data) in enumerate(items):
            self.store.run(
                "INSERT INTO attachment VALUES (?, ?, ?, ?, ?)",
                self.organisation,
                invoice,
                place,
                json.dumps(meta, ensure_ascii=False),
                data,
            )

    def attachments(self, invoice, content=False):
        """[(meta, bytes or None)]"""
        rows = self.store.rows(
            "SELECT meta, CASE WHEN ? THEN data END FROM attachment"
            " WHERE organisation = ? AND invoice = ? ORDER BY place",
            content,
            self.organisation,
            invoice,
        )
        return [(json.loads(meta), data) for meta, data in rows]

    def violate(self, kind, text, at):
        """Note something that Netvisor may let pass but that a good client never does."""
        self.store.run(
            "INSERT INTO violation (organisation, at, kind, text) VALUES (?, ?, ?, ?)",
            self.organisation,
            at,
            kind,
            text,
        )
