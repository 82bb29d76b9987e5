"""Every one-click remedy leads somewhere, for the kind of record that the problem is about."""

import json

from odoo.tests import tagged

from odoo.addons.account_netvisor.models.netvisor_problem import PROBLEMS
from odoo.addons.account_netvisor.models.netvisor_remedy import REMEDIES

from .common import NetvisorCommon

# These depend on what else is there (a second contact, an operator, a result of the rights test): tested where they arise.
ELSEWHERE = {"customer_code_taken", "operator_refused", "right_missing"}


@tagged("post_install", "-at_install")
class TestRemedy(NetvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.env["account.analytic.plan"].sudo().create({"name": "Projekti"})
        cls.env["netvisor.plan"].sudo().create({"company_id": cls.company.id, "plan_id": cls.plan.id})
        cls.account = cls.env["account.analytic.account"].sudo().create({"name": "P-1", "plan_id": cls.plan.id})
        cls.product = cls.env["product.product"].sudo().create({"name": "Ruuvi", "default_code": "R-1"})

    def documents(self):
        """A blocked document of each kind."""
        move = self.invoice({"analytic_distribution": {str(self.account.id): 100}})
        bindings = self.env["netvisor.binding"].sudo()
        documents = self.document(move).sudo()
        for kind, record in (
            ("customer", {"partner_id": self.customer}),
            ("product", {"product_id": self.product, "code": "R-1"}),
            ("dimension_item", {"analytic_account_id": self.account}),
        ):
            documents |= documents._enqueue_binding(bindings._get(self.company, kind, **record))
        documents.write({"state": "blocked"})
        return documents

    def test_every_remedy_works(self):
        documents = self.documents()
        users = (self.bookkeeper, self.controller)
        for code in REMEDIES:
            if code in ELSEWHERE:
                continue
            with self.subTest(code=code):
                self.assertIn(code, PROBLEMS)
                problem = {"code": code, "values": {"document": str(documents[0].id)}}
                offers = [
                    (user, found)
                    for user in users
                    for document in documents.with_user(user)
                    if (found := document._remedy(problem))
                ]
                self.assertTrue(offers, "nobody is offered it for any kind of record")
                for user, found in offers:
                    self.assertTrue(found["action_text"])
                    self.check_action(user, found)

    def check_action(self, user, found):
        """Each method exists, and each window can be opened by whom it is offered to."""
        action = found.get("action")
        if not action:
            model, method, _ids = found["action_call"]
            self.assertTrue(callable(getattr(self.env[model], method)))
            return
        json.dumps(action)
        if "res_model" not in action:  # an action of the menu or the server, by its id
            self.assertTrue(self.env[action["type"]].sudo().browse(action["id"]).exists())
            return
        records = self.env[action["res_model"]].with_user(user)
        if action.get("res_id"):
            records.browse(action["res_id"]).read(["display_name"])
        elif action.get("domain"):
            self.assertTrue(records.search(action["domain"]))
        else:
            self.assertTrue(records.has_access("create") or records.has_access("read"))
