import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .netvisor_kind import Problem

# The order of attention, as one expression: the list sorts by it whatever its length, thanks to the index.
ATTENTION_SQL = (
    "CASE WHEN {state} IN ('blocked', 'review', 'changed', 'deleted') THEN '1' "
    "WHEN {state} IN ('todo', 'claimed', 'sending', 'in_doubt') THEN '2' ELSE '3' END"
)
ATTENTION_STATES = {
    "1": ("blocked", "review", "changed", "deleted"),
    "2": ("todo", "claimed", "sending", "in_doubt"),
    "3": ("done", "cancelled"),
}


class NetvisorDocument(models.Model):
    """What the screens of documents need beside the outbox itself."""

    _inherit = "netvisor.document"

    attention = fields.Selection(
        [("1", "For a person"), ("2", "Under way"), ("3", "Settled")],
        compute="_compute_attention",
        search="_search_attention",
    )
    partner_id = fields.Many2one(search="_search_partner_id")
    currency_id = fields.Many2one(related="move_id.currency_id")
    amount_total = fields.Monetary(related="move_id.amount_total_in_currency_signed", string="Total")
    invoice_date = fields.Date(related="move_id.invoice_date", string="Invoice date")
    call_count = fields.Integer(compute="_compute_call_count", string="Number of calls")
    can_retry = fields.Boolean(compute="_compute_can")
    can_check = fields.Boolean(compute="_compute_can")
    can_cancel = fields.Boolean(compute="_compute_can")
    can_settle = fields.Boolean(compute="_compute_can")
    priority_words = fields.Selection(
        [("10", "First"), ("20", "Master data"), ("50", "Normal"), ("90", "Later")],
        compute="_compute_can",
        string="Turn",
    )

    _attention_idx = models.Index(f"(({ATTENTION_SQL.format(state='state')}), id DESC)")

    @api.depends("state")
    def _compute_attention(self):
        attention = {state: key for key, states in ATTENTION_STATES.items() for state in states}
        for document in self:
            document.attention = attention.get(document.state)

    def _search_attention(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "in", [state for key in value for state in ATTENTION_STATES.get(key, ())])

    def _field_to_sql(self, alias, fname, query=None):
        if fname == "attention":
            self.flush_model(["state"])
            # Constants, no parameters: so PostgreSQL recognises the expression of the index.
            return SQL(ATTENTION_SQL.format(state="%(state)s"), state=SQL.identifier(alias, "state"))
        return super()._field_to_sql(alias, fname, query=query)

    def _search_partner_id(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        return Domain("move_id.commercial_partner_id", operator, value) | Domain(
            "binding_id.partner_id", operator, value
        )

    def _compute_call_count(self):
        rows = self.env["netvisor.call"]._read_group([("document_id", "in", self.ids)], ["document_id"], ["__count"])
        counts = {document.id: count for document, count in rows}
        for document in self:
            document.call_count = counts.get(document.id, 0)

    @api.depends("state", "netvisor_key", "priority")
    def _compute_can(self):
        """Which buttons make sense now. They check again."""
        known = dict(self._fields["priority_words"].selection)
        for document in self:
            document.can_retry = document.state in ("blocked", "todo", "in_doubt")
            document.can_check = document.state in ("done", "changed", "deleted")
            document.can_cancel = document.state in ("blocked", "todo") and not document.netvisor_key
            document.can_settle = document.state == "changed"
            document.priority_words = str(document.priority) if str(document.priority) in known else "50"

    # --- changed after sending: a person has corrected Netvisor by hand -----------------------------------------------
    def action_settle(self):
        """The difference is settled: what Odoo shows now is what later changes are compared with."""
        self._check_manager()
        changed = self.sudo().filtered("can_settle")
        if not changed:
            raise UserError(self.env._("Only documents that were changed after sending can be settled."))
        for document in changed:
            kind = self.env[f"netvisor.kind.{document.kind}"].sudo().with_company(document.root_company_id)
            verdict = kind._prepare(document)[document.id] if document.move_id else None
            document.write({"state": "done", "digest": getattr(verdict, "digest", False) or document.digest})
            if document.move_id:
                text = self.env._("%(user)s has corrected this invoice in Netvisor too.", user=self.env.user.name)
                document.move_id._message_log(body=text)
        changed.move_id._netvisor_forget()
        self._sync_activities()

    # --- never to be sent: a person's decision ------------------------------------------------------------------------
    def action_cancel_dialog(self):
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Do not send to Netvisor"),
            "res_model": "netvisor.cancel",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_document_ids": self.ids},
        }

    def _check_manager(self):
        self._check_sender()
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can decide this."))

    def _cancel_sending(self, reason):
        """One conditional statement, as when an invoice is reset to draft: what has left cannot be called back."""
        self._check_manager()
        self.flush_recordset()
        problem = Problem("not_to_be_sent", {"user": self.env.user.name, "reason": reason})
        cancelled = self.env.execute_query(
            SQL(
                """UPDATE netvisor_document
                      SET state = 'cancelled', next_try = NULL, message = NULL, code = NULL, problems = %s::jsonb
                    WHERE id IN %s AND state IN ('todo', 'claimed', 'blocked') AND COALESCE(netvisor_key, 0) = 0
                RETURNING id""",
                json.dumps([problem.as_json()]),
                tuple(self.ids),
            )
        )
        self.invalidate_recordset()
        self.move_id._netvisor_forget()
        if len(cancelled) < len(self):
            left = self - self.browse(row[0] for row in cancelled)
            raise UserError(
                self.env._(
                    "%(names)s can no longer be stopped: it is in Netvisor, or on its way there.",
                    names=", ".join(left.mapped("display_name")),
                )
            )
        self._sync_activities()
