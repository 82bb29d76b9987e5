from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import date_utils


class NetvisorReconcile(models.TransientModel):
    """Which days of the two ledgers are to be compared."""

    _name = "netvisor.reconcile"
    _description = "Netvisor: compare the ledgers"

    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    date_from = fields.Date(string="From", required=True, default=lambda self: self._last_month()[0])
    date_to = fields.Date(string="To", required=True, default=lambda self: self._last_month()[1])
    ledger = fields.Boolean(compute="_compute_ledger")
    read_at = fields.Datetime(string="Ledger read", compute="_compute_ledger")
    read_from = fields.Date(string="Ledger from", compute="_compute_ledger")
    progress = fields.Char(compute="_compute_ledger")

    def _last_month(self):
        today = fields.Date.context_today(self)
        return date_utils.get_month(date_utils.subtract(today, months=1))

    @api.depends("company_id")
    def _compute_ledger(self):
        for wizard in self:
            root = wizard.company_id._netvisor_root().sudo()
            wizard.ledger = root._netvisor_is_connected() and root.netvisor_ledger
            wizard.read_at = self.env["netvisor.reconciliation"]._read_at(root)
            wizard.read_from = self.env["netvisor.kind.ledger"].sudo()._span(root)[0]
            feeds = self.env["netvisor.feed"].sudo()
            feed = feeds.search([("company_id", "=", root.id), ("kind", "=", "ledger")], limit=1)
            wizard.progress = feed.progress

    def action_compare(self):
        self.ensure_one()
        reconciliations = self.env["netvisor.reconciliation"]
        reconciliations._check_sees()
        if self.company_id not in self.env.user.company_ids:
            raise AccessError(self.env._("%(company)s is not one of your companies.", company=self.company_id.name))
        if self.date_from > self.date_to:
            raise UserError(self.env._("The period ends before it begins."))
        return reconciliations._make(self.company_id, self.date_from, self.date_to).action_open()

    def action_read(self):
        """Have Netvisor's ledger read now."""
        self.ensure_one()
        self.env["netvisor.reconciliation"]._check_ledger(self.company_id._netvisor_root())
        return self.env["netvisor.ledger.voucher"].with_company(self.company_id).action_read_again()
