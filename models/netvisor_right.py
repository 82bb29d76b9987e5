"""Which resources of Netvisor this connection may use, as they were last tried, and what does not work without them."""

import time

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, LazyTranslate

from ..netvisor import rights
from .netvisor_engine import end_transaction
from .netvisor_engine_steps import log_text
from .netvisor_pause import RIGHTS

_lt = LazyTranslate(__name__)

# What a resource is for; without the right, this does not work.
NEEDED_FOR = {
    "accountingperiodlist.nv": _lt("Reading accounting periods and lock dates"),
    "accountlist.nv": _lt("Reading the chart of accounts"),
    "vouchertypelist.nv": _lt("Reading voucher types"),
    "customerlist.nv": _lt("Finding customers"),
    "getcustomer.nv": _lt("Reading customers"),
    "customer.nv": _lt("Creating and updating customers"),
    "salesinvoicelist.nv": _lt("Finding an invoice whose answer was lost"),
    "getsalesinvoice.nv": _lt("Reading invoices back: totals, numbers, statuses"),
    "salesinvoice.nv": _lt("Sending invoices and credit notes"),
    "matchcreditnote.nv": _lt("Matching credit notes with their invoices"),
    "deletesalesinvoice.nv": _lt("Deleting invoices in Netvisor from Odoo"),
    "productlist.nv": _lt("Finding products"),
    "getproduct.nv": _lt("Reading products"),
    "product.nv": _lt("Creating and updating products"),
    "dimensionlist.nv": _lt("Reading dimensions and their items"),
    "dimensionitem.nv": _lt("Creating and renaming dimension items"),
    "dimensiondelete.nv": _lt("Hiding dimension items"),
    "accountingledger.nv": _lt("Reading the ledger, and vouchers whose answer was lost"),
    "deletedvouchers.nv": _lt("Finding vouchers that were deleted in Netvisor"),
    "accountingedit.nv": _lt("Changing vouchers that were sent"),
    "invalidatevouchers.nv": _lt("Invalidating vouchers of cancelled entries"),
    "accounting.nv": _lt("Sending journal entries as vouchers"),
}
AREAS = [
    (rights.SALES_INVOICES, "Sales invoices"),
    (rights.CUSTOMERS, "Customers"),
    (rights.PRODUCTS, "Products"),
    (rights.ACCOUNTING, "Bookkeeping"),
    (rights.DIMENSIONS, "Dimensions"),
]
VERDICTS = [
    (rights.REFUSED, "No right"),
    (rights.NO_INTERFACE, "Not in the package"),
    (rights.UNREADABLE, "No answer of Netvisor's"),
    (rights.UNKNOWN, "Not known"),
    (rights.UNTRIED, "Not tried"),
    (rights.ALLOWED, "Allowed"),
]
REMEDIES = {
    rights.REFUSED: _lt("Allow %(resource)s. %(where)s"),
    rights.NO_INTERFACE: _lt(
        "The Netvisor package of this company does not have this interface. Ask Visma for a package or licence that has "
        "it, then allow %(resource)s. %(where)s"
    ),
    rights.UNREADABLE: _lt("Test the connection: what answered is not Netvisor."),
    rights.UNKNOWN: _lt("Test the rights again."),
    rights.UNTRIED: _lt(
        "This cannot be tried without booking something. See in Netvisor whether %(resource)s is allowed. %(where)s"
    ),
}
# The line is dead, or nobody is at its end.
NO_WAY = ("TLS", "READ_TIMEOUT", "CONNECTION_LOST")
# A person watches a test of the rights: one part of it takes about as long.
PART_SECONDS = 3


class NetvisorRight(models.Model):
    _name = "netvisor.right"
    _description = "Netvisor right"
    _order = "company_id, sequence, id"
    _rec_name = "resource"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade", readonly=True)
    resource = fields.Char(required=True, readonly=True, help="The name of the right in Netvisor.")
    sequence = fields.Integer(readonly=True)
    area = fields.Selection(AREAS, readonly=True)
    compulsory = fields.Boolean(string="Every invoice", readonly=True, help="Without it no invoice can be sent.")
    verdict = fields.Selection(VERDICTS, string="Result", default=rights.UNKNOWN, required=True, readonly=True)
    words = fields.Text(string="Netvisor's words", readonly=True)
    checked = fields.Datetime(string="Tried", readonly=True)
    needed_for = fields.Char(string="What it is for", compute="_compute_texts")
    remedy = fields.Text(string="What to do", compute="_compute_texts")

    _resource_uniq = models.UniqueIndex("(company_id, resource)")

    @api.depends("resource", "verdict")
    @api.depends_context("lang")
    def _compute_texts(self):
        for right in self:
            right.needed_for = right._needed_for(right.resource)
            right.remedy = right._remedy(right.resource, right.verdict)

    @api.model
    def _remedy(self, resource, verdict):
        if verdict not in REMEDIES:
            return ""
        return self.env._(REMEDIES[verdict]) % {"resource": resource, "where": self.env._(RIGHTS)}

    @api.model
    def _needed_for(self, resource):
        words = NEEDED_FOR.get(resource)
        return self.env._(words) if words else resource

    # --- trying them ------------------------------------------------------------------------------------------------
    @api.model
    def _try(self, company, position=0, seconds=None):
        """Ask for the rights one after another, from this position of the table on, under the company's lock.

        It ends early where nothing further would get through. What Netvisor said of each right is kept.

        :param seconds: no further one is asked for after so long; None for all that are left
        :return: (list of (Probe, Answer), whether it ended before its time)
        """
        root = company._netvisor_root()
        answers, accepted, ended, begin = [], position > 0, False, time.monotonic()
        end_transaction(self.env)  # the calls have a cursor of their own: let it see what was typed
        with self.env["netvisor.engine"]._with_company_lock(root, probing=True) as call:
            for probe in rights.PROBES[position:]:
                if seconds is not None and time.monotonic() - begin >= seconds:
                    break
                answer = call(probe.request)
                answers.append((probe, answer))
                accepted = accepted or answer.ok
                if _ends(answer, accepted):
                    ended = True
                    break
        end_transaction(self.env)  # those calls may have ended a pause of the company
        self._keep(root, answers)
        return answers, ended

    @api.model
    def _keep(self, root, answers):
        rows = self.sudo().search([("company_id", "=", root.id)])
        known = {right.resource: right for right in rows}
        order = (*rights.PROBES, *rights.NOT_TRIED)
        found = {probe: (rights.verdict(answer), answer) for probe, answer in answers}
        if any(verdict == rights.ALLOWED for verdict, _answer in found.values()):
            found |= dict.fromkeys(rights.NOT_TRIED, (rights.UNTRIED, None))
        for probe, (verdict, answer) in found.items():
            values = {
                "verdict": verdict,
                "words": log_text(answer) if answer and verdict != rights.ALLOWED else False,
                "checked": fields.Datetime.now() if answer else False,
                "sequence": order.index(probe),
                "area": probe.area,
                "compulsory": probe.compulsory,
            }
            if probe.resource in known:
                known[probe.resource].write(values)
            else:
                self.sudo().create({"company_id": root.id, "resource": probe.resource, **values})
        # Where nothing but sending can tell, the next one that is sent does.
        tell = (rights.ALLOWED, rights.UNTRIED)
        self._release(root, {probe.resource for probe, (verdict, _answer) in found.items() if verdict in tell})

    @api.model
    def _release(self, root, resources):
        """What was blocked for the lack of a right that is there now goes by itself."""
        documents = self.env["netvisor.document"].sudo()
        documents.flush_model(["state", "problems"])
        rows = self.env.execute_query(
            SQL(
                """SELECT document.id, problem -> 'values' ->> 'resource'
                     FROM netvisor_document document, jsonb_array_elements(document.problems) problem
                    WHERE document.root_company_id = %s AND document.state = 'blocked'
                      AND problem ->> 'code' = 'right_missing'""",
                root.id,
            )
        )
        freed = documents.browse([document_id for document_id, resource in rows if resource in resources])
        if freed:
            freed._retry()

    @api.model
    def _of(self, company):
        """What was found out with the credentials that are in use now; nothing where they were changed since."""
        root = company._netvisor_root()
        if not root._netvisor_is_tested():
            return self.browse()
        return self.sudo().search([("company_id", "=", root.id)])

    # --- what a person may do ---------------------------------------------------------------------------------------
    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can test the rights."))

    def action_test(self):
        """Button above the list (which passes what is selected, nothing as a rule): try all of them again, with progress."""
        self._check_manager()
        return {
            "type": "ir.actions.client",
            "tag": "netvisor_rights_test",
            "name": self.env._("Rights in Netvisor"),
            "target": "new",
        }

    @api.model
    def try_part(self, position=0):
        """The next few of them, for a screen that shows how far it is.

        :return: dict: ``position`` and ``total``; ``label`` of what comes next; ``action`` when it is over, ``problem`` when
            nothing further got through
        """
        self._check_manager()
        root = self.env.company._netvisor_root()
        if blocked := root._netvisor_probe_before():
            raise UserError("\n".join(filter(None, (blocked.text, blocked.remedy))))
        position, total = max(int(position), 0), len(rights.PROBES)
        answers, ended = self._try(root, position, PART_SECONDS)
        position += len(answers)
        if position < total and not ended:
            label = self._needed_for(rights.PROBES[position].resource)
            return {"position": position, "total": total, "label": label}
        if failure := root._netvisor_tried(answers, ended):
            # Told and not raised: what was found out is kept.
            return {"position": position, "total": total, "label": "", "problem": root._netvisor_finding_text(failure)}
        return {"position": total, "total": total, "label": "", "action": self._action_list(root)}

    @api.model
    def _action_list(self, root):
        action = self.env["ir.actions.act_window"]._for_xml_id("account_netvisor.netvisor_right_action")
        return {**action, "domain": [("company_id", "=", root.id)]}


def _ends(answer, accepted):
    """Nothing further would get through: the network, a service break; before the first success whatever is not Netvisor."""
    if answer.outcome in ("not_sent", "busy") or answer.code in NO_WAY:
        return True
    return not accepted and rights.verdict(answer) in (rights.UNREADABLE, rights.UNKNOWN)
