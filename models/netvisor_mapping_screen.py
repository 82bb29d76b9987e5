"""What the screen of the mapping assistant shows above its list."""

from odoo import api, fields, models

from .netvisor_mapping_actions import FEED_OF
from .netvisor_mapping_kind import AGAINST, evidence_text, level


class NetvisorMapping(models.Model):
    _inherit = "netvisor.mapping"

    # Pairs (words, speaks for it) in the reader's language.
    evidence_words = fields.Json(string="Reasons", compute="_compute_evidence_words")
    level = fields.Selection(
        [("sure", "Sure"), ("likely", "Likely"), ("possible", "Possible"), ("weak", "Weak")], compute="_compute_level"
    )

    @api.depends("evidence")
    @api.depends_context("lang")
    def _compute_evidence_words(self):
        for row in self:
            row.evidence_words = self._evidence_words(row.evidence or ())

    @api.depends("confidence")
    def _compute_level(self):
        for row in self:
            row.level = level(row.confidence)

    @api.model
    def _evidence_words(self, evidence):
        return [[evidence_text(self.env, code, value), code not in AGAINST] for code, value in evidence]

    def action_open_record(self):
        """The record itself, where it can be changed by hand."""
        self._check_reader()
        self.ensure_one()
        record = self._record()
        return {
            "type": "ir.actions.act_window",
            "name": self.record_name,
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
            "context": {"active_test": False},
        }

    @api.model
    def netvisor_dashboard(self):
        """How far every kind is. :return: dict for the header of the list"""
        self._check_reader()
        root = self.env.company._netvisor_root()
        counts, labels = self._remaining_all(root), dict(self._fields["kind"]._description_selection(self.env))
        feeds = self.env["netvisor.feed"].sudo().search([("company_id", "=", root.id)])
        by_kind = {feed.kind: feed for feed in feeds}
        kinds = []
        for kind in self._kinds():
            proposals, feed = self._kind_model(root, kind), by_kind.get(FEED_OF.get(kind))
            kinds.append(
                {
                    "kind": kind,
                    "label": labels[kind],
                    **counts[kind],
                    "only_in_netvisor": proposals._only_in_netvisor(root),
                    "ready": proposals._ready(root),
                    "progress": feed.progress or "" if feed else "",
                    "problem": feed.message or "" if feed else "",
                }
            )
        return {
            "kinds": kinds,
            "connected": root._netvisor_is_connected(),
            "manager": self.env.user.has_group("account.group_account_manager"),
        }
