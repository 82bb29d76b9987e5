import json
from datetime import timedelta

from odoo import api, fields, models

from ..netvisor import customer as wire
from ..netvisor import is_not_found
from .customer_card import mirror_of_row
from .kind_customer_match import TEMPORARY_CODE

# Nobody knows in which time zone Netvisor reads ``changedsince`` (8.17 and "Change feeds"): a day covers them all.
OVERLAP = timedelta(days=1)
# Deleted cards are in no list of changes, and nobody knows which changes are: everything is read once a week.
WHOLE_EVERY = timedelta(days=7)
# Keys in one getcustomer.nv (specification, "getcustomer.nv").
CARDS = 500
# Contacts that are made, or links that are compared, in one part.
PART = 500
# An answer of so few is not cut: what is not in it does not exist.
FEW = 10
# Said of several keys, it may concern one of them only.
NONE_OF_THEM = ("INVALID_DATA", "DATA_NOT_FOUND")
PHASES = ("list", "cards", "links", "create", "export")


class NetvisorKindCustomer(models.AbstractModel):
    """The reading of customers, part by part; each part is committed, so a killed process goes on where it was.

    What is left is in ``feed.pending``: the phase, the keys of cards still to be read, or the id after which to go on. The
    bookmark moves when all parts are done: what was not read to its end is asked again.
    """

    _inherit = "netvisor.kind.customer"

    @api.model
    def _feed_wanted(self, company):
        return True

    @api.model
    def _refresh(self, company, call, feed):
        pending = feed.pending or {"phase": "list"}
        return getattr(self, f"_read_{pending['phase']}")(company, call, feed, pending)

    # --- the parts --------------------------------------------------------------------------------------------------
    @api.model
    def _read_list(self, company, call, feed, pending):
        """Which cards are new or changed? Their rows go into the mirror, their keys are read next."""
        book, now = self._bookmark(feed), fields.Datetime.now()
        whole = not book.get("whole") or now - fields.Datetime.to_datetime(book["whole"]) >= WHOLE_EVERY
        since = None if whole else fields.Datetime.to_datetime(book["list"]) - OVERLAP
        answer = call(wire.list_request(changed_since=since))
        if not answer.ok:
            # What Odoo has changed does not wait for a reading that is refused.
            self._export_all(company, feed)
            return answer
        rows = {row.key: row for row in wire.parse_list(answer) if row.key and row.code != TEMPORARY_CODE}
        mirror = self.env["netvisor.customer"]
        mirror._upsert(company, {key: mirror_of_row(row) for key, row in rows.items()}, complete=False)
        keys = set(rows)
        if whole:
            keys |= set(mirror._lost(company, keys).mapped("netvisor_key"))
        keys |= set(self._unread_links(company))
        pending = {
            "phase": "cards",
            "keys": sorted(keys),
            "total": len(keys),
            "started": fields.Datetime.to_string(now),
            "whole": whole,
        }
        if keys:
            self._go_on(feed, pending)
        else:
            self._read_cards(company, call, feed, pending)
        return answer

    @api.model
    def _read_cards(self, company, call, feed, pending):
        """Some hundred cards. A key that is not in the answer is asked again with few others: only then is the card surely
        gone, and not the answer cut, nor all refused for one of them (8.17)."""
        size = pending.get("size", CARDS)
        keys, rest, again = pending["keys"][:size], pending["keys"][size:], pending.get("again", [])
        if keys:
            answer = call(wire.get_request(tuple(keys)))
            refused = len(keys) > 1 and answer.code in NONE_OF_THEM
            if not (answer.ok or refused or is_not_found(answer)):
                return answer
            received = () if refused else wire.parse_get(answer)
            self._take_cards(company, received, self._read_before(feed))
            absent = sorted(set(keys) - {card.key for card in received})
            if size <= FEW and not refused:
                self._gone(company, absent)
            else:
                again = again + absent
        if rest:
            self._go_on(feed, {**pending, "keys": rest, "again": again})
        elif again:
            size = 1 if size <= FEW else max(FEW, size // 10)
            self._go_on(feed, {**pending, "keys": again, "again": [], "size": size})
        else:
            self._next(company, call, feed, pending, len(keys))
        return None

    @api.model
    def _read_links(self, company, call, feed, pending):
        """Linked since the last reading, by a person or the mapping assistant: compared with the cards that are known."""
        bindings = (
            self.env["netvisor.binding"]
            .sudo()
            .search(
                [*self._new_links(company), ("id", ">", pending.get("after", 0))],
                order="id",
                limit=PART,
            )
        )
        self._merge_bindings(company, bindings, self._read_before(feed))
        self._after(company, call, feed, pending, bindings.ids)

    @api.model
    def _read_create(self, company, call, feed, pending):
        """Cards that nobody is linked to become contacts, where the company wants that."""
        ids = []
        if company.netvisor_customer_import == "create":
            since = self._bookmark(feed).get("create")
            ids = self._create_some(company, since, pending.get("after", 0), PART)
        self._after(company, call, feed, pending, ids)

    @api.model
    def _read_export(self, company, call, feed, pending):
        """Contacts that were changed in Odoo, where the company does not wait for their next invoice."""
        if company.netvisor_customer_export != "changed":
            self._finish(company, feed, pending)
            return
        since = fields.Datetime.to_datetime(self._bookmark(feed).get("export"))
        ids = self._changed_links(company, since, pending.get("after", 0), PART)
        self._export_changed(company, ids)
        if len(ids) == PART:
            self._go_on(feed, {**pending, "after": ids[-1]})
        else:
            self._finish(company, feed, pending)

    @api.model
    def _export_all(self, company, feed):
        if company.netvisor_customer_export != "changed":
            return
        since, after = fields.Datetime.to_datetime(self._bookmark(feed).get("export")), 0
        while ids := self._changed_links(company, since, after, PART):
            self._export_changed(company, ids)
            after = ids[-1]

    # --- where it is ------------------------------------------------------------------------------------------------
    @api.model
    def _after(self, company, call, feed, pending, ids):
        if len(ids) == PART:
            self._go_on(feed, {**pending, "after": ids[-1]})
        else:
            self._next(company, call, feed, pending, len(ids))

    @api.model
    def _next(self, company, call, feed, pending, done):
        """The next phase is a part of its own, unless there was nothing to do in this one."""
        phase = PHASES[PHASES.index(pending["phase"]) + 1]
        kept = {name: pending[name] for name in ("started", "whole", "total") if name in pending}
        pending = {**kept, "phase": phase}
        if done:
            self._go_on(feed, pending)
        else:
            getattr(self, f"_read_{phase}")(company, call, feed, pending)

    @api.model
    def _go_on(self, feed, pending):
        feed.write({"pending": pending, "progress": self._progress(pending)})

    @api.model
    def _progress(self, pending):
        total = pending.get("total", 0)
        if pending["phase"] == "cards":
            left = len(pending["keys"]) + len(pending.get("again", ()))
            return self.env._("%(done)s of %(total)s customer cards read", done=max(total - left, 0), total=total)
        if pending["phase"] == "create":
            return self.env._("%(total)s customer cards read; contacts are being created", total=total)
        return self.env._("%(total)s customer cards read; contacts are being compared", total=total)

    @api.model
    def _finish(self, company, feed, pending):
        """All parts are done: the next reading asks for what has changed since this one began."""
        book, started = self._bookmark(feed), pending["started"]
        book.update(list=started)
        for name, done in (
            ("whole", pending["whole"]),
            ("create", company.netvisor_customer_import == "create"),
            ("export", company.netvisor_customer_export == "changed"),
        ):
            if done:
                book[name] = started
            elif name != "whole":
                book.pop(name, None)  # switched on again, it begins with everything
        progress = self.env._("%(total)s customer cards read", total=pending["total"]) if pending["total"] else False
        feed.write({"pending": False, "bookmark": json.dumps(book), "progress": progress})

    @api.model
    def _bookmark(self, feed):
        return json.loads(feed.bookmark) if feed.bookmark else {}

    @api.model
    def _read_before(self, feed):
        """:return: when the last complete reading began: until then the cards were as Odoo knew them. None before the first."""
        return fields.Datetime.to_datetime(self._bookmark(feed).get("list")) or None

    # --- what is to be read -----------------------------------------------------------------------------------------
    @api.model
    def _new_links(self, company):
        return [
            ("company_id", "=", company.id),
            ("kind", "=", "customer"),
            ("netvisor_key", "!=", 0),
            ("partner_id", "!=", False),
            ("agreed", "=", False),
        ]

    @api.model
    def _unread_links(self, company):
        """:return: keys of links whose card was never read (typed in, or linked by an older version)"""
        keys = set(self.env["netvisor.binding"].sudo().search(self._new_links(company)).mapped("netvisor_key"))
        if not keys:
            return keys
        mirror = self.env["netvisor.customer"].sudo().with_context(active_test=False)
        known = mirror.search_fetch(
            [("company_id", "=", company.id), ("netvisor_key", "in", list(keys)), ("card_date", "!=", False)],
            ["netvisor_key"],
        )
        return keys - set(known.mapped("netvisor_key"))
