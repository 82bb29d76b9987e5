"""One pass over a mapped plan: its analytic accounts against the items of its dimension, both as they are known here.

It calls nobody. Links come first (by name, then by code, only where exactly one account and one item agree), so that nothing is
created twice; then what only Netvisor has is created in Odoo; then every link is compared, aspect by aspect; what is left goes
to Netvisor as documents. A score of statements and some per thousand records, whatever the number.
"""

from collections import defaultdict

from odoo import models

from .dimension_merge import ASPECTS, CONFLICT, RECEIVE, SEND, account_values, keys_of
from .netvisor_document import PRIORITY_MASTER, SENT

STUCK = ("blocked", "review", "deleted")
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}


class PlanSync:
    def __init__(self, plan):
        quiet = {**QUIET, "netvisor_receiving": plan.company_id.id}
        self.plan = plan.sudo().with_context(active_test=False, lang=plan._lang(), **quiet)
        self.env, self.company = self.plan.env, self.plan.company_id
        self.accounts = self.env["account.analytic.account"].search(self.plan._accounts_domain(), order="id")
        self.items = self.env["netvisor.dimension.item"]
        if self.plan.dimension_id:
            self.items = self.items.search([("dimension_id", "=", self.plan.dimension_id.id)], order="id")
        bindings = self.env["netvisor.binding"]._dimension_links(
            self.company, self.accounts | self.accounts.netvisor_parent_id, self.items
        )
        self.by_account = {row.analytic_account_id: row for row in bindings if row.analytic_account_id}
        self.by_item = {row.dimension_item_id: row for row in bindings if row.dimension_item_id}
        self.documents = {document.binding_id: document for document in bindings.document_ids}
        self.keys = {account.id: row.netvisor_key for account, row in self.by_account.items() if row.netvisor_key}
        self.conflicts = {}  # account → (code, item in question)
        self.parents = {account.id: account.netvisor_parent_id.id for account in self.accounts}
        self.to_send = []  # accounts
        self.received = {}  # account → what is told about it
        self.created = set()

    def run(self):
        """:return: the accounts that are to be sent"""
        linked = self._link()
        self._find_ambiguous()
        if self.plan._receives():
            self._create_accounts()
        self._compare()
        # Items are added to a dimension that exists; a new one comes with the first invoice, or is made in Netvisor (4.12).
        if self.plan._sends() and self.plan.dimension_id:
            self._find_unsent()
        self._write_conflicts()
        self._settle_documents(linked)
        accounts = self.env["account.analytic.account"]
        received = accounts.union(*self.received)
        # Other companies' Netvisors follow, as after any other edit.
        self.env["netvisor.kind.dimension_item"]._edited(received)
        received._message_log_batch({account.id: self.received[account] for account in received})
        return accounts.union(*self.to_send)

    # --- linking ------------------------------------------------------------------------------------------------------
    def _link(self):
        """Exactly one account and one item, round by round: what is in use and named alike before all else.

        :return: the bindings that are linked now
        """
        names = {account: keys_of(self.plan._item_text(account)) for account in self.accounts}
        rounds = (
            (names.get, lambda item: keys_of(item.name), True, True),
            (_account_keys, _item_keys, True, True),
            (_account_keys, _item_keys, False, True),
            (lambda account: keys_of(account.code), lambda item: keys_of(item.code), True, False),
        )
        pairs = []
        for account_keys, item_keys, in_use, named in rounds:
            found = self._link_round(account_keys, item_keys, in_use)
            # The parents' keys first: two trees that agree must not look different.
            self.keys |= {account.id: item.netvisor_key for account, item in found}
            pairs += [(account, item, named) for account, item in found]
        return self._write_links(pairs)

    def _free_accounts(self, in_use):
        return [account for account in self.accounts if account.id not in self.keys and (account.active or not in_use)]

    def _free_items(self, in_use):
        """An item whose account was deleted may be linked again; it is not created again."""
        taken = set(self.keys.values())
        return [
            item
            for item in self.items
            if item.netvisor_key not in taken
            and (item not in self.by_item or not self.by_item[item].analytic_account_id)
            and (item.active or (item.hidden and not in_use))
        ]

    def _link_round(self, account_keys, item_keys, in_use):
        accounts, items = defaultdict(list), defaultdict(list)
        for account in self._free_accounts(in_use):
            for key in account_keys(account):
                accounts[key].append(account)
        for item in self._free_items(in_use):
            for key in item_keys(item):
                items[key].append(item)
        done, pairs = set(), []
        for key in accounts.keys() & items.keys():
            pair = (*accounts[key], *items[key])
            if len(accounts[key]) == len(items[key]) == 1 and done.isdisjoint(pair):
                done.update(pair)
                pairs.append(pair)
        return pairs

    def _write_links(self, pairs):
        """:param pairs: triples of account, item and whether their names agree. :return: the bindings"""
        model = self.env["netvisor.binding"]
        left = [self.by_item[item] for _account, item, _named in pairs if item in self.by_item]
        model.union(*left)._dimension_unlink()
        model.flush_model()  # before another one takes the key under the unique index
        new, bindings = {}, []
        for account, item, named in pairs:
            ours = self.plan._aspects(account, item, self.keys)
            values = model._dimension_link_values(item, ours, self.plan.direction, named)
            binding = self.by_account.get(account)
            if binding:
                binding.write(values)
                bindings.append(binding)
                self.by_item[item] = binding
            else:
                new[account] = values
        return model.union(*bindings) | self._new_bindings(new)

    def _new_bindings(self, values_by_account):
        bindings = self.env["netvisor.binding"].create(
            [
                {"company_id": self.company.id, "kind": "dimension_item", "analytic_account_id": account.id, **values}
                for account, values in values_by_account.items()
            ]
        )
        self.by_account |= {row.analytic_account_id: row for row in bindings}
        self.by_item |= {row.dimension_item_id: row for row in bindings if row.dimension_item_id}
        return bindings

    def _find_ambiguous(self):
        """Accounts whose name an item has although they are not linked: to send them would make the item a second time."""
        free = set(self._free_items(in_use=False))
        by_key = defaultdict(list)
        for item in self.items:
            for key in _item_keys(item) if item.active or item.hidden else ():
                by_key[key].append(item)
        for account in self._free_accounts(in_use=True):
            keys = sorted(keys_of(self.plan._item_text(account)) | _account_keys(account))
            items = [item for key in keys for item in by_key.get(key, ())]
            unlinked = [item for item in items if item in free]
            if items:
                several = len(set(unlinked)) > 1
                self.conflicts[account] = ("two_items" if several else "two_accounts", (unlinked or items)[0])

    # --- what only Netvisor has -----------------------------------------------------------------------------------------
    def _create_accounts(self):
        """Of the company whose Netvisor has the item: shared accounts would turn up in other companies' Netvisor too."""
        in_question = {key for _code, item in self.conflicts.values() for key in _item_keys(item)}
        items = [
            item
            for item in self._free_items(in_use=True)
            if item not in self.by_item and _item_keys(item).isdisjoint(in_question)
        ]
        values = {"plan_id": self.plan.plan_id.id, "company_id": self.company.id}
        # In the source language: the name of a project is the same in all.
        accounts = (
            self.env["account.analytic.account"]
            .with_context(lang="en_US")
            .create([{**values, **account_values(item.name, item.code, item.label, None)} for item in items])
            .with_context(lang=self.env.context["lang"])
        )
        self.accounts |= accounts
        self.created = set(accounts)
        self.keys |= {account.id: item.netvisor_key for account, item in zip(accounts, items, strict=True)}
        links, model = {}, self.env["netvisor.binding"]
        for account, item in zip(accounts, items, strict=True):
            ours = {**self.plan._aspects(account, item, self.keys), "parent": 0}
            links[account] = model._dimension_link_values(item, ours, self.plan.direction)
        self._new_bindings(links)

    # --- what both have -------------------------------------------------------------------------------------------------
    def _compare(self):
        by_key = {key: account_id for account_id, key in self.keys.items()}
        for account in self.accounts:
            binding = self.by_account.get(account)
            if not binding or not binding.netvisor_key:
                continue
            item = binding.dimension_item_id
            if not item.active and not item.hidden:
                self.conflicts[account] = ("gone", item)
            elif item.dimension_id != self.plan.dimension_id:
                self.conflicts[account] = ("moved", item)
            else:
                self._compare_one(account, binding, item, by_key)

    def _compare_one(self, account, binding, item, by_key):
        ours, theirs = self.plan._aspects(account, item, self.keys), item._aspects()
        decisions = binding._decisions(self.plan.direction, ours, theirs)
        if decisions["parent"] == RECEIVE and self._makes_a_circle(account, by_key.get(theirs["parent"])):
            decisions["parent"] = CONFLICT
        received = [aspect for aspect in ASPECTS if decisions[aspect] == RECEIVE]
        pairs = binding._settled_pairs(decisions, ours, theirs)
        if received:
            values = self.plan._received_values(account, item, received, by_key)
            if account not in self.created:
                self.received[account] = self._told(ours, theirs, received, item)
            if "parent" in received:
                self.parents[account.id] = values["netvisor_parent_id"]
            account._netvisor_receive(values)
            now = self.plan._aspects(account, item, self.keys)
            # A parent that has no account (yet) is asked for again at the next reading.
            pairs |= {
                aspect: [now[aspect], theirs[aspect]]
                for aspect in received
                if aspect != "parent" or now[aspect] == theirs[aspect]
            }
        if pairs != binding.pairs:
            binding.pairs = pairs
        if SEND in decisions.values():
            self.to_send.append(account)
        if code := binding._conflict_code(decisions, ours, theirs):
            self.conflicts[account] = (code, item)

    def _makes_a_circle(self, account, parent_id):
        """Netvisor's tree is one, and so is Odoo's; a branch of each need not be."""
        while parent_id and parent_id != account.id:
            parent_id = self.parents.get(parent_id)
        return bool(parent_id)

    def _told(self, ours, theirs, received, item):
        """What somebody in Netvisor has done, for those who read the account's history."""
        words = []
        if "text" in received:
            words.append(self.env._("called %(name)s instead of %(old)s", name=theirs["text"], old=ours["text"]))
        if "active" in received:
            words.append(self.env._("shown") if theirs["active"] else self.env._("hidden"))
        if "parent" in received:
            parent = item.parent_id.name
            words.append(self.env._("below %(parent)s", parent=parent) if parent else self.env._("at the top"))
        return self.env._("As in Netvisor now: %(changes)s.", changes=", ".join(words))

    # --- what only Odoo has -----------------------------------------------------------------------------------------------
    def _find_unsent(self):
        read_at = self.env["netvisor.kind.dimension"]._read_at(self.company)
        for account in self._free_accounts(in_use=True):
            document = self.documents.get(self.by_account.get(account))
            if account in self.conflicts or self._waits_for_parent(account):
                continue
            if not document or document.state in ("todo", "cancelled"):
                self.to_send.append(account)
            elif document.state in SENT and read_at and document.sent_date and document.sent_date < read_at:
                self.conflicts[account] = ("not_listed", self.env["netvisor.dimension.item"])

    def _waits_for_parent(self, account):
        """Level by level: below an item that has its key. One that cannot be sent is a problem of those below it, too."""
        parent = account.netvisor_parent_id
        if not parent or not parent.active or parent.id in self.keys or parent in self.conflicts:
            return False
        document = self.documents.get(self.by_account.get(parent))
        return not document or document.state not in STUCK

    # --- kept ---------------------------------------------------------------------------------------------------------------
    def _write_conflicts(self):
        missing = {account: {} for account in self.conflicts if account not in self.by_account}
        self._new_bindings(missing)
        for account, binding in self.by_account.items():
            code, item = self.conflicts.get(account, (False, None))
            candidate = item if item and not binding.netvisor_key else self.env["netvisor.dimension.item"]
            if code and binding.conflict_left and binding.candidate_item_id == candidate:
                code = False
            if account not in self.accounts:
                continue
            if binding.conflict != code or binding.candidate_item_id != candidate:
                binding.write({"conflict": code, "candidate_item_id": candidate.id})

    def _settle_documents(self, bindings):
        """What was waiting to be sent is there already; what was sent has its key now."""
        for document in bindings.document_ids:
            binding = document.binding_id
            values = {"netvisor_key": binding.netvisor_key}
            if document.state in ("todo", "blocked", "cancelled", "deleted"):
                values |= {"state": "done", "next_try": False, "problems": False, "message": False, "code": False}
            document.write(values)


def _account_keys(account):
    return keys_of(account.name, account.code and f"{account.code} {account.name}")


def _item_keys(item):
    return keys_of(item.name, item.label)


class NetvisorPlan(models.Model):
    _inherit = "netvisor.plan"

    def _sync(self, priority=PRIORITY_MASTER):
        """Bring accounts and items together as the mapping says. :return: documents of what is to be sent"""
        documents = self.env["netvisor.document"].sudo()
        for plan in self.sudo().filtered(lambda row: row.use == "dimension"):
            accounts = PlanSync(plan).run()
            documents |= self.env["netvisor.kind.dimension_item"]._enqueue(plan.company_id, accounts, priority)
        return documents
