"""What an invoice looks like in Netvisor, and what is said when it cannot go there."""

import logging
import time
from datetime import timedelta
from decimal import Decimal

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.account_netvisor.models.netvisor_kind import Prepared
from odoo.addons.account_netvisor.models.sales_invoice_header import is_reference, with_check_digit

from .test_sales_invoice_amounts import CentCommon

_logger = logging.getLogger(__name__)


class SalesInvoiceCommon(CentCommon):
    def kind(self):
        return self.env["netvisor.kind.sales_invoice"].sudo()

    def prepared(self, move):
        """The message as it would be sent, without sending it."""
        return self.kind()._prepare(self.document(move).sudo())[self.document(move).id]

    def values(self, move):
        verdict = self.prepared(move)
        self.assertIsInstance(verdict, Prepared, getattr(verdict, "problems", verdict))
        return verdict.values

    def codes(self, move):
        verdict = self.prepared(move)
        return [problem.code for problem in getattr(verdict, "problems", ())]

    def blocked(self, move):
        """Run the job and return the codes of the problems shown."""
        self.run_netvisor()
        document = self.document(move)
        self.assertEqual(document.state, "blocked", document.message)
        self.assertTrue(document.problem)
        self.assertTrue(document.remedy)
        self.assertFalse(self.remote()["invoices"])
        return [problem["code"] for problem in document.problems]


@tagged("post_install", "-at_install", "post_install_l10n")
class TestSalesInvoice(SalesInvoiceCommon):
    # --- number, reference ------------------------------------------------------------------------------------------
    def test_number_is_the_digits_behind_the_prefix(self):
        self.journal.netvisor_number_prefix = "7"
        move, note = self.invoice(), self.invoice(move_type="out_refund")
        self.run_netvisor()
        digits = "".join(filter(str.isdigit, move.name))
        self.assertEqual(self.document(move).netvisor_number, f"7{digits}")
        self.assertEqual(str(self.remote_invoice(move)["number"]), f"7{digits}")
        self.assertEqual(str(self.remote_invoice(note)["number"]), "9" + "".join(filter(str.isdigit, note.name)))

    def test_netvisor_numbers(self):
        self.company.sudo().netvisor_numbering = "netvisor"
        move = self.invoice()
        self.run_netvisor()
        remote = self.remote_invoice(move)
        self.assertFalse(remote["number_given"])
        self.assertEqual(self.document(move).netvisor_number, str(remote["number"]), "read back")

    def test_a_number_without_digits(self):
        move = self.invoice(post=False)
        move.name = "LASKU"
        move.payment_reference = "12344"
        move.action_post()
        self.assertIn("number_no_digits", self.blocked(move))

    def test_valid_references(self):
        for reference in ("1232", "2026000011", "RF332348236", "rf33 2348 236", "1 23453"):
            self.assertTrue(is_reference(reference), reference)
        for reference in ("", None, "123", "12", "INV/2026/00001", "1233", "RF342348236", "1" * 21, "١٢٣٢"):
            self.assertFalse(is_reference(reference), reference)
        self.assertEqual(with_check_digit("123"), "1232")

    def test_reference_is_odoos_own(self):
        move = self.invoice()
        self.run_netvisor()
        remote = self.remote_invoice(move)
        self.assertEqual(remote["reference"], move.payment_reference)
        self.assertFalse(remote["reference_invented"])

    def test_reference_that_no_bank_takes_and_the_remedy(self):
        move = self.invoice(payment_reference="INV/2026/00001")
        move.payment_reference = move.name
        self.assertEqual(self.blocked(move), ["reference_invalid"])
        with self.enter_registry_test_mode():
            self.document(move).with_user(self.bookkeeper).action_finnish_reference()
        self.assertTrue(is_reference(move.payment_reference))
        self.assertIn(move.payment_reference, "".join(move.message_ids.mapped("body")))
        self.to_the_cent(move)
        self.assertEqual(self.remote_invoice(move)["reference"], move.payment_reference)

    # --- dates, terms -----------------------------------------------------------------------------------------------
    def test_dates(self):
        today = fields.Date.today()
        move = self.invoice(
            invoice_date=today, delivery_date=today - timedelta(days=3), invoice_date_due=today + timedelta(days=21)
        )
        self.run_netvisor()
        remote = self.remote_invoice(move)
        self.assertEqual(remote["date"], str(today))
        self.assertEqual(remote["event_date"], str(move.date))
        self.assertEqual(remote["due_date"], str(today + timedelta(days=21)))
        self.assertEqual(remote["delivery_date"], str(today - timedelta(days=3)))

    def test_instalments_are_a_named_problem(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Kaksi erää",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (14, 30)
                ],
            }
        )
        self.assertEqual(self.blocked(self.invoice(invoice_payment_term_id=term.id)), ["instalments"])

    def test_cash_discount(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % 7 pv, 30 pv netto",
                "early_discount": True,
                "discount_percentage": 2.5,
                "discount_days": 7,
                "early_pay_discount_computation": "included",
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )
        move = self.invoice(invoice_payment_term_id=term.id)
        self.to_the_cent(move)
        values = self.values(move)
        self.assertEqual((values.cash_discount_days, values.cash_discount), (7, Decimal("2.5")))
        term.early_pay_discount_computation = "excluded"
        verdict = self.prepared(self.invoice(invoice_payment_term_id=term.id))
        self.assertIsNone(verdict.values.cash_discount)
        self.assertEqual([warning.code for warning in verdict.warnings], ["cash_discount_kind"])

    # --- customer, addresses ----------------------------------------------------------------------------------------
    def test_the_card_is_enough_when_addresses_agree(self):
        contact = (
            self.env["res.partner"].sudo().create({"name": "Maija", "parent_id": self.customer.id, "type": "contact"})
        )
        move = self.invoice(partner_id=contact.id)
        self.to_the_cent(move)
        values = self.values(move)
        self.assertFalse(values.invoicing_name or values.invoicing_address or values.delivery_name)

    def test_another_invoice_address_is_sent_complete(self):
        invoicing = (
            self.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": "Laskutus",
                    "parent_id": self.customer.id,
                    "type": "invoice",
                    "street": "Postilokero 5",
                    "zip": "33101",
                    "city": "Tampere",
                    "country_id": self.env.ref("base.fi").id,
                }
            )
        )
        delivery = (
            self.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": "Varasto",
                    "parent_id": self.customer.id,
                    "type": "delivery",
                    "street": "Varastotie 9",
                    "street2": "Ovi 3",
                    "zip": "33900",
                    "city": "Pirkkala",
                    "country_id": self.env.ref("base.fi").id,
                }
            )
        )
        move = self.invoice(partner_id=invoicing.id, partner_shipping_id=delivery.id)
        self.to_the_cent(move)
        stored = self.remote_invoice(move)["fields"]
        self.assertEqual(stored["invoicingcustomername"], "Pihlajan Puutyö Oy")
        self.assertEqual(stored["invoicingcustomernameextension"], "Laskutus")
        self.assertEqual(stored["invoicingcustomeraddressline"], "Postilokero 5")
        self.assertEqual(stored["invoicingcustomerpostnumber"], "33101")
        self.assertEqual(stored["invoicingcustomertown"], "Tampere")
        self.assertEqual(stored["invoicingcustomercountrycode"], "FI")
        self.assertEqual(stored["deliveryaddressname"], "Varasto")
        self.assertEqual(stored["deliveryaddressline"], "Varastotie 9, Ovi 3")
        self.assertEqual(stored["deliveryaddresstown"], "Pirkkala")
        customers = [row for row in self.remote()["customers"] if row["code"] == self.customer.ref]
        self.assertEqual(len(customers), 1, "the commercial partner is the customer")

    def test_an_invoice_without_customer_address(self):
        nowhere = self.env["res.partner"].sudo().create({"name": "Osoitteeton Oy", "is_company": True})
        move = self.invoice(partner_id=nowhere.id)
        self.assertIn("no_address", self.codes(move))
        self.assertIn("no_address", self.blocked(move))
        self.assertIn("Osoitteeton", self.document(move).problem)

    # --- texts ------------------------------------------------------------------------------------------------------
    def test_texts(self):
        move = self.invoice(ref="PO-778", invoice_origin="S00042", narration="<p>Kiitos!</p><p>Viivästyskorko 11 %</p>")
        self.run_netvisor()
        remote = self.remote_invoice(move)
        self.assertEqual(remote["your_reference"], "PO-778")
        self.assertEqual(remote["our_reference"], "S00042")
        self.assertIn("Kiitos!", remote["text_after"])
        self.assertNotIn("<", remote["text_after"])
        self.assertEqual(remote["private_comment"], f"Odoo {move.name} {self.document(move).uuid}")

    def test_long_and_odd_texts(self):
        name = "Erittäin pitkä nimi 😀 " * 20
        move = self.invoice(
            {"name": f"{name}\nToinen rivi\x07 ja ohjausmerkki"},
            narration="<p>" + "Ehdot ja vielä ehtoja. " * 60 + "</p>",
        )
        self.run_netvisor()
        self.assertEqual(self.document(move).state, "done", self.document(move).problem)
        line = self.remote_invoice(move)["lines"][0]
        self.assertLessEqual(len(line["name"]), 200)
        self.assertIn("😀", line["name"])
        text = self.values(move).lines[0].text
        self.assertIn("Toinen rivi ja ohjausmerkki", text)
        whole = (line["name"] + " " + text).replace("\n", " ").split()
        self.assertEqual(whole, f"{name} Toinen rivi ja ohjausmerkki".split(), "nothing of the name is lost")
        self.assertLessEqual(len(self.remote_invoice(move)["text_after"]), 500)
        self.assertIn("text_cut", [warning.code for warning in self.prepared(move).warnings])

    def test_sections_and_notes_keep_their_places(self):
        empty = {"price_unit": 0, "tax_ids": False, "account_id": False}
        move = self.invoice(
            {"name": "Työ", "display_type": "line_section", "sequence": 1, **empty},
            {"name": "Asennus", "sequence": 2},
            {"name": "Viikko 5", "display_type": "line_note", "sequence": 3, **empty},
            {"name": "Tarvikkeet", "display_type": "line_subsection", "sequence": 4, **empty},
            {"name": "Ruuvit", "sequence": 5},
        )
        self.run_netvisor()
        lines = self.remote_invoice(move)["lines"]
        self.assertEqual(
            [(line["kind"], line.get("name") or line["text"]) for line in lines],
            [
                ("comment", "Työ"),
                ("product", "Asennus"),
                ("comment", "Viikko 5"),
                ("comment", "Tarvikkeet"),
                ("product", "Ruuvit"),
            ],
        )
        self.assertEqual({line["product_code"] for line in lines if line["kind"] == "product"}, {"Odoo"})

    # --- status, currency -------------------------------------------------------------------------------------------
    def test_who_delivers(self):
        move = self.invoice()
        self.company.sudo().netvisor_delivery = "netvisor"
        self.run_netvisor()
        self.assertEqual(self.remote_invoice(move)["status"], "unsent")
        self.journal.netvisor_status = "open"
        other = self.invoice()
        self.run_netvisor()
        self.assertEqual(self.remote_invoice(other)["status"], "open")
        self.assertTrue(self.remote_invoice(other)["voucher"])

    # --- accounts ---------------------------------------------------------------------------------------------------
    def test_all_missing_accounts_at_once(self):
        accounts = [
            self.env["account.account"].create(
                {"name": code, "code": code, "account_type": "income", "company_ids": self.company.ids}
            )
            for code in ("999901", "999902")
        ]
        self.invoice()
        self.run_netvisor()  # the chart is mirrored
        move = self.invoice({"account_id": accounts[0].id}, {"account_id": accounts[1].id}, {})
        self.run_netvisor()
        document = self.document(move)
        self.assertEqual([problem["code"] for problem in document.problems], ["accounts_missing"])
        self.assertIn("999901, 999902", document.problem)
        accounts[0].netvisor_account_number = accounts[1].netvisor_account_number = "3010"
        document._retry()
        self.run_netvisor()
        self.assertEqual(
            {line["account"] for line in self.remote_invoice(move)["lines"]}, {"3010", self.income_account.code}
        )

    # --- scope ------------------------------------------------------------------------------------------------------
    def test_receipts_and_entries_are_named_problems(self):
        receipt = self.invoice(move_type="out_receipt")
        self.env["netvisor.document"]._enqueue_moves(receipt, "sales_invoice")
        self.assertEqual(self.blocked(receipt), ["wrong_type"])
        self.assertIn(self.journal.name, self.document(receipt).problem)

    def test_every_problem_at_once(self):
        """A bookkeeper mends an invoice once, not five times."""
        tax = self.own_tax(25.5, code=False)
        nowhere = self.env["res.partner"].sudo().create({"name": "Osoitteeton Oy", "is_company": True})
        move = self.invoice({"tax_ids": self.taxed(tax)}, partner_id=nowhere.id)
        move.payment_reference = "KIITOS"
        self.assertEqual(set(self.codes(move)), {"vat_code_missing", "no_address", "reference_invalid"})

    # --- digest -----------------------------------------------------------------------------------------------------
    def test_digest_is_stable_and_sees_changes(self):
        move = self.invoice(ref="A")
        self.to_the_cent(move)
        self.env.invalidate_all()
        first = self.prepared(move).digest
        self.assertEqual(first, self.document(move).digest)
        self.journal.netvisor_status = "unsent"
        self.assertEqual(self.prepared(move).digest, first, "who delivers is not what is sent")
        move.ref = "B"
        self.assertNotEqual(self.prepared(move).digest, first)

    def test_digest_does_not_depend_on_who_looks(self):
        self.env["res.lang"].sudo()._activate_lang("fi_FI")
        move = self.invoice()
        self.to_the_cent(move)
        kind = self.kind().with_context(lang="fi_FI")
        found = kind._prepare(self.document(move).sudo().with_context(lang="fi_FI"))[self.document(move).id]
        self.assertEqual(found.digest, self.document(move).digest)

    def test_chatter_says_that_it_arrived(self):
        move = self.invoice()
        self.run_netvisor()
        key = str(self.document(move).netvisor_key)
        self.assertTrue([body for body in move.message_ids.mapped("body") if key in body])


@tagged("post_install", "-at_install", "post_install_l10n")
class TestSalesInvoiceCost(SalesInvoiceCommon):
    def test_statements_per_invoice(self):
        """Waves of 10 and 50: what an invoice more costs. The budget is 0.3 statements for preparing one."""
        moves = [self.invoice(*[{"price_unit": index + 1.37} for index in range(10)]) for _number in range(60)]
        self.run_netvisor()
        documents = self.env["netvisor.document"].union(*(self.document(move) for move in moves)).sudo()
        costs = []
        for wave in (documents[:10], documents[10:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before, started = self.env.cr.sql_log_count, time.monotonic()
            kind = self.kind()
            kind._requirements(wave)
            prepared = kind._prepare(wave)
            kind._stamp(wave)
            self.assertEqual({type(verdict) for verdict in prepared.values()}, {Prepared})
            costs.append(self.env.cr.sql_log_count - before)
            seconds = (time.monotonic() - started) / len(wave)
            _logger.info("Netvisor: %.1f ms to prepare one of %s invoices", seconds * 1000, len(wave))
        per_invoice = (costs[1] - costs[0]) / 40
        _logger.info("Netvisor: %s statements for 10 invoices, %s for 50", *costs)
        self.assertLessEqual(per_invoice, 0.3, f"10: {costs[0]}, 50: {costs[1]}")
