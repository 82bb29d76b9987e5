"""Customers alone, without invoices: the kind is asked as the invoices' kind asks it, the engine sends."""

from xml.sax.saxutils import escape

from .common import ORGANISATION, NetvisorCommon


class CustomerCase(NetvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As the engine asks: as the superuser of the connected company.
        cls.kind = cls.env["netvisor.kind.customer"].sudo().with_company(cls.company)
        cls.env.user.group_ids += cls.env.ref("base.group_partner_manager")
        cls.finland = cls.env.ref("base.fi")
        cls.operator = cls.env.ref("account_netvisor.operator_maventa").sudo()

    def customer_card(self, name="Koivu Oy", **values):
        return self.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "country_id": self.finland.id,
                "city": "Turku",
                **values,
            }
        )

    def add_remote(self, name, organisation=ORGANISATION, **fields):
        """A customer that somebody made in Netvisor. :return: its key"""
        names = (
            "internalidentifier",
            "externalidentifier",
            "name",
            "streetaddress",
            "city",
            "postnumber",
            "email",
        )
        values = {"name": name, **fields}
        body = "".join(f"<{key}>{escape(values[key])}</{key}>" for key in names if key in values)
        before = {row["key"] for row in self.remote_customers(organisation)}
        self.sandbox.request(
            "customer.nv",
            "method=add",
            f"<root><customer><customerbaseinformation>{body}</customerbaseinformation></customer></root>",
            organisation,
        )
        (new,) = {row["key"] for row in self.remote_customers(organisation)} - before
        return new

    def remote_customers(self, organisation=ORGANISATION):
        rows = self.sandbox.state(organisation, "customers")["customers"]
        return [row for row in rows if row["code"] != "TEMP"]

    def remote_customer(self, partner, organisation=ORGANISATION):
        key = self.kind._key(partner, self.company)
        return next(row for row in self.remote_customers(organisation) if row["key"] == key)

    def send(self, partner, company=None):
        """:return: the customer's document after the company's job"""
        company = company or self.company
        needed = self.kind._ensure(partner, company)[partner]
        self.run_netvisor(company)
        self.env.invalidate_all()
        return needed or self.customer_document(partner, company)

    def customer_document(self, partner, company=None):
        return self.env["netvisor.document"].search(
            [
                ("binding_id.partner_id", "=", partner.commercial_partner_id.id),
                ("root_company_id", "=", (company or self.company).id),
            ]
        )

    def posts(self):
        return [row for row in self.sandbox.calls() if row["resource"] == "customer.nv"]

    def codes(self, document):
        return [row["code"] for row in document.problems or []]
