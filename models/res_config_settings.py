from odoo import api, fields, models
from odoo.exceptions import AccessError

from .res_company import SETTINGS


class ResConfigSettings(models.TransientModel):
    """The page asks the company that has the connection: on a branch its head office, read only."""

    _inherit = "res.config.settings"

    netvisor_company_id = fields.Many2one(
        "res.company", compute="_compute_netvisor_company_id", string="Connected company"
    )
    netvisor_is_branch = fields.Boolean(compute="_compute_netvisor_company_id")
    netvisor_mode = fields.Selection(related="netvisor_company_id.netvisor_mode", readonly=False)
    netvisor_base_url = fields.Char(related="netvisor_company_id.netvisor_base_url", readonly=False)
    netvisor_sender = fields.Char(related="netvisor_company_id.netvisor_sender", readonly=False)
    netvisor_customer_id = fields.Char(related="netvisor_company_id.netvisor_customer_id", readonly=False)
    netvisor_customer_key = fields.Char(related="netvisor_company_id.netvisor_customer_key", readonly=False)
    netvisor_partner_id = fields.Char(related="netvisor_company_id.netvisor_partner_id", readonly=False)
    netvisor_partner_key = fields.Char(related="netvisor_company_id.netvisor_partner_key", readonly=False)
    netvisor_organisation_id = fields.Char(related="netvisor_company_id.netvisor_organisation_id", readonly=False)
    netvisor_language = fields.Selection(related="netvisor_company_id.netvisor_language", readonly=False)
    netvisor_encoding = fields.Selection(related="netvisor_company_id.netvisor_encoding", readonly=False)
    netvisor_delivery = fields.Selection(related="netvisor_company_id.netvisor_delivery", readonly=False)
    netvisor_line_mode = fields.Selection(related="netvisor_company_id.netvisor_line_mode", readonly=False)
    netvisor_product_code = fields.Char(related="netvisor_company_id.netvisor_product_code", readonly=False)
    netvisor_product_group = fields.Char(related="netvisor_company_id.netvisor_product_group", readonly=False)
    netvisor_pdf = fields.Selection(related="netvisor_company_id.netvisor_pdf", readonly=False)
    netvisor_pdf_reduce = fields.Boolean(related="netvisor_company_id.netvisor_pdf_reduce", readonly=False)
    netvisor_numbering = fields.Selection(related="netvisor_company_id.netvisor_numbering", readonly=False)
    netvisor_customer_code_source = fields.Selection(
        related="netvisor_company_id.netvisor_customer_code_source", readonly=False
    )
    netvisor_send_automatically = fields.Boolean(
        related="netvisor_company_id.netvisor_send_automatically", readonly=False
    )
    netvisor_start_date = fields.Date(related="netvisor_company_id.netvisor_start_date", readonly=False)
    netvisor_create_dimensions = fields.Boolean(
        related="netvisor_company_id.netvisor_create_dimensions", readonly=False
    )
    netvisor_send_zero = fields.Boolean(related="netvisor_company_id.netvisor_send_zero", readonly=False)
    netvisor_checks = fields.Json(compute="_compute_netvisor_checks")

    @api.depends("company_id")
    def _compute_netvisor_company_id(self):
        for settings in self:
            root = settings.company_id._origin._netvisor_root()
            settings.netvisor_company_id = root
            settings.netvisor_is_branch = root != settings.company_id._origin

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_netvisor_checks(self):
        """Of what is saved, not of what is being typed."""
        for settings in self:
            settings.netvisor_checks = settings.company_id._origin._netvisor_checks() or False

    @api.onchange("netvisor_mode")
    def _onchange_netvisor_mode(self):
        """Show what the mode brings along before it is saved."""
        company = self.netvisor_company_id._origin
        if not company or self.netvisor_mode == company.netvisor_mode:
            return
        typed = {name: self[name] for name in SETTINGS if name in self._fields}
        for name, value in company._netvisor_mode_defaults({**typed, "netvisor_mode": self.netvisor_mode}).items():
            self[name] = value

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._netvisor_save(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self.company_id[:1] and self._netvisor_save(vals, self.company_id[:1]) or vals)

    @api.model
    def _netvisor_save(self, vals, company=None):
        """Write our settings in one go: related fields are written one by one, and the checks look at several.

        :return: what is left for the others
        """
        ours = {name: vals[name] for name in SETTINGS if name in vals}
        company = company or self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
        root = company._netvisor_root()
        changed = {
            name: value
            for name, value in ours.items()
            if root._fields[name].convert_to_write(root[name], root) != value
        }
        if changed and root == company:
            root.write(changed)
        return {name: value for name, value in vals.items() if name not in ours}

    def _netvisor_check_system(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only system administrators can do this."))

    def action_netvisor_test(self):
        """Button *Test connection*."""
        self.ensure_one()
        self._netvisor_check_system()
        return self.company_id._netvisor_root().action_netvisor_test()

    def action_netvisor_read_again(self):
        """Button: read the chart of accounts and the periods again now."""
        self.ensure_one()
        self._netvisor_check_system()
        root = self.company_id._netvisor_root()
        self.env["netvisor.accounting.period"]._read_again(root)
        return self.env["netvisor.account"].with_company(root).action_read_again()
