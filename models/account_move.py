import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .netvisor_document import IN_FLIGHT, MAIN_KINDS, PRIORITY_BUTTON, SENT, STATES
from .netvisor_engine_steps import CONFLICTS

_logger = logging.getLogger(__name__)

# What a journal sends → the kind of document that its entries become.
KIND_OF_EXPORT = {"sales_invoice": "sales_invoice", "voucher": "voucher"}
# What these have sent is changed by an edit; anything else that Netvisor has stays as it is.
EDITED_KINDS = ("voucher",)
# What can be edited on a posted invoice and is part of what was sent.
WATCHED_MOVE = {
    "ref", "narration", "payment_reference", "invoice_date_due", "invoice_payment_term_id", "delivery_date", "invoice_origin",
    "partner_shipping_id", "invoice_user_id", "date", "name", "invoice_date", "partner_id", "invoice_line_ids", "line_ids",
}  # fmt: skip
READERS = "account.group_account_readonly,account.group_account_invoice"
WATCHED_LINE = {
    "name",
    "analytic_distribution",
    "date_maturity",
    "account_id",
    "tax_ids",
    "price_unit",
    "quantity",
    "discount",
}


class AccountMove(models.Model):
    _inherit = "account.move"

    netvisor_document_ids = fields.One2many("netvisor.document", "move_id", groups=READERS)
    netvisor_document_id = fields.Many2one(
        "netvisor.document",
        compute="_compute_netvisor",
        search="_search_netvisor_document_id",
        string="Netvisor document",
        groups=READERS,
    )
    netvisor_state = fields.Selection(
        STATES,
        compute="_compute_netvisor",
        search="_search_netvisor_state",
        string="Netvisor",
        groups=READERS,
    )
    netvisor_key = fields.Integer(
        compute="_compute_netvisor",
        search="_search_netvisor_key",
        string="Netvisor key",
        aggregator=None,
        groups=READERS,
    )
    netvisor_number = fields.Char(
        compute="_compute_netvisor",
        search="_search_netvisor_number",
        string="Netvisor number",
        groups=READERS,
    )
    netvisor_remote_status = fields.Char(
        compute="_compute_netvisor",
        search="_search_netvisor_remote_status",
        string="Status in Netvisor",
        groups=READERS,
    )
    netvisor_problem = fields.Text(compute="_compute_netvisor", string="Netvisor problem", groups=READERS)
    netvisor_is_exported = fields.Boolean(compute="_compute_netvisor_is_exported", compute_sudo=True)

    # --- state lives in netvisor.document; these only show it ----------------------------------------------------------
    @api.depends("netvisor_document_ids.state")
    def _compute_netvisor(self):
        documents = (
            self.env["netvisor.document"].sudo().search([("move_id", "in", self.ids), ("kind", "in", MAIN_KINDS)])
        )
        by_move = {document.move_id.id: document for document in documents}
        empty = self.env["netvisor.document"]
        for move in self:
            document = by_move.get(move.id, empty)
            move.netvisor_document_id = document
            move.netvisor_state = document.state
            move.netvisor_key = document.netvisor_key
            move.netvisor_number = document.netvisor_number
            move.netvisor_remote_status = document.remote_status
            move.netvisor_problem = document.problem

    def _netvisor_forget(self):
        """The documents were changed by a statement of SQL: what was shown of them is to be read again."""
        names = [name for name, field in self._fields.items() if name.startswith("netvisor_") and not field.store]
        self.invalidate_recordset(
            [
                *names,
                "netvisor_document_ids",
                "need_cancel_request",
                "show_reset_to_draft_button",
                "alerts",
            ]
        )

    @api.depends("journal_id.netvisor_export", "company_id", "move_type")
    def _compute_netvisor_is_exported(self):
        for move in self:
            root = move.company_id._netvisor_root().sudo()
            move.netvisor_is_exported = bool(move._netvisor_kind() and root._netvisor_is_connected())

    def _netvisor_kind(self):
        """:return: the kind of document that this entry becomes in Netvisor, or None"""
        return KIND_OF_EXPORT.get(self.journal_id.netvisor_export)

    @api.model
    def _search_by_document(self, fname, operator, value):
        """Moves whose document fits; "has none" is a value like the others."""
        if operator not in ("in", "=", "ilike", "like", ">", "<", ">=", "<="):
            return NotImplemented
        documents = self.env["netvisor.document"].sudo()
        values = set(value) if operator == "in" else None
        none = values is not None and (False in values or None in values)
        domain = Domain("kind", "in", MAIN_KINDS) & Domain("move_id", "!=", False)
        if none:
            # Everything but the moves with another value.
            others = documents._search(domain & Domain(fname, "not in", list(values)) & Domain(fname, "!=", False))
            return Domain("id", "not in", others.subselect("move_id"))
        return Domain(
            "id",
            "in",
            documents._search(domain & Domain(fname, operator, value)).subselect("move_id"),
        )

    def _search_netvisor_state(self, operator, value):
        return self._search_by_document("state", operator, value)

    def _search_netvisor_key(self, operator, value):
        return self._search_by_document("netvisor_key", operator, value)

    def _search_netvisor_number(self, operator, value):
        return self._search_by_document("netvisor_number", operator, value)

    def _search_netvisor_remote_status(self, operator, value):
        return self._search_by_document("remote_status", operator, value)

    def _search_netvisor_document_id(self, operator, value):
        if operator in ("any", "any!"):
            # Never with sudo: the inner domain is the user's, and would find keys and payloads letter by letter.
            domain = Domain("kind", "in", MAIN_KINDS) & Domain("move_id", "!=", False) & Domain(value)
            return Domain("id", "in", self.env["netvisor.document"]._search(domain).subselect("move_id"))
        return self._search_by_document("id", operator, value)

    def _field_to_sql(self, alias, fname, query=None):
        """Sortable and groupable without a column on account_move: joined from the slim table."""
        column = {
            "netvisor_state": "state",
            "netvisor_key": "netvisor_key",
            "netvisor_number": "netvisor_number",
            "netvisor_remote_status": "remote_status",
        }.get(fname)
        if column is None:
            return super()._field_to_sql(alias, fname, query=query)
        self._check_field_access(self._fields[fname], "read")
        self.env["netvisor.document"].flush_model(
            ["state", "netvisor_key", "netvisor_number", "remote_status", "move_id"]
        )
        if query is None:
            return SQL(
                "(SELECT %s FROM netvisor_document WHERE move_id = %s AND kind IN %s)",
                SQL.identifier(column),
                SQL.identifier(alias, "id"),
                MAIN_KINDS,
            )
        joined = query.make_alias(alias, "netvisor")
        condition = SQL(
            "%s = %s AND %s IN %s",
            SQL.identifier(joined, "move_id"),
            SQL.identifier(alias, "id"),
            SQL.identifier(joined, "kind"),
            MAIN_KINDS,
        )
        query.add_join("LEFT JOIN", joined, "netvisor_document", condition)
        return SQL.identifier(joined, column)

    # --- posting -------------------------------------------------------------------------------------------------------
    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._netvisor_posted()
        return posted

    def _netvisor_posted(self):
        """One insert for the batch, in the transaction that posts: invoice and document commit or vanish together."""
        due = {}
        for (kind, company), moves in self.grouped(lambda move: (move._netvisor_kind(), move.company_id)).items():
            if kind and company._netvisor_root().sudo().netvisor_send_automatically:
                due[kind] = due.get(kind, self.browse()) | moves.filtered(lambda move: move._netvisor_may_send())
        for kind, moves in due.items():
            if moves and self.env["netvisor.document"]._enqueue_moves(moves, kind) < len(moves):
                moves._netvisor_touched()  # some were sent before: do they still agree?

    def _netvisor_may_send(self):
        """Connected, and not older than the day from which invoices are sent."""
        self.ensure_one()
        root = self.company_id._netvisor_root().sudo()
        start = root.netvisor_start_date
        return root._netvisor_is_connected() and not (start and (self.invoice_date or self.date) < start)

    # --- after sending: the safe minimum -------------------------------------------------------------------------------
    def _need_cancel_request(self):
        document = self.sudo().netvisor_document_id
        return super()._need_cancel_request() or (
            not self._netvisor_reset_anyway()
            and document.state in (*IN_FLIGHT, *SENT)
            and document.kind not in EDITED_KINDS
        )

    def _netvisor_reset_anyway(self):
        """Anybody can put a key into the context: it counts for accounting administrators only."""
        return self.env.context.get("netvisor_reset") and (
            self.env.su or self.env.user.has_group("account.group_account_manager")
        )

    def button_request_cancel(self):
        document = self.sudo().netvisor_document_id
        if document.state in IN_FLIGHT:
            raise UserError(self._netvisor_in_flight_text())
        if document.state in SENT:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("This invoice is in Netvisor"),
                "res_model": "netvisor.reset",
                "view_mode": "form",
                "target": "new",
                "context": {"default_move_id": self.id},
            }
        return super().button_request_cancel()

    def _netvisor_in_flight_text(self):
        return self.env._(
            "%(name)s is on its way to Netvisor at this moment. Wait until the result is known (a lost answer is looked up by"
            " itself), then try again.",
            name=self.display_name,
        )

    def button_draft(self):
        documents = (
            self.env["netvisor.document"].sudo().search([("move_id", "in", self.ids), ("kind", "in", MAIN_KINDS)])
        )
        if documents:
            self._netvisor_take_back(documents)
        return super().button_draft()

    def _netvisor_take_back(self, documents):
        """The mirror image of the engine's intent: one conditional statement decides who was first."""
        documents.flush_recordset()
        self.env.execute_query(
            SQL(
                """UPDATE netvisor_document
                      SET state = 'cancelled', next_try = NULL, problems = %s::jsonb
                    WHERE id IN %s AND state IN ('todo', 'claimed', 'blocked') RETURNING id""",
                '[{"code": "reset_to_draft", "values": {}}]',
                tuple(documents.ids),
            )
        )
        documents.invalidate_recordset()
        for document in documents:
            if document.state in IN_FLIGHT:
                raise UserError(document.move_id._netvisor_in_flight_text())
            if document.state == "done" and self._netvisor_reset_anyway():
                document.state = "changed"
        self._netvisor_forget()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_netvisor_in_flight(self):
        for move in self:
            if move.sudo().netvisor_state in ("claimed", *IN_FLIGHT):
                raise UserError(move._netvisor_in_flight_text())

    # --- a record that differs from what was sent ----------------------------------------------------------------------
    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & WATCHED_MOVE:
            self._netvisor_touched()
        return result

    def _netvisor_touched(self):
        """Before the commit, once per transaction: does what Netvisor has still agree with these invoices?"""
        touched = self.env.cr.precommit.data.setdefault("netvisor.touched", set())
        if not touched:
            self.env.cr.precommit.add(self.env["account.move"]._netvisor_compare_touched)
        touched.update(self.ids)

    @api.model
    def _netvisor_compare_touched(self):
        ids = self.env.cr.precommit.data.pop("netvisor.touched", set())
        if not ids:
            return
        # One look at the slim table decides for nearly every transaction that there is nothing to do. It locks, whatever the
        # state: where the job was faster this picture is old, PostgreSQL says so, and Odoo runs the transaction again.
        documents = self.env["netvisor.document"].sudo().with_context(netvisor_running=True)
        documents.flush_model(["move_id", "kind", "state"])
        statement = "SELECT id, state FROM netvisor_document WHERE move_id IN %s AND kind IN %s FOR SHARE"
        rows = self.env.execute_query(SQL(statement, tuple(ids), MAIN_KINDS))
        documents = documents.browse(row[0] for row in rows if row[1] in SENT)
        posted = documents.filtered(lambda document: document.move_id.state == "posted")
        try:
            # flush=False: flushing the cursor here would run this very callback again.
            with self.env.cr.savepoint(flush=False):
                for (root, kind), rows in posted.grouped(lambda row: (row.root_company_id, row.kind)).items():
                    self.env[f"netvisor.kind.{kind}"].sudo().with_company(root)._mark_changed(rows)
                documents.flush_recordset()
        except CONFLICTS:
            raise
        except Exception:
            _logger.exception("Netvisor: comparing invoices %s with what was sent failed", sorted(ids))

    # --- what a person may do ------------------------------------------------------------------------------------------
    def _netvisor_check_sender(self):
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only Invoicing users can send to Netvisor."))
        self.check_access("read")

    def action_netvisor_send(self):
        """Server action on selected invoices: queue them first in line, and wait a moment for the result."""
        self._netvisor_check_sender()
        ready = self.filtered(
            lambda move: move.state == "posted" and move.netvisor_is_exported and move._netvisor_may_send()
        )
        if not ready:
            raise UserError(
                self.env._(
                    "Nothing to send: only posted invoices of a journal that is exported to Netvisor, dated on or after the first"
                    " day of sending, can be sent."
                )
            )
        for kind, moves in ready.grouped(lambda move: move._netvisor_kind()).items():
            self.env["netvisor.document"]._enqueue_moves(moves, kind, priority=PRIORITY_BUTTON)
        return self.env["netvisor.engine"]._wait_for(ready.netvisor_document_id)

    def _netvisor_documents(self):
        documents = self.netvisor_document_id
        if not documents:
            raise UserError(self.env._("None of these has been queued for Netvisor: use Send to Netvisor first."))
        return documents

    def action_netvisor_check(self):
        self._netvisor_check_sender()
        return self._netvisor_documents().action_check()

    def action_netvisor_retry(self):
        self._netvisor_check_sender()
        return self._netvisor_documents().action_retry()

    def action_netvisor_open(self):
        self.ensure_one()
        self._netvisor_check_sender()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Netvisor"),
            "res_model": "netvisor.document",
            "res_id": self.netvisor_document_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & WATCHED_LINE:
            self.move_id._netvisor_touched()
        return result
