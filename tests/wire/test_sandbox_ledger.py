"""The sandbox's books: vouchers of invoices, of the interface and of people, and the ledger that shows them."""

import unittest
from datetime import date, timedelta
from decimal import Decimal

from sandbox_support import ORGANISATION, InvoiceCase

from netvisor import Client, Credentials, ledger
from netvisor.sales_invoice import Dimension
from netvisor.voucher import (
    Attachment,
    Voucher,
    VoucherLine,
    add,
    deleted_request,
    edit,
    invalidate,
    parse_deleted,
)
from sandbox import clock

DAY = date(2026, 3, 10)


def line(account, amount, code="NONE", percent="0", **more):
    return VoucherLine(account=account, amount=Decimal(amount), vat_code=code, vat_percent=Decimal(percent), **more)


def voucher(*lines, **changes):
    values = {"mode": "net", "date": DAY, "description": "MISC/2026/03/0001 Vuokra", "voucher_class": "Muut"}
    lines = lines or (line("7200", "100"), line("1910", "-100"))
    return Voucher(**{**values, "lines": lines, **changes})


class TestSandboxLedger(InvoiceCase):
    organisation = ORGANISATION

    def setUp(self):
        super().setUp()
        self.client = Client(Credentials(**self.sandbox.credentials(), language="EN"), allow_local=True)
        self.addCleanup(self.client.close)

    def post_invoice(self):
        return self.post().key

    def vouchers(self, first=date(2026, 1, 1), last=date(2026, 12, 31), **options):
        answer = self.client.call(ledger.list_request(first, last, **{"status": ledger.ALL, **options}))
        self.assertTrue(answer.ok, answer.text)
        return list(ledger.read_vouchers(answer))

    def send(self, request):
        answer = self.client.call(request)
        self.assertTrue(answer.ok, answer.text)
        return answer.key

    def refused(self, request):
        answer = self.client.call(request)
        self.assertEqual("rejected", answer.outcome)
        return f"{answer.code} {answer.text}"

    # --- accounting.nv
    def test_a_voucher_arrives_as_it_was_sent(self):
        key = self.send(
            add(
                voucher(
                    line("7200", "100.50", "KOOS", "25.5", description="Vuokra", account_dimension="Hanke",
                         dimensions=(Dimension("Projekti", "P-1"), Dimension("Yksikkö", "Turku"))),
                    line("1910", "-100.50"),
                )
            )
        )  # fmt: skip
        [found] = self.vouchers()
        self.assertEqual(
            (key, "valid", DAY, 1, "MU Muut"),
            (found.key, found.status, found.date, found.number, found.voucher_class),
        )
        rent = found.lines[0]
        self.assertEqual(
            (Decimal("100.50"), "7200", Decimal("25.5"), "KOOS", "Vuokra", "Hanke"),
            (rent.amount, rent.account, rent.vat_percent, rent.vat_code, rent.description, rent.account_dimension),
        )
        self.assertEqual([("Projekti", "P-1"), ("Yksikkö", "Turku")], [(one.name, one.item) for one in rent.dimensions])
        self.assertEqual("NONE", found.lines[1].vat_code, "printed as a dash, read as a request spells it")
        self.assertIn(f"/voucher/{key}", found.uri)

    def test_gross_lines_get_their_vat(self):
        self.send(add(voucher(line("1910", "125.50"), line("3000", "-125.50", "KOMY", "25.5"), mode="gross")))
        [found] = self.vouchers()
        self.assertEqual(
            [("1910", Decimal("125.50")), ("3000", Decimal("-100.00")), ("2939", Decimal("-25.50"))],
            [(item.account, item.amount) for item in found.lines],
        )

    def test_each_class_has_its_own_numbers(self):
        for name in ("Muut", "Muut", "Pankki"):
            self.send(add(voucher(voucher_class=name)))
        self.assertEqual([1, 2, 1], [found.number for found in sorted(self.vouchers(), key=lambda row: row.key)])

    def test_what_is_refused(self):
        self.sandbox.set(self.organisation, accounting_lock="2026-02-28")
        for request, words in (
            (add(voucher(line("7777777", "1"), line("1910", "-1"))), "7777777"),
            (add(voucher(voucher_class="Others")), "Others"),
            (add(voucher(date=date(2026, 2, 28))), "PERIOD_LOCK"),
            (add(voucher(line("3000", "1", "EUMY", "25.5"), line("1910", "-1"))), "EUMY"),
        ):
            self.assertIn(words, self.refused(request))
        self.assertEqual([], self.vouchers())

    # --- accountingedit.nv
    def test_an_edit_replaces_the_lines_and_keeps_the_number_that_is_sent_again(self):
        key = self.send(
            add(voucher(attachments=(Attachment(filename="a.pdf", mimetype="application/pdf", data=b"x"),)))
        )
        before = self.vouchers()[0]
        self.send(edit(key, voucher(line("7200", "80"), line("1910", "-80"), number=before.number)))
        [after] = self.vouchers()
        self.assertEqual([Decimal(80), Decimal(-80)], [item.amount for item in after.lines])
        self.assertEqual(before.number, after.number)
        self.assertFalse({item.key for item in before.lines} & {item.key for item in after.lines})
        [stored] = self.sandbox.state(self.organisation, "vouchers")["vouchers"]
        self.assertEqual(1, len(stored["attachments"]))

    def test_basic_data_alone_leaves_the_lines_and_takes_the_next_number(self):
        key = self.send(add(voucher()))
        self.send(edit(key, Voucher(description="Korjattu")))
        [after] = self.vouchers()
        self.assertEqual(("Korjattu", 2, 2), (after.description, after.number, len(after.lines)))

    def test_the_voucher_of_an_invoice_is_not_edited(self):
        invoice = self.post_invoice()
        [found] = self.vouchers()
        self.assertEqual((invoice, "salesinvoice"), (found.source_key, found.source_type))
        self.assertIn("cannot be changed", self.refused(edit(found.key, Voucher(description="x"))))
        self.assertIn("cannot be changed", self.refused(invalidate((found.key,))))

    # --- invalidatevouchers.nv, deletedvouchers.nv
    def test_invalidation_is_all_or_none(self):
        keys = [self.send(add(voucher())) for _place in range(3)]
        self.assertIn("999999", self.refused(invalidate((keys[0], 999999))))
        self.send(invalidate(keys[:2], "Peruttu"))
        found = {row.key: row.status for row in self.vouchers()}
        self.assertEqual({keys[0]: "invalidated", keys[1]: "invalidated", keys[2]: "valid"}, found)
        self.assertEqual([keys[2]], [row.key for row in self.vouchers(status=ledger.VALID)])
        self.assertEqual(set(keys[:2]), {row.key for row in self.vouchers(status=ledger.GONE)})
        self.assertIn("invalidated", self.refused(invalidate((keys[0],))))

    def test_what_a_person_deletes_is_listed(self):
        key = self.send(add(voucher()))
        self.sandbox.user("voucher_delete", key=key)
        answer = self.client.call(deleted_request(clock.today() - timedelta(days=2)))
        self.assertEqual([key], [row.key for row in parse_deleted(answer)])
        self.assertEqual(["deleted"], [row.status for row in self.vouchers()])
        self.assertIn("7 days", self.refused(deleted_request(clock.today() - timedelta(days=9))))
        self.sandbox.set(self.organisation, deleted_reading="forward")
        answer = self.client.call(deleted_request(clock.today() - timedelta(days=9)))
        self.assertEqual((), parse_deleted(answer), "read the other way: seven days from then on")

    # --- accountingledger.nv
    def test_parameters(self):
        first = self.send(add(voucher(date=date(2026, 1, 5))))
        second = self.send(
            add(voucher(line("3000", "-5"), line("1701", "5"), date=date(2026, 2, 5), voucher_class="Pankki"))
        )
        for options, keys in (
            ({}, [first, second]),
            ({"first": date(2026, 1, 6)}, [second]),
            ({"last": date(2026, 1, 5)}, [first]),
            ({"account_start": "7000"}, [first]),
            ({"account_start": "1700", "account_end": "1800"}, [second]),
            ({"changed_since": clock.today() + timedelta(days=1)}, []),
            ({"modified_start": clock.today(), "modified_end": clock.today()}, [first, second]),
            ({"modified_end": clock.today() - timedelta(days=1)}, []),
        ):
            with self.subTest(options):
                self.assertEqual(keys, [row.key for row in self.vouchers(**options)])
        [by_key] = ledger.read_vouchers(self.client.call(ledger.list_request(keys=second)))
        self.assertEqual(second, by_key.key)
        self.assertEqual((("generator", "Rajapinta"),), self.vouchers(show_generator=True)[0].unknown)

    def test_control_characters(self):
        self.sandbox.set(self.organisation, ledger_control_characters=True)
        self.send(add(voucher()))
        self.assertEqual("MISC/2026/03/0001 Vuokra", self.vouchers()[0].description)

    def test_debit_is_credit_whatever_happens(self):
        self.post_invoice()
        self.sandbox.user("voucher_add", date="2026-03-01", lines=[["7200", "10"], ["1910", "-10"]])
        self.sandbox.user("payment_add", invoice=self.post_invoice(), amount="20.10", date="2026-03-02")
        vouchers = self.vouchers()
        self.assertEqual(4, len(vouchers))
        for found in vouchers:
            self.assertEqual(0, sum(item.amount for item in found.lines))


if __name__ == "__main__":
    unittest.main()
