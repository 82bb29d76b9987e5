from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .dimension_merge import ASPECTS, CONFLICT, SAME, decide, first_parents
from .netvisor_document import IN_FLIGHT, PRIORITY_BUTTON

CONFLICTS = [
    ("name", "Named differently"),
    ("hidden", "Hidden in Netvisor, in use in Odoo"),
    ("archived", "Archived in Odoo, in use in Netvisor"),
    ("parent", "Below another item"),
    ("two_accounts", "Several accounts for one item"),
    ("two_items", "Several items of this name"),
    ("moved", "Moved to another plan"),
    ("gone", "No longer in Netvisor"),
    ("not_listed", "Sent, but not in Netvisor's list"),
]


class NetvisorBinding(models.Model):
    """The link between an analytic account and an item: by key, so that a new name on either side breaks nothing."""

    _inherit = "netvisor.binding"

    dimension_item_id = fields.Many2one("netvisor.dimension.item", string="Item in Netvisor", index="btree_not_null")
    # The item that a conflict is about, where the account is not linked to it.
    candidate_item_id = fields.Many2one("netvisor.dimension.item", string="Item in question")
    # Aspect → [ours, theirs] as both sides last were in order: ``dimension_merge.py``.
    pairs = fields.Json()
    conflict = fields.Selection(CONFLICTS, index="btree_not_null")
    conflict_left = fields.Boolean(help="A person has seen that several accounts have this name and left it so.")
    root_plan_id = fields.Many2one(related="analytic_account_id.root_plan_id", string="Plan")
    conflict_odoo = fields.Char(compute="_compute_conflict_sides", string="In Odoo")
    conflict_netvisor = fields.Char(compute="_compute_conflict_sides", string="In Netvisor")

    @api.depends("conflict", "analytic_account_id", "dimension_item_id", "candidate_item_id")
    @api.depends_context("lang")
    def _compute_conflict_sides(self):
        for binding in self:
            account, item = binding.analytic_account_id, binding.dimension_item_id or binding.candidate_item_id
            binding.conflict_odoo = binding.conflict_netvisor = False
            if not binding.conflict:
                continue
            ours, theirs = [account.display_name], [item.name]
            if account and not account.active:
                ours.append(self.env._("archived"))
            if item and not item.active:
                theirs.append(self.env._("hidden") if item.hidden else self.env._("no longer listed"))
            if other := (item.binding_ids.analytic_account_id - account)[:1]:
                theirs.append(self.env._("linked to %(account)s", account=other.display_name))
            if binding.conflict == "parent":
                ours.append(account.netvisor_parent_id.name or self.env._("at the top"))
                theirs.append(item.parent_id.name or self.env._("at the top"))
            if binding.conflict == "moved":
                ours.append(account.root_plan_id.name)
                theirs.append(item.dimension_id.name)
            binding.conflict_odoo = " · ".join(filter(None, ours))
            binding.conflict_netvisor = " · ".join(filter(None, theirs))

    @api.model
    def _dimension_links(self, company, accounts=None, items=None):
        """The links of these accounts or items in one company's Netvisor; all of them by default."""
        domain = Domain("company_id", "=", company.id) & Domain("kind", "=", "dimension_item")
        if accounts is not None or items is not None:
            domain &= Domain("analytic_account_id", "in", accounts.ids if accounts else []) | Domain(
                "dimension_item_id", "in", items.ids if items else []
            )
        return self.search(domain, order="id")

    # --- linking ----------------------------------------------------------------------------------------------------
    def _dimension_link_values(self, item, ours, direction, named=True):
        """Values of a link that is made now: what both sides are like today is in order, unless a person should see it.

        :param ours: dict aspect → value of the account's side
        :param named: the names agree but for case and code; False when only the code says that it is this item
        """
        theirs = item._aspects()
        pairs = {"parent": first_parents(direction, ours["parent"], theirs["parent"])}
        if named:
            pairs["text"] = [ours["text"], theirs["text"]]
        if ours["active"] == theirs["active"]:
            pairs["active"] = [ours["active"], theirs["active"]]
        return {
            "netvisor_key": item.netvisor_key,
            "dimension_item_id": item.id,
            "candidate_item_id": False,
            "name": item.name,
            "code": item.code,
            "pairs": pairs,
            "conflict": False,
            "conflict_left": False,
            "linked": True,
        }

    def _dimension_unlink(self):
        """The item and the account go separate ways; what was sent keeps its proof in the calls."""
        self.sudo().write(
            {
                "netvisor_key": False,
                "dimension_item_id": False,
                "pairs": False,
                "conflict": False,
                "conflict_left": False,
                "digest": False,
            }
        )
        documents = self.sudo().document_ids.filtered(lambda document: document.state not in (*IN_FLIGHT, "claimed"))
        documents.write({"state": "cancelled", "netvisor_key": False, "problems": False, "message": False})

    def _detach(self):
        """Without its account there is nothing to decide."""
        result = super()._detach()
        self.exists().sudo().filtered("conflict").write({"conflict": False, "candidate_item_id": False})
        return result

    # --- one click each way -------------------------------------------------------------------------------------------
    def _check_conflict(self):
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can decide about dimensions."))
        self.check_access("read")
        bindings = self.filtered("conflict")
        if not bindings:
            raise UserError(self.env._("There is nothing to decide here any more. Refresh the page."))
        return bindings.sudo()

    def action_use_odoo(self):
        """As it is in Odoo: sent to Netvisor, whatever the direction of the plan, because a person says so."""
        bindings, kind = self._check_conflict(), self.env["netvisor.kind.dimension_item"].sudo()
        documents = self.env["netvisor.document"].sudo()
        twins = bindings.filtered(lambda row: row.conflict in ("two_accounts", "two_items"))
        for binding in twins:
            binding._take_candidate()
        for binding in bindings.filtered(lambda row: row.conflict == "moved"):
            documents |= binding._leave_moved()
        bindings.filtered(lambda row: row.conflict == "gone")._dimension_unlink()
        # Who gets the item is decided here, not what it is called.
        for company, group in (bindings - twins).filtered("analytic_account_id").grouped("company_id").items():
            documents |= kind._enqueue(company, group.analytic_account_id, PRIORITY_BUTTON)
        bindings.write({"conflict": False})
        return self.env["netvisor.engine"]._wait_for(documents)

    def action_use_netvisor(self):
        """As it is in Netvisor: the account follows; where accounts share a name, nothing changes."""
        bindings = self._check_conflict()
        for company, group in bindings.grouped("company_id").items():
            sides = group.with_context(netvisor_receiving=company.id)._sides()
            for binding in group.with_context(netvisor_receiving=company.id):
                binding._follow_netvisor(*sides)
            kind = self.env["netvisor.kind.dimension_item"].sudo().with_context(netvisor_receiving=company.id)
            kind._edited(group.analytic_account_id)
        bindings.write({"conflict": False})
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _sides(self):
        """Read once for many of one company: mapping by plan, keys of the parents here, accounts of the parents there."""
        company = self.company_id[:1]
        plans = {
            plan.plan_id: plan for plan in self.env["netvisor.plan"].sudo().search([("company_id", "=", company.id)])
        }
        parents = self.analytic_account_id.netvisor_parent_id
        links = self._dimension_links(company, parents, self.dimension_item_id.parent_id)
        keys = {link.analytic_account_id.id: link.netvisor_key for link in links if link.netvisor_key}
        return plans, keys, {key: account_id for account_id, key in keys.items() if account_id}

    def _follow_netvisor(self, plans, keys, by_key):
        account, item = self.analytic_account_id, self.dimension_item_id
        if self.conflict in ("two_accounts", "two_items", "not_listed"):
            self.conflict_left = True
        elif self.conflict == "gone":
            account._netvisor_receive({"active": False})
            self._dimension_unlink()
        elif self.conflict == "moved":
            plan = self.env["netvisor.plan"].sudo()._of_dimension(item.dimension_id)
            if not plan:
                raise UserError(
                    self.env._("No plan is mapped to dimension %(name)s any more.", name=item.dimension_id.name)
                )
            account._netvisor_receive({"plan_id": plan.plan_id.id})
        else:
            self._receive_all(plans[account.root_plan_id], keys, by_key)

    def _take_candidate(self):
        """The item becomes this account's. Another account that had it is free again, and is shown."""
        self.ensure_one()
        item = self.candidate_item_id
        item.binding_ids._dimension_unlink()
        item.binding_ids.flush_recordset()  # before this one takes the key under the unique index
        plan = self.env["netvisor.plan"].sudo()._of_account(self.company_id, self.analytic_account_id)
        self.write(self._dimension_link_values(item, plan._aspects(self.analytic_account_id, item), plan.direction))

    def _leave_moved(self):
        """The account has left the plan: its old item is hidden, and it gets one in the other dimension.

        :return: the document that hides the old item
        """
        self.ensure_one()
        account = self.analytic_account_id
        self.analytic_account_id = False
        self.flush_recordset()
        kind = self.env["netvisor.kind.dimension_item"].sudo()
        kind._enqueue(self.company_id, account, PRIORITY_BUTTON)
        return kind._requeue_bindings(self, PRIORITY_BUTTON)

    def _receive_all(self, plan, keys, by_key):
        """Everything in which the two differ becomes as it is in Netvisor."""
        self.ensure_one()
        item = self.dimension_item_id
        account = self.analytic_account_id.with_context(lang=plan._lang())
        ours, theirs = plan._aspects(account, item, keys), item._aspects()
        wanted = [aspect for aspect in ASPECTS if ours[aspect] != theirs[aspect]]
        account._netvisor_receive(plan._received_values(account, item, wanted, by_key))
        if "parent" in wanted and account._has_cycle("netvisor_parent_id"):
            raise UserError(
                self.env._(
                    "%(account)s would stand below itself: in Odoo, %(parent)s is below it. Move that one first.",
                    account=account.display_name,
                    parent=account.netvisor_parent_id.display_name,
                )
            )
        ours = plan._aspects(account, item, keys)
        self.pairs = {aspect: [ours[aspect], theirs[aspect]] for aspect in ASPECTS}

    def _conflict_code(self, decisions, ours, theirs):
        """:param decisions: dict aspect → result of ``decide``. :return: code of the first conflict, or False"""
        open_aspects = [aspect for aspect in ASPECTS if decisions[aspect] == CONFLICT]
        if not open_aspects:
            return False
        if open_aspects[0] == "active":
            return "hidden" if ours["active"] and not theirs["active"] else "archived"
        return {"text": "name"}.get(open_aspects[0], open_aspects[0])

    def _decisions(self, direction, ours, theirs):
        """:return: dict aspect → what to do about it"""
        pairs = self.pairs or {}
        return {aspect: decide(direction, pairs.get(aspect), ours[aspect], theirs[aspect]) for aspect in ASPECTS}

    def _settled_pairs(self, decisions, ours, theirs):
        """The pairs with what both sides agree on now."""
        pairs = dict(self.pairs or {})
        pairs.update({aspect: [ours[aspect], theirs[aspect]] for aspect in ASPECTS if decisions[aspect] == SAME})
        return pairs
