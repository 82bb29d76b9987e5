"""The classes of vouchers."""

import unittest

from wire_support import answer, failed, ok

from netvisor import ReadError
from netvisor.voucher_type import VoucherType, VoucherTypes, list_request, parse_list

TYPE = (
    "<VoucherType><NetvisorKey>4</NetvisorKey><Abbreviation>ML</Abbreviation><Name>Myyntilasku</Name>"
    "<ForeignName ISO-639-1='en'>Sales invoice</ForeignName><ForeignName ISO-639-1='sv'>Försäljningsfaktura"
    "</ForeignName></VoucherType>"
)
ML = VoucherType(
    key=4, abbreviation="ML", name="Myyntilasku", names=(("en", "Sales invoice"), ("sv", "Försäljningsfaktura"))
)


def read(payload):
    return parse_list(answer(ok(payload), "vouchertypelist.nv"))


class TestVoucherType(unittest.TestCase):
    def test_request(self):
        request = list_request()
        self.assertEqual((request.resource, request.query, request.safe), ("vouchertypelist.nv", (), True))

    def test_list(self):
        got = read(
            "<VoucherTypeList><DefaultVoucherTypes><SalesInvoices><NetvisorKey>4</NetvisorKey></SalesInvoices>"
            "<Accruals><NetvisorKey/></Accruals><BankStatementViewVouchers/></DefaultVoucherTypes>"
            f"<VoucherTypes>{TYPE}<VoucherType><NetvisorKey>7</NetvisorKey></VoucherType></VoucherTypes>"
            "</VoucherTypeList>"
        )
        self.assertEqual(got, VoucherTypes(defaults={"salesinvoices": 4}, types=(ML, VoucherType(key=7))))

    def test_other_nesting_case_and_gaps(self):
        got = read(
            "<vouchertypelist><defaultvouchertypes><SALESINVOICES><netvisorkey>x4</netvisorkey></SALESINVOICES>"
            f"<VoucherTypes>{TYPE}</VoucherTypes></defaultvouchertypes></vouchertypelist>"
        )
        self.assertEqual(got.types, (ML,))
        self.assertEqual((got.defaults, got.unreadable), ({}, (("salesinvoices/NetvisorKey", "x4"),)))
        self.assertEqual(read("<VoucherTypeList/>"), VoucherTypes())

    def test_failure_is_not_an_empty_list(self):
        for body in (failed("SERVICE_ACCESS_ERROR"), ok(), "<html/>"):
            with self.assertRaises(ReadError):
                parse_list(answer(body, "vouchertypelist.nv"))


if __name__ == "__main__":
    unittest.main()
