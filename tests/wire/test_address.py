"""Which addresses may be called."""

import unittest

from wire_support import credentials

from netvisor import BadAddress, Client
from netvisor.address import checked

ALLOWED = {
    "https://isvapi.netvisor.fi/": "https://isvapi.netvisor.fi/",
    "https://integration.netvisor.fi": "https://integration.netvisor.fi/",
    "HTTPS://ISVAPI.Netvisor.FI/": "https://isvapi.netvisor.fi/",
    "https://isvapi.netvisor.fi:443/": "https://isvapi.netvisor.fi/",
    "https://a.b.netvisor.fi/x/": "https://a.b.netvisor.fi/x/",
}
REFUSED = {
    "http://isvapi.netvisor.fi/": "scheme",
    "ftp://isvapi.netvisor.fi/": "scheme",
    "https://netvisor.fi/": "host",
    "https://evilnetvisor.fi/": "host",
    "https://isvapi.netvisor.fi.evil.example/": "host",
    "https://isvapi.netvisor.fi./": "host",
    "https://.netvisor.fi/": "host",
    "https://-a.netvisor.fi/": "host",
    "https://a..netvisor.fi/": "host",
    "https://isvapi%2enetvisor.fi/": "host",
    "https://127.0.0.1/": "host",
    "https://[::1]/": "host",
    "https://user@isvapi.netvisor.fi/": "userinfo",
    "https://isvapi.netvisor.fi:pw@evil.example/": "userinfo",
    "https://@isvapi.netvisor.fi/": "userinfo",
    "https://isvapi.netvisor.fi:8443/": "port",
    "https://isvapi.netvisor.fi:80/": "port",
    "https://isvapi.netvisor.fi:99999/": "malformed",
    "https://isvapi.netvisor.fi:x/": "malformed",
    "https://evil.example\\.netvisor.fi/": "malformed",
    "https://evil.example#.netvisor.fi/": "malformed",
    "https://evil.example?.netvisor.fi/": "malformed",
    "https://isvapi.netvisor.fi/?a=1": "malformed",
    "https://isvapi.\nnetvisor.fi/": "malformed",
    "https://isvapi .netvisor.fi/": "malformed",
    "https://ısvapi.netvisor.fi/": "malformed",
    "https://isvapi。netvisor.fi/": "malformed",
    "https://ﬁ.netvisor.ﬁ/": "malformed",
    "https://isvapi.netvisor.fi//": "path",
    "https://isvapi.netvisor.fi/a/../b": "path",
    "https://isvapi.netvisor.fi/%2e%2e/": "path",
    "isvapi.netvisor.fi": "malformed",
    "isvapi.netvisor.fi:443/": "malformed",
    "https://": "malformed",
    "": "malformed",
    None: "malformed",
}


class TestAddress(unittest.TestCase):
    def test_allowed(self):
        for address, normal in ALLOWED.items():
            with self.subTest(address):
                self.assertEqual(checked(address), normal)

    def test_refused(self):
        for address, problem in REFUSED.items():
            # This machine being allowed must not open anything else.
            for allow_local in (False, True):
                if allow_local and address and "127.0.0.1" in address:
                    continue
                with (
                    self.subTest(address, local=allow_local),
                    self.assertRaises(BadAddress) as caught,
                ):
                    checked(address, allow_local)
                self.assertEqual(caught.exception.problem, problem)

    def test_this_machine_only_on_request(self):
        for address in ("http://127.0.0.1:8069/", "http://localhost:1/", "https://LOCALHOST/"):
            self.assertTrue(checked(address, allow_local=True).endswith("/"))
            with self.assertRaises(BadAddress):
                checked(address)
        for address in (
            "http://127.0.0.2/",
            "http://localhost.evil.example/",
            "http://0.0.0.0/",
            "file://localhost/",
        ):
            with self.subTest(address), self.assertRaises(BadAddress):
                checked(address, allow_local=True)

    def test_client_refuses(self):
        with self.assertRaises(BadAddress):
            Client(credentials("https://evil.example/"))
        with self.assertRaises(ValueError):
            Client(credentials("http://127.0.0.1:1/"))


if __name__ == "__main__":
    unittest.main()
