from .common import NetvisorCommon


class ProductCommon(NetvisorCommon):
    """Products of their own: some in Odoo, some in the sandbox, and invoices between them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env["netvisor.kind.product"].sudo().with_company(cls.company)
        cls.category = cls.env["product.category"].create({"name": "Huonekalut"})

    def mode(self, mode, company=None, **values):
        (company or self.company).sudo().write({"netvisor_product_mode": mode, **values})

    @classmethod
    def make_product(cls, code="T-1", name="Tuoli", **values):
        return (
            cls.env["product.product"]
            .with_company(cls.company)
            .create(
                {
                    "name": name,
                    "default_code": code,
                    "list_price": 100,
                    "categ_id": cls.category.id,
                    "taxes_id": cls.env["account.tax"].browse(cls.tax_id()).ids,
                    "property_account_income_id": cls.income_account.id,
                    **values,
                }
            )
        )

    @classmethod
    def tax_id(cls):
        domain = cls.env["account.tax"]._check_company_domain(cls.company)
        found = cls.env["account.tax"].search([*domain, ("type_tax_use", "=", "sale"), ("amount", "=", 25.5)], limit=1)
        return found.id

    def sold(self, *products, **values):
        """A posted invoice with a line for each product."""
        return self.invoice(*({"product_id": product.id, "name": product.name} for product in products), **values)

    # --- in Netvisor ------------------------------------------------------------------------------------------------
    def there(self, organisation=None):
        """:return: dict code → product in the sandbox"""
        return {row["code"]: row for row in self.sandbox.state(organisation, "products")["products"]}

    def add_there(self, code, name="Tuoli", organisation=None, **fields):
        return self.sandbox.user("product_add", organisation, code=code, name=name, **fields)

    def line_keys(self, move, organisation=None):
        """Keys of the products of the invoice's lines in Netvisor."""
        remote = self.remote_invoice(move, *([organisation] if organisation else []))
        return [line["product_key"] for line in remote["lines"] if line.get("product_key")]

    # --- in Odoo ----------------------------------------------------------------------------------------------------
    def link_of(self, product, company=None):
        domain = [("company_id", "=", (company or self.company).id), ("product_id", "=", product.id)]
        return self.env["netvisor.binding"].sudo().search(domain)

    def sent(self, product, company=None):
        """The document of the product."""
        return self.link_of(product, company).document_ids

    def posts(self, resource="product.nv"):
        return [row for row in self.sandbox.calls() if row["resource"] == resource]

    def warnings(self, move):
        return [row["code"] for row in self.document(move).problems or [] if row.get("level") == "warning"]

    def run_all(self):
        self.run_netvisor()
        self.env.invalidate_all()
