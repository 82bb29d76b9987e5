from odoo import api, fields, models
from odoo.exceptions import AccessError

from .customer_fields import FIELDS, WINNERS, default_winners


class NetvisorCustomerRule(models.Model):
    """Who wins, field by field, when a contact and its customer card in Netvisor differ."""

    _name = "netvisor.customer.rule"
    _description = "Netvisor: who wins for a field of customers"
    _order = "company_id, id"
    _rec_name = "field_name"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade", readonly=True)
    field_name = fields.Selection(
        lambda self: [(name, self.env._(field.label)) for name, field in FIELDS.items()],
        string="Field",
        required=True,
        readonly=True,
    )
    winner = fields.Selection(WINNERS, string="Who wins", required=True)

    _field_uniq = models.UniqueIndex("(company_id, field_name)")

    @api.model
    def _winners(self, company):
        """:return: dict field → winner; what nobody has set is as the table of fields says"""
        rules = self.sudo().search_fetch([("company_id", "=", company._netvisor_root().id)], ["field_name", "winner"])
        return {**default_winners(), **{rule.field_name: rule.winner for rule in rules if rule.field_name in FIELDS}}

    @api.model
    def action_open(self):
        """The table of the current company, a row for every field."""
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can decide who wins."))
        root = self.env.company._netvisor_root()
        winners = self._winners(root)
        known = self.sudo().search([("company_id", "=", root.id)]).mapped("field_name")
        self.sudo().create(
            [
                {"company_id": root.id, "field_name": name, "winner": winner}
                for name, winner in winners.items()
                if name not in known
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("account_netvisor.action_netvisor_customer_rule")
        return {**action, "domain": [("company_id", "=", root.id)]}
