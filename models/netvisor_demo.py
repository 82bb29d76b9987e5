"""A Finnish company to try things on: customers, products, taxes, plans and invoices of every kind the module handles.

Charts of accounts do not exist while XML is loaded, so the demo data is made by a function (``demo/netvisor_demo.xml``).
The company talks to the sandbox only: mode ``sandbox`` refuses every address that is not on this machine.
"""

import logging

from odoo import Command, api, fields, models
from odoo.tools import date_utils

from ..sandbox import defaults

_logger = logging.getLogger(__name__)

COMPANY = {
    "name": "Tammerkosken Puu ja Palvelu Oy",
    "street": "Koskenkatu 4",
    "zip": "33100",
    "city": "Tampere",
    "email": "talous@tammerkoski.example",
}
CUSTOMERS = {
    "rakennus": {
        "name": "Pihlajan Rakennus Oy", "is_company": True, "company_registry": "2345678-0", "ref": "10045",
        "street": "Sahakatu 3", "zip": "33210", "city": "Tampere", "country": "fi", "email": "laskut@pihlaja.example",
        "netvisor_einvoice_address": "003723456780", "operator": "003721291126",
    },
    "kunta": {
        "name": "Koivulahden kunta", "is_company": True, "company_registry": "1618033-3", "ref": "10046",
        "street": "Kunnantie 1", "zip": "25900", "city": "Koivulahti", "country": "fi", "email": "ostolaskut@koivulahti.example",
    },
    "kuluttaja": {
        "name": "Aino Virtanen", "is_company": False, "ref": "10047",
        "street": "Mäntytie 12 B 3", "zip": "00500", "city": "Helsinki", "country": "fi", "email": "aino@virtanen.example",
    },
    "ruotsi": {
        "name": "Björkö Trä AB", "is_company": True, "vat": "SE556036079301", "ref": "10048",
        "street": "Björkvägen 8", "zip": "11120", "city": "Stockholm", "country": "se", "email": "faktura@bjorko.example",
    },
    "vienti": {
        "name": "Fjord Timber AS", "is_company": True, "ref": "10049",
        "street": "Havnegata 2", "zip": "0150", "city": "Oslo", "country": "no", "email": "invoice@fjord.example",
    },
}  # fmt: skip
PRODUCTS = {
    "asennus": ("Asennustyö", "service", 72.0, "25.5"),
    "lankku": ("Lankku 48×148, höylätty", "consu", 4.365, "25.5"),
    "kirja": ("Puusepän käsikirja", "consu", 39.0, "13.5"),
    "lehti": ("Puulehti, vuositilaus", "service", 86.0, "10"),
    "koulutus": ("Koulutus, arvonlisäveroton", "service", 450.0, "0"),
    # The rate of 2025, for what was delivered then.
    "vuosikirja": ("Vuosikirja 2025", "consu", 25.0, "14"),
}
# Every invoice: customer, days ago, lines (product, quantity, price, tax, more), more invoice values.
INVOICES = {
    "perus": ("rakennus", 20, [("asennus", 6, 72.0, "25.5", {}), ("lankku", 120, 4.35, "25.5", {"discount": 10})], {"ref": "PO-778"}),
    "kannat": ("kunta", 18, [("lankku", 40, 4.35, "25.5", {}), ("kirja", 3, 39.0, "13.5", {}), ("lehti", 1, 86.0, "10", {})], {}),
    "verollinen": ("kuluttaja", 16, [("asennus", 3, 21.53, "25.5 incl", {}), ("kirja", 1, 45.0, "13.5", {})], {}),
    "desimaalit": ("rakennus", 15, [("lankku", 12.12, 12.123, "25.5", {}), ("lankku", 0.333, 7.005, "25.5", {})], {}),
    "eu_tavara": ("ruotsi", 14, [("lankku", 200, 4.1, "eu goods", {})], {}),
    "eu_palvelu": ("ruotsi", 14, [("asennus", 8, 72.0, "eu services", {})], {}),
    "vienti": ("vienti", 12, [("lankku", 500, 3.95, "export", {})], {}),
    "rakentaminen": ("rakennus", 11, [("asennus", 40, 55.0, "construction", {"name": "Runkotyö, rakennuspalvelu"})], {}),
    "nolla": ("kunta", 10, [("koulutus", 2, 450.0, "0", {})], {}),
    "kohteet": ("rakennus", 8, [("asennus", 7, 72.0, "25.5", {"split": {"myynti": 60, "tuotanto": 40}, "project": 100})], {}),
    "huomiot": ("kunta", 6, [("section", "Toukokuun työt"), ("asennus", 5, 72.0, "25.5", {}), ("note", "Kohde: kirjasto"),
                             ("asennus", -1, 72.0, "25.5", {"name": "Hyvitys: odotusaika"})], {}),
    "kruunut": ("ruotsi", 5, [("lankku", 100, 48.9, "eu goods", {})], {"currency": "SEK"}),
    # The deliberate mistake: Netvisor does not have this account.
    "virhe": ("kunta", 3, [("asennus", 1, 72.0, "25.5", {"account": "unknown"})], {}),
}  # fmt: skip
CREDIT_NOTES = {"perus_hyvitys": ("perus", 2, 1.0), "kannat_hyvitys": ("kannat", 1, 0.5)}


# Where Netvisor, and so the sandbox, books receivables and VAT of sales invoices.
RECEIVABLES, SALES_VAT = "1701", "2939"


class NetvisorDemo(models.AbstractModel):
    _name = "netvisor.demo"
    _description = "Netvisor: demo data"

    @api.model
    def _install(self, base_url=None):
        """Make what is missing, leave what is there. :return: res.company, or nothing without the Finnish chart"""
        if "fi" not in self.env["account.chart.template"]._get_chart_template_mapping():
            _logger.info("Netvisor: no demo company, for the Finnish chart of accounts (l10n_fi) is not installed")
            return self.env["res.company"]
        demo = self.with_context(tracking_disable=True, mail_create_nolog=True)
        company = demo._company(base_url)
        demo = demo.with_company(company).with_context(allowed_company_ids=company.ids)
        demo._journal()
        taxes, analytic = demo._taxes(), demo._analytic()
        demo._accounts()
        for name in PRODUCTS:
            demo._product(name)
        for name, (partner, days, lines, values) in INVOICES.items():
            demo._invoice(name, partner, days, lines, values, taxes, analytic)
        for name, (original, days, share) in CREDIT_NOTES.items():
            demo._credit_note(name, original, days, share)
        return company

    # --- helpers -------------------------------------------------------------------------------------------------------
    @api.model
    def _known(self, name):
        return self.env.ref(f"account_netvisor.demo_{name}", raise_if_not_found=False)

    @api.model
    def _keep(self, name, record):
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"account_netvisor.demo_{name}", "record": record, "noupdate": True}]
        )
        return record

    @api.model
    def _chart(self, name):
        return self.env["account.chart.template"].with_company(self.env.company).ref(name, raise_if_not_found=False)

    @api.model
    def _day(self, days):
        """Invoices of the last weeks, but never of another year: the sandbox, like Netvisor, has accounting periods."""
        today = fields.Date.context_today(self)
        return max(date_utils.subtract(today, days=days), today.replace(month=1, day=1))

    # --- masters -------------------------------------------------------------------------------------------------------
    @api.model
    def _accounts(self):
        """As a bookkeeper maps them: the vouchers of invoices are on Netvisor's default accounts, so both ledgers agree."""
        partners = self.env["res.partner"]
        receivable = partners._fields["property_account_receivable_id"].get_company_dependent_fallback(partners)
        sale = self.env["account.tax"].search([("company_id", "=", self.env.company.id), ("type_tax_use", "=", "sale")])
        for accounts, number in ((receivable, RECEIVABLES), (sale.repartition_line_ids.account_id, SALES_VAT)):
            accounts.filtered(lambda account: not account.netvisor_account_number).netvisor_account_number = number

    @api.model
    def _company(self, base_url):
        company = self._known("company") or self._empty_finnish_company()
        if not company:
            company = self._keep(
                "company",
                self.env["res.company"].create(
                    {
                        "name": COMPANY["name"],
                        "country_id": self.env.ref("base.fi").id,
                        "currency_id": self.env.ref("base.EUR").id,
                    }
                ),
            )
            self.env.ref("base.EUR").active = True
            self.env["account.chart.template"].try_loading("fi", company=company, install_demo=False)
            company.write({**COMPANY, "company_registry": next(iter(defaults.ORGANISATIONS))})
        for user in self.env.ref("base.user_admin") | self.env.ref("base.user_root"):
            if company not in user.company_ids or user.company_id != company:
                user.write({"company_ids": [Command.link(company.id)], "company_id": company.id})
        values = {
            "netvisor_mode": "sandbox",
            "netvisor_delivery": "odoo",
            "netvisor_pdf": "attach",
            "netvisor_language": "FI",
        }
        if base_url and company.netvisor_base_url != base_url:
            values["netvisor_base_url"] = base_url
        if company.netvisor_mode == "disabled" or base_url:
            company.write(values)
        return company

    @api.model
    def _empty_finnish_company(self):
        """A database whose only company is Finnish and has no books yet gives us that one."""
        company = self.env.ref("base.main_company", raise_if_not_found=False)
        if not company or company.chart_template != "fi" or company.netvisor_mode != "disabled":
            return self.env["res.company"]
        if self.env["account.move"].sudo().search_count([("company_id", "=", company.id)], limit=1):
            return self.env["res.company"]
        company.write({**COMPANY, "company_registry": next(iter(defaults.ORGANISATIONS))})
        return self._keep("company", company)

    @api.model
    def _journal(self):
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.env.company.id)], limit=1
        )
        if journal.netvisor_export != "sales_invoice":
            journal.write(
                {
                    "invoice_reference_model": "fi",
                    "netvisor_export": "sales_invoice",
                    "netvisor_refund_prefix": "1",
                }
            )
        return journal

    @api.model
    def _partner(self, name):
        partner = self._known(f"partner_{name}")
        if not partner:
            values = dict(CUSTOMERS[name])
            operator = self.env["netvisor.operator"].search([("code", "=", values.pop("operator", ""))], limit=1)
            values.update(
                country_id=self.env.ref(f"base.{values.pop('country')}").id,
                netvisor_operator_id=operator.id,
            )
            partner = self._keep(f"partner_{name}", self.env["res.partner"].create(values))
        return partner

    @api.model
    def _product(self, name):
        product = self._known(f"product_{name}")
        if not product:
            label, kind, price, tax = PRODUCTS[name]
            taxes = [Command.set(self._taxes()[tax].ids)]
            values = {"name": label, "type": kind, "list_price": price, "default_code": name, "taxes_id": taxes}
            product = self._keep(f"product_{name}", self.env["product.product"].create(values))
        return product

    @api.model
    def _taxes(self):
        """By what they are, in this chart: Odoo has no 13.5 % tax yet, a company makes its own."""
        goods = self._chart("tax_dom_sales_goods_25_5")
        reduced = self._known("tax_13_5")
        if not reduced:
            group = self._chart("tax_group_14").copy({"name": "ALV 13,5 %"})
            reduced = self._chart("tax_dom_sales_goods_14").copy(
                {
                    "name": "13,5 % T",
                    "amount": 13.5,
                    "active": True,
                    "tax_group_id": group.id,
                    "invoice_label": "13,5 %",
                }
            )
            self._keep("tax_13_5", reduced)
        included = self._known("tax_included")
        if not included:
            included = self._keep(
                "tax_included",
                goods.copy({"name": "25,5 % sis.", "price_include_override": "tax_included"}),
            )
        taxes = {
            "25.5": goods,
            "25.5 incl": included,
            "14": self._chart("tax_dom_sales_goods_14"),
            "13.5": reduced,
            "10": self._chart("tax_dom_sales_goods_10"),
            "0": self._chart("tax_dom_sales_goods_0"),
            "eu goods": self._chart("tax_eu_sales_goods_0"),
            "eu services": self._chart("tax_eu_sales_service_0"),
            "export": self._chart("vat0export"),
            "construction": self._chart("tax_construct_sales_0"),
        }
        for tax in taxes.values():
            if not tax.active:
                tax.active = True
        return taxes

    @api.model
    def _analytic(self):
        names = {
            "myynti": ("osasto", "Myynti"),
            "tuotanto": ("osasto", "Tuotanto"),
            "kirjasto": ("projekti", "Kirjasto 2026"),
        }
        plans = {"osasto": "Kustannuspaikka", "projekti": "Projekti"}
        for name, label in plans.items():
            if not self._known(f"plan_{name}"):
                self._keep(f"plan_{name}", self.env["account.analytic.plan"].create({"name": label}))
        accounts = {}
        for name, (plan, label) in names.items():
            account = self._known(f"analytic_{name}")
            if not account:
                values = {
                    "name": label,
                    "plan_id": self._known(f"plan_{plan}").id,
                    "company_id": self.env.company.id,
                }
                account = self._keep(f"analytic_{name}", self.env["account.analytic.account"].create(values))
            accounts[name] = account
        return accounts

    @api.model
    def _unknown_account(self):
        account = self._known("account_unknown")
        if not account:
            values = {
                "name": "Myynti, tili jota Netvisorissa ei ole", "code": "3998", "account_type": "income",
                "company_ids": [Command.set(self.env.company.ids)],
            }  # fmt: skip
            taken = self.env["account.account"].search([("code", "=", "3998")], limit=1)
            account = self._keep("account_unknown", taken or self.env["account.account"].create(values))
        return account

    # --- invoices ------------------------------------------------------------------------------------------------------
    @api.model
    def _invoice(self, name, partner, days, lines, values, taxes, analytic):
        if self._known(f"invoice_{name}"):
            return
        day = self._day(days)
        more = dict(values)
        if currency := more.pop("currency", None):
            more["currency_id"] = self._currency(currency, day).id
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self._partner(partner).id,
                "invoice_date": day,
                "delivery_date": day,
                "journal_id": self._journal().id,
                "invoice_line_ids": [Command.create(self._line(line, taxes, analytic)) for line in lines],
                **more,
            }
        )
        self._keep(f"invoice_{name}", move)
        move.action_post()

    @api.model
    def _line(self, line, taxes, analytic):
        if line[0] in ("section", "note"):
            return {"display_type": f"line_{line[0]}", "name": line[1]}
        product, quantity, price, tax, more = line
        more = dict(more)
        distribution = {str(analytic[item].id): share for item, share in more.pop("split", {}).items()}
        if share := more.pop("project", None):
            distribution = {
                f"{key},{analytic['kirjasto'].id}": value * share / 100 for key, value in distribution.items()
            }
        if more.pop("account", None):
            more["account_id"] = self._unknown_account().id
        return {
            "product_id": self._product(product).id,
            "name": PRODUCTS[product][0],
            "quantity": quantity,
            "price_unit": price,
            "tax_ids": [Command.set(taxes[tax].ids)],
            "analytic_distribution": distribution or False,
            **more,
        }

    @api.model
    def _currency(self, code, day):
        currency = self.env.ref(f"base.{code}")
        currency.active = True
        if not currency.rate_ids.filtered(lambda rate: rate.company_id == self.env.company):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": currency.id,
                    "name": day.replace(month=1, day=1),
                    "rate": 11.235,
                    "company_id": self.env.company.id,
                }
            )
        return currency

    @api.model
    def _credit_note(self, name, original, days, share):
        if self._known(f"invoice_{name}"):
            return
        invoice = self._known(f"invoice_{original}")
        note = invoice._reverse_moves([{"invoice_date": self._day(days), "ref": invoice.name}])
        if share != 1.0:
            for line in note.invoice_line_ids:
                line.quantity = line.quantity * share
        self._keep(f"invoice_{name}", note)
        note.action_post()
