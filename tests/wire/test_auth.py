"""The signature and the identity of a request. Vectors: specification, "Worked test vectors"."""

import hashlib
import unittest
from datetime import datetime, timedelta, timezone

import requests
from wire_support import credentials

from netvisor.auth import BadCredentials, NetvisorAuth, sign

V0 = "86b8f6510744913deab32da404d7668eba2a75775b3ac78c9c48bca65e0fbd27"
#: url, language, timestamp, unix, transaction, HMACSHA256, SHA256, MD5
VECTORS = (
    (
        "https://isvapi.netvisor.fi/customerlist.nv",
        "FI",
        "2026-01-15 10:20:30.000",
        "1768472430",
        "7f3c1a5e9b2d4c6f8a0b1c2d3e4f5a6b",
        "4836fceeb3a2b074788674659d326cb2511617b52a0b25c16a5ad651bb551542",
        "64c2d732e00e3041b9c01fee221c7d42f4f6dd2230a931a8fbaa47c6d70d2717",
        "658edb7172a5bd2ab37b4360870eecea",
    ),
    (
        "https://isvapi.netvisor.fi/salesinvoice.nv?method=add",
        "EN",
        "2026-01-15 10:20:31.500",
        "1768472431",
        "0c0b0a09080706050403020100ffeedd",
        "81fb8545b2c9008bacfca2f69c474cafab4fe9882037883b24ef38c9b63353ae",
        "7763883b2db5c48529ec386cdcb255ba256cdb2f959829bd5020293ce4fd7678",
        "c53991803085d66dee7b0e1511411a77",
    ),
    (
        "https://isvapi.netvisor.fi/getsalesinvoice.nv?netvisorkeylist=101,102,103&pdfimage=nopdf",
        "FI",
        "2026-06-30 21:00:00.000",
        "1782853200",
        "3b241101-e2bb-4255-8caf-4136c566a962",
        "a11bed9618a5621abbe79543fa49eaf536a4a737dfe1114e77bcee8907a36e87",
        "7a1bb1d8cf5fb249ffaabaf6625ae6f6925bdab357aad0bb1e176839a7157742",
        "54331e0a1c55e858872c8256206147a0",
    ),
)


class TestSignature(unittest.TestCase):
    def test_official_example(self):
        own = credentials(
            sender="ClientName",
            customer_id="Integration user identifier",
            customer_key="7cd680e89e880553358bc07cd28b0ee2",
            partner_key="7f94228d149a96b2f25e3edad55096e",
            organisation_id="1967543-8",
        )
        url = "https://isvapi.netvisor.fi/accounting.nv"
        self.assertEqual(sign(own, url, "2023-05-04 12:00:00.000", "1683147600", "123456"), V0)

    def test_vectors(self):
        for url, language, stamp, unix, transaction, expected, *_old in VECTORS:
            with self.subTest(url):
                own = credentials(language=language)
                self.assertEqual(sign(own, url, stamp, unix, transaction), expected)

    def test_string_without_unix_time_is_what_the_retired_algorithms_hash(self):
        """The same parts in the same order, less one: proves that no part is merely consistent with itself."""
        for url, language, stamp, _unix, transaction, _new, sha256, md5 in VECTORS:
            own = credentials(language=language)
            parts = (
                url,
                own.sender,
                own.customer_id,
                stamp,
                language,
                own.organisation_id,
                transaction,
                own.customer_key,
                own.partner_key,
            )
            message = "&".join(parts).encode("iso-8859-15")
            self.assertEqual(hashlib.sha256(message).hexdigest(), sha256)
            self.assertEqual(hashlib.md5(message, usedforsecurity=False).hexdigest(), md5)

    def test_each_part_counts(self):
        url, language, stamp, unix, transaction, expected, *_old = VECTORS[0]
        base = credentials(language=language)
        for changed in (
            sign(base, url + "x", stamp, unix, transaction),
            sign(base, url, stamp + "1", unix, transaction),
            sign(base, url, stamp, unix + "1", transaction),
            sign(base, url, stamp, unix, transaction + "1"),
            *(
                sign(credentials(**change), url, stamp, unix, transaction)
                for change in (
                    {"sender": "x"},
                    {"customer_id": "x"},
                    {"language": "SE"},
                    {"organisation_id": "x"},
                    {"customer_key": "x"},
                    {"partner_key": "x"},
                )
            ),
        ):
            self.assertNotEqual(changed, expected)
        # Sent, but not part of the signature.
        self.assertEqual(sign(credentials(partner_id="x"), url, stamp, unix, transaction), expected)

    def test_keys_are_hashed_as_8859_15(self):
        own = credentials(customer_key="avain€ä")
        url, _language, stamp, unix, transaction, *_rest = VECTORS[0]
        message = "&".join(
            (
                url,
                own.sender,
                own.customer_id,
                stamp,
                "FI",
                own.organisation_id,
                transaction,
                unix,
                "avain€ä",
                own.partner_key,
            )
        ).encode("iso-8859-15")
        key = f"avain€ä&{own.partner_key}".encode("iso-8859-15")
        import hmac

        self.assertEqual(
            sign(own, url, stamp, unix, transaction),
            hmac.new(key, message, hashlib.sha256).hexdigest(),
        )


class TestHeaders(unittest.TestCase):
    def prepared(self, moment, **changes):
        auth = NetvisorAuth(credentials(**changes), "abc-1", moment)
        request = requests.Request(
            "GET",
            "https://isvapi.netvisor.fi/customerlist.nv",
            params=[("keyword", "käyttö, a b&c")],
            auth=auth,
        )
        return requests.Session().prepare_request(request)

    def test_all_headers(self):
        moment = datetime(2026, 1, 15, 22, 20, 30, 123987, tzinfo=timezone.utc)
        prepared = self.prepared(moment)
        own = {key: value for key, value in prepared.headers.items() if key.startswith("X-Netvisor")}
        mac = own.pop("X-Netvisor-Authentication-MAC")
        self.assertEqual(
            own,
            {
                "X-Netvisor-Authentication-Sender": "Odoo Netvisor Connector",
                "X-Netvisor-Authentication-CustomerId": "CU_1234_AB12",
                "X-Netvisor-Authentication-PartnerId": "PA_demo_001",
                "X-Netvisor-Authentication-Timestamp": "2026-01-15 22:20:30.123",
                "X-Netvisor-Authentication-TimestampUnix": "1768515630",
                "X-Netvisor-Authentication-TransactionId": "abc-1",
                "X-Netvisor-Interface-Language": "FI",
                "X-Netvisor-Organisation-ID": "1234567-1",
                "X-Netvisor-Authentication-MACHashCalculationAlgorithm": "HMACSHA256",
                "X-Netvisor-Authentication-UseHTTPResponseStatusCodes": "1",
            },
        )
        self.assertEqual(mac, sign(credentials(), prepared.url, "2026-01-15 22:20:30.123", "1768515630", "abc-1"))
        self.assertTrue(prepared.url.isascii())

    def test_one_clock_reading_in_utc(self):
        """A moment given in another zone is the same moment in both headers."""
        helsinki = timezone(timedelta(hours=2))
        prepared = self.prepared(datetime(2026, 1, 15, 12, 20, 30, 999999, tzinfo=helsinki))
        headers = prepared.headers
        self.assertEqual(headers["X-Netvisor-Authentication-Timestamp"], "2026-01-15 10:20:30.999")
        self.assertEqual(headers["X-Netvisor-Authentication-TimestampUnix"], "1768472430")

    def test_no_secret_leaves(self):
        prepared = self.prepared(datetime.now(timezone.utc))
        sent = prepared.url + "".join(f"{key}{value}" for key, value in prepared.headers.items())
        self.assertNotIn(credentials().customer_key, sent)
        self.assertNotIn(credentials().partner_key, sent)


class TestCredentials(unittest.TestCase):
    def test_repr_hides_the_keys(self):
        shown = repr(credentials())
        self.assertNotIn("0123456789ABCDEF", shown)
        self.assertNotIn("FEDCBA", shown)
        self.assertIn("CU_1234_AB12", shown)

    def test_refused(self):
        for field_name, value, problem in (
            ("sender", "Käyttäjä Oy", "not_ascii"),
            ("customer_id", "tunnus–1", "not_ascii"),
            ("partner_id", "", "missing"),
            ("partner_id", "   ", "missing"),
            ("organisation_id", None, "missing"),
            ("organisation_id", False, "missing"),
            ("sender", "a\r\nX-Evil: 1", "control"),
            ("customer_id", " a", "control"),
            ("customer_key", "", "missing"),
            ("partner_key", "a\n", "control"),
            ("partner_key", "日本", "not_ascii"),
            ("language", "fi", "choice"),
            ("encoding", "latin-1", "choice"),
        ):
            with self.subTest(field_name, value=value), self.assertRaises(BadCredentials) as caught:
                credentials(**{field_name: value})
            self.assertEqual((caught.exception.field_name, caught.exception.problem), (field_name, problem))


if __name__ == "__main__":
    unittest.main()
