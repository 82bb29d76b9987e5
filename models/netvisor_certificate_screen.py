import logging
from base64 import b64encode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate, date_utils, formatLang

from .certificate_data import OPEN_STATUSES, STATUSES
from .netvisor_certificate import STATUS_WORDS

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

REPORT = "account_netvisor.action_report_certificate"
TABLES = "account_netvisor.certificate_tables"
SECTION_WORDS = {
    "ledger": _lt("Ledger: accounts and months"),
    "vat": _lt("VAT: codes and months"),
    "receivables": _lt("Receivables as of now: customers"),
}
BUTTONS = (*OPEN_STATUSES, "gaps", "credit_notes")


class NetvisorCertificate(models.Model):
    """Confirming, printing, and what the form shows of the figures."""

    _inherit = "netvisor.certificate"

    tables = fields.Html(compute="_compute_tables", sanitize=False, string="Figures as tables")
    point_text = fields.Text(string="What is open", compute="_compute_points")
    sent_count = fields.Integer(string="Not in the ledger", compute="_compute_points")
    waiting_count = fields.Integer(string="Not sent", compute="_compute_points")
    problem_count = fields.Integer(string="Problems", compute="_compute_points")
    gaps_count = fields.Integer(string="Gaps", compute="_compute_points")
    credit_notes_count = fields.Integer(string="Unmatched credit notes", compute="_compute_points")
    attachment_id = fields.Many2one("ir.attachment", compute="_compute_attachment_id", string="Printed certificate")

    @api.depends("figures", "date_to")
    @api.depends_context("lang")
    def _compute_points(self):
        for certificate in self:
            counts = dict(certificate._points(certificate.figures)) if certificate.figures else {}
            for name in BUTTONS:
                certificate[f"{name}_count"] = counts.get(name, 0)
            certificate.point_text = "\n".join(certificate._point_texts()) if certificate.figures else False

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_tables(self):
        for certificate in self:
            certificate.tables = (
                self.env["ir.qweb"]._render(TABLES, certificate._table_values()) if certificate.figures else False
            )

    def _table_values(self):
        """What the tables need, on the screen as on paper."""
        figures = self.figures
        journals = self.env["account.journal"].sudo().browse([row["key"] for row in figures["journals"]])
        rows = [
            {**row, "name": journal.display_name} for row, journal in zip(figures["journals"], journals, strict=True)
        ]
        numbers = [name for name in STATUSES if any(row[name] for row in rows) or name in ("confirmed", "waiting")]
        total = {name: sum(row[name] for row in rows) for name in ("entries", *STATUSES)}
        total |= {
            name: sum(float(row[name]) for row in rows)
            for name in ("debit", *(f"{status}_debit" for status in STATUSES))
        }
        return {
            "certificate": self,
            "figures": figures,
            "rows": sorted(rows, key=lambda row: row["name"]),
            "total": total,
            "statuses": [(name, self.env._(STATUS_WORDS[name])) for name in numbers],
            "sections": [
                {**row, "name": self.env._(word)}
                for row in figures["reconciliation"]
                for word in (SECTION_WORDS[row["key"]],)
            ],
            "money": lambda value: formatLang(self.env, float(value), digits=2),
            "journal_name": {journal.id: journal.display_name for journal in self._gap_journals()},
        }

    def _gap_journals(self):
        return self.env["account.journal"].sudo().browse({row["journal"] for row in self.figures["gaps"]})

    @api.depends("state")
    def _compute_attachment_id(self):
        printed = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("res_field", "=", False)], order="id desc"
        )
        by_record = {attachment.res_id: attachment for attachment in printed}
        for certificate in self:
            certificate.attachment_id = by_record.get(certificate.id)

    # --- confirming ---------------------------------------------------------------------------------------------------
    def action_confirm(self):
        self.ensure_one()
        self._check_draft()
        self.lock_for_update()
        seen = self.digest
        evidence = self._calculate()
        if self.digest != seen:
            return self._say(
                self.env._(
                    "The books have changed since these figures were computed. Look at them again, then confirm."
                ),
                "warning",
            )
        if self.open_count and not (self.reason or "").strip():
            raise UserError(
                self.env._(
                    "This month has open points:\n%(points)s\n\nMend them, or write why it is confirmed all the same.",
                    points="\n".join(self._point_texts()),
                )
            )
        self._keep(
            {
                "state": "confirmed",
                "user_id": self.env.uid,
                "confirmed_at": fields.Datetime.now(),
                "evidence": b64encode(evidence),
            }
        )
        if not self._attach():
            return self._say(
                self.env._("Confirmed, but the PDF could not be made. Use Print when wkhtmltopdf works."), "warning"
            )
        return None

    def _attach(self):
        """The PDF as it was on the day. The certificate stands without it. :return: whether it was made"""
        try:
            with self.env.cr.savepoint():
                content, kind = self.env["ir.actions.report"]._render_qweb_pdf(REPORT, self.ids)
        except UserError:  # no wkhtmltopdf, or one that fails
            _logger.warning("Netvisor: no PDF of certificate %s", self.id, exc_info=True)
            return False
        self.env["ir.attachment"].create(
            {"name": f"{self._file_name()}.{kind}", "raw": content, "res_model": self._name, "res_id": self.id}
        )
        self.invalidate_recordset(["attachment_id"])
        return True

    def _say(self, message, kind="info"):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "sticky": kind == "warning",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_new_revision(self):
        """The same month again: the old certificate stays."""
        self.ensure_one()
        self._check_manager()
        return self.create([{"company_id": self.company_id.id, "date_from": self.date_from}])._window_self()

    def _window_self(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_print(self):
        self._check_reader()
        return self.env.ref(REPORT).report_action(self)

    # --- what is open -------------------------------------------------------------------------------------------------
    def action_open_entries(self):
        """The entries behind a figure, as they are now; ``point`` in the context says which."""
        self.ensure_one()
        self._check_reader()
        point = self.env.context.get("point")
        month = self._month()
        if point in STATUSES:
            ids, name = month.moves((point,)), self.env._(STATUS_WORDS[point])
        elif point == "gaps":
            name = self.env._("After a gap in numbering")
            ids = [row["key"] for row in month.gaps()]
        else:
            name = self.env._("Credit notes that are not matched")
            ids = [row["key"] for row in month.credit_notes()]
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "account.move",
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", ids)],
        }

    def action_open_reconciliation(self):
        """Both ledgers of the month, as they were compared last."""
        self.ensure_one()
        self._check_reader()
        return self.reconciliation_id.action_open()


class NetvisorReconciliation(models.Model):
    _inherit = "netvisor.reconciliation"

    is_month = fields.Boolean(compute="_compute_is_month")

    @api.depends("date_from", "date_to")
    def _compute_is_month(self):
        for record in self:
            first = record.date_from and date_utils.start_of(record.date_from, "month")
            record.is_month = first == record.date_from and record.date_to == date_utils.end_of(first, "month")

    def action_certificate(self):
        """The newest certificate of this month; a draft is made when there is none."""
        self.ensure_one()
        self._check_sees()
        self.check_access("read")
        if not self.is_month:
            raise UserError(self.env._("A certificate is for one whole month."))
        certificates = self.env["netvisor.certificate"]
        domain = [("company_id", "=", self.company_id.id), ("date_from", "=", self.date_from)]
        found = certificates.search(domain, order="revision desc", limit=1)
        if not found:
            certificates._check_manager()
            found = certificates.create([{"company_id": self.company_id.id, "date_from": self.date_from}])
        return found._window_self()


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_certificate(self):
        """The evidence and the print of a confirmed certificate stay with it."""
        ids = self.filtered(lambda attachment: attachment.res_model == "netvisor.certificate").mapped("res_id")
        certificates = self.env["netvisor.certificate"].sudo().browse(ids).exists()
        if any(certificate.state == "confirmed" for certificate in certificates):
            raise UserError(self.env._("This belongs to a confirmed certificate and cannot be deleted."))
