"""Names that say a percentage."""

from odoo.tests import BaseCase, tagged

from odoo.addons.account_netvisor.models import vat_names


@tagged("post_install", "-at_install")
class TestVatNames(BaseCase):
    def test_renamed(self):
        for text, new in (
            ("14%", "13,5%"),
            ("14 %", "13,5 %"),
            ("ALV 14,00 %", "ALV 13,5 %"),
            ("14.0% S", "13,5% S"),
            ("14 % (tili 14)", "13,5 % (tili 14)"),
            ("VAT 14", "VAT 13,5"),
            ("14% since 2014", "13,5% since 2014"),
            ("14.5 %", "14.5 %"),
            ("114 %", "114 %"),
            ("Alennettu", "Alennettu"),
            ("", ""),
            (False, False),
        ):
            with self.subTest(text):
                self.assertEqual(vat_names.renamed(text, 14, 13.5, ","), new)

    def test_named(self):
        for text, new in (
            ("14%", "13.5%"),
            ("Alennettu", "Alennettu 13.5 %"),
            ("VAT 25.5%", "VAT 13.5 %"),
            ("", "13.5 %"),
        ):
            self.assertEqual(vat_names.named(text, 14, 13.5), new)

    def test_other_rates(self):
        self.assertEqual(vat_names.renamed("ALV 24 %", 24, 25.5, ","), "ALV 25,5 %")
        self.assertEqual(vat_names.renamed("ALV 25,50 % / 25.5", "25.5", 26, ","), "ALV 26 % / 25.5")
        self.assertTrue(vat_names.names("VAT 25,5%", "25.5"))
        self.assertFalse(vat_names.names("VAT 25%", "25.5"))
