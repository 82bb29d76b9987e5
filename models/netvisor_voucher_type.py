from odoo import api, fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# DefaultVoucherTypes of vouchertypelist.nv, in lower case as the wire gives them: what Netvisor uses a type for by itself.
USES = {
    "salesinvoices": _lt("sales invoices"),
    "salesinvoicepayments": _lt("payments of sales invoices"),
    "purchaseinvoices": _lt("purchase invoices"),
    "purchaseinvoicepayments": _lt("payments of purchase invoices"),
    "othersystemgeneratedvouchers": _lt("what the system generates"),
    "bankstatementviewvouchers": _lt("bank statements"),
    "accruals": _lt("accruals"),
}


class NetvisorVoucherType(models.Model):
    """Mirror of the classes of vouchers in Netvisor, read by the company's job: never edited here."""

    _name = "netvisor.voucher.type"
    _description = "Netvisor voucher type"
    _order = "company_id, abbreviation, name"
    _inherit = ["netvisor.mirror"]

    abbreviation = fields.Char(readonly=True)
    name = fields.Char(readonly=True, help="Its Finnish name, by which vouchers name it.")
    name_en = fields.Char(string="Name in English", readonly=True)
    name_sv = fields.Char(string="Name in Swedish", readonly=True)
    # Keys of ``USES``, separated by spaces.
    uses = fields.Char(readonly=True)
    use_text = fields.Char(string="Default for", compute="_compute_use_text")

    _key_uniq = models.UniqueIndex("(company_id, netvisor_key)")

    @api.depends("abbreviation", "name")
    def _compute_display_name(self):
        for kind in self:
            kind.display_name = " ".join(filter(None, (kind.abbreviation, kind.name)))

    @api.depends("uses")
    @api.depends_context("lang")
    def _compute_use_text(self):
        for kind in self:
            uses = (kind.uses or "").split()
            kind.use_text = ", ".join(self.env._(USES[use]) if use in USES else use for use in uses)
