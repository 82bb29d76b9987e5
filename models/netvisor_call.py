from datetime import timedelta

from odoo import api, fields, models


class NetvisorCall(models.Model):
    """One row per HTTP call, for support and for proof. Secrets never reach it; payloads are for administrators."""

    _name = "netvisor.call"
    _description = "Netvisor call"
    _order = "id desc"
    _rec_name = "resource"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade", readonly=True)
    document_id = fields.Many2one("netvisor.document", index="btree_not_null", ondelete="cascade", readonly=True)
    resource = fields.Char(readonly=True)
    url = fields.Char(readonly=True)
    started = fields.Datetime(index=True, readonly=True)
    duration_ms = fields.Integer(string="Duration (ms)", readonly=True, aggregator="avg")
    transaction_id = fields.Char(readonly=True)
    outcome = fields.Selection(
        [
            ("ok", "Accepted"),
            ("duplicate", "Already there"),
            ("rejected", "Refused"),
            ("config", "Settings or rights"),
            ("busy", "Service break"),
            ("not_sent", "Not sent"),
            ("unknown", "Answer lost"),
        ],
        readonly=True,
    )
    code = fields.Char(string="Netvisor code", readonly=True)
    http_status = fields.Integer(string="HTTP status", readonly=True, aggregator=None)
    message = fields.Char(string="Netvisor's words", readonly=True)
    request = fields.Text(groups="base.group_system", readonly=True)
    answer = fields.Text(groups="base.group_system", readonly=True)

    @api.autovacuum
    def _gc_calls(self):
        """Prune by age: payloads hold personal data, so they go first; the proof of what happened stays longer."""
        get = self.env["ir.config_parameter"].sudo().get_param
        now = fields.Datetime.now()
        payload_days = int(get("account_netvisor.payload_days", 30))
        call_days = int(get("account_netvisor.call_days", 400))
        self.env.cr.execute(
            "UPDATE netvisor_call SET request = NULL, answer = NULL WHERE started < %s"
            " AND (request IS NOT NULL OR answer IS NOT NULL)",
            [now - timedelta(days=payload_days)],
        )
        self.env.cr.execute("DELETE FROM netvisor_call WHERE started < %s", [now - timedelta(days=call_days)])
        self.invalidate_model()
