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
    learned = fields.Boolean(
        string="Learned from Netvisor",
        readonly=True,
        help="Met on a customer card in Netvisor and not known before.",
    )

    # Some companies share an identifier (a bank group, a company that was bought), so it alone is not unique.
    _code_uniq = models.UniqueIndex("(code, name)", "This operator is in the list already.")

    @api.constrains("code")
    def _check_code(self):
        for operator in self:
            if not operator.code.isascii() or len(operator.code) > CODE_LENGTH or any(map(str.isspace, operator.code)):
                raise ValidationError(
                    self.env._(
                        "%(code)s cannot be an identifier: letters and digits without spaces, at most %(limit)s.",
                        code=operator.code,
                        limit=CODE_LENGTH,
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
        if "code" in vals or "active" in vals:
            # The customers that waited for exactly this follow by themselves.
            partners = self.env["res.partner"].sudo().search([("netvisor_operator_id", "in", self.ids)])
            partners._netvisor_mended()
        return result

    @api.model
    def _clean(self, vals):
        """Pasted identifiers carry spaces."""
        if isinstance(vals.get("code"), str):
            return {**vals, "code": "".join(vals["code"].split())}
        return vals

    @api.model
    def _find(self, code):
        """:return: the operator with this identifier or alias, active ones first; empty when unknown"""
        wanted = self._plain(code)
        if not wanted:
            return self.browse()
        operators = self.sudo().with_context(active_test=False).search(Domain.TRUE)  # a few dozen
        by_code = operators.filtered(lambda operator: self._plain(operator.code) == wanted)
        by_alias = operators.filtered(lambda operator: wanted in map(self._plain, (operator.aliases or "").split(",")))
        found = by_code or by_alias
        return found.sorted(lambda operator: (not operator.active, operator.id))[:1]

    @api.model
    def _keep(self, code):
        """An identifier read from Netvisor is good by definition: never refused, never dropped."""
        return self._find(code) or self.sudo().create({"name": code.strip(), "code": code, "learned": True})

    @api.model
    def _plain(self, code):
        """Identifiers are compared without case, and without the leading zeros that lists disagree about."""
        plain = "".join((code or "").split()).upper()
        return plain.lstrip("0") if plain.isdigit() else plain
