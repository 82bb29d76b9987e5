from psycopg2 import IntegrityError

from odoo import api, models
from odoo.tools import SQL

from .dimension_merge import SENDING
from .netvisor_document import IN_FLIGHT, PRIORITY_BUTTON, PRIORITY_MASTER, SENT

UNDER_WAY = (*IN_FLIGHT, "claimed")


class NetvisorKindDimensionItem(models.AbstractModel):
    """Which analytic accounts become documents, and when: by the reading, by an edit, by an invoice, by a button."""

    _inherit = "netvisor.kind.dimension_item"

    @api.model
    def _enqueue(self, company, accounts, priority=PRIORITY_MASTER):
        """Documents of these accounts, due now. What a person must mend first waits for that person's button.

        :return: netvisor.document
        """
        if not accounts:
            return self.env["netvisor.document"].sudo()
        return self._requeue_bindings(self._bindings(company, accounts), priority)

    @api.model
    def _bindings(self, company, accounts):
        """The links of these accounts, made when missing."""
        model = self.env["netvisor.binding"].sudo()
        known = model._dimension_links(company, accounts)
        missing = accounts - known.analytic_account_id
        values = {"company_id": company.id, "kind": "dimension_item"}
        return known | model.create(
            [{**values, "analytic_account_id": account.id, "name": account.name} for account in missing]
        )

    @api.model
    def _requeue_bindings(self, bindings, priority):
        model = self.env["netvisor.document"].sudo()
        known = model.search([("binding_id", "in", bindings.ids), ("kind", "=", "dimension_item")])
        made = model.create(
            [
                {
                    "name": binding.analytic_account_id.name or binding.name,
                    "company_id": binding.company_id.id,
                    "root_company_id": binding.company_id.id,
                    "kind": "dimension_item",
                    "binding_id": binding.id,
                    "priority": priority,
                    "uuid": self.env["netvisor.engine"]._new_uuid(),
                }
                for binding in bindings - known.binding_id
            ]
        )
        self._requeue(known, priority)
        (made | known)._wake(bindings.company_id)
        return made | known

    @api.model
    def _requeue(self, documents, priority):
        left = (*UNDER_WAY, "todo") if priority != PRIORITY_BUTTON else UNDER_WAY
        again = documents.filtered(
            lambda document: document.state not in left and (priority == PRIORITY_BUTTON or document.state != "blocked")
        )
        again.write(
            {
                "state": "todo",
                "next_try": False,
                "problems": False,
                "message": False,
                "code": False,
                "priority": priority,
            }
        )

    # --- an account was edited --------------------------------------------------------------------------------------------
    @api.model
    def _edited(self, accounts):
        """In every company whose Netvisor is to follow: new ones, and those that differ from what was sent."""
        plans = (
            self.env["netvisor.plan"]
            .sudo()
            .search(
                [
                    ("plan_id", "in", accounts.root_plan_id.ids),
                    ("use", "=", "dimension"),
                    ("dimension_id", "!=", False),
                    ("direction", "in", SENDING),
                ]
            )
        )
        source = self.env.context.get("netvisor_receiving")  # that company's Netvisor has said so itself
        for plan in plans:
            company = plan.company_id
            if company.id != source and company._netvisor_is_connected():
                own = accounts.sudo().with_context(lang=plan._lang()).filtered_domain(plan._accounts_domain())
                try:
                    with self.env.cr.savepoint():
                        self._enqueue_edited(plan, own)
                except IntegrityError:
                    # The company's job makes the same link at this very moment: the edit is the user's, and is kept.
                    company._netvisor_wake()

    @api.model
    def _enqueue_edited(self, plan, accounts):
        company = plan.company_id
        links = self.env["netvisor.binding"].sudo()._dimension_links(company, accounts | accounts.netvisor_parent_id)
        by_account = {link.analytic_account_id: link for link in links}
        keys = {account.id: link.netvisor_key for account, link in by_account.items()}
        new, changed = [], []
        for account in accounts:
            link = by_account.get(account)
            if not link or not link.netvisor_key:
                parent = account.netvisor_parent_id
                # Level by level: what stands below another follows when that one has its key.
                ready = not parent.active or keys.get(parent.id)
                if account.active and not (link and link.conflict) and ready:
                    new.append(account.id)
                continue
            ours = plan._aspects(account, link.dimension_item_id, keys)
            pairs = link.pairs or {}
            if any(aspect in pairs and ours[aspect] != pairs[aspect][0] for aspect in ours):
                changed.append(account.id)
        self._enqueue(company, accounts.browse(new + changed))
        # What was refused may be mended by this very edit.
        blocked = links.filtered(lambda link: link.analytic_account_id in accounts).document_ids
        blocked.filtered(lambda document: document.state == "blocked")._retry(PRIORITY_MASTER)

    @api.model
    def _deleted(self, bindings):
        """The accounts of these links are deleted: their items are hidden where Netvisor follows Odoo."""
        documents = self.env["netvisor.document"].sudo()
        for binding in bindings.filtered(lambda row: row.netvisor_key and row.dimension_item_id.active):
            plan = self.env["netvisor.plan"].sudo()._of_dimension(binding.dimension_item_id.dimension_id)
            if plan._sends() and plan.company_id == binding.company_id:
                documents |= self._requeue_bindings(binding, PRIORITY_MASTER)
        return documents

    # --- an invoice needs them ----------------------------------------------------------------------------------------------
    @api.model
    def _ensure(self, company, accounts):
        """What must be sent before a message that names these accounts: new items, and names that are on their way.

        An old name sent meanwhile would make Netvisor create the item a second time.

        :return: dict account → netvisor.document
        """
        plans = self.env["netvisor.plan"].sudo().search([("company_id", "=", company.id), ("use", "=", "dimension")])
        sending = {plan.plan_id for plan in plans if plan._sends() and plan.dimension_id}
        mapped = {plan.plan_id for plan in plans}
        accounts = accounts.sudo().filtered(lambda account: account.root_plan_id in mapped)
        if not accounts:
            return {}
        links = self.env["netvisor.binding"].sudo()._dimension_links(company, accounts)
        by_account = {link.analytic_account_id: link for link in links}
        needed = {}
        missing = accounts.browse()
        for account in accounts:
            link = by_account.get(account)
            document = link.document_ids[:1] if link else None
            if document and document.state in (*UNDER_WAY, "todo"):
                needed[account] = document
            elif account.root_plan_id in sending and self._is_new(account, link, document):
                missing |= account
        for document in self._enqueue(company, missing):
            needed[document.binding_id.analytic_account_id] = document
        return needed

    @api.model
    def _is_new(self, account, link, document):
        """Never sent, and neither in question nor refused."""
        if link and (link.netvisor_key or link.conflict or link.conflict_left):
            return False
        return account.active and not (document and document.state in SENT)

    @api.model
    def _needed_for(self, moves, company):
        """:return: dict move → netvisor.document that its lines' accounts need first. One statement without any."""
        if not moves or not self._has_dimensions(company):
            return {}
        self.env["account.move.line"].flush_model(["analytic_distribution"])
        rows = self.env.execute_query(
            SQL(
                r"""
                SELECT DISTINCT line.move_id, (regexp_matches(key.name, '\d+', 'g'))[1]::int
                  FROM account_move_line line, jsonb_object_keys(line.analytic_distribution) AS key(name)
                 WHERE line.move_id IN %s AND line.analytic_distribution IS NOT NULL
                """,
                tuple(moves.ids),
            )
        )
        accounts = self.env["account.analytic.account"].sudo().browse({account_id for _move_id, account_id in rows})
        needed = self._ensure(company, accounts.exists())
        result = {}
        for move_id, account_id in rows:
            document = needed.get(accounts.browse(account_id))
            if document:
                move = moves.browse(move_id)
                result[move] = result.get(move, document) | document
        return result

    @api.model
    def _has_dimensions(self, company):
        return bool(
            self.env["netvisor.plan"]
            .sudo()
            .search_count([("company_id", "=", company.id), ("use", "=", "dimension")], limit=1)
        )

    # --- a person asks --------------------------------------------------------------------------------------------------------
    @api.model
    def _send_now(self, accounts, company):
        """Changed or not, whatever the direction; what Netvisor no longer has is created anew. :return: netvisor.document"""
        bindings = self._bindings(company, accounts)
        gone = bindings.filtered(
            lambda row: row.dimension_item_id and not row.dimension_item_id.active and not row.dimension_item_id.hidden
        )
        gone._dimension_unlink()
        bindings.filtered(lambda row: row.conflict == "not_listed").conflict = False
        return self._requeue_bindings(bindings, PRIORITY_BUTTON)
