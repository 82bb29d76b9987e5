from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .netvisor_document import PRIORITY_BUTTON, PRIORITY_MASTER, STATES

GROUPS = "account.group_account_invoice,account.group_account_readonly"
CODE_LENGTH = 50
# What a customer message is made of: a change may mend a customer that Netvisor or we have refused.
SENT_FIELDS = frozenset(
    (
        "name", "ref", "company_registry", "vat", "is_company", "street", "street2", "zip", "city",
        "country_id", "phone", "email", "website", "lang", "type", "active", "parent_id",
        "netvisor_customer_code", "netvisor_einvoice_address", "netvisor_operator_id", "netvisor_branch",
    )
)  # fmt: skip


class ResPartner(models.Model):
    _inherit = "res.partner"

    netvisor_customer_code = fields.Char(
        string="Netvisor customer code",
        copy=False,
        help="The code under which this customer is found or created in Netvisor. "
        "Empty: Netvisor gives the next number.",
    )
    # False when the current company has no connection: then nothing of this is shown.
    netvisor_code_source = fields.Char(compute="_compute_netvisor_code_source", groups=GROUPS)
    netvisor_key = fields.Integer(
        string="Netvisor key",
        compute="_compute_netvisor_link",
        search="_search_netvisor_key",
        groups=GROUPS,
        aggregator=None,
        help="Netvisor's own number of this customer, for the current company.",
    )
    netvisor_state = fields.Selection(
        STATES,
        string="Netvisor",
        compute="_compute_netvisor_link",
        search="_search_netvisor_state",
        groups=GROUPS,
    )
    netvisor_problem = fields.Text(string="Netvisor problem", compute="_compute_netvisor_link", groups=GROUPS)

    # --- shown ------------------------------------------------------------------------------------------------------
    @api.depends_context("company")
    def _compute_netvisor_code_source(self):
        company = self.env.company
        source = company._netvisor_is_connected() and company._netvisor_root().sudo().netvisor_customer_code_source
        self.netvisor_code_source = source or False

    @api.depends("commercial_partner_id", "netvisor_branch")
    @api.depends_context("company", "lang")
    def _compute_netvisor_link(self):
        """One link per connected company and commercial partner; contacts show that of their company."""
        customers = {partner: partner._netvisor_customer()._origin.id for partner in self}
        # sudo: what the page shows is guarded by the fields' groups
        bindings = self.env["netvisor.binding"].sudo().search(self._netvisor_domain(list(customers.values())))
        by_partner = {binding.partner_id.id: binding for binding in bindings}
        for partner in self:
            binding = by_partner.get(customers[partner])
            document = binding.document_ids[:1] if binding else None
            partner.netvisor_key = binding.netvisor_key or document.netvisor_key if binding else 0
            partner.netvisor_state = document.state if document else ("done" if partner.netvisor_key else False)
            partner.netvisor_problem = partner._netvisor_problem_text(document) if document else False

    def _netvisor_problem_text(self, document):
        words = self.env._("Netvisor: %(words)s", words=document.message) if document.message else ""
        return "\n".join(filter(None, (document.problem, words, document.remedy))) or False

    @api.model
    def _netvisor_domain(self, partner_ids=None):
        """The customer links of the current company's connection."""
        domain = [
            ("company_id", "=", self.env.company._netvisor_root().id),
            ("kind", "=", "customer"),
        ]
        return domain + ([("partner_id", "in", partner_ids)] if partner_ids is not None else [])

    @api.model
    def _netvisor_search_links(self, domain):
        """Contacts whose link of the current company satisfies ``domain``; branches by the customer that they use."""
        query = self.env["netvisor.binding"].sudo()._search(Domain(self._netvisor_domain()) & Domain(domain))
        linked = query.subselect(SQL("partner_id"))
        branch = Domain("commercial_partner_id.netvisor_branch", "=", "parent")
        branch &= Domain("commercial_partner_id.parent_id", "!=", False)
        head = Domain("commercial_partner_id.parent_id.commercial_partner_id", "in", linked)
        return (~branch & Domain("commercial_partner_id", "in", linked)) | (branch & head)

    @api.model
    def _search_netvisor_key(self, operator, value):
        if operator != "in":
            return NotImplemented
        keys = [key for key in value if key]
        found = self._netvisor_search_links([("netvisor_key", "in", keys)]) if keys else Domain.FALSE
        if len(keys) < len(value):
            linked = self._netvisor_search_links([("netvisor_key", "!=", 0), ("partner_id", "!=", False)])
            found |= ~linked
        return found

    @api.model
    def _search_netvisor_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = [state for state in value if state]
        found = Domain.FALSE
        if states:
            domain = Domain("document_ids", "any", [("state", "in", states)])
            if "done" in states:
                domain |= Domain("document_ids", "=", False) & Domain("netvisor_key", "!=", 0)
            found = self._netvisor_search_links(domain)
        if len(states) < len(value):
            known = Domain("document_ids", "!=", False) | Domain("netvisor_key", "!=", 0)
            found |= ~self._netvisor_search_links(known & Domain("partner_id", "!=", False))
        return found

    # --- kept clean -------------------------------------------------------------------------------------------------
    @api.model
    def _commercial_fields(self):
        return [*super()._commercial_fields(), "netvisor_customer_code"]

    @api.constrains("netvisor_customer_code")
    def _check_netvisor_customer_code(self):
        for partner in self:
            if len(partner.netvisor_customer_code or "") > CODE_LENGTH:
                raise ValidationError(
                    self.env._(
                        "%(contact)s: a customer code has at most %(limit)s characters.",
                        contact=partner.display_name,
                        limit=CODE_LENGTH,
                    )
                )

    @api.model
    def _netvisor_clean(self, vals):
        """Pasted values carry spaces."""
        if isinstance(vals.get("netvisor_customer_code"), str):
            return {**vals, "netvisor_customer_code": vals["netvisor_customer_code"].strip()}
        return vals

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._netvisor_clean(vals) for vals in vals_list])

    def write(self, vals):
        result = super().write(self._netvisor_clean(vals))
        if not SENT_FIELDS.isdisjoint(vals):
            self._netvisor_mended()
        return result

    def _netvisor_mended(self):
        """What waited for this contact's data is due again. Nothing else is sent here: the next invoice compares."""
        if not self:
            return
        # sudo: whoever may correct a contact need not see Netvisor's documents
        blocked = (
            self.env["netvisor.document"]
            .sudo()
            .search(
                [
                    ("kind", "=", "customer"),
                    ("state", "=", "blocked"),
                    ("binding_id.partner_id", "in", (self | self.commercial_partner_id).ids),
                ]
            )
        )
        if blocked:
            blocked._retry(priority=PRIORITY_MASTER)

    def unlink(self):
        # The customer stays in Netvisor: the link outlives the contact, as the proof of what was sent.
        self.env["netvisor.binding"].sudo().search([("partner_id", "in", self.ids)])._detach()
        return super().unlink()

    # --- what a person may do ---------------------------------------------------------------------------------------
    def _netvisor_check_sender(self):
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only Invoicing users can send contacts to Netvisor."))
        self.check_access("read")

    def action_netvisor_send(self):
        """Send these customers now, changed or not. New ones are looked for in Netvisor first."""
        self._netvisor_check_sender()
        company = self.env.company
        if not company._netvisor_is_connected():
            raise UserError(
                self.env._(
                    "%(company)s is not connected to Netvisor. Connect it in the settings.",
                    company=company.name,
                )
            )
        documents = self.env["netvisor.kind.customer"]._send_now(self, company, PRIORITY_BUTTON)
        return self.env["netvisor.engine"]._wait_for(documents)
