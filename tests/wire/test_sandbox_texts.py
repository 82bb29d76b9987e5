"""Every sentence exists in the three languages and asks for the same values in each."""

import string
import unittest

from sandbox_support import Case, customer

from sandbox import texts


def fields(sentence):
    return {name for _text, name, _form, _conversion in string.Formatter().parse(sentence) if name}


class TestTexts(unittest.TestCase):
    def test_languages(self):
        for key, sentences in texts.TEXTS.items():
            with self.subTest(key=key):
                self.assertEqual(len(sentences), 3)
                self.assertEqual(len({frozenset(fields(one)) for one in sentences}), 1)


class TestFinnish(Case):
    def test_too_long(self):
        answer = self.refused("INVALID_DATA_SIZE", "customer.nv", "method=add", customer("n" * 251), Language="FI")
        self.assertEqual(
            answer.text,
            "Aineiston muoto on virheellinen:. Elementin root/customer/customerbaseinformation/name "
            "arvo on liian pitkä: 251 merkkiä, enintään 250",
        )


if __name__ == "__main__":
    unittest.main()
