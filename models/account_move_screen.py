from odoo import api, fields, models

from .account_move import READERS
from .netvisor_document import SENT

TOOLBAR = ("action_move_netvisor_send", "action_move_netvisor_check", "action_move_netvisor_retry")


class AccountMove(models.Model):
    """What the screens of invoices show of Netvisor. State and protocol are elsewhere."""

    _inherit = "account.move"

    netvisor_message = fields.Text(related="netvisor_document_id.message", string="Netvisor's words", groups=READERS)
    netvisor_remedy = fields.Text(related="netvisor_document_id.remedy", string="What to do", groups=READERS)
    netvisor_warning = fields.Text(related="netvisor_document_id.warning", string="Note", groups=READERS)
    netvisor_sent_date = fields.Datetime(related="netvisor_document_id.sent_date", string="Last sent", groups=READERS)
    # Without sudo: otherwise payloads could be searched through it by those who may not read them.
    netvisor_call_ids = fields.One2many(
        related="netvisor_document_id.call_ids", related_sudo=False, string="Calls to Netvisor", groups=READERS
    )
    netvisor_can_send = fields.Boolean(compute="_compute_netvisor_can")
    netvisor_can_retry = fields.Boolean(compute="_compute_netvisor_can")
    netvisor_can_check = fields.Boolean(compute="_compute_netvisor_can")

    @api.depends("state", "netvisor_is_exported", "netvisor_document_ids.state", "invoice_date", "date")
    def _compute_netvisor_can(self):
        """Which of the three buttons makes sense now. They check again."""
        for move in self:
            exported = move.state == "posted" and move.netvisor_is_exported
            state = move.sudo().netvisor_state if exported else False
            move.netvisor_can_send = exported and move._netvisor_is_sendable(state) and move._netvisor_may_send()
            move.netvisor_can_retry = state in ("blocked", "in_doubt", "todo")
            move.netvisor_can_check = state in (*SENT, "deleted")

    def _netvisor_is_sendable(self, state):
        """Whether *Send to Netvisor* would do something: a receipt in a journal of invoices is only a problem."""
        return state in (False, "cancelled", "deleted") and self.is_sale_document()

    def _get_alerts(self):
        alerts = super()._get_alerts()
        if self.netvisor_is_exported and self.state != "draft" and self.env.user.has_groups(READERS):
            document = self.netvisor_document_id
            if document and document.state != "cancelled":
                alerts |= document._netvisor_alerts()
        return alerts

    def button_draft(self):
        result = super().button_draft()
        documents = self.sudo().netvisor_document_ids
        if documents:
            documents._sync_activities()
        return result

    # --- nothing of this where nothing is connected ------------------------------------------------------------------
    @api.model
    def _netvisor_is_used(self):
        return bool(
            self.env["res.company"].sudo().search_count([("netvisor_mode", "not in", (False, "disabled"))], limit=1)
        )

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._netvisor_is_used())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in ("list", "search") and not self._netvisor_is_used():
            for node in arch.xpath("//*[starts-with(@name, 'netvisor_')]"):
                node.getparent().remove(node)
        return arch, view

    @api.model
    def get_views(self, views, options=None):
        result = super().get_views(views, options)
        if (options or {}).get("toolbar") and not self._netvisor_is_used():
            ours = {self.env["ir.model.data"]._xmlid_to_res_id(f"account_netvisor.{name}") for name in TOOLBAR}
            for view in result["views"].values():
                actions = view["toolbar"].get("action", [])
                view["toolbar"]["action"] = [action for action in actions if action["id"] not in ours]
        return result
