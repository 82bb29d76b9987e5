"""Every reason why something is not in Netvisor, in the bookkeeper's words: what is wrong, and what to do.

The wire and the kinds only know codes; Netvisor's own words are stored beside them, unchanged.
"""

import re
from collections import defaultdict

from odoo.tools import LazyTranslate, format_date

from .customer_problem import CUSTOMER_PROBLEMS
from .dimension_problem import DIMENSION_PROBLEMS
from .netvisor_pause import RIGHTS
from .netvisor_vat_words import VAT_PROBLEMS, basis_text
from .netvisor_words import field_label, move_type_label, number_text, rule_text
from .voucher_problem import VOUCHER_PROBLEMS

_lt = LazyTranslate(__name__)
NUMBERS = ("percent", "expected", "lines", "total", "difference", "size")
DATES = ("date", "change", "open")
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")

# code → (what is wrong, what to do). Placeholders are named; a kind passes their values with the code.
PROBLEMS = {
    # the engine
    "internal": (
        _lt("The record could not be read: %(error)s"),
        _lt("Report this to your administrator; the invoice was not sent."),
    ),
    "refused": (_lt("Netvisor refused the message."), _lt("Mend what Netvisor names, then try again.")),
    "right_missing": (
        _lt("This connection has no right to %(resource)s in Netvisor."),
        _lt("Allow %(resource)s, then test the rights; what waits for it follows. %(where)s"),
    ),
    "period_locked": (
        _lt("The accounting period of %(date)s is locked in Netvisor."),
        _lt("Open the period in Netvisor, or change the accounting date, then try again. %(first)s"),
    ),
    "needs": (
        _lt("%(name)s must be in Netvisor first: %(problem)s"),
        _lt("Mend that first; this one follows by itself."),
    ),
    "several_candidates": (
        _lt("The answer was lost, and Netvisor has several objects that could be this one."),
        _lt("Compare them and choose the right one."),
    ),
    "perhaps_there": (
        _lt("Nothing was created: Netvisor may have this already."),
        _lt("Compare and choose; it goes on after that."),
    ),
    "number_taken": (
        _lt("Netvisor already has number %(number)s, and it is not this invoice."),
        _lt("Give the number series another prefix on the journal, then try again."),
    ),
    "reset_to_draft": (
        _lt("The invoice was reset to draft before it was sent."),
        _lt("It is sent when it is posted again."),
    ),
    "not_to_be_sent": (
        _lt("%(user)s decided not to send it: %(reason)s"),
        _lt("If it is to be sent after all, use Send to Netvisor on the invoice."),
    ),
    "number_used": (
        _lt("Number %(number)s was already sent to Netvisor for another invoice."),
        _lt("Two number series have the same digits: give one of them a prefix on its journal, then try again."),
    ),
    "message_invalid": (
        _lt("%(where)s: %(what)s"),
        _lt("Correct the value named here, then try again."),
    ),
    # customers and products
    "customer_name_missing": (
        _lt("%(contact)s has no name that can be sent."),
        _lt("Give the contact a name."),
    ),
    "customer_business_id": (
        _lt("%(contact)s: %(value)s is not a Finnish business id."),
        _lt("Correct the business id: seven digits, a hyphen and the check digit."),
    ),
    "customer_business_id_doubt": (
        _lt("%(contact)s: the check digit of business id %(value)s does not fit."),
        _lt("Look whether it is mistyped."),
    ),
    "customer_too_long": (
        _lt("%(contact)s: %(field)s has %(length)s characters, Netvisor takes %(limit)s."),
        _lt("Shorten it on the contact."),
    ),
    "customer_code_taken": (
        _lt("Customer code %(code)s of %(contact)s already belongs to %(other)s in Odoo."),
        _lt("Give one of the two contacts another code, or merge them."),
    ),
    "customer_code_other": (
        _lt("Netvisor's customer %(code)s is %(other)s, not %(contact)s."),
        _lt("Give the contact another code. If they are the same, let name or business id agree."),
    ),
    "customer_gone": (
        _lt("Netvisor no longer has this customer."),
        _lt("Use Send to Netvisor on the contact: it is looked for, and created when missing."),
    ),
    "customer_linked_elsewhere": (
        _lt("This customer in Netvisor is already linked to %(other)s."),
        _lt("Merge the two contacts, or choose another customer."),
    ),
    "product_code_taken": (
        _lt("Netvisor has product %(code)s already, but does not show it: it may be deleted there."),
        _lt("Restore it in Netvisor, or choose another generic product in the settings."),
    ),
    "product_unused": (_lt("This is no longer the generic product of the settings."), ""),
    "product_mode": (
        _lt("%(product)s is not created: the settings say that products of Odoo are not created in Netvisor."),
        "",
    ),
    "product_code_missing": (
        _lt("%(product)s has no internal reference, and that is its code in Netvisor."),
        _lt("Give the product an internal reference."),
    ),
    "product_code_long": (
        _lt("%(product)s: internal reference %(code)s has %(length)s characters, Netvisor takes %(limit)s."),
        _lt("Shorten the internal reference."),
    ),
    "product_code_twice": (
        _lt(
            "%(product)s and %(other)s have the same internal reference %(code)s; in Netvisor a code is one product's."
        ),
        _lt("Give one of them another internal reference."),
    ),
    "product_code_hidden": (
        _lt("Netvisor has product %(code)s already, but does not show it: it may be deleted there."),
        _lt("Restore it in Netvisor, or give the product another internal reference."),
    ),
    "product_linked_elsewhere": (
        _lt("This product in Netvisor is already linked to %(other)s."),
        _lt("Give one of the two another internal reference, or take the other link back."),
    ),
    "product_unlinked": (
        _lt("The link was taken back."),
        _lt("To find it again by its code, use Fetch link on the product."),
    ),
    "product_not_found": (
        _lt("Netvisor has no product with code %(code)s or EAN code %(ean)s."),
        _lt("Correct the internal reference or the barcode, or create the product in Netvisor."),
    ),
    "product_update_refused": (
        _lt("Netvisor's extended product management does not let others change products: this change stays in Odoo."),
        _lt("Make the same change in Netvisor."),
    ),
    "product_vat": (
        _lt("%(product)s has the sales taxes %(taxes)s, which are no single Finnish VAT rate: it is sent without one."),
        _lt("Nothing to do for invoices: each line has its own VAT."),
    ),
    "product_account": (
        _lt("Netvisor does not have account %(account)s of %(product)s, so the product is sent without it."),
        _lt("Add it in Netvisor, or give the account its Netvisor number in the chart of accounts."),
    ),
    "product_other_name": (
        _lt("Linked by its code. In Netvisor it is called %(name)s."),
        _lt("Nothing to do if it is the same product."),
    ),
    "product_line_no_code": (
        _lt("%(product)s has no internal reference, so its line goes under the generic product."),
        _lt("Give the product an internal reference if Netvisor is to know it."),
    ),
    "product_line_not_there": (
        _lt("Netvisor does not have %(product)s, so its line goes under the generic product."),
        _lt("Link the product, or create it in Netvisor, if it is to be known there."),
    ),
    "product_list_unread": (
        _lt(
            "Netvisor's list of products could not be read, so the line of %(product)s goes under the generic product."
        ),
        _lt("See the readings: the right to productlist.nv may be missing in Netvisor."),
    ),
    "partner_gone": (_lt("The contact no longer exists in Odoo."), ""),
    "record_gone": (_lt("The record no longer exists in Odoo."), ""),
    "customer_nothing_to_send": (
        _lt("%(contact)s: Netvisor wins every field that differs, so there is nothing to send."),
        _lt("Use Compare on the contact, or change who wins in the settings."),
    ),
    "partner_merged": (_lt("The contact was merged into %(contact)s."), ""),
    "operator_inactive": (
        _lt("%(contact)s: the e-invoice operator %(operator)s is not in use."),
        _lt("Choose another operator on the contact."),
    ),
    "operator_refused": (
        _lt("Netvisor does not know the e-invoice operator %(operator)s."),
        _lt("Choose another operator on the contact, or correct its identifier in the list."),
    ),
    "einvoice_incomplete": (
        _lt("%(contact)s has only half of what e-invoices need: address and operator."),
        _lt("Complete it on the contact."),
    ),
    # sales invoices
    "invoice_gone": (_lt("The invoice no longer exists in Odoo."), ""),
    "not_posted": (_lt("%(name)s is not posted."), _lt("It is sent when it is posted.")),
    "not_exported": (
        _lt(
            "%(name)s is not to be sent: its journal %(journal)s is not exported, or it is dated before the first day."
        ),
        _lt("Change the journal or the start date of the connection, then send it to Netvisor."),
    ),
    "zero_total": (
        _lt("%(name)s comes to 0.00: there is nothing to pay, so it is not sent."),
        _lt("To send such invoices too, switch that on in the Netvisor settings, then send it to Netvisor."),
    ),
    "wrong_type": (
        _lt("%(name)s is a %(kind)s; only customer invoices and credit notes are sent from journal %(journal)s."),
        _lt("Use an invoice instead, or another journal that is not exported."),
    ),
    "number_no_digits": (
        _lt("Number %(number)s has no digits; Netvisor's invoice numbers are whole numbers."),
        _lt("Give the journal a sequence with digits, or let Netvisor number the invoices."),
    ),
    "number_too_long": (
        _lt("Number %(number)s is longer than %(limit)s digits."),
        _lt("Shorten the prefix or the sequence of the journal."),
    ),
    "reference_invalid": (
        _lt(
            "%(name)s has no valid Finnish payment reference (it has: %(reference)s). Netvisor would invent another one."
        ),
        _lt("Use Set Finnish reference here, and choose the Finnish reference on the journal for the future."),
    ),
    "instalments": (
        _lt("The payment terms give %(count)s due dates; an invoice in Netvisor has one."),
        _lt("Choose payment terms with one due date."),
    ),
    "cash_discount_kind": (
        _lt(
            "The cash discount of %(term)s is not sent: Netvisor reckons it from the total with VAT, Odoo does not here."
        ),
        _lt("Enter the discount on the invoice in Netvisor, or let the terms reduce the VAT only when paid early."),
    ),
    "no_address": (
        _lt("%(customer)s has no address."),
        _lt("Give the customer street, postcode and city."),
    ),
    "currency_rate": (
        _lt("There is no exchange rate for %(currency)s."),
        _lt("Add the rate of the invoice's date."),
    ),
    "currency_decimals": (
        _lt("Amounts in %(currency)s have more than two decimals, Netvisor's have two."),
        _lt("Invoice in another currency."),
    ),
    "totals_differ": (
        _lt("The lines add up to %(lines)s %(currency)s, the invoice says %(total)s %(currency)s. Nothing was sent."),
        _lt("Look for journal items changed by hand; reset the invoice to draft, save it and post it again."),
    ),
    "accounts_missing": (
        _lt("Netvisor does not have these accounts, or they are not in use there: %(accounts)s."),
        _lt("Add them in Netvisor, or give the accounts their Netvisor number in the chart of accounts."),
    ),
    "several_taxes": (
        _lt("Line %(line)s has the taxes %(taxes)s; a line in Netvisor has one VAT."),
        _lt("Split the line so that each has one VAT tax."),
    ),
    "tax_kind": (
        _lt("Line %(line)s: tax %(tax)s is not a percentage of the price, and Netvisor knows nothing else."),
        _lt("Use a percentage tax; put fixed charges on a line of their own."),
    ),
    "vat_code_missing": (
        _lt("Tax %(tax)s has no Netvisor VAT code."),
        _lt("Choose the code on the tax."),
    ),
    "vat_code_direction": (
        _lt("Tax %(tax)s has the VAT code %(code)s, which is for purchases."),
        _lt("Choose a code for sales on the tax."),
    ),
    "vat_code_percent": (
        _lt("Tax %(tax)s: VAT code %(code)s does not take %(percent)s %%."),
        _lt("Choose another code on the tax, or another tax on the invoice."),
    ),
    **VAT_PROBLEMS,
    "distribution_too_much": (
        _lt("Line %(line)s gives a plan more than 100 %%, or less than 0 %%."),
        _lt("Correct the analytic distribution of the line."),
    ),
    "text_cut": (
        _lt("%(field)s was longer than %(limit)s characters and was cut."),
        _lt("Nothing to do if the rest is not needed in Netvisor."),
    ),
    "pdf_missing": (
        _lt("%(name)s has no PDF to attach, and it could not be made."),
        _lt("Print the invoice to see why. Without a copy, switch the PDF off on the journal."),
    ),
    "pdf_too_large": (
        _lt("The PDF has %(size)s MB, more than the %(limit)s MB that are sent."),
        _lt("Switch on Reduce the PDF in the settings, or make the images of the layout smaller."),
    ),
    # matches of credit notes
    "match_no_original": (_lt("%(name)s credits no invoice of Odoo."), ""),
    "match_refused": (
        _lt("Netvisor has not matched the credit note with its invoice for weeks."),
        _lt("Match them in Netvisor by hand; its own words are below."),
    ),
    **CUSTOMER_PROBLEMS,
    **DIMENSION_PROBLEMS,
    **VOUCHER_PROBLEMS,
}


def describe(env, problem):
    """:return: (what is wrong, what to do) in the user's language. An unknown code is shown as it is."""
    text, remedy = PROBLEMS.get(problem.get("code"), (None, None))
    if text is None:
        return problem.get("code") or "", ""
    values = defaultdict(str, problem.get("values") or {})
    for name in DATES:
        if ISO_DATE.fullmatch(values.get(name, "")):
            values[name] = format_date(env, values[name])
    values.update({name: number_text(env, values[name]) for name in NUMBERS if name in values})
    if problem["code"] == "right_missing":
        values["where"] = env._(RIGHTS)
    if values["open"]:
        values["first"] = env._("The first open date is %(date)s.", date=values["open"])
    if "field" in values:
        values["field"] = field_label(env, values["field"])
    if "basis" in values:
        values["basis"] = basis_text(env, values["basis"], values["document"])
    if problem["code"] == "wrong_type":
        values["kind"] = move_type_label(env, values["kind"])
    if problem["code"] == "message_invalid":
        values["what"] = rule_text(env, values["what"], values)
    return env._(text) % values, (env._(remedy) % values).strip()
