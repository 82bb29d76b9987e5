"""Which address is called how. Source: specification, the tables of parameters of each resource."""

from .accounting import ACCOUNTING
from .credit_note_match import MATCH_CREDIT_NOTE
from .customer import CUSTOMER
from .dimension import DIMENSION_ITEM
from .product import PRODUCT
from .rule import Parameter, Resource
from .sales_invoice import SALES_INVOICE

METHOD = Parameter("method", "choice", True, ("add", "edit"))
KEY = Parameter("id", "integer")
DIMENSION_RULES = (
    Parameter("useonlyexistingdimensions", "flag"),
    Parameter("checkdimensionvalidityperiod", "flag"),
)

RESOURCES = (
    Resource("customer.nv", "POST", (METHOD, KEY, *DIMENSION_RULES), CUSTOMER),
    Resource(
        "customerlist.nv",
        "GET",
        (
            Parameter("keyword"),
            Parameter("changedsince", "datetime"),
            Parameter("customercodelist", "codes", most=100),
        ),
    ),
    Resource(
        "getcustomer.nv",
        "GET",
        (
            KEY,
            Parameter("idlist", "keys", most=500),
            Parameter("replyoption", "choice", values=("1",)),
        ),
    ),
    Resource("salesinvoice.nv", "POST", (METHOD, KEY, *DIMENSION_RULES), SALES_INVOICE),
    Resource(
        "salesinvoicelist.nv",
        "GET",
        (
            Parameter("listtype", "choice", values=("preinvoice",)),
            Parameter("invoicesabovenetvisorkey", "integer"),
            Parameter("begininvoicedate", "date"),
            Parameter("endinvoicedate", "date"),
            Parameter("invoicenumber"),
            Parameter(
                "invoicestatus",
                "choice",
                values=(
                    "open",
                    "overdue",
                    "paid",
                    "unsent",
                    "creditloss",
                    "rejected",
                    "reminded",
                    "requested",
                    "collected",
                ),
            ),
            Parameter("lastmodifiedstart", "datetime"),
            Parameter("lastmodifiedend", "datetime"),
            Parameter("salesinvoicebatchid", "integer"),
            Parameter("customercode"),
            Parameter("customernetvisorkey", "integer"),
            Parameter("secondname"),
            Parameter("secondnamenetvisorkey", "integer"),
            Parameter("invoicingcustomercountrycode"),
            Parameter("replyoption", "choice", values=("1", "2", "3")),
            Parameter("includemodifiedpayments", "flag"),
        ),
    ),
    Resource(
        "getsalesinvoice.nv",
        "GET",
        (
            Parameter("netvisorkey", "integer"),
            Parameter("netvisorkeylist", "keys", most=500),
            Parameter("pdfimage", "choice", values=("lastsentprintservice", "pdf", "nopdf")),
            Parameter("showprocesshistory", "flag"),
            Parameter("includeattachments", "flag"),
            Parameter("showcommentlines", "flag"),
            Parameter("includedocuments", "flag"),
            Parameter("replyoption", "integer"),
        ),
    ),
    # A deletion, although it is called like a read.
    Resource("deletesalesinvoice.nv", "GET", (Parameter("invoiceid", "integer"), Parameter("orderid", "integer"))),
    Resource("matchcreditnote.nv", "POST", (), MATCH_CREDIT_NOTE),
    Resource("product.nv", "POST", (METHOD, KEY), PRODUCT),
    Resource(
        "productlist.nv",
        "GET",
        (
            Parameter("changedsince", "datetime"),
            Parameter("keyword"),
            Parameter("published", "flag"),
            Parameter("unpublished", "flag"),
            Parameter("deleted", "flag"),
        ),
    ),
    Resource(
        "getproduct.nv",
        "GET",
        (
            KEY,
            Parameter("idlist", "keys", most=400),
            Parameter("eancode"),
            Parameter("code"),
            Parameter("codelist", "codes", most=400),
            Parameter("showsubproducts", "flag"),
            Parameter("replyoption", "choice", values=("1", "2", "3")),
        ),
    ),
    Resource("dimensionlist.nv", "GET", (Parameter("showhidden", "flag"),)),
    Resource(
        "dimensionitem.nv",
        "POST",
        (METHOD, Parameter("updateparentreference", "choice", values=("true",))),
        DIMENSION_ITEM,
    ),
    Resource(
        "dimensiondelete.nv",
        "POST",
        (
            Parameter("dimensionname", required=True),
            Parameter("dimensionsubname"),
            Parameter("dimensionsubcode"),
            Parameter("dimensionsublabel"),
        ),
    ),
    Resource("accountlist.nv", "GET"),
    Resource("accountingperiodlist.nv", "GET"),
    Resource("vouchertypelist.nv", "GET"),
    *ACCOUNTING,
)
