from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_alerts(self, moves, moves_data):
        alerts = super()._get_alerts(moves, moves_data)
        delivering = {"email", "peppol", "snailmail"}
        twice = moves.filtered(
            lambda move: delivering & set(moves_data[move]["sending_methods"] or ()) and move._netvisor_delivers()
        )
        if twice:
            alerts["account_netvisor_delivers"] = {
                "level": "danger",  # a danger alert stops Odoo's sending
                "message": self.env._(
                    "Netvisor delivers %(names)s to the customer, who would get it twice.\nChoose another way of"
                    " sending here, or change who delivers on the journal %(journals)s.",
                    names=", ".join(twice[:5].mapped("name")) + (" …" if len(twice) > 5 else ""),
                    journals=", ".join(twice.journal_id.mapped("name")),
                ),
            }
        return alerts


class AccountMove(models.Model):
    _inherit = "account.move"

    def _netvisor_delivers(self):
        """Whether Netvisor sends this invoice to the customer, or will as soon as it has it."""
        self.ensure_one()
        if not self.is_sale_document() or not self.sudo().netvisor_is_exported:
            return False
        if self.sudo().journal_id._netvisor_invoice_status() != "unsent":
            return False
        state = self.sudo().netvisor_state
        return state != "cancelled" if state else self._netvisor_may_send()
