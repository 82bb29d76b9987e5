import logging
from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError

from ..netvisor.formats import shorten
from ..netvisor.sales_invoice import Attachment
from .netvisor_document import SENT
from .sales_invoice_pdf_reduce import reduced

_logger = logging.getLogger(__name__)

# No size check is documented for the interface (8.48); an invoice beyond this is a mistake rather than an invoice.
LARGEST = 20 * 1024 * 1024
BATCH = 20  # invoices rendered by one run of wkhtmltopdf
MIME_TYPE = "application/pdf"


class NetvisorKindSalesInvoice(models.AbstractModel):
    """The PDF copy: Odoo's own legal PDF and nothing else. Other attachments are the company's business, not Netvisor's."""

    _inherit = "netvisor.kind.sales_invoice"

    @api.model
    def _wants_pdf(self, move):
        return move.journal_id._netvisor_attaches_pdf()

    @api.model
    def _slow(self, documents):
        return documents.filtered(lambda document: self._lacks_pdf(document.move_id))

    @api.model
    def _lacks_pdf(self, move):
        return self._wants_pdf(move) and self._is_in_scope(move) and not move.sudo().invoice_pdf_report_id

    @api.model
    def _before_sending(self, documents):
        """Render the legal PDFs that do not exist yet. One that fails is logged; its invoice is held back with the reason."""
        moves = documents.move_id.filtered(self._lacks_pdf)
        groups = defaultdict(lambda: self.env["account.move"])
        for move in moves:
            try:
                groups[move.company_id, self._report(move)] |= move
            except UserError:  # no report fits this invoice
                _logger.warning("Netvisor: no report for the PDF of %s", move.name)
        for (company, report), group in groups.items():
            self._render_group(company, report, group)

    @api.model
    def _report(self, move):
        return self.env["account.move.send"]._get_default_pdf_report_id(move)

    @api.model
    def _render_group(self, company, report, moves):
        """Several at once, because starting wkhtmltopdf takes a second. One by one where that fails: one bad invoice costs
        only itself, and Debian's wkhtmltopdf cannot make several."""
        together = True
        for start in range(0, len(moves), BATCH):
            batch = moves[start : start + BATCH]
            together = together and self._render_or_log(company, report, batch)
            if not together and len(batch) > 1:
                for move in batch:
                    self._render_or_log(company, report, move)

    @api.model
    def _render_or_log(self, company, report, moves):
        """:return: whether it worked"""
        try:
            with self.env.cr.savepoint():
                self._render(company, report, moves)
        except Exception:  # a report can fail in any way; the invoice says that it has no PDF
            alone = len(moves) == 1  # of several, each is tried again by itself
            level = logging.WARNING if alone else logging.INFO
            _logger.log(level, "Netvisor: no PDF of %s", moves.mapped("name"), exc_info=alone)
            return False
        return True

    @api.model
    def _render(self, company, report, moves):
        """As Odoo's send wizard does it, but ``is_move_sent`` stays as it is: nobody has sent anything to the customer."""
        renderer = self.env["ir.actions.report"].with_company(company)
        content, kind = renderer._pre_render_qweb_pdf(report.report_name, res_ids=moves.ids)
        contents = renderer._get_splitted_report(report.report_name, content, kind)
        self.env["ir.attachment"].sudo().create(
            [
                {
                    "name": move._get_invoice_report_filename(report=report),
                    "raw": contents[move.id],
                    "mimetype": MIME_TYPE,
                    "res_model": move._name,
                    "res_id": move.id,
                    "res_field": "invoice_pdf_report_file",
                }
                for move in moves
            ]
        )
        moves.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])

    # --- the message ------------------------------------------------------------------------------------------------
    @api.model
    def _pdf_values(self, draft):
        """Checks only; the bytes are read just before the invoice's own POST. Gives no values to the message."""
        if not self._wants_pdf(draft.move) or draft.document.state in SENT:
            return {}  # what was sent is compared without its copy
        attachment = draft.move.sudo().invoice_pdf_report_id
        if not attachment:
            draft.block("pdf_missing", name=draft.move.name)
        elif attachment.file_size > LARGEST and len(self._content(draft.move, attachment)) > LARGEST:
            size = round(attachment.file_size / 1024 / 1024)
            draft.block("pdf_too_large", size=size, limit=LARGEST // 1024 // 1024)
        return {}

    @api.model
    def _content(self, move, attachment):
        content = attachment.raw or b""
        return reduced(content) if self._root(move).netvisor_pdf_reduce else content

    @api.model
    def _attachments(self, document):
        move = document.move_id
        attachment = move.sudo().invoice_pdf_report_id
        if not self._wants_pdf(move) or not attachment:
            return ()
        encoding = self._root(move).netvisor_encoding
        return (
            Attachment(
                mime_type=MIME_TYPE,
                description=shorten(self.env._("Invoice %(number)s", number=move.name), 100, encoding),
                filename=shorten(attachment.name or f"{move.name}.pdf", 255, encoding),
                data=self._content(move, attachment),
                print_by_default=False,  # a copy for the books: Netvisor never sends it to the customer
            ),
        )
