"""Customers both ways: a user of Netvisor changes cards, a user of Odoo changes contacts, the company's job reads and sends."""

import json
from datetime import timedelta

from odoo import fields

from .common import ORGANISATION
from .customer_common import CustomerCase


class CustomerSyncCase(CustomerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().netvisor_customer_export = "changed"
        cls.mirror = cls.env["netvisor.customer"].sudo().with_context(active_test=False)

    # --- in Netvisor ------------------------------------------------------------------------------------------------
    def add_card(self, name, organisation=ORGANISATION, **values):
        """A customer that a person makes in Netvisor. :return: its key"""
        return self.by_hand("customer_add", organisation, name=name, **values)

    def change_card(self, key, organisation=ORGANISATION, **values):
        self.by_hand("customer_change", organisation, key=key, **values)

    def by_hand(self, action, organisation=ORGANISATION, **values):
        return self.sandbox.user(action, organisation, **values)

    def card_fields(self, key, organisation=ORGANISATION):
        return next(row for row in self.remote_customers(organisation) if row["key"] == key)["fields"]

    # --- in Odoo ----------------------------------------------------------------------------------------------------
    def linked(self, partner, key, company=None):
        """The contact is this customer, as after linking by hand. :return: the link"""
        return (
            self.env["netvisor.binding"]
            .sudo()
            .create(
                {
                    "company_id": (company or self.company).id,
                    "kind": "customer",
                    "partner_id": partner.id,
                    "netvisor_key": key,
                    "linked": True,
                }
            )
        )

    def binding(self, partner, company=None):
        return self.env["netvisor.binding"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", (company or self.company).id)]
        )

    def pair(self, card=None, **contact):
        """A contact and its card that agree. :return: (contact, key)"""
        contact = {"name": "Koivu Oy", "street": "Rantatie 1", "zip": "20100", "phone": "02 123", **contact}
        partner = self.customer_card(**contact)
        self.send(partner)
        key = self.kind._key(partner, self.company)
        if card:
            self.change_card(key, **card)
        self.read()
        return partner, key

    def rules(self, company=None, **winners):
        rules = self.env["netvisor.customer.rule"].sudo()
        for name, winner in winners.items():
            values = {"company_id": (company or self.company).id, "field_name": name}
            known = rules.search([(name, "=", value) for name, value in values.items()])
            known.write({"winner": winner}) if known else rules.create({**values, "winner": winner})

    def feed(self, company=None):
        company = company or self.company
        return self.env["netvisor.feed"].sudo().search([("company_id", "=", company.id), ("kind", "=", "customer")])

    def read(self, company=None):
        """The company's job, an hour later."""
        self.feed(company)._request_now()
        self.run_netvisor(company)
        self.env.invalidate_all()

    def read_everything(self, company=None):
        """The company's job, a week later."""
        feed = self.feed(company)
        book = json.loads(feed.bookmark)
        book["whole"] = fields.Datetime.to_string(fields.Datetime.now() - timedelta(days=8))
        feed.bookmark = json.dumps(book)
        self.read(company)

    def changed_at(self, partner, moment):
        """Somebody saved the contact then."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET write_date = %s WHERE id = %s", [moment, partner.id])
        self.env.invalidate_all()

    def count(self, resource, organisation=ORGANISATION):
        return len(self.sandbox.calls(organisation, resource, limit=10000))
