from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, LazyTranslate, format_date

from .account_move import READERS
from .netvisor_document import IN_FLIGHT, PRIORITY_BUTTON, SENT

_lt = LazyTranslate(__name__)

REASONS = {
    "cancelled": _lt("Cancelled in Odoo by %(user)s"),
    "deleted": _lt("Deleted in Odoo by %(user)s"),
    "reversed": _lt("Reversed in Odoo by %(user)s"),
}
RESET = '[{"code": "entry_reset", "values": {}}]'


class AccountMove(models.Model):
    """Entries that are vouchers in Netvisor: their voucher follows them. Reset and posted again, it is edited; cancelled or
    deleted, it is invalidated."""

    _inherit = "account.move"

    netvisor_attachment_ids = fields.Many2many(
        "ir.attachment",
        "account_move_netvisor_attachment_rel",
        string="Files for Netvisor",
        domain="[('res_model', '=', 'account.move'), ('res_id', '=', id)]",
        copy=False,
        help="Attached to the voucher in Netvisor, which charges for each.",
    )
    netvisor_voucher_attachments = fields.Selection(related="journal_id.netvisor_voucher_attachments")
    netvisor_uri = fields.Char(related="netvisor_document_id.uri", string="Address in Netvisor", groups=READERS)
    netvisor_kind = fields.Selection(related="netvisor_document_id.kind", string="Kind in Netvisor", groups=READERS)

    # --- reset to draft -----------------------------------------------------------------------------------------------
    def _netvisor_take_back(self, documents):
        vouchers = documents.filtered(lambda document: document.kind == "voucher")
        if vouchers:
            self._netvisor_take_back_vouchers(vouchers)
        if others := documents - vouchers:
            return super()._netvisor_take_back(others)
        return None

    def _netvisor_take_back_vouchers(self, vouchers):
        """What never left is not sent; what Netvisor has stays there, shown as changed until the entry is posted again. One
        conditional statement decides who was first, the engine or this person."""
        there = vouchers.filtered(
            lambda document: document.netvisor_key and document.state not in ("deleted", "cancelled")
        )
        there._netvisor_check_open()
        others = self._netvisor_left_out_with(vouchers)
        invalidations = self.env["netvisor.kind.voucher_invalidation"]._standing(there | others)
        vouchers.flush_recordset()
        self.env.execute_query(
            SQL(
                """UPDATE netvisor_document
                      SET state = CASE WHEN kind = 'voucher' AND COALESCE(netvisor_key, 0) != 0 THEN 'changed'
                                       ELSE 'cancelled' END,
                          problems = CASE WHEN kind = 'voucher' AND COALESCE(netvisor_key, 0) != 0 THEN NULL
                                          ELSE %s::jsonb END,
                          next_try = NULL, message = NULL, code = NULL
                    WHERE id IN %s AND state IN ('todo', 'claimed', 'blocked')
                       OR id IN %s AND state = 'done'
                RETURNING id""",
                RESET,
                tuple((vouchers | invalidations).ids),
                tuple(there.ids) or (0,),
            )
        )
        (vouchers | invalidations).invalidate_recordset()
        for document in vouchers | invalidations:
            if document.state in IN_FLIGHT:
                raise UserError((document.move_id or self[:1])._netvisor_in_flight_text())
        others._netvisor_count_again(vouchers)
        # An edit sends the number again: it is known by the time that the entry is posted.
        there.filtered(
            lambda document: not document.netvisor_number and document.state == "changed"
        ).follow_up = "confirm"
        there._wake(there.company_id)
        self._netvisor_forget()

    def _netvisor_left_out_with(self, vouchers):
        """Of entries and reversals that are both left out: :return: netvisor.document of the other one of each pair"""
        moves = vouchers.move_id
        others = (moves.reversed_entry_id | moves.reversal_move_ids).sudo().netvisor_document_ids
        others = others.filtered(lambda document: document.kind == "voucher")
        return others.filtered(
            lambda document: (
                document._netvisor_is_left_out()
                or any(
                    own._netvisor_is_left_out() for own in vouchers if own.move_id.reversed_entry_id == document.move_id
                )
            )
        )

    # --- cancelled or deleted -----------------------------------------------------------------------------------------
    def button_cancel(self):
        result = super().button_cancel()
        self._netvisor_invalidate_vouchers("cancelled")
        return result

    def unlink(self):
        self._netvisor_invalidate_vouchers("deleted")
        return super().unlink()

    def _netvisor_invalidate_vouchers(self, reason):
        """In the same transaction: entry and invalidation commit or vanish together.

        :param reason: key of ``REASONS``
        """
        vouchers = self.env["netvisor.document"].sudo().search([("move_id", "in", self.ids), ("kind", "=", "voucher")])
        vouchers = vouchers.filtered(lambda document: document.netvisor_key and document.state != "cancelled")
        kind = self.env["netvisor.kind.voucher_invalidation"].sudo()
        under_way = kind._standing(vouchers).mapped("netvisor_key")
        vouchers = vouchers.filtered(lambda document: document.netvisor_key not in under_way)
        for document in vouchers:
            if document.state in IN_FLIGHT:
                raise UserError(document.move_id._netvisor_in_flight_text())
        gone = vouchers.filtered(lambda document: document.state == "deleted")
        (vouchers - gone)._netvisor_check_open()
        vouchers.filtered(lambda document: document.follow_up == "confirm").follow_up = False
        for documents in vouchers.grouped("root_company_id").values():
            text = documents._netvisor_reason(reason)
            (documents & gone)._netvisor_no_voucher("voucher_invalidated", text)
            kind._enqueue(documents - gone, text)
        self._netvisor_forget()

    # --- posted -------------------------------------------------------------------------------------------------------
    def _netvisor_posted(self):
        left_out = self._netvisor_leave_out_reversed()
        return super(AccountMove, self - left_out)._netvisor_posted()

    def _netvisor_leave_out_reversed(self):
        """Reversals of the same day, where the journal leaves both out: the reversal is not sent, and the voucher of its entry
        is invalidated. What Netvisor no longer has needs no reversal there, whatever the journal says.

        :return: the reversals that are left out
        """
        left_out = self.browse()
        for move in self:
            original = move.reversed_entry_id
            document = original.sudo().netvisor_document_id
            if document.kind != "voucher" or not move._netvisor_mirrors(original):
                continue
            together = move.journal_id.netvisor_reversal == "invalidate" and original.date == move.date
            if (together or document.state == "deleted") and document._netvisor_withdraw(move):
                left_out |= move
        return left_out

    def _netvisor_mirrors(self, original):
        """Whether the two come to nothing together: same accounts, both of them vouchers."""
        if original.state != "posted" or self._netvisor_kind() != "voucher":
            return False
        sums = {}
        for line in self.line_ids | original.line_ids:
            sums[line.account_id] = sums.get(line.account_id, 0) + line.balance
        return all(self.company_currency_id.is_zero(amount) for amount in sums.values())

    # --- what a person may do -----------------------------------------------------------------------------------------
    def _netvisor_is_sendable(self, state):
        if self._netvisor_kind() != "voucher":
            return super()._netvisor_is_sendable(state)
        document = self.sudo().netvisor_document_id
        return state in (False, "cancelled", "deleted", "changed") and not document._netvisor_is_left_out()

    def action_netvisor_send(self):
        """A voucher that differs from its entry is sent again as an edit."""
        self._netvisor_check_sender()
        changed = self.sudo().netvisor_document_id.filtered(
            lambda document: (
                document.kind == "voucher" and document.state == "changed" and document.move_id.state == "posted"
            )
        )
        changed.write({"state": "todo", "priority": PRIORITY_BUTTON, "problems": False, "next_try": False})
        changed._wake(changed.company_id)
        changed.move_id._netvisor_forget()
        return super().action_netvisor_send()

    def action_netvisor_open_remote(self):
        """Netvisor's own page of the voucher."""
        self.ensure_one()
        self._netvisor_check_sender()
        return self.netvisor_document_id.action_open_in_netvisor()

    def write(self, vals):
        result = super().write(vals)
        if "netvisor_attachment_ids" in vals:
            self._netvisor_touched()
        return result

    # --- screens ------------------------------------------------------------------------------------------------------
    def _get_alerts(self):
        """The invalidation of a voucher needs an eye too, and a sent voucher whose entry is a draft."""
        alerts = super()._get_alerts()
        if not self.env.user.has_groups(READERS):
            return alerts
        documents = self.netvisor_document_ids
        if invalidation := documents.filtered(
            lambda document: document.kind == "voucher_invalidation" and document.state not in ("done", "cancelled")
        ):
            rows = invalidation[:1]._netvisor_alerts()
            alerts |= {f"{name}_invalidation": row for name, row in rows.items()}
        voucher = documents.filtered(lambda document: document.kind == "voucher" and document.state in SENT)
        if voucher and self.state == "draft":
            alerts |= voucher._netvisor_alerts()
        return alerts


class NetvisorDocument(models.Model):
    _inherit = "netvisor.document"

    def _netvisor_reason(self, reason):
        """What Netvisor shows; the same for many, so that they go in one message. In the language of the connected company."""
        env = self.with_context(lang=self.root_company_id.partner_id.lang or "en_US").env
        return env._(REASONS[reason]) % {"user": self.env.user.name}

    def _netvisor_is_left_out(self):
        return any(row.get("code") == "voucher_reversed" for row in (self.problems if self else None) or ())

    def _netvisor_count_again(self, vouchers):
        """Of each pair that was left out one is reset to draft: the other one counts now, and is sent where it is posted."""
        left_out = (self | vouchers).filtered(lambda document: document._netvisor_is_left_out())
        left_out.problems = False
        left_out.flush_recordset()
        posted = (left_out - vouchers).move_id.filtered(lambda move: move.state == "posted")
        self.env["netvisor.document"]._enqueue_moves(posted, "voucher")

    def _netvisor_check_open(self):
        """:raise UserError: where Netvisor's books are closed on a voucher's day: it can be neither edited nor invalidated"""
        for document in self.filtered(lambda row: row.root_company_id._netvisor_is_connected()):
            day, first = self.env["netvisor.kind.voucher"]._open_day_sent(document)
            if first != day:
                raise UserError(
                    self.env._(
                        "%(name)s is a voucher of %(date)s in Netvisor, where the period is locked; the first open date is "
                        "%(first)s.\nReverse the entry on that date or later, or open the period in Netvisor and have the "
                        "accounting periods read again.",
                        name=document.name,
                        date=format_date(self.env, day),
                        first=format_date(self.env, first),
                    )
                )

    def _netvisor_no_voucher(self, code, reason):
        """There is nothing in Netvisor any more that belongs to this entry, and that is right so."""
        for document in self:
            document.write(
                {
                    "state": "cancelled",
                    "operation": "invalidate" if document.netvisor_key else document.operation,
                    "problems": [{"code": code, "values": {"reason": reason}}],
                    "next_try": False,
                    "message": False,
                    "code": False,
                }
            )
        self._sync_activities()

    def _netvisor_withdraw(self, reversal):
        """Take the voucher of an entry back because of its reversal. :return: False where that cannot be: both are sent then"""
        self.ensure_one()
        if self.state in IN_FLIGHT:
            return False
        reason = self._netvisor_reason("reversed")
        if self.netvisor_key and self.state in SENT:
            day, first = self.env["netvisor.kind.voucher"]._open_day_sent(self)
            if first != day:
                return False
            self.env["netvisor.kind.voucher_invalidation"].sudo()._enqueue(self, reason, reversed_entry=True)
        elif self.state == "deleted":
            self._netvisor_no_voucher("voucher_reversed", reason)
        elif self.netvisor_key or not self._netvisor_stop(reason):
            return False
        documents = self.env["netvisor.document"].sudo()
        documents._enqueue_moves(reversal, "voucher")
        documents.search([("move_id", "=", reversal.id), ("kind", "=", "voucher")])._netvisor_no_voucher(
            "voucher_reversed", reason
        )
        return True

    def _netvisor_stop(self, reason):
        """What has not left yet stays here. :return: False when the engine was faster"""
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """UPDATE netvisor_document SET state = 'cancelled', next_try = NULL, message = NULL, code = NULL
                    WHERE id IN %s AND state IN ('todo', 'claimed', 'blocked') RETURNING id""",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset()
        if rows:
            self._netvisor_no_voucher("voucher_reversed", reason)
        return bool(rows)
