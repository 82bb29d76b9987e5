from collections import defaultdict

from odoo import api, models

from ..netvisor import account as wire

# IsCumulative: its balance is carried forward (4.13).
STATEMENTS = {True: "balance", False: "result"}


class NetvisorKindAccount(models.AbstractModel):
    """Netvisor's chart of accounts → ``netvisor.account``. Read only."""

    _name = "netvisor.kind.account"
    _inherit = ["netvisor.kind"]
    _description = "Netvisor: reading of accounts"

    @api.model
    def _refresh(self, company, call, feed):
        """Read the list and make the mirror equal to it. A refusal leaves the mirror as it is. :return: Answer"""
        answer = call(wire.list_request())
        if not answer.ok:
            return answer
        accounts = wire.parse_list(answer)
        roles = self._roles(answer)
        names, parents = {}, {}
        for account in accounts:
            languages = {language.lower(): name for language, name in account.names}
            names[account.key] = (languages.get("fi") or account.name, languages)
            parents[account.key] = account.parent_key
        rows = {}
        for account in accounts:
            name, languages = names[account.key]
            rows[account.key] = {
                "number": account.number or False,
                "name": name,
                "name_en": languages.get("en") or False,
                "name_sv": languages.get("se") or languages.get("sv") or False,
                "account_type": "accountgroup" if account.type == "accountgroup" else "account",
                "active": account.active is not False,
                "parent_key": account.parent_key or False,
                "heading": self._heading(account.parent_key, names, parents) or False,
                "statement": STATEMENTS.get(account.cumulative, False),
                "natural_negative": bool(account.natural_negative),
                "roles": " ".join(roles.get(account.number, ())) or False,
            }
        self.env["netvisor.account"]._upsert(company, rows)
        return answer

    @api.model
    def _roles(self, answer):
        """:return: dict account number → names of the defaults that Netvisor uses it for"""
        roles = defaultdict(list)
        for role, number in wire.parse_defaults(answer).items():
            roles[number].append(role)
        return roles

    @api.model
    def _heading(self, key, names, parents):
        """The headings above an account, the outermost first. 0 is the root; a chart with a circle still ends."""
        path = []
        while key in names and key not in path:
            path.append(key)
            key = parents[key]
        return " / ".join(names[key][0] for key in reversed(path))
