from copy import deepcopy
from datetime import date, timedelta

from odoo import api, fields, models

from ..netvisor import ledger as wire

# Nobody knows in which time zone, and how inclusively, Netvisor reads the day of a modification.
OVERLAP = timedelta(days=1)
# A complete reading finds what no list of modifications tells: vouchers that are simply gone.
COMPLETE_DAYS = 7
# An answer that takes too long is asked for again in two halves.
TOO_LONG = ("READ_TIMEOUT", "CONNECTION_LOST", "TOO_LARGE", "NO_ENVELOPE")
KEYS = 500


class NetvisorKindLedger(models.AbstractModel):
    """Netvisor's general ledger → ``netvisor.ledger.voucher``. Read only.

    The first reading and one a week go through all dates in slices; between them one question asks what was modified.
    ``feed.pending`` holds what is left of a reading, so that a killed process goes on where it was.
    """

    _name = "netvisor.kind.ledger"
    _inherit = ["netvisor.kind"]
    _description = "Netvisor: reading of the ledger"

    @api.model
    def _feed_wanted(self, company):
        return company.netvisor_ledger

    @api.model
    def _refresh(self, company, call, feed):
        """:return: Answer"""
        # A copy: a changed value that is the cached one itself would not be written.
        work = deepcopy(feed.pending) or self._plan(company, feed)
        step = self._read_slice if work["slices"] else self._look_for_vanished
        answer = step(company, call, work)
        if not answer or answer.ok or self._halved(answer, work):
            feed.write(self._after(work, feed))
            return None if answer and not answer.ok else answer
        feed.pending = work
        return answer

    # --- what to ask ------------------------------------------------------------------------------------------------
    @api.model
    def _plan(self, company, feed):
        """:return: what this reading consists of: slices of dates, and whether only what was modified is asked for"""
        first, last = self._span(company)
        marks = _marks(feed.bookmark)
        now = fields.Datetime.now()
        complete = not marks or now - fields.Datetime.to_datetime(marks[0]) >= timedelta(days=COMPLETE_DAYS)
        work = {"began": fields.Datetime.to_string(now), "complete": complete, "vanished": []}
        if complete:
            work["slices"] = [[str(a), str(b)] for a, b in wire.slices(first, last)]
            work["of"] = len(work["slices"])
        else:
            since = fields.Datetime.to_datetime(marks[1]).date() - OVERLAP
            work.update(slices=[[str(first), str(last)]], since=str(since), of=1)
        return work

    @api.model
    def _span(self, company):
        """From the start that the company has set (or its current period) to the end of its newest period."""
        periods = self.env["netvisor.accounting.period"].search([("company_id", "=", company.id)])
        today = fields.Date.today()
        first = company.netvisor_ledger_start or max(
            (period.date_from for period in periods if period.date_from and period.date_from <= today),
            default=date(today.year, 1, 1),
        )
        ends = [period.date_to for period in periods if period.date_to]
        return first, max([*ends, today])

    @api.model
    def _read_slice(self, company, call, work):
        first, last = work["slices"][0]
        since = work.get("since")
        answer = call(
            wire.list_request(
                fields.Date.to_date(first),
                fields.Date.to_date(last),
                modified_start=fields.Date.to_date(since) if since else None,
                show_generator=True,
                status=wire.ALL,
            )
        )
        if answer.ok:
            seen = fields.Datetime.to_datetime(work["began"])
            self.env["netvisor.ledger.voucher"]._store(company, wire.read_vouchers(answer), seen)
            work["slices"].pop(0)
        return answer

    @api.model
    def _halved(self, answer, work):
        """A slice that takes too long is cut in two. :return: False when it is a single day already"""
        if answer.code not in TOO_LONG or not work["slices"]:
            return False
        halves = wire.halves(*map(fields.Date.to_date, work["slices"][0]))
        if halves:
            work["slices"][:1] = [[str(a), str(b)] for a, b in halves]
            work["of"] += 1
        return bool(halves)

    # --- what is gone -----------------------------------------------------------------------------------------------
    @api.model
    def _look_for_vanished(self, company, call, work):
        """Vouchers that a complete reading did not show: moved to another date meanwhile, or gone. Asked for by key."""
        keys = work["vanished"][:KEYS]
        if not keys:
            return None
        answer = call(wire.list_request(keys=tuple(keys), status=wire.ALL))
        if answer.ok:
            seen = fields.Datetime.to_datetime(work["began"])
            vouchers = self.env["netvisor.ledger.voucher"]
            vouchers._store(company, wire.read_vouchers(answer), seen)
            vouchers._mark_deleted(company, keys, seen)
            work["vanished"] = work["vanished"][KEYS:]
        return answer

    @api.model
    def _after(self, work, feed):
        """:return: values of the feed when a part is done: what is left, or the new bookmark"""
        if not work["slices"] and work.pop("complete", False):
            # Once, when the last slice is in: who was not seen by it?
            first, last = self._span(feed.company_id)
            vouchers = self.env["netvisor.ledger.voucher"]
            work["vanished"] = vouchers._unseen(
                feed.company_id, first, last, fields.Datetime.to_datetime(work["began"])
            )
            work["was_complete"] = True
        if work["slices"] or work["vanished"]:
            done = work["of"] - len(work["slices"])
            return {"pending": work, "progress": self.env._("%(done)s of %(all)s", done=done, all=work["of"])}
        marks = _marks(feed.bookmark)
        complete = work["began"] if work.get("was_complete") else marks[0]
        self.env["netvisor.ledger.voucher"]._link(feed.company_id)
        return {"pending": False, "progress": False, "bookmark": f"{complete}|{work['began']}"}


def _marks(bookmark):
    """:return: (last complete reading, last reading) as texts, None before the first"""
    return bookmark.split("|") if bookmark else None
