from datetime import timedelta

from odoo import models


class ResCompany(models.Model):
    """Netvisor's lock dates, as they were read last. They are asked before anything is sent."""

    _inherit = "res.company"

    def _netvisor_first_open_date(self, date, vat=True):
        """:param vat: whether what is booked then is part of a VAT return, which has a lock of its own
        :return: that date when Netvisor's books are open on it, else the first later date on which they are
        """
        root = self._netvisor_root().sudo()
        locks = [root.netvisor_lock_accounting, root.netvisor_lock_vat if vat else False]
        lock = max(filter(None, locks), default=None)
        return lock + timedelta(days=1) if lock and date <= lock else date
