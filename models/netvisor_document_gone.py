"""What somebody has deleted or invalidated in Netvisor: its entry says so, and its owner is asked."""

from odoo import api, fields, models
from odoo.tools import SQL

from .kind_voucher_invalidation import STANDING

# Only what is in Netvisor as far as Odoo knows; what Odoo itself has invalidated, or is about to, is no surprise.
GONE = """
    WITH gone AS (
        SELECT netvisor_key, status FROM netvisor_ledger_voucher
         WHERE company_id = %(company)s AND status != 'valid' AND told IS NOT TRUE
         UNION ALL
        SELECT unnest(%(keys)s::int[]), 'deleted'
    )
    UPDATE netvisor_document document
       SET state = 'deleted', next_try = NULL, write_date = now() AT TIME ZONE 'UTC',
           remote_status = COALESCE((SELECT max(status) FROM gone WHERE gone.netvisor_key = document.netvisor_key), 'deleted')
     WHERE document.root_company_id = %(company)s AND document.kind = 'voucher' AND document.state IN ('done', 'changed')
       AND document.netvisor_key IN (SELECT netvisor_key FROM gone)
       AND NOT EXISTS (SELECT FROM netvisor_document other
                        WHERE other.root_company_id = %(company)s AND other.kind = 'voucher_invalidation'
                          AND other.netvisor_key = document.netvisor_key AND other.state IN %(standing)s)
 RETURNING document.id
"""
# The voucher of an invoice goes with the invoice, yet also when the invoice is taken back to unsent: Netvisor is asked.
ASK = """
    UPDATE netvisor_document document
       SET next_try = now() AT TIME ZONE 'UTC'
      FROM netvisor_ledger_voucher voucher
     WHERE document.root_company_id = %(company)s AND document.kind = 'sales_invoice'
       AND document.state IN ('done', 'changed') AND document.netvisor_key = voucher.source_key
       AND voucher.company_id = %(company)s AND voucher.source_type = 'salesinvoice'
       AND voucher.status != 'valid' AND voucher.told IS NOT TRUE
       AND NOT EXISTS (SELECT FROM netvisor_ledger_voucher other
                        WHERE other.company_id = %(company)s AND other.source_type = 'salesinvoice'
                          AND other.source_key = voucher.source_key AND other.status = 'valid')
"""
# Somebody there has changed their mind. Only a reading that is younger than the finding can say so.
BACK = """
    UPDATE netvisor_document document
       SET state = 'done', remote_status = NULL
      FROM netvisor_ledger_voucher voucher
     WHERE document.root_company_id = %(company)s AND document.kind = 'voucher' AND document.state = 'deleted'
       AND voucher.company_id = %(company)s AND voucher.netvisor_key = document.netvisor_key
       AND voucher.status = 'valid' AND voucher.seen > document.write_date
 RETURNING document.id
"""
TELL = """
    UPDATE netvisor_ledger_voucher SET told = TRUE
     WHERE company_id = %(company)s AND status != 'valid' AND told IS NOT TRUE
"""


class NetvisorLedgerVoucher(models.Model):
    _inherit = "netvisor.ledger.voucher"

    told = fields.Boolean(readonly=True)  # whether the document of a voucher that is gone was told

    _untold_idx = models.Index("(company_id) WHERE status != 'valid' AND told IS NOT TRUE")

    @api.model
    def _link(self, company):
        result = super()._link(company)
        self._follow_gone(company)
        return result

    @api.model
    def _follow_gone(self, company, keys=()):
        """Draw the consequences of what the readings have shown, each of them once.

        :param keys: of vouchers that Netvisor calls deleted, whether the ledger has them or not
        """
        documents = self.env["netvisor.document"]
        documents.flush_model()
        self.flush_model(["status", "told"])
        values = {"company": company.id, "keys": list(keys), "standing": STANDING}
        changed = documents.browse(
            [row[0] for statement in (GONE, BACK) for row in self.env.execute_query(SQL(statement, **values))]
        )
        for statement in (ASK, TELL):
            self.env.cr.execute(statement, values)
        documents.invalidate_model(["state", "remote_status", "next_try"])
        self.invalidate_model(["told"])
        changed.move_id._netvisor_forget()
        changed._sync_activities()


class NetvisorKindDeletedVoucher(models.AbstractModel):
    _inherit = "netvisor.kind.deleted_voucher"

    @api.model
    def _deleted(self, company, keys):
        result = super()._deleted(company, keys)
        self.env["netvisor.ledger.voucher"]._follow_gone(company, keys)
        return result
