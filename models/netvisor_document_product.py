from odoo import models


class NetvisorDocument(models.Model):
    _inherit = "netvisor.document"

    def _state_alert(self):
        if self.kind != "product" or self.state not in ("deleted", "changed"):
            return super()._state_alert()
        text = self.env._(
            "Netvisor no longer has this product.\nThe next invoice with it looks for its code again; where products are "
            "created, it is created again."
        )
        return {"level": "warning", "message": text} if self.state == "deleted" else None
