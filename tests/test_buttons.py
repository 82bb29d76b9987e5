"""What the web client calls when somebody presses a button: the method of the records, with their ids in front."""

from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestButtons(TransactionCase):
    def buttons(self):
        """:return: set of (model, method) of every object button in this module's views"""
        data = self.env["ir.model.data"].search([("module", "=", "account_netvisor"), ("model", "=", "ir.ui.view")])
        found = set()
        for view in self.env["ir.ui.view"].browse(data.mapped("res_id")):
            for node in etree.fromstring(view.arch_db).iter("button"):
                inside = [parent.get("name") for parent in node.iterancestors("field") if parent.get("name") != "arch"]
                if node.get("type") == "object" and view.model in self.env and not inside:
                    found.add((view.model, node.get("name")))
        return found

    def test_every_button_has_its_method(self):
        buttons = self.buttons()
        self.assertGreater(len(buttons), 20)
        for model, name in sorted(buttons):
            with self.subTest(model=model, button=name):
                method = getattr(self.env.registry[model], name, None)
                self.assertTrue(method, "no such method")
                self.assertFalse(
                    getattr(method, "_api_model", False),
                    "the client passes ids; a model method takes them for arguments",
                )
