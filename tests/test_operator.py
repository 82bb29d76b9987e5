from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestOperator(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls.env["netvisor.operator"]
        cls.maventa = cls.env.ref("account_netvisor.operator_maventa")

    def test_seeded(self):
        known = self.model.search([("learned", "=", False)])
        self.assertGreaterEqual(len(known), 37)
        self.assertEqual(self.env.ref("account_netvisor.operator_bank_nordea").code, "NDEAFIHH")
        self.assertTrue(self.env.ref("account_netvisor.operator_bank_nordea").is_bank)
        self.assertFalse(self.maventa.is_bank)

    def test_corrections_survive_an_update(self):
        rows = self.env["ir.model.data"].search([("model", "=", "netvisor.operator")])
        self.assertTrue(rows and all(rows.mapped("noupdate")))

    def test_found_by_code_and_alias(self):
        self.assertEqual(self.model._find("003721291126"), self.maventa)
        self.assertEqual(self.model._find(" maventa "), self.maventa)
        highjump = self.env.ref("account_netvisor.operator_highjump")
        self.assertEqual(self.model._find("00885790000000418"), highjump, "lists disagree about leading zeros")
        self.assertFalse(self.model._find(""))
        self.assertFalse(self.model._find("NOBODY"))

    def test_shared_identifier_prefers_the_active(self):
        self.env.ref("account_netvisor.operator_bank_saasto").active = False
        self.assertEqual(self.model._find("ITELFIHH"), self.env.ref("account_netvisor.operator_bank_oma"))

    def test_unknown_from_netvisor_is_kept(self):
        found = self.model._keep("NEW-OPERATOR-1")
        self.assertTrue(found.learned)
        self.assertEqual(found.code, "NEW-OPERATOR-1")
        self.assertEqual(self.model._keep("new-operator-1"), found, "kept once")

    def test_unknown_from_netvisor_is_kept_as_it_is(self):
        """Whatever its form: a later edit without it would blank it in Netvisor."""
        found = self.model._keep_all(["Verkkolaskuoperaattori Äö 37003700370037003700", "MAVENTA", "new 1", "NEW1"])
        self.assertEqual(found["MAVENTA"], self.maventa)
        self.assertEqual(found["new 1"], found["NEW1"])
        self.assertEqual(len(self.model.search([("learned", "=", True)])), 2)

    def test_part_of_another(self):
        pagero = self.env.ref("account_netvisor.operator_pagero")
        palette = self.env.ref("account_netvisor.operator_palette")
        notebeat = self.env.ref("account_netvisor.operator_notebeat")
        notebeat.replaced_by_id = palette
        palette.replaced_by_id = pagero
        self.assertFalse(palette.active or notebeat.active, "offered no more")
        self.assertEqual(notebeat._current(), pagero)
        self.assertEqual(pagero._with_former(), pagero | palette | notebeat)
        self.assertTrue(
            self.model._same("PALETTE", "pagero") and self.model._same("00885060259470028", "885060259470028")
        )
        self.assertFalse(self.model._same("PALETTE", "MAVENTA") or self.model._same("X1", "X2"))
        with self.assertRaises(ValidationError):
            pagero.replaced_by_id = notebeat

    def test_alias_names_one_operator(self):
        apix = self.env.ref("account_netvisor.operator_apix")
        for taken in ("MAVENTA", "003721291126", "X1, 3721291126"):
            with self.assertRaises(ValidationError):
                apix.aliases = taken
        apix.aliases = "APIX, "
        self.assertEqual(self.model._find("apix"), apix)

    def test_alias_takes_the_place(self):
        self.env.ref("account_netvisor.operator_basware")._use_alias()
        basware = self.env.ref("account_netvisor.operator_basware")
        self.assertEqual((basware.code, basware.aliases), ("003705925424", "BWEI,BAWCFI22"))

    def test_identifier_checked(self):
        self.assertEqual(self.model.create({"name": "A", "code": " 0037 1234 "}).code, "00371234")
        for code in ("Ä1", "x" * 36):
            with self.assertRaises(ValidationError):
                self.model.create({"name": "B", "code": code})

    def test_who_may(self):
        clerk = new_test_user(self.env, "clerk", groups="base.group_user,account.group_account_invoice")
        manager = new_test_user(self.env, "manager", groups="base.group_user,account.group_account_manager")
        self.assertTrue(self.model.with_user(clerk).search_count([]))
        with self.assertRaises(AccessError):
            self.maventa.with_user(clerk).code = "X"
        self.maventa.with_user(manager).code = "MAVENTA"
        self.assertEqual(self.maventa.code, "MAVENTA")

    def test_found_by_typing_an_identifier(self):
        self.assertIn(self.maventa.id, [row[0] for row in self.model.name_search("0037212911")])
