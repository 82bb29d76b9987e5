"""The taxes of a new rate, made from those of the old one: once, whoever asks how often."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools import SQL

from . import vat_names
from .account_tax_timeline import Plan

DONE = {"missing": "created", "archived": "restored"}
NAMES = ("name", "invoice_label")


class AccountTax(models.Model):
    _inherit = "account.tax"

    @api.model
    def _netvisor_check_maker(self):
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can create taxes."))

    @api.model
    def _netvisor_create_successors(self, company, change, taxes=None):
        """Make what is missing, bring back what is archived, leave the rest.

        :return: list of Plan with the outcomes created, restored, exists, by_hand, foreign
        """
        self._netvisor_check_maker()
        company.check_access("read")
        plans = self._netvisor_successor_plans(company, change, taxes)
        self._netvisor_lock([plan.tax.id for plan in plans if plan.outcome in DONE])
        done = [plan.tax._netvisor_make(plan, change) for plan in plans]
        made = self.union(*(plan.tax for plan in done if plan.outcome in DONE.values()))
        made._netvisor_complete_alternatives(change)
        return done

    @api.model
    def _netvisor_lock(self, ids):
        """Of two people who ask at once the second one waits; PostgreSQL then says that its picture is old, Odoo repeats
        the request, and finds the taxes of the first. A lock alone would not make the old picture new."""
        if ids:
            self.env.execute_query(
                SQL(
                    """UPDATE account_tax SET write_date = write_date
                        WHERE id IN (SELECT id FROM account_tax WHERE id IN %s ORDER BY id FOR NO KEY UPDATE)
                    RETURNING id""",
                    tuple(ids),
                )
            )

    def _netvisor_make(self, plan, change):
        if plan.outcome == "missing":
            return Plan(self, "created", self._netvisor_copy_with_rate(change))
        if plan.outcome == "archived":
            plan.twin.active = True
            return Plan(self, "restored", plan.twin)
        return plan

    # --- one tax ----------------------------------------------------------------------------------------------------
    def _netvisor_copy_with_rate(self, change):
        """The same tax with the new rate. What replaces what under fiscal positions follows when all are made."""
        self.ensure_one()
        names = self._netvisor_new_texts("name", change)
        # Read again: Odoo fills it behind its own back when a tax is made, and would copy it empty.
        self.invalidate_recordset(["repartition_line_ids"])
        twin = self.copy(
            {
                "name": names.get(self.env.lang) or names["en_US"],
                "amount": float(change.new),
                "tax_group_id": self._netvisor_group_of_rate(change).id,
                "original_tax_ids": [Command.clear()],
                "replacing_tax_ids": [Command.clear()],
            }
        )
        for name in NAMES:
            if texts := names if name == "name" else self._netvisor_new_texts(name, change):
                twin.update_field_translations(name, texts)
        twin._netvisor_rename_description(self, change)
        return twin

    def _netvisor_new_texts(self, field_name, change):
        """The texts of a field in all languages in use, with the new percentage. :return: dict language → text"""
        name_it = vat_names.named if field_name == "name" else vat_names.renamed
        texts = {
            lang: name_it(text, change.old, change.new, self._netvisor_point(lang))
            for lang, text in self._netvisor_stored_texts(field_name).items()
        }
        if field_name == "name":
            texts = {lang: self._netvisor_free_name(text, lang) for lang, text in texts.items()}
        return texts

    def _netvisor_stored_texts(self, field_name):
        """What is read in each language in use; untranslated, it still says the number as that language writes it."""
        return _stored_texts(self, field_name, self._netvisor_languages())

    @api.model
    def _netvisor_languages(self):
        return {code for code, _name in self.env["res.lang"].get_installed()} | {"en_US"}

    @api.model
    def _netvisor_point(self, lang):
        return self.env["res.lang"]._get_data(code=lang).decimal_point or "."

    def _netvisor_free_name(self, name, lang):
        """Odoo wants names of taxes to be unique: a number behind it, when something else has the name already."""
        taken = set(
            self.with_context(lang=lang, active_test=False)
            .search(
                [
                    ("company_id", "child_of", self.company_id.root_id.id),
                    ("type_tax_use", "=", self.type_tax_use),
                    ("tax_scope", "=", self.tax_scope),
                    ("country_id", "=", self.country_id.id),
                ]
            )
            .mapped("name")
        )
        free, number = name, 2
        while free in taken:
            free, number = f"{name} ({number})", number + 1
        return free

    def _netvisor_rename_description(self, source, change):
        """The description is translated term by term."""
        stored = source._netvisor_stored_texts("description")
        if not stored:
            return
        terms = self._fields["description"].get_translation_dictionary(stored["en_US"], stored)
        texts = {
            lang: {
                term: vat_names.renamed(by_lang[lang], change.old, change.new, self._netvisor_point(lang))
                for term, by_lang in terms.items()
            }
            for lang in stored
        }
        self.update_field_translations("description", texts)

    # --- its group --------------------------------------------------------------------------------------------------
    def _netvisor_group_of_rate(self, change):
        """The group of the new rate: the chart's, or a copy of the old one's with its accounts.

        A group that names no percentage is meant for several, and stays.
        """
        self.ensure_one()
        own = self.tax_group_id
        if not own._netvisor_names_any():
            return own
        groups = own.search(
            [*own._check_company_domain(self.company_id), ("country_id", "in", (False, self.country_id.id))]
        )
        fitting = groups.filtered(lambda group: group._netvisor_names(change.new))
        if fitting:
            return fitting.sorted(lambda group: (group.company_id != own.company_id, group.id))[:1]
        model = (
            own if own._netvisor_names(change.old) else groups.filtered(lambda group: group._netvisor_names(change.old))
        )
        return (model[:1] or own)._netvisor_copy_with_rate(change)

    # --- what replaces what under a fiscal position -----------------------------------------------------------------
    def _netvisor_alternatives(self, change):
        """The pairs that the twins of these taxes should be in, as these are: a product on the new rate is then treated
        like one on the old rate. A tax of another rate that replaces the old one replaces the new one too.

        :return: dict twin → set of (replacing tax, replaced tax)
        """
        everything = self.with_context(active_test=False)
        around = everything.replacing_tax_ids | everything.original_tax_ids
        old = (around | self).filtered(
            lambda tax: tax._netvisor_percent() == change.old and tax.amount_type == "percent"
        )
        twins = {tax: twin for tax, twin in old._netvisor_twins(change.new).items() if twin}
        pairs = {}
        for tax in everything:
            twin = twins.get(tax)
            if not twin:
                continue
            replacing = {twins.get(other) if other in old else other for other in tax.replacing_tax_ids}
            replaced = {twins.get(other) for other in tax.original_tax_ids if other in old}
            pairs[twin] = {(other, twin) for other in replacing if other} | {
                (twin, other) for other in replaced if other
            }
        return pairs

    def _netvisor_missing_alternatives(self, change):
        """:return: dict twin → set of (replacing tax, replaced tax) that are not there yet"""
        missing = {}
        for twin, pairs in self._netvisor_alternatives(change).items():
            gone = {pair for pair in pairs if pair[1] not in pair[0].with_context(active_test=False).original_tax_ids}
            if gone:
                missing[twin] = gone
        return missing

    def _netvisor_complete_alternatives(self, change):
        """:return: the number of replacements that were added"""
        positions = {
            twin: tax.fiscal_position_ids
            for tax, twin in self._netvisor_twins(change.new).items()
            if twin and tax.original_tax_ids
        }
        missing = self._netvisor_missing_alternatives(change)
        for twin, pairs in missing.items():
            if twin in positions:
                twin.fiscal_position_ids |= positions[twin]
            for replacing, replaced in sorted(pairs, key=lambda pair: (pair[0].id, pair[1].id)):
                replacing.original_tax_ids = [Command.link(replaced.id)]
        return len(set().union(*missing.values())) if missing else 0


class AccountTaxGroup(models.Model):
    _inherit = "account.tax.group"

    def _netvisor_texts(self):
        return (self._fields["name"]._get_stored_translations(self) or {}).values()

    def _netvisor_names(self, percent):
        return any(vat_names.names(text, percent) for text in self._netvisor_texts())

    def _netvisor_names_any(self):
        return any(vat_names.names_any(text) for text in self._netvisor_texts())

    def _netvisor_copy_with_rate(self, change):
        self.ensure_one()
        taxes = self.env["account.tax"]
        languages = taxes._netvisor_languages()
        copied = self.copy()
        for name in ("name", "preceding_subtotal"):
            name_it = vat_names.named if name == "name" else vat_names.renamed
            texts = {
                lang: name_it(text, change.old, change.new, taxes._netvisor_point(lang))
                for lang, text in _stored_texts(self, name, languages).items()
            }
            if texts:
                copied.update_field_translations(name, texts)
        if self.pos_receipt_label:
            copied.pos_receipt_label = vat_names.named(self.pos_receipt_label, change.old, change.new)
        return copied


def _stored_texts(record, field_name, languages):
    stored = record._fields[field_name]._get_stored_translations(record)
    return {lang: stored.get(lang) or stored["en_US"] for lang in sorted(languages)} if stored else {}
