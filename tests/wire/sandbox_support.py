"""A raw Netvisor client for the sandbox's tests: its own signature, nothing of the wire package."""

import hashlib
import hmac
import http.client
import sys
import time
import unittest
import urllib.parse
import uuid
from pathlib import Path

from lxml import etree

ROOT = str(Path(__file__).resolve().parents[2])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

from sandbox import defaults  # noqa: E402
from sandbox.handle import Sandbox  # noqa: E402

ORGANISATION, OTHER = list(defaults.ORGANISATIONS)


class Answer:
    """Status number, text, and the parts of the envelope."""

    def __init__(self, status, body, headers):
        self.status, self.body, self.headers = status, body, headers

    @property
    def root(self):
        return etree.fromstring(self.body, etree.XMLParser(resolve_entities=False, huge_tree=True))

    @property
    def statuses(self):
        return [node.text for node in self.root.iter("Status")]

    @property
    def code(self):
        """OK, or the code of the failure."""
        return self.statuses[0] if len(self.statuses) == 1 else self.statuses[1].split(" :: ")[0]

    @property
    def text(self):
        return self.statuses[-1].split(" :: ", 1)[-1]

    @property
    def key(self):
        node = self.root.find("Replies/InsertedDataIdentifier")
        return int(node.text) if node is not None else None

    def find(self, path):
        node = self.root.find(path)
        return None if node is None else (node.text or "")


def sign(
    url,
    organisation=ORGANISATION,
    algorithm="HMACSHA256",
    encoding="iso-8859-15",
    signed_url=None,
    **changes,
):
    """The headers of a request; ``changes`` replace values before signing (None removes the header)."""
    now = time.time()
    values = {
        "Sender": defaults.SENDER,
        "CustomerId": defaults.CUSTOMER_ID,
        "PartnerId": defaults.PARTNER_ID,
        "Timestamp": time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime(now)),
        "TimestampUnix": str(int(now)),
        "TransactionId": str(uuid.uuid4()),
        "Language": "EN",
        "Organisation": organisation,
        "customer_key": defaults.CUSTOMER_KEY,
        "partner_key": defaults.PARTNER_KEY,
        "status_codes": None,
        **changes,
    }
    parts = [signed_url or url] + [
        values[name] or ""
        for name in (
            "Sender",
            "CustomerId",
            "Timestamp",
            "Language",
            "Organisation",
            "TransactionId",
        )
    ]
    if algorithm == "HMACSHA256":
        parts.append(values["TimestampUnix"] or "")
    parts += [values["customer_key"], values["partner_key"]]
    message = "&".join(parts).encode(encoding)
    if algorithm == "HMACSHA256":
        key = f"{values['customer_key']}&{values['partner_key']}".encode()
        mac = hmac.new(key, message, hashlib.sha256).hexdigest()
    else:
        mac = hashlib.new(algorithm, message).hexdigest()
    prefix = "X-Netvisor-Authentication-"
    headers = {
        prefix + name: values[name]
        for name in (
            "Sender",
            "CustomerId",
            "PartnerId",
            "Timestamp",
            "TimestampUnix",
            "TransactionId",
        )
    }
    headers.update(
        {
            "X-Netvisor-Interface-Language": values["Language"],
            "X-Netvisor-Organisation-ID": values["Organisation"],
            prefix + "MAC": changes.get("mac", mac),
            prefix + "MACHashCalculationAlgorithm": algorithm,
            prefix + "UseHTTPResponseStatusCodes": values["status_codes"],
        }
    )
    return {name: value for name, value in headers.items() if value is not None}


class Wire:
    """One keep-alive connection."""

    def __init__(self, url, timeout=20):
        self.url = url.rstrip("/")
        self.host = urllib.parse.urlsplit(url).netloc
        self.timeout = timeout
        self.connection = http.client.HTTPConnection(self.host, timeout=timeout)

    def call(self, resource, query="", body=None, method=None, **signature):
        target = f"/{resource}" + (f"?{query}" if query else "")
        if isinstance(body, str):
            body = body.encode("utf-8")
        method = method or ("GET" if body is None else "POST")
        headers = sign(self.url + target, **signature)
        try:
            self.connection.request(
                method,
                target,
                body,
                {
                    name: value.encode("latin-1", "replace") if name.endswith("Sender") else value
                    for name, value in headers.items()
                },
            )
            response = self.connection.getresponse()
            return Answer(response.status, response.read(), response.headers)
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise

    def close(self):
        self.connection.close()


class Case(unittest.TestCase):
    """A sandbox for the class, emptied before each test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = Sandbox.start()
        cls.addClassCleanup(cls.sandbox.stop)

    def setUp(self):
        super().setUp()
        self.sandbox.reset()
        self.wire = Wire(self.sandbox.url)
        self.addCleanup(self.wire.close)

    def call(self, *arguments, **options):
        return self.wire.call(*arguments, **options)

    def ok(self, *arguments, **options):
        answer = self.call(*arguments, **options)
        self.assertEqual(answer.code, "OK", answer.body.decode())
        return answer

    def refused(self, code, *arguments, **options):
        answer = self.call(*arguments, **options)
        self.assertEqual(answer.code, code, answer.body.decode())
        return answer

    def customer(self, name="Pihlajan Puutyö Oy", code="10045", more="", **options):
        return self.ok("customer.nv", "method=add", customer(name, code, more), **options).key

    def invoice(self, *arguments, **values):
        return self.ok("salesinvoice.nv", "method=add", invoice(*arguments, **values)).key

    @property
    def state(self):
        return self.sandbox.state()


class InvoiceCase(Case):
    def setUp(self):
        super().setUp()
        self.key = self.customer()

    def stored(self, number=None):
        found = self.sandbox.state(None, "invoices")["invoices"]
        return next(item for item in found if number in (None, item["number"]))

    def post(self, code="OK", query="method=add", **values):
        answer = self.call("salesinvoice.nv", query, invoice(self.key, **values))
        self.assertEqual(answer.code, code, answer.body.decode())
        return answer


def customer(name="Pihlajan Puutyö Oy", code="10045", more=""):
    return (
        f"<root><customer><customerbaseinformation><internalidentifier>{code}</internalidentifier>"
        f"<externalidentifier>2345678-9</externalidentifier><name>{name}</name>"
        "<streetaddress>Sahakatu 3</streetaddress><city>Tampere</city><postnumber>33100</postnumber>"
        f'<country type="ISO-3166">FI</country></customerbaseinformation>{more}</customer></root>'
    )


def line(
    price="100,00",
    quantity="2",
    percent="25,5",
    code="KOMY",
    account="3000",
    product="",
    before="",
    after="",
    price_type="net",
    dimensions="",
):
    suggestion = f"<accountingaccountsuggestion>{account}</accountingaccountsuggestion>" if account else ""
    return (
        f'<invoiceline><salesinvoiceproductline><productidentifier type="customer">{product}</productidentifier>'
        f'<productname>Asennustyö</productname><productunitprice type="{price_type}">{price}</productunitprice>'
        f'<productvatpercentage vatcode="{code}">{percent}</productvatpercentage>'
        f"<salesinvoiceproductlinequantity>{quantity}</salesinvoiceproductlinequantity>{before}{suggestion}"
        f"{dimensions}{after}</salesinvoiceproductline></invoiceline>"
    )


def comment(text):
    return f"<invoiceline><salesinvoicecommentline><comment>{text}</comment></salesinvoicecommentline></invoiceline>"


def attachment(data, filename="a.pdf", more=""):
    return (
        "<salesinvoiceattachments><salesinvoiceattachment><mimetype>application/pdf</mimetype>"
        f"<attachmentdescription>Lasku</attachmentdescription><filename>{filename}</filename>"
        f'<documentdata type="pdf">{data}</documentdata>{more}</salesinvoiceattachment></salesinvoiceattachments>'
    )


def invoice(
    customer_key,
    amount="251,00",
    lines=None,
    number=None,
    reference=None,
    status="open",
    after="",
    date="2026-02-02",
    due="2026-02-16",
    comment_text="",
    amount_attributes='iso4217currencycode="EUR"',
    event="",
    invoice_type="invoice",
    link="netvisor",
    middle="",
):
    number = f"<salesinvoicenumber>{number}</salesinvoicenumber>" if number else ""
    reference = f"<salesinvoicereferencenumber>{reference}</salesinvoicereferencenumber>" if reference else ""
    event = f'<salesinvoiceeventdate format="ansi">{event}</salesinvoiceeventdate>' if event else ""
    due = f'<salesinvoiceduedate format="ansi">{due}</salesinvoiceduedate>' if due else ""
    marker = f"<salesinvoiceprivatecomment>{comment_text}</salesinvoiceprivatecomment>" if comment_text else ""
    return (
        f'<root><salesinvoice>{number}<salesinvoicedate format="ansi">{date}</salesinvoicedate>{event}{due}'
        f"{reference}<salesinvoiceamount {amount_attributes}>{amount}</salesinvoiceamount>"
        f"<invoicetype>{invoice_type}</invoicetype>"
        f'<salesinvoicestatus type="netvisor">{status}</salesinvoicestatus>{marker}'
        f'<invoicingcustomeridentifier type="{link}">{customer_key}</invoicingcustomeridentifier>{middle}'
        f"<invoicelines>{lines or line()}</invoicelines>{after}</salesinvoice></root>"
    )
