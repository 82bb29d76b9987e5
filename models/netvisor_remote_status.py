from odoo import api, fields, models

from .account_move import READERS
from .netvisor_words import status_label


class NetvisorDocument(models.Model):
    _inherit = "netvisor.document"

    remote_status_label = fields.Char(compute="_compute_remote_status_label", string="Netvisor's status")

    @api.depends("remote_status")
    @api.depends_context("lang")
    def _compute_remote_status_label(self):
        for document in self:
            document.remote_status_label = status_label(self.env, document.remote_status)


class AccountMove(models.Model):
    _inherit = "account.move"

    netvisor_remote_status_label = fields.Char(
        related="netvisor_document_id.remote_status_label", string="Netvisor's status", groups=READERS
    )
