"""The VAT codes that a request may carry, as names only. Their meaning is in `netvisor/vat.py`.

Source: specification, "Codes accepted on input".
"""

VAT_CODE_NAMES = (
    "NONE",
    "KOMY",
    "KOMY0",
    "EUMY",
    "EUPM312",
    "EUPM309",
    "EUUM",
    "MUUL",
    "RAMY",
    "KOOS",
    "EUOS",
    "EUPO",
    "EUUO",
    "RAOS",
    "MAAL",
    "KAVE",
    "100",
    "EVTO",
    "EVPO",
    "EVKV",
    "EVRO",
    "EVMA",
)
