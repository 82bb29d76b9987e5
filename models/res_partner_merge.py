from odoo import models

from .netvisor_kind import Problem

UNDER_WAY = ("claimed", "sending", "in_doubt", "review")


class BasePartnerMergeAutomaticWizard(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """Two contacts become one, but Netvisor keeps both customers: the link must survive, and a person must know.

    Odoo's wizard would move both links to the same contact, which their unique index forbids.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._netvisor_merge(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _netvisor_merge(self, src_partners, dst_partner):
        partners = src_partners | dst_partner
        # sudo: the links of all companies, also of those that this user does not see
        bindings = (
            self.env["netvisor.binding"].sudo().search([("partner_id", "in", partners.ids)], order="company_id, id")
        )
        for (_company, _kind), group in bindings.grouped(lambda row: (row.company_id, row.kind)).items():
            if group.partner_id == dst_partner:
                continue
            kept = max(group, key=lambda row: self._netvisor_rank(row, dst_partner))
            unused = group - kept
            for document in unused.document_ids:
                if document.state in ("todo", "blocked"):
                    document._block([Problem("partner_merged", {"contact": dst_partner.display_name})])
                    document.state = "cancelled"
            unused.partner_id = False
            unused.flush_recordset()  # before the other takes its place under the unique index
            kept.partner_id = dst_partner
            self._netvisor_tell(kept, unused.filtered("netvisor_key"), dst_partner)
        bindings.flush_recordset()

    def _netvisor_rank(self, binding, dst_partner):
        """What Netvisor has comes before what is on its way there, and that before what never left."""
        on_its_way = any(document.state in UNDER_WAY for document in binding.document_ids)
        return (
            bool(binding.netvisor_key),
            on_its_way,
            binding.partner_id == dst_partner,
            -binding.id,
        )

    def _netvisor_tell(self, kept, unused, dst_partner):
        for binding in unused:
            dst_partner._message_log(
                body=self.env._(
                    "%(company)s: this contact is now customer %(kept)s in Netvisor. Customer %(unused)s there, "
                    "formerly %(name)s, is no longer used by Odoo: move its open items or deactivate it in Netvisor.",
                    company=kept.company_id.name,
                    kept=kept.code or kept.netvisor_key,
                    unused=binding.code or binding.netvisor_key,
                    name=binding.name or "",
                )
            )
