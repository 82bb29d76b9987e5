from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..models.netvisor_vat_words import basis_text
from ..models.sales_invoice_vat import percent_text

NOT_YET_SENT = (False, "todo", "blocked", "cancelled", "deleted")


class NetvisorVatMend(models.TransientModel):
    """A rate that is not that of its day: either the day is wrong, or the tax is. A person says which."""

    _name = "netvisor.vat.mend"
    _description = "Netvisor: mend the VAT rate"

    move_ids = fields.Many2many("account.move", readonly=True)
    line_ids = fields.One2many("netvisor.vat.mend.line", "wizard_id")
    delivery_date = fields.Date()
    posted_count = fields.Integer(compute="_compute_counts")
    missing_count = fields.Integer(compute="_compute_counts")

    @api.depends("move_ids.state", "line_ids.new_tax_id")
    def _compute_counts(self):
        for wizard in self:
            wizard.posted_count = len(wizard.move_ids.filtered(lambda move: move.state == "posted"))
            wizard.missing_count = len(wizard.line_ids.filtered(lambda line: not line.new_tax_id))

    @api.model
    def _check_sender(self):
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only Invoicing users can change invoices."))

    # --- what is wrong --------------------------------------------------------------------------------------------------
    @api.model
    def _open(self, moves):
        self._check_sender()
        moves.check_access("write")
        moves = moves.filtered(
            lambda move: (
                move.move_type in ("out_invoice", "out_refund")
                and move.state in ("draft", "posted")
                and move.sudo().netvisor_state in NOT_YET_SENT
            )
        )
        if not moves:
            raise UserError(
                self.env._(
                    "These invoices are in Netvisor or on their way there. Credit them, and make new ones at the right rate."
                )
            )
        lines = self._wrong_lines(moves)
        wizard = self.create(
            {
                "move_ids": [Command.set(moves.ids)],
                "line_ids": [Command.create(values) for values in lines],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("VAT rate and date of supply"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _wrong_lines(self, moves):
        """Lines with a tax that is not the law on their day, each with the tax that is."""
        wanted = {}
        for (line, tax), (case, _problem) in self.env["netvisor.kind.sales_invoice"]._vat_cases(moves).items():
            wanted.setdefault(case.expected, []).append((line, tax, case))
        rows = []
        for percent, members in wanted.items():
            taxes = self.env["account.tax"].union(*(tax for _line, tax, _case in members))
            twins = taxes._netvisor_twins(percent)
            rows += [
                {
                    "move_line_id": line.id,
                    "old_tax_id": tax.id,
                    "new_tax_id": twins[tax].filtered("active").id,
                    "percent": percent_text(percent),
                    "on_date": case.on_date,
                    "basis": case.looked_at[1],
                    "document": case.supply.original,
                }
                for line, tax, case in members
            ]
        return sorted(rows, key=lambda row: row["move_line_id"])

    # --- the two ways ---------------------------------------------------------------------------------------------------
    def action_set_date(self):
        """The rate was right, the day was not known."""
        self._check_sender()
        self.ensure_one()
        if not self.delivery_date:
            raise UserError(self.env._("Enter the delivery date first."))
        moves = self.move_ids
        moves.check_access("write")
        self._check_not_sent(moves)
        moves.delivery_date = self.delivery_date
        return self._try_again(moves)

    def action_replace(self):
        """The day was right, the rate was not. A posted invoice goes back to draft first: its total changes."""
        self._check_sender()
        self.ensure_one()
        lines = self.line_ids.filtered("new_tax_id")
        if not lines:
            raise UserError(self.env._("There is no tax to put in its place. Create the taxes of the new rate first."))
        moves = lines.move_id
        moves.check_access("write")
        self._check_not_sent(moves)
        moves.filtered(lambda move: move.state == "posted").button_draft()
        for line in lines:
            line.move_line_id.tax_ids = [Command.unlink(line.old_tax_id.id), Command.link(line.new_tax_id.id)]
        return {**moves._get_records_action(name=self.env._("Look, then post")), "target": "current"}

    @api.model
    def _check_not_sent(self, moves):
        sent = moves.filtered(lambda move: move.sudo().netvisor_state not in NOT_YET_SENT)
        if sent:
            raise UserError(
                self.env._(
                    "%(names)s: in Netvisor or on the way there by now. Credit them, and make new ones at the right rate.",
                    names=", ".join(sent.mapped("display_name")),
                )
            )

    @api.model
    def _try_again(self, moves):
        blocked = moves.sudo().netvisor_document_ids.filtered(
            lambda document: document.kind == "sales_invoice" and document.state == "blocked"
        )
        blocked._retry()
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class NetvisorVatMendLine(models.TransientModel):
    _name = "netvisor.vat.mend.line"
    _description = "Netvisor: a line with the rate of another day"

    wizard_id = fields.Many2one("netvisor.vat.mend", required=True, ondelete="cascade")
    move_line_id = fields.Many2one("account.move.line", required=True, readonly=True, ondelete="cascade")
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    company_id = fields.Many2one(related="move_line_id.company_id")
    name = fields.Char(related="move_line_id.name", string="Line")
    price_subtotal = fields.Monetary(related="move_line_id.price_subtotal")
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    on_date = fields.Date(string="Date of supply", readonly=True)
    basis = fields.Char(readonly=True)
    document = fields.Char(readonly=True)
    basis_text = fields.Char(compute="_compute_basis_text", string="Which date that is")
    percent = fields.Char(readonly=True)
    old_tax_id = fields.Many2one("account.tax", string="Tax", readonly=True, ondelete="cascade")
    new_tax_id = fields.Many2one(
        "account.tax",
        string="Replace by",
        ondelete="cascade",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', 'parent_of', company_id)]",
    )

    @api.depends("basis", "document")
    @api.depends_context("lang")
    def _compute_basis_text(self):
        for line in self:
            line.basis_text = basis_text(self.env, line.basis, line.document or "")
