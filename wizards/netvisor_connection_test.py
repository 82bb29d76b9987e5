from odoo import fields, models
from odoo.exceptions import AccessError


class NetvisorConnectionTest(models.TransientModel):
    """Result of *Test connection*: a list that can be read, and nothing that can be typed."""

    _name = "netvisor.connection.test"
    _description = "Netvisor connection test"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    works = fields.Boolean(readonly=True)
    findings = fields.Json(readonly=True)


class ResCompany(models.Model):
    _inherit = "res.company"

    def action_netvisor_test(self):
        """Ask Netvisor with readings that cannot change anything, and say in words what works."""
        self.ensure_one()
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only system administrators can test the connection."))
        findings = self._netvisor_probe()
        test = self.env["netvisor.connection.test"].create(
            {
                "company_id": self._netvisor_root().id,
                "works": not any(finding.level == "danger" for finding in findings),
                "findings": self._netvisor_findings_json(findings),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connection to Netvisor"),
            "res_model": "netvisor.connection.test",
            "res_id": test.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def _netvisor_findings_json(self, findings):
        """What the widget ``actionable_errors`` shows."""
        return {
            str(number): {"level": finding.level, "message": self._netvisor_finding_text(finding)}
            for number, finding in enumerate(findings)
        }

    def _netvisor_finding_text(self, finding):
        words = finding.words and self.env._("Netvisor: %(words)s", words=finding.words)
        return "\n".join(filter(None, (finding.text, finding.remedy, words)))
