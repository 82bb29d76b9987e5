from odoo import api, fields, models


class NetvisorAccountingPeriod(models.Model):
    """Mirror of the accounting periods in Netvisor. The lock dates are on the company."""

    _name = "netvisor.accounting.period"
    _description = "Netvisor accounting period"
    _order = "company_id, date_from desc"
    _inherit = ["netvisor.mirror"]

    name = fields.Char(readonly=True)
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)
    locked = fields.Selection(
        [("all", "Locked"), ("part", "Partly locked"), ("none", "Open")], compute="_compute_locked"
    )

    _key_uniq = models.UniqueIndex("(company_id, netvisor_key)")

    @api.model
    def netvisor_banner(self):
        """What stands above the list: the three lock dates. :return: dict for ``actionable_errors``"""
        self.check_access("read")
        return self.env.companies._netvisor_lock_alerts()

    @api.depends("date_from", "date_to", "company_id.netvisor_lock_accounting")
    def _compute_locked(self):
        for period in self:
            lock = period.company_id.netvisor_lock_accounting
            if not lock or not period.date_from or lock < period.date_from:
                period.locked = "none"
            else:
                period.locked = "all" if period.date_to and lock >= period.date_to else "part"
