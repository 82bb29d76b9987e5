from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .account_move import READERS

# The dates of an entry that Netvisor books on. Of an invoice both count: which of them is the day of its voucher depends
# on a setting there.
BOOKED_ON = {"sales_invoice": ("date", "invoice_date"), "voucher": ("date",)}


class AccountMove(models.Model):
    """Entries that fall into a period which Netvisor has locked."""

    _inherit = "account.move"

    def _netvisor_locked_dates(self):
        """:return: dict name of a date field → the first open date to put there; empty where Netvisor takes the entry"""
        self.ensure_one()
        result = {}
        for name in BOOKED_ON.get(self._netvisor_kind(), ()):
            day = self[name]
            first = day and self.company_id._netvisor_first_open_date(day, **self._netvisor_locks_concerned())
            if first != day:
                result[name] = first
        return result

    def _netvisor_locks_concerned(self):
        """:return: keyword arguments of ``_netvisor_first_open_date``"""
        taxes = self.line_ids.tax_ids | self.line_ids.tax_line_id
        taxes |= taxes.children_tax_ids
        return {
            "vat": any(tax.netvisor_vat_code != "NONE" for tax in taxes),
            "purchase": self.journal_id.type == "purchase",
        }

    @api.depends("date", "invoice_date", "journal_id", "line_ids.tax_ids")
    def _compute_alerts(self):
        return super()._compute_alerts()

    def _get_alerts(self):
        alerts = super()._get_alerts()
        if self.state != "draft" or not self.netvisor_is_exported or not self.env.user.has_groups(READERS):
            return alerts
        if dates := self._netvisor_locked_dates():
            text = self.env._(
                "The accounting period of %(date)s is locked in Netvisor, so this would not be sent when it is posted. The "
                "first open date is %(open)s.",
                date=" / ".join(sorted({format_date(self.env, self[name]) for name in dates})),
                open=format_date(self.env, max(dates.values())),
            )
            row = {"level": "warning", "message": text}
            if self._origin.id and self.env["netvisor.document"]._may_send():
                row |= {
                    "action_text": self.env._("Use the first open date"),
                    "action_call": [self._name, "action_netvisor_first_open_date", self._origin.ids],
                }
            alerts["netvisor_period_locked"] = row
        return alerts

    def action_netvisor_first_open_date(self):
        """The link of that alert. It dates the draft and sends nothing."""
        self._netvisor_check_sender()
        for move in self:
            if move.state != "draft":
                raise UserError(self.env._("%(name)s is no draft: its date stays.", name=move.display_name))
            if dates := move._netvisor_locked_dates():
                move._netvisor_redate(dates)

    def _netvisor_redate(self, dates):
        """Of a draft. A number that belongs to another month or year is given up: Odoo gives one of the right series."""
        self.ensure_one()
        if self.name and not self.new(dates, origin=self)._sequence_matches_date():
            dates = {**dates, "name": False}
        self.write(dates)


class NetvisorDocument(models.Model):
    _inherit = "netvisor.document"

    def _window_open_date(self, problem):
        """What Netvisor has already keeps its date there: its period must be opened."""
        move = self.move_id
        if self.netvisor_key or self.kind not in BOOKED_ON or move.state != "posted" or not self._may_send():
            return None
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Another date for %(name)s", name=move.display_name),
            "res_model": "netvisor.open.date",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_move_id": move.id},
        }


class NetvisorKindSalesInvoice(models.AbstractModel):
    _inherit = "netvisor.kind.sales_invoice"

    @api.model
    def _parts(self):
        return (*super()._parts(), self._period_values)

    @api.model
    def _period_values(self, draft):
        """Before sending only: an invoice that Netvisor has is compared with it whatever was locked since."""
        if not draft.document.netvisor_key:
            for name, first in draft.move._netvisor_locked_dates().items():
                draft.block("period_locked", date=draft.move[name], open=first)
        return {}

    @api.model
    def _refused(self, document, answer):
        if answer.code == "PERIOD_LOCK":
            self._read_soon(document.root_company_id, "accounting_period")
        return super()._refused(document, answer)
