from odoo import api, fields, models


class NetvisorFeed(models.Model):
    """A recurring reading of one company: due item of its one job, so that nothing competes for the company's lock."""

    _name = "netvisor.feed"
    _description = "Netvisor reading"
    _order = "company_id, id"
    _rec_name = "kind"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade", readonly=True)
    kind = fields.Selection(
        [
            ("account", "Accounts"),
            ("accounting_period", "Accounting periods"),
            ("voucher_type", "Voucher types"),
            ("dimension", "Dimensions"),
            ("product", "Products"),
            ("customer", "Customers"),
            ("ledger", "Ledger"),
            ("deleted_voucher", "Deleted vouchers"),
            ("open_invoice", "Open sales invoices"),
        ],
        required=True,
        readonly=True,
    )
    next_due = fields.Datetime(readonly=True)
    last_done = fields.Datetime(string="Last read", readonly=True)
    bookmark = fields.Char(readonly=True)
    # What is left of a reading that is done in parts (keys still to be fetched): due again in the same run while there is any.
    pending = fields.Json(readonly=True)
    progress = fields.Char(readonly=True, help="How far a long reading has got.")
    message = fields.Char(string="Last problem", readonly=True)

    _kind_uniq = models.UniqueIndex("(company_id, kind)")

    def _request_now(self):
        """Due at once; the caller wakes the job."""
        self.sudo().write({"next_due": fields.Datetime.now()})

    @api.model
    def _read_now(self, company, kinds):
        """Have the company's job read these lists as soon as it can."""
        root = company._netvisor_root()
        feeds = self.sudo().search([("company_id", "=", root.id), ("kind", "in", kinds)])
        missing = set(kinds) - set(feeds.mapped("kind"))
        feeds += feeds.create([{"company_id": root.id, "kind": kind} for kind in sorted(missing)])
        feeds._request_now()
        root._netvisor_wake()

    @api.model
    def _said(self):
        """What a button that asks for a reading answers."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("Netvisor is read again within a minute. Refresh the list then."),
                "type": "info",
            },
        }
