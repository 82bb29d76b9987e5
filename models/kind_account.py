from odoo import api, models

from ..netvisor import account as wire


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
        rows = {}
        for account in wire.parse_list(answer):
            names = {language.lower(): name for language, name in account.names}
            rows[account.key] = {
                "number": account.number or False,
                "name": names.get("fi") or account.name,
                "name_en": names.get("en") or False,
                "name_sv": names.get("se") or names.get("sv") or False,
                "account_type": "accountgroup" if account.type == "accountgroup" else "account",
                "active": account.active is not False,
            }
        self.env["netvisor.account"]._upsert(company, rows)
        return answer
