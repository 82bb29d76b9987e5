"""What may be wrong with a customer's link, and the way out of it. Merged into ``PROBLEMS`` and ``REMEDIES``."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

CUSTOMER_PROBLEMS = {
    "customer_business_id_changed": (
        _lt("%(contact)s has business id %(ours)s now, its customer %(customer)s in Netvisor has %(theirs)s."),
        _lt("Say whether it is still the same customer, or another one."),
    ),
    "partner_uses_other": (_lt("The contact uses the customer of %(contact)s."), ""),
}
CUSTOMER_REMEDIES = {
    "customer_business_id_changed": (_lt("Compare and decide"), "_window_choice"),
    "customer_code_other": (_lt("Compare and choose"), "_window_choice"),
    "customer_linked_elsewhere": (_lt("Compare and choose"), "_window_choice"),
    "customer_code_taken": (_lt("Merge the contacts"), "_window_merge"),
    "customer_name_missing": (_lt("Open the customer"), "_window_partner"),
    "customer_business_id": (_lt("Open the customer"), "_window_partner"),
    "customer_too_long": (_lt("Open the customer"), "_window_partner"),
    "operator_inactive": (_lt("Open the customer"), "_window_partner"),
    "operator_refused": (_lt("Open the operator"), "_window_operator"),
}
