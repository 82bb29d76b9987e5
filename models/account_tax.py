from decimal import Decimal

from odoo import api, fields, models
from odoo.tools.misc import format_date

from ..netvisor import vat
from .netvisor_words import number_text

# The codes are the wire's; the words are Netvisor's meaning of each, for the bookkeeper.
VAT_CODES = [
    ("NONE", "NONE: no VAT"),
    ("KOMY", "KOMY: domestic sales"),
    ("KOMY0", "KOMY0: domestic sales 0 %"),
    ("EUMY", "EUMY: EU sales of goods"),
    ("EUPM312", "EUPM312: EU sales of services (box 312)"),
    ("EUPM309", "EUPM309: EU sales of services (box 309)"),
    ("EUUM", "EUUM: sales outside the EU"),
    ("MUUL", "MUUL: other turnover without VAT"),
    ("RAMY", "RAMY: construction services sold, reverse charge"),
    ("KOOS", "KOOS: domestic purchases"),
    ("EUOS", "EUOS: EU purchases of goods"),
    ("EUPO", "EUPO: EU purchases of services"),
    ("EUUO", "EUUO: purchases outside the EU"),
    ("RAOS", "RAOS: construction services bought"),
    ("MAAL", "MAAL: import from outside the EU"),
    ("KAVE", "KAVE: reverse charge"),
    ("100", "100: deductible tax only"),
    ("EVTO", "EVTO: EU purchases of goods, not deductible"),
    ("EVPO", "EVPO: EU purchases of services, not deductible"),
    ("EVKV", "EVKV: reverse charge, not deductible"),
    ("EVRO", "EVRO: construction services bought, not deductible"),
    ("EVMA", "EVMA: import, not deductible"),
]


def percent_text(env, percent):
    """25.5 → "25.5", 24.0 → "24"; with the reader's decimal sign."""
    return number_text(env, f"{percent.normalize():f}")


class AccountTax(models.Model):
    _inherit = "account.tax"

    netvisor_vat_code = fields.Selection(
        VAT_CODES,
        string="Netvisor VAT code",
        copy=True,
        tracking=True,
        help="How Netvisor treats lines with this tax. The percentage is taken from the tax itself.",
    )
    netvisor_vat_warning = fields.Char(compute="_compute_netvisor_vat_warning")

    # --- does it fit? -----------------------------------------------------------------------------------------------
    @api.depends("netvisor_vat_code", "amount", "amount_type", "type_tax_use", "active")
    @api.depends_context("lang")
    def _compute_netvisor_vat_warning(self):
        today = fields.Date.context_today(self)
        for tax in self:
            tax.netvisor_vat_warning = tax.netvisor_vat_code and (
                tax._netvisor_misfit(today) or tax._netvisor_change_ahead(today)
            )

    def _netvisor_misfit(self, on_date):
        """:return: why code, percentage and direction do not go together on that date, or False"""
        self.ensure_one()
        code = self.netvisor_vat_code
        if code not in vat.VAT_CODES:
            return False
        direction = vat.VAT_CODES[code].direction
        if self.type_tax_use in ("sale", "purchase") and direction not in (vat.BOTH, self.type_tax_use):
            if direction == vat.SALE:
                return self.env._("%(code)s is for sales, this tax is for purchases.", code=code)
            return self.env._("%(code)s is for purchases, this tax is for sales.", code=code)
        if self.amount_type != "percent":
            return self.env._("Netvisor knows percentages only: this tax cannot be sent.")
        misfit = vat.fits(code, self._netvisor_percent(), on_date)
        if not misfit:
            return False
        percent = percent_text(self.env, self._netvisor_percent())
        rates = " / ".join(percent_text(self.env, rate) for rate in misfit.data.get("rates", ()) if rate)
        if misfit == "zero_only":
            return self.env._("%(code)s goes with 0 %% only, this tax has %(percent)s %%.", code=code, percent=percent)
        if misfit == "not_yet":
            since = format_date(self.env, misfit.data["since"])
            return self.env._(
                "%(percent)s %% begins on %(since)s. Until then: %(rates)s %%.",
                percent=percent,
                since=since,
                rates=rates,
            )
        if misfit == "expired":
            until = format_date(self.env, misfit.data["until"])
            return self.env._(
                "%(percent)s %% ended on %(until)s. Since then: %(rates)s %%.",
                percent=percent,
                until=until,
                rates=rates,
            )
        return self.env._(
            "%(percent)s %% is no Finnish VAT rate. Netvisor expects %(rates)s %%.", percent=percent, rates=rates
        )

    def _netvisor_change_ahead(self, today):
        """The rate that this tax has ends soon: later invoices need another tax."""
        percent = self._netvisor_percent()
        change = vat.near_change(percent, today)
        if not self.active or not change or change <= today or not vat.fits(self.netvisor_vat_code, percent, change):
            return False
        return self.env._(
            "%(percent)s %% ends before %(date)s. What is delivered from that day on needs another tax.",
            percent=percent_text(self.env, percent),
            date=format_date(self.env, change),
        )

    def _netvisor_percent(self):
        """The tax's own percentage as an exact decimal."""
        return Decimal(str(round(self.amount, 4)))


class AccountFiscalPosition(models.Model):
    _inherit = "account.fiscal.position"

    def _netvisor_area(self):
        """Seen from Finland: home, eu, outside (Åland counts as outside for VAT), or False when it does not say."""
        self.ensure_one()
        country = self.country_id
        if country.code == "FI":
            return "home"
        europe = self.env.ref("base.europe", raise_if_not_found=False)
        europe_vat = self.env.ref("account.europe_vat", raise_if_not_found=False)
        unions = (europe or self.env["res.country.group"]) | (europe_vat or self.env["res.country.group"])
        if country:
            return "eu" if country in unions.country_ids else "outside"
        if self.country_group_id:
            if self.country_group_id not in unions:
                return "outside"
            # "EU without VAT number" is sold to as at home: the rate of the seller's country applies.
            return "eu" if self.vat_required else "home"
        return "outside" if self.auto_apply else False
