import logging

from odoo import fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tools import format_date, plaintext2html

_logger = logging.getLogger(__name__)

# Odoo's lock date → Netvisor's.
FOLLOWS = {
    "fiscalyear_lock_date": "netvisor_lock_accounting",
    "tax_lock_date": "netvisor_lock_vat",
    "purchase_lock_date": "netvisor_lock_purchase",
}


class ResCompany(models.Model):
    """Odoo's lock dates follow Netvisor's: forward only, all of them or none, and only as far as Odoo itself allows."""

    _inherit = "res.company"

    netvisor_raise_locks = fields.Boolean(
        string="Bring Odoo's lock dates up to Netvisor's",
        help="Whenever the accounting periods are read. A lock date is never moved back, and one that lies ahead waits for its "
        "day.",
    )
    netvisor_locks_refused = fields.Text(string="Why Odoo's lock dates stay", copy=False, readonly=True)

    def _netvisor_locks_ahead(self):
        """:return: dict name of Odoo's lock date → Netvisor's, where that is later and its day has come"""
        self.ensure_one()
        today = fields.Date.context_today(self)
        ahead = {}
        for ours, theirs in FOLLOWS.items():
            lock = self[theirs]
            # The hard lock date is beyond all others: nothing is left to lock below it.
            there = max(filter(None, (self[ours], self.hard_lock_date)), default=None)
            if lock and lock <= today and not (there and there >= lock):
                ahead[ours] = lock
        return ahead

    def _netvisor_follow_locks(self):
        """After each reading, where the settings say so. What Odoo refuses is kept as its own words."""
        company = self._netvisor_root().sudo()
        if not company.netvisor_raise_locks:
            return
        refused = False
        try:
            with self.env.cr.savepoint():
                company._netvisor_raise()
        except (UserError, RedirectWarning) as error:
            refused = str(error.args[0])
            _logger.info("Netvisor: the lock dates of %s stay: %s", company.name, refused)
        if (company.netvisor_locks_refused or False) != refused:
            company.netvisor_locks_refused = refused

    def _netvisor_raise(self):
        """One write for all of them: Odoo's checks hold for the whole.

        :return: dict of what was changed
        """
        ahead = self._netvisor_locks_ahead()
        if not ahead:
            return ahead
        before = {name: self[name] for name in ahead}
        self.write(ahead)
        labels = self.fields_get(list(ahead), ["string"])
        rows = [
            self.env._(
                "%(lock)s: %(before)s → %(after)s",
                lock=labels[name]["string"],
                before=format_date(self.env, before[name]) or "–",
                after=format_date(self.env, day),
            )
            for name, day in ahead.items()
        ]
        title = self.env._("Lock dates brought up to Netvisor's:")
        self._message_log(body=plaintext2html("\n".join([title, *rows])))
        return ahead

    def action_netvisor_raise_locks(self):
        """Now, whatever the settings say. Odoo's own refusal is shown as it is."""
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can move Odoo's lock dates."))
        self.ensure_one()
        company = self._netvisor_root().sudo()
        if company not in {mine._netvisor_root().sudo() for mine in self.env.companies}:
            raise AccessError(self.env._("%(company)s is not among your companies.", company=company.name))
        if not company._netvisor_raise():
            raise UserError(self.env._("Odoo's lock dates are up to Netvisor's already."))
        company.netvisor_locks_refused = False
        return True

    def _netvisor_lock_alerts(self):
        """:return: dict for ``actionable_errors``: Netvisor's three lock dates beside Odoo's"""
        alerts = {}
        for root in {company._netvisor_root() for company in self}:
            company = root.sudo()
            if not company._netvisor_is_connected():
                continue
            rows = [self.env._("%(company)s: locked in Netvisor until", company=company.name)]
            for ours, theirs in FOLLOWS.items():
                rows.append(
                    self.env._(
                        "%(what)s: %(theirs)s (Odoo: %(ours)s)",
                        what=company._netvisor_lock_labels()[theirs],
                        theirs=format_date(self.env, company[theirs]) or "–",
                        ours=format_date(self.env, company[ours]) or "–",
                    )
                )
            row = {"level": "info", "message": "\n".join(rows)}
            ahead = company._netvisor_locks_ahead()
            if ahead and company.netvisor_locks_refused:
                row |= {"level": "warning", "message": "\n".join([*rows, company.netvisor_locks_refused])}
            if ahead and self.env.user.has_group("account.group_account_manager"):
                call = ["res.company", "action_netvisor_raise_locks", root.ids]
                row |= {"action_text": self.env._("Bring Odoo's lock dates up to them"), "action_call": call}
            alerts[f"netvisor_locks_{root.id}"] = row
        return alerts

    def _netvisor_lock_labels(self):
        return {
            "netvisor_lock_accounting": self.env._("Books"),
            "netvisor_lock_vat": self.env._("VAT"),
            "netvisor_lock_purchase": self.env._("Purchases"),
        }
