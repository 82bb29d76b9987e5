"""Customers, both ways."""

import dataclasses
import unittest
from datetime import date, datetime
from decimal import Decimal

from wire_support import answer, failed, fixture, official_problem, ok, texts

from netvisor import ReadError, SchemaError, is_not_found
from netvisor.customer import (
    Customer,
    CustomerRow,
    ReceivedCustomer,
    add,
    edit,
    get_request,
    list_request,
    parse_get,
    parse_list,
)
from netvisor.sales_invoice import Dimension

BASE = "customer/customerbaseinformation/"
FINVOICE = "customer/customerfinvoicedetails/"
DELIVERY = "customer/customerdeliverydetails/"
CONTACT = "customer/customercontactdetails/"
MORE = "customer/customeradditionalinformation/"

#: field, value, where it has to be found, and as what. Written by hand from the specification.
FIELDS = (
    ("code", "10045", BASE + "internalidentifier", "10045"),
    ("business_id", "2345678-9", BASE + "externalidentifier", "2345678-9"),
    ("organization_unit", "003723456789", BASE + "organizationunitnumber", "003723456789"),
    ("name", "Pihlajan Puutyö Oy", BASE + "name", "Pihlajan Puutyö Oy"),
    ("name_extension", "Tampere", BASE + "nameextension", "Tampere"),
    ("street", "Sahakatu 3", BASE + "streetaddress", "Sahakatu 3"),
    ("street2", "C-talo", BASE + "additionaladdressline", "C-talo"),
    ("city", "Nokia", BASE + "city", "Nokia"),
    ("postcode", "33100", BASE + "postnumber", "33100"),
    ("country", "FI", BASE + "country", "FI"),
    ("group", "Yritykset", BASE + "customergroupname", "Yritykset"),
    ("phone", "040 1", BASE + "phonenumber", "040 1"),
    ("fax", "040 2", BASE + "faxnumber", "040 2"),
    ("email", "a@b.example", BASE + "email", "a@b.example"),
    ("website", "b.example", BASE + "homepageuri", "b.example"),
    ("active", True, BASE + "isactive", "1"),
    ("private", False, BASE + "isprivatecustomer", "0"),
    ("invoice_email", "c@b.example", BASE + "emailinvoicingaddress", "c@b.example"),
    ("einvoice_address", "003723456789", FINVOICE + "finvoiceaddress", "003723456789"),
    ("operator_id", "003721291126", FINVOICE + "finvoiceroutercode", "003721291126"),
    ("delivery_name", "Varasto", DELIVERY + "deliveryname", "Varasto"),
    ("delivery_street", "Satamatie 1", DELIVERY + "deliverystreetaddress", "Satamatie 1"),
    ("delivery_city", "Oulu", DELIVERY + "deliverycity", "Oulu"),
    ("delivery_postcode", "90100", DELIVERY + "deliverypostnumber", "90100"),
    ("delivery_country", "SE", DELIVERY + "deliverycountry", "SE"),
    ("contact_name", "Toimisto", CONTACT + "contactname", "Toimisto"),
    ("contact_person", "Aino", CONTACT + "contactperson", "Aino"),
    ("contact_email", "aino@b.example", CONTACT + "contactpersonemail", "aino@b.example"),
    ("contact_phone", "040 3", CONTACT + "contactpersonphone", "040 3"),
    ("comment", "Hyvä", MORE + "comment", "Hyvä"),
    ("agreement", "S-1", MORE + "customeragreementidentifier", "S-1"),
    ("reference", "1070", MORE + "customerreferencenumber", "1070"),
    ("language", "SE", MORE + "invoicinglanguage", "SE"),
    ("print_format", "2", MORE + "invoiceprintchannelformat", "2"),
    ("your_reference", "PO", MORE + "yourdefaultreference", "PO"),
    ("text_before", "Ennen", MORE + "defaulttextbeforeinvoicelines", "Ennen"),
    ("text_after", "Jälkeen", MORE + "defaulttextafterinvoicelines", "Jälkeen"),
    ("payment_term", "14 pv", MORE + "defaultpaymentterm", "14 pv"),
    ("interest", Decimal("8.5"), MORE + "paymentinterest", "8,5"),
    ("balance_limit", Decimal(1000), MORE + "balancelimit", "1000"),
    ("tax_handling", "countrygroup", MORE + "taxhandlingtype", "countrygroup"),
    ("en16931", True, MORE + "eustandardfinvoice", "1"),
    ("salesperson_key", 7, MORE + "defaultsalesperson/salespersonid", "7"),
)
DIMENSIONS = (Dimension("Projekti", "P-17"), Dimension("Tiimi", "Etelä"))
FULL = Customer(**{name: value for name, value, _path, _text in FIELDS}, dimensions=DIMENSIONS)


class TestWrite(unittest.TestCase):
    def test_every_field_in_its_place(self):
        found = texts(add(FULL).body)
        for name, _value, path, expected in FIELDS:
            self.assertEqual(found.pop(path), expected, name)
        dimension = "customer/customerdimensiondetails/dimension"
        self.assertEqual(
            found,
            {
                f"{dimension}[1]/dimensionname": "Projekti",
                f"{dimension}[1]/dimensionitem": "P-17",
                f"{dimension}[2]/dimensionname": "Tiimi",
                f"{dimension}[2]/dimensionitem": "Etelä",
            },
        )

    def test_the_table_above_is_complete(self):
        fields = {item.name for item in dataclasses.fields(Customer)}
        self.assertEqual(fields - {row[0] for row in FIELDS}, {"automatic_code", "dimensions"})

    def test_one_field_is_one_element(self):
        for name, value, path, expected in FIELDS:
            with self.subTest(name):
                self.assertEqual(texts(edit(1, Customer(**{name: value})).body), {path: expected})

    def test_official_schema(self):
        self.assertIsNone(official_problem("customer", add(FULL).body))
        self.assertIsNone(official_problem("customer", add(Customer(name="A")).body))
        self.assertIsNone(official_problem("customer", add(FULL, "iso-8859-15").body, "iso-8859-15"))

    def test_requests(self):
        request = add(Customer(name="A"), useonlyexistingdimensions=True)
        self.assertEqual((request.resource, request.method, request.safe), ("customer.nv", "POST", False))
        self.assertEqual(request.query, (("method", "add"), ("useonlyexistingdimensions", "1")))
        self.assertEqual(edit(5, FULL).query, (("method", "edit"), ("id", "5")))
        self.assertEqual(
            edit(0, Customer(comment="x")).query,
            (("method", "edit"), ("id", "0")),
            "a harmless probe",
        )

    def test_attributes(self):
        body = add(FULL).body.decode()
        self.assertIn('<country type="ISO-3166">FI<', body)
        self.assertIn('<deliverycountry type="ISO-3166">SE<', body)
        self.assertIn('<invoiceprintchannelformat type="netvisor">2<', body)
        self.assertIn('<defaultpaymentterm type="customer">14 pv<', body)
        self.assertIn('<salespersonid type="netvisor">7<', body)
        self.assertIn(
            '<defaultpaymentterm type="netvisor">3<',
            edit(1, Customer(payment_term=3)).body.decode(),
        )
        self.assertIn(
            '<internalidentifier type="automatic"/>',
            add(Customer(name="A", automatic_code=True)).body.decode(),
        )

    def test_blank_and_absent(self):
        body = edit(5, Customer(phone="", invoice_email="uusi@b.example")).body.decode()
        self.assertEqual(
            body,
            "<root><customer><customerbaseinformation><phonenumber/>"
            "<emailinvoicingaddress>uusi@b.example</emailinvoicingaddress></customerbaseinformation></customer></root>",
        )

    def test_refused(self):
        for customer, path, problem in (
            (Customer(), BASE.rstrip("/"), "missing"),
            (Customer(code="1"), BASE + "name", "missing"),
            (Customer(name="x" * 251), BASE + "name", "too_long"),
            (Customer(name="A", street="x" * 81), BASE + "streetaddress", "too_long"),
            (Customer(name="A", code="x" * 51), BASE + "internalidentifier", "too_long"),
            (Customer(name="A", country="FIN"), BASE + "country", "too_long"),
            (Customer(name="A", language="SV"), MORE + "invoicinglanguage", "choice"),
            (Customer(name="A", active=1), BASE + "isactive", "type"),
            (Customer(name="A", interest=8.5), MORE + "paymentinterest", "type"),
        ):
            with self.subTest(path), self.assertRaises(SchemaError) as caught:
                add(customer)
            self.assertEqual((caught.exception.path, caught.exception.problem), (path, problem))


class TestRequests(unittest.TestCase):
    def test_list(self):
        self.assertEqual(list_request().query, ())
        self.assertEqual(list_request("Oy & Ab").query, (("keyword", "Oy & Ab"),))
        self.assertEqual(
            list_request(changed_since=datetime(2026, 2, 1, 3, 4, 5)).query,  # noqa: DTZ001
            (("changedsince", "2026-02-01T03:04:05"),),
        )
        self.assertEqual(
            list_request(changed_since=date(2026, 2, 1)).query,
            (("changedsince", "2026-02-01T00:00:00"),),
        )
        self.assertEqual(list_request(codes=["1", "A 2"]).query, (("customercodelist", "1,A 2"),))
        self.assertTrue(list_request().safe)
        self.assertEqual(list_request().method, "GET")

    def test_list_refused(self):
        with self.assertRaises(SchemaError) as caught:
            list_request(codes=["1", "2,3"])
        self.assertEqual(caught.exception.problem, "comma")
        for call in (
            lambda: list_request(codes=["1,2"]),
            lambda: list_request(codes=[str(number) for number in range(101)]),
            lambda: list_request(codes="12"),
            lambda: list_request(keyword=" "),
            lambda: list_request(changed_since="2026-02-01"),
        ):
            with self.assertRaises(SchemaError):
                call()

    def test_get(self):
        self.assertEqual(get_request(5).query, (("id", "5"),))
        self.assertEqual(get_request([5, 6]).query, (("idlist", "5,6"),))
        for keys in ((), range(501), ["5"], True and [None]):
            with self.subTest(keys), self.assertRaises(SchemaError):
                get_request(keys)


class TestRead(unittest.TestCase):
    def test_list(self):
        rows = parse_list(fixture("CustomerList", "customerlist.nv"))
        uri = "https://koulutus.netvisor.fi/getcustomer.nv?id="
        self.assertEqual(
            rows,
            (
                CustomerRow(
                    key=165,
                    name="Anni Asiakas",
                    code="AA",
                    business_id="12345678-9",
                    uri=uri + "165",
                ),
                CustomerRow(key=166, name="Matti Mallikas", uri=uri + "166"),
            ),
        )
        self.assertEqual(parse_list(fixture("CustomerListMinimal", "customerlist.nv")), ())

    def test_newer_row(self):
        body = ok(
            "<Customerlist><Customer><Netvisorkey>1000</Netvisorkey><Name>A</Name><Code>1</Code><OrganisationIdentifier/>"
            "<CustomerGroupID>4</CustomerGroupID><CustomerGroupName>Yritykset</CustomerGroupName></Customer></Customerlist>"
        )
        (row,) = parse_list(answer(body))
        self.assertEqual((row.group_key, row.group_name, row.unreadable), (4, "Yritykset", ()))

    def test_get(self):
        (got,) = parse_get(fixture("GetCustomer", "getcustomer.nv"))
        self.assertEqual(
            got,
            ReceivedCustomer(
                key=5,
                code="MM",
                business_id="1234567-8",
                group_key=1,
                group="Asiakasryhmä 1",
                name="Maija Mallikas",
                name_extension="toimitusjohtaja",
                street="Pajukuja 2",
                city="Lappeenranta",
                postcode="53100",
                country="FI",
                phone="040 12157 988",
                fax="(015) 123 4567",
                email="maija.mallikas@netvisor.fi",
                invoice_email="matti.mallikas@netvisor.fi",
                website="www.netvisor.fi",
                active=True,
                einvoice_address="FI002316574613249",
                operator_id="PSPBFIHH",
                delivery_name="Matti",
                delivery_street="Pajukuja 90",
                delivery_city="Lappeenranta",
                delivery_postcode="53100",
                contact_person="Perttu",
                contact_email="perttu@netvisor.fi",
                contact_phone="040 21578 999",
                comment="Great customer!",
                reference="1070",
                balance_limit=Decimal("200.3"),
                your_reference="Default reference",
                text_before="Default test before invoice lines",
                text_after="Default test after invoice lines",
            ),
        )

    def test_get_several(self):
        first, second = parse_get(fixture("GetCustomerList", "getcustomer.nv"))
        self.assertEqual((first.key, second.key), (5, 6))
        self.assertEqual((second.code, second.name), ("MM2", "Maija Mallikas 2"))

    def test_get_minimal(self):
        (got,) = parse_get(fixture("GetCustomerMinimal", "getcustomer.nv"))
        self.assertEqual((got.key, got.name, got.code, got.active), (None, "Maija Mallikas", "", False))
        self.assertIsNone(got.balance_limit)

    def test_newer_elements(self):
        body = ok(
            "<Customer><CustomerBaseInformation><NetvisorKey>9</NetvisorKey>"
            "<AdditionalStreetAddress>C-talo</AdditionalStreetAddress>"
            "<IsPrivateCustomer>1</IsPrivateCustomer></CustomerBaseInformation><CustomerAdditionalInformation>"
            "<DefaultPaymentTerm netvisorkey='3'>14 pv netto</DefaultPaymentTerm>"
            "<TaxHandlingType>uusi tapa</TaxHandlingType>"
            "<CustomerDimensions><Dimension><DimensionName netvisorkey='1'>Projekti</DimensionName>"
            "<DimensionItem>P-17</DimensionItem></Dimension></CustomerDimensions>"
            "</CustomerAdditionalInformation></Customer>"
        )
        (got,) = parse_get(answer(body, "getcustomer.nv"))
        self.assertEqual((got.street2, got.private, got.payment_term), ("C-talo", True, "14 pv netto"))
        self.assertEqual(got.tax_handling, "uusi tapa", "an unknown value is kept")
        self.assertEqual(got.dimensions, (Dimension("Projekti", "P-17"),))

    def test_not_found(self):
        got = fixture("GetCustomerNotFound", "getcustomer.nv", url="https://x/getcustomer.nv?id=123")
        self.assertTrue(is_not_found(got))
        self.assertEqual(parse_get(got), ())
        self.assertEqual(got.text, "Data form incorrect:. Customer not found with Netvisor identifier: 123")
        # Said about two keys, it proves nothing about either; and it says nothing about a write.
        several = answer(failed("INVALID_DATA"), "getcustomer.nv", url="https://x/getcustomer.nv?idlist=1%2C2")
        self.assertFalse(is_not_found(several))
        with self.assertRaises(ReadError):
            parse_get(several)
        self.assertFalse(is_not_found(answer(failed("INVALID_DATA"), "customer.nv", safe=False)))
        self.assertTrue(is_not_found(answer(failed("DATA_NOT_FOUND"), "getcustomer.nv", url="https://x/?id=1")))

    def test_failures_are_not_absence(self):
        for body, status in (
            (failed("TECHNICAL_ERROR"), 500),
            ("", 502),
            (ok(), 200),
            (failed("SYSTEM_MAINTENANCE"), 503),
        ):
            got = answer(body, "getcustomer.nv", status)
            self.assertFalse(is_not_found(got))
            for parse in (parse_get, parse_list):
                with self.assertRaises(ReadError):
                    parse(got)


if __name__ == "__main__":
    unittest.main()
