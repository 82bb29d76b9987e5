import re

from odoo import api, models
from odoo.exceptions import UserError

from .customer_match import number_label, number_of
from .kind_customer_registers import contact_numbers
from .netvisor_kind import Blocked, Problem

# What has left, or leaves now: neither key nor answer is known. A choice is still a person's (``review``).
UNDER_WAY = ("claimed", "sending", "in_doubt")


class NetvisorKindCustomer(models.AbstractModel):
    """Linking by a person's decision, taking it back, and what happens when a linked contact becomes somebody else."""

    _inherit = "netvisor.kind.customer"

    @api.model
    def _link(self, pairs, company):
        """Link contacts to customers. Nothing is written to Netvisor: only what changes in Odoo from now on is sent.

        All or nothing: every pair is checked before the first is written. A customer that the contact had before stays in
        the history.

        :param pairs: list of (commercial partner, Netvisor key)
        :raise UserError: naming the contact and what is in the way
        """
        root = company._netvisor_root().sudo()
        partners = self.env["res.partner"].union(*(partner for partner, _key in pairs))
        cards = self._cards([key for _partner, key in pairs], root)
        holders = self._holders([key for _partner, key in pairs], root)
        self._check_links(pairs, cards, holders)
        bindings = self._bindings(partners, root)
        documents = self._documents_of(bindings.values())
        self._check_not_under_way(documents)
        self._warm_partners(partners)
        for partner, key in pairs:
            self._write_link(bindings[partner], cards[key], holders.get(key), documents.get(bindings[partner].id))
        self.env["netvisor.document"]._wake(root)

    @api.model
    def _unlink_partners(self, partners, company):
        """Take links back. What was sent under the link stays in the history, with its key."""
        root = company._netvisor_root().sudo()
        bindings = self.env["netvisor.binding"].sudo().search(self._of_partners(partners, root))
        documents = self._documents_of(bindings)
        self._check_not_under_way(documents)
        for binding in bindings:
            if documents.get(binding.id):
                self._release(binding.partner_id, root)
            else:
                binding.unlink()

    # --- parts of linking -------------------------------------------------------------------------------------------
    @api.model
    def _cards(self, keys, root):
        """:return: dict key → its card in the mirror"""
        mirror = self.env["netvisor.customer"].sudo().with_context(active_test=False)
        cards = mirror.search([("company_id", "=", root.id), ("netvisor_key", "in", keys), ("gone", "=", False)])
        return {card.netvisor_key: card for card in cards}

    @api.model
    def _holders(self, keys, root):
        """:return: dict key → the link that has it now"""
        domain = [("company_id", "=", root.id), ("kind", "=", "customer"), ("netvisor_key", "in", keys)]
        return {binding.netvisor_key: binding for binding in self.env["netvisor.binding"].sudo().search(domain)}

    @api.model
    def _of_partners(self, partners, root):
        return [("company_id", "=", root.id), ("kind", "=", "customer"), ("partner_id", "in", partners.ids)]

    @api.model
    def _documents_of(self, bindings):
        """:return: dict binding id → its document; bindings that were never to be sent are absent"""
        ids = [binding.id for binding in bindings]
        documents = self.env["netvisor.document"].sudo().search([("binding_id", "in", ids), ("kind", "=", "customer")])
        return {document.binding_id.id: document for document in documents}

    @api.model
    def _check_links(self, pairs, cards, holders):
        chosen = {}
        for partner, key in pairs:
            if key not in cards:
                raise UserError(
                    self.env._(
                        "%(contact)s: customer %(key)s is not among the customers that were read from Netvisor. "
                        "Read them again, then choose.",
                        contact=partner.display_name,
                        key=key,
                    )
                )
            other = holders[key].partner_id if key in holders else self.env["res.partner"]
            other = other or chosen.get(key, other)
            if other and other != partner:
                raise UserError(
                    self.env._(
                        "%(contact)s: customer %(customer)s is linked to %(other)s. Merge the two contacts, or choose "
                        "another customer.",
                        contact=partner.display_name,
                        customer=cards[key].display_name,
                        other=other.display_name,
                    )
                )
            chosen[key] = partner

    @api.model
    def _check_not_under_way(self, documents):
        for document in documents.values():
            if document.state in UNDER_WAY:
                raise UserError(
                    self.env._(
                        "%(contact)s is on its way to Netvisor. Try again when its state is known.",
                        contact=document.display_name,
                    )
                )

    @api.model
    def _warm_partners(self, partners):
        """All that a digest is made of, for all of them at once."""
        partners.fetch(["name", "ref", "vat", "company_registry", "country_id", "netvisor_operator_id", "child_ids"])
        partners.child_ids.fetch(["type", "email", "name", "street", "street2", "city", "zip", "country_id"])

    @api.model
    def _write_link(self, binding, card, holder, document):
        partner, company = binding.partner_id, binding.company_id
        if binding.netvisor_key != card.netvisor_key:
            self._keep_history(binding, "linked")
        if holder and holder != binding:
            holder.netvisor_key = False  # of a contact that is no more, or that has another customer by now
            holder.flush_recordset()
        digest = self._digest_of(partner, company)
        theirs, ours = number_of(card.business_id), self._numbers(partner)
        binding.write(
            {
                "netvisor_key": card.netvisor_key,
                "code": card.code,
                "name": partner.display_name,
                "digest": digest,
                "linked": True,
                # Another business id than the contact's is remembered as Netvisor's: it is asked about before it is changed.
                "business_id": not card.private
                and (theirs if theirs and theirs not in ours else (ours or (False,))[0]),
            }
        )
        if document:
            document.write(
                {
                    "state": "done",
                    "operation": "link",
                    "netvisor_key": card.netvisor_key,
                    "netvisor_number": card.code,
                    "digest": digest,
                    "problems": False,
                    "message": False,
                    "code": False,
                    "next_try": False,
                    "follow_up": "all",  # by the company's job: what waits for this one goes on
                }
            )

    # --- another business id on a linked contact --------------------------------------------------------------------
    @api.model
    def _prepare_one(self, document):
        """A contact that has become another company is not written over the customer that it was.

        Imported after ``kind_customer_export.py``: a business id that the company's rules leave to Netvisor is not asked about.
        """
        prepared = super()._prepare_one(document)
        if problem := self._identity_problem(document.sudo().binding_id, number_of(prepared.values.business_id)):
            raise Blocked(problem)
        return prepared

    @api.model
    def _identity_problem(self, binding, ours):
        """:return: Problem when the business id to be sent is not the one that the customer has, None otherwise"""
        if not binding.netvisor_key or not ours or ours == binding.business_id:
            return None
        card = self._cards([binding.netvisor_key], binding.company_id).get(binding.netvisor_key)
        theirs = number_of(card.business_id) if card else ""
        known = binding.business_id or theirs
        if not known or theirs in self._numbers(binding.partner_id):
            binding.business_id = ours  # new on both sides, or changed on both
            return None
        values = {
            "contact": binding.partner_id.display_name,
            "ours": number_label(ours),
            "theirs": number_label(known),
            "customer": binding.code or binding.netvisor_key,
        }
        return Problem("customer_business_id_changed", values)

    @api.model
    def _numbers(self, partner):
        """Business id first, as ``number_of`` writes it."""
        return contact_numbers(partner.vat, partner.company_registry, partner.country_id.code, partner.is_company)

    @api.model
    def _keep_customer(self, partner, company):
        """It is the same customer, and its business id is new: that is sent with the next message."""
        binding = self._bindings(partner, company._netvisor_root().sudo())[partner]
        binding.business_id = next(iter(self._numbers(partner)), False)
        return binding

    @api.model
    def _release(self, partner, company):
        """It is another customer now: the old one stays in the history, and this contact is looked for anew."""
        binding = self._bindings(partner, company._netvisor_root().sudo())[partner]
        documents = self._documents_of(binding)
        self._check_not_under_way(documents)
        self._keep_history(binding, "other_customer")
        for document in documents.values():
            # Nothing that was sent may bind it again.
            document.write({"netvisor_key": False, "netvisor_number": False, "digest": False, "follow_up": False})
        return binding

    @api.model
    def _keep_history(self, binding, reason):
        """The key leaves the contact's link and stays on a row of its own."""
        if not binding.netvisor_key:
            return
        former = binding.copy_data()[0]
        binding.write({"netvisor_key": False, "digest": False, "linked": False, "business_id": False, "code": False})
        binding.flush_recordset()
        partner = binding.partner_id
        binding.create({**former, "partner_id": False, "former_partner_id": partner.id, "retired": reason})

    @api.model
    def _binding_of_code(self, binding, code):
        """:return: the link of another contact that has this customer code in Netvisor"""
        domain = [
            ("company_id", "=", binding.company_id.id),
            ("kind", "=", "customer"),
            ("partner_id", "not in", [False, binding.partner_id.id]),
            ("netvisor_key", "!=", 0),
            ("code", "=ilike", re.sub(r"([\\%_])", r"\\\1", code)),
        ]
        return binding.search(domain, limit=1) if code else binding.browse()

    @api.model
    def _bound(self, documents):
        result = super()._bound(documents)
        for document in documents:
            binding = document.binding_id
            if sent := number_of((document.search_values or {}).get("business_id")):
                binding.business_id = sent
            if binding.retired and binding.former_partner_id:  # it was on its way when its contact was merged
                self.env["base.partner.merge.automatic.wizard"]._netvisor_tell_late(binding)
        return result
