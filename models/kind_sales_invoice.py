import logging
from dataclasses import replace

from odoo import api, models
from odoo.tools import SQL

from ..netvisor import sales_invoice
from ..netvisor.sales_invoice import ProductLine
from ..netvisor.values import digest
from .netvisor_kind import Blocked, NotReady, Prepared, Problem, Skipped
from .sales_invoice_draft import Draft, Wave

_logger = logging.getLogger(__name__)

MOVE_TYPES = ("out_invoice", "out_refund")
# Who delivers and what is attached may change after sending without the invoice being another one.
NOT_COMPARED = ("attachments", "status")


class NetvisorKindSalesInvoice(models.AbstractModel):
    """Customer invoices and credit notes. The parts are in ``sales_invoice_*.py``."""

    _name = "netvisor.kind.sales_invoice"
    _inherit = "netvisor.kind"
    _description = "Netvisor: sales invoices"

    # --- before the wave --------------------------------------------------------------------------------------------
    @api.model
    def _requirements(self, documents):
        needs = {}
        for company, group in documents.grouped("company_id").items():
            going = group.filtered(lambda document: self._is_in_scope(document.move_id))
            if not going:
                continue
            customers = self._of("customer")._ensure(going.move_id.commercial_partner_id, company)
            products = self._products_needed(going.move_id, company)
            items = self._of("dimension_item")._needed_for(going.move_id, company._netvisor_root())
            nothing = self.env["netvisor.document"]
            for document in going:
                move = document.move_id
                customer = customers.get(move.commercial_partner_id, nothing)
                needs[document] = customer | products.get(move, nothing) | items.get(move, nothing)
        return needs

    @api.model
    def _is_in_scope(self, move):
        """Nothing is created in Netvisor for the sake of an invoice that will not go there."""
        if not move or move.move_type not in MOVE_TYPES or move.state != "posted":
            return False
        return self._is_exported(move) and not self._is_skipped_zero(move)

    @api.model
    def _is_exported(self, move):
        """Asked again when its turn comes: the journal or the first day of sending may have been changed meanwhile."""
        return move.journal_id.netvisor_export == "sales_invoice" and move._netvisor_may_send()

    @api.model
    def _is_skipped_zero(self, move):
        return move.currency_id.is_zero(move.amount_total) and not self._root(move).netvisor_send_zero

    @api.model
    def _root(self, move):
        """The connected company, readable: its settings steer what is sent, its secrets are not touched here."""
        return move.company_id._netvisor_root().sudo()

    @api.model
    def _prepare(self, documents):
        """In the language of the connected company, whoever asks: otherwise a digest would differ from user to user."""
        lang = documents.root_company_id[:1].partner_id.lang or "en_US"
        kind = self.with_context(lang=lang, netvisor_wave=Wave())
        return super(NetvisorKindSalesInvoice, kind)._prepare(documents.with_env(kind.env))

    @api.model
    def _warm(self, documents):
        """One read per model for the whole wave: in a plain loop the tax engine costs three queries per invoice."""
        moves = documents.move_id
        wave = self._wave()
        lines = moves.line_ids
        for name in ("tax_ids", "tax_tag_ids", "product_id", "tax_repartition_line_id", "account_id", "product_uom_id"):
            lines.mapped(name)
        moves.invoice_line_ids.mapped("display_type")
        lines.mapped("tax_ids.invoice_repartition_line_ids.tag_ids")
        lines.mapped("tax_ids.refund_repartition_line_ids.tag_ids")
        partners = moves.partner_id | moves.commercial_partner_id | moves.partner_shipping_id
        partners.mapped("country_id.code")
        for company, group in moves.grouped("company_id").items():
            self._warm_company(wave, company, group)

    @api.model
    def _warm_company(self, wave, company, moves):
        bindings = (
            self.env["netvisor.binding"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", company._netvisor_root().id),
                    ("kind", "=", "customer"),
                    ("partner_id", "in", moves.commercial_partner_id.ids),
                ],
                ["partner_id", "netvisor_key"],
            )
        )
        wave.customer_keys |= {binding.partner_id.id: binding.netvisor_key for binding in bindings}
        accounts = moves.line_ids.filtered(lambda line: line.display_type in ("product", "epd", "rounding")).account_id
        numbers = {account.id: account._netvisor_number(company) for account in accounts}
        wave.account_numbers |= {(company.id, account_id): number for account_id, number in numbers.items()}
        try:
            missing = self.env["netvisor.account"]._missing(company, {number for number in numbers.values() if number})
            wave.missing_numbers[company.id] = set(missing)
        except NotReady as not_ready:  # the chart of accounts has not been read yet
            wave.not_ready[company.id] = not_ready
        self._warm_coding(wave, company, moves)
        self._warm_products(wave, company, moves)

    @api.model
    def _wave(self):
        return self.env.context.get("netvisor_wave") or Wave()

    # --- one invoice ------------------------------------------------------------------------------------------------
    @api.model
    def _prepare_one(self, document):
        move = document.move_id
        self._check_scope(move)
        draft = Draft(
            document=document,
            move=move,
            root=self._root(move),
            wave=self._wave(),
            sign=-1 if move.move_type == "out_refund" else 1,
        )
        values = {}
        for part in self._parts():
            values |= part(draft)
        draft.finish()
        if not_ready := draft.wave.not_ready.get(move.company_id.id):
            raise not_ready
        if not values["customer_key"]:
            raise NotReady(30)  # the customer is on its way
        invoice = sales_invoice.SalesInvoice(**values)
        return Prepared(
            values=invoice,
            digest=digest(self._compared(draft, invoice), without=NOT_COMPARED),
            search=self._search_values(draft, invoice),
            number=str(invoice.number or ""),
            warnings=tuple(draft.warnings),
            options={
                "encoding": draft.root.netvisor_encoding,
                "query": {} if draft.root.netvisor_create_dimensions else {"useonlyexistingdimensions": True},
                "pdf": self._wants_pdf(move),
            },
        )

    @api.model
    def _compared(self, draft, invoice):
        """Under which product a line goes is a setting of today, and an item may get another name: neither makes another
        invoice of one that is sent."""
        names = self._accounts_by_name(draft)
        lines = (
            replace(
                line,
                product_key=None,
                product_code=None,
                unit=None,
                dimensions=tuple(names.get((item.name, item.item), item) for item in line.dimensions),
            )
            if isinstance(line, ProductLine)
            else line
            for line in invoice.lines
        )
        return replace(invoice, lines=tuple(lines))

    @api.model
    def _parts(self):
        """Each gives some values of the message, and says all that is wrong with its own part."""
        return (
            self._number_values,
            self._reference_values,
            self._date_values,
            self._currency_values,
            self._customer_values,
            self._text_values,
            self._status_values,
            self._line_values,
            self._pdf_values,
        )

    @api.model
    def _check_scope(self, move):
        if not move:
            raise Skipped(Problem("invoice_gone"))
        if move.move_type not in MOVE_TYPES:
            values = {"name": move.display_name, "kind": move.move_type, "journal": move.journal_id.name}
            raise Blocked(Problem("wrong_type", values))
        if move.state != "posted":
            raise Skipped(Problem("not_posted", {"name": move.display_name}))
        if not self._is_exported(move):
            raise Skipped(Problem("not_exported", {"name": move.name, "journal": move.journal_id.name}))
        if self._is_skipped_zero(move):
            raise Skipped(Problem("zero_total", {"name": move.name}))

    @api.model
    def _search_values(self, draft, invoice):
        """What a look-up compares. Texts only: it is kept as JSON with the intent."""
        return {
            "number": str(invoice.number or ""),
            "customer_key": invoice.customer_key,
            "date": invoice.date.isoformat(),
            "total": str(invoice.amount),
            "currency": invoice.currency,
            "marker": invoice.private_comment,
        }

    @api.model
    def _request(self, document, prepared):
        values = prepared.values
        if prepared.options["pdf"]:  # read here and not before: one PDF in memory at a time
            values = replace(values, attachments=self._attachments(document))
        return sales_invoice.add(values, prepared.options["encoding"], **prepared.options["query"])

    # --- afterwards -------------------------------------------------------------------------------------------------
    @api.model
    def _bound(self, documents):
        self._enqueue_matches(documents.move_id)
        try:
            with self.env.cr.savepoint():
                self._log_arrival(documents)
        except Exception:
            _logger.exception("Netvisor: no message on the invoices of documents %s", documents.ids)

    @api.model
    def _log_arrival(self, documents):
        bodies = {
            document.move_id.id: self.env._("Sent to Netvisor (key %(key)s).", key=document.netvisor_key)
            for document in documents
            if document.move_id
        }
        if bodies:
            self.env["account.move"].browse(bodies)._message_log_batch(bodies)

    @api.model
    def _enqueue_matches(self, moves):
        """Netvisor never matches by itself (8.35): credit notes whose original has its key, and the other way round."""
        notes = moves.filtered("reversed_entry_id") | moves.reversal_move_ids.filtered(
            lambda move: move.move_type == "out_refund" and move.state == "posted"
        )
        keys = self._keys(notes | notes.reversed_entry_id)
        ready = notes.filtered(
            lambda note: note.move_type == "out_refund" and keys.get(note.id) and keys.get(note.reversed_entry_id.id)
        )
        self.env["netvisor.document"]._enqueue_moves(ready, "credit_note_match")

    @api.model
    def _keys(self, moves):
        """:return: dict move id → key of its invoice in Netvisor, for those that have one"""
        documents = (
            self.env["netvisor.document"]
            .sudo()
            .search_fetch(
                [("move_id", "in", moves.ids), ("kind", "=", "sales_invoice"), ("state", "!=", "deleted")],
                ["move_id", "netvisor_key"],
            )
        )
        return {document.move_id.id: document.netvisor_key for document in documents if document.netvisor_key}

    @api.model
    def _document(self, move):
        return (
            self.env["netvisor.document"]
            .sudo()
            .search([("move_id", "=", move.id), ("kind", "=", "sales_invoice")], limit=1)
        )

    @api.model
    def _stamp(self, documents):
        """The youngest change of anything that is sent, so that an edit while the invoice was on its way is noticed."""
        if not documents.ids:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT document.id, GREATEST(move.write_date, MAX(line.write_date))
                  FROM netvisor_document document
                  JOIN account_move move ON move.id = document.move_id
             LEFT JOIN account_move_line line ON line.move_id = move.id
                 WHERE document.id IN %(ids)s
              GROUP BY document.id, move.write_date
                """,
                ids=tuple(documents.ids),
            )
        )
        return dict(rows)
