from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from .customer_card import mirror_of_card
from .customer_values import plain

# Rows that are compared, written and forgotten together: what is in memory does not grow with the list.
BATCH = 1000


class NetvisorCustomer(models.Model):
    """Mirror of the customer cards in Netvisor, read by the company's job: never edited here."""

    _name = "netvisor.customer"
    _description = "Netvisor customer"
    _order = "company_id, name, netvisor_key"
    _inherit = ["netvisor.mirror"]
    _rec_names_search = ["name", "code", "business_id"]

    name = fields.Char(readonly=True)
    code = fields.Char(readonly=True, index=True)
    business_id = fields.Char(string="Business ID", readonly=True)
    group_name = fields.Char(string="Customer group", readonly=True)
    email = fields.Char(readonly=True)
    city = fields.Char(readonly=True)
    postcode = fields.Char(string="ZIP", readonly=True)
    country_code = fields.Char(string="Country", readonly=True)
    private = fields.Boolean(string="Consumer", readonly=True)
    operator_code = fields.Char(string="E-invoice operator", readonly=True)
    einvoice_address = fields.Char(string="E-invoice address", readonly=True)
    gone = fields.Boolean(string="Deleted", readonly=True, help="No longer in Netvisor.")
    refusal = fields.Char(
        string="Why no contact", readonly=True, help="Why Odoo could not create a contact of this card."
    )
    # Without case, spaces and punctuation: what matching compares.
    plain_name = fields.Char(compute="_compute_plain", store=True)
    plain_business_id = fields.Char(compute="_compute_plain", store=True)
    # The card of getcustomer.nv: only what it says. Empty until the card itself has been read.
    card = fields.Json(readonly=True)
    card_date = fields.Datetime(string="Card changed", readonly=True, help="When Odoo first saw the card as it is now.")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", compute="_compute_partner_id", search="_search_partner_id"
    )

    _key_uniq = models.UniqueIndex("(company_id, netvisor_key)")
    _plain_name = models.Index("(company_id, plain_name)")
    _plain_business_id = models.Index("(company_id, plain_business_id) WHERE plain_business_id IS NOT NULL")

    @api.depends("name", "business_id")
    def _compute_plain(self):
        for customer in self:
            customer.plain_name = plain(customer.name) or False
            customer.plain_business_id = plain(customer.business_id) or False

    @api.depends("name", "code")
    def _compute_display_name(self):
        for customer in self:
            customer.display_name = " · ".join(filter(None, (customer.name, customer.code)))

    @api.depends("company_id", "netvisor_key")
    def _compute_partner_id(self):
        # sudo: the link tells no more than the contact's own page does
        bindings = (
            self.env["netvisor.binding"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("kind", "=", "customer"),
                    ("netvisor_key", "in", self.mapped("netvisor_key")),
                    ("partner_id", "!=", False),
                ],
                ["company_id", "netvisor_key", "partner_id"],
            )
        )
        linked = {(row.company_id.id, row.netvisor_key): row.partner_id.id for row in bindings}
        for customer in self:
            customer.partner_id = linked.get((customer.company_id.id, customer.netvisor_key))

    @api.model
    def _search_partner_id(self, operator, value):
        if operator in ("any", "any!"):
            partners = self.env["res.partner"]._search(value) if isinstance(value, Domain) else value
            return self._linked_to(SQL("binding.partner_id IN %s", partners.subselect()))
        if operator != "in":
            return NotImplemented
        ids = tuple(partner_id for partner_id in value if partner_id)
        found = self._linked_to(SQL("binding.partner_id IN %s", ids)) if ids else Domain.FALSE
        if len(ids) < len(value):
            found |= ~self._linked_to(SQL("binding.partner_id IS NOT NULL"))
        return found

    @api.model
    def _linked_to(self, condition):
        """Cards whose link satisfies ``condition``: keys are per company, so the link is found by both."""
        self.env["netvisor.binding"].flush_model(["company_id", "kind", "netvisor_key", "partner_id"])

        def to_sql(_model, alias, _query):
            return SQL(
                """EXISTS (SELECT 1 FROM netvisor_binding binding WHERE binding.kind = 'customer'
                   AND binding.company_id = %s AND binding.netvisor_key = %s AND %s)""",
                SQL.identifier(alias, "company_id"),
                SQL.identifier(alias, "netvisor_key"),
                condition,
            )

        return Domain.custom(to_sql=to_sql)

    # --- read from Netvisor -----------------------------------------------------------------------------------------
    @api.model
    def _upsert(self, company, rows, complete=True):
        """As every mirror, but a part at a time: cards are large, and there may be tens of thousands.

        A row of the list says nothing of the card's state: an inactive card stays inactive, one that was gone is back.
        """
        for keys in split_every(BATCH, rows, tuple):
            self._write_differing(company, {key: rows[key] for key in keys})
            if len(rows) > BATCH:
                self.env.flush_all()
                self.env.invalidate_all()
        if complete:
            self._lost(company, rows).write({"active": False})

    @api.model
    def _write_differing(self, company, rows):
        """:return: keys of the rows that are new or different"""
        known = self._known(company, rows, {name for values in rows.values() for name in values})
        new, differing = [], set()
        for key, values in rows.items():
            record = known.get(key)
            if record is None:
                new.append({"company_id": company.id, "netvisor_key": key, **values})
                continue
            if record.gone:
                values = {"active": True, "gone": False, **values}
            changed = {name: value for name, value in values.items() if (record[name] or False) != (value or False)}
            if changed:
                record.write(changed)
                differing.add(key)
        self.sudo().create(new)
        return differing | (rows.keys() - known.keys())

    @api.model
    def _receive(self, company, cards):
        """Cards of getcustomer.nv. One that is as it was costs no write.

        :param cards: dict key → ReceivedCustomer
        :return: keys of the cards that are new or different
        """
        rows = {key: mirror_of_card(card) for key, card in cards.items()}
        known = self._known(company, rows, {"card"})
        changed = {key for key in rows if key not in known or known[key].card != rows[key]["card"] or known[key].gone}
        now = fields.Datetime.now()
        self._write_differing(company, {key: {**rows[key], "card_date": now} for key in changed})
        return changed

    @api.model
    def _known(self, company, keys, names):
        """:return: dict key → record in the mirror, with these fields read"""
        names = sorted({"netvisor_key", "gone", "active", *names})
        mirror = self.sudo().with_context(active_test=False)
        found = mirror.search_fetch([("company_id", "=", company.id), ("netvisor_key", "in", list(keys))], names)
        return {record.netvisor_key: record for record in found}

    @api.model
    def _lost(self, company, keys):
        """:return: cards that are not among these keys, though they were there. One query."""
        mirror = self.sudo().with_context(active_test=False)
        return mirror.search(
            [("company_id", "=", company.id), ("netvisor_key", "not in", list(keys)), ("gone", "=", False)]
        )
