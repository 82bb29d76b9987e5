"""One missing right, or the credentials? Netvisor answers both alike (8.9), and they concern different things: a right
concerns the documents that need it, credentials concern the company."""

from datetime import timedelta

from odoo import fields

from ..netvisor import rights
from . import netvisor_queue as queue
from .netvisor_engine_feeds import RIGHT_CODES
from .netvisor_engine_steps import log_text
from .netvisor_kind import Problem

# Without invoices there is nothing to do, and without reading them no lost answer can be cleared up: the company rests.
PAUSING_KINDS = ("sales_invoice",)
# What is in doubt is looked up again then; the right may have been given meanwhile.
LOOK_AGAIN = timedelta(hours=1)


class Rights:
    """Mixed into Run."""

    def _is_one_right(self, answer, document_id):
        """A refusal that concerns this resource only. The document that needs it is told in ``_without_right``."""
        if self.probing:
            return True  # somebody is asking for nothing but this
        if answer.code not in RIGHT_CODES:
            return False
        if self.reading:
            return not self._all_readings_refused()
        if not document_id:
            return False
        document = self.env["netvisor.document"].browse(document_id)
        if document.kind in PAUSING_KINDS:
            return False
        if answer.resource not in self.refused and not self._credentials_work(answer.resource):
            return self.stopped  # something else came in between, and the company rests because of that
        self.refused[answer.resource] = self.missing_right = answer
        return True

    def _credentials_work(self, but):
        """Whether Netvisor accepts any small reading right now: what it accepted a minute ago proves nothing."""
        self.probing = True
        try:
            for probe in rights.PROBES:
                if probe.writes or probe.resource == but:
                    continue
                answer = self.call(probe.request)
                if answer.ok or self.stopped:
                    return answer.ok
        finally:
            self.probing = False
        return False

    def _is_refused_already(self, document, request):
        """Thousands of dimension items lack the same right: one refusal is enough to know. :return: True when told so"""
        self.missing_right = self.refused.get(request.resource)
        if not self.missing_right:
            return False
        self._without_right(document)
        return True

    def _without_right(self, document):
        """Tell the document which right it lacks. What never left is blocked; what may have left is never sent again for it."""
        answer, self.missing_right = self.missing_right, None
        problem = Problem("right_missing", {"resource": answer.resource})
        words = {"message": log_text(answer), "code": answer.code}
        if document.state in ("todo", "claimed"):
            document._block([problem], **words)
        else:
            others = [row for row in document.problems or [] if row.get("code") != problem.code]
            again = fields.Datetime.now() + LOOK_AGAIN if document.state == "in_doubt" else False
            note = dict(problem.as_json(), level="warning")
            document.write({"problems": [*others, note], "next_try": again, **words})
        self.commit()

    def _claim(self):
        """Where somebody wants to look at one invoice before the others go, only that one. :return: [(id, kind)]"""
        if not self.company.netvisor_trial_first:
            return super()._claim()
        trials = queue.trials(self.cr, self.root_id)
        taken = queue.claim_these(self.cr, trials) if trials else ()
        return [(document.id, document.kind) for document in self.env["netvisor.document"].browse(sorted(taken))]
