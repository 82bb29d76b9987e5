import json

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..netvisor import address
from .netvisor_document import SENT
from .netvisor_kind import Problem


class NetvisorDocument(models.Model):
    """What screens and people do with vouchers and their invalidations."""

    _inherit = "netvisor.document"

    def action_open_in_netvisor(self):
        """Netvisor's own address of the voucher, and no other: it comes from outside."""
        self.ensure_one()
        self.check_access("read")
        if not self.uri:
            raise UserError(self.env._("The address in Netvisor is not known yet: use Check in Netvisor first."))
        local = self.root_company_id.sudo().netvisor_mode != "production"
        try:
            address.checked(f"{self.uri.partition('?')[0].rpartition('/')[0]}/", local)
        except address.BadAddress:
            raise UserError(self.env._("%(uri)s is no address of Netvisor.", uri=self.uri)) from None
        return {"type": "ir.actions.act_url", "url": self.uri, "target": "new"}

    # --- words --------------------------------------------------------------------------------------------------------
    def _state_alert(self):
        if self.kind != "voucher" or self.state not in ("changed", "deleted"):
            return super()._state_alert()
        return self._deleted_alert() if self.state == "deleted" else self._changed_alert()

    def _changed_alert(self):
        """What stands between entry and voucher, and what ends it."""
        state = self.move_id.state
        if state == "draft":
            text = self.env._(
                "This entry is a voucher in Netvisor, as it was posted before.\nPosted again, it changes the voucher; "
                "cancelled or deleted, it is invalidated."
            )
        elif state == "posted":
            text = self.env._("This entry was changed after it was sent: Netvisor still has what was sent.")
        else:
            text = self.env._("This entry no longer counts in Odoo: its voucher is to be invalidated in Netvisor.")
        row = {"level": "warning", "message": text}
        return row | self._send_link(self.env._("Send the changes")) if state == "posted" else row

    def _deleted_alert(self):
        text = self.env._(
            "Its voucher no longer counts in Netvisor: somebody has deleted or invalidated it there.\nIf that was a mistake, "
            "send the entry again as a new voucher; otherwise cancel or reverse it here too."
        )
        return {"level": "danger", "message": text} | self._send_link(self.env._("Send it again"))

    def _send_link(self, text):
        if not self.move_id or self.move_id.state != "posted" or not self._may_send():
            return {}
        return {"action_text": text, "action_call": ["account.move", "action_netvisor_send", self.move_id.ids]}

    def _window_entry(self, problem):
        return self._window(self.move_id)

    def _window_accounts(self, problem):
        if self.kind != "voucher":
            return super()._window_accounts(problem)
        return self._window(
            self.move_id.line_ids.account_id, self.env._("Accounts of %(name)s", name=self.display_name)
        )

    def _window_taxes(self, problem):
        if self.kind != "voucher":
            return super()._window_taxes(problem)
        taxes = self.move_id.line_ids.tax_ids | self.move_id.line_ids.tax_line_id
        return self._window(taxes, self.env._("Taxes of %(name)s", name=self.display_name))

    # --- buttons ------------------------------------------------------------------------------------------------------
    @api.depends("kind")
    def _compute_can(self):
        """What Netvisor has already can be left as it is: an edit, or an invalidation, is not sent then."""
        result = super()._compute_can()
        for document in self:
            if document.kind in ("voucher", "voucher_invalidation"):
                document.can_cancel = document.state in ("blocked", "todo")
        return result

    def _cancel_sending(self, reason):
        """The voucher stays as Netvisor has it, and its entry is shown as changed."""
        self._check_manager()
        kept = self.filtered(
            lambda document: document.kind in ("voucher", "voucher_invalidation") and document.netvisor_key
        )
        if self - kept:
            super(NetvisorDocument, self - kept)._cancel_sending(reason)
        if not kept:
            return
        kept.flush_recordset()
        problem = Problem("not_to_be_sent", {"user": self.env.user.name, "reason": reason}).as_json()
        rows = self.env.execute_query(
            SQL(
                """UPDATE netvisor_document
                      SET state = CASE WHEN kind = 'voucher' THEN 'changed' ELSE 'cancelled' END,
                          problems = %s::jsonb, next_try = NULL, message = NULL, code = NULL
                    WHERE id IN %s AND state IN ('todo', 'claimed', 'blocked') RETURNING id""",
                json.dumps([problem]),
                tuple(kept.ids),
            )
        )
        kept.invalidate_recordset()
        kept.filtered(lambda document: document.state in SENT).problems = [dict(problem, level="warning")]
        kept.move_id._netvisor_forget()
        if len(rows) < len(kept):
            raise UserError(self.env._("Some can no longer be stopped: they are on their way to Netvisor."))
        kept._sync_activities()


class NetvisorLedgerVoucher(models.Model):
    _inherit = "netvisor.ledger.voucher"

    @api.model
    def _link(self, company):
        """The ledger knows the numbers that Netvisor gave, and where each voucher is shown: no call is made for that."""
        result = super()._link(company)
        self.env["netvisor.document"].flush_model()
        self.env.cr.execute(
            """UPDATE netvisor_document document
                  SET netvisor_number = voucher.number::text, uri = COALESCE(voucher.uri, document.uri)
                 FROM netvisor_ledger_voucher voucher
                WHERE document.root_company_id = %(company)s AND voucher.company_id = %(company)s
                  AND document.kind = 'voucher' AND document.netvisor_key = voucher.netvisor_key AND voucher.number != 0
                  AND (document.netvisor_number IS DISTINCT FROM voucher.number::text
                       OR (voucher.uri IS NOT NULL AND document.uri IS DISTINCT FROM voucher.uri))""",
            {"company": company.id},
        )
        self.env["netvisor.document"].invalidate_model(["netvisor_number", "uri"])
        return result
