import json
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.tools import split_every

from ..netvisor import is_not_found
from ..netvisor import product as wire

# The list tells what was changed, but not what was deleted: read as a whole once a week.
COMPLETE_DAYS = 7
# Nobody knows in which time zone Netvisor reads ``changedsince``.
OVERLAP = timedelta(days=1)
# Keys of one getproduct.nv: Netvisor takes 400, and an address should stay below 2 kB.
KEYS = 200
BATCH = 1000
# Links compared with their products in one part of a reading.
COMPARED = 500


class NetvisorKindProduct(models.AbstractModel):
    """Netvisor's list of products → ``netvisor.product``, in parts: the list, its EAN codes, then what changed in Odoo."""

    _inherit = "netvisor.kind.product"

    @api.model
    def _feed_wanted(self, company):
        """Under one generic product nobody asks what else Netvisor has, and one right fewer is needed."""
        return company._netvisor_root().netvisor_product_mode != "generic"

    @api.model
    def _refresh(self, company, call, feed):
        """The first part is the list; what follows is in ``feed.pending``."""
        pending = feed.pending or {}
        if pending.get("step") == "details":
            return self._read_details(company, call, feed)
        if pending.get("step") == "compare":
            return self._compare(company, feed, pending["after"])
        return self._read_list(company, call, feed)

    @api.model
    def _read_list(self, company, call, feed):
        bookmark, now = json.loads(feed.bookmark or "{}"), fields.Datetime.now()
        complete_since = now - timedelta(days=COMPLETE_DAYS)
        complete = "since" not in bookmark or datetime.fromisoformat(bookmark["complete"]) < complete_since
        since = None if complete else datetime.fromisoformat(bookmark["since"]) - OVERLAP
        answer = call(wire.list_request(changed_since=since))
        if not answer.ok:
            return answer
        rows = {row.key: self._row_values(row) for row in wire.parse_list(answer) if row.key}
        mirror = self.env["netvisor.product"]
        for keys in split_every(BATCH, rows, tuple):
            mirror._upsert(company, {key: rows[key] for key in keys}, complete=False)
            self.env.flush_all()
            self.env.invalidate_all()
        if complete:
            self._drop_lost(company, call, set(rows))
        since, complete = now.isoformat(), now.isoformat() if complete else bookmark["complete"]
        feed.write({"bookmark": json.dumps({"since": since, "complete": complete})})
        self._go_on(company, feed)
        return answer

    @api.model
    def _row_values(self, row):
        return {
            "code": row.code.strip() or False,
            "name": row.name or False,
            "group_name": row.group_name or False,
            "unit_price": float(row.unit_price or 0),
            "detailed": False,  # the EAN codes may be what has changed
        }

    @api.model
    def _drop_lost(self, company, call, listed):
        """What is linked and no longer in the list is asked for by its key first: a list may leave out what exists."""
        mirror = self.env["netvisor.product"].sudo()
        lost = mirror.search([("company_id", "=", company.id), ("netvisor_key", "not in", list(listed))])
        links = self.env["netvisor.binding"].search(
            [("company_id", "=", company.id), ("kind", "=", "product"), ("netvisor_key", "!=", 0)]
        )
        doubtful, gone = [key for key in links.mapped("netvisor_key") if key not in listed], []
        for keys in split_every(KEYS, doubtful, tuple):
            answer = call(wire.get_request(keys, deleted=False))
            there = set() if is_not_found(answer) else {card.key for card in wire.parse_get(answer)}
            gone += [key for key in keys if key not in there]
        kept = set(doubtful) - set(gone)
        lost.filtered(lambda row: row.netvisor_key not in kept).write({"active": False})
        self._forget_keys(company, gone)

    @api.model
    def _go_on(self, company, feed, after=0):
        """What is next: EAN codes that are not known yet, then changes in Odoo, then nothing."""
        mirror = self.env["netvisor.product"].sudo()
        left = mirror.search_count([("company_id", "=", company.id), ("detailed", "=", False)])
        if left:
            total = mirror.search_count([("company_id", "=", company.id)])
            text = self.env._("EAN codes: %(done)s of %(total)s products", done=total - left, total=total)
            feed.write({"pending": {"step": "details", "left": left}, "progress": text})
        elif company._netvisor_updates_products() and after is not None:
            text = self.env._("Comparing products with what was sent")
            feed.write({"pending": {"step": "compare", "after": after}, "progress": text})
        else:
            feed.write({"pending": False, "progress": False})

    @api.model
    def _read_details(self, company, call, feed):
        mirror = self.env["netvisor.product"].sudo()
        domain = [("company_id", "=", company.id), ("detailed", "=", False)]
        keys = mirror.search_fetch(domain, ["netvisor_key"], limit=KEYS, order="netvisor_key").mapped("netvisor_key")
        if not keys:
            self._go_on(company, feed)
            return None
        answer = call(wire.get_request(tuple(keys)))
        if not answer.ok and not is_not_found(answer):
            return answer
        cards = () if is_not_found(answer) else wire.parse_get(answer)
        rows = {key: {"detailed": True} for key in keys}
        rows |= {card.key: self._card_values(card) for card in cards if card.key in rows}
        mirror._upsert(company, rows, complete=False)
        self._go_on(company, feed)
        return answer if answer.ok else None

    @api.model
    def _card_values(self, card):
        return {
            "ean": card.ean or False,
            "ean2": card.ean2 or False,
            "unit": card.unit or False,
            "in_use": card.active is not False,
            "detailed": True,
        }

    @api.model
    def _mirror(self, company, documents):
        """What was just sent or linked is in the list at once, and read in full with the next reading."""
        rows = {}
        for document in documents:
            told = document.search_values or {}
            values = {"code": told.get("code"), "name": told.get("name"), "ean": told.get("ean") or False}
            if document.operation == "link":
                values = {"code": document.netvisor_number, "name": told.get("name_there")}
            elif document.binding_id.linked:
                del values["code"]  # Netvisor's own stays
            rows[document.netvisor_key] = {name: value for name, value in values.items() if value is not None}
        self.env["netvisor.product"]._upsert(company, rows, complete=False)

    @api.model
    def _compare(self, company, feed, after):
        """Once a day: what was changed in Odoo and not yet on an invoice."""
        links = self.env["netvisor.binding"].search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "product"),
                ("product_id", "!=", False),
                ("netvisor_key", "!=", 0),
                ("id", ">", after),
            ],
            order="id",
            limit=COMPARED,
        )
        if links and company._netvisor_updates_products():
            self._enqueue_changed(links, company)
        self._go_on(company, feed, after=links[-1].id if len(links) == COMPARED else None)
