import io
import re
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

from ..models.netvisor_document import STATES
from ..models.netvisor_pause import IDENTIFIERS, PAUSES, RIGHTS, describe_pause
from ..models.netvisor_probe import REACH
from ..models.netvisor_problem import PROBLEMS, describe
from ..models.netvisor_remedy import REMEDIES
from ..models.netvisor_right import NEEDED_FOR
from ..models.netvisor_right import REMEDIES as RIGHT_REMEDIES
from ..models.netvisor_words import FIELDS, OTHER_RULE, RULES, STATUSES
from ..netvisor import schema

MODULE = "account_netvisor"
FOLDER = Path(__file__).resolve().parents[1] / "i18n"
LANGUAGES = {"fi": "fi_FI", "sv": "sv_SE"}
MEND = "Run dev/i18n and translate what it lists."

# The same in every language: names, codes, and texts that are nothing but placeholders.
SAME = {
    "%(field)s: %(before)s → %(now)s",
    "%(lock)s: %(before)s → %(after)s",
    "%(what)s: %(theirs)s (Odoo: %(ours)s)",
    "%(where)s: %(what)s",
    "1234567-1",
    '<span class="o_stat_text">Netvisor</span>',
    "<span>–</span>",
    "EU",
    "ISO-8859-15",
    "Netvisor",
    "Netvisor:",
    "Netvisor: %(words)s",
    "Odoo",
    "Odoo:",
    "UTF-8",
    "object._file_name()",
    "· Netvisor:",
}
SAME_IN = {
    "fi": set(),
    "sv": {"Bank", "Dimension", "Finland", "ID", "Journal", "MB", "Period", "Plan", "Problem", "Status"},
}

PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%%|%[sdf]")
TAG = re.compile(r"<[^>]*>")
# What of a tag is translated with it.
WORDS = re.compile(r'(title|alt|aria-label|placeholder)="[^"]*"')


def entries(name):
    """dict text → entry"""
    return {entry.msgid: entry for entry in polib.pofile(str(FOLDER / name)) if not entry.obsolete}


def tags(text):
    return sorted(TAG.findall(WORDS.sub("", text)))


@tagged("post_install", "-at_install")
class TestI18nFiles(TransactionCase):
    """The files themselves. ``dev/i18n`` mends most of what can be wrong here."""

    def test_pot_is_fresh(self):
        """Each text of the code, the fields and the views is in the POT, for every field and view that has it."""
        exported = io.BytesIO()
        self.assertTrue(trans_export(None, [MODULE], exported, "po", self.env))
        now = {entry.msgid: entry for entry in polib.pofile(exported.getvalue().decode())}
        pot = entries(f"{MODULE}.pot")
        self.assertFalse(sorted(now.keys() - pot.keys()), f"Not in the POT. {MEND}")
        self.assertFalse(sorted(pot.keys() - now.keys()), f"No longer in the module. {MEND}")
        for text, entry in now.items():
            # Odoo finds texts of the code by themselves, those of fields and views by their place.
            places = {place for place, _line in entry.occurrences if not place.startswith("code:")}
            known = {place for place, _line in pot[text].occurrences}
            self.assertFalse(sorted(places - known), f"{text!r} stands in new places, too. {MEND}")
            self.assertEqual(entry.comment, pot[text].comment, f"{text!r} has moved between Python and JavaScript.")

    def test_complete(self):
        pot = entries(f"{MODULE}.pot")
        for code in LANGUAGES:
            translations = entries(f"{code}.po")
            self.assertEqual(pot.keys(), translations.keys(), f"{code}.po is about other texts. {MEND}")
            allowed = SAME | SAME_IN[code]
            for text, entry in translations.items():
                with self.subTest(language=code, text=text):
                    self.assertTrue(entry.msgstr.strip(), f"Not translated. {MEND}")
                    self.assertFalse(entry.fuzzy, f"The English text was reworded. {MEND}")
                    if text not in allowed:
                        self.assertNotEqual(entry.msgstr, text)
            self.assertFalse(allowed - pot.keys(), "These exceptions are needed no more.")

    def test_same_placeholders_and_tags(self):
        for code in LANGUAGES:
            for text, entry in entries(f"{code}.po").items():
                with self.subTest(language=code, text=text):
                    self.assertEqual(
                        sorted(PLACEHOLDER.findall(text)), sorted(PLACEHOLDER.findall(entry.msgstr)), entry.msgstr
                    )
                    self.assertEqual(tags(text), tags(entry.msgstr), entry.msgstr)
                    if "code:" in str(entry.occurrences):
                        self.assertEqual(text.count("\n"), entry.msgstr.count("\n"), entry.msgstr)


@tagged("post_install", "-at_install")
class TestI18nScreens(TransactionCase):
    """What a person reads whose language is Finnish or Swedish."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for language in LANGUAGES.values():
            cls.env["res.lang"]._activate_lang(language)
        cls.env["ir.module.module"].search([("name", "=", MODULE)])._update_translations(list(LANGUAGES.values()))

    def in_languages(self):
        for code, language in LANGUAGES.items():
            with self.subTest(language=language):
                yield code, self.env(context={**self.env.context, "lang": language})

    def assertTranslated(self, code, env, lazy):
        if not lazy:
            return
        english, text = lazy._source, env._(lazy)
        if english not in SAME | SAME_IN[code]:
            self.assertNotEqual(text, english)

    def test_lazy_tables(self):
        """Texts of the tables are translated when they are shown, not when the module is loaded."""
        rows = [*(row for pair in PROBLEMS.values() for row in pair), IDENTIFIERS, RIGHTS]
        rows += [row for pause in PAUSES.values() for row in (pause.text, pause.remedy)]
        rows += [text for text, _method in REMEDIES.values()]
        rows += [*NEEDED_FOR.values(), *RIGHT_REMEDIES.values()]
        rows += [*REACH.values(), *FIELDS.values(), *RULES.values(), OTHER_RULE, *STATUSES.values()]
        for code, env in self.in_languages():
            for row in rows:
                self.assertTranslated(code, env, row)

    def test_problem_in_words(self):
        values = {"tax": "ALV 14 %", "percent": "14", "date": "2026-03-09", "basis": "basis"}
        problem = {"code": "vat_rate_date", "values": values}
        env = self.env(context={**self.env.context, "lang": "fi_FI"})
        text, remedy = describe(env, problem)
        self.assertIn("Vero ALV 14 %: 14 % ei ollut lain mukainen 09.03.2026 (basis)", text)
        self.assertNotIn("%(", text + remedy)
        self.assertTrue("anna laskulle toimituspäivä" in remedy)
        for code in PROBLEMS:
            # Every row takes its values, whatever the language, and unknown ones stay empty.
            for _language, translated in self.in_languages():
                describe(translated, {"code": code, "values": {}})

    def test_pause_in_words(self):
        env = self.env(context={**self.env.context, "lang": "fi_FI"})
        self.assertEqual(describe_pause(env, "maintenance")[0], "Netvisorissa on huoltokatko.")
        company = self.env["res.company"].create({"name": "Tauko Oy"})
        company.netvisor_pause_code = "maintenance"
        self.assertEqual(company.with_context(lang="fi_FI")._netvisor_pause_words()[0], "Netvisorissa on huoltokatko.")

    def test_document_in_words(self):
        document = self.env["netvisor.document"].create(
            {
                "name": "INV/1",
                "kind": "sales_invoice",
                "company_id": self.env.company.id,
                "root_company_id": self.env.company.id,
                "state": "blocked",
                "problems": [{"code": "no_address", "values": {"customer": "Pihlaja"}}],
            }
        )
        self.assertEqual(document.with_context(lang="fi_FI").problem, "Asiakkaalla Pihlaja ei ole osoitetta.")
        self.assertEqual(document.with_context(lang="sv_SE").problem, "Pihlaja har ingen adress.")
        self.assertEqual(document.problem, "Pihlaja has no address.", "the words of one reader are not another's")

    def words(self, code, language="fi_FI", **values):
        env = self.env(context={**self.env.context, "lang": language})
        return describe(env, {"code": code, "values": values})[0]

    def test_codes_become_words(self):
        """What the job stored as a code is read in the reader's language, whatever the job's was."""
        self.assertEqual(
            self.words("text_cut", field="netvisor_einvoice_address", limit="100"),
            "Verkkolaskuosoite: teksti oli yli 100 merkkiä pitkä, joten se katkaistiin.",
        )
        self.assertTrue(self.words("text_cut", field="dimension", limit="50").startswith("Laskentakohde: "))
        self.assertTrue(self.words("text_cut", "en_US", field="ref", limit="200").startswith("Reference was longer"))
        self.assertIn(
            "is a Sales Receipt; only",
            self.words("wrong_type", "en_US", name="X", kind="out_receipt", journal="Sales"),
        )
        self.assertEqual(
            self.words("message_invalid", where="salesinvoice/unitname", what="too_long", length="99", limit="10"),
            "salesinvoice/unitname: merkkejä on 99, Netvisoriin mahtuu 10",
        )
        other = self.words("message_invalid", "en_US", where="salesinvoice", what="together", values="a, b")
        self.assertEqual(other, f"salesinvoice: {OTHER_RULE}")
        self.assertFalse(RULES.keys() - schema.PROBLEMS.keys(), "codes of the wire")
        rate = self.words("vat_rate_date", tax="T", percent="13.5", date="2025-12-31")
        self.assertIn("13,5 %", rate)
        document = self.env["netvisor.document"].new({"remote_status": "overdue"})
        self.assertEqual(document.with_context(lang="fi_FI").remote_status_label, "Erääntynyt")
        document.remote_status = "never seen"
        self.assertEqual(document.remote_status_label, "never seen")

    def test_same_state_words(self):
        """Form, list, badge, filter: one word for each state."""
        for _code, env in self.in_languages():
            words = dict(env["netvisor.document"].fields_get(["state"])["state"]["selection"])
            self.assertEqual(list(words), [state for state, _label in STATES])
            self.assertFalse(set(words.values()) & {label for _state, label in STATES})
            for model in ("account.move", "res.partner"):
                there = dict(env[model].fields_get(["netvisor_state"])["netvisor_state"]["selection"])
                self.assertEqual(words, {**words, **there}, model)
            search = env["netvisor.document"].get_view(view_type="search")["arch"]
            for state in ("blocked", "review", "in_doubt", "changed", "deleted", "cancelled"):
                self.assertIn(f'string="{words[state]}"', search)
