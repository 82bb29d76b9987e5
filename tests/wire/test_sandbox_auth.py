"""The sandbox checks the MAC, the headers, transaction ids and rights as Netvisor would."""

import time
import unittest
from unittest import mock

from sandbox_support import OTHER, Case, customer, sign

from sandbox import auth, defaults

VECTOR = {
    "CUSTOMER_KEY": "0123456789ABCDEF0123456789ABCDEF",
    "PARTNER_KEY": "FEDCBA9876543210FEDCBA9876543210",
}
LIST = "https://isvapi.netvisor.fi/customerlist.nv"
#: (base, target, sender, language, timestamp, unix, transaction) and the MACs, computed with three other clients.
VECTORS = [
    (
        ("https://isvapi.netvisor.fi", "/customerlist.nv"),
        ("Odoo Netvisor Connector", "FI", "2026-01-15 10:20:30.000", "1768472430"),
        "7f3c1a5e9b2d4c6f8a0b1c2d3e4f5a6b",
        {
            "HMACSHA256": "4836fceeb3a2b074788674659d326cb2511617b52a0b25c16a5ad651bb551542",
            "SHA256": "64c2d732e00e3041b9c01fee221c7d42f4f6dd2230a931a8fbaa47c6d70d2717",
            "MD5": "658edb7172a5bd2ab37b4360870eecea",
        },
    ),
    (
        ("https://isvapi.netvisor.fi", "/salesinvoice.nv?method=add"),
        ("Odoo Netvisor Connector", "EN", "2026-01-15 10:20:31.500", "1768472431"),
        "0c0b0a09080706050403020100ffeedd",
        {
            "HMACSHA256": "81fb8545b2c9008bacfca2f69c474cafab4fe9882037883b24ef38c9b63353ae",
            "SHA256": "7763883b2db5c48529ec386cdcb255ba256cdb2f959829bd5020293ce4fd7678",
            "MD5": "c53991803085d66dee7b0e1511411a77",
        },
    ),
    (
        (
            "https://integration.netvisor.fi",
            "/customerlist.nv?keyword=K%C3%A4ytt%C3%A4j%C3%A4",
        ),
        ("Käyttäjä Oy", "FI", "2026-01-15 10:20:32.123", "1768472432"),
        "11112222-3333-4444-5555-666677778888",
        {
            "HMACSHA256": "fe53c4fb022bfa357de6af4b83f00357f4fd0eeb9d227c6715fa799b82ced0a8",
            "SHA256": "bd66a3536cbc832ef9e86c8b9dc588fb176e608cbd793421a011ae9ce4e83225",
            "MD5": "8db072e96aeb9ad3b81bcd9e8319b876",
        },
    ),
]
UTF8_MAC = "cd0f502dd3b319a1922038904b0e36e8cc0c06aed8e8c0b92e1d9c0f2f9befeb"


class TestVectors(unittest.TestCase):
    def accepts(self, vector, algorithm, mac):
        (base, target), (sender, language, stamp, unix), transaction, _macs = vector
        headers = {
            auth.SENDER: sender,
            auth.CUSTOMER: "CU_1234_AB12",
            auth.TIMESTAMP: stamp,
            auth.LANGUAGE: language,
            auth.ORGANISATION: "1234567-1",
            auth.TRANSACTION: transaction,
            auth.UNIX: unix,
            auth.MAC: mac,
        }
        with mock.patch.multiple(defaults, **VECTOR):
            try:
                auth._check_mac(headers, target, [base], algorithm, "off")
            except auth.Refusal:
                return False
            return True

    def test_published_values(self):
        for vector in VECTORS:
            for algorithm, mac in vector[3].items():
                with self.subTest(target=vector[0][1], algorithm=algorithm):
                    self.assertTrue(self.accepts(vector, algorithm, mac))
                    self.assertTrue(self.accepts(vector, algorithm, mac.upper()))
                    self.assertFalse(self.accepts(vector, algorithm, mac[:-1] + "x"))

    def test_sender_hashed_as_utf8(self):
        self.assertTrue(self.accepts(VECTORS[2], "HMACSHA256", UTF8_MAC))


class TestAuthentication(Case):
    def test_algorithms(self):
        for algorithm in ("HMACSHA256", "SHA256", "MD5"):
            self.ok("customerlist.nv", algorithm=algorithm)
        self.sandbox.set(allow_legacy_algorithms=False)
        self.ok("customerlist.nv")
        for algorithm in ("SHA256", "MD5"):
            self.refused("AUTHENTICATION_FAILED", "customerlist.nv", algorithm=algorithm)

    def test_escaped_and_plain_query(self):
        url = self.wire.url
        self.ok("getcustomer.nv", "idlist=1%2C1")
        self.ok("getcustomer.nv", "idlist=1%2C1", signed_url=f"{url}/getcustomer.nv?idlist=1,1")
        escaped = "keyword=%C3%A4"
        self.ok("customerlist.nv", escaped)
        for encoding in ("utf-8", "iso-8859-1"):
            plain = f"{url}/customerlist.nv?keyword=ä"
            self.ok("customerlist.nv", escaped, signed_url=plain, encoding=encoding)

    def test_another_url_is_not_what_was_sent(self):
        for wrong in ("//customerlist.nv", "/customerlist.nv?", "/customerlist.nv?a=1"):
            signed = self.wire.url + wrong
            self.refused("AUTHENTICATION_FAILED", "customerlist.nv", signed_url=signed)

    def test_localhost_is_the_same_machine(self):
        signed = self.wire.url.replace("127.0.0.1", "localhost") + "/customerlist.nv"
        self.ok("customerlist.nv", signed_url=signed)

    def test_wrong_keys(self):
        for name in ("customer_key", "partner_key"):
            answer = self.refused("AUTHENTICATION_FAILED", "customerlist.nv", **{name: "0" * 32})
            self.assertIn("Integration keys are not valid", answer.text)
        self.refused("AUTHENTICATION_FAILED", "customerlist.nv", CustomerId="nobody")
        self.sandbox.set(keys_valid=False)
        self.refused("AUTHENTICATION_FAILED", "customerlist.nv")

    def test_unknown_partner_in_finnish(self):
        answer = self.refused("AUTHENTICATION_FAILED", "customerlist.nv", PartnerId="nobody", Language="FI")
        self.assertEqual(answer.text, "Integraatiokumppania ei löydy, katso dokumentaatio")

    def test_unknown_organisation(self):
        answer = self.refused("AUTHENTICATION_FAILED", "customerlist.nv", organisation="9999999-9")
        self.assertIn("9999999-9", answer.text)

    def test_header_forms(self):
        for change in (
            {"Timestamp": "2026-01-15T10:20:30.000Z"},
            {"Timestamp": "2026-01-15 10:20:30"},
            {"Timestamp": "2026-13-15 10:20:30.000"},
            {"TimestampUnix": "soon"},
            {"TimestampUnix": None},
            {"Language": "fi"},
            {"Language": "DE"},
            {"Organisation": "12345671"},
            {"TransactionId": None},
            {"mac": None},
            {"Sender": None},
            {"status_codes": "yes"},
        ):
            with self.subTest(change=change):
                self.refused("AUTHENTICATION_FAILED", "customerlist.nv", **change)
        self.refused("AUTHENTICATION_FAILED", "customerlist.nv", algorithm="SHA1")

    def test_transaction_id_once(self):
        self.ok("customerlist.nv", TransactionId="one")
        answer = self.refused("REQUEST_NOT_UNIQUE", "customerlist.nv", TransactionId="one")
        self.assertIn("one", answer.text)
        # also for another company of the same partner, and after a restart
        self.refused("REQUEST_NOT_UNIQUE", "customerlist.nv", TransactionId="one", organisation=OTHER)
        self.sandbox.restart()
        self.wire.close()
        self.refused("REQUEST_NOT_UNIQUE", "customerlist.nv", TransactionId="one")

    def test_transaction_id_is_used_up_by_a_refused_message(self):
        self.refused("INVALID_DATA", "customer.nv", "method=add", "<root/>", TransactionId="two")
        body = customer()
        self.refused("REQUEST_NOT_UNIQUE", "customer.nv", "method=add", body, TransactionId="two")

    def test_clock(self):
        old = str(int(time.time()) - 900)
        self.ok("customerlist.nv", TimestampUnix=old)
        self.sandbox.set(max_skew_seconds=300)
        answer = self.refused("AUTHENTICATION_FAILED", "customerlist.nv", TimestampUnix=old)
        self.assertIn(old, answer.text)
        self.ok("customerlist.nv")
        self.ok("customerlist.nv", algorithm="SHA256")
        self.refused(
            "AUTHENTICATION_FAILED",
            "customerlist.nv",
            algorithm="SHA256",
            Timestamp="2020-01-15 10:20:30.000",
        )

    def test_rights(self):
        self.sandbox.set(rights={"product.nv": False})
        answer = self.refused("AUTHENTICATION_FAILED", "product.nv", "method=add", "<root/>")
        self.assertIn("product.nv", answer.text)
        self.sandbox.set(right_answer="SERVICE_ACCESS_ERROR")
        self.refused("SERVICE_ACCESS_ERROR", "product.nv", "method=add", "<root/>")
        self.ok("customerlist.nv")

    def test_status_numbers_only_when_asked_for(self):
        expected = (
            ({"PartnerId": "nobody"}, 401),
            ({"TransactionId": "three"}, 200),
            ({"TransactionId": "three"}, 409),
        )
        for change, status in expected:
            self.assertEqual(self.call("customerlist.nv", status_codes="1", **change).status, status)
        self.assertEqual(self.call("customerlist.nv", PartnerId="nobody").status, 200)

    def test_hint_of_the_test_environment(self):
        self.sandbox.set(mac_hint="raw")
        answer = self.call("customerlist.nv", customer_key="wrong", Language="FI")
        self.assertIn(b"URI-metodi ei kelpaa", answer.body)
        self.assertIn(b"&YOUR_PRIVATE_KEY_HERE :: ", answer.body)
        self.assertIn(b"&TRANSID", answer.body)
        self.assertNotIn(b"&amp;", answer.body)
        self.assertNotIn(defaults.CUSTOMER_KEY.encode(), answer.body)
        self.sandbox.set(mac_hint="escaped")
        self.refused("AUTHENTICATION_FAILED", "customerlist.nv", customer_key="wrong")

    def test_support_signs_what_the_vectors_say(self):
        (base, target), (sender, language, stamp, unix), transaction, macs = VECTORS[0]
        headers = sign(
            base + target,
            "1234567-1",
            Sender=sender,
            CustomerId="CU_1234_AB12",
            Timestamp=stamp,
            TimestampUnix=unix,
            Language=language,
            TransactionId=transaction,
            customer_key=VECTOR["CUSTOMER_KEY"],
            partner_key=VECTOR["PARTNER_KEY"],
        )
        self.assertEqual(headers["X-Netvisor-Authentication-MAC"], macs["HMACSHA256"])


if __name__ == "__main__":
    unittest.main()
