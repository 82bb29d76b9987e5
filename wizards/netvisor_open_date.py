from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class NetvisorOpenDate(models.TransientModel):
    """A posted entry whose period Netvisor has locked: reset, dated anew and posted again in one step."""

    _name = "netvisor.open.date"
    _description = "Netvisor: another date"

    move_id = fields.Many2one("account.move", string="Entry", required=True, readonly=True, ondelete="cascade")
    move_type = fields.Selection(related="move_id.move_type")
    is_sent = fields.Boolean(related="move_id.is_move_sent")
    old_date = fields.Date(related="move_id.date", string="Accounting date now")
    old_invoice_date = fields.Date(related="move_id.invoice_date", string="Invoice date now")
    date = fields.Date(
        string="New accounting date",
        compute="_compute_dates",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    invoice_date = fields.Date(
        string="New invoice date", compute="_compute_dates", store=True, precompute=True, readonly=False
    )
    has_invoice_date = fields.Boolean(compute="_compute_dates", store=True, precompute=True)

    @api.depends("move_id")
    def _compute_dates(self):
        """The first open dates; what is open stays."""
        for wizard in self:
            move = wizard.move_id
            dates = move and move._netvisor_locked_dates() or {}
            wizard.date = dates.get("date", move.date)
            wizard.invoice_date = dates.get("invoice_date", move.invoice_date)
            wizard.has_invoice_date = "invoice_date" in dates

    def action_apply(self):
        self.ensure_one()
        move = self.move_id
        move._netvisor_check_sender()
        document = move.sudo().netvisor_document_id
        if move.state != "posted" or document.netvisor_key:
            raise UserError(
                self.env._("%(name)s has been sent or reset meanwhile: look at it again.", name=move.display_name)
            )
        if move.line_ids.matched_debit_ids or move.line_ids.matched_credit_ids:
            raise UserError(
                self.env._(
                    "%(name)s is reconciled with payments or other entries: take that back first.",
                    name=move.display_name,
                )
            )
        names = ("date", "invoice_date") if self.has_invoice_date else ("date",)
        values = {name: self[name] for name in names if self[name]}
        move.button_draft()
        move._netvisor_redate(values)
        if locked := move._netvisor_locked_dates():
            first = format_date(self.env, max(locked.values()))
            raise UserError(
                self.env._("That date is locked in Netvisor too. The first open date is %(date)s.", date=first)
            )
        move.action_post()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
