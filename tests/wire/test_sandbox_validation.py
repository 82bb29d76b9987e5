"""Messages that Netvisor would refuse are refused, each for its own reason."""

import unittest
from io import StringIO
from pathlib import Path

from lxml import etree
from sandbox_support import ROOT, Case, attachment, comment, customer, invoice, line

from sandbox.forms_invoice import INVOICE, MATCH
from sandbox.forms_register import CUSTOMER, PRODUCT

SCHEMAS = Path(ROOT).parent / "shared" / "netvisor" / "schemas"


class TestForm(Case):
    def reject(self, body, words, code="INVALID_DATA"):
        answer = self.refused(code, "customer.nv", "method=add", body)
        self.assertTrue(answer.text.startswith("Data form incorrect:. "), answer.text)
        self.assertIn(words, answer.text)

    def test_start_of_message(self):
        self.reject('<?xml version="1.0"?>' + customer(), "XML declaration")
        self.reject(" " + customer(), "must begin")
        self.reject(b"\xef\xbb\xbf" + customer().encode(), "must begin")
        self.reject(customer().replace("root>", "base>"), "must begin")
        self.reject("<root xmlns='urn:x'><customer/></root>", "Unknown element")
        self.reject("<root><customer>", "not well-formed")
        self.reject("<!DOCTYPE root><root/>", "must begin")
        self.reject("", "empty")

    def test_entities_and_comments(self):
        body = customer().replace("<name>", "<!-- x --><name>")
        self.reject(body, "not accepted")
        self.reject(customer("&evil;"), "not well-formed")

    def test_control_characters(self):
        self.reject(customer("a\x02b"), "not well-formed")
        self.reject(customer("a&#2;b"), "not well-formed")

    def test_order(self):
        body = customer().replace("<city>Tampere</city>", "", 1)
        body = body.replace("<name>", "<city>Tampere</city><name>")
        self.reject(body, "wrong place")

    def test_unknown_and_repeated(self):
        self.reject(customer(more="<nonsense/>"), "Unknown element: root/customer/nonsense")
        self.reject(customer().replace("</city>", "</city><city/>"), "more than once")
        self.reject(customer().replace("<name>", '<name kind="x">'), "Unknown attribute kind")
        self.reject(customer().replace("<name>", "<name>text<b/>"), "other elements")
        self.reject(customer().replace("<name>", "text<name>"), "must not contain text")

    def test_compulsory(self):
        self.reject("<root></root>", "missing: root/customer")
        self.reject("<root><customer/></root>", "missing: root/customer/customerbaseinformation")
        self.reject(customer("  "), "empty: root/customer/customerbaseinformation/name")

    def test_lengths(self):
        self.customer("n" * 250, "1")
        self.reject(customer("n" * 251, "2"), "251 characters, at most 250", "INVALID_DATA_SIZE")
        self.customer("ä" * 250, "3")  # characters, not bytes

    def test_values(self):
        for wrong, words in (
            ('<country type="ISO-3166">XX</country>', "ISO 3166"),
            ('<country type="ISO-3166">Finland</country>', "ISO 3166"),
            ("<country/><isactive>yes</isactive>", "1 or 0"),
        ):
            body = customer().replace('<country type="ISO-3166">FI</country>', wrong)
            self.reject(body, words)

    def test_case_does_not_matter(self):
        body = customer().replace("root", "Root").replace("customerbase", "CustomerBase")
        self.ok("customer.nv", "method=add", body)

    def test_encodings(self):
        for code, encoding in enumerate(("utf-8", "iso-8859-15")):
            body = customer("Š € äöå", str(code)).encode(encoding)
            self.ok("customer.nv", "method=add", body)
        names = {item["name"] for item in self.state["customers"]}
        self.assertEqual(names, {"Temporary customer", "Š € äöå"})


class TestInvoiceForm(Case):
    def setUp(self):
        super().setUp()
        self.key = self.customer()

    def reject(self, words, code="INVALID_DATA", **values):
        body = values.pop("body", None) or invoice(self.key, **values)
        answer = self.refused(code, "salesinvoice.nv", "method=add", body)
        self.assertIn(words, answer.text)
        self.assertEqual(self.sandbox.state(None, "invoices")["invoices"], [])

    def test_dates(self):
        self.reject("a date YYYY-MM-DD", date="2.2.2026")
        self.reject("a date YYYY-MM-DD", date="2026-02-30")
        self.reject("format", body=invoice(self.key).replace('"ansi"', '"iso"'))
        self.reject("One of salesinvoiceduedate", due="")

    def test_single_digits_in_dates_are_tolerated(self):
        self.invoice(self.key, date="2026-2-1")
        self.assertEqual(self.state["invoices"][0]["date"], "2026-02-01")

    def test_numbers(self):
        for number in ("1 000,00", "1.000,00", "1e3", "+5", "abc", "NaN", "251,000"):
            self.reject("a number", amount=number)
        self.reject("a number", lines=line(price="1,0,0"))
        self.reject("positive", number="-5")
        self.reject("a whole number", number="INV/1")

    def test_comma_and_point(self):
        self.invoice(self.key, "251.00", line(price="100.0", percent="25.5"))

    def test_types_and_statuses(self):
        self.reject("does not fit", status="delivered")
        self.reject("one of", status="sent")
        self.reject("does not fit", status="")
        self.reject("does not fit", invoice_type="order")
        self.reject("A draft must not have a number", invoice_type="invoicedraft", status="", number=5)
        self.ok(
            "salesinvoice.nv",
            "method=add",
            invoice(self.key, invoice_type="invoicedraft", status=""),
        )

    def test_lines(self):
        self.reject("at least one product line", lines=comment("x"), amount="0")
        self.reject("missing", lines="<!---->", body=invoice(self.key, lines="§").replace("§", ""))
        self.reject("exactly one", lines="<invoiceline></invoiceline>")
        two = line().replace("</salesinvoiceproductline>", "</salesinvoiceproductline>" + comment("x")[13:-14])
        self.reject("exactly one", lines=two)
        self.reject("too long", "INVALID_DATA_SIZE", lines=line().replace("Asennustyö", "a" * 201))
        self.reject("Unknown attribute", lines=line().replace("vatcode", "vat"))
        self.reject("unknown value", lines=line(code="VAT"))
        self.reject("is missing", lines=line().replace(' type="customer"', ""))

    def test_both_sums_or_neither(self):
        vat = "<salesinvoiceproductlinevatsum>51,00</salesinvoiceproductlinevatsum>"
        gross = "<salesinvoiceproductlinesum>251,00</salesinvoiceproductlinesum>"
        self.reject("both or neither", lines=line(before=vat))
        self.reject("both or neither", lines=line(before=gross))
        self.invoice(self.key, lines=line(before=vat + gross))

    def test_vat(self):
        for code, percent in (
            ("KOMY", "124"),
            ("KOMY", "25"),
            ("NONE", "25,5"),
            ("EUMY", "24"),
            ("KOMY0", "14"),
            ("RAMY", "25,5"),
        ):
            self.reject("VAT code", lines=line(code=code, percent=percent))

    def test_vat_out_of_date_is_taken_with_a_remark(self):
        self.invoice(self.key, "248,00", line(percent="24"))
        self.assertIn("24 is not in force", self.state["warnings"][0])
        self.invoice(self.key, "228,00", line(percent="14"), date="2025-12-31", due="2026-01-31")
        self.assertEqual(len(self.state["warnings"]), 1)

    def test_accounts(self):
        self.reject("not found with number: 9999", lines=line(account="9999"))
        self.sandbox.set(accounts={"3010": None, "9999": "Omat"}, removed_accounts=["3020"])
        self.reject("3010 is not active", lines=line(account="3010"))
        self.reject("3020", lines=line(account="3020"))
        self.invoice(self.key, lines=line(account="9999"))

    def test_links(self):
        self.reject("Customer not found with Netvisor identifier: 4711", body=invoice(4711))
        self.reject("code: nobody", body=invoice("nobody", link="customer"))
        self.reject("Product not found", lines=line(product="nothing"))
        self.invoice("10045", link="customer")

    def test_currency(self):
        self.reject("ISO 4217", amount_attributes='iso4217currencycode="EURO"')
        self.reject("positive", amount_attributes='iso4217currencycode="SEK" currencyrate="0"')
        self.reject("number", amount_attributes='iso4217currencycode="SEK" currencyrate="x"')

    def test_reference(self):
        self.reject("reference number", reference="202600421")
        self.reject("reference number", reference="INV/2026/1")
        self.reject("without spaces", reference="20260 0428")
        self.invoice(self.key, reference="202600428")
        self.invoice(self.key, reference="RF332348236")
        self.sandbox.set(check_reference=False)
        self.invoice(self.key, reference="202600421")

    def test_locked_periods(self):
        for lock in ("accounting_lock", "vat_lock"):
            self.sandbox.reset()
            self.key = self.customer()
            self.sandbox.set(**{lock: "2026-01-31"})
            self.reject("locked", "PERIOD_LOCK", date="2026-01-31")
            self.reject("locked", "PERIOD_LOCK", event="2026-01-15")
            self.invoice(self.key)

    def test_outside_the_periods(self):
        self.invoice(self.key, date="2019-01-01")
        self.sandbox.reset()
        self.key = self.customer()
        self.sandbox.set(require_period=True, periods=[["2026-01-01", "2026-12-31"]])
        self.reject("not in any accounting period", date="2025-12-31")

    def test_attachments(self):
        self.reject("Base64", after=attachment("@@@@"))
        self.reject("unknown value", after=attachment("JVBERi0=").replace('"pdf"', '"doc"'))
        self.reject("too long", "INVALID_DATA_SIZE", after=attachment("JVBERi0=", "f" * 256))
        flagged = attachment("JVBERi0=", more="<printbydefault>1</printbydefault>")
        self.reject("printbydefault", after=flagged.replace('"pdf"', '"finvoice"'))

    def test_credit_note_with_negative_price(self):
        lines = line(price="-100", quantity="2")
        self.reject("must be positive", lines=lines, amount="-251,00")

    def test_optional_rules(self):
        self.sandbox.set(refuse_zero_sum=True, require_address=True)
        self.reject("zero-sum", lines=line(price="0"), amount="0,00")
        bare = self.customer("Nimi", "2")
        self.ok(
            "customer.nv",
            f"method=edit&id={bare}",
            "<root><customer><customerbaseinformation><streetaddress/></customerbaseinformation></customer></root>",
        )
        self.reject("invoicingcustomeraddressline", body=invoice(bare))


def in_order(names, reference):
    """Whether the names that both know stand in the same order."""
    common = [name for name in names if name in reference]
    return common == [name for name in reference if name in common]


@unittest.skipUnless(SCHEMAS.is_dir(), "the official document types are not here")
class TestDocumentTypes(unittest.TestCase):
    """Netvisor's own (older) document types know no element that the sandbox does not, and agree on the order."""

    def content(self, name):
        text = (SCHEMAS / name).read_text(encoding="utf-8")
        inner = text[text.index("[") + 1 : text.rindex("]")]
        found = {}
        for element in etree.DTD(StringIO(inner)).iterelements():
            found[element.name] = list(self.names(element.content))
        return found

    def names(self, content):
        if content is None:
            return
        if content.type == "element":
            yield content.name
        yield from self.names(content.left)
        yield from self.names(content.right)

    def compare(self, rule, types, loose=()):
        if rule.children is None:
            return
        official = types.get(rule.name, [])
        mine = [child.name for child in rule.children]
        with self.subTest(element=rule.name):
            self.assertEqual([name for name in official if name not in mine], [])
            if rule.name not in loose and not rule.choice:
                self.assertTrue(in_order(mine, official), (mine, official))
        for child in rule.children:
            self.compare(child, types)

    def test_salesinvoice(self):
        self.compare(INVOICE, self.content("salesinvoice.dtd"))

    def test_customer(self):
        self.compare(CUSTOMER, self.content("customer.dtd"))

    def test_product(self):
        self.compare(PRODUCT, self.content("product.dtd"))

    def test_match(self):
        self.compare(MATCH, self.content("matchcreditnote.dtd"))


if __name__ == "__main__":
    unittest.main()
