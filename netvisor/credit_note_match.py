"""matchcreditnote.nv: tie a credit note to the invoice it corrects.

Source: specification, "Status change, deletion, comments, credit notes". Netvisor never does that by itself.
"""

from .query import write_request


def match(credit_note_key, invoice_key):
    """Return the Request for two Netvisor keys (int). The answer to it is a plain OK. Raises SchemaError."""
    return write_request(
        "matchcreditnote.nv",
        {
            "creditnotenetvisorkey": credit_note_key,
            "invoicenetvisorkey": invoice_key,
        },
    )
