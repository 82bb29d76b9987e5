import re
from decimal import Decimal

from odoo import api, models
from odoo.tools import html2plaintext

from odoo.addons.account.tools import is_valid_structured_reference_iso

from . import sales_invoice_amounts as amounts

# More digits than any series has; what Netvisor takes is not documented, and an integer it must be.
NUMBER_LENGTH = 18
REFERENCE_WEIGHTS = (7, 3, 1)


def is_reference(text):
    """Whether a bank takes it: a Finnish reference (4 to 20 digits, the last one proves the others) or an RF reference."""
    text = "".join((text or "").split())
    if text[:2].upper() == "RF":
        return is_valid_structured_reference_iso(text)
    return text.isascii() and text.isdigit() and 4 <= len(text) <= 20 and with_check_digit(text[:-1]) == text


def with_check_digit(digits):
    total = sum(int(digit) * REFERENCE_WEIGHTS[index % 3] for index, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


class NetvisorKindSalesInvoice(models.AbstractModel):
    """Everything of an invoice but its lines."""

    _inherit = "netvisor.kind.sales_invoice"

    # --- number, reference ------------------------------------------------------------------------------------------
    @api.model
    def _number_values(self, draft):
        """Netvisor's numbers are integers: the digits of Odoo's number after the digit prefix of the series."""
        if draft.root.netvisor_numbering == "netvisor":
            return {}
        move = draft.move
        number = move.journal_id._netvisor_digits(move.name, move.move_type).lstrip("0")
        if not re.search(r"\d", move.name or "") or not number:
            draft.block("number_no_digits", number=move.name or "")
        elif len(number) > NUMBER_LENGTH:
            draft.block("number_too_long", number=number, limit=NUMBER_LENGTH)
        else:
            return {"number": int(number)}
        return {}

    @api.model
    def _reference_values(self, draft):
        """The reference on the customer's PDF and no other: without a valid one Netvisor would invent its own."""
        reference = "".join((draft.move.payment_reference or "").split()).upper()
        if is_reference(reference):
            return {"reference": reference}
        if draft.move.move_type == "out_refund" and not reference:
            return {}  # nobody pays a credit note
        draft.block("reference_invalid", reference=draft.move.payment_reference or "", name=draft.move.name)
        return {}

    # --- dates, terms -----------------------------------------------------------------------------------------------
    @api.model
    def _date_values(self, draft):
        move = draft.move
        due_dates = {line.date_maturity for line in draft.terms if line.date_maturity}
        if len(due_dates) > 1:
            draft.block("instalments", count=len(due_dates))
        return {
            "date": move.invoice_date,
            "event_date": move.date,
            "due_date": next(iter(due_dates), None) or move.invoice_date_due or move.invoice_date,
            "delivery_date": move.delivery_date or None,
            **self._cash_discount_values(draft),
        }

    @api.model
    def _cash_discount_values(self, draft):
        """Netvisor takes its percentage from the whole sum, so only that kind of Odoo's discounts can be told to it."""
        term = draft.move.invoice_payment_term_id
        if not term.early_discount or draft.move.move_type not in draft.move._early_payment_discount_move_types():
            return {}
        if term.early_pay_discount_computation != "included":
            draft.warn("cash_discount_kind", term=term.name)
            return {}
        return {
            "cash_discount_days": term.discount_days,
            "cash_discount": amounts.decimal(term.discount_percentage, Decimal("0.01")),
        }

    # --- texts, status ----------------------------------------------------------------------------------------------
    @api.model
    def _text_values(self, draft):
        move = draft.move
        narration = html2plaintext(move.narration or "", include_references=False)
        return {
            "your_reference": draft.text(move.ref, 200, "ref"),
            "our_reference": draft.text(move.invoice_origin or move.invoice_user_id.name, 200, "invoice_origin"),
            "text_after": draft.text(narration, 500, "narration"),
            # The marker by which a lost invoice is found again: read back by salesinvoicelist with replyoption 1.
            "private_comment": self._marker(draft.document),
        }

    @api.model
    def _marker(self, document):
        return f"Odoo {document.move_id.name or document.name} {document.uuid}"[-255:]

    @api.model
    def _status_values(self, draft):
        """``open`` posts at once in Netvisor's ledger, ``unsent`` waits until Netvisor delivers (8.34).

        A trial makes no voucher, so that it can be deleted without a trace.
        """
        status = "unsent" if draft.document.trial else draft.move.journal_id._netvisor_invoice_status()
        return {
            "status": status,
            # Payments may come before Netvisor has delivered, and in parts (8.36).
            "expect_partial_payments": draft.sign > 0 or None,
        }

    @api.model
    def _currency_values(self, draft):
        move = draft.move
        if move.currency_id == move.company_currency_id:
            return {"currency": move.currency_id.name}
        if not move.invoice_currency_rate:
            draft.block("currency_rate", currency=move.currency_id.name)
            return {}
        rate = amounts.decimal(move.invoice_currency_rate)
        return {"currency": move.currency_id.name, "currency_rate": rate}
