"""Test connection: what works, what does not, and where to mend it. Nothing that could change anything is asked."""

import re
from typing import NamedTuple

from odoo import models
from odoo.tools import LazyTranslate

from ..netvisor import rights
from ..netvisor.address import BadAddress
from ..netvisor.auth import BadCredentials
from ..netvisor.server_time import clock_difference
from .netvisor_pause import IDENTIFIERS, PAUSES

_lt = LazyTranslate(__name__)

CLOCK_SECONDS = 120

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
MISSING = (rights.REFUSED, rights.NO_INTERFACE)
# The most important first.
LEVELS = ("danger", "warning", "success", "info")


class Finding(NamedTuple):
    """One line of the result."""

    level: str  # success, info, warning, danger
    text: str
    remedy: str = ""
    words: str = ""  # Netvisor's own, unchanged


class ResCompany(models.Model):
    _inherit = "res.company"

    def _netvisor_probe(self):
        """Ask Netvisor for every right as the company would. :return: list of Finding, the most important first"""
        company = self._netvisor_root()
        if blocked := company._netvisor_probe_before():
            return [blocked]
        try:
            answers, ended = self.env["netvisor.right"]._try(company)
        except BadAddress as error:
            return [self._netvisor_finding("bad_address", words=error.address)]
        except BadCredentials as error:
            return [self._netvisor_finding("credentials_missing", words=str(error))]
        company._netvisor_tried(answers, ended)
        return company._netvisor_findings(answers)

    def _netvisor_tried(self, answers, ended):
        """After the last right was asked for: these credentials work, or a Finding says why not.

        :param answers: the last ones, as of ``netvisor.right``
        :param ended: nothing further would have got through
        """
        findings = self._netvisor_findings(answers)
        tried = self.env["netvisor.right"].sudo().search([("company_id", "=", self.id)])
        if not ended and rights.ALLOWED in tried.mapped("verdict"):
            self._netvisor_set_tested()
            return None
        if all(answer.code in rights.RIGHT for _probe, answer in answers):
            self._netvisor_set_tested(False)  # what looks like missing rights is the credentials
            tried.filtered(lambda right: right.verdict != rights.UNTRIED).verdict = rights.UNKNOWN
        return findings[0]

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
        """:param answers: list of (Probe, Answer)"""
        verdicts = [(probe, answer, rights.verdict(answer)) for probe, answer in answers]
        allowed = [probe for probe, _answer, verdict in verdicts if verdict == rights.ALLOWED]
        if not allowed:
            return [self._netvisor_failure_finding(answers[0][1])]
        findings = [Finding("success", self.env._("Netvisor answers and accepts the credentials."))]
        for probe, answer, verdict in verdicts:
            if verdict in MISSING:
                findings.append(self._netvisor_right_finding(probe, answer, verdict))
            elif verdict != rights.ALLOWED:
                broken = answer.outcome in ("not_sent", "busy", "unknown")
                find = self._netvisor_failure_finding if broken else self._netvisor_odd_finding
                findings.append(find(answer))
        if any(
            (difference := clock_difference(answer)) is not None and abs(difference) > CLOCK_SECONDS
            for _probe, answer in answers
        ):
            findings.append(self._netvisor_finding("clock", level="warning"))
        findings.append(self._netvisor_allowed_finding(allowed))
        return sorted(findings, key=lambda finding: LEVELS.index(finding.level))

    def _netvisor_allowed_finding(self, allowed):
        if len(allowed) == len(rights.PROBES):
            return Finding("success", self.env._("All %(count)s rights are there.", count=len(allowed)))
        names = ", ".join(probe.resource.removesuffix(".nv") for probe in allowed)
        return Finding("success", self.env._("These rights are there: %(names)s", names=names))

    def _netvisor_right_finding(self, probe, answer, verdict):
        """A right that is missing: without a compulsory one no invoice is sent, without another one only that does not work."""
        what = self.env["netvisor.right"]._needed_for(probe.resource)
        if probe.compulsory:
            text = self.env._("No right to %(resource)s: no invoice can be sent.", resource=probe.resource)
        else:
            text = self.env._("No right to %(resource)s. Only this does not work:", resource=probe.resource)
        remedy = self.env["netvisor.right"]._remedy(probe.resource, verdict)
        level = "danger" if probe.compulsory else "warning"
        return Finding(level, f"{text} {what}", remedy, _words(answer))

    def _netvisor_odd_finding(self, answer):
        """Others were answered, so this is Netvisor: this one resource it does not know, or stumbles over."""
        what = self.env["netvisor.right"]._needed_for(answer.resource)
        text = self.env._(
            "%(resource)s is not answered as Netvisor answers. What it is for: %(what)s",
            resource=answer.resource,
            what=what,
        )
        return Finding("warning", text, self.env._("Test the rights again; tell Visma if it stays so."), _words(answer))

    def _netvisor_failure_finding(self, answer):
        """A question that was not answered as Netvisor answers."""
        if answer.code in rights.RIGHT:
            return self._netvisor_identity_finding(answer)
        if answer.code in ("NOT_FOUND", "REDIRECT"):
            return self._netvisor_finding("not_found", _words(answer))
        if answer.code == "TLS":
            return self._netvisor_finding("tls", _words(answer))
        if answer.outcome == "busy":
            return self._netvisor_finding("maintenance", _words(answer), level="warning")
        if answer.code in REACH:
            host = re.sub(r"^https?://([^/]*).*$", r"\1", self.netvisor_base_url or "")
            remedy = self.env._(PAUSES["connection"].remedy)
            if self.netvisor_mode == "sandbox":
                remedy = self.env._("Start the sandbox: dev/sandbox --port %(port)s", port=host.rpartition(":")[2])
            return Finding("danger", self.env._(REACH[answer.code]) % {"host": host}, remedy, _words(answer))
        what = self.env["netvisor.right"]._needed_for(answer.resource)
        return Finding("danger", self.env._("%(what)s: Netvisor refused the question.", what=what), "", _words(answer))

    def _netvisor_identity_finding(self, answer):
        """Everything was refused for the identity: which part of it?"""
        words = _words(answer)
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


def _words(answer):
    """Netvisor's code and its own words, unchanged."""
    return " :: ".join(filter(None, (answer.code, answer.text)))
