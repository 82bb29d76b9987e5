from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .netvisor_binding_dimension import CONFLICTS
from .netvisor_document import STATES

GROUPS = "account.group_account_invoice,account.group_account_readonly"
# What an item in Netvisor is made of.
SENT_FIELDS = frozenset(("name", "code", "active", "plan_id", "company_id", "netvisor_parent_id"))


class AccountAnalyticAccount(models.Model):
    _inherit = "account.analytic.account"

    # Netvisor's items are a tree. Why it is no tree of plans: ``netvisor_dimension.py``.
    netvisor_parent_id = fields.Many2one(
        "account.analytic.account",
        string="Parent in Netvisor",
        index="btree_not_null",
        ondelete="set null",
        domain="[('root_plan_id', '=', root_plan_id), ('id', '!=', id)]",
        help="The item of the same dimension below which this one stands in Netvisor.",
    )
    netvisor_follow_up_key = fields.Integer(
        string="Key of the follow-up object",
        company_dependent=True,
        copy=False,
        groups=GROUPS,
        help="Netvisor's key of this follow-up object (seurantakohde). Empty: vouchers name it by the account's name.",
    )
    netvisor_key = fields.Integer(
        string="Netvisor key",
        compute="_compute_netvisor_link",
        search="_search_netvisor_key",
        groups=GROUPS,
        aggregator=None,
        help="Netvisor's own number of this item, for the current company.",
    )
    netvisor_item_id = fields.Many2one(
        "netvisor.dimension.item", string="Item in Netvisor", compute="_compute_netvisor_link", groups=GROUPS
    )
    netvisor_state = fields.Selection(
        STATES,
        string="Netvisor",
        compute="_compute_netvisor_link",
        search="_search_netvisor_state",
        groups=GROUPS,
    )
    netvisor_problem = fields.Text(string="Netvisor problem", compute="_compute_netvisor_link", groups=GROUPS)
    netvisor_conflict = fields.Selection(
        CONFLICTS,
        string="To be decided",
        compute="_compute_netvisor_link",
        search="_search_netvisor_conflict",
        groups=GROUPS,
    )
    netvisor_conflict_odoo = fields.Char(string="In Odoo", compute="_compute_netvisor_link", groups=GROUPS)
    netvisor_conflict_netvisor = fields.Char(string="In Netvisor", compute="_compute_netvisor_link", groups=GROUPS)
    # What the plan is in the current company's Netvisor; False where nothing is mapped or connected.
    netvisor_use = fields.Char(compute="_compute_netvisor_use", groups=GROUPS)

    # --- shown --------------------------------------------------------------------------------------------------------
    @api.depends("root_plan_id")
    @api.depends_context("company")
    def _compute_netvisor_use(self):
        company = self.env.company
        uses = {}
        if company._netvisor_is_connected():
            plans = self.env["netvisor.plan"].sudo().search([("company_id", "=", company._netvisor_root().id)])
            uses = {plan.plan_id: plan.use for plan in plans}
        for account in self:
            account.netvisor_use = uses.get(account.root_plan_id, False)

    @api.depends_context("company", "lang")
    def _compute_netvisor_link(self):
        # sudo: what the page shows is guarded by the fields' groups
        bindings = self.env["netvisor.binding"].sudo()
        links = bindings._dimension_links(self.env.company._netvisor_root(), self._origin)
        by_account = {link.analytic_account_id.id: link for link in links}
        for account in self:
            link = by_account.get(account._origin.id, bindings)
            document = link.document_ids[:1]
            account.netvisor_key = link.netvisor_key
            account.netvisor_item_id = link.dimension_item_id.sudo(False)
            account.netvisor_state = document.state or ("done" if link.netvisor_key else False)
            words = self.env._("Netvisor: %(words)s", words=document.message) if document.message else ""
            account.netvisor_problem = "\n".join(filter(None, (document.problem, words, document.remedy))) or False
            account.netvisor_conflict = link.conflict
            account.netvisor_conflict_odoo = link.conflict_odoo
            account.netvisor_conflict_netvisor = link.conflict_netvisor

    @api.model
    def _netvisor_with_link(self, domain):
        """Accounts whose link of the current company satisfies ``domain``."""
        own = Domain("company_id", "=", self.env.company._netvisor_root().id) & Domain("kind", "=", "dimension_item")
        own &= Domain("analytic_account_id", "!=", False) & Domain(domain)
        query = self.env["netvisor.binding"].sudo()._search(own)
        return Domain("id", "in", query.subselect(SQL("analytic_account_id")))

    @api.model
    def _search_netvisor_key(self, operator, value):
        if operator != "in":
            return NotImplemented
        keys = [key for key in value if key]
        found = self._netvisor_with_link([("netvisor_key", "in", keys)]) if keys else Domain.FALSE
        if len(keys) < len(value):
            found |= ~self._netvisor_with_link([("netvisor_key", "!=", 0)])
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
            found = self._netvisor_with_link(domain)
        if len(states) < len(value):
            found |= ~self._netvisor_with_link(Domain("document_ids", "!=", False) | Domain("netvisor_key", "!=", 0))
        return found

    @api.model
    def _search_netvisor_conflict(self, operator, value):
        if operator != "in":
            return NotImplemented
        codes = [code for code in value if code]
        found = self._netvisor_with_link([("conflict", "in", codes)]) if codes else Domain.FALSE
        if len(codes) < len(value):
            found |= ~self._netvisor_with_link([("conflict", "!=", False)])
        return found

    # --- kept right ---------------------------------------------------------------------------------------------------
    @api.constrains("netvisor_parent_id", "plan_id")
    def _check_netvisor_parent_id(self):
        if self.env.context.get("netvisor_receiving"):
            return  # a reading writes thousands, one by one, and has looked itself
        if self._has_cycle("netvisor_parent_id"):
            raise ValidationError(self.env._("An item in Netvisor cannot stand below itself."))
        for account in self:
            parent = account.netvisor_parent_id
            if parent and parent.root_plan_id != account.root_plan_id:
                raise ValidationError(
                    self.env._(
                        "%(account)s cannot stand below %(parent)s in Netvisor: they are of different plans.",
                        account=account.display_name,
                        parent=parent.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._netvisor_edited()
        return accounts

    def write(self, vals):
        if vals.get("plan_id") and "netvisor_parent_id" not in vals:
            self._netvisor_leave_parents(vals["plan_id"])
        result = super().write(vals)
        if not SENT_FIELDS.isdisjoint(vals):
            self._netvisor_edited()
        return result

    def _netvisor_leave_parents(self, plan_id):
        """Trees are per dimension: an account that moves to another one takes neither parent nor children along."""
        root = self.env["account.analytic.plan"].browse(plan_id).root_id
        leaving = self.filtered(lambda account: account.root_plan_id != root)
        if leaving:
            # sudo: the tree is Netvisor's, whoever may move the account
            children = self.sudo().with_context(active_test=False).search([("netvisor_parent_id", "in", leaving.ids)])
            loose = (children - leaving) | leaving.sudo().filtered("netvisor_parent_id")
            loose.write({"netvisor_parent_id": False})

    def _netvisor_edited(self):
        """Netvisor follows where it is to. While a reading writes, it tells at the end, once, whom it concerns."""
        if self and not self.env.context.get("netvisor_receiving"):
            # sudo: whoever may edit an account need not see Netvisor's documents
            self.env["netvisor.kind.dimension_item"].sudo()._edited(self)

    def _netvisor_receive(self, values):
        """Take over what Netvisor says; the caller has switched off that it is sent back to where it came from."""
        if not values:
            return
        old, account = self.name, self.sudo()
        account.write(values)
        if "name" in values:
            # A name that nobody has translated is the same in the source language.
            source = account.with_context(lang="en_US")
            if source.name == old:
                source.name = values["name"]

    def unlink(self):
        # The item stays in Netvisor: the link outlives the account, so that no reading creates it anew.
        links = self.env["netvisor.binding"].sudo().search([("analytic_account_id", "in", self.ids)])
        links._detach()
        result = super().unlink()
        self.env["netvisor.kind.dimension_item"].sudo()._deleted(links.exists())
        return result

    # --- what a person may do -----------------------------------------------------------------------------------------
    def _netvisor_check_sender(self):
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only Invoicing users can send analytic accounts to Netvisor."))
        self.check_access("read")
        company = self.env.company
        if not company._netvisor_is_connected():
            raise UserError(
                self.env._(
                    "%(company)s is not connected to Netvisor. Connect it in the settings.", company=company.name
                )
            )
        return company._netvisor_root()

    def action_netvisor_send(self):
        """Send these items now, changed or not, whatever the direction of their plan."""
        company = self._netvisor_check_sender()
        plans = self.env["netvisor.plan"].sudo().search([("company_id", "=", company.id), ("use", "=", "dimension")])
        strangers = self.filtered(lambda account: account.root_plan_id not in plans.plan_id)
        if strangers:
            raise UserError(
                self.env._(
                    "Not sent to Netvisor as a dimension: %(plans)s. Map these plans under Configuration, Netvisor, Dimensions.",
                    plans=", ".join(strangers.root_plan_id.sudo().mapped("name")),
                )
            )
        documents = self.env["netvisor.kind.dimension_item"].sudo()._send_now(self.sudo(), company)
        return self.env["netvisor.engine"]._wait_for(documents)

    def _netvisor_conflicts(self):
        company = self._netvisor_check_sender()
        return self.env["netvisor.binding"]._dimension_links(company, self).filtered("conflict")

    def action_netvisor_use_odoo(self):
        return self._netvisor_conflicts().action_use_odoo()

    def action_netvisor_use_netvisor(self):
        return self._netvisor_conflicts().action_use_netvisor()
