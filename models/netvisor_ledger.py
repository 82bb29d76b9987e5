"""Mirror of Netvisor's general ledger: what is in the books there, beside what Odoo has sent.

Hundreds of thousands of lines, only ever written by the company's job: plain SQL in batches, sums without joins.
"""

import hashlib

from psycopg2.extras import Json, execute_values

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..netvisor import address

STATUSES = [("valid", "Valid"), ("invalidated", "Invalidated"), ("deleted", "Deleted")]
BATCH = 500

UPSERT = """
    INSERT INTO netvisor_ledger_voucher (company_id, netvisor_key, status, date, number, description, voucher_class,
                                         class_key, source_key, source_type, uri, extra, digest, seen)
         VALUES %s
    ON CONFLICT (company_id, netvisor_key) DO UPDATE
            SET status = EXCLUDED.status, date = EXCLUDED.date, number = EXCLUDED.number,
                description = EXCLUDED.description, voucher_class = EXCLUDED.voucher_class,
                class_key = EXCLUDED.class_key, source_key = EXCLUDED.source_key,
                source_type = EXCLUDED.source_type, uri = EXCLUDED.uri, extra = EXCLUDED.extra,
                digest = EXCLUDED.digest, seen = EXCLUDED.seen, told = FALSE
      RETURNING netvisor_key, id
"""
INSERT_LINES = """
    INSERT INTO netvisor_ledger_line (company_id, voucher_id, netvisor_key, date, valid, account_number, amount,
                                      vat_percent, vat_code, description, account_dimension, dimensions, extra)
         VALUES %s
"""
LINK = """
    UPDATE netvisor_ledger_voucher voucher
       SET move_id = document.move_id
      FROM netvisor_document document
     WHERE voucher.company_id = %(company)s AND document.root_company_id = %(company)s
       AND document.move_id IS NOT NULL AND document.netvisor_key != 0
       AND voucher.move_id IS DISTINCT FROM document.move_id
       AND (document.kind = 'voucher' AND document.netvisor_key = voucher.netvisor_key
            OR document.kind = 'sales_invoice' AND document.netvisor_key = voucher.source_key
               AND voucher.source_type = 'salesinvoice')
"""


class NetvisorLedgerVoucher(models.Model):
    _name = "netvisor.ledger.voucher"
    _description = "Netvisor voucher"
    _order = "date desc, number desc, id desc"
    _log_access = False  # written by the thousand, by the job alone

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    netvisor_key = fields.Integer(string="Netvisor key", required=True, readonly=True, aggregator=None)
    status = fields.Selection(STATUSES, required=True, readonly=True)
    date = fields.Date(readonly=True)
    number = fields.Integer(readonly=True, aggregator=None)
    description = fields.Char(readonly=True)
    voucher_class = fields.Char(string="Voucher type", readonly=True)
    class_key = fields.Integer(readonly=True, aggregator=None)
    source_key = fields.Integer(string="Netvisor key of the invoice", readonly=True, aggregator=None)
    source_type = fields.Char(readonly=True, help="salesinvoice or purchaseinvoice, when an invoice made the voucher.")
    uri = fields.Char(string="Address in Netvisor", readonly=True)
    extra = fields.Json(readonly=True)  # elements that this version has no field for, as they came
    digest = fields.Char(readonly=True)  # of all that was read: unchanged vouchers cost no write of their lines
    seen = fields.Datetime(string="Last read", readonly=True)
    move_id = fields.Many2one("account.move", string="Journal entry", index="btree_not_null", ondelete="set null")
    line_ids = fields.One2many("netvisor.ledger.line", "voucher_id", string="Lines")
    debit = fields.Float(compute="_compute_debit", digits=(16, 2))
    move_line_ids = fields.One2many(related="move_id.line_ids", string="Lines in Odoo")

    _key_uniq = models.UniqueIndex("(company_id, netvisor_key)")
    _date_idx = models.Index("(company_id, date)")
    _source_idx = models.Index("(company_id, source_type, source_key) WHERE source_key IS NOT NULL AND move_id IS NULL")

    @api.depends("voucher_class", "number")
    def _compute_display_name(self):
        for voucher in self:
            voucher.display_name = " ".join(filter(None, (voucher.voucher_class, str(voucher.number or ""))))

    @api.depends("line_ids.amount")
    def _compute_debit(self):
        sums = self.env["netvisor.ledger.line"]._read_group(
            [("voucher_id", "in", self.ids), ("amount", ">", 0)], ["voucher_id"], ["amount:sum"]
        )
        by_voucher = {voucher.id: amount for voucher, amount in sums}
        for voucher in self:
            voucher.debit = by_voucher.get(voucher.id, 0)

    # --- what a person may do ---------------------------------------------------------------------------------------
    def action_read_again(self):
        """Button above the list: ask now what was modified."""
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only Invoicing users can read lists from Netvisor."))
        company = self.env.company
        if not company._netvisor_is_connected() or not company._netvisor_root().sudo().netvisor_ledger:
            raise UserError(
                self.env._(
                    "%(company)s does not read Netvisor's ledger. Switch it on in the settings.", company=company.name
                )
            )
        feeds = self.env["netvisor.feed"]
        feeds._read_now(company, ("ledger", "deleted_voucher"))
        return feeds._said()

    def action_open_in_netvisor(self):
        """Netvisor's own address of the voucher, and no other: it comes from outside."""
        self.ensure_one()
        self.check_access("read")
        company = self.company_id.sudo()
        try:
            address.checked(f"{self.uri.partition('?')[0].rpartition('/')[0]}/", company.netvisor_mode != "production")
        except address.BadAddress:
            raise UserError(self.env._("%(uri)s is no address of Netvisor.", uri=self.uri)) from None
        return {"type": "ir.actions.act_url", "url": self.uri, "target": "new"}

    # --- storing ----------------------------------------------------------------------------------------------------
    @api.model
    def _store(self, company, vouchers, seen):
        """Write what was read, in batches; vouchers that have not changed are only marked as seen.

        :param vouchers: iterable of the wire's LedgerVoucher, read as they arrive: memory stays flat
        :param seen: datetime of the reading
        :return: (number read, number that changed)
        """
        read = changed = 0
        batch = []
        for voucher in vouchers:
            if not voucher.key:
                continue  # nothing could ever be compared with it
            batch.append(voucher)
            if len(batch) >= BATCH:
                changed += self._store_batch(company, batch, seen)
                read += len(batch)
                batch = []
        if batch:
            changed += self._store_batch(company, batch, seen)
            read += len(batch)
        self.invalidate_model()
        self.env["netvisor.ledger.line"].invalidate_model()
        return read, changed

    @api.model
    def _store_batch(self, company, vouchers, seen):
        cr = self.env.cr
        # The last of two with one key counts: an answer may repeat a voucher that changed while it was written.
        rows = {voucher.key: (voucher, _digest(voucher)) for voucher in vouchers}
        cr.execute(
            "SELECT netvisor_key, id, digest FROM netvisor_ledger_voucher WHERE company_id = %s AND netvisor_key IN %s",
            [company.id, tuple(rows)],
        )
        known = {key: (record_id, digest) for key, record_id, digest in cr.fetchall()}
        same = [known[key][0] for key, (_voucher, digest) in rows.items() if key in known and known[key][1] == digest]
        if same:
            cr.execute("UPDATE netvisor_ledger_voucher SET seen = %s WHERE id IN %s", [seen, tuple(same)])
        new = [row for key, row in rows.items() if key not in known or known[key][1] != row[1]]
        if new:
            self._write_batch(company, new, seen)
        return len(new)

    @api.model
    def _write_batch(self, company, rows, seen):
        cr = self.env.cr
        values = [
            (
                company.id,
                voucher.key,
                voucher.status if voucher.status in ("invalidated", "deleted") else "valid",
                voucher.date,
                voucher.number,
                voucher.description or None,
                voucher.voucher_class or None,
                voucher.class_key,
                voucher.source_key,
                voucher.source_type.lower() or None,
                voucher.uri or None,
                _extra(voucher),
                digest,
                seen,
            )
            for voucher, digest in rows
        ]
        ids = dict(execute_values(cr._obj, UPSERT, values, page_size=len(values), fetch=True))
        cr.execute("DELETE FROM netvisor_ledger_line WHERE voucher_id IN %s", [tuple(ids.values())])
        lines = [
            (
                company.id,
                ids[voucher.key],
                line.key,
                voucher.date,
                voucher.status not in ("invalidated", "deleted"),
                line.account,
                line.amount,
                line.vat_percent,
                line.vat_code or None,
                line.description or None,
                line.account_dimension or None,
                Json([[item.name, item.item] for item in line.dimensions]) if line.dimensions else None,
                _extra(line),
            )
            for voucher, _digest_ in rows
            for line in voucher.lines
        ]
        if lines:
            execute_values(cr._obj, INSERT_LINES, lines, page_size=1000)

    # --- what became of them ----------------------------------------------------------------------------------------
    @api.model
    def _unseen(self, company, first, last, began):
        """:return: Netvisor keys of the valid vouchers of these dates that no reading has seen since ``began``"""
        self.env.cr.execute(
            """SELECT netvisor_key FROM netvisor_ledger_voucher
                WHERE company_id = %s AND date BETWEEN %s AND %s AND status = 'valid' AND seen < %s ORDER BY 1""",
            [company.id, first, last, began],
        )
        return [key for (key,) in self.env.cr.fetchall()]

    @api.model
    def _mark_deleted(self, company, keys, before=None):
        """Netvisor says that these are deleted, or was asked for them and does not have them: kept, without effect.

        :param before: datetime; only those that no reading has seen since
        """
        self.env.cr.execute(
            """WITH gone AS (UPDATE netvisor_ledger_voucher SET status = 'deleted', digest = NULL, told = FALSE
                              WHERE status != 'deleted' AND company_id = %(company)s AND netvisor_key IN %(keys)s
                                AND (%(before)s::timestamp IS NULL OR seen < %(before)s) RETURNING id)
               UPDATE netvisor_ledger_line line SET valid = FALSE FROM gone WHERE line.voucher_id = gone.id""",
            {"company": company.id, "keys": tuple(keys), "before": before},
        )
        self.invalidate_model()

    @api.model
    def _link(self, company):
        """Which entry of Odoo is it? By the key of what was sent; vouchers of invoices by the key of the invoice."""
        self.env["netvisor.document"].flush_model()
        self.env.cr.execute(LINK, {"company": company.id})
        self.invalidate_model(["move_id"])


class NetvisorLedgerLine(models.Model):
    _name = "netvisor.ledger.line"
    _description = "Netvisor ledger line"
    _order = "date desc, voucher_id desc, id"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    voucher_id = fields.Many2one(
        "netvisor.ledger.voucher", required=True, index=True, ondelete="cascade", readonly=True
    )
    netvisor_key = fields.Integer(string="Netvisor key", readonly=True, aggregator=None)
    # The voucher's, so that sums over a year need no join.
    date = fields.Date(readonly=True)
    valid = fields.Boolean(readonly=True)
    account_number = fields.Char(string="Account", readonly=True)
    amount = fields.Float(digits=(16, 2), readonly=True, help="Debit positive, credit negative, in euro.")
    vat_percent = fields.Float(string="VAT %", digits=(6, 2), readonly=True, aggregator=None)
    vat_code = fields.Char(string="VAT code", readonly=True)
    description = fields.Char(readonly=True)
    account_dimension = fields.Char(string="Follow-up object", readonly=True)
    dimensions = fields.Json(readonly=True)
    dimension_text = fields.Char(string="Dimensions", compute="_compute_texts")
    debit = fields.Float(digits=(16, 2), compute="_compute_texts")
    credit = fields.Float(digits=(16, 2), compute="_compute_texts")
    extra = fields.Json(readonly=True)

    # Sums by account and month of what counts; the amount is in the index, so the table itself is not read.
    _sums_idx = models.Index("(company_id, date, account_number) INCLUDE (amount) WHERE valid")

    @api.depends("amount", "dimensions", "account_dimension")
    def _compute_texts(self):
        for line in self:
            line.debit, line.credit = max(line.amount, 0), max(-line.amount, 0)
            names = [f"{name}: {item}" for name, item in line.dimensions or []]
            line.dimension_text = ", ".join(filter(None, [*names, line.account_dimension]))


def _extra(record):
    """What no field holds, and what no reader understood: kept, never dropped."""
    found = {name: [list(pair) for pair in getattr(record, name)] for name in ("unknown", "unreadable")}
    return Json(found) if any(found.values()) else None


def _digest(voucher):
    return hashlib.sha256(repr(voucher).encode()).hexdigest()
