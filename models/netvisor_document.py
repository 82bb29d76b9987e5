from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .netvisor_enqueue import ENQUEUE
from .netvisor_problem import PROBLEMS, describe

#            enqueue (in the transaction that posts)
#                      │
#   ┌──────────────►  todo ◄──────────── a person mended it · Netvisor was busy · surely absent ────────┐
#   │                  │ claim (SKIP LOCKED, commit)                                                    │
#   │               claimed ── something is wrong with it ─────────────────────► blocked ───────────────┤
#   │                  │ transaction id, digest, search key · COMMIT                                    │
#   │               sending ── refused ────────────────────────────────────────► blocked                │
#   │       accepted │   │ answer lost, process killed                                                  │
#   │                ▼   ▼                                                                              │
#   │              done ◄─ in_doubt ── look-up: absent for longer than the longest answer ──────────────┘
#   │                │        └─ two candidates ──► review ── a person chooses ──► done / todo
#   │                ├─ differs from what was sent ──► changed
#   │                └─ gone in Netvisor ────────────► deleted
#   └─ posted again ── cancelled (never to be sent; the reason is kept)
STATES = [
    ("blocked", "Needs attention"),
    ("review", "Choose"),
    ("in_doubt", "Answer lost, checking"),
    ("changed", "Changed after sending"),
    ("deleted", "Deleted in Netvisor"),
    ("todo", "Waiting"),
    ("claimed", "In progress"),
    ("sending", "Sending"),
    ("done", "In Netvisor"),
    ("cancelled", "Not to be sent"),
]
IN_FLIGHT = ("sending", "in_doubt", "review")
NOT_YET = ("todo", "claimed", "blocked")
SENT = ("done", "changed")
# What a person, not the engine, must look at.
OPEN_PROBLEMS = ("blocked", "review", "changed", "deleted")

PRIORITY_BUTTON, PRIORITY_MASTER, PRIORITY_POST, PRIORITY_BACKFILL = 10, 20, 50, 90
# The kinds that *are* the journal entry in Netvisor, one of them at most; a match or an invalidation is work beside it.
MAIN_KINDS = ("sales_invoice", "voucher")


class NetvisorDocument(models.Model):
    """What is sent: outbox, link and history in one. State lives here, beside the invoice, never in it."""

    _name = "netvisor.document"
    _description = "Netvisor document"
    _order = "id desc"

    name = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade", readonly=True)
    root_company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        readonly=True,
        string="Connected company",
        help="The company whose connection is used: a branch uses that of its head office.",
    )
    kind = fields.Selection(
        [
            ("sales_invoice", "Sales invoice"),
            ("credit_note_match", "Credit note match"),
            ("voucher", "Voucher"),
            ("voucher_invalidation", "Invalidation of a voucher"),
            ("customer", "Customer"),
            ("product", "Product"),
            ("dimension_item", "Dimension item"),
        ],
        required=True,
        readonly=True,
    )
    # The invoice may go, the proof of what was sent may not: the row is detached and keeps key and number.
    move_id = fields.Many2one("account.move", string="Invoice", ondelete="set null", readonly=True)
    binding_id = fields.Many2one("netvisor.binding", string="Link", ondelete="cascade", readonly=True)
    partner_id = fields.Many2one("res.partner", compute="_compute_partner_id", string="Customer")
    state = fields.Selection(STATES, default="todo", required=True, readonly=True, index=False)
    priority = fields.Integer(default=PRIORITY_POST, readonly=True, aggregator=None)
    next_try = fields.Datetime(readonly=True)
    tries = fields.Integer(readonly=True, aggregator=None)
    uuid = fields.Char(readonly=True, copy=False, help="Travels with the message, so that it can be found again.")
    operation = fields.Char(readonly=True)
    transaction_id = fields.Char(readonly=True)
    sent_date = fields.Datetime(string="Sent", readonly=True)
    digest = fields.Char(readonly=True)
    # Not "search": a field of that name would hide the method of every model.
    search_values = fields.Json(readonly=True)
    netvisor_key = fields.Integer(string="Netvisor key", readonly=True, aggregator=None)
    netvisor_number = fields.Char(string="Netvisor number", readonly=True)
    outcome = fields.Char(readonly=True)
    # Accepted, but what comes after (links, matches, reading back) is not done: a killed process must not lose it.
    follow_up = fields.Char(readonly=True)
    code = fields.Char(string="Netvisor code", readonly=True)
    message = fields.Text(string="Netvisor's words", readonly=True)
    problems = fields.Json(readonly=True)
    problem = fields.Text(compute="_compute_problem")
    remedy = fields.Text(compute="_compute_problem", string="What to do")
    remote_status = fields.Char(string="Status in Netvisor", readonly=True)
    uri = fields.Char(string="Address in Netvisor", readonly=True)
    call_ids = fields.One2many("netvisor.call", "document_id", string="Calls")

    # One document per company, kind and record.
    _move_uniq = models.UniqueIndex("(move_id, kind) WHERE move_id IS NOT NULL")
    _main_uniq = models.UniqueIndex("(move_id) WHERE move_id IS NOT NULL AND kind IN ('sales_invoice', 'voucher')")
    _binding_uniq = models.UniqueIndex("(binding_id, kind) WHERE binding_id IS NOT NULL")
    # Outlives the invoice, so that no number is ever used twice.
    _number_uniq = models.UniqueIndex(
        "(root_company_id, netvisor_number) WHERE netvisor_number IS NOT NULL AND kind = 'sales_invoice'",
        "This invoice number is already used in Netvisor.",
    )
    _key_uniq = models.UniqueIndex(
        "(root_company_id, kind, netvisor_key) WHERE netvisor_key != 0 AND kind IN ('sales_invoice', 'voucher')",
        "Another document is already linked to this Netvisor key.",
    )
    # The work to do, whatever the length of the history.
    _queue_idx = models.Index("(root_company_id, priority, id) WHERE state = 'todo'")
    _flight_idx = models.Index("(root_company_id, state, next_try) WHERE state IN ('claimed', 'sending', 'in_doubt')")
    _check_idx = models.Index(
        "(root_company_id, next_try) WHERE next_try IS NOT NULL AND state IN ('done', 'changed', 'deleted')"
    )
    _follow_up_idx = models.Index("(root_company_id, id) WHERE follow_up IS NOT NULL")
    _problem_idx = models.Index("(root_company_id, state) WHERE state NOT IN ('done', 'cancelled')")

    @api.depends("binding_id.partner_id", "move_id.commercial_partner_id")
    def _compute_partner_id(self):
        for document in self:
            document.partner_id = document.move_id.commercial_partner_id or document.binding_id.partner_id

    @api.depends("problems", "message")
    @api.depends_context("lang")
    def _compute_problem(self):
        for document in self:
            # A note beside what was sent all the same is no problem.
            problems = [row for row in document.problems or [] if row.get("level") != "warning"]
            rows = [describe(self.env, problem) for problem in problems]
            document.problem = "\n".join(text for text, _remedy in rows)
            document.remedy = "\n".join(dict.fromkeys(remedy for _text, remedy in rows if remedy))

    @api.depends("name", "kind")
    def _compute_display_name(self):
        for document in self:
            document.display_name = document.name or f"{document.kind} {document.id}"

    # --- enqueueing ------------------------------------------------------------------------------------------------
    @api.model
    def _enqueue_moves(self, moves, kind, priority=PRIORITY_POST):
        """One insert for the whole batch, in the caller's transaction: invoice and document commit or vanish together.

        A row that was cancelled, or blocked, is due again; one that is under way or sent is left alone.

        :return: the number of rows that are due now
        """
        if not moves:
            return 0
        self.env["account.move"].flush_model(["name", "company_id", "invoice_date"])
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                ENQUEUE,
                kind=kind,
                others=tuple(other for other in MAIN_KINDS if other != kind and kind in MAIN_KINDS) or ("",),
                priority=priority,
                button=priority <= PRIORITY_BUTTON,
                uid=self.env.uid,
                ids=tuple(moves.ids),
            )
        )
        self.invalidate_model()
        moves._netvisor_forget()
        self._wake(moves.company_id)
        return len(rows)

    @api.model
    def _enqueue_binding(self, binding, priority=PRIORITY_MASTER):
        """The document of a binding, due again unless it is under way. :return: netvisor.document"""
        document = self.sudo().search([("binding_id", "=", binding.id), ("kind", "=", binding.kind)], limit=1)
        if not document:
            document = self.sudo().create(
                {
                    "name": binding.name or binding.partner_id.display_name or binding.code,
                    "company_id": binding.company_id.id,
                    "root_company_id": binding.company_id.id,
                    "kind": binding.kind,
                    "binding_id": binding.id,
                    "priority": priority,
                    "uuid": self.env["netvisor.engine"]._new_uuid(),
                }
            )
        elif document.state not in (*IN_FLIGHT, "claimed", "todo"):
            document.write(
                {
                    "state": "todo",
                    "next_try": False,
                    "problems": False,
                    "message": False,
                    "code": False,
                    "priority": priority,
                }
            )
        self._wake(binding.company_id)
        return document

    @api.model
    def _wake(self, companies):
        """One trigger of each company's job per transaction: ``_trigger`` inserts a row at every call."""
        if self.env.context.get("netvisor_running"):
            return  # the job itself is asking: it goes on until nothing is due
        woken = self.env.cr.precommit.data.setdefault("netvisor.woken", set())
        for root in {company._netvisor_root() for company in companies}:
            if root.id not in woken and root.sudo().netvisor_cron_id:
                woken.add(root.id)
                root.sudo().netvisor_cron_id._trigger()

    def _notification(self):
        """What the person who pressed a button reads: the result, or that it is queued."""
        waiting = self.filtered(lambda document: document.state in ("todo", "claimed", "sending", "in_doubt"))
        problems = self.filtered(lambda document: document.state in OPEN_PROBLEMS)
        if problems:
            kind, sticky = "danger", True
            lines = [
                f"{document.display_name}: {document.problem or document.message or ''}" for document in problems[:5]
            ]
            message = "\n".join(lines)
        elif waiting:
            kind, sticky = "info", False
            message = self.env._(
                "%(count)s queued. The result shows here as soon as Netvisor has answered.",
                count=len(waiting),
            )
        else:
            kind, sticky = "success", False
            there = self.filtered(lambda document: document.state in SENT)
            message = self.env._("%(count)s in Netvisor.", count=len(there))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Netvisor"),
                "type": kind,
                "sticky": sticky,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # --- what a person may do --------------------------------------------------------------------------------------
    def _check_sender(self):
        """Public methods can be called from outside (RPC): each checks who asks."""
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only Invoicing users can work with Netvisor documents."))
        self.check_access("read")

    def _retry(self, priority=PRIORITY_BUTTON):
        """Due again at once, unless under way. A row in doubt is looked up again, never sent again.

        An invoice that is not to be sent stays so: *Send to Netvisor* is the way to change one's mind.
        """
        again = self.filtered(
            lambda document: (
                document.state in ("blocked", "todo")
                or (document.state == "cancelled" and document.kind not in (*MAIN_KINDS, "voucher_invalidation"))
            )
        )
        again.sudo().write(
            {
                "state": "todo",
                "next_try": False,
                "priority": priority,
                "problems": False,
                "message": False,
                "code": False,
            }
        )
        self.filtered(lambda document: document.state == "in_doubt").sudo().write({"next_try": False})
        self._wake(self.root_company_id)

    def action_retry(self):
        self._check_sender()
        self._retry()
        return self.env["netvisor.engine"]._wait_for(self)

    def action_check(self):
        """Read the objects again in Netvisor: status, and whether they are still there."""
        self._check_sender()
        # A sent document with a due time is read again by the company's job.
        self.sudo().filtered(lambda document: document.state in (*SENT, "deleted")).write(
            {"next_try": fields.Datetime.now()}
        )
        self.sudo().filtered(lambda document: document.state == "in_doubt").write({"next_try": False})
        self._wake(self.root_company_id)
        return self.env["netvisor.engine"]._wait_for(self)

    def action_choose(self):
        """Bind a document in review to the candidate that the person chose (``candidate_key`` in the context)."""
        self.ensure_one()
        self._check_sender()
        key = int(self.env.context.get("candidate_key") or 0)
        candidates = {row["key"]: row for row in (self.search_values or {}).get("candidates", [])}
        if self.state != "review" or key not in candidates:
            raise UserError(self.env._("Choose one of the candidates of a document in review."))
        self.sudo().write(
            {
                "state": "done",
                "netvisor_key": key,
                "netvisor_number": self.netvisor_number or candidates[key].get("number") or False,
                "problems": False,
                "follow_up": "all",  # by the company's job: what waits for this one goes on
            }
        )
        self._wake(self.root_company_id)

    def action_send_again(self):
        """A person has looked and found none of the candidates to be ours."""
        self.ensure_one()
        self._check_sender()
        if self.state != "review":
            raise UserError(self.env._("Only a document in review can be sent again."))
        self.sudo().write({"state": "todo", "next_try": False, "problems": False})
        self._wake(self.root_company_id)

    def action_open_record(self):
        self.ensure_one()
        record = self.move_id or (self.binding_id and self.binding_id._record())
        if not record:
            raise UserError(self.env._("The record no longer exists in Odoo."))
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # --- used by kinds ---------------------------------------------------------------------------------------------
    def _block(self, problems, message=None, code=None):
        assert all(problem.code in PROBLEMS for problem in problems)
        self.write(
            {
                "state": "blocked",
                "problems": [problem.as_json() for problem in problems],
                "message": message,
                "code": code,
                "next_try": False,
            }
        )
