"""The month-end certificate: what it counts, what it calls open, and that a later change of the books shows."""

import base64
import hashlib

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import date_utils

from .common import OTHER_ORGANISATION
from .voucher_common import VoucherCase

COMPARED = ("ledger", "vat", "receivables", "not_compared")


class CertificateCase(VoucherCase):
    """A month that is over, in books that are read from Netvisor."""

    def setUp(self):
        super().setUp()
        today = fields.Date.today()
        self.first = date_utils.start_of(date_utils.subtract(today, months=1), "month")
        self.last = date_utils.end_of(self.first, "month")
        self.company.sudo().write({"netvisor_ledger": True, "netvisor_ledger_start": self.first})
        # Where Netvisor books the VAT of invoices by itself.
        self.account("2930").with_company(self.company).sudo().netvisor_account_number = "2939"

    def bill(self, *lines, **values):
        """A customer invoice of the month."""
        return self.invoice(*lines, invoice_date=self.first, **values)

    def book(self, *rows, **values):
        return self.entry(*rows, date=self.last, **values)

    def read_ledger(self):
        feeds = self.env["netvisor.feed"].search([("company_id", "=", self.company.id)])
        feeds.filtered(lambda feed: feed.kind in ("ledger", "deleted_voucher", "open_invoice")).sudo()._request_now()
        self.work()

    def month(self):
        """Two entries and two invoices, all in Netvisor and in its ledger."""
        moves = self.bill() | self.bill({"price_unit": 50.0}) | self.book() | self.book(("7230", 10), ("1910", -10))
        self.work()
        self.read_ledger()
        self.assertEqual(set(moves.mapped("netvisor_state")), {"done"}, moves.mapped("netvisor_problem"))
        return moves

    def certificate(self, user=None, **values):
        return (
            self.env["netvisor.certificate"]
            .with_user(user or self.controller)
            .create({"company_id": self.company.id, "date_from": self.first, **values})
        )

    def journal_figures(self, certificate, journal):
        return next(row for row in certificate.figures["journals"] if row["key"] == journal.id)

    def points(self, certificate, compared=True):
        """dict code → how many; with or without what the comparison of the ledgers says."""
        counts = dict(certificate._points(certificate.figures))
        return counts if compared else {code: count for code, count in counts.items() if code not in COMPARED}


@tagged("post_install", "-at_install")
class TestCertificate(CertificateCase):
    # --- figures ------------------------------------------------------------------------------------------------------
    def test_a_complete_month(self):
        self.month()
        certificate = self.certificate()
        self.assertEqual((certificate.date_from, certificate.date_to), (self.first, self.last))
        self.assertEqual(self.points(certificate), {})
        sales, misc = (self.journal_figures(certificate, journal) for journal in (self.journal, self.misc))
        self.assertEqual((sales["entries"], sales["confirmed"], sales["debit"]), (2, 2, "188.25"))
        self.assertEqual((misc["entries"], misc["confirmed"], misc["debit"]), (2, 2, "110.00"))
        certificate.action_confirm()
        self.assertEqual((certificate.state, certificate.user_id), ("confirmed", self.controller))
        self.assertTrue(certificate.confirmed_at)
        self.assertTrue(certificate.still_true, certificate.change_text)

    def test_the_digest_is_that_of_the_kept_file(self):
        moves = self.month()
        certificate = self.certificate()
        certificate.action_confirm()
        evidence = base64.b64decode(certificate.evidence)
        self.assertEqual(hashlib.sha256(evidence).hexdigest(), certificate.digest)
        for move in moves:
            self.assertIn(f";{move.name};", evidence.decode())

    def test_how_far_entries_have_come(self):
        self.month()
        blocked = self.bill(payment_reference="Thank you")
        self.work()
        self.assertEqual(blocked.netvisor_state, "blocked")
        waiting = self.book()  # posted, the job has not run
        late = self.bill()
        outside = self.entry(journal=self.company_data["default_journal_bank"], date=self.last)
        certificate = self.certificate()
        self.assertEqual(self.points(certificate, compared=False), {"waiting": 2, "problem": 1})
        sales = self.journal_figures(certificate, self.journal)
        self.assertEqual((sales["confirmed"], sales["problem"], sales["waiting"]), (2, 1, 1))
        bank = self.journal_figures(certificate, outside.journal_id)
        self.assertEqual((bank["outside"], bank["outside_debit"]), (1, "100.00"))
        opened = certificate.with_context(point="waiting").action_open_entries()
        self.assertEqual(self.env["account.move"].search(opened["domain"]), waiting | late)
        self.document(late, "sales_invoice")._cancel_sending("by hand")
        certificate.action_compute()
        self.assertEqual(self.journal_figures(certificate, self.journal)["left_out"], 1)
        self.assertEqual(self.points(certificate, compared=False), {"waiting": 1, "problem": 1})

    def test_sent_but_not_in_the_ledger(self):
        """Netvisor has taken it, and its books do not show it: not confirmed. Where no ledger is read, its word counts."""
        self.month()
        late = self.book()
        self.work()
        self.assertEqual(late.netvisor_state, "done")
        certificate = self.certificate()
        self.assertEqual(self.points(certificate, compared=False), {"sent": 1})
        self.read_ledger()
        certificate.action_compute()
        self.assertEqual(self.points(certificate, compared=False), {})
        self.company.sudo().netvisor_ledger = False
        self.env["netvisor.ledger.voucher"].search([]).sudo().unlink()
        certificate.action_compute()
        self.assertEqual(self.points(certificate, compared=False), {})

    def test_an_invalidated_voucher_is_not_confirmed(self):
        moves = self.month()
        entry = moves.filtered(lambda move: move.journal_id == self.misc)[:1]
        self.sandbox.user("voucher_invalidate", key=entry.netvisor_key)
        self.read_ledger()
        points = self.points(self.certificate())
        self.assertEqual(points.get("sent", 0) + points.get("problem", 0), 1, points)

    def test_gaps_in_numbering(self):
        moves = self.month()
        self.assertFalse(self.certificate().figures["gaps"])
        first, second, third = self.bill(), self.bill(), self.bill()
        numbers = [move.sequence_number for move in (first, second, third)]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 3)))
        self.env["netvisor.document"].sudo().search([("move_id", "in", (first | second).ids)]).unlink()
        (first | second).button_draft()
        certificate = self.certificate()
        gap = certificate.figures["gaps"][0]
        self.assertEqual((gap["first"], gap["last"], gap["held"]), (*numbers[:2], 2))
        self.assertEqual((gap["key"], gap["name"], gap["journal"]), (third.id, third.name, self.journal.id))
        (first | second).with_context(force_delete=True).unlink()
        certificate.action_compute()
        self.assertEqual([gap["held"] for gap in certificate.figures["gaps"]], [0])
        self.assertEqual(self.points(certificate)["gaps"], 1)
        opened = certificate.with_context(point="gaps").action_open_entries()
        self.assertEqual(self.env["account.move"].search(opened["domain"]), third)
        self.assertTrue(moves.exists())

    def test_unmatched_credit_notes(self):
        original = self.bill()
        self.work()
        matched = self.refund(original)
        alone = self.bill(move_type="out_refund")
        self.work()
        self.read_ledger()
        self.assertEqual(self.document(matched, "credit_note_match").state, "done")
        certificate = self.certificate()
        self.assertEqual([row["name"] for row in certificate.figures["credit_notes"]], [alone.name])
        self.assertEqual(self.points(certificate), {"credit_notes": 1})

    def refund(self, move):
        values = {"journal_id": move.journal_id.id, "date": self.first, "reason": "Palautus"}
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=move.ids)
        action = wizard.create(values).refund_moves()
        note = self.env["account.move"].browse(action["res_id"])
        note.invoice_date = self.first
        note.action_post()
        return note

    # --- both ledgers -------------------------------------------------------------------------------------------------
    def test_what_the_comparison_says(self):
        moves = self.month()
        lines = [["7230", "10.00", "KOOS", "25.5"], ["1763", "2.55"], ["1910", "-12.55"]]
        self.sandbox.user("voucher_add", date=str(self.first), lines=lines, description="Käsin")
        paid = moves.filtered(lambda move: move.journal_id == self.journal)[:1]
        self.sandbox.user("payment_add", invoice=paid.netvisor_key, amount="10", date=str(fields.Date.today()))
        self.read_ledger()
        certificate = self.certificate()
        self.assertEqual(self.points(certificate), {"ledger": 3, "vat": 1, "receivables": 1})
        self.assertIn("codes and months", certificate.tables)
        opened = certificate.with_user(self.bookkeeper).action_open_reconciliation()
        reconciliation = self.env[opened["res_model"]].browse(opened["res_id"])
        self.assertEqual((reconciliation.date_from, reconciliation.date_to), (self.first, self.last))
        self.assertEqual(reconciliation.with_user(self.bookkeeper).action_certificate()["res_id"], certificate.id)

    def test_made_from_the_reconciliation(self):
        self.month()
        reconciliation = self.env["netvisor.reconciliation"]._make(self.company, self.first, self.last)
        with self.assertRaises(AccessError):
            reconciliation.with_user(self.bookkeeper).action_certificate()
        opened = reconciliation.with_user(self.controller).action_certificate()
        certificate = self.env[opened["res_model"]].browse(opened["res_id"])
        self.assertEqual((certificate.date_from, certificate.state), (self.first, "draft"))
        longer = self.env["netvisor.reconciliation"]._make(self.company, self.first, fields.Date.today())
        with self.assertRaisesRegex(UserError, "whole month"):
            longer.with_user(self.controller).action_certificate()

    def test_without_a_ledger_nothing_is_compared(self):
        self.company.sudo().netvisor_ledger = False
        certificate = self.certificate()
        self.assertEqual(self.points(certificate), {"not_compared": 1})
        self.assertIn("nothing was compared", certificate.tables)

    # --- confirming ---------------------------------------------------------------------------------------------------
    def test_open_points_need_a_reason(self):
        self.month()
        self.book()
        certificate = self.certificate()
        with self.assertRaisesRegex(UserError, "open points"):
            certificate.action_confirm()
        self.assertEqual(certificate.state, "draft")
        certificate.reason = "Sent on Monday"
        certificate.action_confirm()
        self.assertEqual((certificate.state, certificate.open_count), ("confirmed", 3))

    def test_a_month_that_is_not_over_is_open(self):
        certificate = self.certificate(date_from=fields.Date.today())
        self.assertIn("running", self.points(certificate))

    def test_what_was_not_seen_is_not_confirmed(self):
        self.month()
        certificate = self.certificate()
        self.bill()
        self.work()
        self.read_ledger()
        action = certificate.action_confirm()
        self.assertEqual((certificate.state, action["params"]["type"]), ("draft", "warning"))
        self.assertEqual(self.journal_figures(certificate, self.journal)["entries"], 3)
        certificate.action_confirm()
        self.assertEqual(certificate.state, "confirmed")

    def test_only_accounting_administrators_confirm(self):
        self.month()
        with self.assertRaises(AccessError):
            self.certificate(self.bookkeeper)
        certificate = self.certificate()
        for user in (self.bookkeeper, self.auditor()):
            seen = certificate.with_user(user)
            self.assertEqual(seen.figures, certificate.figures)
            self.assertIn(self.journal.display_name, seen.tables)
            for name in ("action_confirm", "action_compute", "action_new_revision"):
                with self.assertRaises(AccessError):
                    getattr(seen, name)()
        with self.assertRaises(AccessError):
            certificate.with_user(new_test_user(self.env(su=True), "nobody", "base.group_user")).action_open_entries()

    def auditor(self):
        return new_test_user(
            self.env(su=True),
            "auditor",
            groups="base.group_user,account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_figures_are_never_given(self):
        certificate = self.certificate(state="confirmed", digest="x", user_id=self.controller.id)
        self.assertEqual((certificate.state, certificate.user_id.id), ("draft", False))
        self.assertNotEqual(certificate.digest, "x")
        for values in ({"state": "confirmed"}, {"figures": {}}, {"digest": "x"}):
            with self.assertRaises(AccessError):
                certificate.write(values)

    def test_confirmed_stays_as_it_is(self):
        self.month()
        certificate = self.certificate()
        certificate.action_confirm()
        for act in (
            lambda: certificate.write({"reason": "x"}),
            lambda: certificate.sudo().write({"date_from": "2020-01-01"}),
            lambda: certificate.unlink(),
            lambda: certificate.attachment_id.unlink(),
            lambda: certificate.action_compute(),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                act()
        again = self.env["netvisor.certificate"].browse(certificate.action_new_revision()["res_id"])
        self.assertEqual((again.revision, again.state, again.date_from), (2, "draft", self.first))
        again.unlink()

    def test_other_companies(self):
        certificate = self.certificate()
        other = self.env["res.company"].sudo().create({"name": "Toinen", "currency_id": self.env.ref("base.EUR").id})
        self.connect(other, OTHER_ORGANISATION)
        stranger = new_test_user(
            self.env(su=True),
            "stranger",
            groups="base.group_user,account.group_account_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self.env["netvisor.certificate"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            certificate.with_user(stranger).action_compute()
        with self.assertRaises(AccessError):
            self.certificate(stranger)
        mine = self.certificate(stranger, company_id=other.id)
        self.assertEqual(mine.figures["journals"], [])

    def test_a_company_without_connection(self):
        other = self.env["res.company"].sudo().create({"name": "Toinen"})
        self.controller.sudo().company_ids += other
        with self.assertRaisesRegex(UserError, "not connected"):
            self.certificate(company_id=other.id)

    # --- a later change shows -----------------------------------------------------------------------------------------
    def confirmed(self):
        moves = self.month()
        certificate = self.certificate()
        certificate.action_confirm()
        self.assertTrue(certificate.still_true)
        return certificate, moves

    def assert_changed(self, certificate, *texts):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(certificate.still_true)
        for text in texts:
            self.assertIn(text, certificate.change_text)

    def test_an_entry_of_the_month_changes(self):
        certificate, moves = self.confirmed()
        entry = moves.filtered(lambda move: move.journal_id == self.misc)[:1]
        other = self.account("7200")
        entry.line_ids.filtered(lambda line: line.account_id.code == "7230").account_id = other
        self.assert_changed(certificate, f"Entries changed: {entry.name}")

    def test_an_entry_is_added_or_reset(self):
        certificate, moves = self.confirmed()
        added = self.book()
        self.assert_changed(certificate, f"Entries added: {added.name}", "Not sent yet: 0 (0.00) → 1 (100.00)")
        added.button_draft()
        self.env.invalidate_all()
        self.assertTrue(certificate.still_true)
        entry = moves.filtered(lambda move: move.journal_id == self.misc)[:1]
        entry.button_draft()
        self.assert_changed(certificate, f"Entries that are gone: {entry.name}")

    def test_a_document_changes(self):
        certificate, moves = self.confirmed()
        document = self.document(moves[0], "sales_invoice")
        document.state = "changed"
        self.assert_changed(certificate, f"Entries changed: {moves[0].name}", "With a problem: 0 (0.00) → 1")

    def test_a_voucher_changes_in_netvisor(self):
        certificate, moves = self.confirmed()
        entry = moves.filtered(lambda move: move.journal_id == self.misc)[:1]
        lines = [["7200", "100.00"], ["1910", "-100.00"]]
        self.sandbox.user("voucher_change", key=entry.netvisor_key, lines=lines)
        self.read_ledger()
        self.assert_changed(certificate, "Vouchers changed in Netvisor")
        self.sandbox.user("voucher_add", date=str(self.first), lines=lines, description="Käsin")
        self.read_ledger()
        self.assert_changed(certificate, "Vouchers added in Netvisor")

    def test_the_ledger_read_again_changes_nothing(self):
        certificate, _moves = self.confirmed()
        self.sandbox.user("voucher_add", date=str(fields.Date.today()), lines=[["7200", "1"], ["1910", "-1"]])
        self.read_ledger()
        self.entry()
        self.env.invalidate_all()
        self.assertTrue(certificate.still_true, certificate.change_text)

    # --- on paper -----------------------------------------------------------------------------------------------------
    def test_the_print(self):
        self.month()
        self.book()
        certificate = self.certificate(reason="Sent on Monday")
        certificate = certificate.with_context(force_report_rendering=True)
        certificate.action_confirm()
        pdf = certificate.attachment_id
        self.assertEqual((pdf.mimetype, pdf.raw[:5]), ("application/pdf", b"%PDF-"))
        html = self.env["ir.actions.report"]._render_qweb_html(
            "account_netvisor.action_report_certificate", certificate.ids
        )[0]
        for text in (
            certificate.digest,
            "Sent on Monday",
            self.controller.name,
            "Signature",
            self.journal.display_name,
        ):
            self.assertIn(text, html.decode())
