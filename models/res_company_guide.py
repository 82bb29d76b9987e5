"""The guided connection: how far each step is, by facts and never by clicking through, and how many invoices wait for it.

The one place that knows: panel, settings and tests ask here. No call to Netvisor, and a bounded number of statements, for
the dashboard opens often.
"""

from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, LazyTranslate

from ..netvisor import rights
from .netvisor_check import FINNISH_REFERENCES
from .netvisor_guide_waiting import count_waiting, waiting_documents

_lt = LazyTranslate(__name__)

STEPS = ("credentials", "rights", "accounts", "vat", "journals", "dimensions", "customers", "trial")
# Pauses that say that what was typed is not, or no longer, right.
CREDENTIAL_PAUSES = (
    "authentication",
    "credentials_missing",
    "bad_address",
    "not_found",
    "tls",
    "clock",
    "copied_database",
)
# Step → kind of mapping
MAPPED = {"accounts": "account", "vat": "tax", "dimensions": "plan"}
NOTHING_TO_MAP = {
    "accounts": _lt("No account needs a number of its own."),
    "vat": _lt("No sales tax is in use."),
    "dimensions": _lt("No analytic plan is in use."),
    "customers": _lt("No customer is waiting to be matched."),
}


@dataclass(frozen=True)
class Step:
    key: str
    state: str  # todo, partly, done
    done: str = ""  # what is done, in words
    open: str = ""  # what is open
    waiting: int = 0  # invoices that wait for it
    extra: tuple = ()  # (method of res.company, what its link says): another way to settle it

    @property
    def action(self):
        """Method of onboarding.onboarding.step that opens the right screen."""
        return f"action_open_step_netvisor_{self.key}"


@dataclass
class Facts:
    """What all steps are told from, read once."""

    tested: bool
    pause: str
    mapping: dict  # kind → counts
    feeds: dict  # kind → netvisor.feed
    rights: object  # rows of netvisor.right, of the credentials that are in use
    waiting: dict = field(default_factory=dict)  # step → invoices; "all" and "other" besides


def _counts(total, mapped):
    """As the mapping assistant counts, where it has no rows: whatever there is, is in use."""
    return {"total": total, "mapped": mapped, "open": total - mapped, "open_used": total - mapped}


class ResCompany(models.Model):
    _inherit = "res.company"

    netvisor_match_later = fields.Boolean(
        string="Netvisor: match customers as their invoices come",
        copy=False,
        readonly=True,
        help="Each customer is looked for when its first invoice is sent, instead of all of them now.",
    )

    def _netvisor_guide(self):
        """:return: list of Step, in the order in which a company is connected"""
        return self._netvisor_guide_and_other()[0]

    def _netvisor_guide_and_other(self):
        """:return: (list of Step, number of invoices that are blocked for a reason that is no step's)"""
        root = self._netvisor_root()
        if not root._netvisor_is_connected():
            first = Step("credentials", "todo", open=self.env._("Not connected."), waiting=count_waiting(root)["all"])
            return [first, *(Step(key, "todo") for key in STEPS[1:])], 0
        facts = root._netvisor_guide_facts()
        return [getattr(root, f"_netvisor_step_{key}")(facts) for key in STEPS], facts.waiting["other"]

    def _netvisor_guide_facts(self):
        feeds = self.env["netvisor.feed"].sudo().search([("company_id", "=", self.id)])
        return Facts(
            tested=self._netvisor_is_tested(),
            pause=self.sudo().netvisor_pause_code or "",
            mapping=self.env["netvisor.mapping"]._remaining_all(self),
            feeds={feed.kind: feed for feed in feeds},
            rights=self.env["netvisor.right"]._of(self),
            waiting=count_waiting(self),
        )

    # --- credentials, rights ----------------------------------------------------------------------------------------
    def _netvisor_step_credentials(self, facts):
        if missing := self._netvisor_missing_credentials():
            text = self.env._("Still empty: %(names)s", names=", ".join(missing))
            return Step("credentials", "todo", open=text, waiting=facts.waiting["all"])
        mode = dict(self._fields["netvisor_mode"]._description_selection(self.env))[self.netvisor_mode]
        done = f"{mode} · {self.sudo().netvisor_organisation_id}"
        if facts.pause in CREDENTIAL_PAUSES:
            text, _remedy = self._netvisor_pause_words()
            return Step("credentials", "partly", done, text, facts.waiting["all"])
        if not facts.tested:
            text = self.env._("Not tested with these credentials.")
            return Step("credentials", "partly", done, text, facts.waiting["all"])
        return Step("credentials", "done", done)

    def _netvisor_step_rights(self, facts):
        waiting = facts.waiting["all"] if facts.pause == "service_access" else facts.waiting.get("rights", 0)
        if not facts.rights:
            return Step("rights", "todo", open=self.env._("Not tried yet."), waiting=waiting)
        allowed = facts.rights.filtered(lambda right: right.verdict == rights.ALLOWED)
        tried = facts.rights.filtered(lambda right: right.verdict != rights.UNTRIED)
        missing = tried - allowed
        values = {"count": len(allowed), "total": len(tried), "names": self._netvisor_resources(missing)}
        done = self.env._("%(count)s of %(total)s", **values)
        if compulsory := missing.filtered("compulsory"):
            names = self._netvisor_resources(compulsory)
            text = self.env._("No right to %(names)s: no invoice can be sent.", names=names)
            return Step("rights", "partly", done, text, waiting)
        open_ = self.env._("Does not work: %(what)s", what=", ".join(missing.mapped("needed_for"))) if missing else ""
        return Step("rights", "partly" if waiting else "done", done, open_, waiting)

    def _netvisor_resources(self, some):
        return ", ".join(right.resource.removesuffix(".nv") for right in some)

    # --- what is mapped ---------------------------------------------------------------------------------------------
    def _netvisor_step_accounts(self, facts):
        return self._netvisor_mapped_step("accounts", facts)

    def _netvisor_step_vat(self, facts):
        if facts.mapping["tax"]["total"]:
            return self._netvisor_mapped_step("vat", facts)
        # The mapping assistant was never opened: the taxes themselves say how far they are.
        taxes = self._netvisor_sale_taxes()
        return self._netvisor_mapped_step("vat", facts, _counts(len(taxes), len(taxes.filtered("netvisor_vat_code"))))

    def _netvisor_step_dimensions(self, facts):
        if facts.mapping["plan"]["total"]:
            return self._netvisor_mapped_step("dimensions", facts)
        return self._netvisor_mapped_step("dimensions", facts, _counts(*self._netvisor_count_plans()))

    def _netvisor_count_plans(self):
        """:return: (plans with accounts of this company, those of them that somebody has mapped or left out)"""
        [(total, mapped)] = self.env.execute_query(
            SQL(
                """SELECT count(*), count(netvisor_plan.id)
                     FROM account_analytic_plan plan
                LEFT JOIN netvisor_plan ON netvisor_plan.plan_id = plan.id AND netvisor_plan.company_id = %(root)s
                    WHERE plan.parent_id IS NULL
                      AND EXISTS (SELECT 1 FROM account_analytic_account account
                                   WHERE account.root_plan_id = plan.id AND account.active
                                     AND (account.company_id IS NULL OR account.company_id = %(root)s))""",
                root=self.id,
            )
        )
        return total, mapped

    def _netvisor_mapped_step(self, key, facts, counts=None):
        """A step of the mapping assistant: done when nothing that is in use is open, and no invoice waits for it."""
        counts, waiting = counts or facts.mapping[MAPPED[key]], facts.waiting.get(key, 0)
        if not counts["total"]:
            unread = key == "accounts" and self._netvisor_unread(facts.feeds.get("account"))
            if unread:
                return Step(key, "todo", open=unread, waiting=waiting)
            return Step(key, "partly" if waiting else "done", self.env._(NOTHING_TO_MAP[key]), waiting=waiting)
        done = self.env._("%(mapped)s of %(total)s mapped", mapped=counts["mapped"], total=counts["total"])
        if counts["open_used"]:
            text = self.env._("Open and in use: %(count)s", count=counts["open_used"])
        elif counts["open"]:
            text = self.env._("Open, but not in use: %(count)s", count=counts["open"])
        else:
            text = ""
        settled = not counts["open_used"] and not waiting
        return Step(key, "done" if settled else "partly" if counts["mapped"] else "todo", done, text, waiting)

    def _netvisor_unread(self, feed):
        """Why a list of Netvisor is not there yet; empty when it has been read."""
        # A list that is read in parts is there when its first reading has come to its end, and left its bookmark.
        if feed and feed.last_done and (feed.bookmark or not feed.pending):
            return ""
        if feed and feed.message:
            return self.env._("Netvisor: %(words)s", words=feed.message)
        return feed and feed.progress or self.env._("The list is being read from Netvisor.")

    # --- journals ---------------------------------------------------------------------------------------------------
    def _netvisor_step_journals(self, facts):
        waiting = facts.waiting.get("journals", 0)
        sent, others = self._netvisor_journals("sales_invoice"), self._netvisor_journals("none")
        if not sent:
            text = self.env._("No sales journal is sent to Netvisor yet.")
            return Step("journals", "todo", open=text, waiting=waiting)
        done = self.env._("Sent: %(journals)s", journals=", ".join(sent.mapped("code")))
        bad = sent.filtered(
            lambda journal: (
                journal.invoice_reference_model not in FINNISH_REFERENCES or journal.invoice_reference_type == "none"
            )
        )
        texts = []
        if bad:
            texts.append(self.env._("No Finnish reference: %(journals)s", journals=", ".join(bad.mapped("code"))))
        if count := facts.mapping["journal"]["open_used"]:
            texts.append(self.env._("Open and in use: %(count)s", count=count))
        state = "partly" if texts or waiting else "done"
        if others:
            texts.append(self.env._("Not sent: %(journals)s", journals=", ".join(others.mapped("code"))))
        return Step("journals", state, done, " · ".join(texts), waiting)

    # --- customers --------------------------------------------------------------------------------------------------
    def _netvisor_step_customers(self, facts):
        counts, waiting = facts.mapping["customer"], facts.waiting.get("customers", 0)
        done = self.env._("%(mapped)s of %(total)s mapped", mapped=counts["mapped"], total=counts["total"])
        later = self.netvisor_match_later
        if later:
            done = self.env._("Each is looked for when its first invoice is sent.")
        if later and not waiting:
            return Step("customers", "done", done)
        extra = () if later else ("action_netvisor_match_later", self.env._("Match as invoices come"))
        if (unread := self._netvisor_unread(facts.feeds.get("customer"))) and not later:
            return Step("customers", "todo", open=unread, waiting=waiting, extra=extra)
        ambiguous = 0 if later else self._netvisor_ambiguous_customers()
        if not ambiguous and not waiting:
            return Step("customers", "done", done if counts["total"] else self.env._(NOTHING_TO_MAP["customers"]))
        text = self.env._("With invoices, could be several: %(count)s", count=ambiguous) if ambiguous else ""
        return Step("customers", "partly", done, text, waiting, extra if ambiguous else ())

    def _netvisor_ambiguous_customers(self):
        """Customers with invoices that could be several in Netvisor. Those that are none are created when they are needed."""
        self.env.cr.execute(
            """SELECT count(*) FROM netvisor_mapping
                WHERE company_id = %s AND kind = 'customer' AND state = 'open' AND active AND used
                  AND jsonb_typeof(candidates) = 'array' AND candidates != '[]'""",
            [self.id],
        )
        return self.env.cr.fetchone()[0]

    # --- trial ------------------------------------------------------------------------------------------------------
    def _netvisor_step_trial(self, facts):
        company = self.sudo()
        held = company.netvisor_trial_first
        waiting = facts.waiting["ready"] if held else 0
        if facts.pause == "total_differs":
            text, _remedy = self._netvisor_pause_words()
            return Step("trial", "partly", open=text, waiting=facts.waiting["all"])
        over = ("action_netvisor_trial_over", self.env._("Let the others go"))
        if not company.netvisor_checked_count:
            text = self.env._("No invoice has been read back yet.")
            skip = ("action_netvisor_trial_over", self.env._("Send without a trial"))
            return Step("trial", "todo", open=text, waiting=waiting, extra=skip if held else ())
        done = self.env._("An invoice arrived, and its total is the same in both.")
        if held:
            return Step("trial", "partly", done, self.env._("The others wait for your word."), waiting, over)
        return Step("trial", "done", done)

    # --- what a person may do ---------------------------------------------------------------------------------------
    def action_netvisor_match_later(self):
        """Another way to settle the customers: each one when its first invoice is sent."""
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can change this."))
        self.check_access("read")
        for company in self:
            company._netvisor_root().sudo().netvisor_match_later = True

    @api.model
    def netvisor_guide(self):
        """What the panel on the dashboard, the page and the settings show. :return: dict, or False for whom it is not"""
        user = self.env.user
        if not user.has_group("account.group_account_manager") and not user.has_group("base.group_system"):
            return False
        return self.env["onboarding.onboarding"]._netvisor_panel(self.env.company)

    @api.model
    def netvisor_guide_documents(self, step):
        """The invoices that wait for a step ("other": blocked for a reason that is no step's). :return: the window"""
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only Invoicing users can see Netvisor documents."))
        documents = waiting_documents(self.env.company._netvisor_root(), step)
        action = self.env["ir.actions.act_window"]._for_xml_id("account_netvisor.netvisor_document_action")
        return {**action, "domain": [("id", "in", documents.ids)]}
