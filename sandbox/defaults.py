"""Made-up credentials, companies and options. Nothing here opens anything outside this machine."""

SENDER = "Odoo Netvisor sandbox"
CUSTOMER_ID = "CU_SANDBOX_0001"
CUSTOMER_KEY = "5A4DB0C5000000000000000000000001"
PARTNER_ID = "PA_SANDBOX"
PARTNER_KEY = "5A4DB0C5000000000000000000000002"

#: Business id of each company that the sandbox knows at the start -> its name.
ORGANISATIONS = {"1234567-1": "Hiekkalaatikko Oy", "7654321-2": "Toinen Hiekka Oy"}

#: What may be set through the control endpoint, for all companies or for one. Every default is what
#: Netvisor is known or believed to do; where nobody knows, the stricter reading is the default.
OPTIONS = {
    # transport
    "delay_ms": 0,  # added to every answer: stands for the network and Netvisor's own work
    "refuse_overlaps": True,  # one call at a time per company
    # authentication
    "max_skew_seconds": 0,  # 0 = TimestampUnix is checked for its form only
    "allow_legacy_algorithms": True,  # SHA256 and MD5
    "mac_hint": "off",  # "off", "escaped" or "raw": the test environment prints the string to hash; raw is not XML
    "rights": {},  # {"salesinvoice.nv": False}: resources that the company has not granted
    "right_answer": "AUTHENTICATION_FAILED",  # or SERVICE_ACCESS_ERROR: nobody knows which it is
    "package": {},  # {"dimensionitem.nv": False}, {"*": False}: what the company has not bought, a SERVICE_ACCESS_ERROR
    "keys_valid": True,  # False: the user who owned the identifiers has left
    # rules of content
    "strict_total": True,  # refuse a total that differs from the sandbox's own
    "check_reference": True,  # a reference number must have its check digit
    "accept_any_operator": False,
    "refuse_zero_sum": False,
    "require_address": False,
    "require_period": False,  # refuse dates outside the accounting periods
    "edit_replaces": True,  # salesinvoice edit: False = only what is given changes
    "allow_duplicate_codes": False,  # customers entered by hand may share a code
    "extended_products": False,  # extended product management: products are added by the interface, never changed
    # the company's books
    "accounting_lock": "",  # dates YYYY-MM-DD up to and with which nothing may be booked
    "vat_lock": "",
    "purchase_lock": "",
    "periods": [],  # [["2026-01-01", "2026-12-31"], …]; empty = last year and this year
    "accounts": {},  # {"3999": "name", "3000": None}: added or renamed, and (None) made inactive
    "removed_accounts": [],  # numbers that the chart does not have at all
    # forms of messages and answers
    "newer_dimensions": False,  # items have Code, Label and periods of validity, in the list and in dimensionitem
    "periods_nested": False,  # Period inside PeriodLockInformation
    "periods_finnish_dates": False,
    "content_type": "text/xml; charset=utf-8",
    "iso_timestamp": False,
    "ledger_control_characters": False,  # texts with characters that XML forbids, as real ledgers have them (8.31)
    "deleted_reading": "back",  # deletedvouchers: at most 7 days back; "forward" = only 7 days from the date given
}
