from collections import defaultdict

from odoo import api, models

from ..netvisor import voucher_type as wire


class NetvisorKindVoucherType(models.AbstractModel):
    """Netvisor's classes of vouchers → ``netvisor.voucher.type``. Read only."""

    _name = "netvisor.kind.voucher_type"
    _inherit = ["netvisor.kind"]
    _description = "Netvisor: reading of voucher types"

    @api.model
    def _refresh(self, company, call, feed):
        """Read the list and make the mirror equal to it. A refusal leaves the mirror as it is. :return: Answer"""
        answer = call(wire.list_request())
        if not answer.ok:
            return answer
        found, uses, rows = wire.parse_list(answer), defaultdict(list), {}
        for use, key in found.defaults.items():
            uses[key].append(use)
        for kind in found.types:
            names = {language.lower(): name for language, name in kind.names}
            rows[kind.key] = {
                "abbreviation": kind.abbreviation or False,
                # Vouchers name their class in Finnish (8.41).
                "name": names.get("fi") or kind.name,
                "name_en": names.get("en") or False,
                "name_sv": names.get("sv") or names.get("se") or False,
                "uses": " ".join(sorted(uses[kind.key])) or False,
            }
        self.env["netvisor.voucher.type"]._upsert(company, rows)
        return answer
