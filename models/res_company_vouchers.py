from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """Entries that go to Netvisor as vouchers. What each journal sends, and how, is on the journal."""

    _inherit = "res.company"

    netvisor_attachment_limit = fields.Integer(
        string="Largest file",
        default=20,
        required=True,
        help="In megabytes: a larger file is not attached to a voucher. Netvisor charges for each.",
    )
    netvisor_checked_vouchers = fields.Integer(
        copy=False, help="Vouchers of this connection whose lines were read back from Netvisor."
    )

    @api.constrains("netvisor_attachment_limit")
    def _check_netvisor_attachment_limit(self):
        for company in self:
            if company.netvisor_attachment_limit < 1:
                raise ValidationError(self.env._("The largest file must have at least one megabyte."))

    def _netvisor_checks(self):
        checks = super()._netvisor_checks()
        root = self._netvisor_root()
        if not root._netvisor_is_connected():
            return checks
        journals = self.env["account.journal"].search(
            [("company_id", "child_of", root.id), ("netvisor_export", "=", "voucher")]
        )
        if untyped := journals.filtered(lambda journal: not journal.netvisor_voucher_type_id):
            checks["voucher_types"] = {
                "level": "warning",
                "message": self.env._(
                    "Journals without a voucher type, whose entries are not sent: %(journals)s",
                    journals=", ".join(untyped.mapped("display_name")),
                ),
                "action_text": self.env._("Open the journals"),
                "action": untyped._get_records_action(name=self.env._("Journals without a voucher type")),
            }
        if touching := journals._netvisor_touching_subledgers():
            checks["subledgers"] = {
                "level": "warning",
                "message": self.env._(
                    "Vouchers of these journals book on receivables or payables: Netvisor's sales and purchase ledgers do not "
                    "follow. %(journals)s",
                    journals=", ".join(touching.mapped("display_name")),
                ),
                "action_text": self.env._("Open the journals"),
                "action": touching._get_records_action(
                    name=self.env._("Journals that book on receivables or payables")
                ),
            }
        return checks
