from dataclasses import replace

from odoo import api, fields, models
from odoo.tools import SQL

from ..netvisor import dimension as wire
from ..netvisor.values import digest
from .dimension_merge import (
    ASPECTS,
    CODE_LENGTH,
    DIMENSION_LENGTH,
    ITEM_LENGTH,
    SAME,
    SEND,
    keys_of,
    shown,
    squeezed,
    too_long,
)
from .netvisor_document import PRIORITY_BUTTON, PRIORITY_MASTER
from .netvisor_kind import Blocked, Candidate, LookUp, NotReady, Prepared, Problem, Skipped

# A new name and hiding are no "edit" to the engine: repeated after a lost answer under the old name, which Netvisor may know
# no more, they would be refused. They are looked up like everything else.
ADD, CHANGE = "add", "change"


class NetvisorKindDimensionItem(models.AbstractModel):
    """An analytic account and its item in a dimension. Which accounts are sent: ``kind_dimension_enqueue.py``.

    Netvisor takes items by name and answers without a key (4.12). So the list is read before sending (is it there already, what
    is it called now) and after it (which key did it get), once for many.
    """

    _name = "netvisor.kind.dimension_item"
    _inherit = ["netvisor.kind"]
    _description = "Netvisor: dimension items"
    _finds_first = True

    # --- before the wave ------------------------------------------------------------------------------------------------
    @api.model
    def _requirements(self, documents):
        """The item above first."""
        needs = {}
        for company, group in documents.grouped("root_company_id").items():
            fathers = group.binding_id.analytic_account_id.netvisor_parent_id
            needed = self._ensure(company, fathers)
            for document in group:
                father = document.binding_id.analytic_account_id.netvisor_parent_id
                if father in needed:
                    needs[document] = needed[father]
        return needs

    @api.model
    def _for(self, company):
        """The kind in the language of the connected company, whoever asks, with its mapping of plans."""
        plans = self.env["netvisor.plan"].sudo().search([("company_id", "=", company.id)])
        by_plan = {plan.plan_id.id: plan for plan in plans}
        return self.with_context(lang=company.partner_id.lang or "en_US", netvisor_plans=by_plan)

    @api.model
    def _prepare(self, documents):
        kind = self._for(documents.root_company_id[:1])
        return super(NetvisorKindDimensionItem, kind)._prepare(documents.with_env(kind.env))

    @api.model
    def _warm(self, documents):
        bindings = documents.binding_id
        bindings.dimension_item_id.fetch(["name", "hidden", "active", "code"])
        bindings.analytic_account_id.fetch(["name", "code", "active"])

    @api.model
    def _prepare_one(self, document):
        binding = document.binding_id
        account, item, company = binding.analytic_account_id, binding.dimension_item_id, binding.company_id
        if not account:
            return self._prepare_hiding(document, item)
        plan = self.env.context["netvisor_plans"].get(account.root_plan_id.id)
        self._check_account(account, binding, plan)
        father, code = account.netvisor_parent_id, account.code if plan.dimension_id.has_codes else None
        father_item = plan._items_of(father).get(father.id, item.browse())
        father_key = father_item.netvisor_key or 0
        moves = father_key != (item.father_key or 0)
        values = wire.DimensionItem(
            name=plan._dimension_name(),
            item=plan._item_text(account, item),
            code=squeezed(code, company.netvisor_encoding) or None,
            label=squeezed(account.name, company.netvisor_encoding) if code else None,
            father_key=father_key if moves else None,
            father_item=father_item.name if moves and father_key else None,
            hidden=not account.active,
        )
        self._check_lengths(account, values)
        return Prepared(
            values=values,
            # Keys come by themselves: an item above that has got its key makes nothing different.
            digest=digest(replace(values, father_key=None, father_item=father.name or None)),
            search={"dimension": values.name, "text": values.item, "hidden": values.hidden, "father": father_key},
            operation=CHANGE if binding.netvisor_key else ADD,
            key=binding.netvisor_key or None,
        )

    @api.model
    def _check_account(self, account, binding, plan):
        names = {"account": account.display_name, "plan": account.root_plan_id.name}
        item = binding.dimension_item_id
        if not plan or plan.use != "dimension":
            raise Skipped(Problem("dimension_not_mapped", names))
        if not binding.netvisor_key and not account.active:
            raise Skipped(Problem("dimension_item_archived", names))
        if binding.netvisor_key and item.dimension_id != plan.dimension_id:
            raise Blocked(Problem("dimension_item_moved", {**names, "dimension": item.dimension_id.name}))
        if long := too_long(plan._dimension_name(), DIMENSION_LENGTH):
            raise Blocked(Problem("dimension_name_too_long", {**long, **names}))
        if not plan.dimension_id:
            raise Blocked(Problem("dimension_missing", {"dimension": plan._dimension_name(), **names}))

    @api.model
    def _prepare_hiding(self, document, item):
        """The account was deleted in Odoo. Netvisor deletes nothing: its item is hidden."""
        binding = document.binding_id
        if not binding.netvisor_key or not item.active:
            raise Skipped(Problem("record_gone"))
        values = wire.DimensionItem(name=item.dimension_id.name, item=item.name, hidden=True)
        search = {"dimension": values.name, "text": values.item, "hidden": True, "father": item.father_key}
        return Prepared(values=values, digest=digest(values), search=search, operation=CHANGE, key=binding.netvisor_key)

    @api.model
    def _check_lengths(self, account, values):
        long = too_long(values.item, ITEM_LENGTH) or too_long(values.code or "", CODE_LENGTH)
        if long:
            raise Blocked(Problem("dimension_item_too_long", {**long, "account": shown(account.display_name)}))

    # --- finding --------------------------------------------------------------------------------------------------------
    @api.model
    def _match(self, document, call):
        """Is it there already? And if it is to be changed: what is it called now?"""
        failed = self._of("dimension")._read_if_old(document.root_company_id, call)
        if failed is not None:
            return LookUp(conclusive=False, answer=failed)
        binding, item = document.binding_id, document.binding_id.dimension_item_id
        if binding.netvisor_key:
            if not item.active and not item.hidden:
                document._block([Problem("dimension_item_gone", {"item": item.name})])
            return LookUp()
        kind = self._for(document.root_company_id)
        prepared = kind._prepare_one(document.with_env(kind.env))
        free, taken = self._found(document, prepared.search)
        if taken and not free:
            other = taken.binding_ids.analytic_account_id[:1]
            document._block([Problem("dimension_item_taken", {"item": taken[0].name, "other": other.display_name})])
            return LookUp()
        declined = {row["key"] for row in (document.search_values or {}).get("candidates", [])}
        if set(free.mapped("netvisor_key")) <= declined:
            return LookUp()  # there is none, or a person has looked at these and said no
        # What is linked without being written counts as sent: only a later change in Odoo is.
        document.write({"digest": prepared.digest, "operation": "link"})
        return self._candidates(free)

    @api.model
    def _look_up(self, document, call):
        """After a lost answer: the list as it is now, never the old picture."""
        failed = self._of("dimension")._read_now(document.root_company_id, call)
        if failed is not None:
            return LookUp(conclusive=False, answer=failed)
        wanted = document.search_values or {}
        if document.operation != CHANGE:
            free, _taken = self._found(document, wanted)
            return self._candidates(free)
        item = document.binding_id.dimension_item_id
        arrived = squeezed(item.name) == wanted.get("text") and item.hidden == wanted.get("hidden")
        return LookUp((self._candidate(item, True),) if arrived else ())

    @api.model
    def _found(self, document, wanted):
        """:return: (items of that name that no account has, those that another account has)"""
        company, text = document.root_company_id, wanted.get("text") or ""
        escaped = text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        items = self.env["netvisor.dimension.item"].with_context(active_test=False)
        found = items.search(
            [
                ("company_id", "=", company.id),
                ("dimension_id.name", "=", wanted.get("dimension")),
                "|",
                ("active", "=", True),
                ("hidden", "=", True),
                "|",
                ("name", "=ilike", escaped),
                ("label", "=ilike", escaped),
            ]
        ).filtered(lambda item: not keys_of(text).isdisjoint(keys_of(item.name, item.label)))
        own = document.binding_id.analytic_account_id
        taken = found.filtered(lambda item: item.binding_ids.analytic_account_id - own)
        return found - taken, taken

    @api.model
    def _candidates(self, items):
        """One is certain; of several, the only one in use."""
        in_use = items.filtered("active")
        chosen = in_use if len(in_use) == 1 else items
        return LookUp(tuple(self._candidate(item, len(chosen) == 1) for item in chosen))

    @api.model
    def _candidate(self, item, certain):
        label = " / ".join(filter(None, (item.dimension_id.name, item.parent_id.name, item.name)))
        return Candidate(key=item.netvisor_key, certain=certain, number=item.code or "", label=label)

    @api.model
    def _duplicate_problem(self, document):
        wanted = document.search_values or {}
        return Problem("dimension_item_duplicate", {"item": wanted.get("text"), "dimension": wanted.get("dimension")})

    # --- the message ------------------------------------------------------------------------------------------------------
    @api.model
    def _request(self, document, prepared):
        encoding = document.root_company_id.netvisor_encoding
        if prepared.operation == ADD:
            return wire.add(replace(prepared.values, hidden=None), encoding)
        item = document.binding_id.dimension_item_id
        if document.priority > PRIORITY_BUTTON and document.binding_id.analytic_account_id:
            self._leave_theirs(document.binding_id, item, prepared)
        values = prepared.values
        if values.hidden and not item.hidden and values.item == squeezed(item.name) and values.father_key is None:
            return wire.hide_request(values.name, item.name)
        old = {"old_item": item.name, "old_code": item.code or None, "old_label": item.code and item.label or None}
        return wire.edit(replace(values, **old), encoding)

    @api.model
    def _leave_theirs(self, binding, item, prepared):
        """A message carries name, state and place together. What is to be decided, and what somebody in Netvisor has changed
        alone, stays as it is there: the list has been read just now. A person's button sends all of it."""
        plan = self.env["netvisor.plan"].sudo()._of_account(binding.company_id, binding.analytic_account_id)
        if not plan._sends():
            return
        search, theirs = prepared.search, item._aspects()
        ours = {"text": search["text"], "active": not search["hidden"], "parent": search["father"]}
        decisions = binding._decisions(plan.direction, ours, theirs)
        left = [aspect for aspect in ASPECTS if decisions[aspect] not in (SAME, SEND)]
        if not left:
            return
        now = {**ours, **{aspect: theirs[aspect] for aspect in left}}
        values = replace(prepared.values, item=now["text"], hidden=not now["active"])
        if "text" in left:
            values = replace(values, code=item.code or None, label=item.code and item.label or None)
        if "parent" in left:
            values = replace(values, father_key=None, father_item=None)
        prepared.values = values
        search.update(text=now["text"], hidden=not now["active"], father=now["parent"], left=left)

    # --- afterwards -------------------------------------------------------------------------------------------------------
    @api.model
    def _bound(self, documents):
        for document in documents:
            binding = document.binding_id
            if document.netvisor_key and document.netvisor_key != binding.netvisor_key:
                self._link(document, binding)
            elif document.operation == CHANGE:
                self._changed(binding, document.search_values or {})
            binding.digest = document.digest
            document.name = binding.analytic_account_id.name or document.name
        if any(not document.netvisor_key for document in documents):
            self._of("dimension")._read_at_the_end(documents.root_company_id[:1])

    @api.model
    def _link(self, document, binding):
        company = document.root_company_id
        item = self.env["netvisor.dimension.item"].with_context(active_test=False)
        item = item.search([("company_id", "=", company.id), ("netvisor_key", "=", document.netvisor_key)], limit=1)
        others = item.binding_ids - binding
        if other := others.analytic_account_id[:1]:
            document._block([Problem("dimension_item_taken", {"item": item.name, "other": other.display_name})])
            document.netvisor_key = False
            return
        others._dimension_unlink()
        others.flush_recordset()
        account = binding.analytic_account_id
        plan = self.env["netvisor.plan"].sudo()._of_account(company, account)
        ours, theirs = plan._aspects(account, item), item._aspects()
        binding.write(binding._dimension_link_values(item, ours, plan.direction))
        binding.conflict = binding._conflict_code(binding._decisions(plan.direction, ours, theirs), ours, theirs)

    @api.model
    def _changed(self, binding, sent):
        """What was accepted is what Netvisor has now: the next reading says whether it took it word for word."""
        text, hidden, father = sent.get("text") or "", bool(sent.get("hidden")), sent.get("father") or 0
        binding.dimension_item_id.write({"name": text, "hidden": hidden, "active": not hidden, "father_key": father})
        pairs = {"text": [text, text], "active": [not hidden, not hidden], "parent": [father, father]}
        for aspect in sent.get("left", ()):  # still to be compared
            pairs[aspect] = (binding.pairs or {}).get(aspect)
        values = {"name": text, "pairs": {aspect: pair for aspect, pair in pairs.items() if pair}}
        binding.write(values if sent.get("left") else {**values, "conflict": False})

    @api.model
    def _refused(self, document, answer):
        """Somebody may have given the item another name meanwhile: the next try begins with a new list."""
        self._of("dimension")._feed(document.root_company_id).bookmark = False

    @api.model
    def _check(self, document, call):
        dimension, company = self._of("dimension"), document.root_company_id
        read_at = dimension._read_at(company)
        asked = document.next_try or fields.Datetime.now()
        if (not read_at or read_at <= asked) and dimension._read_now(company, call) is not None:
            raise NotReady(60)
        item = document.binding_id.dimension_item_id
        if not item.active and not item.hidden:
            return {"state": "deleted"}
        return {"remote_status": "active" if item.active else "inactive", "state": "done"}

    @api.model
    def _mark_changed(self, documents, digests=None):
        """Changed while it was on its way: sent again, as everything else of a plan that is sent."""
        result = super()._mark_changed(documents, digests)
        changed = documents.filtered(lambda document: document.state == "changed")
        self._requeue(changed, PRIORITY_MASTER)
        return result

    @api.model
    def _stamp(self, documents):
        if not documents:
            return {}
        for name in ("account.analytic.account", "netvisor.binding"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT document.id, account.write_date
                  FROM netvisor_document document
                  JOIN netvisor_binding binding ON binding.id = document.binding_id
             LEFT JOIN account_analytic_account account ON account.id = binding.analytic_account_id
                 WHERE document.id IN %s
                """,
                tuple(documents.ids),
            )
        )
        return dict(rows)
