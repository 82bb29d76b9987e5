from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountJournal(models.Model):
    _inherit = "account.journal"

    netvisor_voucher_type_id = fields.Many2one(
        "netvisor.voucher.type",
        string="Voucher type in Netvisor",
        copy=True,
        ondelete="set null",
        tracking=True,
        domain="[('company_id', 'parent_of', company_id)]",
        help="The class of the entries of this journal in Netvisor's books. It stays the same when Netvisor renames it.",
    )

    @api.constrains("netvisor_voucher_type_id", "company_id")
    def _check_netvisor_voucher_type(self):
        for journal in self.filtered("netvisor_voucher_type_id"):
            voucher_type = journal.netvisor_voucher_type_id
            if voucher_type.company_id != journal.company_id._netvisor_root():
                raise ValidationError(
                    self.env._(
                        "%(type)s is a voucher type of %(other)s. Journal %(journal)s needs one of %(company)s.",
                        type=voucher_type.display_name,
                        other=voucher_type.company_id.name,
                        journal=journal.display_name,
                        company=journal.company_id._netvisor_root().name,
                    )
                )
