"""What may be wrong with a voucher, and the way out of it. Merged into ``PROBLEMS`` and ``REMEDIES``."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

_USE_NET = _lt("Choose net on the journal; then every line goes as it is in Odoo.")

VOUCHER_PROBLEMS = {
    "voucher_entry_gone": (_lt("The entry no longer exists in Odoo."), ""),
    "entry_reset": (
        _lt("The entry was reset to draft before this was done."),
        _lt("It goes on when the entry is posted or cancelled again."),
    ),
    "voucher_empty": (_lt("%(name)s comes to nothing on every account: there is nothing to book."), ""),
    "voucher_unbalanced": (
        _lt("%(name)s: debit and credit differ by %(difference)s. Nothing was sent."),
        _lt("Look for lines changed by hand; reset the entry to draft, save it and post it again."),
    ),
    "voucher_type_missing": (
        _lt("Journal %(journal)s has no voucher type."),
        _lt("Choose Netvisor's voucher type on the journal, then try again."),
    ),
    "voucher_type_gone": (
        _lt("Netvisor no longer has voucher type %(type)s, which journal %(journal)s uses."),
        _lt("Choose another voucher type on the journal, or make it again in Netvisor."),
    ),
    "voucher_number": (
        _lt("%(number)s cannot be the number of a voucher: Netvisor's have one to nine digits."),
        _lt("Let Netvisor give the numbers of this journal, or give it a shorter sequence."),
    ),
    # VAT
    "voucher_vat_alone": (
        _lt("Line %(line)s is VAT of %(tax)s, and the entry has no base for it."),
        _lt("It is booked without a VAT code: see that Netvisor's VAT return has it."),
    ),
    "voucher_vat_partial": (
        _lt("Only a part of the VAT of %(tax)s is deducted."),
        _lt("The books agree; see that Netvisor's VAT return does too."),
    ),
    "voucher_gross_cents": (
        _lt("Gross: for %(tax)s Netvisor would book other cents of VAT than Odoo."),
        _USE_NET,
    ),
    "voucher_gross_partial": (_lt("Gross: only a part of the VAT of %(tax)s is deducted."), _USE_NET),
    "voucher_gross_payment": (_lt("Gross: %(tax)s becomes due when it is paid."), _USE_NET),
    "voucher_gross_code": (
        _lt("Gross: what Netvisor books by itself for VAT code %(code)s of %(tax)s is not what Odoo has booked."),
        _USE_NET,
    ),
    # files
    "voucher_attachment_large": (
        _lt("File %(file)s has %(size)s MB, more than the %(limit)s MB that are sent."),
        _lt("Make it smaller, choose another one on the entry, or raise the limit in the Netvisor settings."),
    ),
    "voucher_attachment_gone": (
        _lt("File %(file)s cannot be read any more."),
        _lt("Attach it again, or take it off the entry's files for Netvisor."),
    ),
    "voucher_attachment_doubt": (
        _lt("The answer was lost, and Netvisor does not tell whether these files arrived: %(files)s. Each is charged."),
        _lt(
            "Look at the voucher in Netvisor and add there what is missing. Then try again: they are not sent a second time."
        ),
    ),
    "voucher_attachment_stays": (
        _lt("%(count)s files are no longer chosen here, and are still on the voucher in Netvisor."),
        _lt("Remove them there if they are wrong."),
    ),
    # what no longer counts
    "voucher_invalidated": (
        _lt("Its voucher was invalidated in Netvisor: %(reason)s"),
        _lt("Posted again, the entry becomes a new voucher."),
    ),
    "voucher_reversed": (
        _lt("The entry and its reversal are both left out in Netvisor: %(reason)s"),
        "",
    ),
    "voucher_gone_already": (_lt("The voucher no longer counts in Netvisor: there was nothing to do."), ""),
}
VOUCHER_REMEDIES = {
    "voucher_type_missing": (_lt("Open the journal"), "_window_journal"),
    "voucher_type_gone": (_lt("Open the journal"), "_window_journal"),
    "voucher_number": (_lt("Open the journal"), "_window_journal"),
    "voucher_gross_cents": (_lt("Open the journal"), "_window_journal"),
    "voucher_gross_partial": (_lt("Open the journal"), "_window_journal"),
    "voucher_gross_payment": (_lt("Open the journal"), "_window_journal"),
    "voucher_gross_code": (_lt("Open the journal"), "_window_journal"),
    "voucher_attachment_large": (_lt("Open the entry"), "_window_entry"),
    "voucher_attachment_gone": (_lt("Open the entry"), "_window_entry"),
}
