from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..models.netvisor_mapping import KINDS
from ..models.netvisor_mapping_kind import SURE


class NetvisorMappingAccept(models.TransientModel):
    """Accept all proposals above a confidence: says how many before, and afterwards what was done and what was not."""

    _name = "netvisor.mapping.accept"
    _description = "Netvisor: accept proposals"

    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    kind = fields.Selection(KINDS, string="Of", help="Empty: everything.")
    confidence = fields.Integer(
        string="From a confidence of",
        required=True,
        default=SURE,
        help="0 to 100. 95 and more rest on what identifies.",
    )
    count = fields.Integer(string="To be accepted", compute="_compute_count")
    left_count = fields.Integer(string="Stay open", compute="_compute_count")
    done = fields.Boolean(readonly=True)
    done_count = fields.Integer(string="Accepted", readonly=True)
    failed_count = fields.Integer(string="Not accepted", readonly=True)
    report = fields.Text(string="What happened", readonly=True)

    @api.constrains("confidence")
    def _check_confidence(self):
        for wizard in self:
            if not 1 <= wizard.confidence <= 100:
                raise ValidationError(self.env._("A confidence is a number from 1 to 100."))

    @api.depends("confidence", "kind", "company_id")
    def _compute_count(self):
        mapping = self.env["netvisor.mapping"]
        for wizard in self:
            kinds = [wizard.kind] if wizard.kind else mapping._kinds()
            remaining = mapping._remaining_all(wizard.company_id)
            wizard.count = sum(mapping._count_above(wizard.company_id, wizard.confidence, kinds).values())
            wizard.left_count = sum(remaining[kind]["open"] for kind in kinds) - wizard.count

    def action_accept(self):
        self.ensure_one()
        mapping = self.env["netvisor.mapping"]
        mapping._check_manager()
        kinds = [self.kind] if self.kind else mapping._kinds()
        rows = mapping.search(mapping._above(self.company_id, self.confidence, kinds))
        done, failed = mapping._accept_pairs([(row, row._own_proposal()) for row in rows])
        report = mapping._accept_report(done, failed)
        self.write({"done": True, "done_count": done, "failed_count": len(failed), "report": report})
        if failed:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Accept proposals"),
                "res_model": self._name,
                "res_id": self.id,
                "view_mode": "form",
                "views": [(False, "form")],
                "target": "new",
            }
        action = mapping._told(report)
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}  # which reads the list behind it again
        return action
