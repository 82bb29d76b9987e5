import json

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, LazyTranslate

from .netvisor_document import PRIORITY_MASTER

_lt = LazyTranslate(__name__)
# What the row of the table cannot know: the link says which identifier would be tried.
USE_ALIAS = _lt("Try its identifier %(alias)s instead")


class NetvisorDocument(models.Model):
    _inherit = "netvisor.document"

    def _remedy(self, problem):
        operator = self._refused_operator(problem)
        if operator.aliases and self.env.user.has_group("account.group_account_manager"):
            text = self.env._(USE_ALIAS) % {"alias": operator._aliases()[0]}
            return {"action_text": text, "action_call": [self._name, "action_operator_alias", self.ids]}
        return super()._remedy(problem)

    def _refused_operator(self, problem):
        operator = self.binding_id.partner_id.netvisor_operator_id
        refused = self.state == "blocked" and problem.get("code") == "operator_refused"
        return operator._current() if refused else operator.browse()

    def action_operator_alias(self):
        """Netvisor does not know the operator under this identifier, but perhaps under another (6.4). For all its contacts."""
        self.ensure_one()
        self._check_sender()
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can change e-invoice operators."))
        operator = self._refused_operator((self.problems or [{}])[0])
        if not operator.aliases:
            raise UserError(self.env._("This operator has no other identifier. Ask the receiver for its operator."))
        operator._use_alias()  # those that waited for it are due again
        return self.env["netvisor.engine"]._wait_for(self)

    def _netvisor_release(self):
        """What waited for these is due again, whether they are in Netvisor or not needed any more."""
        self.flush_model()
        for document in self:
            need = json.dumps([{"code": "needs", "values": {"document": str(document.id)}}])
            rows = self.env.execute_query(
                SQL(
                    """SELECT id FROM netvisor_document
                        WHERE root_company_id = %s AND state = 'blocked' AND problems @> %s::jsonb""",
                    document.root_company_id.id,
                    need,
                )
            )
            self.browse(row[0] for row in rows)._retry(priority=PRIORITY_MASTER)

    # --- windows ----------------------------------------------------------------------------------------------------
    def _window_document(self, problem):
        return self._window_choice(problem) if self.kind == "customer" else super()._window_document(problem)

    def _window_needed(self, problem):
        """From the invoice that waits, straight to the choice."""
        needed = self.browse(int((problem.get("values") or {}).get("document") or 0)).exists()
        choice = needed.kind == "customer" and needed.state == "review" and needed._window_choice(problem)
        return choice or super()._window_needed(problem)

    def _window_choice(self, problem):
        """Contact and customers side by side."""
        partner = self.binding_id.partner_id
        if not partner or not partner.has_access("read") or not self._may_send():
            return None
        return self.env["netvisor.customer.choice"]._open(partner, self.root_company_id)

    def _window_merge(self, problem):
        """Odoo's own merging with both contacts; without the right to it, the contact that has the code."""
        binding = self.sudo().binding_id
        code = (problem.get("values") or {}).get("code") or ""
        other = self.env["netvisor.kind.customer"].sudo()._binding_of_code(binding, code).partner_id.sudo(False)
        if not other or not (other | binding.partner_id.sudo(False)).has_access("read"):
            return None
        if not self.env["base.partner.merge.automatic.wizard"].has_access("create"):
            return self._window(other)
        return (binding.partner_id.sudo(False) | other).action_netvisor_merge()

    def _window_operator(self, problem):
        return self._window(self._refused_operator(problem))

    def action_compare(self):
        """Button of a customer in review: the cards beside the contact."""
        self.ensure_one()
        self._check_sender()
        return self._window_choice({})
