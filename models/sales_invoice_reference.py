import re

from odoo import models
from odoo.exceptions import UserError

from .sales_invoice_header import is_reference, with_check_digit


class NetvisorDocument(models.Model):
    _inherit = "netvisor.document"

    def action_finnish_reference(self):
        """One click for ``reference_invalid``: Odoo's own Finnish reference on the invoice, then sent again."""
        self._check_sender()
        moves = self.move_id.filtered(lambda move: not is_reference(move.payment_reference))
        moves._netvisor_set_finnish_reference()
        self._retry()
        return self.env["netvisor.engine"]._wait_for(self)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _netvisor_set_finnish_reference(self):
        """Replace the payment reference by the Finnish one that Odoo computes from the invoice's number.

        The reference of a posted invoice may be changed in Odoo; what the customer already has may not. The chatter says so.
        """
        self.check_access("write")
        for move in self:
            before, reference = move.payment_reference, move._netvisor_finnish_reference()
            move.payment_reference = reference
            body = self.env._(
                "Payment reference for Netvisor: %(reference)s (before: %(before)s).",
                reference=reference,
                before=before or "-",
            )
            if move.is_move_sent or move.invoice_pdf_report_id:
                body += " " + self.env._("The customer's PDF still shows the earlier one: send it again.")
            move._message_log(body=body)

    def _netvisor_finnish_reference(self):
        self.ensure_one()
        generate = getattr(self, "_get_invoice_reference_fi_invoice", None)  # of l10n_fi, where it is installed
        if generate:
            return generate()
        digits = re.sub(r"\D", "", self.name or "")[:19]
        if not digits:
            raise UserError(self.env._("%(name)s has no digits to make a reference of.", name=self.name))
        return with_check_digit(digits.zfill(3))
