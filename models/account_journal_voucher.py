from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..netvisor.tables.voucher import LARGEST_NUMBER
from .account_journal import NON_DIGITS

SUBLEDGERS = ("asset_receivable", "liability_payable")
# Their entries touch receivables or payables by nature.
TOUCHING = ("sale", "purchase", "bank", "cash", "credit")
# How far back other journals are looked at.
LOOK_BACK = relativedelta(years=1)


class AccountJournal(models.Model):
    _inherit = "account.journal"

    netvisor_voucher_mode = fields.Selection(
        [("net", "Net: as in Odoo"), ("gross", "Gross: Netvisor books the VAT")],
        string="Voucher lines",
        default="net",
        required=True,
        help="Net: every line is booked as it is in Odoo, VAT included.\nGross: Odoo's VAT lines are put back into their base, "
        "and Netvisor books the VAT on its own accounts. What does not come to the same cents is not sent.",
    )
    netvisor_voucher_checked = fields.Boolean(
        string="Checked", help="Vouchers arrive in Netvisor as checked, and are not in its view of unchecked postings."
    )
    netvisor_voucher_attachments = fields.Selection(
        [("none", "None"), ("chosen", "Those chosen on each entry")],
        string="Files",
        default="none",
        required=True,
        help="Netvisor charges for each file on a voucher.",
    )
    netvisor_voucher_number = fields.Selection(
        [("netvisor", "Netvisor gives the number"), ("odoo", "Odoo's number, digits only")],
        string="Voucher numbers",
        default="netvisor",
        required=True,
    )
    netvisor_reversal = fields.Selection(
        [
            ("voucher", "Sent as vouchers"),
            ("invalidate", "Of the same day: both left out, the voucher that was sent is invalidated"),
        ],
        string="Reversals",
        default="voucher",
        required=True,
    )
    netvisor_voucher_warning = fields.Text(compute="_compute_netvisor_voucher_warning")

    @api.depends("netvisor_export", "type", "name", "netvisor_voucher_number", "netvisor_voucher_type_id")
    @api.depends_context("lang")
    def _compute_netvisor_voucher_warning(self):
        sending = self.filtered(lambda journal: journal.netvisor_export == "voucher")
        touching = sending._netvisor_touching_subledgers()
        for journal in self:
            lines = []
            if journal in sending and not journal.netvisor_voucher_type_id:
                lines.append(self.env._("Choose the voucher type: without it nothing is sent."))
            if journal in touching:
                lines.append(
                    self.env._(
                        "Entries of this journal book on receivables or payables. A voucher changes Netvisor's books only: "
                        "its sales and purchase ledgers do not follow."
                    )
                )
            if journal in sending and journal.type == "sale":
                lines.append(
                    self.env._(
                        "Invoices become vouchers here, no invoices: Netvisor neither delivers them nor knows who owes what."
                    )
                )
            journal.netvisor_voucher_warning = "\n".join(lines)

    def _netvisor_touching_subledgers(self):
        """:return: those of these journals whose entries book on receivables or payables"""
        others = self.filtered(lambda journal: journal.type not in TOUCHING)
        touching = self - others
        if others.ids:
            self.env["account.move.line"].flush_model(["account_id", "journal_id", "parent_state", "date"])
            rows = self.env.execute_query(
                SQL(
                    """SELECT journal.id FROM account_journal journal
                        WHERE journal.id IN %s
                          AND EXISTS (SELECT FROM account_move_line line
                                        JOIN account_account account ON account.id = line.account_id
                                       WHERE line.journal_id = journal.id AND line.parent_state = 'posted'
                                         AND line.date >= %s AND account.account_type IN %s)""",
                    tuple(others.ids),
                    fields.Date.context_today(self) - LOOK_BACK,
                    SUBLEDGERS,
                )
            )
            touching |= self.browse(row[0] for row in rows)
        return touching

    @api.constrains("netvisor_export", "netvisor_voucher_number", "code")
    def _check_netvisor_voucher_number(self):
        """Netvisor's voucher numbers have nine digits at most, Odoo's usual ones of a month's series have ten."""
        for journal in self:
            if (journal.netvisor_export, journal.netvisor_voucher_number) != ("voucher", "odoo"):
                continue
            name = journal._netvisor_entry_sample()
            digits = NON_DIGITS.sub("", name)
            if not digits or int(digits) > LARGEST_NUMBER:
                raise ValidationError(
                    self.env._(
                        "%(journal)s: %(name)s would be number %(digits)s in Netvisor, which takes nine digits at most. Let "
                        "Netvisor give the numbers, or give the journal a shorter sequence.",
                        journal=journal.display_name,
                        name=name,
                        digits=digits or "–",
                    )
                )

    def _netvisor_entry_sample(self):
        """The form of this journal's numbers: the last one, or the first that Odoo would give."""
        self.ensure_one()
        moves = self.env["account.move"].sudo()
        domain = [("journal_id", "=", self._origin.id), ("name", "not in", (False, "/"))]
        last = self._origin and moves.search(domain, order="date desc, id desc", limit=1)
        today = fields.Date.context_today(self)
        return last.name if last else f"{self.code or ''}/{today.year}/{today.month:02}/0001"
