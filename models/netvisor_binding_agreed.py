from odoo import fields, models

# Of the customer card with this key alone: another key means another card.
OF_THE_CARD = {"agreed": False, "conflicts": False, "conflict_count": 0, "echo": False}


class NetvisorBinding(models.Model):
    """What a contact and its customer card last agreed on: ``customer_merge.py`` says how it is written and read."""

    _inherit = "netvisor.binding"

    agreed = fields.Json(readonly=True)
    conflicts = fields.Json(readonly=True)
    conflict_count = fields.Integer(readonly=True)
    # Odoo has written the card and not read it since: what it shows then is Odoo's own writing.
    echo = fields.Boolean(readonly=True)

    _conflict_idx = models.Index("(company_id) WHERE conflict_count > 0")

    def write(self, vals):
        if "netvisor_key" in vals:
            others = self.filtered(lambda row: row.netvisor_key != (vals["netvisor_key"] or 0) and row.agreed)
            super(NetvisorBinding, others).write(OF_THE_CARD)
        result = super().write(vals)
        if "netvisor_key" in vals and not vals["netvisor_key"]:
            self.flush_recordset()  # a key that is given up is free before another link takes it
        return result
