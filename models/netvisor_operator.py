from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

CODE_LENGTH = 35


class NetvisorOperator(models.Model):
    """E-invoice operators and banks.

    Netvisor refuses a customer whose operator is not on its own list, and that list is published nowhere: so the
    table is data that a person may correct, not a constant.
    """

    _name = "netvisor.operator"
    _description = "E-invoice operator"
    _order = "is_bank, name, id"
    _rec_names_search = ["name", "code", "aliases"]

    name = fields.Char(required=True)
    code = fields.Char(
        string="Identifier",
        required=True,
        index=True,
        help="What Netvisor gets: the operator's OVT code, a bank's BIC or another agreed identifier.",
    )
    aliases = fields.Char(
        string="Other identifiers",
        help="Identifiers of the same operator that are met elsewhere, separated by commas. Try one of them when "
        "Netvisor refuses the present identifier.",
    )
    is_bank = fields.Boolean(string="Bank")
    active = fields.Boolean(default=True)
    replaced_by_id = fields.Many2one(
        "netvisor.operator",
        string="Now part of",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('id', '!=', id)]",
        help="An operator that has bought or replaced this one. Contacts keep this entry; their invoices go to the other.",
    )
    learned = fields.Boolean(
        string="Learned from Netvisor",
        readonly=True,
        help="Met on a customer card in Netvisor and not known before.",
    )

    # Some companies share an identifier (a bank group, a company that was bought), so it alone is not unique.
    _code_uniq = models.UniqueIndex("(code, name)", "This operator is in the list already.")

    @api.constrains("code")
    def _check_code(self):
        for operator in self.filtered(
            lambda operator: not operator.learned
        ):  # what Netvisor itself gave is never refused
            if not operator.code.isascii() or len(operator.code) > CODE_LENGTH or any(map(str.isspace, operator.code)):
                raise ValidationError(
                    self.env._(
                        "%(code)s cannot be an identifier: letters and digits without spaces, at most %(limit)s.",
                        code=operator.code,
                        limit=CODE_LENGTH,
                    )
                )

    @api.constrains("replaced_by_id")
    def _check_replaced_by(self):
        if self._has_cycle("replaced_by_id"):
            raise ValidationError(self.env._("Operators cannot be part of each other. Choose the one that is left."))

    @api.constrains("code", "aliases")
    def _check_aliases(self):
        """An identifier that is met on a card must name one operator: shared main identifiers are the exception."""
        others = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        for operator in self:
            mine = operator._plain_aliases()
            for other in others - operator:
                if taken := mine & (other._plain_aliases() | {self._plain(other.code)}):
                    raise ValidationError(
                        self.env._(
                            "%(code)s already belongs to %(other)s. Take it away there first.",
                            code=min(taken),
                            other=other.display_name,
                        )
                    )

    @api.depends("name", "code")
    def _compute_display_name(self):
        for operator in self:
            operator.display_name = f"{operator.name} ({operator.code})" if operator.code else operator.name

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean(vals) for vals in vals_list])

    def write(self, vals):
        result = super().write(self._clean(vals))
        if not {"code", "active", "replaced_by_id"}.isdisjoint(vals):
            # The customers that waited for exactly this follow by themselves.
            partners = self.env["res.partner"].sudo().search([("netvisor_operator_id", "in", self._with_former().ids)])
            partners._netvisor_mended()
        return result

    @api.model
    def _clean(self, vals):
        """Pasted identifiers carry spaces. One that is part of another is offered no more."""
        if isinstance(vals.get("code"), str):
            vals = {**vals, "code": "".join(vals["code"].split())}
        return {"active": False, **vals} if vals.get("replaced_by_id") else vals

    # --- which one is meant ------------------------------------------------------------------------------------------
    @api.model
    def _find(self, code):
        """:return: the operator with this identifier or alias, those in use first; empty when unknown"""
        return self._find_all([code]).get(code, self.browse())

    @api.model
    def _find_all(self, codes):
        """:return: dict code → the operator with this identifier or alias; unknown ones are absent"""
        operators = self.sudo().with_context(active_test=False).search(Domain.TRUE)  # a few dozen
        operators = operators.sorted(
            lambda operator: (not operator._current().active, not operator.active, operator.id)
        )
        known = {}
        for operator in operators:
            known.setdefault(self._plain(operator.code), operator)
        for operator in operators:
            for alias in operator._plain_aliases():
                known.setdefault(alias, operator)
        return {code: known[plain] for code in codes if (plain := self._plain(code)) in known}

    @api.model
    def _keep(self, code):
        """An identifier read from Netvisor is good by definition: never refused, never dropped."""
        return self._keep_all([code])[code]

    @api.model
    def _keep_all(self, codes):
        """:return: dict code → operator, made when missing"""
        found = self._find_all(codes)
        new = {self._plain(code): code for code in codes if code not in found}
        self.sudo().create([{"name": code.strip(), "code": code, "learned": True} for code in new.values()])
        return {**found, **self._find_all([code for code in codes if code not in found])} if new else found

    @api.model
    def _same(self, code, other):
        """Whether two identifiers, met in two places, name one operator."""
        if self._plain(code) == self._plain(other):
            return True
        first, second = self._find(code)._current(), self._find(other)._current()
        return bool(first) and self._plain(first.code) == self._plain(second.code)

    def _current(self):
        """The operator to which invoices go now: this one, or the one that has replaced it."""
        operator = self
        while operator.replaced_by_id:
            operator = operator.replaced_by_id
        return operator

    def _with_former(self):
        """Those too that are part of these by now."""
        found = self.sudo().with_context(active_test=False)
        while more := found.search([("replaced_by_id", "in", found.ids), ("id", "not in", found.ids)]):
            found |= more
        return found

    def _doubt(self, address):
        """What looks wrong with this operator for that address. :return: (row of ``DOUBTS``, its values) or None"""
        current = self._current()
        if not current.active:
            return "operator_left", {"operator": current.name}
        if self._plain(address) in {self._plain(self.code), self._plain(current.code), *self._plain_aliases()}:
            return "operators_own", {}
        if current != self:
            return "operator_merged", {"operator": self.name, "successor": current.name}
        return None

    def _use_alias(self):
        """The next of its other identifiers takes the place of the one that Netvisor refuses, which is kept at the end."""
        self.ensure_one()
        first, *rest = self._aliases()
        self.write({"code": first, "aliases": ",".join([*rest, self.code])})

    def _aliases(self):
        return [code for text in (self.aliases or "").split(",") if (code := "".join(text.split()))]

    def _plain_aliases(self):
        return set(map(self._plain, self._aliases()))

    @api.model
    def _plain(self, code):
        """Identifiers are compared without case, and without the leading zeros that lists disagree about."""
        plain = "".join((code or "").split()).upper()
        return plain.lstrip("0") if plain.isdigit() else plain
