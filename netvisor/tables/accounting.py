"""Which address of the accounting resources is called how. Source: specification, "Accounting"."""

from .rule import Parameter, Resource
from .voucher import INVALIDATE, VOUCHER, VOUCHER_EDIT

ACCOUNTING = (
    Resource("accounting.nv", "POST", (), VOUCHER),
    Resource("accountingedit.nv", "POST", (), VOUCHER_EDIT),
    Resource("invalidatevouchers.nv", "POST", (), INVALIDATE),
    Resource("deletedvouchers.nv", "GET", (Parameter("deletedsince", "date", required=True),)),
    Resource(
        "accountingledger.nv",
        "GET",
        (
            # Compulsory unless keys are given; the reader of the ledger sees to that.
            Parameter("startdate", "date"),
            Parameter("enddate", "date"),
            Parameter("accountnumberstart"),
            Parameter("accountnumberend"),
            Parameter("changedsince", "date"),
            Parameter("lastmodifiedstart", "date"),
            Parameter("lastmodifiedend", "date"),
            Parameter("showgenerator", "flag"),
            Parameter("voucherstatus", "choice", values=("1", "2", "3")),
            Parameter("netvisorkey", "integer"),
            Parameter("netvisorkeylist", "keys", most=500),
            Parameter("vouchertype", "integer"),
            Parameter("includetransactionhistory", "flag"),
            Parameter("includeattachmentsmetadata", "flag"),
            Parameter("includetransactionallocations", "flag"),
        ),
    ),
)
