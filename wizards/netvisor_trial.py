import logging
from collections import defaultdict
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import formatLang

from ..models.kind_sales_invoice import MOVE_TYPES
from ..models.netvisor_document import PRIORITY_BUTTON, SENT
from ..models.netvisor_engine import LockTaken
from ..models.netvisor_words import status_label
from ..netvisor import BadAddress, BadCredentials, ReadError, sales_invoice

_logger = logging.getLogger(__name__)

UNDER_WAY = ("todo", "claimed", "sending", "in_doubt")
# What may still be tried: never sent, or gone in Netvisor.
FREE = (False, "todo", "blocked", "cancelled", "deleted")


class NetvisorTrial(models.TransientModel):
    """One invoice, sent as a draft whatever the settings say, and what arrived beside what was sent."""

    _name = "netvisor.trial"
    _description = "Netvisor: trial"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.company._netvisor_root(),
    )
    move_id = fields.Many2one("account.move", string="Invoice", default=lambda self: self._default_move())
    move_domain = fields.Binary(compute="_compute_move_domain")
    state = fields.Selection(
        [
            ("none", "No invoice"),
            ("choose", "Choose"),
            ("waiting", "On its way"),
            ("problem", "Problem"),
            ("sent", "In Netvisor"),
            ("arrived", "Compared"),
        ],
        compute="_compute_state",
    )
    alerts = fields.Json(compute="_compute_state")
    line_ids = fields.One2many("netvisor.trial.line", "trial_id", readonly=True)
    differs = fields.Boolean(compute="_compute_differs")
    sandbox = fields.Boolean(compute="_compute_company")
    held = fields.Boolean(compute="_compute_company")
    opens = fields.Boolean(compute="_compute_opens", help="Odoo delivers: later invoices arrive as open.")

    # --- which invoice ----------------------------------------------------------------------------------------------
    @api.model
    def _domain(self, root):
        """Posted, in a journal that is sent, and not in Netvisor."""
        domain = Domain(
            [
                ("state", "=", "posted"),
                ("move_type", "in", MOVE_TYPES),
                ("company_id", "child_of", root.id),
                ("journal_id.netvisor_export", "=", "sales_invoice"),
                ("netvisor_state", "in", FREE),
            ]
        )
        start = root.sudo().netvisor_start_date
        return domain & Domain("invoice_date", ">=", start) if start else domain

    @api.model
    def _default_move(self):
        """The trial that nobody has finished; else the oldest that waits; else the latest posted one."""
        root = self.env.company._netvisor_root()
        documents = self.env["netvisor.document"]
        ours = Domain("root_company_id", "=", root.id) & Domain("kind", "=", "sales_invoice")
        unfinished = ours & Domain("trial", "=", True)
        if not root.sudo().netvisor_trial_first:
            unfinished &= Domain("state", "not in", SENT)
        tried = documents.search(unfinished, limit=1)
        waiting = tried or documents.search(ours & Domain("state", "=", "todo"), order="id", limit=1)
        latest = "invoice_date desc, id desc"
        return waiting.move_id or self.env["account.move"].search(self._domain(root), order=latest, limit=1)

    @api.depends("company_id")
    def _compute_move_domain(self):
        for wizard in self:
            wizard.move_domain = list(wizard._domain(wizard.company_id))

    # --- how it is --------------------------------------------------------------------------------------------------
    def _document(self):
        return self.move_id.sudo().netvisor_document_id

    @api.depends("move_id")
    @api.depends_context("lang", "uid")
    def _compute_state(self):
        for wizard in self:
            document = wizard._document()
            wizard.alerts = False
            if not wizard.move_id:
                wizard.state = "none"
            elif not document.trial:
                wizard.state = "choose"
            elif document.state in SENT:
                wizard.state = "arrived" if wizard.line_ids else "sent"
            else:
                wizard.state = "waiting" if document.state in UNDER_WAY else "problem"
            if wizard.state in ("waiting", "problem"):
                wizard.alerts = document.with_env(self.env)._netvisor_alerts() or False

    @api.depends("line_ids.same")
    def _compute_differs(self):
        for wizard in self:
            wizard.differs = not all(wizard.line_ids.mapped("same"))

    @api.depends("company_id")
    def _compute_company(self):
        for wizard in self:
            company = wizard.company_id.sudo()
            wizard.sandbox = company.netvisor_mode == "sandbox"
            wizard.held = company.netvisor_trial_first

    @api.depends("move_id")
    def _compute_opens(self):
        for wizard in self:
            journal = wizard.move_id.sudo().journal_id
            wizard.opens = bool(journal) and journal._netvisor_invoice_status() == "open"

    # --- sending ----------------------------------------------------------------------------------------------------
    def _check(self):
        self.ensure_one()
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can try an invoice."))
        if not self.company_id._netvisor_is_connected():
            raise UserError(self.env._("%(company)s is not connected to Netvisor.", company=self.company_id.name))
        self.move_id.check_access("read")

    def action_send(self):
        """Exactly this one: the others wait until somebody has looked at it, unless invoices have arrived before."""
        self._check()
        move = self.move_id.filtered_domain(self._domain(self.company_id))
        if not move:
            raise UserError(
                self.env._(
                    "Choose a posted invoice of a journal that is sent to Netvisor, and that Netvisor does not have yet."
                )
            )
        company = self.company_id.sudo()
        if not company.netvisor_checked_count:
            company.netvisor_trial_first = True
        documents = self.env["netvisor.document"].sudo()
        if not documents._enqueue_moves(move, "sales_invoice", PRIORITY_BUTTON):
            raise UserError(self.env._("%(name)s is on its way to Netvisor already.", name=move.name))
        self._document().trial = True
        return self._wait()

    def action_refresh(self):
        """Look again: has it arrived? What was wrong with it may have been mended meanwhile."""
        self._check()
        return self._wait()

    def _wait(self):
        document = self._document()
        if document.state not in SENT:
            self.env["netvisor.engine"]._wait_for(document)
        if document.state in SENT:
            self._compare(document)
        self.invalidate_recordset()
        return self._action(self)

    # --- what arrived -----------------------------------------------------------------------------------------------
    def _read(self, document):
        """:return: ReceivedInvoice, None when Netvisor no longer has it"""
        try:
            with self.env["netvisor.engine"]._with_company_lock(self.company_id, wait=2, probing=True) as call:
                found = sales_invoice.parse_get(call(sales_invoice.get_request(document.netvisor_key)))
        except (BadAddress, BadCredentials) as error:
            raise UserError(str(error)) from error
        except ReadError:
            raise UserError(
                self.env._("The invoice arrived, and Netvisor did not show it. Look again in a minute.")
            ) from None
        return found[0] if found else None

    def _compare(self, document):
        try:
            received = self._read(document)
        except LockTaken:
            return  # the job is busy with something else: the button looks again
        if not received:
            raise UserError(self.env._("Netvisor no longer has this invoice."))
        rows = self._rows(document, received)
        self.line_ids = [Command.clear(), *(Command.create(row) for row in rows)]

    def _rows(self, document, received):
        """What was sent beside what arrived, in the reader's words."""
        move, sign = self.move_id, -1 if self.move_id.move_type == "out_refund" else 1
        number = document.netvisor_number or received.number or ""
        card, card_name = move.commercial_partner_id._netvisor_customer().name or "", received.invoicing_name or ""
        yield self._row(self.env._("Number"), move.name, received.number or "", number == received.number)
        yield self._row(self.env._("Customer"), card, card_name, card.strip().lower() == card_name.strip().lower())
        foreign = move.currency_id.name != "EUR"
        theirs = received.foreign_amount if foreign else received.amount
        yield self._money_row(self.env._("Total"), Decimal(str(sign * move.amount_total)), theirs)
        if not foreign:
            yield from self._vat_rows(received)
        status = status_label(self.env, received.status) or received.status_text or ""
        yield self._row(self.env._("Status"), self.env._("Unsent: a draft"), status, received.status == "unsent")
        voucher = self.env._("Made") if received.voucher_key else self.env._("None")
        yield self._row(self.env._("Voucher"), self.env._("None"), voucher, not received.voucher_key)

    def _vat_rows(self, received):
        """VAT per rate, from Odoo's tax items and from Netvisor's lines."""
        ours, theirs = defaultdict(Decimal), defaultdict(Decimal)
        for line in self.move_id.line_ids.filtered("tax_line_id"):
            ours[Decimal(str(line.tax_line_id.amount)).normalize()] -= Decimal(str(line.amount_currency))
        for line in received.lines:
            rate, vat = getattr(line, "vat_percent", None), getattr(line, "vat_sum", None)
            if rate is not None and vat is not None:
                theirs[Decimal(rate).normalize()] += vat
        for rate in sorted({*ours, *theirs}, reverse=True):
            if ours[rate] or theirs[rate]:
                label = self.env._("VAT %(rate)s %%", rate=formatLang(self.env, float(rate), digits=1))
                yield self._money_row(label, ours[rate], theirs[rate])

    def _money_row(self, label, ours, theirs):
        texts = [
            "" if amount is None else formatLang(self.env, float(amount), currency_obj=self.move_id.currency_id)
            for amount in (ours, theirs)
        ]
        same = theirs is not None and self.move_id.currency_id.compare_amounts(float(ours), float(theirs)) == 0
        return self._row(label, *texts, same)

    @api.model
    def _row(self, label, ours, theirs, same):
        return {"label": label, "ours": ours, "theirs": theirs, "same": same}

    # --- how to finish ----------------------------------------------------------------------------------------------
    def action_send_for_real(self):
        """After the draft was deleted in Netvisor: the same invoice, as the settings say."""
        self._check()
        document = self._document()
        if document.state in SENT:
            if self._read(document):
                raise UserError(
                    self.env._(
                        "Netvisor still has invoice %(number)s. Delete it there first, then send it for real.",
                        number=document.netvisor_number or document.netvisor_key,
                    )
                )
            document.state = "deleted"
        return self.move_id.action_netvisor_send()

    def action_let_go(self):
        self._check()
        return self.company_id.action_netvisor_trial_over()

    def action_open_document(self):
        self.ensure_one()
        return self._document().with_env(self.env).get_formview_action()

    def action_open_sandbox(self):
        """What a person would look at in Netvisor, the sandbox shows as a page."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.company_id.sudo().netvisor_base_url, "target": "new"}

    @api.model
    def _open(self):
        """What has arrived is compared at once."""
        wizard = self.create({})
        document = wizard._document()
        if document.trial and document.state in SENT:
            try:
                wizard._compare(document)
            except UserError as error:
                _logger.info("Netvisor: the trial is not compared yet: %s", error)  # the button asks again, and tells
        return self._action(wizard)

    @api.model
    def _action(self, wizard=None):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try one invoice"),
            "res_model": self._name,
            "res_id": wizard.id if wizard else False,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }


class NetvisorTrialLine(models.TransientModel):
    _name = "netvisor.trial.line"
    _description = "Netvisor: what arrived"

    trial_id = fields.Many2one("netvisor.trial", required=True, ondelete="cascade")
    label = fields.Char(readonly=True, string="What")
    ours = fields.Char(readonly=True, string="In Odoo")
    theirs = fields.Char(readonly=True, string="In Netvisor")
    same = fields.Boolean(readonly=True)
