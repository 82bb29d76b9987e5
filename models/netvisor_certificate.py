from base64 import b64decode

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate, date_utils, format_date

from .certificate_data import OPEN_STATUSES, Month, differing, digest

_lt = LazyTranslate(__name__)

STATUS_WORDS = {
    "confirmed": _lt("Confirmed"),
    "sent": _lt("Sent, not in the ledger yet"),
    "waiting": _lt("Not sent yet"),
    "problem": _lt("With a problem"),
    "left_out": _lt("Not to be sent"),
    "outside": _lt("Out of scope"),
}
# What makes a month open → what is said of it.
POINTS = {
    "running": _lt("The month is not over."),
    "waiting": _lt("Not sent to Netvisor yet: %(count)s"),
    "problem": _lt("With a problem: %(count)s"),
    "sent": _lt("Sent, but not in Netvisor's ledger yet: %(count)s"),
    "gaps": _lt("Gaps in numbering: %(count)s"),
    "credit_notes": _lt("Credit notes that are not matched: %(count)s"),
    "not_compared": _lt("The ledgers were not compared: Netvisor's ledger has not been read."),
    "ledger": _lt("Ledger: accounts and months that differ: %(count)s"),
    "vat": _lt("VAT: codes and months that differ: %(count)s"),
    "receivables": _lt("Receivables: customers that differ: %(count)s"),
}
# Read again when somebody asks whether the certificate is still true. The others are as of the day of the certificate.
LASTING = ("journals", "gaps")
EDITABLE = {"company_id", "date_from", "reason"}
CHANGE_WORDS = {
    "entry changed": _lt("Entries changed: %(names)s"),
    "entry added": _lt("Entries added: %(names)s"),
    "entry gone": _lt("Entries that are gone: %(names)s"),
    "voucher changed": _lt("Vouchers changed in Netvisor: %(names)s"),
    "voucher added": _lt("Vouchers added in Netvisor: %(names)s"),
    "voucher gone": _lt("Vouchers gone from this month in Netvisor: %(names)s"),
}
NAMES_SHOWN = 20
# In the context: who comes from outside can put a word there, never this object.
_OWN = object()


class NetvisorCertificate(models.Model):
    """A month of a connected company, confirmed by a person: what was in the books of both sides, and that it agreed.

    Only accounting administrators confirm: closing a month is a decision like a lock date, whose exceptions Odoo gives
    to the same group.
    """

    _name = "netvisor.certificate"
    _description = "Netvisor month-end certificate"
    _order = "date_from desc, company_id, revision desc"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.company._netvisor_root(),
        domain="[('parent_id', '=', False)]",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(string="Month", required=True, default=lambda self: self._default_month())
    date_to = fields.Date(string="Until", compute="_compute_date_to", store=True)
    revision = fields.Integer(readonly=True, aggregator=None)
    state = fields.Selection([("draft", "Draft"), ("confirmed", "Confirmed")], default="draft", readonly=True)
    computed_at = fields.Datetime(string="Figures of", readonly=True)
    figures = fields.Json(readonly=True)
    digest = fields.Char(readonly=True, help="SHA-256 of the evidence: of the figures and of every row below them.")
    evidence = fields.Binary(attachment=True, readonly=True)
    evidence_name = fields.Char(compute="_compute_names")
    open_count = fields.Integer(string="Open points", readonly=True)
    reason = fields.Text(string="Why confirmed all the same", help="Asked for when anything is open.")
    user_id = fields.Many2one("res.users", string="Confirmed by", ondelete="restrict", readonly=True)
    confirmed_at = fields.Datetime(string="Confirmed", readonly=True)
    reconciliation_id = fields.Many2one("netvisor.reconciliation", ondelete="set null", readonly=True)
    read_at = fields.Datetime(related="reconciliation_id.read_at")
    still_true = fields.Boolean(compute="_compute_still_true")
    change_text = fields.Text(string="What changed", compute="_compute_still_true")

    _revision_uniq = models.UniqueIndex("(company_id, date_from, revision)")

    def _default_month(self):
        return date_utils.start_of(date_utils.subtract(fields.Date.context_today(self), months=1), "month")

    @api.depends("date_from")
    def _compute_date_to(self):
        for certificate in self:
            certificate.date_to = certificate.date_from and date_utils.end_of(certificate.date_from, "month")

    @api.depends("date_from", "revision", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for certificate in self:
            month = format_date(self.env, certificate.date_from, date_format="LLLL y")
            several = f" ({certificate.revision})" if certificate.revision > 1 else ""
            certificate.display_name = f"{certificate.company_id.name}, {month}{several}"

    @api.depends("date_from", "revision")
    def _compute_names(self):
        for certificate in self:
            certificate.evidence_name = f"{certificate._file_name()}.csv"

    def _file_name(self):
        return f"netvisor-{self.date_from:%Y-%m}-{self.revision}"

    # --- life ---------------------------------------------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        certificates = self.browse()
        for vals in vals_list:
            # What a certificate says is computed, never given.
            vals = self._cleaned({name: value for name, value in vals.items() if name in EDITABLE})
            company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
            vals["company_id"] = company._netvisor_root().id
            vals.setdefault("date_from", self._default_month())
            vals["revision"] = self._next_revision(vals["company_id"], vals["date_from"])
            certificate = super().create([vals])
            certificate._check_connected()
            certificate._calculate()
            certificates |= certificate
        return certificates

    def write(self, vals):
        if any(certificate.state == "confirmed" for certificate in self):
            raise UserError(self.env._("A confirmed certificate stays as it is. Make a new one for the same month."))
        if self.env.context.get("netvisor_certificate") is _OWN:
            return super().write(vals)
        if forbidden := set(vals) - EDITABLE:
            raise AccessError(
                self.env._("What a certificate says is computed: %(names)s.", names=", ".join(sorted(forbidden)))
            )
        vals = self._cleaned(vals)
        result = super().write(vals)
        if set(vals) & {"company_id", "date_from"}:
            for certificate in self:
                root = certificate.company_id._netvisor_root()
                revision = self._next_revision(root.id, certificate.date_from, certificate)
                certificate._keep({"company_id": root.id, "revision": revision})
                certificate._check_connected()
                certificate._calculate()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        if any(certificate.state == "confirmed" for certificate in self):
            raise UserError(self.env._("A confirmed certificate cannot be deleted: it is evidence."))

    @api.model
    def _cleaned(self, vals):
        """The month, whichever of its days was given."""
        if day := fields.Date.to_date(vals.get("date_from")):
            vals = {**vals, "date_from": date_utils.start_of(day, "month")}
        return vals

    @api.model
    def _next_revision(self, company_id, month, but=None):
        domain = [("company_id", "=", company_id), ("date_from", "=", month), ("id", "!=", but.id if but else False)]
        last = self.sudo().search(domain, order="revision desc", limit=1)
        return last.revision + 1

    def _keep(self, values):
        """Write what ``write`` takes from nobody else."""
        return self.with_context(netvisor_certificate=_OWN).write(values)

    # --- rights -------------------------------------------------------------------------------------------------------
    def _check_reader(self):
        groups = ("account.group_account_invoice", "account.group_account_readonly")
        if not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(self.env._("Only accountants and auditors can see the certificates of Netvisor."))
        self.check_access("read")

    def _check_manager(self):
        self._check_reader()
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can make and confirm certificates."))

    def _check_connected(self):
        for company in self.company_id:
            if not company._netvisor_is_connected():
                raise UserError(self.env._("%(company)s is not connected to Netvisor.", company=company.name))

    def _check_draft(self):
        self._check_manager()
        if any(certificate.state != "draft" for certificate in self):
            raise UserError(self.env._("This certificate is confirmed. Make a new one for the same month."))

    # --- figures ------------------------------------------------------------------------------------------------------
    def action_compute(self):
        self._check_draft()
        for certificate in self:
            certificate._calculate()

    def _calculate(self):
        self.ensure_one()
        month = self._month()
        figures = {**self._lasting(month), **self._passing(month)}
        evidence = month.evidence(figures)
        values = {
            "figures": figures,
            "digest": digest(evidence),
            "computed_at": fields.Datetime.now(),
            "open_count": sum(count for _code, count in self._points(figures)),
        }
        self._keep(values)
        return evidence

    def _month(self):
        return Month(self.company_id.sudo(), self.date_from, self.date_to)

    def _lasting(self, month):
        return {name: getattr(month, name)() for name in LASTING}

    def _passing(self, month):
        """Figures as of now, which later payments change by themselves."""
        return {"credit_notes": month.credit_notes(), "reconciliation": self._compared()}

    def _compared(self):
        """:return: list of what was compared: rows, and how many of them differ; empty while there is nothing to compare"""
        if not self.company_id.sudo().netvisor_ledger:
            return []
        found = self.env["netvisor.reconciliation"]._make(self.company_id, self.date_from, self.date_to).sudo()
        self._keep({"reconciliation_id": found.id})
        if not found.read_at:
            return []
        sections = [("ledger", found.line_ids, found.difference_count), ("vat", found.vat_ids, 0)]
        if found.open_read_at:
            sections.append(("receivables", found.customer_ids, 0))
        return [
            {
                "key": key,
                "rows": len(rows),
                # A difference may hide behind sums that agree.
                "odd": len(rows.filtered(lambda row: not row.agrees)) or explained,
            }
            for key, rows, explained in sections
        ]

    def _points(self, figures):
        """:return: list of (code of ``POINTS``, how many) of what is open"""
        counts = {"running": int(self.date_to >= fields.Date.context_today(self))}
        for status in OPEN_STATUSES:
            counts[status] = sum(row[status] for row in figures["journals"])
        for name in ("gaps", "credit_notes"):
            counts[name] = len(figures[name])
        counts["not_compared"] = int(not figures["reconciliation"])
        counts |= {row["key"]: row["odd"] for row in figures["reconciliation"]}
        return [(code, counts[code]) for code in POINTS if counts.get(code)]

    def _point_texts(self):
        return [self.env._(POINTS[code]) % {"count": count} for code, count in self._points(self.figures)]

    # --- is it still true? --------------------------------------------------------------------------------------------
    @api.depends("state", "digest")
    def _compute_still_true(self):
        """Read from the books at every look: nothing that is kept could tell."""
        for certificate in self:
            certificate.still_true, certificate.change_text = True, False
            if certificate.state == "confirmed":
                month = certificate._month()
                figures = {**certificate.figures, **certificate._lasting(month)}
                evidence = month.evidence(figures)
                if digest(evidence) != certificate.digest:
                    certificate.still_true = False
                    certificate.change_text = "\n".join(certificate._changes(figures, evidence))

    def _changes(self, figures, evidence):
        """:return: list of texts: which figures differ, and which entries and vouchers"""
        texts = self._changed_figures(figures)
        kept = b64decode(self.with_context(bin_size=False, bin_size_evidence=False).evidence or b"")
        names = {}
        for section, name, what in differing(kept, evidence):
            names.setdefault((section, what), []).append(name)
        for key, found in names.items():
            more = [f"+ {len(found) - NAMES_SHOWN}"] if len(found) > NAMES_SHOWN else []
            words = CHANGE_WORDS[" ".join(key)]
            texts.append(self.env._(words) % {"names": ", ".join([*found[:NAMES_SHOWN], *more])})
        return texts

    def _changed_figures(self, figures):
        texts = []
        before = {row["key"]: row for row in self.figures["journals"]}
        after = {row["key"]: row for row in figures["journals"]}
        for journal in self.env["account.journal"].sudo().browse(sorted({*before, *after})):
            old, new = before.get(journal.id, {}), after.get(journal.id, {})
            for status, word in STATUS_WORDS.items():
                pair = [(row.get(status, 0), row.get(f"{status}_debit", "0.00")) for row in (old, new)]
                if pair[0] != pair[1]:
                    was, now = (f"{count} ({debit})" for count, debit in pair)
                    texts.append(f"{journal.display_name}, {self.env._(word)}: {was} → {now}")
        was, now = len(self.figures["gaps"]), len(figures["gaps"])
        if was != now:
            texts.append(self.env._("Gaps in numbering: %(was)s → %(now)s", was=was, now=now))
        return texts
