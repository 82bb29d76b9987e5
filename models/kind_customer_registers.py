from collections import namedtuple

from odoo import api, models
from odoo.tools import SQL

from .customer_match import FORMS, Party, Register, emails_of, name_of, number_of
from .customer_values import finnish_id
from .kind_customer_match import TEMPORARY_CODE

# Up to so many are looked for by their values, so that one contact does not cost the reading of 20,000.
FEW = 1000
Link = namedtuple("Link", ("key", "partner", "partner_name", "customer_name"))


class NetvisorKindCustomer(models.AbstractModel):
    """Contacts and customer cards as plain values, by a statement each: what ``customer_match.py`` compares."""

    _inherit = "netvisor.kind.customer"

    @api.model
    def _links(self, root):
        """:return: dict Netvisor key → id of the contact that is linked to it"""
        return {link.key: link.partner for link in self._link_rows(root)}

    @api.model
    def _link_rows(self, root):
        for name in ("netvisor.binding", "netvisor.customer", "res.partner"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT binding.netvisor_key, binding.partner_id, partner.name, card.name
                     FROM netvisor_binding binding
                     JOIN res_partner partner ON partner.id = binding.partner_id
                LEFT JOIN netvisor_customer card ON card.company_id = binding.company_id
                                                AND card.netvisor_key = binding.netvisor_key
                    WHERE binding.company_id = %s AND binding.kind = 'customer' AND binding.netvisor_key != 0""",
                root.id,
            )
        )
        return [Link(key, partner, name or "", customer or str(key)) for key, partner, name, customer in rows]

    @api.model
    def _card_register(self, root, links, like, keys=()):
        """Cards that could be one of these parties, and those of these keys."""
        condition = _similar(
            like, "name", ("business_id",), ("code",), SQL("concat_ws(',', email, card->>'invoice_email')")
        )
        if keys:
            condition = SQL("(%s OR netvisor_key IN %s)", condition, keys)
        taken = {link.key: link.partner_name for link in links}
        return Register(self._card_parties(root, condition), taken)

    @api.model
    def _contact_register(self, root, links, like):
        """Contacts that could be one of these parties."""
        source = root.sudo().netvisor_customer_code_source
        condition = _similar(like, "partner.name", ("vat", "company_registry"), _codes(source), EMAILS)
        taken = {link.partner: link.customer_name for link in links}
        return Register(self._contact_parties(root, condition), taken)

    @api.model
    def _card_parties(self, root, condition):
        rows = self.env.execute_query(
            SQL(
                """SELECT netvisor_key, name, code, business_id, email, card->>'invoice_email', city, postcode, country_code,
                          CASE WHEN card IS NOT NULL THEN COALESCE(private, FALSE) END, active
                     FROM netvisor_customer
                    WHERE company_id = %s AND NOT COALESCE(gone, FALSE) AND COALESCE(code, '') != %s AND %s""",
                root.id,
                TEMPORARY_CODE,
                condition,
            )
        )
        for key, name, code, number, email, invoice_email, city, postcode, country, private, active in rows:
            yield Party(
                id=key,
                label=name or "",
                code=code or "",
                name=name_of(name),
                town=_town(city),
                postcode=(postcode or "").strip(),
                country=country or "",
                numbers=() if private else _filled(number_of(number)),
                codes=_filled((code or "").strip().casefold()),
                emails=emails_of(email, invoice_email),
                private=private,
                active=bool(active),
            )

    @api.model
    def _contact_parties(self, root, condition):
        """Contacts that are a customer of their own, in this company's books or in all."""
        # sudo: which companies there are; whoever asks has been checked
        companies = self.env["res.company"].sudo().search([("id", "child_of", root.id)])
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.id, partner.name, partner.ref, partner.netvisor_customer_code, partner.vat,
                          partner.company_registry, country.code, partner.is_company, partner.city, partner.zip,
                          partner.active, %s
                     FROM res_partner partner
                LEFT JOIN res_country country ON country.id = partner.country_id
                    WHERE partner.commercial_partner_id = partner.id
                      AND (partner.parent_id IS NULL OR partner.netvisor_branch IS DISTINCT FROM 'parent')
                      AND (partner.company_id IS NULL OR partner.company_id IN %s) AND %s""",
                EMAILS,
                tuple(companies.ids),
                condition,
            )
        )
        source = root.sudo().netvisor_customer_code_source
        for row in rows:
            yield _contact(row, source)


# The contact's own address and that to which its invoices go, joined by commas.
EMAILS = SQL(
    """concat_ws(',', partner.email, (SELECT string_agg(child.email, ',') FROM res_partner child
                                       WHERE child.parent_id = partner.id AND child.type = 'invoice' AND child.active))"""
)


def _codes(source):
    return ("netvisor_customer_code", "ref", *(("partner.id::text",) if source == "id" else ()))


def _similar(parties, name, numbers, codes, emails):
    """A condition that leaves out most of those that have nothing in common with any of these: the comparison decides."""
    parties = list(parties)
    if len(parties) > FEW:
        return SQL("TRUE")
    wanted = {
        "names": [party.name for party in parties if party.name],
        "numbers": [form for party in parties for number in party.numbers for form in _forms(number)],
        "codes": [code for party in parties for code in party.codes],
        "emails": [email for party in parties for email in party.emails],
    }
    plain = "regexp_replace(lower({}), '[^[:alnum:]]+', '', 'g')"
    forms = "|".join(sorted(FORMS))
    name = SQL(plain.format(f"regexp_replace(lower({name}), '\\m({forms})\\M', '', 'g')"))
    parts = [SQL("%s = ANY(%s)", name, wanted["names"])]
    parts += [SQL("%s = ANY(%s)", SQL(plain.format(column)), wanted["numbers"]) for column in numbers]
    parts += [SQL("lower(trim(%s)) = ANY(%s)", SQL(column), wanted["codes"]) for column in codes]
    split = SQL("regexp_split_to_array(lower(%s), '[,;<>[:space:]]+')", emails)
    parts.append(SQL("%s && %s::text[]", split, wanted["emails"]))
    return SQL("(%s)", SQL(" OR ").join(parts))


def _forms(number):
    """How a number may be written once hyphens and spaces are left out: six digits of old, as VAT number."""
    yield number
    if number.isdigit():
        yield f"fi{number}"
        yield number.lstrip("0")


def contact_numbers(vat, registry, country, is_company):
    """What the contact's customer card may have as business id; abroad either number. Of private persons nothing."""
    finnish = finnish_id(vat, registry, country)
    if not (is_company or vat or finnish):
        return ()
    return _filled(number_of(finnish)) or _filled(number_of(vat), number_of(registry))


def _contact(row, source):
    partner, name, ref, typed, vat, registry, country, is_company, city, postcode, active, *emails = row
    numbers = contact_numbers(vat, registry, country, is_company)
    codes = (typed, ref, str(partner) if source == "id" else "")
    return Party(
        id=partner,
        label=name or "",
        name=name_of(name),
        town=_town(city),
        postcode=(postcode or "").strip(),
        country=country or "",
        numbers=numbers,
        codes=_filled(*((code or "").strip().casefold() for code in codes)),
        emails=emails_of(*emails),
        private=not (is_company or vat or numbers),
        active=bool(active),
    )


def _town(city):
    return " ".join((city or "").casefold().split())


def _filled(*texts):
    return tuple(dict.fromkeys(text for text in texts if text))
