from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .kind_customer_match import TEMPORARY_CODE
from .netvisor_mapping_kind import Proposal

CERTAIN = 100


class NetvisorMappingCustomer(models.AbstractModel):
    """Contacts that buy → customers in Netvisor. How they are compared: ``customer_match.py``."""

    _name = "netvisor.mapping.customer"
    _inherit = ["netvisor.mapping.kind"]
    _description = "Netvisor: proposals for customers"
    _mapped_model = "res.partner"
    _mapped_field = "partner_id"

    @api.model
    def _kind(self):
        return self.env["netvisor.kind.customer"].sudo()

    @api.model
    def _records(self, company):
        """Customers by Odoo's own count, by invoices in these books, by a code or link of Netvisor. Branches that use their
        head office's customer need none of their own."""
        for name in ("res.partner", "account.move", "netvisor.binding"):
            self.env[name].flush_model()
        companies = self._companies(company)
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.id
                     FROM res_partner partner
                    WHERE partner.active AND partner.commercial_partner_id = partner.id
                      AND (partner.parent_id IS NULL OR partner.netvisor_branch IS DISTINCT FROM 'parent')
                      AND (partner.company_id IS NULL OR partner.company_id IN %(companies)s)
                      AND (partner.customer_rank > 0
                           OR COALESCE(partner.netvisor_customer_code, '') != ''
                           OR partner.id IN (%(invoiced)s)
                           OR partner.id IN (SELECT partner_id FROM netvisor_binding
                                              WHERE company_id = %(company)s AND kind = 'customer'
                                                AND partner_id IS NOT NULL AND netvisor_key != 0))
                    ORDER BY partner.id""",
                companies=companies,
                company=company.id,
                invoiced=self._invoiced(companies),
            )
        )
        return self.env["res.partner"].browse(row[0] for row in rows)

    @api.model
    def _companies(self, company):
        # sudo: which branches there are; whoever asks has been checked
        return tuple(self.env["res.company"].sudo().search([("id", "child_of", company.id)]).ids)

    @api.model
    def _invoiced(self, companies):
        return SQL(
            """SELECT commercial_partner_id FROM account_move
                WHERE company_id IN %s AND move_type IN ('out_invoice', 'out_refund')
                  AND commercial_partner_id IS NOT NULL""",
            companies,
        )

    @api.model
    def _used(self, records, company):
        """Those with invoices in these books: the others may be another company's customers."""
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT * FROM (%s) moves", self._invoiced(self._companies(company)))
        )
        invoiced = {row[0] for row in rows}
        return records.filtered(lambda partner: partner.id in invoiced) if invoiced else None

    @api.model
    def _current(self, records, company):
        links = {partner_id: key for key, partner_id in self._kind()._links(company).items()}
        if not links:
            return {}
        mirror = self.env["netvisor.customer"].sudo().with_context(active_test=False)
        cards = mirror.search_fetch(
            [("company_id", "=", company.id), ("netvisor_key", "in", list(links.values()))],
            ["netvisor_key", "code", "name"],
        )
        known = {card.netvisor_key: (card.code or "", card.name or "") for card in cards}
        current = {}
        for record in records:
            if key := links.get(record.id):
                code, name = known.get(key) or ("", "")
                current[record] = Proposal(code or str(key), name, key, CERTAIN)
        return current

    @api.model
    def _propose(self, records, company):
        return self._kind()._propose_links(records, company) if self._ready(company) else {}

    @api.model
    def _choices(self, record, company, text="", limit=20):
        """By name, code, business id or town; what fits by itself comes first."""
        proposals = self._kind()._propose_links(record, company, again=True).get(record, [])
        if not text:
            return proposals[:limit]
        known = {proposal.key: proposal for proposal in proposals}
        mirror = self.env["netvisor.customer"].sudo()
        columns = ("name", "code", "business_id", "city")
        domain = [("company_id", "=", company.id), ("code", "!=", TEMPORARY_CODE), *["|"] * (len(columns) - 1)]
        cards = mirror.search([*domain, *((column, "ilike", text) for column in columns)], limit=limit)
        found = [
            known.get(card.netvisor_key)
            or Proposal(card.code or str(card.netvisor_key), card.name or "", card.netvisor_key)
            for card in cards
        ]
        return sorted(found, key=lambda choice: (choice.code.casefold() != text.casefold(), -choice.confidence))

    @api.model
    def _accept(self, pairs, company):
        self._kind()._link([(record, proposal.key) for record, proposal in pairs], company)

    @api.model
    def _forget(self, records, company):
        self._kind()._unlink_partners(records, company)

    @api.model
    def _only_in_netvisor(self, company):
        links = self._kind()._links(company)
        domain = [("company_id", "=", company.id), ("code", "!=", TEMPORARY_CODE)]
        return self.env["netvisor.customer"].sudo().search_count([*domain, ("netvisor_key", "not in", list(links))])

    @api.model
    def _ready(self, company):
        domain = [("company_id", "=", company.id)]
        return bool(self.env["netvisor.customer"].sudo().with_context(active_test=False).search(domain, limit=1))


class NetvisorMapping(models.Model):
    _inherit = "netvisor.mapping"

    def action_compare(self):
        """A contact and the customers that it could be, side by side: to link, to merge, to create."""
        self.ensure_one()
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only Invoicing users can link contacts to customers in Netvisor."))
        self.check_access("read")
        if self.kind != "customer":
            raise UserError(self.env._("Only contacts are compared with customers."))
        return self.env["netvisor.customer.choice"]._open(self.partner_id, self.company_id)

    @api.model
    def _customer_decided(self, partner, company):
        """A person has decided on a contact elsewhere: its row, if it has one, says so and can be undone."""
        rows = self.sudo().search([("company_id", "=", company.id), ("partner_id", "=", partner.id)])
        if not rows:
            return
        self._refresh(company, "customer", partner)
        chosen = [["chosen", self.env.user.name]]
        rows.filtered(lambda row: row.state == "mapped").write({"state": "accepted", "evidence": chosen})
