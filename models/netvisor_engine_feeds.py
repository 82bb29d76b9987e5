"""The recurring readings of a company: lists that Netvisor owns, each a due item of the company's one job."""

from datetime import timedelta

from odoo import fields

from ..netvisor import ReadError
from .netvisor_engine_steps import log_text

# In this order: what the others refer to first.
FEED_HOURS = {
    "accounting_period": 4,
    "account": 24,
    "voucher_type": 24,
    "dimension": 4,
    "product": 24,
    "customer": 1,
    "deleted_voucher": 24,
    "ledger": 4,
    "open_invoice": 4,
}
# Either may mean wrong credentials or one missing right (8.9).
RIGHT_CODES = ("AUTHENTICATION_FAILED", "SERVICE_ACCESS_ERROR")
FEED_ORDER = list(FEED_HOURS)


class Feeds:
    """Mixed into Run."""

    def read_feeds(self):
        """Every reading that is due, one part of each."""
        done = set()
        while self.in_time():
            feed = self._due_feeds().filtered(lambda feed: feed.id not in done)[:1]
            if not feed:
                return
            done.add(feed.id)
            self._alone(self._read_feed, feed)

    def read_on(self):
        """Long readings go part by part; what became due in between is sent before the next part."""
        while self.in_time() and (feed := self._due_feeds().filtered("pending")[:1]):
            before = feed.pending
            self._alone(self._read_feed, feed)
            if feed.pending == before:
                return  # it got nowhere: the next run tries again
            self.send_waves()

    def _due_feeds(self):
        domain = [
            ("company_id", "=", self.root_id),
            "|",
            ("next_due", "=", False),
            ("next_due", "<=", fields.Datetime.now()),
        ]
        feeds = self.env["netvisor.feed"].search(domain)
        return feeds.sorted(lambda feed: (FEED_ORDER.index(feed.kind), feed.id))

    def _ensure_feeds(self):
        feeds = self.env["netvisor.feed"]
        known = feeds.search([("company_id", "=", self.root_id)]).mapped("kind")
        feeds.create([{"company_id": self.root_id, "kind": kind} for kind in FEED_HOURS if kind not in known])

    def _read_feed(self, feed):
        kind, now = self.kind(feed.kind), fields.Datetime.now()
        if not kind._feed_wanted(self.company):
            feed.write({"next_due": now + timedelta(hours=24), "message": False, "pending": False, "progress": False})
            return
        self.reading = feed
        try:
            answer = kind._refresh(self.company, self.call, feed)
        except ReadError as error:
            self.rollback()
            feed.write({"next_due": now + timedelta(minutes=60), "message": str(error)})
            return
        finally:
            self.reading = None
        now = fields.Datetime.now()
        if answer is None or answer.ok:
            rest = 0 if feed.pending else FEED_HOURS[feed.kind]
            values = {"last_done": now, "next_due": now + timedelta(hours=rest), "message": False}
        else:
            # What cannot pass by itself is asked again a few times a day, a missing right every hour, the rest soon.
            minutes = {"rejected": 240, "config": 60}.get(answer.outcome, 10)
            values = {"next_due": now + timedelta(minutes=minutes), "message": log_text(answer)}
        feed.write(values)
        if not values["message"] and not feed.pending:
            self.commit()  # what was read is kept, whatever becomes of the proposals
            self._alone(self.env["netvisor.mapping"]._feed_read, self.company, feed.kind)

    def _all_readings_refused(self):
        """One reading that Netvisor refuses may be one missing right, and sending goes on; all of them are the credentials.

        Those read without complaint may have been read before the credentials went bad: they are asked again at once.
        """
        if self.accepted:
            return False
        feeds = self.env["netvisor.feed"].search([("company_id", "=", self.root_id), ("id", "!=", self.reading.id)])
        unasked = feeds.filtered(lambda feed: not feed.message and self.kind(feed.kind)._feed_wanted(self.company))
        unasked._request_now()
        self.commit()
        return not unasked
