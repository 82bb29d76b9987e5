"""Finding out rights: requests that can change nothing, and what the answers mean."""

import unittest

from wire_support import answer, fixture, official_problem, ok, texts
from wire_support import failed as refused

from netvisor import outcome, rights
from netvisor.messages import Answer
from netvisor.tables import RESOURCE

PROBES = {probe.resource: probe for probe in rights.PROBES}
OPTER = (
    "customerlist customer salesinvoicelist salesinvoice deletesalesinvoice productlist product accountlist "
    "dimensionlist dimensionitem"
)
READS = {"accountingledger.nv", "deletedvouchers.nv"}


class TestProbes(unittest.TestCase):
    def test_every_resource_that_the_wire_knows(self):
        self.assertLessEqual(set(PROBES), set(RESOURCE))
        self.assertEqual(set(RESOURCE) - set(PROBES), {probe.resource for probe in rights.NOT_TRIED})
        self.assertFalse([probe for probe in rights.NOT_TRIED if probe.request or not probe.writes])
        self.assertEqual(len(rights.PROBES), len(PROBES))

    def test_the_ten_of_a_one_way_export(self):
        self.assertEqual({name for name, probe in PROBES.items() if probe.opter}, {f"{n}.nv" for n in OPTER.split()})

    def test_form(self):
        for name, probe in PROBES.items():
            with self.subTest(name):
                self.assertIn(probe.area, rights.AREAS)
                self.assertEqual(probe.request.method, RESOURCE[name].method)
                known = {parameter.name for parameter in RESOURCE[name].parameters}
                self.assertLessEqual({key for key, _value in probe.request.query}, known)
                self.assertEqual(
                    probe.writes, not (name.endswith("list.nv") or name.startswith("get") or name in READS)
                )

    def test_no_write_could_create_or_change_anything(self):
        """Nothing is ever added; keys are 0; names do not exist; what creation needs is not there."""
        for name, probe in PROBES.items():
            if not probe.writes:
                self.assertTrue(probe.request.safe, name)
                continue
            with self.subTest(name):
                query = dict(probe.request.query)
                if RESOURCE[name].parameter("method"):
                    self.assertEqual(query.pop("method"), "edit")
                self.assertLessEqual(set(query.values()), {"0", rights.NOTHING})
        said = {name: texts(probe.request.body) for name, probe in PROBES.items() if probe.request.body}
        self.assertEqual(
            said.pop("customer.nv"),
            {
                "customer/customerbaseinformation": "",
                "customer/customerfinvoicedetails/finvoiceroutercode": "NONE-0",
            },
        )
        self.assertEqual(said.pop("product.nv"), {"product/productbaseinformation": ""})
        self.assertEqual(set(said.pop("dimensionitem.nv").values()), {""})
        self.assertEqual(set(said.pop("matchcreditnote.nv").values()), {"0"})
        self.assertEqual(said.pop("accountingedit.nv"), {"voucher/netvisorkey": "0"})
        self.assertEqual(said.pop("invalidatevouchers.nv"), {"invalidatevouchers/invalidatevoucher": "0"})
        invoice = said.pop("salesinvoice.nv")
        self.assertEqual(invoice["salesinvoice/invoicingcustomeridentifier"], "0")
        self.assertEqual(invoice["salesinvoice/salesinvoicedate"], "1900-01-01")
        self.assertFalse([path for path in invoice if "productline" in path])
        self.assertFalse(said)

    def test_official_schemas(self):
        for name in ("customer", "salesinvoice", "matchcreditnote"):
            self.assertIsNone(official_problem(name, PROBES[f"{name}.nv"].request.body), name)


class TestVerdict(unittest.TestCase):
    def verdict(self, body, status=200):
        return rights.verdict(answer(body, "customer.nv", status, safe=False))

    def test_let_in(self):
        self.assertEqual(self.verdict(ok()), rights.ALLOWED)
        for code in ("INVALID_DATA", "INVALID_DATA_SIZE", "PERIOD_LOCK", "DUPLICATE_DATA", "DATA_NOT_FOUND"):
            self.assertEqual(self.verdict(refused(code, "No such package in the product list")), rights.ALLOWED)
        for name, resource in (("GetCustomerNotFound", "getcustomer.nv"), ("GetProductNotFound", "getproduct.nv")):
            self.assertEqual(rights.verdict(fixture(name, resource)), rights.ALLOWED)

    def test_right_missing(self):
        for code in ("AUTHENTICATION_FAILED", "SERVICE_ACCESS_ERROR"):
            for words in (
                "-",
                "Ei käyttöoikeutta rajapintaresurssiin customer.nv",
                "No right to the interface resource customer.nv",
                "Organisaatiolla ei ole oikeutta resurssiin",
                "Partner has no access to this resource",
            ):
                self.assertEqual(self.verdict(refused(code, words)), rights.REFUSED, words)

    def test_package_lacks_it(self):
        for code in ("AUTHENTICATION_FAILED", "SERVICE_ACCESS_ERROR"):
            for words in (
                "Rajapinta ei sisälly yrityksen käyttöpakettiin",
                "Netvisor Core -paketti ei sisällä rajapintaa",
                "The interface is not included in the company's package",
                "Your license does not cover the interface",
                "Gränssnittet ingår inte i företagets paket",
            ):
                self.assertEqual(self.verdict(refused(code, words)), rights.NO_INTERFACE, words)

    def test_identity_says_nothing_about_one_right(self):
        self.assertEqual(rights.verdict(fixture("AuthenticationFailed", "customer.nv")), rights.UNKNOWN)
        self.assertEqual(rights.verdict(fixture("AuthenticationFailed_uri_method", "customer.nv")), rights.UNKNOWN)
        for words in (
            "Integration keys are not valid. Please check the keys specific to the user and partner.",
            "Organisaatiota 1234567-1 ei löydy tai käyttäjällä ei ole siihen oikeutta",
            "Aikaleima poikkeaa palvelimen ajasta",
            "Integrationspartnern hittades inte, se dokumentationen",
        ):
            self.assertEqual(self.verdict(refused("AUTHENTICATION_FAILED", words)), rights.UNKNOWN, words)

    def test_no_answer_of_netvisor(self):
        self.assertEqual(self.verdict("<html><h1>Bad Gateway</h1></html>", 502), rights.UNREADABLE)
        self.assertEqual(self.verdict("<html>404</html>", 404), rights.UNREADABLE)
        self.assertEqual(self.verdict("<html>403</html>", 403), rights.UNREADABLE)

    def test_ask_again(self):
        for code in ("SYSTEM_MAINTENANCE", "TECHNICAL_ERROR", "REQUEST_NOT_UNIQUE", "SOMETHING_NEW"):
            self.assertEqual(self.verdict(refused(code)), rights.UNKNOWN)
        for ending, code in (
            (outcome.NOT_SENT, outcome.REFUSED),
            (outcome.UNKNOWN, outcome.READ_TIMEOUT),
            (outcome.CONFIG, outcome.TLS),
            (outcome.BUSY, outcome.TOO_MANY_REQUESTS),
        ):
            self.assertEqual(rights.verdict(Answer(ending, code)), rights.UNKNOWN)


if __name__ == "__main__":
    unittest.main()
