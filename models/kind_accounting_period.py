from odoo import api, models

from ..netvisor import accounting_period as wire


class NetvisorKindAccountingPeriod(models.AbstractModel):
    """Netvisor's accounting periods and lock dates → ``netvisor.accounting.period`` and the company. Read only."""

    _name = "netvisor.kind.accounting_period"
    _inherit = ["netvisor.kind"]
    _description = "Netvisor: reading of accounting periods"

    @api.model
    def _refresh(self, company, call, feed):
        """Read periods and lock dates. A refusal leaves everything as it is. :return: Answer"""
        answer = call(wire.list_request())
        if not answer.ok:
            return answer
        self.env["netvisor.accounting.period"]._upsert(
            company,
            {
                period.key: {
                    "name": period.name,
                    "date_from": period.begin or False,
                    "date_to": period.end or False,
                }
                for period in wire.parse_list(answer)
            },
        )
        locks = wire.parse_locks(answer)
        locks = {
            "netvisor_lock_accounting": locks.accounting or False,
            "netvisor_lock_vat": locks.vat or False,
            "netvisor_lock_purchase": locks.purchase or False,
        }
        company = company.sudo()  # mirrored by the job, whoever started it
        changed = {name: value for name, value in locks.items() if company[name] != value}
        if changed:
            company.write(changed)
            self._locks_changed(company)
        company._netvisor_follow_locks()
        return answer
