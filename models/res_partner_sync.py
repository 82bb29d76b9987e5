from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..netvisor import BadAddress, BadCredentials, ReadError, is_not_found
from ..netvisor import customer as wire
from .customer_fields import FIELDS
from .kind_customer_import import CARDS
from .netvisor_document import PRIORITY_BUTTON
from .netvisor_engine_steps import log_text
from .res_partner import GROUPS

# A person waits for it: one long call may be under way, a reading of thousands is not waited for.
LOCK_WAIT = 5


class ResPartner(models.Model):
    """Contacts beside their customer cards: fetched, compared, and what both sides have changed."""

    _inherit = "res.partner"

    netvisor_conflict_count = fields.Integer(
        compute="_compute_netvisor_conflicts", search="_search_netvisor_conflict_count", groups=GROUPS
    )
    netvisor_conflicts = fields.Char(compute="_compute_netvisor_conflicts", groups=GROUPS)

    @api.depends_context("company", "lang")
    def _compute_netvisor_conflicts(self):
        customers = self._netvisor_customers()
        ids = [customer._origin.id for customer in customers.values()]
        # sudo: what the page shows is guarded by the fields' groups
        bindings = self.env["netvisor.binding"].sudo().search(self._netvisor_domain(ids))
        by_partner = {binding.partner_id.id: binding for binding in bindings if binding.conflict_count}
        for partner in self:
            binding = by_partner.get(customers[partner]._origin.id)
            rows = binding.conflicts if binding else {}
            words = [self._netvisor_conflict_words(name, row) for name, row in rows.items()]
            partner.netvisor_conflict_count = len(rows)
            partner.netvisor_conflicts = ", ".join(words) or False

    def _netvisor_conflict_words(self, name, row):
        label = self.env._(FIELDS[name].label)
        return f"{label} ({row['error']})" if row.get("error") else label

    @api.model
    def _search_netvisor_conflict_count(self, operator, value):
        if operator == ">" and value == 0:
            return self._netvisor_search_links([("conflict_count", ">", 0)])
        return NotImplemented

    # --- what a person may do ---------------------------------------------------------------------------------------
    def action_netvisor_fetch(self):
        """Read the cards of these customers now and do what the rules say."""
        self._netvisor_check_sender()
        self.check_access("write")
        partners = self.env["res.partner"].union(*self._netvisor_customers().values())
        partners.check_access("write")
        merges, unread = self._netvisor_fetch(partners)
        took = sorted(partner.display_name for partner, merge in merges.items() if merge.takes)
        asks = sorted(partner.display_name for partner, merge in merges.items() if merge.conflicts)
        lines = [
            (self.env._("Changed: %(names)s", names=self._netvisor_names(took)), took),
            (self.env._("Changed on both sides, choose: %(names)s", names=self._netvisor_names(asks)), asks),
            (self.env._("Not in Netvisor: %(names)s", names=self._netvisor_names(unread)), unread),
        ]
        shown = [text for text, names in lines if names] or [self.env._("Nothing new in Netvisor.")]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Netvisor"),
                "type": "warning" if asks or unread else "success",
                "sticky": bool(asks or unread),
                "message": "\n".join(shown),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _netvisor_names(self, names):
        more = len(names) - 5
        text = ", ".join(names[:5])
        return self.env._("%(names)s and %(count)s more", names=text, count=more) if more > 0 else text

    @api.model
    def _netvisor_fetch(self, partners):
        """:return: (dict contact → Merge, names of the contacts that have no card)"""
        root = self.env.company._netvisor_root().sudo()
        self._netvisor_check_readable(root)
        kind = self.env["netvisor.kind.customer"].sudo().with_company(root)
        keys = kind._keys(partners, root)
        wanted = {key: partner for partner, key in keys.items() if key}
        feed = (
            self.env["netvisor.feed"].sudo().search([("company_id", "=", root.id), ("kind", "=", "customer")], limit=1)
        )
        before, merges, found = kind._read_before(feed), {}, set()
        try:
            with self.env["netvisor.engine"]._with_company_lock(root, LOCK_WAIT) as call:
                for part in split_every(CARDS, wanted, tuple):
                    received = self._netvisor_read_cards(call, part)
                    found |= {card.key for card in received}
                    merges |= kind._take_cards(root, received, before, fetching=True)
        except (BadAddress, BadCredentials) as error:
            raise UserError(str(error)) from error
        unread = [partner.display_name for partner, key in keys.items() if key not in found]
        return {partner.with_env(self.env): merge for partner, merge in merges.items()}, unread

    @api.model
    def _netvisor_read_cards(self, call, keys):
        answer = call(wire.get_request(keys))
        if is_not_found(answer):
            return ()
        try:
            return wire.parse_get(answer)
        except ReadError as error:
            raise UserError(
                self.env._("Netvisor could not be read: %(words)s", words=log_text(answer) or str(error))
            ) from error

    @api.model
    def _netvisor_check_readable(self, root):
        """:raise UserError: naming what stands in the way of asking Netvisor now"""
        if not root._netvisor_is_connected():
            raise UserError(
                self.env._("%(company)s is not connected to Netvisor. Connect it in the settings.", company=root.name)
            )
        if root._netvisor_is_paused():
            raise UserError("\n".join(filter(None, root._netvisor_pause_words())))
        if not root._netvisor_check_database():
            raise UserError(self.env._("This is a copy of the database that is connected to Netvisor."))

    def action_netvisor_compare(self):
        """Field by field: the contact beside its customer card."""
        self._netvisor_check_sender()
        if len(self) != 1:
            raise UserError(self.env._("Compare one contact at a time."))
        return self.env["netvisor.compare"]._open(self._netvisor_customers()[self])

    def _netvisor_mended(self):
        """During a reading once for all of them, not at every write."""
        return None if self.env.context.get("netvisor_import") else super()._netvisor_mended()

    def _netvisor_send_chosen(self, root):
        """After *Compare*: what a person has chosen goes out now. :return: the action that tells"""
        kind = self.env["netvisor.kind.customer"].sudo()
        documents = kind._documents(kind._bindings(self, root).values())
        rows = self.env["netvisor.document"].sudo().union(*documents.values())
        kind._requeue(
            rows.filtered(lambda row: row.state not in ("sending", "in_doubt", "review", "claimed")), PRIORITY_BUTTON
        )
        rows._wake(root)
        return self.env["netvisor.engine"]._wait_for(rows)
