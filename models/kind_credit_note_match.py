from odoo import api, models

from ..netvisor import ReadError, credit_note_match, sales_invoice
from ..netvisor.values import digest
from .netvisor_kind import Blocked, Candidate, LookUp, NotReady, Prepared, Problem, Skipped

# While Netvisor has not formed both vouchers (an invoice is still "unsent", for example) a match is refused, and that is no
# fault of anybody here: first soon, then less often.
PAUSES = (300, 900, 3600, 4 * 3600, 24 * 3600)
# After three weeks a person has to look: without an end, unmatched credit notes would cost more calls every day.
MOST_TRIES = 25


class NetvisorKindCreditNoteMatch(models.AbstractModel):
    """A credit note is tied to the invoice it credits. Netvisor never does that by itself (8.35)."""

    _name = "netvisor.kind.credit_note_match"
    _inherit = "netvisor.kind"
    _description = "Netvisor: credit note matches"
    _finds_first = True

    @api.model
    def _prepare_one(self, document):
        note, original = document.move_id, document.move_id.reversed_entry_id
        if not original or note.move_type != "out_refund":
            raise Skipped(Problem("match_no_original", {"name": document.name}))
        keys = self._of("sales_invoice")._keys(note | original)
        values = (keys.get(note.id), keys.get(original.id))
        if not all(values):
            raise NotReady(3600)
        return Prepared(
            values=values,
            digest=digest(values),
            search={"credit_note_key": values[0], "invoice_key": values[1], "tries": document.tries},
            # The first time without looking; after a refusal or a lost answer it may have been matched meanwhile.
            operation="add" if document.tries else "match",
        )

    @api.model
    def _request(self, document, prepared):
        return credit_note_match.match(*prepared.values)

    @api.model
    def _verdict(self, prepared, answer):
        """Netvisor's texts are not published, so every refusal means "not yet"; the words are kept for who asks."""
        if answer.outcome not in ("rejected", "duplicate"):
            return None
        tries = prepared.search["tries"]
        if tries >= MOST_TRIES:
            return Blocked(Problem("match_refused"))
        return NotReady(PAUSES[min(tries, len(PAUSES) - 1)])

    @api.model
    def _match(self, document, call):
        """Before it is tried again: a credit note with nothing left open is matched already, here or by hand in Netvisor."""
        return self._look_up(document, call) if document.tries else LookUp()

    @api.model
    def _look_up(self, document, call):
        search = document.search_values or {}
        key = search.get("credit_note_key")
        number = self._of("sales_invoice")._document(document.move_id).netvisor_number
        query = {"number": int(number)} if number and number.isdigit() else {"above_key": key - 1}
        answer = call(sales_invoice.list_request(private_comment=False, **query))
        try:
            rows = sales_invoice.parse_list(answer)
        except ReadError:
            return LookUp(conclusive=False, answer=answer)
        matched = [row for row in rows if row.key == key and row.open_amount == 0]
        return LookUp(candidates=tuple(Candidate(key=row.key, certain=True) for row in matched), answer=answer)
