from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.netvisor_document import IN_FLIGHT, STATES


class NetvisorReset(models.TransientModel):
    """An invoice that is in Netvisor cannot simply be taken back: what then? Opened by *Request Cancel*."""

    _name = "netvisor.reset"
    _description = "Netvisor: invoice is already there"

    move_id = fields.Many2one("account.move", string="Invoice", required=True, readonly=True, ondelete="cascade")
    move_type = fields.Selection(related="move_id.move_type")
    state = fields.Selection(STATES, compute="_compute_document", string="Netvisor")
    netvisor_number = fields.Char(compute="_compute_document", string="Netvisor number")
    netvisor_key = fields.Integer(compute="_compute_document", string="Netvisor key")
    remote_status = fields.Char(compute="_compute_document", string="Status in Netvisor")
    checked = fields.Boolean()
    is_manager = fields.Boolean(compute="_compute_is_manager")

    @api.depends("move_id")
    def _compute_document(self):
        for wizard in self:
            wizard.move_id.check_access("read")
            document = wizard.move_id.netvisor_document_id
            wizard.state = document.state
            wizard.netvisor_number = document.netvisor_number
            wizard.netvisor_key = document.netvisor_key
            wizard.remote_status = document.remote_status_label

    @api.depends_context("uid")
    def _compute_is_manager(self):
        self.is_manager = self.env.user.has_group("account.group_account_manager")

    def action_credit_note(self):
        """Odoo's own reversal: the books stay complete on both sides."""
        self.ensure_one()
        action = self.move_id.action_reverse()
        return {**action, "context": {"active_model": "account.move", "active_ids": self.move_id.ids}}

    def action_check(self):
        """Was it deleted there in the meantime? Then nothing stands in the way."""
        self.ensure_one()
        self.move_id.action_netvisor_check()
        self.checked = True
        self.invalidate_recordset(["state", "remote_status"])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("This invoice is in Netvisor"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_reset(self):
        """Free when it is gone in Netvisor; otherwise only for accounting administrators, and shown as changed."""
        self.ensure_one()
        document = self.move_id.netvisor_document_id
        if document.state in IN_FLIGHT:
            raise UserError(self.move_id._netvisor_in_flight_text())
        move = self.move_id
        if document.state != "deleted":
            if not self.is_manager:
                raise AccessError(
                    self.env._("Only accounting administrators can reset an invoice to draft that is in Netvisor.")
                )
            move = move.with_context(netvisor_reset=True)
        move.button_draft()
        return {"type": "ir.actions.act_window_close"}
