from odoo import api, models

from ..netvisor.formats import shorten
from ..netvisor.sales_invoice import Dimension
from .dimension_merge import DIMENSION_LENGTH, ITEM_LENGTH, keys_of, shown, squeezed, too_long
from .netvisor_kind import NotReady
from .sales_invoice_dimensions import Target


class NetvisorPlan(models.Model):
    _inherit = "netvisor.plan"

    @api.model
    def _coding(self, root, accounts):
        """What analytic accounts are in Netvisor, for invoices and vouchers: linked by key, named as Netvisor names them now.

        Plans that are mapped to nothing are left out; plans that nobody has mapped go under their own names.

        :param accounts: analytic accounts, besides the defaults of the plans
        :return: (dict account id → Target, ids of the default accounts, ids of the accounts that Netvisor has)
        """
        plans = {plan.plan_id.id: plan for plan in self.sudo().search([("company_id", "=", root.id)])}
        defaults = [
            plan.default_account_id for plan in plans.values() if plan.use != "none" and plan.default_account_id
        ]
        # Names only, of accounts that the document itself names: no rule of the reader may change what is sent.
        lang = root.partner_id.lang or "en_US"
        accounts = accounts.sudo().with_company(root).with_context(lang=lang).union(*defaults).exists()
        links = self.env["netvisor.binding"].sudo()._dimension_links(root, accounts) if plans else ()
        items = {link.analytic_account_id.id: link.dimension_item_id for link in links if link.netvisor_key}
        targets, there = {}, set()
        for account in accounts:
            plan, item = plans.get(account.root_plan_id.id), items.get(account.id)
            if plan and item and item.dimension_id == plan.dimension_id and (item.active or item.hidden):
                there.add(account.id)
            else:
                item = None
            if target := self._target(account, plan, item):
                targets[account.id] = target
        return targets, [account.id for account in defaults], there

    @api.model
    def _target(self, account, plan, item):
        """:return: Target, None when Netvisor is not to hear of the account"""
        if not plan:
            return Target(squeezed(account.root_plan_id.name), squeezed(account.name))
        if plan.use == "none":
            return None
        if plan.use == "accountdimension":
            return Target(None, plan._item_text(account), account.netvisor_follow_up_key or None)
        return Target(plan._dimension_name(), item.name if item else plan._item_text(account))


class NetvisorKindSalesInvoice(models.AbstractModel):
    """Analytic distributions on invoice lines. How they are cut: ``sales_invoice_dimensions.py``."""

    _inherit = "netvisor.kind.sales_invoice"

    # --- once for the wave ------------------------------------------------------------------------------------------------
    @api.model
    def _warm_coding(self, wave, company, moves):
        ids = {
            int(part)
            for line in moves.line_ids
            for key in line.analytic_distribution or {}
            for part in str(key).split(",")
            if part.strip().isdigit()
        }
        ids.update(moves.journal_id.netvisor_analytic_account_ids.ids)
        root = self._root(moves[:1])
        accounts = self.env["account.analytic.account"].browse(ids)
        targets, defaults, there = self.env["netvisor.plan"]._coding(root, accounts)
        wave.coding[company.id] = self._without_follow_ups(root, targets)
        wave.default_items[company.id] = defaults
        if not root.netvisor_create_dimensions:
            self._find_missing(
                wave, company, root, {id_: target for id_, target in targets.items() if id_ not in there}
            )

    @api.model
    def _without_follow_ups(self, root, targets):
        """On an invoice line the follow-up object is a text for the buyer: only where the plan says so (4.5.1)."""
        if all(target.dimension for target in targets.values()):
            return targets
        domain = [("company_id", "=", root.id), ("use", "=", "accountdimension"), ("on_invoices", "=", True)]
        if self.env["netvisor.plan"].sudo().search_count(domain, limit=1):
            return targets
        return {id_: target for id_, target in targets.items() if target.dimension}

    @api.model
    def _find_missing(self, wave, company, root, targets):
        """Items that Netvisor does not have, found before sending: its own refusal names one at a time, if any (8.7)."""
        names = {(target.dimension, target.item) for target in targets.values() if target.dimension}
        if not names:
            return
        dimension = self._of("dimension")
        feed = dimension._feed(root)
        if not dimension._read_at(root):
            if not feed.message:  # refused: then Netvisor itself says what it misses
                self.env["netvisor.dimension"]._read_again(root)
                wave.not_ready[company.id] = NotReady(30)
            return
        items = (
            self.env["netvisor.dimension.item"]
            .sudo()
            .search([("company_id", "=", root.id), ("dimension_id.name", "in", [name for name, _item in names])])
        )
        known = {
            (key, name) for item in items for key in keys_of(item.dimension_id.name) for name in keys_of(item.name)
        }
        wave.missing_items[company.id] = {
            (name, item)
            for name, item in names
            if known.isdisjoint((key, text) for key in keys_of(name) for text in keys_of(item))
        }

    # --- one invoice ------------------------------------------------------------------------------------------------------
    @api.model
    def _default_items(self, draft):
        """The journal's before the company's: the first of each dimension counts."""
        company = draft.move.company_id.id
        return [*draft.move.journal_id.netvisor_analytic_account_ids.ids, *draft.wave.default_items.get(company, ())]

    @api.model
    def _accounts_by_name(self, draft):
        """:return: dict (dimension, item) as they are sent → Dimension that stays the same whatever they are called"""
        encoding, result = draft.root.netvisor_encoding, {}
        targets = draft.wave.coding.get(draft.move.company_id.id, {})
        for account_id in sorted(targets):
            target = targets[account_id]
            if target.dimension:
                names = (shorten(target.dimension, None, encoding), shorten(target.item, None, encoding))
                result.setdefault(names, Dimension("", str(account_id)))
        return result

    @api.model
    def _check_dimensions(self, draft, parts):
        """All items that Netvisor does not have, and all names that it does not take, at once."""
        used = dict.fromkeys(pair for part in parts for pair in part.dimensions)
        for name, item in used:
            if long := too_long(name, DIMENSION_LENGTH):
                draft.block("dimension_name_too_long", **long, plan=name)
            if long := too_long(item, ITEM_LENGTH):
                draft.block("dimension_item_too_long", **long, account=shown(item))
        missing = draft.wave.missing_items.get(draft.move.company_id.id, ())
        if names := [f"{name}: {item}" for name, item in used if (name, item) in missing]:
            draft.block("dimensions_missing", items=", ".join(names))
