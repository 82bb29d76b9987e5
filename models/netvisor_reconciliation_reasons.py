"""Why an entry and its voucher differ, in a bookkeeper's words: what is wrong and what to do."""

from typing import NamedTuple

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

REASONS = [
    ("missing_netvisor", "Missing in Netvisor"),
    ("missing_odoo", "Missing in Odoo"),
    ("amount", "Amount"),
    ("account", "Account"),
    ("period", "Period"),
    ("vat_code", "VAT code"),
    ("dimension", "Dimension"),
    ("invalidated", "Invalidated"),
    ("not_sent", "Not sent yet"),
    ("out_of_scope", "Out of scope"),
]


class Detail(NamedTuple):
    reason: str
    what: str
    remedy: str


# What the comparison found → (reason, what is wrong, what to do). Placeholders: entry, voucher, journal, account, ours, theirs,
# difference (amounts), our_text, their_text (VAT codes or dimensions).
DETAILS = {
    "missing_netvisor": Detail(
        "missing_netvisor",
        _lt("%(entry)s was sent, but Netvisor's ledger has no voucher of it."),
        _lt("Check the invoice in Netvisor: as long as it is not approved there, it has no voucher."),
    ),
    "missing_odoo": Detail(
        "missing_odoo",
        _lt("Voucher %(voucher)s was made in Netvisor; Odoo has no entry of it."),
        _lt("Make the same entry in Odoo in a journal that is not sent, or invalidate the voucher."),
    ),
    "not_posted": Detail(
        "missing_odoo",
        _lt("Voucher %(voucher)s counts in Netvisor, but %(entry)s is not posted in Odoo."),
        _lt("Post the entry again, or cancel it so that its voucher is invalidated."),
    ),
    "amount": Detail(
        "amount",
        _lt("%(entry)s has %(ours)s on account %(account)s, voucher %(voucher)s has %(theirs)s."),
        _lt("Find out who changed it. Correct the voucher in Netvisor, or the entry in Odoo."),
    ),
    "rounding": Detail(
        "amount",
        _lt("Netvisor has rounded %(entry)s otherwise: %(difference)s on account %(account)s."),
        _lt("Nothing, if you accept the cents. Or book them in Odoo in a journal that is not sent."),
    ),
    "account": Detail(
        "account",
        _lt(
            "%(entry)s has %(ours)s on account %(account)s, voucher %(voucher)s has %(theirs)s: the rest is on another account."
        ),
        _lt("Correct the account in Netvisor, or map the account of Odoo to the one that Netvisor uses."),
    ),
    "period": Detail(
        "period",
        _lt("%(entry)s and voucher %(voucher)s agree, but their dates are in different months."),
        _lt("Correct the date of the voucher in Netvisor, or that of the entry in Odoo."),
    ),
    "vat_code": Detail(
        "vat_code",
        _lt("On account %(account)s, %(entry)s has the VAT code %(our_text)s, voucher %(voucher)s has %(their_text)s."),
        _lt(
            "Correct the VAT code in Netvisor, or the tax in Odoo and its VAT code. The VAT returns differ until then."
        ),
    ),
    "dimension": Detail(
        "dimension",
        _lt("On account %(account)s, %(entry)s has %(our_text)s, voucher %(voucher)s has %(their_text)s."),
        _lt("Correct the dimensions in Netvisor, or the analytic distribution in Odoo."),
    ),
    "invalidated": Detail(
        "invalidated",
        _lt("%(entry)s counts in Odoo, but voucher %(voucher)s was invalidated in Netvisor."),
        _lt("Cancel or reverse the entry in Odoo, or send it again."),
    ),
    "deleted": Detail(
        "invalidated",
        _lt("%(entry)s counts in Odoo, but it was deleted in Netvisor."),
        _lt("Cancel or reverse the entry in Odoo, or send it again."),
    ),
    "waiting": Detail(
        "not_sent",
        _lt("%(entry)s has not arrived in Netvisor yet."),
        _lt("Look at its state in Odoo: it waits, or something must be mended first."),
    ),
    "never_queued": Detail(
        "not_sent",
        _lt("%(entry)s was never queued for Netvisor."),
        _lt("Send it: Netvisor ▸ Send a period."),
    ),
    "cancelled": Detail(
        "out_of_scope",
        _lt("%(entry)s is marked as not to be sent."),
        _lt("Nothing, if Netvisor has it by another way. Otherwise send it."),
    ),
    "old": Detail(
        "out_of_scope",
        _lt("%(entry)s is older than the first day of sending."),
        _lt("Nothing, if Netvisor has it by another way. Otherwise send it by hand."),
    ),
    "journal": Detail(
        "out_of_scope",
        _lt("The entries of the journal %(journal)s are not sent to Netvisor."),
        _lt("Nothing, if Netvisor has them by another way. Otherwise let the journal send vouchers."),
    ),
}
