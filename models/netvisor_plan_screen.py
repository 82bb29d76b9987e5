from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .netvisor_document import PRIORITY_BUTTON

# Accounts that the company sees, and what became of them. "Linked" is by key.
COUNT_ACCOUNTS = """
    SELECT plan.id,
           COUNT(*) FILTER (WHERE binding.netvisor_key != 0) AS linked,
           COUNT(*) FILTER (WHERE account.active AND COALESCE(binding.netvisor_key, 0) = 0) AS odoo_only,
           COUNT(*) FILTER (WHERE binding.conflict IS NOT NULL) AS conflict,
           COUNT(*) FILTER (WHERE document.state IN ('todo', 'claimed', 'sending', 'in_doubt')) AS waiting,
           COUNT(*) FILTER (WHERE document.state IN ('blocked', 'review', 'deleted')) AS problem
      FROM netvisor_plan plan
      JOIN account_analytic_account account ON account.root_plan_id = plan.plan_id
      JOIN res_company root ON root.id = plan.company_id
 LEFT JOIN res_company company ON company.id = account.company_id
 LEFT JOIN netvisor_binding binding ON binding.analytic_account_id = account.id AND binding.company_id = plan.company_id
           AND binding.kind = 'dimension_item'
 LEFT JOIN netvisor_document document ON document.binding_id = binding.id AND document.kind = 'dimension_item'
     WHERE plan.id IN %(ids)s AND plan.use = 'dimension'
       AND (company.id IS NULL OR company.parent_path LIKE root.parent_path || '%%')
  GROUP BY plan.id
"""
COUNT_ITEMS = """
    SELECT plan.id, COUNT(*) AS netvisor_only
      FROM netvisor_plan plan
      JOIN netvisor_dimension_item item ON item.dimension_id = plan.dimension_id AND item.active
     WHERE plan.id IN %(ids)s AND plan.use = 'dimension'
       AND NOT EXISTS (SELECT FROM netvisor_binding binding WHERE binding.dimension_item_id = item.id)
  GROUP BY plan.id
"""
COUNTS = ("linked", "odoo_only", "netvisor_only", "conflict", "waiting", "problem")


class NetvisorPlan(models.Model):
    """What the screen shows of a mapping: how far both sides agree, and the buttons."""

    _inherit = "netvisor.plan"

    linked_count = fields.Integer(compute="_compute_counts", string="Linked")
    odoo_only_count = fields.Integer(compute="_compute_counts", string="Only in Odoo")
    netvisor_only_count = fields.Integer(compute="_compute_counts", string="Only in Netvisor")
    conflict_count = fields.Integer(compute="_compute_counts", string="To be decided")
    waiting_count = fields.Integer(compute="_compute_counts", string="On the way")
    problem_count = fields.Integer(compute="_compute_counts", string="Refused")

    def _compute_counts(self):
        counts = self._read_counts()
        for plan in self:
            found = counts.get(plan._origin.id, {})
            for name in COUNTS:
                plan[f"{name}_count"] = found.get(name, 0)

    def _read_counts(self):
        """Two statements, whatever the number of rows. :return: dict id → dict name → number"""
        ids, counts = tuple(self._origin.ids), {}
        if not ids:
            return counts
        self.env.flush_all()
        for statement in (COUNT_ACCOUNTS, COUNT_ITEMS):
            for row in self.env.execute_query_dict(SQL(statement, ids=ids)):
                counts.setdefault(row.pop("id"), {}).update(row)
        return counts

    # --- buttons ------------------------------------------------------------------------------------------------------
    def _check_mapper(self):
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can map dimensions."))
        self.check_access("read")
        for company in self.company_id:
            if not company._netvisor_is_connected():
                raise UserError(self.env._("%(company)s is not connected to Netvisor.", company=company.name))

    def action_read_now(self):
        """Button *Read now*: the company's list of dimensions, and what follows from it."""
        self._check_mapper()
        company = self.company_id[:1] or self.env.company
        return self.env["netvisor.dimension"].with_company(company).action_read_again()

    def action_send_now(self):
        """Button *Send now*: what Odoo has and Netvisor has not, or has otherwise."""
        self._check_mapper()
        sending = self.filtered(lambda plan: plan._sends())
        if not sending:
            raise UserError(
                self.env._(
                    "Nothing is sent for %(plans)s. Choose the direction “From Odoo to Netvisor” or “Both ways” first.",
                    plans=", ".join(self.mapped("plan_id.name")),
                )
            )
        # A person asks: what was refused is tried again, too.
        documents = sending._links().document_ids.filtered(lambda document: document.state == "blocked")
        documents._retry(PRIORITY_BUTTON)
        for plan in sending.sudo():
            documents |= plan._sync(PRIORITY_BUTTON)
        if not documents:
            message = self.env._("Nothing to send: Netvisor has everything as it is in Odoo.")
            params = {"type": "success", "message": message}
            return {"type": "ir.actions.client", "tag": "display_notification", "params": params}
        return self.env["netvisor.engine"]._wait_for(documents)

    def action_conflicts(self):
        """What a person must decide about, each with one click each way."""
        self._check_mapper()
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("account_netvisor.netvisor_dimension_conflict_action")
        return {**action, "domain": self._conflict_domain(), "context": {}}

    def _conflict_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("analytic_account_id.root_plan_id", "=", self.plan_id.id),
            ("conflict", "!=", False),
        ]

    def _all_conflicts(self):
        self._check_mapper()
        return self.env["netvisor.binding"].search(Domain.OR(Domain(plan._conflict_domain()) for plan in self))

    def action_all_odoo(self):
        """Button: decide everything that is open as it is in Odoo."""
        return self._all_conflicts().action_use_odoo()

    def action_all_netvisor(self):
        return self._all_conflicts().action_use_netvisor()

    def action_linked(self):
        """The accounts and their items in Netvisor."""
        self._check_mapper()
        self.ensure_one()
        domain = self._accounts_domain() & Domain("netvisor_key", "!=", 0)
        return self._accounts_window(self.env._("Linked: %(plan)s", plan=self.plan_id.name), domain)

    def action_odoo_only(self):
        self._check_mapper()
        self.ensure_one()
        domain = self._accounts_domain() & Domain("netvisor_key", "=", False)
        return self._accounts_window(self.env._("Only in Odoo: %(plan)s", plan=self.plan_id.name), domain)

    def _accounts_window(self, name, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "account.analytic.account",
            "views": [(False, "list"), (False, "form")],
            "domain": list(domain),
            "context": {"default_plan_id": self.plan_id.id, "allowed_company_ids": self.company_id.ids},
        }

    def action_netvisor_only(self):
        self._check_mapper()
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("account_netvisor.netvisor_dimension_item_action")
        domain = [("dimension_id", "=", self.dimension_id.id), ("binding_ids", "=", False)]
        return {**action, "domain": domain, "context": {}}

    def action_documents(self):
        """What is on its way, and what Netvisor or we have refused."""
        self._check_mapper()
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("account_netvisor.netvisor_document_action")
        domain = [
            ("root_company_id", "=", self.company_id.id),
            ("kind", "=", "dimension_item"),
            ("binding_id.analytic_account_id.root_plan_id", "=", self.plan_id.id),
            ("state", "not in", ("done", "cancelled")),
        ]
        return {**action, "domain": domain, "context": {}}
