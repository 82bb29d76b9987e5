from odoo import models

from .netvisor_kind import Problem

ON_THEIR_WAY = ("claimed", "sending", "in_doubt", "review")


class BasePartnerMergeAutomaticWizard(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """Two contacts become one, but Netvisor keeps both customers: the link must survive, and a person must know.

    Odoo's wizard would move both links to the same contact, which their unique index forbids.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._netvisor_merge(src_partners, dst_partner)
        self._netvisor_merge_mappings(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _netvisor_merge(self, src_partners, dst_partner):
        """One link per company is left, that of a customer which Netvisor has. The others keep their keys as history."""
        partners = src_partners | dst_partner
        # sudo: the links of all companies, also of those that this user does not see
        bindings = (
            self.env["netvisor.binding"].sudo().search([("partner_id", "in", partners.ids)], order="company_id, id")
        )
        told = []
        for (_company, _kind), group in bindings.grouped(lambda row: (row.company_id, row.kind)).items():
            if group.partner_id == dst_partner:
                continue
            kept = max(group, key=lambda row: self._netvisor_rank(row, dst_partner))
            unused = group - kept
            self._netvisor_stop_waiting(unused, dst_partner)
            unused._retire(dst_partner, "merged")
            unused.flush_recordset()  # before the other takes its place under the unique index
            kept.partner_id = dst_partner
            told += [self._netvisor_tell(kept, binding, dst_partner) for binding in unused if binding.netvisor_key]
        bindings.flush_recordset()
        if told:
            self.env.user._bus_send(
                "simple_notification",
                {"type": "warning", "sticky": True, "title": self.env._("Netvisor"), "message": "\n".join(told)},
            )

    def _netvisor_stop_waiting(self, unused, dst_partner):
        """What has not left is sent for the contact that is left. What is on its way is settled by its own look-up."""
        waiting = unused.document_ids.filtered(
            lambda document: (
                document.state in ("todo", "blocked") or (document.state == "review" and not document.sent_date)
            )
        )
        for document in waiting:
            document._block([Problem("partner_merged", {"contact": dst_partner.display_name})])
            document.state = "cancelled"

    def _netvisor_merge_mappings(self, src_partners, dst_partner):
        """One row of the mapping assistant per company: the destination's own, or else one on which somebody has decided."""
        rows = self.env["netvisor.mapping"].sudo().with_context(active_test=False)
        rows = rows.search([("partner_id", "in", (src_partners | dst_partner).ids)])
        for group in rows.grouped("company_id").values():
            kept = max(group, key=lambda row: (row.partner_id == dst_partner, row.state != "open", -row.id))
            (group - kept).unlink()
            kept.partner_id = dst_partner
        rows.exists().flush_recordset()

    def _netvisor_rank(self, binding, dst_partner):
        """What Netvisor has comes before what is on its way there, and that before what never left."""
        states = set(binding.document_ids.mapped("state"))
        return (
            bool(binding.netvisor_key) and "deleted" not in states,
            bool(binding.netvisor_key),
            not states.isdisjoint(ON_THEIR_WAY),
            binding.partner_id == dst_partner,
            -binding.id,
        )

    def _netvisor_tell(self, kept, unused, dst_partner):
        """:return: the text, which is kept on the contact too"""
        text = self.env._(
            "%(company)s: this contact is now customer %(kept)s in Netvisor. Customer %(unused)s there, "
            "formerly %(name)s, is no longer used by Odoo: move its open items or deactivate it in Netvisor.",
            company=kept.company_id.name,
            kept=kept.code or kept.netvisor_key or self.env._("(not there yet)"),
            unused=unused.code or unused.netvisor_key,
            name=unused.name or "",
        )
        dst_partner._message_log(body=text)
        return text

    def _netvisor_tell_late(self, unused):
        """The customer was on its way to Netvisor while its contact was merged; now it is there, and nobody uses it."""
        partner = unused.former_partner_id
        kept = (
            self.env["netvisor.binding"]
            .sudo()
            .search(partner.with_company(unused.company_id)._netvisor_domain(partner.ids))
        )
        if kept:
            self._netvisor_tell(kept, unused, partner)
