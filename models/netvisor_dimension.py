from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class NetvisorDimension(models.Model):
    """Mirror of the dimensions in Netvisor. Hidden ones are inactive."""

    _name = "netvisor.dimension"
    _description = "Netvisor dimension"
    _order = "company_id, name, id"
    _inherit = ["netvisor.mirror"]

    name = fields.Char(readonly=True)
    date_from = fields.Date(string="In use from", readonly=True)
    date_to = fields.Date(string="In use until", readonly=True)
    has_codes = fields.Boolean(string="With codes", readonly=True, help="Its items have codes in front of their names.")
    item_ids = fields.One2many("netvisor.dimension.item", "dimension_id", string="Items")

    _key_uniq = models.UniqueIndex("(company_id, netvisor_key)")


class NetvisorDimensionItem(models.Model):
    """Mirror of the items. Netvisor addresses them by name alone, so their current names must be known; keys stay (8.42).

    The tree of items is kept here, and on the analytic accounts as *Parent in Netvisor*. It is no tree of plans: a plan cannot
    be booked on, an item with others below it can; plans are shared by all companies, a tree belongs to one Netvisor company;
    and each new level of plans adds a field to half of Odoo's models.
    """

    _name = "netvisor.dimension.item"
    _description = "Netvisor dimension item"
    _order = "dimension_id, sort, id"
    _inherit = ["netvisor.mirror"]

    # Netvisor's keys first; the records that they stand for are filled in once all are there.
    dimension_key = fields.Integer(readonly=True, aggregator=None)
    father_key = fields.Integer(string="Key of the parent", readonly=True, aggregator=None)
    dimension_id = fields.Many2one("netvisor.dimension", index=True, ondelete="cascade", readonly=True)
    parent_id = fields.Many2one("netvisor.dimension.item", index=True, readonly=True)
    name = fields.Char(readonly=True, index=True, help="As invoices and vouchers have to name it.")
    code = fields.Char(readonly=True)
    label = fields.Char(readonly=True)
    hidden = fields.Boolean(readonly=True)
    level = fields.Integer(readonly=True, aggregator=None)
    sort = fields.Integer(readonly=True, aggregator=None)
    status = fields.Selection(
        [("used", "In use"), ("hidden", "Hidden"), ("gone", "No longer listed")], compute="_compute_status"
    )
    binding_ids = fields.One2many("netvisor.binding", "dimension_item_id", string="Links")
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        compute="_compute_analytic_account_id",
        search="_search_analytic_account_id",
    )

    _key_uniq = models.UniqueIndex("(company_id, netvisor_key)")

    @api.depends("active", "hidden")
    def _compute_status(self):
        for item in self:
            item.status = "used" if item.active else "hidden" if item.hidden else "gone"

    @api.depends("binding_ids.analytic_account_id")
    def _compute_analytic_account_id(self):
        for item in self:
            item.analytic_account_id = item.binding_ids.analytic_account_id[:1]

    @api.model
    def _search_analytic_account_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        ids = [account for account in value if account]
        domain = Domain("binding_ids.analytic_account_id", "in", ids)
        if len(ids) < len(value):
            domain |= ~Domain("binding_ids", "any", [("analytic_account_id", "!=", False)])
        return domain

    @api.model
    def _upsert(self, company, rows, complete=True):
        """An item that is no longer listed is not hidden but gone."""
        result = super()._upsert(company, rows, complete)
        if complete:
            mirror = self.sudo().with_context(active_test=False)
            domain = [("company_id", "=", company.id), ("hidden", "=", True), ("netvisor_key", "not in", list(rows))]
            mirror.search(domain).write({"hidden": False})
        return result

    def _aspects(self):
        """Netvisor's side of a link: :return: dict aspect → value"""
        self.ensure_one()
        return {"text": self.name or "", "active": self.active, "parent": self.father_key or 0}

    @api.model
    def _feed_kind(self):
        return "dimension"

    @api.model
    def _connect(self, company):
        """Fill in dimension and parent from the keys, in one statement."""
        self.env["netvisor.dimension"].flush_model()
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE netvisor_dimension_item AS item
                   SET dimension_id = found.dimension_id, parent_id = found.parent_id
                  FROM (SELECT child.id, dimension.id AS dimension_id, father.id AS parent_id
                          FROM netvisor_dimension_item child
                     LEFT JOIN netvisor_dimension dimension ON dimension.company_id = child.company_id
                               AND dimension.netvisor_key = child.dimension_key
                     LEFT JOIN netvisor_dimension_item father ON father.company_id = child.company_id
                               AND father.netvisor_key = child.father_key AND child.father_key != 0
                         WHERE child.company_id = %s) AS found
                 WHERE found.id = item.id
                   AND (found.dimension_id, found.parent_id) IS DISTINCT FROM (item.dimension_id, item.parent_id)
                """,
                company.id,
            )
        )
        self.invalidate_model(["dimension_id", "parent_id"])
