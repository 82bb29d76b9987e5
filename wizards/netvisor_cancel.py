from odoo import fields, models


class NetvisorCancel(models.TransientModel):
    """Why something is never sent: the reason is kept where the next person looks."""

    _name = "netvisor.cancel"
    _description = "Netvisor: do not send"

    document_ids = fields.Many2many("netvisor.document", string="Documents", required=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.ensure_one()
        self.document_ids._cancel_sending(self.reason)  # checks the group
        return {"type": "ir.actions.act_window_close"}
