from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models import einvoice_address
from ..models.einvoice_offer import SOURCES


class NetvisorEinvoiceReview(models.TransientModel):
    """E-invoice addresses that could be filled in, with where they come from. Only what is accepted is written."""

    _name = "netvisor.einvoice.review"
    _description = "Netvisor: proposed e-invoice addresses"

    line_ids = fields.One2many("netvisor.einvoice.review.line", "review_id", string="Proposals")
    contact_count = fields.Integer(readonly=True, string="Contacts looked at")
    accepted_count = fields.Integer(compute="_compute_accepted_count", string="Accepted")

    @api.depends("line_ids.accepted")
    def _compute_accepted_count(self):
        for review in self:
            review.accepted_count = len(review.line_ids.filtered("accepted"))

    @api.model
    def _open(self, partners):
        """:param partners: contacts that a person has selected"""
        customers = partners.browse().union(*partners._netvisor_customers().values())
        review = self.create(
            {
                "contact_count": len(customers),
                "line_ids": [Command.create(values) for values in customers._netvisor_einvoice_lines(self.env.company)],
            }
        )
        return review._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose e-invoice addresses"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_accept_all(self):
        self.line_ids.accepted = True
        return self._reopen()

    def action_accept_complete(self):
        """Those with an operator, and nothing to doubt."""
        self.line_ids.filtered(lambda line: line.operator_id and not line.hint).accepted = True
        return self._reopen()

    def action_apply(self):
        self.env["res.partner"]._netvisor_check_sender()
        lines = self.line_ids.filtered("accepted")
        if not lines:
            raise UserError(self.env._("Accept the proposals that are right, then apply them."))
        lines.partner_id.check_access("write")
        for line in lines:
            line.partner_id.write(
                {"netvisor_einvoice_address": line.address, "netvisor_operator_id": line.operator_id.id}
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s contacts have a new e-invoice address.", count=len(lines)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class NetvisorEinvoiceReviewLine(models.TransientModel):
    _name = "netvisor.einvoice.review.line"
    _description = "Netvisor: proposed e-invoice address"
    _order = "id"

    review_id = fields.Many2one("netvisor.einvoice.review", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Contact", required=True, readonly=True, ondelete="cascade")
    present = fields.Char(compute="_compute_present", string="Now")
    address = fields.Char(string="E-invoice address", required=True)
    operator_id = fields.Many2one("netvisor.operator")
    source = fields.Selection(SOURCES, string="From", readonly=True)
    unknown_operator = fields.Char(readonly=True)
    hint = fields.Char(compute="_compute_hint", string="Note")
    accepted = fields.Boolean(string="Accept")

    @api.depends("partner_id.netvisor_einvoice_address", "partner_id.netvisor_operator_id")
    def _compute_present(self):
        for line in self:
            partner = line.partner_id
            parts = (partner.netvisor_einvoice_address, partner.netvisor_operator_id.name)
            line.present = ", ".join(filter(None, parts)) or False

    @api.depends("address", "operator_id", "partner_id", "unknown_operator")
    @api.depends_context("lang")
    def _compute_hint(self):
        for line in self:
            if line.unknown_operator and not line.operator_id:
                line.hint = self.env._(
                    "Operator %(code)s is not in the list of operators. Add it, or choose another.",
                    code=line.unknown_operator,
                )
                continue
            own = line.partner_id._netvisor_own_ovt()
            found = einvoice_address.judge(einvoice_address.clean(line.address), line.operator_id, own)
            line.hint = found and self.env._(einvoice_address.DOUBTS[found[0]]) % found[1]
