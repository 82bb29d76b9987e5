from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.customer_fields import FIELDS, compared, shown
from ..models.customer_merge import Merge, entry, sides
from ..models.customer_sides import CustomerSides
from ..models.kind_customer_cards import QUIET


class NetvisorCompare(models.TransientModel):
    """A contact beside its customer card in Netvisor, field by field, and what a person wants of each difference.

    The lines only hold what was chosen: the values themselves are read again when it is applied.
    """

    _name = "netvisor.compare"
    _description = "Netvisor: compare a contact with its customer card"

    partner_id = fields.Many2one("res.partner", string="Contact", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    customer_name = fields.Char(string="Customer in Netvisor", readonly=True)
    card_date = fields.Datetime(readonly=True)
    difference_count = fields.Integer(readonly=True)
    line_ids = fields.One2many("netvisor.compare.line", "compare_id")

    @api.model
    def _open(self, partner):
        """:raise UserError: when the contact has no customer card to be compared with"""
        root = self.env.company._netvisor_root()
        binding, card = self._card(partner, root)
        if binding and (not card.card or binding.echo):
            self._read_card(partner, needed=not card.card)
            binding, card = self._card(partner, root)
        if not binding or not card.card:
            raise UserError(
                self.env._("%(contact)s is not linked to a customer in Netvisor.", contact=partner.display_name)
            )
        self._kind(root)._compare_new(root.sudo(), [binding])
        odoo, netvisor = self._sides(partner, root, card)
        rows = [self._line(binding, name, odoo, netvisor) for name in FIELDS]
        rows = sorted((row for row in rows if row), key=lambda row: (not row["conflict"], not row["differs"]))
        compare = self.create(
            {
                "partner_id": partner.id,
                "company_id": root.id,
                "customer_name": card.display_name,
                "card_date": card.card_date,
                "difference_count": sum(row["differs"] for row in rows),
                "line_ids": [Command.create({**row, "sequence": number}) for number, row in enumerate(rows)],
            }
        )
        return compare._window()

    @api.model
    def _kind(self, root):
        # sudo: links and cards are the job's; whoever asks has been checked
        return self.env["netvisor.kind.customer"].sudo().with_company(root)

    @api.model
    def _card(self, partner, root):
        """:return: (link, card in the mirror), empty when there is none"""
        key = self._kind(root)._key(partner, root)
        binding = self._kind(root)._card_bindings(root, [key])[:1]
        known = self.env["netvisor.customer"]._known(root, [key] if key else [], {"card", "card_date", "name", "code"})
        return binding, known.get(key, self.env["netvisor.customer"])

    @api.model
    def _read_card(self, partner, needed):
        """What Odoo has sent since the last reading is not in the mirror yet: better read than old, but old than nothing."""
        try:
            partner._netvisor_fetch(partner)
        except UserError:
            if needed:
                raise

    @api.model
    def _sides(self, partner, root, card):
        book = CustomerSides(self.env(su=True), root)
        book.warm(partner.sudo(), [card.card])
        return book.odoo(partner.sudo()), book.netvisor(card.card)

    @api.model
    def _line(self, binding, name, odoo, netvisor):
        ours, theirs = odoo.get(name), netvisor.get(name)
        if ours is None and theirs is None:
            return None
        same = compared({name: ours} if ours is not None else {}) == compared(
            {name: theirs} if theirs is not None else {}
        )
        before = sides((binding.agreed or {}).get(name))
        return {
            "field_name": name,
            "odoo_value": shown(ours, self.env),
            "netvisor_value": shown(theirs, self.env),
            "agreed_value": shown(before[0], self.env) if before[0] == before[1] and not same else "",
            "differs": not same,
            "conflict": name in (binding.conflicts or {}),
            "can_send": FIELDS[name].sends,
        }

    def _window(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare with Netvisor"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    # --- buttons ----------------------------------------------------------------------------------------------------
    def _check(self):
        self.ensure_one()
        self.partner_id._netvisor_check_sender()
        if self.company_id not in {company._netvisor_root() for company in self.env.companies}:
            name = self.company_id.sudo().name
            raise AccessError(self.env._("Choose %(company)s among your companies first.", company=name))

    def action_read_again(self):
        """Ask Netvisor for the card as it is now."""
        self._check()
        self.partner_id.check_access("write")
        self.partner_id._netvisor_fetch(self.partner_id)
        return self._open(self.partner_id)

    def action_take_all(self):
        """Netvisor's value for every difference; still to be applied."""
        return self._choose("netvisor")

    def action_send_all(self):
        """Odoo's value for every difference; still to be applied."""
        return self._choose("odoo")

    def _choose(self, choice):
        self.ensure_one()
        lines = self.line_ids.filtered("differs")
        lines.filtered(lambda line: choice != "odoo" or line.can_send).choice = choice
        return self._window()

    def action_apply(self):
        """Do what was chosen. Lines without a choice stay as they are."""
        self._check()
        partner, root = self.partner_id, self.company_id
        chosen = {line.field_name: line.choice for line in self.line_ids if line.choice and line.differs}
        if not chosen:
            return {"type": "ir.actions.act_window_close"}
        binding, card = self._card(partner, root)
        if not binding or not card.card:
            raise UserError(
                self.env._("%(contact)s is not linked to a customer in Netvisor.", contact=partner.display_name)
            )
        takes = [name for name, choice in chosen.items() if choice == "netvisor"]
        book = CustomerSides(self.env, root)
        book.warm(partner, [card.card])
        odoo, netvisor = book.odoo(partner), book.netvisor(card.card)
        found = self._found(binding, chosen, compared(odoo), compared(netvisor))
        if takes:
            partner.check_access("write")
            partner.with_company(root).with_context(**QUIET).write(book.vals(partner, netvisor, takes))
        look = CustomerSides(self.env(su=True), root).look(partner.sudo())
        winners = self.env["netvisor.customer.rule"]._winners(root)
        self._kind(root)._write_agreed(binding, found, card, winners, look)
        self._log(chosen, odoo, netvisor)
        action = partner._netvisor_send_chosen(root.sudo()) if "odoo" in chosen.values() else self._done()
        return {**action, "params": {**action["params"], "next": {"type": "ir.actions.act_window_close"}}}

    def _found(self, binding, chosen, odoo, netvisor):
        """:return: Merge, as if the rules had decided so"""
        agreed = {name: known for name, known in (binding.agreed or {}).items() if name in FIELDS}
        takes = {}
        for name, choice in chosen.items():
            ours, theirs = odoo.get(name), netvisor.get(name)
            if choice == "netvisor":
                takes[name] = agreed[name] = theirs
            elif choice == "odoo" and FIELDS[name].sends:
                agreed[name] = {"odoo": ours, "netvisor": theirs, "send": "blank" if ours is None else True}
            else:
                agreed[name] = entry(ours, theirs)
        conflicts = {name: row for name, row in (binding.conflicts or {}).items() if name not in chosen}
        return Merge(takes=takes, conflicts=conflicts, agreed=agreed, seen={name: odoo.get(name) for name in FIELDS})

    def _log(self, chosen, odoo, netvisor):
        """Who decided what: the value that lost is kept here."""
        texts = {
            "netvisor": self.env._("%(field)s: Netvisor's %(theirs)s instead of %(ours)s"),
            "odoo": self.env._("%(field)s: %(ours)s is sent to Netvisor instead of %(theirs)s"),
            "leave": self.env._("%(field)s: left different, %(ours)s here and %(theirs)s in Netvisor"),
        }
        nothing = self.env._("nothing")
        lines = [
            texts[choice]
            % {
                "field": self.env._(FIELDS[name].label),
                "ours": shown(odoo.get(name), self.env) or nothing,
                "theirs": shown(netvisor.get(name), self.env) or nothing,
            }
            for name, choice in chosen.items()
        ]
        head = self.env._("Compared with Netvisor (%(company)s):", company=self.company_id.name)
        self.partner_id._message_log(body=Markup("<br/>").join([head, *lines]))

    def _done(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"title": self.env._("Netvisor"), "type": "success", "message": self.env._("Done.")},
        }


class NetvisorCompareLine(models.TransientModel):
    _name = "netvisor.compare.line"
    _description = "Netvisor: one field that is compared"
    _order = "sequence, id"

    compare_id = fields.Many2one("netvisor.compare", required=True, ondelete="cascade")
    sequence = fields.Integer(readonly=True)
    field_name = fields.Selection(
        lambda self: [(name, self.env._(field.label)) for name, field in FIELDS.items()],
        string="Field",
        required=True,
        readonly=True,
    )
    odoo_value = fields.Char(string="Odoo", readonly=True)
    netvisor_value = fields.Char(string="Netvisor", readonly=True)
    agreed_value = fields.Char(string="Was", readonly=True, help="What both sides had before.")
    differs = fields.Boolean(readonly=True)
    conflict = fields.Boolean(readonly=True)
    can_send = fields.Boolean(readonly=True)
    choice = fields.Selection(
        [
            ("netvisor", "Take Netvisor's"),
            ("odoo", "Send Odoo's"),
            ("leave", "Leave them different"),
        ],
        string="What to do",
    )
