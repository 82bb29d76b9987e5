from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .dimension_merge import DIMENSION_LENGTH, RECEIVING, SENDING, account_values, item_text, keys_of, too_long

# A change of any of these changes what is sent or linked.
STEERING = ("use", "dimension_id", "dimension_name", "direction", "item_form")


class NetvisorPlan(models.Model):
    """What an analytic plan is in the Netvisor company of a connected company. Plans are shared, their mapping is not."""

    _name = "netvisor.plan"
    _description = "Netvisor dimension mapping"
    _order = "company_id, sequence, id"
    _rec_name = "plan_id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company._netvisor_root(),
        domain=[("parent_id", "=", False)],
    )
    sequence = fields.Integer(related="plan_id.sequence", store=True)
    plan_id = fields.Many2one(
        "account.analytic.plan",
        string="Analytic plan",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("parent_id", "=", False)],
    )
    use = fields.Selection(
        [("dimension", "Dimension"), ("accountdimension", "Follow-up object"), ("none", "Not sent")],
        string="In Netvisor",
        default="dimension",
        required=True,
        help="Dimension: each account of the plan is an item of one dimension.\nFollow-up object (seurantakohde): the one "
        "that each voucher line of Netvisor has beside its dimensions; one plan at most.\nNot sent: Netvisor never hears of it.",
    )
    # By key: Netvisor's users may rename the dimension.
    dimension_id = fields.Many2one("netvisor.dimension", string="Netvisor dimension", index="btree_not_null")
    dimension_name = fields.Char(
        string="New dimension",
        help="Name of a dimension that Netvisor does not have yet: it appears there together with its first item. "
        "Empty: the name of the plan.",
    )
    dimension = fields.Char(compute="_compute_dimension")
    direction = fields.Selection(
        [
            ("link", "Link only"),
            ("odoo", "From Odoo to Netvisor"),
            ("netvisor", "From Netvisor to Odoo"),
            ("both", "Both ways"),
        ],
        default="link",
        required=True,
        help="Link only: accounts and items of the same name are linked, nothing is created.\nFrom Odoo to Netvisor, or from "
        "Netvisor to Odoo: new ones, new names and archiving follow from there.\nBoth ways: the side that changed wins; where "
        "both did, you decide.",
    )
    item_form = fields.Selection(
        [("code_name", "Reference and name"), ("name", "Name only")],
        string="Items are called",
        default="code_name",
        required=True,
        help="The name of an account's item in Netvisor, which shows code and name of an item as one.",
    )
    on_invoices = fields.Boolean(
        string="Also on invoice lines",
        help="Netvisor takes a follow-up object on vouchers. On an invoice line there is only the text for the posting of the "
        "buyer (AccountDimensionText), which your customer may see.",
    )
    default_account_id = fields.Many2one(
        "account.analytic.account",
        string="Default item",
        domain="[('root_plan_id', '=', plan_id), ('company_id', 'in', (False, company_id))]",
        ondelete="set null",
        help="For lines that say nothing about this plan. The default of a journal goes before it.",
    )
    _plan_uniq = models.UniqueIndex("(company_id, plan_id)", "This plan is already in the list.")
    _dimension_uniq = models.UniqueIndex(
        "(company_id, dimension_id) WHERE dimension_id IS NOT NULL AND use = 'dimension'",
        "Another plan is already mapped to this dimension: a line in Netvisor has one item of each.",
    )
    _follow_up_uniq = models.UniqueIndex(
        "(company_id) WHERE use = 'accountdimension'",
        "Another plan is already the follow-up object: a line in Netvisor has one.",
    )

    @api.depends("use", "dimension_id.name", "dimension_name", "plan_id.name")
    def _compute_dimension(self):
        for plan in self:
            plan.dimension = plan._dimension_name() if plan.use == "dimension" else False

    # --- kept right ---------------------------------------------------------------------------------------------------
    @api.constrains("plan_id", "company_id", "dimension_id", "default_account_id", "dimension_name")
    def _check_mapping(self):
        for plan in self:
            if plan.plan_id.parent_id or plan.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "Map %(plan)s: only main plans of a head office are mapped.", plan=plan.plan_id.root_id.name
                    )
                )
            if plan.dimension_id and plan.dimension_id.company_id != plan.company_id:
                raise ValidationError(
                    self.env._("Dimension %(name)s is one of another company.", name=plan.dimension_id.name)
                )
            account = plan.default_account_id
            if account and account.root_plan_id != plan.plan_id:
                raise ValidationError(
                    self.env._(
                        "%(account)s is not an account of %(plan)s.",
                        account=account.display_name,
                        plan=plan.plan_id.name,
                    )
                )
            if values := too_long(plan.dimension_name or "", DIMENSION_LENGTH):
                raise ValidationError(
                    self.env._(
                        "The name of the dimension has %(length)s characters, Netvisor takes %(limit)s: %(name)s",
                        **values,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans._leave_former_dimensions()
        plans._read_soon()
        return plans

    def write(self, vals):
        before = {plan: plan.dimension_id for plan in self}
        result = super().write(vals)
        if "plan_id" in vals or "company_id" in vals:
            raise UserError(self.env._("A row stays with its plan: delete it and add another one."))
        for plan, dimension in before.items():
            if dimension and plan.dimension_id != dimension:
                plan._links()._dimension_unlink()  # its accounts are looked for in the other dimension
        if not set(STEERING).isdisjoint(vals):
            self._links().filtered("conflict").write({"conflict": False})  # the next comparison says what is left
            self._requeue_blocked()
            if not self.env.context.get("netvisor_receiving"):
                self._read_soon()
        return result

    def _leave_former_dimensions(self):
        """A mapping that was taken back leaves its links. They hold where the plan gets the same dimension again; items of one
        that no plan is mapped to any more are no longer these accounts', and not Odoo's to hide."""
        for plan in self.filtered(lambda plan: plan.use == "dimension"):
            links = plan._links()
            former = links.dimension_item_id.dimension_id - plan.dimension_id
            former = former.filtered(lambda row, plan=plan: not self._of_dimension(row) and not plan._may_be(row))
            links.filtered(
                lambda link, former=former: link.dimension_item_id.dimension_id in former
            )._dimension_unlink()

    def _may_be(self, dimension):
        """Whether a plan that has no dimension yet will be found to be this one."""
        return not self.dimension_id and keys_of(dimension.name) == keys_of(self._dimension_name())

    def unlink(self):
        self._links().filtered("conflict").write({"conflict": False})
        return super().unlink()

    def _find_dimensions(self):
        """Dimensions that Netvisor did not have when the plan was mapped, found by their name."""
        waiting = self.filtered(lambda plan: plan.use == "dimension" and not plan.dimension_id)
        mapped = self.dimension_id
        for plan in waiting:
            dimensions = self.env["netvisor.dimension"].search([("company_id", "=", plan.company_id.id)])
            wanted = keys_of(plan._dimension_name())
            found = dimensions.filtered(lambda row, wanted=wanted: keys_of(row.name) == wanted) - mapped
            if len(found) == 1:
                plan.with_context(netvisor_receiving=True).dimension_id = found
                mapped |= found

    def _read_soon(self):
        """The company's job reads the list and does what follows from the new mapping."""
        for company in self.company_id.filtered(lambda company: company._netvisor_is_connected()):
            self.env["netvisor.dimension"]._read_again(company)

    def _links(self):
        """The links of the accounts of these plans."""
        return (
            self.env["netvisor.binding"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("kind", "=", "dimension_item"),
                    ("analytic_account_id.root_plan_id", "in", self.plan_id.ids),
                ]
            )
        )

    def _requeue_blocked(self):
        """What could not be sent as the plan was mapped before is tried again."""
        self._links().document_ids.filtered(lambda document: document.state == "blocked")._retry()

    # --- asked by the kinds -------------------------------------------------------------------------------------------
    @api.model
    def _of_account(self, company, account):
        """:return: the row that says what this account is in the Netvisor of this (root) company"""
        return self.search([("company_id", "=", company.id), ("plan_id", "=", account.root_plan_id.id)], limit=1)

    @api.model
    def _of_dimension(self, dimension):
        return self.search([("dimension_id", "=", dimension.id), ("use", "=", "dimension")], limit=1)

    def _sends(self):
        return self.use == "dimension" and self.direction in SENDING

    def _receives(self):
        return self.use == "dimension" and self.direction in RECEIVING

    def _dimension_name(self):
        return (self.dimension_id.name or self.dimension_name or self.plan_id.name or "").strip()

    def _accounts_domain(self):
        """The accounts of the plan that this company sees; those of other companies are not its business."""
        return Domain("root_plan_id", "=", self.plan_id.id) & (
            Domain("company_id", "=", False) | Domain("company_id", "child_of", self.company_id.id)
        )

    def _lang(self):
        """Names have translations; Netvisor gets those in the company's own language."""
        return self.company_id.partner_id.lang or "en_US"

    def _item_text(self, account, item=None):
        """What the account's item is to be called. The account comes in the language of ``_lang``."""
        encoding = self.company_id.sudo().netvisor_encoding
        return item_text(account.name, account.code, self.item_form, item and item.code, encoding)

    def _aspects(self, account, item=None, parent_keys=None):
        """The account's side: :return: dict aspect → value

        :param parent_keys: dict account id → key of its item; looked up by default
        """
        if account.env.context.get("lang") != self._lang():
            account = account.with_context(lang=self._lang())
        parent = account.netvisor_parent_id
        if parent_keys is None:
            parent_keys = {key: item.netvisor_key for key, item in self._items_of(parent).items()}
        text = self._item_text(account, item)
        return {"text": text, "active": account.active, "parent": parent_keys.get(parent.id) or 0}

    def _items_of(self, accounts):
        """:return: dict account id → its item in this company's Netvisor, of those that have one"""
        if not accounts:
            return {}
        links = self.env["netvisor.binding"].sudo()._dimension_links(self.company_id, accounts)
        return {link.analytic_account_id.id: link.dimension_item_id for link in links if link.netvisor_key}

    def _received_values(self, account, item, aspects, accounts_by_key):
        """What the account becomes when these aspects are as Netvisor has them. :return: dict of account values"""
        values = {}
        if "text" in aspects:
            found = account_values(item.name, item.code, item.label, account.code)
            values |= {name: value for name, value in found.items() if value != (account[name] or None)}
        if "active" in aspects:
            values["active"] = item.active
        if "parent" in aspects:
            values["netvisor_parent_id"] = accounts_by_key.get(item.father_key) or False
        return values
