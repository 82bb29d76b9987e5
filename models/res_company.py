import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..netvisor import address
from ..sandbox import defaults as sandbox_defaults
from .netvisor_pause import PERSON_DECIDES

BUSINESS_ID = re.compile(r"^(\d{6,7})-?(\d)$")
BUSINESS_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)

BASE_URLS = {
    "sandbox": "http://127.0.0.1:8899/",
    "test": "https://isvapi.netvisor.fi/",
    "production": "https://integration.netvisor.fi/",
}
SANDBOX_CREDENTIALS = {
    "netvisor_sender": sandbox_defaults.SENDER,
    "netvisor_customer_id": sandbox_defaults.CUSTOMER_ID,
    "netvisor_customer_key": sandbox_defaults.CUSTOMER_KEY,
    "netvisor_partner_id": sandbox_defaults.PARTNER_ID,
    "netvisor_partner_key": sandbox_defaults.PARTNER_KEY,
    "netvisor_organisation_id": next(iter(sandbox_defaults.ORGANISATIONS)),
}
SECRETS = ("netvisor_customer_key", "netvisor_partner_key")
# What the signature is made of: a change of any of these is a new attempt to connect.
CREDENTIALS = (*SANDBOX_CREDENTIALS, "netvisor_base_url", "netvisor_mode", "netvisor_language", "netvisor_encoding")
# All that may be configured; a branch has none of it.
SETTINGS = (
    *CREDENTIALS,
    "netvisor_delivery",
    "netvisor_line_mode",
    "netvisor_product_code",
    "netvisor_product_group",
    "netvisor_product_mode",
    "netvisor_product_update",
    "netvisor_pdf",
    "netvisor_pdf_reduce",
    "netvisor_numbering",
    "netvisor_customer_code_source",
    "netvisor_customer_export",
    "netvisor_customer_import",
    "netvisor_send_automatically",
    "netvisor_start_date",
    "netvisor_create_dimensions",
    "netvisor_send_zero",
    "netvisor_attachment_limit",
    "netvisor_ledger",
    "netvisor_ledger_start",
)


def business_id(text):
    """Finnish business id NNNNNNN-C with its hyphen, or False: seven digits, the last of which proves the others."""
    match = BUSINESS_ID.match((text or "").strip())
    if not match:
        return False
    digits, check = match[1].zfill(7), int(match[2])
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, BUSINESS_ID_WEIGHTS, strict=True)) % 11
    valid = remainder != 1 and check == (11 - remainder if remainder else 0)
    return f"{digits}-{check}" if valid else False


class ResCompany(models.Model):
    _inherit = "res.company"

    # Everybody can read companies, portal users too: what is about the connection is for internal users.
    # --- the connection ---------------------------------------------------------------------------------------------
    netvisor_mode = fields.Selection(
        [
            ("disabled", "Not connected"),
            ("sandbox", "Sandbox"),
            ("test", "Netvisor's test environment"),
            ("production", "Production"),
        ],
        string="Netvisor connection",
        default="disabled",
        required=True,
        help="Sandbox: a Netvisor that runs on this server, to try everything without credentials.\n"
        "Test: the environment that Visma gives to partners.\nProduction: your real books.",
    )
    netvisor_base_url = fields.Char(
        string="Netvisor base URL",
        groups="base.group_user",
        help="Where Netvisor answers. Filled in by the mode; change it only when Visma tells you another address.",
    )
    netvisor_sender = fields.Char(
        string="Netvisor sender",
        groups="base.group_user",
        help="The name by which Netvisor knows this integration, as agreed with Visma.",
    )
    netvisor_customer_id = fields.Char(
        string="Netvisor customer identifier",
        groups="base.group_user",
        help="Made by a Netvisor user under API identifiers.",
    )
    netvisor_customer_key = fields.Char(
        string="Netvisor customer key",
        groups="base.group_system",
        help="Shown once by Netvisor, together with the customer identifier. Never leaves this server.",
    )
    netvisor_partner_id = fields.Char(
        string="Netvisor partner identifier",
        groups="base.group_user",
        help="Given by Visma; another one for test than for production.",
    )
    netvisor_partner_key = fields.Char(
        string="Netvisor partner key",
        groups="base.group_system",
        help="Given by Visma together with the partner identifier. Never leaves this server.",
    )
    netvisor_organisation_id = fields.Char(
        string="Netvisor organisation id",
        compute="_compute_netvisor_organisation_id",
        store=True,
        readonly=False,
        help="The business id of the company in Netvisor. Proposed from the business id of this company.",
    )
    netvisor_language = fields.Selection(
        [("FI", "Finnish"), ("EN", "English"), ("SE", "Swedish")],
        string="Netvisor's language",
        default="FI",
        required=True,
        help="The language of Netvisor's answers, which are shown unchanged.",
    )
    netvisor_encoding = fields.Selection(
        [("utf-8", "UTF-8"), ("iso-8859-15", "ISO-8859-15")],
        string="Netvisor encoding",
        default="utf-8",
        required=True,
        help="How messages are written. Change it only when letters such as ä arrive garbled.",
    )

    # --- what is sent, and how --------------------------------------------------------------------------------------
    netvisor_delivery = fields.Selection(
        [
            ("odoo", "Odoo: arrives in Netvisor as open"),
            ("netvisor", "Netvisor: arrives as unsent and is delivered from there"),
        ],
        string="Who delivers invoices",
        help="Either Odoo sends the invoice to the customer, or Netvisor does. Never both.",
    )
    netvisor_line_mode = fields.Selection(
        [("line", "One per invoice line"), ("vat_account", "One per VAT rate and account")],
        string="Netvisor invoice lines",
        default="line",
        required=True,
    )
    netvisor_product_code = fields.Char(
        string="Netvisor product",
        default="Odoo",
        help="The generic product that lines without their own product use. Created in Netvisor when missing.",
    )
    netvisor_product_group = fields.Char(
        string="Netvisor product group", default="Odoo", help="Products are created in this group."
    )
    netvisor_pdf = fields.Selection(
        [("none", "No PDF"), ("attach", "Attach the PDF")],
        string="PDF copy for Netvisor",
        default="none",
        required=True,
        help="Attach the invoice's PDF to the invoice in Netvisor, as the copy for the books.",
    )
    netvisor_pdf_reduce = fields.Boolean(
        string="Reduce the PDF", help="Images get smaller, text stays as it is. For large letterheads."
    )
    netvisor_numbering = fields.Selection(
        [("odoo", "Odoo's number, digits only"), ("netvisor", "Netvisor gives the number")],
        string="Invoice numbers in Netvisor",
        default="odoo",
        required=True,
    )
    netvisor_customer_code_source = fields.Selection(
        [
            ("ref", "Contact's reference"),
            ("field", "Contact's Netvisor code"),
            ("id", "Contact's number in Odoo"),
        ],
        string="Customer code in Netvisor",
        default="ref",
        required=True,
        help="The code under which new customers are created and existing ones are found.",
    )
    netvisor_send_automatically = fields.Boolean(
        string="Send when posted", default=True, help="Off: invoices are sent by the button or the wizard only."
    )
    netvisor_start_date = fields.Date(
        string="Netvisor start date", help="Invoices with an earlier invoice date are never sent."
    )
    netvisor_create_dimensions = fields.Boolean(
        string="Create missing dimensions",
        default=True,
        help="On: Netvisor creates dimensions and items that it does not know. Off: the invoice waits for you.",
    )
    netvisor_send_zero = fields.Boolean(string="Send invoices of 0.00")

    # --- how it is going (written by the engine) --------------------------------------------------------------------
    netvisor_cron_id = fields.Many2one(
        "ir.cron", string="Netvisor job", groups="base.group_system", copy=False, ondelete="set null"
    )
    netvisor_paused_until = fields.Datetime(
        copy=False, help="Tried again then. Empty while paused: a person must mend something first."
    )
    netvisor_pause_code = fields.Char(copy=False)
    netvisor_pause_text = fields.Text(string="Netvisor's words", groups="base.group_user", copy=False)
    netvisor_pause_count = fields.Integer(copy=False)
    netvisor_checked_count = fields.Integer(
        copy=False, help="Invoices of this connection whose total was read back from Netvisor."
    )
    netvisor_database = fields.Char(groups="base.group_system", copy=False)
    netvisor_lock_accounting = fields.Date(string="Netvisor: books locked until", copy=False, readonly=True)
    netvisor_lock_vat = fields.Date(string="Netvisor: VAT locked until", copy=False, readonly=True)
    netvisor_lock_purchase = fields.Date(string="Netvisor: purchases locked until", copy=False, readonly=True)

    @api.depends("company_registry")
    def _compute_netvisor_organisation_id(self):
        """A proposal: never over a value that is there already."""
        for company in self:
            if not company.netvisor_organisation_id and not company.parent_id:
                company.netvisor_organisation_id = business_id(company.company_registry)

    # --- checks -----------------------------------------------------------------------------------------------------
    @api.constrains("netvisor_organisation_id")
    def _check_netvisor_organisation_id(self):
        for company in self:
            typed = company.netvisor_organisation_id
            if typed and business_id(typed) != typed:
                raise ValidationError(
                    self.env._(
                        "%(typed)s is not a valid business id. Type seven digits, a hyphen and the check digit, "
                        "for example 1234567-1.",
                        typed=typed,
                    )
                )

    @api.constrains("netvisor_sender", "netvisor_customer_id", "netvisor_partner_id")
    def _check_netvisor_identifiers(self):
        """They travel as HTTP headers; a letter outside ASCII would be refused as a wrong signature."""
        for company in self:
            for name in ("netvisor_sender", "netvisor_customer_id", "netvisor_partner_id"):
                value = company[name] or ""
                if not value.isascii() or not value.isprintable():
                    raise ValidationError(
                        self.env._(
                            "%(label)s may contain only plain letters, digits and signs (no ä, ö, å).",
                            label=company._fields[name].get_description(self.env, ["string"])["string"],
                        )
                    )

    @api.constrains("netvisor_mode", "netvisor_base_url")
    def _check_netvisor_base_url(self):
        for company in self:
            if company.netvisor_mode != "disabled" and not company.parent_id:
                company._netvisor_check_address(company.netvisor_base_url)

    @api.model
    def _netvisor_address_is_local(self, url):
        return bool(re.match(r"^https?://(127\.0\.0\.1|localhost)(:\d+)?/", url or ""))

    def _netvisor_check_address(self, url):
        """:raise ValidationError: unless this address may be called in the company's mode."""
        mode = self.netvisor_mode
        if mode == "sandbox" and not self._netvisor_address_is_local(url):
            raise ValidationError(
                self.env._("In sandbox mode the base URL must be on this server: http://127.0.0.1:PORT/")
            )
        try:
            address.checked(url or "", allow_local=mode in ("sandbox", "test"))
        except address.BadAddress:
            raise ValidationError(
                self.env._(
                    "%(url)s may not be called. The base URL must begin with https:// and end in netvisor.fi/, for "
                    "example %(example)s",
                    url=url or self.env._("An empty address"),
                    example=BASE_URLS.get(mode, BASE_URLS["production"]),
                )
            ) from None

    @api.constrains(*SETTINGS)
    def _check_netvisor_branch(self):
        for company in self:
            if company.parent_id and company.netvisor_mode != "disabled":
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch: it uses the Netvisor connection of %(root)s. Change it there.",
                        branch=company.name,
                        root=company._netvisor_root().name,
                    )
                )

    # --- life -------------------------------------------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._netvisor_clean(vals) for vals in vals_list]
        # The mode comes last: what it brings along depends on all the rest.
        modes = [vals.get("netvisor_mode") for vals in vals_list]
        companies = super().create(
            [{name: value for name, value in vals.items() if name != "netvisor_mode"} for vals in vals_list]
        )
        for company, mode in zip(companies, modes, strict=True):
            if mode and mode != "disabled":
                company.netvisor_mode = mode
        return companies

    def write(self, vals):
        vals = self._netvisor_clean(vals)
        watched = [name for name in CREDENTIALS if name in vals]
        if not watched:
            super().write(vals)
            if "name" in vals or "active" in vals:
                self._netvisor_sync_cron()
            return True
        # The settings page writes every field at every save: only a real change is a new attempt to connect.
        for company in self:
            before = {name: company.sudo()[name] for name in CREDENTIALS}
            extra = company._netvisor_mode_defaults(vals) if "netvisor_mode" in vals else {}
            super(ResCompany, company).write({**vals, **extra})
            changed = {name for name, value in before.items() if (company.sudo()[name] or False) != (value or False)}
            if changed:
                company._netvisor_connection_changed(changed)
        return True

    def unlink(self):
        self._netvisor_remove_cron()
        return super().unlink()

    @api.model
    def _netvisor_clean(self, vals):
        """Pasted values carry spaces, and business ids come without hyphen."""
        cleaned = {}
        for name in ("netvisor_base_url", *SANDBOX_CREDENTIALS):
            if isinstance(vals.get(name), str):
                cleaned[name] = vals[name].strip()
        if typed := cleaned.get("netvisor_organisation_id"):
            cleaned["netvisor_organisation_id"] = business_id(typed) or typed
        if (url := cleaned.get("netvisor_base_url")) and not url.endswith("/"):
            cleaned["netvisor_base_url"] = f"{url}/"
        return {**vals, **cleaned} if cleaned else vals

    def _netvisor_mode_defaults(self, vals):
        """What a change of mode brings along, under what the user types at the same time.

        A typed base URL stays when the new mode may call it. Sandbox credentials come with the sandbox and go with it.
        """
        mode = vals["netvisor_mode"]
        company = self.sudo()
        defaults = {}
        if mode == "disabled" or company.parent_id:
            return defaults
        url = vals.get("netvisor_base_url") or company.netvisor_base_url
        of_other_mode = url in BASE_URLS.values() and url != BASE_URLS[mode]
        local = self._netvisor_address_is_local(url)
        if not url or of_other_mode or (mode == "production" and local) or (mode == "sandbox" and not local):
            defaults["netvisor_base_url"] = BASE_URLS[mode]
        for name, value in SANDBOX_CREDENTIALS.items():
            current = vals.get(name, company[name])
            if mode == "sandbox" and not current:
                defaults[name] = value
            elif mode != "sandbox" and current == value:
                defaults[name] = False
        if "netvisor_organisation_id" in defaults:
            defaults["netvisor_organisation_id"] = (
                business_id(company.company_registry) or (defaults["netvisor_organisation_id"])
            )
        return defaults

    def _netvisor_connection_changed(self, changed):
        """Saving is a fresh start: no pause is left, the job follows. Only connecting makes this database the right one."""
        self.ensure_one()
        company = self.sudo()
        if company.parent_id:
            return
        if company.netvisor_mode == "disabled":
            company._netvisor_unpause()
        else:
            company._netvisor_environment_changed()
            if "netvisor_mode" in changed:
                company._netvisor_all_taxes()._netvisor_fill_chart_codes()
            connects = "netvisor_mode" in changed or not company.netvisor_database
            if connects or company.netvisor_pause_code not in PERSON_DECIDES:
                company._netvisor_unpause()
            if connects:
                company.netvisor_database = company._netvisor_fingerprint()
        company._netvisor_sync_cron()
