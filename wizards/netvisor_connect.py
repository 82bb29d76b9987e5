from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.netvisor_pause import IDENTIFIERS
from ..models.res_company import SANDBOX_CREDENTIALS, SECRETS

# What is typed here is written to the company at once, all together; keys only when they are typed.
TYPED = (
    "netvisor_mode",
    "netvisor_base_url",
    "netvisor_organisation_id",
    "netvisor_sender",
    "netvisor_customer_id",
    "netvisor_partner_id",
)


class NetvisorConnect(models.TransientModel):
    """Credentials typed, tested, and what came of it, in one dialog.

    No credential is a column of this table: values come from the company and go to the company. Keys never come back.
    """

    _name = "netvisor.connect"
    _description = "Netvisor: connect"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.company._netvisor_root(),
    )
    netvisor_mode = fields.Selection(
        selection="_modes", string="Which Netvisor", compute="_compute_typed", inverse="_inverse_typed", readonly=False
    )
    netvisor_base_url = fields.Char("Base URL", compute="_compute_typed", inverse="_inverse_typed", readonly=False)
    netvisor_organisation_id = fields.Char(
        "Organisation id", compute="_compute_typed", inverse="_inverse_typed", readonly=False
    )
    netvisor_sender = fields.Char("Sender", compute="_compute_typed", inverse="_inverse_typed", readonly=False)
    netvisor_customer_id = fields.Char(
        "Customer identifier", compute="_compute_typed", inverse="_inverse_typed", readonly=False
    )
    netvisor_customer_key = fields.Char(
        "Customer key",
        compute="_compute_typed",
        inverse="_inverse_typed",
        readonly=False,
        groups="base.group_system",
    )
    netvisor_partner_id = fields.Char(
        "Partner identifier", compute="_compute_typed", inverse="_inverse_typed", readonly=False
    )
    netvisor_partner_key = fields.Char(
        "Partner key", compute="_compute_typed", inverse="_inverse_typed", readonly=False, groups="base.group_system"
    )
    trial_first = fields.Boolean(
        "Try one invoice first",
        compute="_compute_trial_first",
        inverse="_inverse_typed",
        readonly=False,
        help="Nothing is sent until you have tried one invoice and said that the others may go.",
    )
    asks_trial = fields.Boolean(compute="_compute_trial_first")
    has_customer_key = fields.Boolean(compute="_compute_keys", compute_sudo=True)
    has_partner_key = fields.Boolean(compute="_compute_keys", compute_sudo=True)
    where = fields.Char(compute="_compute_where")
    former = fields.Text(compute="_compute_former")
    former_stays = fields.Boolean(compute="_compute_former")
    forget = fields.Boolean("Forget what belongs to the former one")
    works = fields.Boolean(readonly=True)
    findings = fields.Json(readonly=True)

    @api.model
    def _modes(self):
        modes = self.env["res.company"]._fields["netvisor_mode"]._description_selection(self.env)
        return [(mode, label) for mode, label in modes if mode != "disabled"]

    @api.depends("company_id")
    def _compute_typed(self):
        for wizard in self:
            company = wizard.company_id.sudo()
            for name in TYPED:
                wizard[name] = company[name]
            for name in SECRETS:
                wizard[name] = False
            if company.netvisor_mode == "disabled":
                # Where it was connected before; for the first time, to the real books.
                wizard.netvisor_mode = (company.netvisor_environment or "production").partition("|")[0]
                defaults = company._netvisor_mode_defaults(wizard._typed())
                wizard.netvisor_base_url = defaults.get("netvisor_base_url", company.netvisor_base_url)

    @api.depends("company_id")
    def _compute_trial_first(self):
        for wizard in self:
            company = wizard.company_id.sudo()
            first = not company.netvisor_checked_count
            wizard.asks_trial = first
            wizard.trial_first = company.netvisor_trial_first or (first and not company.netvisor_tested)

    @api.depends("company_id")
    def _compute_keys(self):
        for wizard in self:
            wizard.has_customer_key = bool(wizard.company_id.netvisor_customer_key)
            wizard.has_partner_key = bool(wizard.company_id.netvisor_partner_key)

    @api.depends_context("lang")
    def _compute_where(self):
        self.where = self.env._(IDENTIFIERS)

    @api.depends("company_id", "netvisor_mode", "netvisor_organisation_id")
    def _compute_former(self):
        for wizard in self:
            wizard.former, wizard.former_stays = wizard.company_id._netvisor_former(
                wizard.netvisor_mode, wizard.netvisor_organisation_id
            )

    @api.onchange("netvisor_mode")
    def _onchange_netvisor_mode(self):
        company = self.company_id.sudo()
        if self.netvisor_mode == company.netvisor_mode:
            self.update({name: company[name] for name in TYPED})
            return
        for name, value in company._netvisor_mode_defaults(self._typed()).items():
            if name in TYPED:
                self[name] = value
        if self.netvisor_mode == "sandbox":
            self.update({name: value for name, value in self._sandbox_values().items() if name in TYPED})

    def _typed(self):
        values = {name: self[name] for name in TYPED}
        return values | {name: self[name] for name in SECRETS if self[name]}

    def _sandbox_values(self):
        """Nothing to type: the made-up credentials are known, and the organisation is the company's own where it has one."""
        own = {"netvisor_organisation_id": self.netvisor_organisation_id}
        return SANDBOX_CREDENTIALS | {name: value for name, value in own.items() if value}

    def _inverse_typed(self):
        for wizard in self:
            if wizard.former_stays:
                raise UserError(wizard.former)
            if wizard.former and not wizard.forget:
                raise UserError(
                    self.env._(
                        "%(former)s\nTick “%(tick)s” to go on.",
                        former=wizard.former,
                        tick=wizard._fields["forget"].get_description(self.env, ["string"])["string"],
                    )
                )
            values = wizard._typed()
            if wizard.netvisor_mode == "sandbox":
                values |= wizard._sandbox_values()
            company, trial_first = wizard.company_id.sudo(), wizard.trial_first
            # A mode that is written brings its own values along, even the same mode again.
            changed = {name: value for name, value in values.items() if (company[name] or False) != (value or False)}
            if changed:
                wizard.company_id.write(changed)
            if not company.netvisor_checked_count:
                company.netvisor_trial_first = trial_first

    # --- what a person may do ---------------------------------------------------------------------------------------
    def action_test(self):
        """What was typed is saved; now Netvisor is asked."""
        self.ensure_one()
        company = self.company_id
        findings = company._netvisor_probe()
        self.write(
            {
                "works": not any(finding.level == "danger" for finding in findings),
                "findings": company._netvisor_findings_json(findings),
                "forget": False,
            }
        )
        return self._action(self)

    def action_rights(self):
        self.ensure_one()
        return self.env["netvisor.right"]._action_list(self.company_id)

    @api.model
    def _action(self, wizard=None):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connect to Netvisor"),
            "res_model": self._name,
            "res_id": wizard.id if wizard else False,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "medium"},
        }
