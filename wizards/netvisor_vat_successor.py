from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.account_tax_successor import DONE

MADE = tuple(DONE.values())


class NetvisorVatSuccessor(models.TransientModel):
    """What became of the taxes of a rate that has ended: what was made, what was there, what is left to a person."""

    _name = "netvisor.vat.successor"
    _description = "Netvisor: taxes of a new rate"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    change = fields.Selection(selection="_selection_change", required=True, readonly=True)
    line_ids = fields.One2many("netvisor.vat.successor.line", "wizard_id", readonly=True)
    made_count = fields.Integer(compute="_compute_counts")
    hand_count = fields.Integer(compute="_compute_counts")
    incomplete = fields.Boolean(compute="_compute_counts")
    is_ahead = fields.Boolean(compute="_compute_counts")

    @api.model
    def _selection_change(self):
        return self.env["netvisor.vat.border"]._selection_change()

    @api.depends("line_ids.outcome", "line_ids.incomplete", "change")
    def _compute_counts(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            wizard.made_count = len(wizard.line_ids.filtered(lambda line: line.outcome in MADE))
            wizard.hand_count = len(wizard.line_ids.filtered(lambda line: line.outcome == "by_hand"))
            wizard.incomplete = any(wizard.line_ids.mapped("incomplete"))
            wizard.is_ahead = fields.Date.to_date(wizard.change) > today

    @api.model
    def _run(self, company, change, taxes=None):
        """Make the taxes, and show what became of each."""
        plans = self.env["account.tax"]._netvisor_create_successors(company, change, taxes)
        wizard = self.create(
            {
                "company_id": company.id,
                "change": change.day.isoformat(),
                "line_ids": [
                    fields.Command.create({"tax_id": plan.tax.id, "twin_id": plan.twin.id, "outcome": plan.outcome})
                    for plan in plans
                ],
            }
        )
        return wizard._window()

    def _window(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Taxes of the new VAT rate"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # --- what may follow ----------------------------------------------------------------------------------------------
    def _check(self):
        self.ensure_one()
        self.env["account.tax"]._netvisor_check_maker()
        return self.env["account.tax"]._netvisor_change(self.change)

    def action_complete(self):
        """Let the fiscal positions treat the taxes that were there already like those of the old rate."""
        change = self._check()
        self.line_ids.tax_id._netvisor_complete_alternatives(change)
        self.env.invalidate_all()
        return self._window()

    def action_products(self):
        """What still uses the old rate by default: first to be looked at, then replaced."""
        change = self._check()
        return self.env["netvisor.vat.product"]._open(self.company_id, change)

    def action_taxes(self):
        self._check()
        taxes = self.line_ids.twin_id
        if not taxes:
            raise UserError(self.env._("There is no tax of the new rate."))
        return {**taxes._get_records_action(name=self.env._("Taxes of the new VAT rate")), "target": "current"}


class NetvisorVatSuccessorLine(models.TransientModel):
    _name = "netvisor.vat.successor.line"
    _description = "Netvisor: a tax of a rate that has ended"
    _order = "id"

    wizard_id = fields.Many2one("netvisor.vat.successor", required=True, ondelete="cascade")
    tax_id = fields.Many2one("account.tax", string="Old rate", required=True, ondelete="cascade")
    twin_id = fields.Many2one("account.tax", string="New rate", ondelete="cascade")
    type_tax_use = fields.Selection(related="tax_id.type_tax_use")
    outcome = fields.Selection(
        [
            ("created", "Created"),
            ("restored", "Brought back into use"),
            ("exists", "There already"),
            ("by_hand", "To be made by hand"),
            ("foreign", "Left as it is"),
        ],
        required=True,
    )
    incomplete = fields.Boolean(compute="_compute_note")
    note = fields.Char(compute="_compute_note")

    @api.depends("outcome", "tax_id", "twin_id")
    @api.depends_context("lang")
    def _compute_note(self):
        for wizard in self.wizard_id:
            change = self.env["account.tax"]._netvisor_change(wizard.change)
            missing = wizard.line_ids.tax_id._netvisor_missing_alternatives(change)
            for line in wizard.line_ids:
                line.incomplete = line.twin_id in missing
                line.note = line._note(missing.get(line.twin_id, ()))

    def _note(self, missing):
        if missing:
            names = {other.name for pair in missing for other in pair if other != self.twin_id}
            return self.env._(
                "Fiscal positions do not treat it like the old one yet: %(taxes)s", taxes=", ".join(sorted(names))
            )
        notes = {
            "by_hand": self.env._("A group of taxes: make a new group with the taxes of the new rate."),
            "foreign": self.env._("VAT of another country: this change does not concern it."),
        }
        return notes.get(self.outcome, "")
