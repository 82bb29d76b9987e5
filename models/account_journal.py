import re
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError

NON_DIGITS = re.compile(r"\D")
EXPORTED_TYPES = {"sale": ("sales_invoice",)}  # besides vouchers, which any entry can be
# Tried in this order when prefixes are proposed: as few digits as possible, for Netvisor's numbers are integers.
PREFIXES = tuple(map(str, range(1, 10000)))
NETVISOR_FIELDS = ("netvisor_export", "netvisor_number_prefix", "netvisor_refund_prefix", "code", "refund_sequence")


class AccountJournal(models.Model):
    _inherit = "account.journal"

    netvisor_export = fields.Selection(
        [
            ("none", "Nothing"),
            ("sales_invoice", "Sales invoices"),
            ("purchase_invoice", "Purchase invoices"),
            ("voucher", "Vouchers"),
        ],
        string="Send to Netvisor",
        default="none",
        required=True,
        tracking=True,
        help="What becomes of the entries of this journal in Netvisor.",
    )
    netvisor_status = fields.Selection(
        [("open", "Open: Odoo delivers it"), ("unsent", "Unsent: Netvisor delivers it")],
        string="Arrives in Netvisor as",
        help="Empty: as the settings of the company say.",
    )
    netvisor_pdf = fields.Selection(
        [("none", "No PDF"), ("attach", "Attach the PDF")],
        string="PDF copy for Netvisor",
        help="Empty: as the settings of the company say.",
    )
    netvisor_number_prefix = fields.Char(
        string="Number prefix of invoices",
        copy=False,
        help="Netvisor's invoice numbers have digits only: INV/2026/00001 becomes 202600001. Digits typed here go in "
        "front, so that two series never get the same numbers.",
    )
    netvisor_refund_prefix = fields.Char(
        string="Number prefix of credit notes", copy=False, help="The same for the credit notes of this journal."
    )
    netvisor_analytic_account_ids = fields.Many2many(
        "account.analytic.account",
        "account_journal_netvisor_analytic_rel",
        string="Default dimensions",
        help="For lines whose analytic distribution says nothing about the plan.",
        check_company=True,
    )
    netvisor_number_example = fields.Text(string="Numbers in Netvisor", compute="_compute_netvisor_number_example")
    netvisor_connected = fields.Boolean(compute="_compute_netvisor_connected")

    @api.depends("company_id")
    def _compute_netvisor_connected(self):
        for journal in self:
            journal.netvisor_connected = journal.company_id._netvisor_is_connected() if journal.company_id else False

    @api.depends("netvisor_number_prefix", "netvisor_refund_prefix", "code", "type", "refund_sequence")
    def _compute_netvisor_number_example(self):
        for journal in self:
            samples = journal._netvisor_samples() if journal.type == "sale" else {}
            journal.netvisor_number_example = "\n".join(
                f"{name} → {journal._netvisor_digits(name, move_type)}" for move_type, name in samples.items()
            )

    # --- asked by the kinds -----------------------------------------------------------------------------------------
    def _netvisor_digits(self, name, move_type):
        """The number that Netvisor gets for Odoo's number: digits only, behind the prefix of the series."""
        return self._netvisor_prefix(move_type) + NON_DIGITS.sub("", name or "")

    def _netvisor_prefix(self, move_type):
        """Credit notes without a prefix of their own have that of the invoices."""
        own = self.netvisor_refund_prefix if move_type == "out_refund" else False
        return own or self.netvisor_number_prefix or ""

    def _netvisor_invoice_status(self):
        """:return: "open" or "unsent", by the journal or else by the company"""
        delivery = self.company_id._netvisor_root().netvisor_delivery
        return self.netvisor_status or ("unsent" if delivery == "netvisor" else "open")

    def _netvisor_attaches_pdf(self):
        return (self.netvisor_pdf or self.company_id._netvisor_root().netvisor_pdf) == "attach"

    # --- number series ----------------------------------------------------------------------------------------------
    def _netvisor_samples(self):
        """One number of each series that the journal has. :return: dict move type → number"""
        self.ensure_one()
        samples = {}
        moves = self.env["account.move"].sudo()  # only the form of a number is looked at
        for move_type in ("out_invoice", "out_refund") if self.refund_sequence else ("out_invoice",):
            last = self._origin and moves.search(
                [("journal_id", "=", self._origin.id), ("move_type", "=", move_type), ("name", "not in", (False, "/"))],
                order="date desc, id desc",
                limit=1,
            )
            # A journal that was not used yet: the form that Odoo gives its first number.
            year = fields.Date.context_today(self).year
            first = f"{'R' if move_type == 'out_refund' else ''}{self.code or ''}/{year}/00001"
            samples[move_type] = last.name if last else first
        return samples

    def _netvisor_series(self):
        """:return: dict move type → (digits in front, shape); equal values would give equal numbers"""
        series = {}
        for move_type, name in self._netvisor_samples().items():
            _format, parts = self.env["account.move"]._get_sequence_format_param(name)
            digits = {key: NON_DIGITS.sub("", parts.get(key) or "") for key in ("prefix1", "prefix2", "suffix")}
            shape = (parts["year_length"], bool(parts.get("month")), digits["prefix2"], digits["suffix"])
            series[move_type] = (self._netvisor_prefix(move_type) + digits["prefix1"], shape)
        return series

    def _netvisor_exported(self):
        """All exported sales journals that share the numbers of one Netvisor company."""
        root = self.company_id._netvisor_root()
        return (
            self.env["account.journal"]
            .sudo()
            .search(
                [("company_id", "child_of", root.id), ("type", "=", "sale"), ("netvisor_export", "=", "sales_invoice")],
                order="sequence, id",
            )
        )

    @api.model
    def _netvisor_collisions(self, journals):
        """:return: list of lists of (journal, move type) that would give the same numbers"""
        users = defaultdict(list)
        for journal in journals:
            for move_type, series in journal._netvisor_series().items():
                users[series].append((journal, move_type))
        return [rows for rows in users.values() if len(rows) > 1]

    def _netvisor_propose_prefixes(self, others=None):
        """Give each colliding series of these journals the smallest free prefix; series that fit keep theirs."""
        others = (self._netvisor_exported() - self._origin) if others is None else others
        taken = {series for journal in others for series in journal._netvisor_series().values()}
        for journal in self:
            for move_type in journal._netvisor_samples():
                front, shape = journal._netvisor_series()[move_type]  # again: the one before may have changed it
                if (front, shape) in taken:
                    bare = front.removeprefix(journal._netvisor_prefix(move_type))
                    prefix = next(prefix for prefix in PREFIXES if (prefix + bare, shape) not in taken)
                    field = "netvisor_refund_prefix" if move_type == "out_refund" else "netvisor_number_prefix"
                    journal[field] = prefix
                    front = prefix + bare
                taken.add((front, shape))

    @api.onchange("netvisor_export")
    def _onchange_netvisor_export(self):
        if self.netvisor_export == "sales_invoice":
            self._netvisor_propose_prefixes()

    @api.model_create_multi
    def create(self, vals_list):
        # The proposal comes before the check, so that journals made by code need no knowledge of other series.
        journals = super(AccountJournal, self.with_context(netvisor_no_series_check=True)).create(vals_list)
        journals = journals.with_context(netvisor_no_series_check=self.env.context.get("netvisor_no_series_check"))
        for journal, vals in zip(journals, vals_list, strict=True):
            journal._netvisor_switched_on(vals)
        return journals

    def write(self, vals):
        if vals.get("netvisor_export") != "sales_invoice":
            return super().write(vals)
        before = self.filtered(lambda journal: journal.netvisor_export != "sales_invoice")
        result = super(AccountJournal, self.with_context(netvisor_no_series_check=True)).write(vals)
        for journal in before:
            journal._netvisor_switched_on(vals)
        self._check_netvisor_series()
        return result

    def _netvisor_switched_on(self, vals):
        """Propose prefixes where nobody has typed any, then insist that no two series collide."""
        if self.netvisor_export != "sales_invoice":
            return
        if not {"netvisor_number_prefix", "netvisor_refund_prefix"} & set(vals):
            self.with_context(netvisor_no_series_check=True)._netvisor_propose_prefixes()
        self._check_netvisor_series()

    @api.constrains("netvisor_number_prefix", "netvisor_refund_prefix")
    def _check_netvisor_prefix(self):
        for journal in self:
            for prefix in (journal.netvisor_number_prefix, journal.netvisor_refund_prefix):
                if prefix and (NON_DIGITS.search(prefix) or not prefix.isascii() or len(prefix) > 4):
                    raise ValidationError(
                        self.env._("%(prefix)s is not a prefix for Netvisor: up to four digits.", prefix=prefix)
                    )
                if prefix and prefix.startswith("0"):
                    raise ValidationError(
                        self.env._(
                            "%(prefix)s: a prefix for Netvisor cannot begin with 0, numbers lose it.", prefix=prefix
                        )
                    )

    @api.constrains("netvisor_export", "type")
    def _check_netvisor_export(self):
        for journal in self:
            if journal.netvisor_export not in ("none", "voucher", *EXPORTED_TYPES.get(journal.type, ())):
                label = dict(self._fields["netvisor_export"]._description_selection(self.env))[journal.netvisor_export]
                raise ValidationError(
                    self.env._(
                        "%(journal)s cannot send “%(what)s” to Netvisor. Sales journals send sales invoices or vouchers; "
                        "other journals send vouchers.",
                        journal=journal.display_name,
                        what=label,
                    )
                )

    @api.constrains(*NETVISOR_FIELDS)
    def _check_netvisor_series(self):
        if self.env.context.get("netvisor_no_series_check"):
            return
        for journal in self.filtered(lambda journal: journal.netvisor_export == "sales_invoice"):
            if journal.company_id._netvisor_root().netvisor_numbering == "netvisor":
                continue
            for rows in self._netvisor_collisions(journal._netvisor_exported()):
                if any(other == journal for other, _move_type in rows):
                    raise ValidationError(journal._netvisor_collision_text(rows))

    def _netvisor_collision_text(self, rows):
        labels = {"out_invoice": self.env._("invoices"), "out_refund": self.env._("credit notes")}
        return self.env._(
            "These would get the same numbers in Netvisor: %(series)s. Give each its own prefix.",
            series="; ".join(
                f"{journal.display_name}, {labels[move_type]} ({journal._netvisor_samples()[move_type]} → "
                f"{journal._netvisor_digits(journal._netvisor_samples()[move_type], move_type)})"
                for journal, move_type in rows
            ),
        )
