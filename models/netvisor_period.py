from datetime import timedelta

from odoo import models

# Netvisor's lock dates, and what an entry must have to be concerned; the first one concerns all. A period has no lock of
# its own in Netvisor: it is locked as far as these dates reach.
LOCKS = (
    ("netvisor_lock_accounting", None),
    ("netvisor_lock_vat", "vat"),
    ("netvisor_lock_purchase", "purchase"),
)


class ResCompany(models.Model):
    """Netvisor's lock dates, as they were read last. They are asked before anything is sent."""

    _inherit = "res.company"

    def _netvisor_first_open_date(self, date, vat=True, purchase=False):
        """:param vat: whether what is booked then is part of a VAT return, which has a lock of its own
        :param purchase: whether it is of a purchase journal, for the purchase ledger has another
        :return: that date when Netvisor's books are open on it, else the first later date on which they are
        """
        root = self._netvisor_root().sudo()
        concerned = {None: True, "vat": vat, "purchase": purchase}
        lock = max(filter(None, (root[name] for name, what in LOCKS if concerned[what])), default=None)
        return lock + timedelta(days=1) if lock and date <= lock else date


class NetvisorKind(models.AbstractModel):
    _inherit = "netvisor.kind"

    def _read_soon(self, root, kind):
        """What a refusal has shown to be out of date. Once, however many are refused."""
        feed = self.env["netvisor.feed"].search([("company_id", "=", root.id), ("kind", "=", kind)])
        if feed.next_due:
            feed.next_due = False


class NetvisorKindAccountingPeriod(models.AbstractModel):
    _inherit = "netvisor.kind.accounting_period"

    def _locks_changed(self, company):
        """Documents that a lock had stopped are looked at again: they go, or they tell the first open date of today."""
        stopped = self.env["netvisor.document"].search(
            [("root_company_id", "=", company.id), ("state", "=", "blocked")]
        )
        stopped = stopped.filtered(
            lambda document: any(problem.get("code") == "period_locked" for problem in document.problems or ())
        )
        stopped.write({"state": "todo", "next_try": False, "problems": False, "message": False, "code": False})
