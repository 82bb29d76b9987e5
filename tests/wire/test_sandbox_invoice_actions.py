"""Statuses, deletions, matches of credit notes."""

import base64
import unittest
from decimal import Decimal

from sandbox_support import InvoiceCase, attachment, line

PDF = base64.b64encode(b"%PDF-1.4 made up").decode()


class TestActions(InvoiceCase):
    def match(self, credit, original, code="OK"):
        body = (
            f"<root><matchcreditnote><creditnotenetvisorkey>{credit}</creditnotenetvisorkey>"
            f"<invoicenetvisorkey>{original}</invoicenetvisorkey></matchcreditnote></root>"
        )
        answer = self.call("matchcreditnote.nv", "", body)
        self.assertEqual(answer.code, code, answer.body.decode())
        return answer

    def pair(self, status="open", credit="1"):
        amount = str(Decimal("-125.50") * int(credit)).replace(".", ",")
        return (
            self.post(amount=amount, lines=line(quantity=f"-{credit}")).key,
            self.post(status=status).key,
        )

    def test_match(self):
        credit, original = self.pair()
        self.match(credit, original)
        state = self.state
        self.assertEqual(state["matches"], [{"credit_note": credit, "invoice": original, "sum": "125.50"}])
        open_sums = {item["key"]: item["open_sum"] for item in state["invoices"]}
        self.assertEqual(open_sums, {credit: "0.00", original: "125.50"})
        self.match(credit, original, "INVALID_DATA")
        row = self.ok(
            "salesinvoicelist.nv",
            "lastmodifiedstart=2000-01-01&lastmodifiedend=2100-01-01&includemodifiedpayments=1",
        ).root.findall(".//OpenSum")
        self.assertEqual([node.text for node in row], ["0,00", "125,50"])
        shown = self.ok("getsalesinvoice.nv", f"netvisorkey={original}&replyoption=32").root
        self.assertEqual(shown.findtext(".//MatchedCreditNote/NetvisorKey"), str(credit))

    def test_needs_both_vouchers(self):
        credit, original = self.pair("unsent")
        self.assertIn(str(original), self.match(credit, original, "INVALID_DATA").text)
        self.ok("updatesalesinvoicestatus.nv", f"netvisorkey={original}&status=open", method="POST")
        self.match(credit, original)

    def test_sums_and_customers_must_fit(self):
        credit, original = self.pair(credit="3")
        self.match(credit, original, "INVALID_DATA")
        self.match(original, credit, "INVALID_DATA")
        self.match(credit, 4711, "INVALID_DATA")
        foreign = self.invoice(self.customer("Toinen", "2"), "502,00", line(quantity="4"))
        self.match(credit, foreign, "INVALID_DATA")

    def test_matched_invoices_stay(self):
        credit, original = self.pair()
        self.match(credit, original)
        for key in (credit, original):
            self.refused("INVALID_DATA", "deletesalesinvoice.nv", f"invoiceid={key}")

    def test_status(self):
        keys = [self.post(status="unsent").key for _turn in range(2)]
        self.ok(
            "updatesalesinvoicestatus.nv",
            f"netvisorkeylist={keys[0]},{keys[1]}&status=open",
            body="",
        )
        self.assertEqual(len(self.state["vouchers"]), 2)
        self.ok("updatesalesinvoicestatus.nv", f"netvisorkey={keys[0]}&status=paid")
        row = self.ok("salesinvoicelist.nv", "invoicestatus=paid").root
        self.assertEqual(row.findtext(".//OpenSum"), "0,00")
        self.ok("updatesalesinvoicestatus.nv", f"netvisorkey={keys[1]}&status=unsent")
        self.assertIn("not in the documentation", self.state["warnings"][0])
        for query in (
            "status=open",
            f"netvisorkey={keys[0]}&status=sold",
            "netvisorkey=4711&status=open",
        ):
            self.refused("INVALID_DATA", "updatesalesinvoicestatus.nv", query)
        self.sandbox.set(accounting_lock="2026-12-31")
        self.refused("PERIOD_LOCK", "updatesalesinvoicestatus.nv", f"netvisorkey={keys[1]}&status=open")

    def test_delete(self):
        for method in ("GET", "POST"):
            key = self.post(comment_text="marker", after=attachment(PDF)).key
            self.ok("deletesalesinvoice.nv", f"invoiceid={key}", method=method)
            self.refused("INVALID_DATA", "deletesalesinvoice.nv", f"invoiceid={key}", method=method)
        state = self.state
        self.assertEqual(state["invoices"], [])
        self.assertEqual([row["status"] for row in state["vouchers"]], ["deleted", "deleted"])
        self.assertEqual(state["deleted_invoices"][0]["private_comment"], "marker")

    def test_delete_in_a_locked_period(self):
        key = self.post().key
        self.sandbox.set(accounting_lock="2026-12-31")
        self.refused("PERIOD_LOCK", "deletesalesinvoice.nv", f"invoiceid={key}")

    def test_deleted_list(self):
        key = self.post().key
        self.assertIn(
            b"<DeletedSalesInvoices />",
            self.ok("deletedsalesinvoices.nv", f"deletedsince={self.today}").body,
        )
        self.ok("deletesalesinvoice.nv", f"invoiceid={key}")
        root = self.ok("deletedsalesinvoices.nv", f"deletedsince={self.today}").root
        self.assertEqual(root.findtext(".//DeletedSalesInvoice/NetvisorKey"), str(key))
        self.refused("INVALID_DATA", "deletedsalesinvoices.nv", "deletedsince=2020-01-01")
        self.refused("INVALID_DATA", "deletedsalesinvoices.nv", "")

    @property
    def today(self):
        return (
            self.state["invoices"][0]["created"][:10]
            if self.state["invoices"]
            else self.state["deleted_invoices"][0]["at"][:10]
        )

    def test_duplicates_are_shown(self):
        self.post(comment_text="same")
        self.post(comment_text="same")
        self.assertEqual(self.state["duplicates"], {"numbers": [], "comments": ["same"]})


if __name__ == "__main__":
    unittest.main()
