from odoo import api, models

from ..netvisor import voucher as wire
from ..netvisor.formats import shorten
from ..netvisor.values import digest
from .netvisor_document import IN_FLIGHT, PRIORITY_POST, SENT
from .netvisor_kind import Blocked, Candidate, LookUp, NotReady, Prepared, Problem, Skipped

COMMENT_LENGTH = 255
# An invalidation that is still to come, or has been made.
STANDING = ("todo", "claimed", "sending", "in_doubt", "blocked", "done")


class NetvisorKindVoucherInvalidation(models.AbstractModel):
    """The voucher of an entry that no longer counts. The entry may be gone: the document has the key, the day and the reason."""

    _name = "netvisor.kind.voucher_invalidation"
    _inherit = ["netvisor.kind"]
    _description = "Netvisor: invalidations of vouchers"
    _together = wire.MOST_INVALIDATED

    # --- who is invalidated -----------------------------------------------------------------------------------------
    @api.model
    def _enqueue(self, vouchers, comment, reversed_entry=False):
        """In the caller's transaction, in which the entry is cancelled or deleted.

        :param vouchers: netvisor.document of kind voucher, all of them in Netvisor
        :param reversed_entry: the entry stays posted, and so does its reversal; neither counts in Netvisor
        """
        if not vouchers:
            return
        documents = self.env["netvisor.document"].sudo()
        domain = [("kind", "=", self._kind_name()), ("move_id", "in", vouchers.move_id.ids)]
        known = documents.search(domain).grouped(lambda document: document.move_id)
        new = []
        for voucher in vouchers:
            values = {
                "state": "todo",
                "netvisor_key": voucher.netvisor_key,
                "priority": PRIORITY_POST,
                "search_values": {
                    "comment": shorten(comment, COMMENT_LENGTH),
                    **self._of("voucher")._day_sent(voucher),
                    "reversed": reversed_entry,
                },
                "next_try": False,
                "problems": False,
                "message": False,
                "code": False,
                "outcome": False,
                "operation": False,
            }
            if there := known.get(voucher.move_id):
                there.write(values)
            else:
                values |= {name: voucher[name].id for name in ("company_id", "root_company_id", "move_id")}
                uuid = self.env["netvisor.engine"]._new_uuid()
                new.append({**values, "name": voucher.name, "kind": self._kind_name(), "uuid": uuid})
        documents.create(new)
        documents._wake(vouchers.company_id)

    @api.model
    def _kind_name(self):
        return self._name.removeprefix("netvisor.kind.")

    @api.model
    def _standing(self, vouchers):
        """:return: netvisor.document, the invalidations of these very vouchers that are still to come or made"""
        domain = [
            ("kind", "=", self._kind_name()),
            ("root_company_id", "in", vouchers.root_company_id.ids),
            ("netvisor_key", "in", [key for key in vouchers.mapped("netvisor_key") if key]),
            ("state", "in", STANDING),
        ]
        keys = {(voucher.root_company_id, voucher.netvisor_key) for voucher in vouchers}
        found = self.env["netvisor.document"].sudo().search(domain)
        return found.filtered(lambda document: (document.root_company_id, document.netvisor_key) in keys)

    @api.model
    def _voucher(self, documents):
        """:return: dict key → netvisor.document of the voucher that it belongs to"""
        domain = [
            ("kind", "=", "voucher"),
            ("root_company_id", "in", documents.root_company_id.ids),
            ("netvisor_key", "in", documents.mapped("netvisor_key")),
        ]
        vouchers = self.env["netvisor.document"].sudo().search(domain)
        return {voucher.netvisor_key: voucher for voucher in vouchers}

    # --- the contract -----------------------------------------------------------------------------------------------
    @api.model
    def _prepare(self, documents):
        kind = self.with_context(netvisor_vouchers=self._voucher(documents))
        return super(NetvisorKindVoucherInvalidation, kind)._prepare(documents.with_env(kind.env))

    @api.model
    def _prepare_one(self, document):
        voucher = self.env.context["netvisor_vouchers"].get(document.netvisor_key)
        if voucher and voucher.state in IN_FLIGHT:
            raise NotReady(30)  # an edit of it is on its way
        if not voucher or voucher.state in ("cancelled", "deleted"):
            self._bound(document)
            raise Skipped(Problem("voucher_gone_already"))
        search = document.search_values or {}
        self._check_period(document, search)
        return Prepared(
            values=document.netvisor_key,
            digest=digest(document.netvisor_key),
            search=search,
            operation="invalidate",
            key=document.netvisor_key,
            options={"comment": search.get("comment"), "encoding": document.root_company_id.netvisor_encoding},
        )

    @api.model
    def _check_period(self, document, search):
        day, first = self._of("voucher")._open_day(document, search)
        if first != day:
            raise Blocked(Problem("period_locked", {"date": day, "open": first}))

    @api.model
    def _groups(self, prepared):
        """Which go together in one message: those that have the same comment. :return: lists of document ids"""
        groups = {}
        for document_id, message in prepared.items():
            groups.setdefault(message.options["comment"], []).append(document_id)
        return [
            ids[start : start + self._together]
            for ids in groups.values()
            for start in range(0, len(ids), self._together)
        ]

    @api.model
    def _request_together(self, documents, prepared):
        options = prepared[documents[:1].id].options
        keys = [prepared[document.id].values for document in documents]
        return wire.invalidate(keys, options["comment"] or None, options["encoding"])

    @api.model
    def _look_up_together(self, documents, call):
        """Invalidated already, by the lost message or by a person? The ledger tells all of them at once."""
        found = self._of("voucher")._read_keys(documents.mapped("netvisor_key"), call)
        result = {}
        for document in documents:
            voucher = found.get(document.netvisor_key)
            gone = not voucher or voucher.status in ("invalidated", "deleted")
            result[document.id] = LookUp((Candidate(document.netvisor_key, True),) if gone else ())
        return result

    @api.model
    def _look_up(self, document, call):
        return self._look_up_together(document, call)[document.id]

    @api.model
    def _duplicate_problem(self, document):
        """Refused, and it still counts: Netvisor's words say why."""
        return Problem("refused")

    @api.model
    def _check(self, document, call):
        if self._look_up(document, call).candidates:
            return {}
        return {"state": "changed"}  # somebody has made it valid again

    # --- afterwards -------------------------------------------------------------------------------------------------
    @api.model
    def _bound(self, documents):
        """The voucher's own document says why there is nothing any more; posted again, the entry becomes a new voucher."""
        vouchers = self._voucher(documents)
        for document in documents:
            voucher = vouchers.get(document.netvisor_key)
            if not voucher or voucher.state not in (*SENT, "todo", "claimed", "blocked", "deleted"):
                continue
            search = document.search_values or {}
            code = "voucher_reversed" if search.get("reversed") else "voucher_invalidated"
            voucher.write(
                {
                    "state": "cancelled",
                    "operation": "invalidate",
                    "remote_status": "invalidated",
                    "problems": [Problem(code, {"reason": search.get("comment") or ""}).as_json()],
                    "next_try": False,
                    "message": False,
                    "code": False,
                }
            )
