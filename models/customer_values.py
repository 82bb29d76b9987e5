"""From a contact to the values of a Netvisor customer. Nothing here searches, writes or calls."""

import re

from odoo.tools import email_split

from ..netvisor import formats
from ..netvisor.customer import Customer
from .netvisor_kind import Problem
from .res_company import BUSINESS_ID, business_id

# Netvisor's limits (specification, customer.nv). What is absent here has none that is known.
LIMITS = {
    "code": 50, "street": 80, "street2": 80, "city": 80, "postcode": 50, "delivery_name": 250,
    "delivery_street": 80, "delivery_city": 80,
}  # fmt: skip
NAME_LIMIT = 250
# Field of the contact that a value comes from, to name it in a problem.
SOURCES = {
    "code": "ref", "street": "street", "street2": "street2", "city": "city", "postcode": "zip",
    "delivery_name": "name", "delivery_street": "street", "delivery_city": "city",
}  # fmt: skip
LANGUAGES = {"fi": "FI", "sv": "SE"}
# Northern Ireland has a code of its own in VAT numbers, not in ISO 3166.
COUNTRIES = {"XI": "GB"}


def finnish_business_id(partner):
    """Business id of a Finnish contact with its hyphen, from the registry field or else the VAT number.

    :return: the id, whose check digit may still be wrong; "" when there is none
    """
    return finnish_id(partner.vat, partner.company_registry, partner.country_id.code)


def finnish_id(vat, registry, country):
    vat = re.sub(r"[\s.]", "", vat or "").upper()
    if country and country != "FI":
        return ""
    if vat and not vat.startswith("FI") and not vat[0].isdigit():
        return ""
    for text in ((registry or "").strip(), vat.removeprefix("FI")):
        if match := BUSINESS_ID.match(text):
            return f"{match[1].zfill(7)}-{match[2]}"
    return ""


def is_private(partner):
    """A consumer: no company, and nothing that only companies have."""
    return not (partner.is_company or partner.vat or finnish_business_id(partner))


def customer_code(partner, source):
    """The code under which the contact is known in Netvisor, from where the company's settings say."""
    if source == "id":
        return str(partner.id)
    return ((partner.netvisor_customer_code if source == "field" else partner.ref) or "").strip()


def plain(text):
    """Texts that a person would call the same: case, spaces and punctuation do not count."""
    return re.sub(r"[\W_]+", "", formats.clean_text(text or "").casefold())


class CustomerReader:
    """Reads one contact; collects everything that is wrong with it instead of stopping at the first."""

    def __init__(self, partner, company):
        self.partner = partner
        self.encoding = company.netvisor_encoding
        self.source = company.netvisor_customer_code_source
        self.problems, self.warnings = [], []

    def read(self):
        """:return: Customer. Empty fields are None, which leaves what Netvisor has: an empty element would blank it."""
        partner = self.partner
        name, extension = self._name()
        street, street2 = self._streets()
        customer = Customer(
            code=self._text(customer_code(partner, self.source)),
            business_id=self._business_id(),
            name=name,
            name_extension=extension,
            street=street,
            street2=street2,
            city=self._text(partner.city),
            postcode=self._text(partner.zip),
            country=self._country(partner),
            phone=self._text(partner.phone),
            email=self._email(partner),
            website=self._text(partner.website),
            private=is_private(partner),
            invoice_email=self._email(self._child("invoice")) or self._email(partner),
            language=self._language(),
            **self._einvoice(),
            **self._delivery(),
        )
        self._check_lengths(customer)
        return customer

    def problem(self, code, **values):
        self.problems.append(Problem(code, {"contact": self.partner.display_name or "", **values}))

    def _text(self, text):
        """One line without control characters, None when nothing is left."""
        return " ".join(formats.clean_text(text or "", self.encoding).split()) or None

    def _email(self, partner):
        """The address alone where a name stands around it; several are Netvisor's to judge."""
        addresses = email_split(partner.email)
        return addresses[0] if len(addresses) == 1 else self._text(partner.email)

    def _name(self):
        """A name longer than Netvisor's field goes on in its extension, at a space if possible: nothing is lost."""
        name = self._text(self.partner.name)
        if not name:
            self.problem("customer_name_missing")
            return None, None
        if formats.length(name) <= NAME_LIMIT:
            return name, None
        head = formats.shorten(name, NAME_LIMIT)
        space = head.rfind(" ")
        if not name[len(head) :].startswith(" ") and space > NAME_LIMIT // 2:
            head = head[:space]
        rest = name[len(head) :].strip()
        if formats.length(rest) > NAME_LIMIT:
            self._too_long("name", name, 2 * NAME_LIMIT)
        return head.strip(), rest

    def _streets(self):
        """A street that is too long goes on in the second line when that is free."""
        street, street2 = self._text(self.partner.street), self._text(self.partner.street2)
        limit = LIMITS["street"]
        if street and not street2 and formats.length(street) > limit:
            head = formats.shorten(street, limit)
            space = head.rfind(" ")
            if space > 0:
                street, street2 = street[:space], street[space:].strip()
        return street, street2

    def _business_id(self):
        """Finnish ids in Netvisor's form; abroad the VAT number. Never what stands on a private person's card."""
        partner = self.partner
        if is_private(partner):
            return None
        found = finnish_business_id(partner)
        if found:
            if not business_id(found):
                self.warnings.append(
                    Problem(
                        "customer_business_id_doubt",
                        {"contact": partner.display_name, "value": found},
                    )
                )
            return found
        if partner.country_id.code == "FI" and partner.company_registry:
            self.problem("customer_business_id", value=partner.company_registry)
            return None
        return self._text(partner.vat or partner.company_registry)

    def _country(self, partner):
        code = partner.country_id.code
        return COUNTRIES.get(code, code) or None

    def _language(self):
        language = self.partner.lang
        return LANGUAGES.get(language[:2], "EN") if language else None

    def _einvoice(self):
        partner = self.partner
        operator = partner.netvisor_operator_id._current()
        address = self._text(partner.netvisor_einvoice_address)
        if operator and not operator.active:
            # Netvisor refuses the whole customer for an operator that it does not know, so ours are checked first.
            self.problem("operator_inactive", operator=operator.display_name)
        if bool(operator) != bool(address):
            self.warnings.append(Problem("einvoice_incomplete", {"contact": partner.display_name}))
        return {"einvoice_address": address, "operator_id": operator.code or None}

    def _child(self, kind):
        """The contact's own invoice or delivery address, the oldest if there are several."""
        return self.partner.child_ids.filtered(lambda child: child.type == kind).sorted("id")[:1]

    def _delivery(self):
        delivery = self._child("delivery")
        if not delivery:
            return {}
        street = ", ".join(filter(None, (self._text(delivery.street), self._text(delivery.street2))))
        return {
            "delivery_name": self._text(delivery.name) or self._text(self.partner.name),
            "delivery_street": street or None,
            "delivery_city": self._text(delivery.city),
            "delivery_postcode": self._text(delivery.zip),
            "delivery_country": self._country(delivery),
        }

    def _check_lengths(self, customer):
        for field, limit in LIMITS.items():
            value = getattr(customer, field)
            if value and formats.length(value) > limit:
                source = "netvisor_customer_code" if field == "code" and self.source == "field" else SOURCES[field]
                self._too_long(source, value, limit)

    def _too_long(self, source, value, limit):
        self.problem("customer_too_long", field=source, length=formats.length(value), limit=limit)
