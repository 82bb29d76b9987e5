from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, ormcache

from .netvisor_account_match import AccountMatcher, Ours, Theirs
from .netvisor_account_role import odoo_roles
from .netvisor_mapping_kind import Proposal

CERTAIN = 100
MIRRORED = ("netvisor_key", "number", "name", "name_en", "name_sv", "heading", "statement", "roles")


class NetvisorMappingAccount(models.AbstractModel):
    """Odoo's accounts → Netvisor's. The same number is the same account, unless it stands in the other statement."""

    _name = "netvisor.mapping.account"
    _inherit = ["netvisor.mapping.kind"]
    _description = "Netvisor: proposals for accounts"
    _mapped_model = "account.account"
    _mapped_field = "account_id"

    @api.model
    def _records(self, company):
        accounts = self.env["account.account"].with_company(company)
        return accounts.search([("company_ids", "child_of", company.id)])

    # --- what is there ----------------------------------------------------------------------------------------------
    @api.model
    def _theirs(self, company, numbers=None):
        """Netvisor's accounts that may be posted to, or those of them with these numbers. :return: list of Theirs"""
        mirror = self.env["netvisor.account"].sudo()
        domain = [("company_id", "=", company.id), ("account_type", "=", "account")]
        domain.append(("number", "in", list(numbers)) if numbers is not None else ("number", "!=", False))
        return [
            Theirs(
                *(row[name] or "" for name in MIRRORED[:-1]),
                roles=frozenset((row.roles or "").split()),
            )
            for row in mirror.search_fetch(domain, MIRRORED)
        ]

    @api.model
    def _ours(self, records, company):
        """:return: dict record → Ours"""
        records = records.with_company(company)
        names, roles = self._all_names(records, company), odoo_roles(self.env, company)
        return {
            record: Ours(
                record.code or "",
                names=tuple(names.get(record.id, ())),
                group=record.internal_group or "",
                kind=record.account_type or "",
                roles=frozenset(roles.get(record.id, ())),
            )
            for record in records
        }

    @api.model
    def _all_names(self, records, company):
        """The names in all installed languages, and in those of the chart that the company was set up with."""
        records.flush_model(["name"])
        rows = self.env.execute_query(
            SQL("SELECT id, name FROM account_account WHERE id IN %s", tuple(records.ids) or (0,))
        )
        names = {record_id: set(translations.values()) for record_id, translations in rows}
        chart = self._names_of_chart(company.chart_template)
        if not chart:
            return names
        external = self.env["ir.model.data"].sudo()
        domain = [("model", "=", "account.account"), ("module", "=", "account"), ("res_id", "in", records.ids)]
        for known in external.search_fetch(domain, ["name", "res_id"]):
            of_chart = chart.get(known.name.removeprefix(f"{company.id}_"), frozenset())
            # Names of the chart count as long as the account still has one of them.
            if of_chart & names.get(known.res_id, set()):
                names[known.res_id] |= of_chart
        return names

    @api.model
    @ormcache("chart")
    def _names_of_chart(self, chart):
        """:return: dict identifier of the template → the account's names in all languages that the chart has"""
        template = self.env["account.chart.template"]
        if chart not in template._get_chart_template_mapping():
            return {}
        accounts = template._get_chart_template_model_data(chart, "account.account")
        return {
            identifier: frozenset(text for name, text in values.items() if name.partition("@")[0] == "name" and text)
            for identifier, values in accounts.items()
        }

    @api.model
    def _matcher(self, company):
        here = [account.code for account in self._records(company) if account.code]
        return AccountMatcher(self._theirs(company), here)

    # --- the contract -----------------------------------------------------------------------------------------------
    @api.model
    def _current(self, records, company):
        records = records.with_company(company)
        ours, ready = self._ours(records, company), self._ready(company)
        typed = {record: (record.netvisor_account_number or "").strip() for record in records}
        matcher = AccountMatcher(self._theirs(company, {typed[record] or ours[record].number for record in records}))
        current = {}
        for record in records:
            theirs = matcher.accounts.get(typed[record] or ours[record].number)
            if theirs and (typed[record] or not matcher.contradicts(ours[record])):
                judged = matcher.judge(ours[record], theirs)
                current[record] = Proposal(theirs.number, theirs.name, theirs.key, CERTAIN, judged.evidence)
            elif typed[record] and not ready:  # the list was never read: nothing says that it is wrong
                current[record] = Proposal(typed[record], confidence=CERTAIN)
        return current

    @api.model
    def _propose(self, records, company):
        if not self._ready(company):
            return {}
        return self._matcher(company).all_proposals(self._ours(records, company))

    @api.model
    def _choices(self, record, company, text="", limit=20):
        """Those whose number begins with the text, or whose name or heading contains it."""
        matcher, [ours] = self._matcher(company), self._ours(record, company).values()
        text = text.casefold()
        found = [
            theirs
            for theirs in matcher.accounts.values()
            if theirs.number.startswith(text)
            or any(text in (name or "").casefold() for name in (theirs.name, theirs.name_en, theirs.name_sv))
            or text in (theirs.heading or "").casefold()
        ]
        judged = [matcher.judge(ours, theirs) for theirs in found]
        judged.sort(key=lambda choice: (not choice.code.startswith(text), -choice.confidence, choice.code))
        return judged[:limit]

    @api.model
    def _accept(self, pairs, company):
        records = self.env["account.account"].union(*(record for record, _proposal in pairs))
        ours = self._ours(records, company)
        numbers = {proposal.code for _record, proposal in pairs} | {account.number for account in ours.values()}
        matcher = AccountMatcher(self._theirs(company, numbers))
        for record, proposal in pairs:
            record = record.with_company(company)
            if proposal.code not in matcher.accounts:
                raise UserError(
                    self.env._(
                        "Account %(number)s is not in Netvisor, or no longer in use there: %(account)s.",
                        number=proposal.code,
                        account=record.display_name,
                    )
                )
            # The same number is written only where it looks like another account: then it is a decision.
            by_number = proposal.code == record.code and not matcher.contradicts(ours[record])
            number = False if by_number else proposal.code
            if (record.netvisor_account_number or False) != number:
                record.netvisor_account_number = number

    @api.model
    def _forget(self, records, company):
        records.with_company(company).filtered("netvisor_account_number").netvisor_account_number = False

    @api.model
    def _label(self, record):
        """With its code, which Odoo shows to auditors only."""
        return " ".join(filter(None, (record.code, record.name)))

    @api.model
    def _sort_keys(self, records, company):
        return {record: record.code or record.name for record in records.with_company(company)}

    @api.model
    def _used(self, records, company):
        """Accounts of journals, products, taxes, defaults and entries: those will be sent. The others can wait."""
        used = set(odoo_roles(self.env, company))
        journals = self.env["account.journal"].search([("company_id", "child_of", company.id)])
        used |= set(journals.default_account_id.ids)
        taxes = self.env["account.tax"].search([("company_id", "child_of", company.id)])
        used |= set(taxes.repartition_line_ids.account_id.ids)
        for model in ("product.template", "product.category"):
            masters = self.env[model].with_company(company)
            for name in [name for name, field in masters._fields.items() if field.comodel_name == "account.account"]:
                if masters._fields[name].store:
                    used |= set(masters.search([(name, "!=", False)])[name].ids)
        rest = tuple(set(records.ids) - used) or (0,)
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM account_account AS account
                    WHERE id IN %s AND EXISTS (SELECT 1 FROM account_move_line WHERE account_id = account.id)""",
                rest,
            )
        )
        return records.browse(used | {record_id for (record_id,) in rows}) & records

    @api.model
    def _only_in_netvisor(self, company):
        records = self._records(company)
        taken = {(record.netvisor_account_number or record.code or "").strip() for record in records}
        return len({theirs.number for theirs in self._theirs(company)} - taken)

    @api.model
    def _ready(self, company):
        mirror = self.env["netvisor.account"].sudo().with_context(active_test=False)
        return bool(mirror.search_count([("company_id", "=", company.id)], limit=1))
