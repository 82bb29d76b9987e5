import logging
from dataclasses import replace

from odoo import api, fields, models
from odoo.tools import html2plaintext

from ..netvisor import voucher as wire
from ..netvisor.tables.voucher import LARGEST_NUMBER
from ..netvisor.values import digest
from . import voucher_values as values_of
from .account_journal import NON_DIGITS
from .netvisor_kind import Blocked, NotReady, Prepared, Problem, Skipped, Unchanged
from .sales_invoice_draft import Draft, Wave
from .voucher_values import GROSS, NET

_logger = logging.getLogger(__name__)

DESCRIPTION_LENGTH = 255
# Why an entry is not compared with its voucher at all: it is not one that would be sent now.
OUT_OF_SCOPE = {"not_posted", "not_exported"}
GONE = ("invalidated", "deleted")


class NetvisorKindVoucher(models.AbstractModel):
    """Posted entries of journals that send vouchers, whatever their type. The parts are in ``voucher_*.py``.

    Netvisor's voucher follows its entry: an entry that was reset and posted again, or whose texts were edited, is sent as an
    edit. What is cancelled or deleted is invalidated (``kind_voucher_invalidation.py``).
    """

    _name = "netvisor.kind.voucher"
    _inherit = ["netvisor.kind"]
    _description = "Netvisor: vouchers"

    # --- before the wave --------------------------------------------------------------------------------------------
    @api.model
    def _requirements(self, documents):
        """Dimension items that Netvisor does not have yet."""
        needs = {}
        for company, group in documents.grouped("company_id").items():
            moves = group.move_id.filtered(lambda move: move.state == "posted" and self._is_exported(move))
            items = self._of("dimension_item")._needed_for(moves, company._netvisor_root())
            needs |= {document: items[document.move_id] for document in group if document.move_id in items}
        return needs

    @api.model
    def _is_exported(self, move):
        """Asked again when its turn comes: the journal or the first day of sending may have been changed meanwhile."""
        return move.journal_id.netvisor_export == "voucher" and move._netvisor_may_send()

    @api.model
    def _prepare(self, documents):
        """In the language of the connected company, whoever asks: otherwise a digest would differ from user to user."""
        lang = documents.root_company_id[:1].partner_id.lang or "en_US"
        kind = self.with_context(lang=lang, netvisor_wave=Wave())
        return super(NetvisorKindVoucher, kind)._prepare(documents.with_env(kind.env))

    @api.model
    def _wave(self):
        return self.env.context.get("netvisor_wave") or Wave()

    @api.model
    def _warm(self, documents):
        """One read per model for the whole wave."""
        moves = documents.move_id
        lines = moves.line_ids
        lines.mapped("tax_repartition_line_id.account_id")
        taxes = lines.tax_ids | lines.tax_line_id
        (taxes | taxes.children_tax_ids).mapped("netvisor_vat_code")
        moves.reversed_entry_id.mapped("date")
        moves.journal_id.netvisor_voucher_type_id.mapped("name")
        wave = self._wave()
        for company, group in moves.grouped("company_id").items():
            self._warm_accounts(wave, company, group)
            self._warm_dimensions(wave, company, group)

    @api.model
    def _warm_accounts(self, wave, company, moves):
        numbers = {account.id: account._netvisor_number(company) for account in moves.line_ids.account_id}
        wave.account_numbers |= {(company.id, account_id): number for account_id, number in numbers.items()}
        try:
            missing = self.env["netvisor.account"]._missing(company, {number for number in numbers.values() if number})
            wave.missing_numbers[company.id] = set(missing)
        except NotReady as not_ready:  # the chart of accounts has not been read yet
            wave.not_ready[company.id] = not_ready

    # --- one entry --------------------------------------------------------------------------------------------------
    @api.model
    def _prepare_one(self, document):
        move = document.move_id
        self._check_scope(document)
        root = move.company_id._netvisor_root().sudo()
        draft = Draft(document=document, move=move, root=root, wave=self._wave(), sign=1)
        ours, mode = self._lines(draft), self._mode(draft)
        lines = self._gross(draft, ours) if mode == GROSS else ours
        voucher = self._voucher(draft, lines, mode)
        files = self._new_attachments(draft)
        fingerprint = digest(self._compared(draft, voucher), without=("number",))
        if self._is_sure(document) and fingerprint == document.digest and not files:
            raise Unchanged  # whatever has become of accounts and periods since
        self._check_accounts(draft)
        self._check_dimensions(draft, lines)
        self._check_period(draft, lines)
        draft.finish()
        if not_ready := draft.wave.not_ready.get(move.company_id.id):
            raise not_ready
        if not lines:
            raise Skipped(Problem("voucher_empty", {"name": move.name}))
        if difference := values_of.balance(lines):
            raise Blocked(Problem("voucher_unbalanced", {"name": move.name, "difference": difference}))
        if document.netvisor_key and not voucher.number:
            # Without it Netvisor would take the next one (4.13): it is read first.
            document.sudo().follow_up = "confirm"
            raise NotReady(1)
        return self._prepared(draft, voucher, fingerprint, self._search_values(draft, voucher, ours, lines), files)

    @api.model
    def _is_sure(self, document):
        """Whether the last message about this voucher arrived for certain; after anything else all of it is sent again."""
        return bool(document.netvisor_key and document.outcome == "ok")

    @api.model
    def _voucher(self, draft, lines, mode):
        return wire.Voucher(
            mode=mode,
            date=draft.move.date,
            number=self._number(draft),
            description=self._voucher_text(draft),
            voucher_class=self._class(draft),
            checked=draft.move.journal_id.netvisor_voucher_checked or None,
            lines=tuple(self._wire_line(draft, line) for line in lines),
        )

    @api.model
    def _prepared(self, draft, voucher, fingerprint, search, files):
        document, sure = draft.document, self._is_sure(draft.document)
        known = (document.search_values or {}) if document.netvisor_key else {}
        same = sure and (known.get("lines"), known.get("mode")) == (search["lines"], voucher.mode)
        return Prepared(
            values=voucher,
            digest=fingerprint,
            search={
                **search,
                "attachments": self._attachments_there(document),
                "adding": [attachment.checksum for attachment in files],
                # Then nothing but the files could tell whether a lost message arrived, and Netvisor does not show them.
                "only_files": bool(sure and fingerprint == document.digest),
                "former": (document.search_values or {}).get("former", []),
            },
            operation="edit" if document.netvisor_key else "add",
            number=str(voucher.number or ""),
            warnings=tuple(draft.warnings),
            key=document.netvisor_key or None,
            options={"encoding": draft.root.netvisor_encoding, "files": files.ids, "same_lines": bool(same)},
        )

    @api.model
    def _check_scope(self, document):
        """What was never sent is left out with its reason; what Netvisor has is never forgotten so."""
        move = document.move_id
        if not move:
            raise Skipped(Problem("voucher_entry_gone"))
        never = Blocked if document.netvisor_key else Skipped
        if move.state != "posted":
            raise never(Problem("not_posted", {"name": move.display_name}))
        if not self._is_exported(move):
            raise never(Problem("not_exported", {"name": move.name, "journal": move.journal_id.name}))

    @api.model
    def _mode(self, draft):
        return GROSS if draft.move.journal_id.netvisor_voucher_mode == GROSS else NET

    @api.model
    def _class(self, draft):
        """By its Finnish name of today (8.41)."""
        journal = draft.move.journal_id
        voucher_type = journal.sudo().netvisor_voucher_type_id
        if not voucher_type:
            draft.block("voucher_type_missing", journal=journal.name)
        elif not voucher_type.active:
            draft.block("voucher_type_gone", type=voucher_type.display_name, journal=journal.name)
        return voucher_type.name

    @api.model
    def _number(self, draft):
        """:return: number for Netvisor, None when Netvisor gives it or gave one that is not known yet"""
        move, document = draft.move, draft.document
        if move.journal_id.netvisor_voucher_number != "odoo":
            known = document.netvisor_number if document.netvisor_key else ""
            return int(known) if known and known.isdigit() else None
        digits = NON_DIGITS.sub("", move.name or "")
        if not digits or not int(digits) or int(digits) > LARGEST_NUMBER:
            draft.block("voucher_number", number=move.name)
            return None
        return int(digits)

    @api.model
    def _voucher_text(self, draft):
        """It begins with the entry's name: that is how a voucher is found again whose answer was lost."""
        move = draft.move
        narration = html2plaintext(move.narration or "", include_references=False).strip()
        notes = (move.ref or "").strip() or narration.partition("\n")[0]
        return draft.text(" ".join(f"{move.name} {notes}".split()), DESCRIPTION_LENGTH, "voucher_text")

    @api.model
    def _check_period(self, draft, lines):
        """Both the day on which it is to be booked and the one on which Netvisor has it."""
        move = draft.move
        company, days, purchase = move.company_id, {move.date: self._is_taxed(lines)}, self._is_purchase(move)
        if draft.document.netvisor_key:
            sent = self._day_sent(draft.document)
            day = fields.Date.to_date(sent["date"])
            days[day], purchase = sent["vat"] or days.get(day, False), purchase or sent["purchase"]
        for day, taxed in days.items():
            first = company._netvisor_first_open_date(day, taxed, purchase)
            if first != day:
                draft.block("period_locked", date=day, open=first)

    @api.model
    def _is_taxed(self, lines):
        return any(line.code != "NONE" for line in lines)

    @api.model
    def _is_purchase(self, move):
        return move.journal_id.type == "purchase"

    @api.model
    def _day_sent(self, document):
        """:return: dict of the day on which Netvisor has the voucher, and which locks concern it beside that of the books"""
        search, move = document.search_values or {}, document.move_id
        return {
            "date": search.get("date") or str(move.date),
            "vat": search.get("taxed", True),
            "purchase": search.get("purchase", self._is_purchase(move)),
        }

    @api.model
    def _open_day_sent(self, document):
        """:return: (day on which Netvisor has the voucher, first day from then on that is open), or (None, None)"""
        return self._open_day(document, self._day_sent(document))

    @api.model
    def _open_day(self, document, sent):
        day = fields.Date.to_date(sent.get("date") or False)
        if not day:
            return None, None
        return day, document.company_id._netvisor_first_open_date(
            day, sent.get("vat", True), sent.get("purchase", False)
        )

    @api.model
    def _request(self, document, prepared):
        """Files are read here and not before: those of one voucher in memory at a time."""
        voucher = replace(prepared.values, attachments=self._files(document, prepared.options["files"]))
        encoding = prepared.options["encoding"]
        if prepared.operation == "add":
            return wire.add(voucher, encoding)
        voucher = replace(voucher, checked=bool(voucher.checked))
        if prepared.options["same_lines"]:  # basic data alone; lines that are left out stay as they are (4.13)
            voucher = replace(voucher, lines=(), mode=None)
        return wire.edit(prepared.key, voucher, encoding)

    # --- afterwards -------------------------------------------------------------------------------------------------
    @api.model
    def _bound(self, documents):
        for document in documents:
            search, values = dict(document.search_values or {}), {}
            if search.get("adding"):
                values["search_values"] = {**search, "attachments": self._attachments_there(document), "adding": []}
            if document.outcome != "ok":  # found after a lost answer: it is there all the same
                values["outcome"] = "ok"
            if document.remote_status in GONE:
                values["state"] = "deleted"
            if values:
                document.write(values)
        try:
            with self.env.cr.savepoint():
                self._log_arrival(documents)
        except Exception:
            _logger.exception("Netvisor: no message on the entries of documents %s", documents.ids)

    @api.model
    def _log_arrival(self, documents):
        words = {
            "add": self.env._("Sent to Netvisor (key %(key)s)."),
            "edit": self.env._("Updated in Netvisor (key %(key)s)."),
        }
        bodies = {
            document.move_id.id: words.get(document.operation, words["add"]) % {"key": document.netvisor_key}
            for document in documents
            if document.move_id
        }
        if bodies:
            self.env["account.move"].browse(bodies)._message_log_batch(bodies)

    @api.model
    def _stamp(self, documents):
        return self._of("sales_invoice")._stamp(documents)

    @api.model
    def _mark_changed(self, documents, digests=None):
        """A voucher can be edited: where it differs from its entry it is due again. It is only shown as changed where nothing
        is sent by itself, or where Netvisor's books are closed."""
        for document_id, verdict in self._prepare(documents).items():
            document = documents.browse(document_id)
            if document.state not in ("done", "changed"):
                continue
            state, problems = self._state_after(document, verdict, (digests or {}).get(document_id))
            if state and (state != document.state or problems):
                document.write({"state": state, "problems": problems, "next_try": False})

    @api.model
    def _state_after(self, document, verdict, sent=None):
        """:return: (state, problems to keep); no state when nothing can be said"""
        if isinstance(verdict, Unchanged) or (isinstance(verdict, Prepared) and sent == verdict.digest):
            return "done", [row for row in document.problems or [] if row.get("level") == "warning"] or False
        problems = getattr(verdict, "problems", ())
        codes = {problem.code for problem in problems}
        if codes & OUT_OF_SCOPE or isinstance(verdict, Skipped):
            return None, None
        if "period_locked" in codes:
            return "changed", [dict(problem.as_json(), level="warning") for problem in problems]
        return ("todo" if document.root_company_id.netvisor_send_automatically else "changed"), False
