import logging

import psycopg2
from markupsafe import Markup

from odoo import Command, api, models
from odoo.exceptions import RedirectWarning, UserError

from .customer_fields import FIELDS, compared, shown
from .customer_match import number_of
from .customer_merge import entry, merge, sides, to_send
from .customer_sides import CustomerSides
from .netvisor_document import SENT

_logger = logging.getLogger(__name__)

# What a contact may refuse. Conflicts with other transactions and a lost connection are the engine's.
REFUSALS = (UserError, RedirectWarning, ValueError, psycopg2.IntegrityError, psycopg2.DataError)
# Nobody is told twice: one note lists all that came from Netvisor.
QUIET = {"tracking_disable": True, "mail_notrack": True, "netvisor_import": True}


class NetvisorKindCustomer(models.AbstractModel):
    """Customer cards that were received: into the mirror, and by the rules into the linked contacts."""

    _inherit = "netvisor.kind.customer"

    @api.model
    def _take_cards(self, company, received, before=None, fetching=False):
        """Some cards, as getcustomer.nv gave them.

        :param received: list of ReceivedCustomer
        :param before: until when Odoo knows that the old cards held
        :param fetching: a person asks for these cards: those that have not changed are compared too
        :return: dict partner → Merge, of the contacts that were compared
        """
        cards = {card.key: card for card in received if card.key}
        mirror = self.env["netvisor.customer"]
        changed = mirror._receive(company, cards)
        self.env["netvisor.operator"]._keep_all({card.operator_id for card in cards.values() if card.operator_id})
        bindings = self._card_bindings(company, cards)
        if not fetching:
            bindings = bindings.filtered(lambda row: row.netvisor_key in changed or row.echo or not row.agreed)
        return self._merge_bindings(company, bindings, before, fetching)

    @api.model
    def _card_bindings(self, company, keys):
        return (
            self.env["netvisor.binding"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("kind", "=", "customer"),
                    ("netvisor_key", "in", list(keys)),
                    ("partner_id", "!=", False),
                ]
            )
        )

    @api.model
    def _merge_bindings(self, company, bindings, before=None, fetching=False):
        """Compare these contacts with their cards in the mirror and do what the rules say. Nothing is sent from here.

        :return: dict partner → Merge. Contacts whose card was never read are absent.
        """
        known = self.env["netvisor.customer"]._known(company, bindings.mapped("netvisor_key"), {"card", "code", "name"})
        cards = {row.id: known[row.netvisor_key] for row in bindings if row.netvisor_key in known}
        bindings = bindings.filtered(lambda row: row.id in cards and cards[row.id].card)
        if not bindings:
            return {}
        bindings = bindings.with_context(**QUIET, active_test=True)
        book = CustomerSides(bindings.env, company)
        book.warm(bindings.partner_id, [cards[row.id].card for row in bindings])
        winners = self.env["netvisor.customer.rule"]._winners(company)
        merges, looks = {}, {}
        for binding in bindings:
            look = looks[binding] = book.look(binding.partner_id)
            netvisor = compared(book.netvisor(cards[binding.id].card))
            newer = not before or binding.partner_id.write_date > before
            merges[binding] = merge(binding.agreed or None, look.now, netvisor, winners, newer, binding.echo, fetching)
        takes = {row: (found, book.netvisor(cards[row.id].card)) for row, found in merges.items() if found.takes}
        self._take(book, takes)
        changed = {row: book.look(row.partner_id) for row in takes}
        for binding, found in merges.items():
            look = changed.get(binding) or looks[binding]
            self._write_agreed(binding, found, cards[binding.id], winners, look)
        self._back_again(bindings)
        self._tell(company, {row.partner_id: (takes[row][0], looks[row], look) for row, look in changed.items()})
        return {binding.partner_id: found for binding, found in merges.items()}

    # --- Netvisor's values into the contacts ------------------------------------------------------------------------
    @api.model
    def _take(self, book, takes):
        """All at once; where one contact refuses, one by one, and the refused field becomes a conflict with its reason.

        :param takes: dict binding → (Merge, what the card says)
        """
        if not takes:
            return
        partners = self.env["res.partner"].sudo().union(*(row.partner_id for row in takes))
        try:
            with self.env.cr.savepoint():
                addresses = []
                for row, (found, values) in takes.items():
                    self._write_partner(book, row.partner_id, values, found.takes, addresses)
                partners.with_context(**QUIET).create(addresses)
        except REFUSALS:
            for row, (found, values) in takes.items():
                self._take_one(book, row.partner_id, values, found)
        partners._netvisor_mended()  # what waited for their data is due again

    @api.model
    def _write_partner(self, book, partner, values, names, addresses=None):
        """:param addresses: list to which the values of new addresses are added, to be created together"""
        vals = book.vals(partner, values, names)
        if addresses is not None and "child_ids" in vals:
            new = [command for command in vals["child_ids"] if command[0] == Command.CREATE]
            addresses += [{**command[2], "parent_id": partner.id} for command in new]
            vals["child_ids"] = [command for command in vals["child_ids"] if command not in new]
        vals = {name: value for name, value in vals.items() if name != "child_ids" or value}
        if vals:
            partner.with_company(book.company).write(vals)

    @api.model
    def _take_one(self, book, partner, values, found):
        try:
            with self.env.cr.savepoint():
                self._write_partner(book, partner, values, found.takes)
            return
        except REFUSALS:
            _logger.info("Netvisor: contact %s refuses some of its card", partner.id)
        now = book.look(partner).now
        for name in list(found.takes):
            try:
                with self.env.cr.savepoint():
                    self._write_partner(book, partner, values, [name])
            except REFUSALS as error:
                del found.takes[name]
                found.conflicts[name] = {
                    "odoo": now.get(name),
                    "netvisor": compared(values).get(name),
                    "error": str(error.args[0] if error.args else error),
                }

    # --- what is remembered -----------------------------------------------------------------------------------------
    @api.model
    def _write_agreed(self, binding, found, card, winners, look):
        """Writes only what differs. What the import has changed in Odoo counts as sent: it comes from there.

        :param look: the contact as it is now
        """
        partner, known, now, agreed = binding.partner_id, binding.agreed or {}, look.now, dict(found.agreed)
        if found.takes:
            self._follow(now, agreed, found)
        for name in found.conflicts:
            if name in known:
                agreed[name] = known[name]
            else:
                agreed.pop(name, None)
        agreed["code"] = known.get("code") or look.customer.code
        values = {
            "agreed": {name: value for name, value in agreed.items() if value is not None},
            "conflicts": found.conflicts or False,
            "conflict_count": len(found.conflicts),
            "echo": False,
            "code": card.code or binding.code,
        }
        if isinstance(number := values["agreed"].get("business_id"), str):
            values["business_id"] = number_of(number)  # both have it: no other customer, whoever has changed it
        left = self._to_send(binding, partner, now, winners, values["agreed"], found.conflicts)
        left = left or self._code_to_send(binding, look.customer, agreed["code"])
        if look.digest and not left:
            values["digest"] = look.digest
        elif left and binding.digest == look.digest:
            values["digest"] = False  # what Odoo wins and Netvisor has changed goes out again
        changed = {name: value for name, value in values.items() if (binding[name] or False) != (value or False)}
        if changed:
            binding.write(changed)

    @api.model
    def _follow(self, now, agreed, found):
        """The contact as it became. Where it writes a value in its own way, or another field moved along (the invoicing
        e-mail follows the e-mail), that is no change of Odoo's."""
        for name in FIELDS:
            kept, ours = agreed.get(name), now.get(name)
            if name in found.takes:
                agreed[name] = entry(ours, sides(kept)[1])
            elif name in found.seen and found.seen[name] == sides(kept)[0] != ours:
                agreed[name] = {**(kept if isinstance(kept, dict) else {"netvisor": kept}), "odoo": ours}

    @api.model
    def _to_send(self, binding, partner, odoo, winners, agreed=None, conflicts=None):
        """:return: dict field → Odoo's value, of what is to go out"""
        agreed = binding.agreed if agreed is None else agreed
        conflicts = binding.conflicts if conflicts is None else conflicts
        left = to_send(agreed, conflicts, odoo, winners)
        if not partner.active:  # an archived contact says nothing but that
            return {name: value for name, value in left.items() if name == "active"}
        return left

    @api.model
    def _back_again(self, bindings):
        """Deleted in Netvisor, and there after all."""
        documents = self.env["netvisor.document"].sudo()
        documents.search([("binding_id", "in", bindings.ids), ("state", "=", "deleted")]).write({"state": "done"})

    @api.model
    def _gone(self, company, keys):
        """Cards that Netvisor no longer has. What they were linked to is told; a person decides."""
        if not keys:
            return
        known = self.env["netvisor.customer"]._known(company, keys, set())
        lost = self.env["netvisor.customer"].sudo().union(*known.values()).filtered(lambda row: not row.gone)
        lost.write({"active": False, "gone": True})
        bindings = self._card_bindings(company, keys)
        documents = self.env["netvisor.document"].sudo().union(*self._documents(bindings).values())
        documents.filtered(lambda row: row.state in (*SENT, "todo")).write({"state": "deleted", "next_try": False})
        bindings.digest = False  # holds the next invoice until a person has sent the customer anew

    @api.model
    def _tell(self, company, changes):
        """One note on each contact. The value that lost is kept there.

        :param changes: dict partner → (Merge, look before, look now)
        """
        bodies = {}
        for partner, (found, before, now) in changes.items():
            lines = [
                self.env._(
                    "%(field)s: %(before)s → %(now)s",
                    field=self.env._(FIELDS[name].label),
                    before=shown(before.values.get(name), self.env) or self.env._("nothing"),
                    now=shown(now.values.get(name), self.env) or self.env._("nothing"),
                )
                for name in found.takes
                if before.values.get(name) != now.values.get(name)
            ]
            if lines:
                head = self.env._("Changed in Netvisor (%(company)s):", company=company.name)
                bodies[partner.id] = Markup("<br/>").join([head, *lines])
        if bodies:
            self.env["res.partner"].browse(bodies)._message_log_batch(bodies=bodies)
