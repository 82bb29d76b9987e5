"""Analytic plans and accounts beside the sandbox's dimensions and items, without invoices."""

from odoo.tests import new_test_user

from .common import ORGANISATION, NetvisorCommon


class DimensionCase(NetvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("analytic.group_analytic_accounting")
        cls.plan = cls.env["account.analytic.plan"].create({"name": "Projekti"})
        cls.kind = cls.env["netvisor.kind.dimension_item"].sudo().with_company(cls.company)
        cls.analyst = new_test_user(
            cls.env(su=True),
            "analyst",
            groups="base.group_user,account.group_account_manager,analytic.group_analytic_accounting",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    # --- Odoo's side ----------------------------------------------------------------------------------------------------
    def account(self, name, plan=None, **values):
        return self.env["account.analytic.account"].create(
            {"name": name, "plan_id": (plan or self.plan).id, "company_id": False, **values}
        )

    def mapped(self, direction="both", plan=None, company=None, **values):
        """How a plan is mapped; read at once, so that its links are there."""
        row = self.env["netvisor.plan"].create(
            {
                "plan_id": (plan or self.plan).id,
                "company_id": (company or self.company).id,
                "direction": direction,
                **values,
            }
        )
        self.read(company)
        return row

    def accounts(self, plan=None):
        """Names of the plan's accounts, those in use."""
        found = self.env["account.analytic.account"].search([("root_plan_id", "=", (plan or self.plan).id)])
        return sorted(found.mapped("name"))

    def binding(self, account, company=None):
        return self.env["netvisor.binding"].sudo()._dimension_links(company or self.company, account)

    def item_document(self, account, company=None):
        return self.binding(account, company).document_ids

    def codes(self, document):
        return [row["code"] for row in document.problems or []]

    # --- Netvisor's side ------------------------------------------------------------------------------------------------
    def dimension(self, name="Projekti", *items, organisation=ORGANISATION):
        """Made by a person in Netvisor. :return: keys of the items"""
        self.sandbox.user("dimension_add", organisation, name=name)
        return [self.sandbox.user("item_add", organisation, dimension=name, item=item) for item in items]

    def person(self, action, organisation=ORGANISATION, **values):
        return self.sandbox.user(action, organisation, **values)

    def items(self, organisation=ORGANISATION):
        """dict name → item, of all dimensions"""
        rows = self.sandbox.state(organisation, "dimension_items")["dimension_items"]
        self.assertEqual(len({row["item"] for row in rows}), len(rows), "no item is there twice")
        return {row["item"]: row for row in rows}

    def names(self, organisation=ORGANISATION):
        """Names of the items that are in use."""
        return sorted(name for name, row in self.items(organisation).items() if not row["hidden"])

    def key(self, name, organisation=ORGANISATION):
        return self.items(organisation)[name]["key"]

    # --- both -----------------------------------------------------------------------------------------------------------
    def read(self, company=None):
        """The list is read now, and what follows is sent."""
        self.env["netvisor.dimension"].sudo()._read_again(company or self.company)
        self.work(company)

    def work(self, company=None):
        self.run_netvisor(company)
        self.env.invalidate_all()

    def posts(self, resource="dimensionitem.nv", organisation=ORGANISATION):
        return self.sandbox.calls(organisation, resource)

    def assert_linked(self, account, name, company=None, organisation=ORGANISATION):
        binding = self.binding(account, company)
        self.assertEqual(binding.netvisor_key, self.key(name, organisation))
        self.assertFalse(binding.conflict)
        if binding.document_ids:
            self.assertEqual(
                (binding.document_ids.state, binding.document_ids.netvisor_key), ("done", binding.netvisor_key)
            )
