"""A contact and a customer card as values that can be compared, and Netvisor's values as the contact's.

Made once for a batch: countries, languages, operators and payment terms are looked up in memory. It writes nothing.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from odoo import Command

from ..netvisor.values import digest
from .customer_card import is_personal_id
from .customer_fields import compared, values_of
from .customer_values import LANGUAGES, CustomerReader, plain
from .res_company import BUSINESS_ID

# Field of the rules → field of the contact that holds just that text.
TEXTS = {
    "name": "name", "postcode": "zip", "city": "city", "phone": "phone", "email": "email", "website": "website",
    "einvoice_address": "netvisor_einvoice_address",
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """A contact at one moment."""

    customer: object  # what would be sent
    values: dict  # field → value
    now: dict  # field → value, in the form in which they are compared
    digest: str  # of what would be sent, "" when it cannot be


class CustomerSides:
    def __init__(self, env, company):
        self.env = env
        self.company = company
        self.operators = {}  # Netvisor's identifier → operator in use

    @cached_property
    def countries(self):
        return {country.code: country for country in self.env["res.country"].search_fetch([], ["code"])}

    @cached_property
    def languages(self):
        return [lang.code for lang in self.env["res.lang"].sudo().search([("active", "=", True)], order="id")]

    def warm(self, partners, cards=()):
        """Read everything that is looked at below, for the whole batch."""
        partners.fetch(["name", "active", "lang", "property_payment_term_id"])
        partners.child_ids.fetch(["type", "email", "street", "name"])
        partners.netvisor_operator_id.fetch(["code"])
        codes = {card["operator_id"] for card in cards if card.get("operator_id")}
        new = [code for code in codes if code not in self.operators]
        if new:
            kept = self.env["netvisor.operator"]._keep_all(new)
            self.operators.update({code: kept[code]._current() for code in new if code in kept})

    # --- as they are now --------------------------------------------------------------------------------------------
    def read(self, partner):
        """:return: (CustomerReader with its problems, what would be sent). A contact in use says nothing about being so."""
        reader = CustomerReader(partner, self.company)
        customer = reader.read()
        return reader, customer if partner.active else replace(customer, active=False)

    def odoo(self, partner, customer=None):
        """:return: dict field → value, as it would stand on the card"""
        customer = customer or self.read(partner)[1]
        term = partner.with_company(self.company).property_payment_term_id
        return values_of({**vars(customer), "active": partner.active, "payment_term": self._term_name(term)})

    def netvisor(self, card):
        """:return: dict field → value"""
        values = values_of(card)
        number = values.get("business_id")
        if number and (card.get("private") or is_personal_id(number)):
            del values["business_id"]  # a private person's number stays where it is
        elif number and (match := BUSINESS_ID.match(number)) and values.get("country", "FI") == "FI":
            values["business_id"] = f"{match[1].zfill(7)}-{match[2]}"
        if operator := self.operators.get(values.get("operator_id")):
            values["operator_id"] = operator.code
        if term := self.terms.get(plain(values.get("payment_term"))):
            values["payment_term"] = self._term_name(term)
        return values

    def look(self, partner):
        """:return: Look, the contact as it is now"""
        reader, customer = self.read(partner)
        values = self.odoo(partner, customer)
        return Look(customer, values, compared(values), "" if reader.problems else digest(customer))

    @cached_property
    def terms(self):
        """Payment terms by their name in any language: Netvisor knows only names."""
        terms = self.env["account.payment.term"].sudo().search([("company_id", "in", (False, self.company.id))])
        named = [(plain(term.name), term) for code in [None, *self.languages] for term in terms.with_context(lang=code)]
        return dict(reversed(named))  # of two of one name the first

    def _term_name(self, term):
        return term.with_context(lang=None).name or None  # the same for whoever looks

    # --- Netvisor's values as the contact's -------------------------------------------------------------------------
    def vals(self, partner, values, names):
        """:param partner: the contact, empty for a new one
        :param values: dict field → value, what the card says
        :param names: the fields that are to be taken; one without value empties the contact's
        :return: dict of contact values. What Odoo cannot hold (a language that is not installed) is left out.
        """
        vals = {}
        for name in names:
            value = values.get(name)
            if name in TEXTS:
                vals[TEXTS[name]] = value or False
            else:
                getattr(self, f"_take_{name}")(partner, value, vals)
        return vals

    def _take_business_id(self, partner, value, vals):
        vat = (partner.vat or "").replace(" ", "").upper()
        finnish = not vat or vat.startswith("FI") or vat[0].isdigit()
        if value and BUSINESS_ID.match(value) and finnish:
            vals["company_registry"] = value
            if vat:
                vals["vat"] = f"FI{value.replace('-', '')}"
        elif value:
            vals["vat"] = value
        else:
            vals["vat"] = vals["company_registry"] = False

    def _take_street(self, partner, value, vals):
        vals["street"], vals["street2"] = value or (False, False)

    def _take_country(self, partner, value, vals):
        if not value or value in self.countries:
            vals["country_id"] = value and self.countries[value].id

    def _take_language(self, partner, value, vals):
        wanted = next((prefix for prefix, code in {**LANGUAGES, "en": "EN"}.items() if code == value), None)
        if wanted and (found := next((code for code in self.languages if code.startswith(wanted)), None)):
            vals["lang"] = found

    def _take_private(self, partner, value, vals):
        vals["is_company"] = not value

    def _take_operator_id(self, partner, value, vals):
        if not value:
            vals["netvisor_operator_id"] = False
        elif operator := self.operators.get(value) or self.env["netvisor.operator"]._keep(value)._current():
            vals["netvisor_operator_id"] = operator.id

    def _take_payment_term(self, partner, value, vals):
        term = self.terms.get(plain(value))
        if term or not value:
            vals["property_payment_term_id"] = term and term.id

    def _take_active(self, partner, value, vals):
        vals["active"] = bool(value)

    def _take_invoice_email(self, partner, value, vals):
        """The invoice address of the contact; none is made for what is its main e-mail anyway."""
        child = self._child(partner, "invoice")
        if child:
            self._write_child(vals, child, {"email": value or False})
        elif value and value != vals.get("email", partner.email):
            address = {
                name: vals[name] if name in vals else partner._fields[name].convert_to_write(partner[name], partner)
                for name in ("name", "street", "street2", "zip", "city", "country_id")
            }
            self._write_child(vals, child, {**address, "type": "invoice", "email": value})

    def _take_delivery(self, partner, value, vals):
        child = self._child(partner, "delivery")
        if not value:
            self._write_child(vals, child, {"active": False})
            return
        name, street, postcode, city, country = (part or False for part in value)
        address = {"name": name, "street": street, "street2": False, "zip": postcode, "city": city}
        if not country or country in self.countries:
            address["country_id"] = country and self.countries[country].id
        self._write_child(vals, child, address if child else {**address, "type": "delivery"})

    def _child(self, partner, kind):
        """The address that the exporter reads: the oldest of that kind."""
        return partner.child_ids.filtered(lambda child: child.type == kind).sorted("id")[:1]

    def _write_child(self, vals, child, values):
        if child:
            vals.setdefault("child_ids", []).append(Command.update(child.id, values))
        elif "type" in values:
            vals.setdefault("child_ids", []).append(Command.create(values))
