"""Customers, products, accounts, periods, dimensions: written and read back in Netvisor's own forms."""

import datetime
import unittest

from sandbox_support import Case, customer, invoice, line


def edit(fields, group="customerbaseinformation"):
    return f"<root><customer><{group}>{fields}</{group}></customer></root>"


FINVOICE = (
    "<customerfinvoicedetails><finvoiceaddress>003723456789</finvoiceaddress>"
    "<finvoiceroutercode>{}</finvoiceroutercode></customerfinvoicedetails>"
)


def product(code="ODOO", price_type="net", more=""):
    return (
        f"<root><product><productbaseinformation><productcode>{code}</productcode><productgroup>Odoo</productgroup>"
        f'<name>Odoo</name><unitprice type="{price_type}">10,50</unitprice><isactive>1</isactive>'
        f"<issalesproduct>1</issalesproduct></productbaseinformation>{more}</product></root>"
    )


class TestCustomers(Case):
    def card(self, key):
        return self.ok("getcustomer.nv", f"id={key}")

    def test_add_and_get(self):
        key = self.customer(more=FINVOICE.format("003721291126"))
        answer = self.card(key)
        base = "Customer/CustomerBaseInformation/"
        for path, value in {
            base + "NetvisorKey": str(key),
            base + "InternalIdentifier": "10045",
            base + "ExternalIdentifier": "2345678-9",
            base + "Name": "Pihlajan Puutyö Oy",
            base + "AdditionalStreetAddress": "",
            base + "Country": "FI",
            base + "IsActive": "1",
            base + "IsPrivateCustomer": "0",
            "Customer/CustomerFinvoiceDetails/FinvoiceRouterCode": "003721291126",
        }.items():
            self.assertEqual(answer.find(path), value, path)
        self.assertIsNone(answer.find(base + "CustomerGroupName"))

    def test_edit_blanks_empty_and_leaves_absent(self):
        key = self.customer(more=FINVOICE.format("NDEAFIHH"))
        answer = self.ok("customer.nv", f"method=edit&id={key}", edit("<city></city><email>a@b.example</email>"))
        self.assertIsNone(answer.key)
        card = self.card(key)
        self.assertEqual(card.find("Customer/CustomerBaseInformation/City"), "")
        self.assertEqual(card.find("Customer/CustomerBaseInformation/Email"), "a@b.example")
        self.assertEqual(card.find("Customer/CustomerBaseInformation/StreetAddress"), "Sahakatu 3")
        self.assertEqual(card.find("Customer/CustomerFinvoiceDetails/FinvoiceRouterCode"), "NDEAFIHH")

    def test_edit_refusals(self):
        key = self.customer()
        self.refused("INVALID_DATA", "customer.nv", f"method=edit&id={key}", edit("<name></name>"))
        for nobody in (0, 4711):
            self.refused("INVALID_DATA", "customer.nv", f"method=edit&id={nobody}", customer(code="new"))
        self.assertEqual(len(self.state["customers"]), 2)
        self.refused("INVALID_DATA", "customer.nv", "method=edit", edit("<city/>"))
        self.refused("INVALID_DATA", "customer.nv", f"id={key}", edit("<city/>"))

    def test_codes(self):
        key = self.customer()
        self.refused("DUPLICATE_DATA", "customer.nv", "method=add", customer("Toinen Oy"))
        other = self.customer("Toinen Oy", "2")
        taken = edit("<internalidentifier>10045</internalidentifier>")
        self.refused("DUPLICATE_DATA", "customer.nv", f"method=edit&id={other}", taken)
        self.ok("customer.nv", f"method=edit&id={key}", taken)
        self.sandbox.set(allow_duplicate_codes=True)
        self.customer("Kolmas Oy")
        self.refused("INVALID_DATA", "salesinvoice.nv", "method=add", invoice("10045", link="customer"))

    def test_automatic_code(self):
        body = customer(code="").replace("<internalidentifier>", '<internalidentifier type="automatic">')
        keys = [self.ok("customer.nv", "method=add", body).key for _turn in range(2)]
        codes = [item["code"] for item in self.state["customers"] if item["key"] in keys]
        self.assertEqual(codes, ["10001", "10002"])

    def test_operators(self):
        for code in ("003721291126", "MAVENTA", "NDEAFIHH", "885790000000418"):
            self.customer(code=code, more=FINVOICE.format(code))
        body = customer(code="x", more=FINVOICE.format("NOBODY99"))
        answer = self.refused("INVALID_DATA", "customer.nv", "method=add", body)
        self.assertIn("finvoiceroutercode", answer.text)
        self.assertIn("NOBODY99", answer.text)
        self.sandbox.set(accept_any_operator=True)
        self.ok("customer.nv", "method=add", body)

    def test_organisation_unit(self):
        key = self.customer()
        for unit, ok in (
            ("003723456789", True),
            ("00372345678912345", True),
            ("123456789012", False),
        ):
            body = edit(f"<organizationunitnumber>{unit}</organizationunitnumber>")
            answer = self.call("customer.nv", f"method=edit&id={key}", body)
            self.assertEqual(answer.code == "OK", ok)
        self.invoice("00372345678912345", link="organizationunitnumber")

    def test_list(self):
        key = self.customer()
        other = self.customer("Ääkkönen &amp; Co", "A1")
        answer = self.ok("customerlist.nv")
        self.assertEqual([node.text for node in answer.root.iter("Code")], ["TEMP", "10045", "A1"])
        row = answer.root.findall("Customerlist/Customer")[1]
        self.assertEqual(
            [child.tag for child in row],
            [
                "Netvisorkey",
                "Name",
                "Code",
                "OrganisationIdentifier",
                "CustomerGroupID",
                "CustomerGroupName",
                "Uri",
            ],
        )
        for query, expected in (
            ("keyword=%C3%A4%C3%A4kk", [other]),
            ("keyword=2345678-9", [key, other]),
            ("keyword=10045", [key]),
            ("customercodelist=10045,A1", [key, other]),
            ("customercodelist=10045&keyword=co", []),
            ("customercodelist=nobody", []),
            ("keyword=10045&changedsince=2100-01-01", [key]),
            ("changedsince=2100-01-01T00:00:00", []),
        ):
            answer = self.ok("customerlist.nv", query)
            self.assertEqual([int(node.text) for node in answer.root.iter("Netvisorkey")], expected, query)
        self.assertIn(b"<Customerlist />", self.call("customerlist.nv", "keyword=zzz").body)
        many = ",".join(map(str, range(101)))
        self.refused("INVALID_DATA", "customerlist.nv", f"customercodelist={many}")
        self.refused("INVALID_DATA", "customerlist.nv", "changedsince=yesterday")

    def test_single_and_list_form(self):
        keys = [self.customer(), self.customer("B", "B")]
        answer = self.ok("getcustomer.nv", f"idlist={keys[0]},{keys[1]},4711")
        self.assertEqual(len(answer.root.findall("Customers/Customer")), 2)
        self.assertIsNotNone(self.ok("getcustomer.nv", f"idlist={keys[0]}").find("Customer"))
        self.refused("INVALID_DATA", "getcustomer.nv", "id=4711")
        self.refused("INVALID_DATA", "getcustomer.nv", "")
        many = ",".join(map(str, range(501)))
        self.refused("INVALID_DATA", "getcustomer.nv", f"idlist={many}")

    def test_groups_and_dimensions(self):
        dimension = (
            "<customerdimensiondetails><dimension><dimensionname>Alue</dimensionname>"
            "<dimensionitem>Etelä</dimensionitem></dimension></customerdimensiondetails>"
        )
        body = customer(more=dimension).replace(
            "</country>", "</country><customergroupname>Yritykset</customergroupname>"
        )
        key = self.ok("customer.nv", "method=add", body).key
        card = self.card(key)
        self.assertEqual(card.find("Customer/CustomerBaseInformation/CustomerGroupName"), "Yritykset")
        self.assertEqual(card.find(".//CustomerDimensions/Dimension/DimensionItem"), "Etelä")
        self.assertEqual(self.state["dimensions"], {"Alue": ["Etelä"]})
        new = dimension.replace("Etelä", "Pohjoinen")
        query = "method=add&useonlyexistingdimensions=1"
        answer = self.refused("INVALID_DATA", "customer.nv", query, customer(code="9", more=new))
        self.assertIn("Pohjoinen", answer.text)
        self.ok("customer.nv", query, customer(code="9", more=dimension))


class TestProducts(Case):
    def test_add_edit_get(self):
        details = (
            "<productbookkeepingdetails><defaultvatpercentage>25,5</defaultvatpercentage>"
            "<defaultdomesticaccountnumber>3010</defaultdomesticaccountnumber></productbookkeepingdetails>"
        )
        key = self.ok("product.nv", "method=add", product(more=details)).key
        self.refused("DUPLICATE_DATA", "product.nv", "method=add", product())
        self.ok(
            "product.nv",
            f"method=edit&id={key}",
            "<root><product><productbaseinformation><name>Muu</name></productbaseinformation></product></root>",
        )
        for query in (f"id={key}", "code=ODOO", f"idlist={key}", "codelist=ODOO"):
            answer = self.ok("getproduct.nv", query)
            base = "Product/ProductBaseInformation/"
            self.assertEqual(answer.find(base + "Name"), "Muu", query)
            self.assertEqual(answer.find(base + "UnitPrice"), "10,5")
            self.assertEqual(answer.find("Product/ProductBookkeepingDetails/DefaultVatPercent"), "25,5")
            self.assertEqual(
                answer.find("Product/ProductBookkeepingDetails/DefaultDomesticAccountNumber"),
                "3010",
            )
        row = self.ok("productlist.nv", "keyword=odoo").root.find("ProductList/Product")
        self.assertEqual([child.tag for child in row][:4], ["NetvisorKey", "ProductCode", "Name", "UnitPrice"])

    def test_extended_product_management(self):
        """Products can be added but not updated (4.10)."""
        self.sandbox.set(extended_products=True)
        key = self.ok("product.nv", "method=add", product()).key
        answer = self.refused("INVALID_DATA", "product.nv", f"method=edit&id={key}", product())
        self.assertIn("extended product management", answer.text)
        self.sandbox.set(extended_products=None)
        self.ok("product.nv", f"method=edit&id={key}", product())

    def test_not_found_is_ok_and_empty(self):
        for query in ("id=4711", "code=none"):
            answer = self.ok("getproduct.nv", query)
            self.assertIn(b"<Product />", answer.body)
        self.assertIn(b"<ProductList />", self.ok("productlist.nv").body)
        self.assertIn(b"<Products />", self.ok("getproduct.nv", "idlist=1,2").body)

    def test_refusals(self):
        for body in (
            product().replace("<productgroup>Odoo</productgroup>", ""),
            product().replace(' type="net"', ""),
            product().replace("<isactive>1</isactive>", ""),
            product(more="<productbookkeepingdetails/>"),
            product(
                more="<productbookkeepingdetails><defaultvatpercentage>124</defaultvatpercentage>"
                "</productbookkeepingdetails>"
            ),
        ):
            self.refused("INVALID_DATA", "product.nv", "method=add", body)
        self.refused("INVALID_DATA", "product.nv", "", product())
        for key in (0, 4711):
            self.refused("INVALID_DATA", "product.nv", f"method=edit&id={key}", product())
        self.refused("INVALID_DATA", "getproduct.nv", f"idlist={','.join(map(str, range(401)))}")
        self.refused("INVALID_DATA", "getproduct.nv", f"codelist={','.join(map(str, range(401)))}")
        self.ok("getproduct.nv", f"idlist={','.join(map(str, range(400)))}")
        self.assertEqual(self.state["products"], [])

    def test_on_invoice_lines(self):
        key, product_key = self.customer(), self.ok("product.nv", "method=add", product()).key
        self.invoice(key, lines=line(product="ODOO").replace("Asennustyö", ""))
        stored = self.state["invoices"][0]["lines"][0]
        self.assertEqual((stored["product_key"], stored["name"]), (product_key, "Odoo"))


class TestAccounts(Case):
    def accounts(self):
        root = self.ok("accountlist.nv").root
        return {
            node.findtext("Number"): node
            for node in root.findall("AccountList/Accounts/Account")
            if node.findtext("Number")
        }

    def test_list(self):
        root = self.ok("accountlist.nv").root
        self.assertEqual(root.findtext("AccountList/CompanyDefaultAccounts/SalesReceivables"), "1701")
        accounts = self.accounts()
        for number in ("1701", "2930", "2939", "3000", "3010", "3360", "3380", "3990", "4000"):
            self.assertEqual(accounts[number].findtext("IsActive"), "1", number)
        headings = [node for node in root.iter("Account") if node.findtext("AccountType") == "accountgroup"]
        self.assertTrue(headings)
        self.assertTrue(all(not node.findtext("Number") for node in headings))
        self.assertNotEqual(accounts["3000"].findtext("NetvisorKey"), "3000")

    def test_changes(self):
        self.sandbox.set(accounts={"3010": None, "3999": "Uusi"}, removed_accounts=["3020"])
        accounts = self.accounts()
        self.assertEqual(accounts["3010"].findtext("IsActive"), "0")
        self.assertEqual(accounts["3999"].findtext("Name"), "Uusi")
        self.assertEqual(
            {node.get("ISO-3166"): node.text for node in accounts["3000"].findall("ForeignName")},
            {"fi": "Myynti", "en": "Sales", "se": "Försäljning"},
        )
        self.sandbox.set(accounts={"3000": "Oma nimi"})
        self.assertEqual(self.accounts()["3000"].findall("ForeignName"), [])
        self.assertNotIn("3020", accounts)

    def test_periods(self):
        year = datetime.date.today().year  # noqa: DTZ011
        root = self.ok("accountingperiodlist.nv").root
        self.assertEqual(
            [node.findtext("BeginDate") for node in root.findall("AccountingPeriodList/Period")],
            [f"{year - 1}-01-01", f"{year}-01-01"],
        )
        self.sandbox.set(
            accounting_lock="2025-12-31",
            periods=[["2025-07-01", "2026-06-30"]],
            periods_nested=True,
            periods_finnish_dates=True,
        )
        root = self.ok("accountingperiodlist.nv").root
        lock = root.find("AccountingPeriodList/PeriodLockInformation")
        self.assertEqual(lock.findtext("AccountingPeriodLockDate"), "31.12.2025")
        self.assertEqual(lock.findtext("VatPeriodLockDate"), "")
        self.assertEqual(lock.findtext("Period/EndDate"), "30.6.2026")
        self.assertIsNone(root.find("AccountingPeriodList/Period"))

    def test_payment_terms(self):
        root = self.ok("paymenttermlist.nv").root
        self.assertEqual(len(root.findall("PaymentTermList/PaymentTerm")), 3)

    def test_dimensions(self):
        self.assertIn(b"<DimensionNameList />", self.ok("dimensionlist.nv").body)
        key = self.customer()
        pair = "<dimension><dimensionname>{}</dimensionname><dimensionitem>{}</dimensionitem></dimension>"
        self.invoice(key, lines=line(dimensions=pair.format("Projekti", "P-17") + pair.format("Alue", "E")))
        self.invoice(key, lines=line(dimensions=pair.format("Projekti", "P-18")))
        names = self.ok("dimensionlist.nv").root.findall("DimensionNameList/DimensionName")
        self.assertEqual([node.findtext("Name") for node in names], ["Projekti", "Alue"])
        items = names[0].findall("DimensionDetails/DimensionDetail")
        self.assertEqual([node.findtext("Name") for node in items], ["P-17", "P-18"])
        self.assertEqual(items[0].findtext("IsHidden"), "False")
        query = "method=add&useonlyexistingdimensions=1"
        refused = invoice(key, lines=line(dimensions=pair.format("Projekti", "P-99")))
        answer = self.refused("INVALID_DATA", "salesinvoice.nv", query, refused)
        self.assertIn("P-99", answer.text)
        twice = line(dimensions=pair.format("Projekti", "P-17") + pair.format("Projekti", "P-18"))
        self.refused("INVALID_DATA", "salesinvoice.nv", "method=add", invoice(key, lines=twice))
        self.assertEqual(self.state["dimensions"], {"Projekti": ["P-17", "P-18"], "Alue": ["E"]})


if __name__ == "__main__":
    unittest.main()
