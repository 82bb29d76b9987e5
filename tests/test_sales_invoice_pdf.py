"""The PDF copy: the customer's own, never printed again, never another attachment, and smaller only where nobody reads."""

import io
import random

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from odoo.tests import BaseCase, tagged
from odoo.tools.pdf import PdfFileReader

from odoo.addons.account_netvisor.models.sales_invoice_pdf import LARGEST
from odoo.addons.account_netvisor.models.sales_invoice_pdf_reduce import reduced

from .common import NetvisorCommon

TEXT = "Lasku 2026 – ääkköset: åäö ÅÄÖ €, yhteensä 251,00 €"


def pdf(pages=2, image=None, compressed=False):
    output = io.BytesIO()
    canvas = Canvas(output, pageCompression=int(compressed))
    for page in range(pages):
        for row in range(40):
            canvas.drawString(40, 800 - row * 15, f"{TEXT} rivi {page}/{row}")
        if image:
            canvas.drawImage(ImageReader(image), 300, 100, 200, 200)
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def picture(width, height=None, form="PNG", mode="RGB"):
    """A photograph, as far as a compressor can tell."""
    rng = random.Random(1)
    small = Image.frombytes(mode, (64, 64), bytes(rng.randrange(256) for _ in range(64 * 64 * len(mode))))
    output = io.BytesIO()
    small.resize((width, height or width), Image.Resampling.BICUBIC).save(output, form)
    output.seek(0)
    return output


def texts(content):
    return [page.extract_text() for page in PdfFileReader(io.BytesIO(content), strict=False).pages]


@tagged("post_install", "-at_install", "post_install_l10n")
class TestSalesInvoicePdf(NetvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().netvisor_pdf = "attach"

    def attach(self, move, content):
        """As Odoo's send wizard leaves it."""
        self.env["ir.attachment"].sudo().create(
            {
                "name": f"{move.name.replace('/', '_')}.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": "account.move",
                "res_id": move.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        move.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])

    def test_the_legal_pdf_and_nothing_else(self):
        move = self.invoice()
        content = pdf()
        self.attach(move, content)
        self.env["ir.attachment"].create(
            {"name": "sisäinen.pdf", "raw": b"%PDF", "res_model": "account.move", "res_id": move.id}
        )
        self.run_netvisor()
        attachments = self.remote_invoice(move)["attachments"]
        self.assertEqual(len(attachments), 1)
        self.assertEqual(attachments[0]["filename"], move.sudo().invoice_pdf_report_id.name)
        self.assertFalse(attachments[0]["print_by_default"])
        self.assertEqual(attachments[0]["size"], len(content))
        self.assertFalse(move.is_move_sent)

    def test_rendered_when_there_is_none_without_marking_it_as_sent(self):
        moves = self.invoice() | self.invoice()
        self.run_netvisor()
        for move in moves:
            self.assertTrue(move.sudo().invoice_pdf_report_id)
            self.assertFalse(move.is_move_sent)
            self.assertEqual(len(self.remote_invoice(move)["attachments"]), 1)
        self.assertFalse(self.env["mail.message"].search([("res_id", "in", moves.ids), ("message_type", "=", "email")]))

    def test_one_that_cannot_be_rendered_costs_only_itself(self):
        good = self.invoice()
        report = (
            self.env.ref("account.account_invoices").sudo().copy({"report_name": "account_netvisor.no_such_report"})
        )
        partner = self.customer.sudo().copy({"ref": "777", "company_registry": False, "name": "Toinen Oy"})
        partner.with_company(self.company).invoice_template_pdf_report_id = report
        bad = self.invoice(partner_id=partner.id)
        with self.assertLogs("odoo.addons.account_netvisor.models.sales_invoice_pdf", "WARNING"):
            self.run_netvisor()
        self.assertEqual(self.document(good).state, "done")
        self.assertEqual([problem["code"] for problem in self.document(bad).problems], ["pdf_missing"])

    def test_no_pdf_by_the_journal(self):
        self.journal.netvisor_pdf = "none"
        move = self.invoice()
        self.run_netvisor()
        self.assertFalse(self.remote_invoice(move)["attachments"])
        self.assertFalse(move.sudo().invoice_pdf_report_id)

    def test_thirty_megabytes_are_a_named_problem(self):
        move = self.invoice()
        self.attach(move, b"%PDF-1.4\n" + b"x" * (30 * 1024 * 1024))
        self.run_netvisor()
        document = self.document(move)
        self.assertEqual([problem["code"] for problem in document.problems], ["pdf_too_large"])
        self.assertIn("30", document.problem)
        self.assertIn("20", document.problem)
        self.assertFalse(self.remote()["invoices"])

    def test_a_large_one_goes_when_it_can_be_reduced(self):
        self.company.sudo().netvisor_pdf_reduce = True
        move = self.invoice()
        noise = Image.frombytes("RGB", (3000, 2600), random.Random(2).randbytes(3000 * 2600 * 3))
        image = io.BytesIO()
        noise.save(image, "PNG")
        content = pdf(1, image)
        self.assertGreater(len(content), LARGEST)
        self.attach(move, content)
        self.run_netvisor()
        self.assertEqual(self.document(move).state, "done", self.document(move).problem)
        self.assertLess(self.remote_invoice(move)["attachments"][0]["size"], 3 * 1024 * 1024)


@tagged("post_install", "-at_install")
class TestReducedPdf(BaseCase):
    def assert_smaller_with_the_same_text(self, content, factor):
        smaller = reduced(content)
        self.assertLess(len(smaller), len(content) * factor)
        self.assertEqual(texts(smaller), texts(content))
        self.assertIn("rivi 0/39", texts(smaller)[0])
        return smaller

    def test_streams(self):
        self.assert_smaller_with_the_same_text(pdf(3), 0.5)

    def test_images(self):
        for form, mode in (("PNG", "RGB"), ("JPEG", "RGB"), ("PNG", "L")):
            with self.subTest((form, mode)):
                content = pdf(2, picture(1500, 1100, form, mode), compressed=True)
                smaller = self.assert_smaller_with_the_same_text(content, 0.6)
                page = PdfFileReader(io.BytesIO(smaller), strict=False).pages[0]
                images = [item.get_object() for item in page["/Resources"]["/XObject"].values()]
                self.assertTrue(all(image["/Width"] <= 1240 for image in images if image["/Subtype"] == "/Image"))

    def test_the_second_time_changes_nothing_more(self):
        once = reduced(pdf(2, picture(1400), compressed=True))
        self.assertEqual(texts(reduced(once)), texts(once))

    def test_what_is_no_pdf_stays_as_it_is(self):
        for content in (b"", b"no pdf", b"%PDF-1.4 broken", pdf()[:-200]):
            self.assertIn(len(reduced(content)), range(len(content) + 1))
        self.assertEqual(reduced(b"no pdf"), b"no pdf")
