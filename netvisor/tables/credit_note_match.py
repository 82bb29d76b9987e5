"""matchcreditnote.nv: the body. Source: specification, "Status change, deletion, comments, credit notes"."""

from .rule import group, integer

MATCH_CREDIT_NOTE = group(
    "matchcreditnote",
    "1",
    integer("creditnotenetvisorkey", "1", minimum=1),
    integer("invoicenetvisorkey", "1", minimum=1),
)
