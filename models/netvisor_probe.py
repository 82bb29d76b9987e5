"""Test connection: what works, what does not, and where to mend it. Only readings that cannot change anything."""

import logging
import re
from typing import NamedTuple

from odoo import models
from odoo.tools import LazyTranslate

from ..netvisor import account, accounting_period
from ..netvisor.address import BadAddress
from ..netvisor.auth import BadCredentials
from ..netvisor.query import read_request
from ..netvisor.server_time import clock_difference
from .netvisor_pause import IDENTIFIERS, PAUSES, RIGHTS

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

# A code that no company uses: the list comes back empty, and a large company is not read for a test.
NOBODY = "netvisor-connection-test"
NOBODY_NUMBER = "999999999"
CLOCK_SECONDS = 120
# The first proves the credentials; each of the others proves one right.
PROBES = (
    (accounting_period.list_request, _lt("Accounting periods and lock dates")),
    (account.list_request, _lt("Chart of accounts")),
    (lambda: read_request("customerlist.nv", customercodelist=(NOBODY,)), _lt("Customers")),
    (lambda: read_request("productlist.nv", keyword=NOBODY), _lt("Products")),
    (lambda: read_request("salesinvoicelist.nv", invoicenumber=NOBODY_NUMBER), _lt("Sales invoices")),
)
# Rights that only a real message could prove.
WRITE_RESOURCES = "customer, getcustomer, product, getproduct, salesinvoice, getsalesinvoice, matchcreditnote"

REACH = {
    "DNS": _lt("The name %(host)s cannot be found."),
    "REFUSED": _lt("%(host)s refuses the connection."),
    "CONNECT_TIMEOUT": _lt("%(host)s does not answer."),
    "UNREACHABLE": _lt("There is no way to %(host)s from this server."),
    "READ_TIMEOUT": _lt("%(host)s took the question but gave no answer in time."),
    "CONNECTION_LOST": _lt("%(host)s broke off the connection."),
    "NO_ENVELOPE": _lt("What answers at %(host)s is not Netvisor."),
    "FORBIDDEN": _lt("%(host)s answers, but not as Netvisor does: something between refuses the request."),
    "TOO_LARGE": _lt("The answer was too large."),
}
# Netvisor has one code for everything that is wrong with the identity; its words say which part it is.
WORDS = (
    (re.compile(r"(kumppani|partner)\w* (ei löydy|not found|hitta)", re.IGNORECASE), "partner"),
    (re.compile(r"organisa", re.IGNORECASE), "organisation"),
    (re.compile(r"timestamp|aikaleima|tidsst", re.IGNORECASE), "clock"),
)


class Finding(NamedTuple):
    """One line of the result."""

    level: str  # success, info, warning, danger
    text: str
    remedy: str = ""
    words: str = ""  # Netvisor's own, unchanged


class ResCompany(models.Model):
    _inherit = "res.company"

    def _netvisor_probe(self):
        """Ask Netvisor as the company would. :return: list of Finding, the most important first"""
        company = self._netvisor_root()
        if blocked := company._netvisor_probe_before():
            return [blocked]
        answers = []
        try:
            with self.env["netvisor.engine"]._with_company_lock(company) as call:
                for make_request, label in PROBES:
                    answer = call(make_request())
                    answers.append((self.env._(label), answer))
                    if answer.outcome not in ("ok", "config", "rejected") or answer.code in (
                        "TLS",
                        "NOT_FOUND",
                        "REDIRECT",
                    ):
                        break  # nothing further would get through
        except BadAddress as error:
            return [self._netvisor_finding("bad_address", words=error.address)]
        except BadCredentials as error:
            return [self._netvisor_finding("credentials_missing", words=str(error))]
        return company._netvisor_findings(answers)

    def _netvisor_probe_before(self):
        """What makes the question pointless. :return: Finding or None"""
        if not self._netvisor_is_connected():
            return Finding(
                "danger", self.env._("Not connected."), self.env._("Choose sandbox, test or production, and save.")
            )
        if missing := self._netvisor_missing_credentials():
            text, remedy = self.env._("Still empty: %(names)s", names=", ".join(missing)), self.env._(IDENTIFIERS)
            return Finding("danger", text, remedy)
        if not self._netvisor_check_database():
            return self._netvisor_finding("copied_database")
        return None

    def _netvisor_finding(self, pause, words="", level="danger"):
        row = PAUSES[pause]
        return Finding(level, self.env._(row.text), self.env._(row.remedy), words)

    # --- what the answers mean --------------------------------------------------------------------------------------
    def _netvisor_findings(self, answers):
        """:param answers: list of (label, Answer), in the order of ``PROBES``"""
        worked = [label for label, answer in answers if answer.ok]
        findings = []
        if worked:
            findings.append(Finding("success", self.env._("Netvisor answers and accepts the credentials.")))
            findings.append(Finding("success", self.env._("May be read: %(names)s", names=", ".join(worked))))
        elif all(answer.outcome == "config" and answer.code == "AUTHENTICATION_FAILED" for _label, answer in answers):
            return [self._netvisor_identity_finding(answers[0][1])]
        for label, answer in answers:
            if not answer.ok:
                findings.append(self._netvisor_refusal_finding(label, answer))
        if any(
            (difference := clock_difference(answer)) is not None and abs(difference) > CLOCK_SECONDS
            for _l, answer in answers
        ):
            findings.append(self._netvisor_finding("clock", level="warning"))
        if len(worked) == len(PROBES):
            findings.append(
                Finding(
                    "info",
                    self.env._("Rights to write cannot be tested without changing something."),
                    self.env._(
                        "Make sure that these are allowed too: %(names)s. %(where)s",
                        names=WRITE_RESOURCES,
                        where=self.env._(RIGHTS),
                    ),
                )
            )
        return findings

    def _netvisor_identity_finding(self, answer):
        """Everything was refused for the identity: which part of it?"""
        words = f"{answer.code} :: {answer.text}" if answer.text else answer.code
        difference = clock_difference(answer)
        part = next((part for pattern, part in WORDS if pattern.search(answer.text)), None)
        if part == "clock" or (difference is not None and abs(difference) > CLOCK_SECONDS):
            return self._netvisor_finding("clock", words)
        where = self.env._(IDENTIFIERS)
        if part == "partner":
            return Finding(
                "danger",
                self.env._("Netvisor does not know the partner identifier."),
                self.env._("Visma gives one for test and another for production: compare it with the mode."),
                words,
            )
        if part == "organisation":
            return Finding(
                "danger",
                self.env._(
                    "Netvisor has no company %(organisation)s for this user.",
                    organisation=self.netvisor_organisation_id or "",
                ),
                self.env._(
                    "Correct the organisation id, or give the Netvisor user access to that company. %(where)s",
                    where=where,
                ),
                words,
            )
        return Finding(
            "danger",
            self.env._("Netvisor does not accept the credentials."),
            self.env._(
                "Type both identifiers and both keys again. They stop working when the Netvisor user who made them "
                "loses access. %(where)s",
                where=where,
            ),
            words,
        )

    def _netvisor_refusal_finding(self, label, answer):
        """One question that was not answered."""
        words = " :: ".join(filter(None, (answer.code, answer.text)))
        if answer.code in ("AUTHENTICATION_FAILED", "SERVICE_ACCESS_ERROR"):
            return Finding(
                "danger",
                self.env._(
                    "%(label)s: this connection has no right to %(resource)s.", label=label, resource=answer.resource
                ),
                self.env._("Allow %(resource)s. %(where)s", resource=answer.resource, where=self.env._(RIGHTS)),
                words,
            )
        if answer.code in ("NOT_FOUND", "REDIRECT"):
            return self._netvisor_finding("not_found", words)
        if answer.code == "TLS":
            return self._netvisor_finding("tls", words)
        if answer.outcome == "busy":
            return self._netvisor_finding("maintenance", words, level="warning")
        if answer.code in REACH:
            host = re.sub(r"^https?://([^/]*).*$", r"\1", self.netvisor_base_url or "")
            remedy = self.env._(PAUSES["connection"].remedy)
            if self.netvisor_mode == "sandbox":
                remedy = self.env._("Start the sandbox: dev/sandbox --port %(port)s", port=host.rpartition(":")[2])
            return Finding("danger", self.env._(REACH[answer.code]) % {"host": host}, remedy, words)
        return Finding("danger", self.env._("%(label)s: Netvisor refused the question.", label=label), "", words)
