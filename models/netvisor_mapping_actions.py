"""What a person does in the mapping assistant: accept, change, ignore, undo, propose again."""

from collections import defaultdict

import psycopg2

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import split_every

from .netvisor_mapping import DONE, KINDS, RECORD_FIELDS
from .netvisor_mapping_kind import SURE, Evidence, Proposal
from .netvisor_mapping_refresh import FEEDS, evidence_json

# So many are accepted together.
BATCH = 200
FEED_OF = {kind: feed for feed, kinds in FEEDS.items() for kind in kinds}
# What a record can be refused for. Everything else is a mistake of ours and is seen as such.
REFUSALS = (UserError, psycopg2.IntegrityError)


class NetvisorMapping(models.Model):
    _inherit = "netvisor.mapping"

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can map records to Netvisor."))

    @api.model
    def _check_reader(self):
        groups = ("account.group_account_invoice", "account.group_account_readonly", "base.group_system")
        if not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(self.env._("Only Invoicing users can see the mapping to Netvisor."))

    # --- accept -----------------------------------------------------------------------------------------------------
    def action_accept(self):
        """Button of a row, and of the selected rows."""
        self._check_manager()
        rows = self.filtered("can_accept")
        if not rows:
            raise UserError(self.env._("There is no proposal to accept. Choose one with “Change”."))
        done, failed = self._accept_pairs([(row, row._own_proposal()) for row in rows])
        if failed and len(rows) == 1:
            raise UserError(failed[0][1])
        if len(self) == 1:
            return None
        return self._told(self._accept_report(done, failed, len(self) - len(rows)), bool(failed))

    def _own_proposal(self):
        self.ensure_one()
        return Proposal(
            self.proposal_code or "",
            self.proposal_name or "",
            self.proposal_key or None,
            self.confidence,
            tuple(Evidence(*piece) for piece in self.evidence or ()),
        )

    @api.model
    def _accept_pairs(self, pairs):
        """One that cannot be accepted never costs the others theirs.

        :param pairs: list of (row, Proposal)
        :return: (number of accepted ones, list of (row, reason))
        """
        failed, books = [], defaultdict(list)
        there = self.union(*(row for row, _proposal in pairs)).exists()
        for row, proposal in pairs:
            if row in there:
                books[row.company_id, row.kind].append((row, proposal))
            else:
                failed.append((row, self.env._("It was deleted in the meantime.")))
        for (company, kind), some in books.items():
            refused = []
            for batch in split_every(BATCH, some, list):
                refused += self._accept_some(company, kind, batch)
            failed += refused
            without = {row for row, _reason in refused}
            self._mark_accepted(company, kind, [pair for pair in some if pair[0] not in without])
        return len(pairs) - len(failed), failed

    @api.model
    def _accept_some(self, company, kind, batch):
        """All at once; where that fails by halves, until the ones that cannot be are found. :return: list of (row, reason)"""
        try:
            self._accept_batch(company, kind, batch)
        except REFUSALS as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                return [
                    *self._accept_some(company, kind, batch[:middle]),
                    *self._accept_some(company, kind, batch[middle:]),
                ]
            row, proposal = batch[0]
            taken = self.env._("%(proposal)s is mapped to another record.", proposal=proposal.code)
            return [(row, str(error) if isinstance(error, UserError) else taken)]
        return []

    @api.model
    def _accept_batch(self, company, kind, batch):
        """All of them or none."""
        field, proposals = RECORD_FIELDS[kind], self._kind_model(company, kind)
        rows = self.union(*(row for row, _proposal in batch))
        with self.env.cr.savepoint():
            records = rows.sudo()[field].with_env(proposals.env)
            if len(records.exists()) < len(rows):
                raise UserError(self.env._("It was deleted in the meantime."))
            pairs = [(row.sudo()[field].with_env(proposals.env), proposal) for row, proposal in batch]
            proposals._accept(pairs, company)

    @api.model
    def _mark_accepted(self, company, kind, pairs):
        """Once for all batches: what is proposed is computed from the whole list of either side."""
        if not pairs:
            return
        rows = self.union(*(row for row, _proposal in pairs))
        self._refresh(company, kind, rows.sudo()[RECORD_FIELDS[kind]].with_env(self._kind_model(company, kind).env))
        person = [["chosen", self.env.user.name]]
        for row, proposal in pairs:
            if row.state in DONE:
                evidence = [piece for piece in evidence_json(proposal) if piece[0] != "chosen"] + person
                row.sudo().write({"state": "accepted", "confidence": proposal.confidence, "evidence": evidence})

    @api.model
    def _accept_report(self, done, failed, without=0):
        """What was done and what was not, with the reasons."""
        lines = [self.env._("%(count)s accepted.", count=done)]
        if without:
            lines.append(self.env._("%(count)s without a proposal were left alone.", count=without))
        there = self.union(*(row for row, _reason in failed)).exists()
        for row, reason in failed:
            name = row.record_name if row in there else self.env._("A deleted record")
            lines.append(self.env._("%(record)s was not accepted: %(reason)s", record=name, reason=reason))
        return "\n".join(lines)

    # --- change, ignore, undo ---------------------------------------------------------------------------------------
    def choices(self, text=""):
        """What else this record may be, for the dialog in which a person chooses.

        :return: list of dicts code, key, words, confidence, evidence (pairs: words, whether they speak for it)
        """
        self._check_manager()
        self.ensure_one()
        self.check_access("read")
        proposals = self._kind_model(self.company_id, self.kind)
        record = self.sudo()._record().with_env(proposals.env)
        found = proposals._choices(record, self.company_id, (text or "").strip())
        if not text:  # what was proposed comes first
            known = {(choice.code, choice.key) for choice in self._known_proposals()}
            others = [choice for choice in found if (choice.code, choice.key) not in known]
            found = [*self._known_proposals(), *others]
        return [
            {
                "code": choice.code,
                "words": proposals._words(choice.code, choice.name),
                "key": choice.key or False,
                "confidence": choice.confidence,
                "evidence": self._evidence_words(evidence_json(choice)),
            }
            for choice in found
        ]

    def _known_proposals(self):
        """The proposal and the candidates that are kept with the row."""
        known = [self._own_proposal()] if self._has_proposal() else []
        for other in self.candidates or ():
            evidence = tuple(Evidence(*piece) for piece in other["evidence"])
            known.append(Proposal(other["code"], other["name"], other["key"], other["confidence"], evidence))
        return known

    def action_choose(self, code, key=False):
        """A person has chosen one of ``choices``: asked again, for it may be gone by now."""
        self._check_manager()
        self.ensure_one()
        self.check_access("read")
        proposals = self._kind_model(self.company_id, self.kind)
        record = self.sudo()._record().with_env(proposals.env)
        possible = [*self._known_proposals(), *proposals._choices(record, self.company_id, code or "")]
        matching = (choice for choice in possible if choice.code == (code or "") and (not key or choice.key == key))
        chosen = next(matching, None)
        if chosen is None:
            raise UserError(self.env._("%(code)s is no longer in Netvisor. Choose another.", code=code))
        _done, failed = self._accept_pairs([(self, chosen)])
        if failed:
            raise UserError(failed[0][1])

    def action_ignore(self):
        """Not needed in Netvisor: no longer shown as open."""
        self._check_manager()
        self.check_access("read")
        self.filtered(lambda row: row.state == "open").sudo().write({"state": "ignored"})

    def action_undo(self):
        """Take back what was accepted or ignored here."""
        self._check_manager()
        self.check_access("read")
        self.filtered(lambda row: row.state == "ignored").sudo().write({"state": "open"})
        books = defaultdict(self.browse)
        for row in self.filtered(lambda row: row.state == "accepted"):
            books[row.company_id, row.kind] |= row
        for (company, kind), rows in books.items():
            proposals = self._kind_model(company, kind)
            records = rows.sudo()[RECORD_FIELDS[kind]].with_env(proposals.env)
            proposals._forget(records, company)
            self._refresh(company, kind, records)

    # --- the whole list ---------------------------------------------------------------------------------------------
    @api.model
    def action_open(self, kind=None):
        """The menu: what is new or was mapped elsewhere since is shown at once.

        :param kind: the tab to begin with; by default the first that has something open
        """
        self._check_reader()
        root = self.env.company._netvisor_root()
        self._sync(root)
        counts = self._remaining_all(root)
        kinds = self._kinds() or [KINDS[0][0]]
        kind = kind or next((each for each in kinds if counts[each]["open_used"]), kinds[0])
        action = self.env["ir.actions.act_window"]._for_xml_id("account_netvisor.netvisor_mapping_action")
        action["context"] = {f"search_default_{kind}": 1, "search_default_open": int(bool(counts[kind]["open"]))}
        action["domain"] = [("company_id", "=", root.id)]
        return action

    @api.model
    def action_propose_again(self, kind=None):
        """After changes in Odoo or in Netvisor: everything that is open gets a fresh proposal."""
        self._check_manager()
        root = self.env.company._netvisor_root()
        before = self._remaining_all(root)
        for each in [kind] if kind else self._kinds():
            self._refresh(root, each)
        after = self._remaining_all(root)
        kinds = [kind] if kind else self._kinds()
        with_proposal = sum(after[each]["open"] - after[each]["without_proposal"] for each in kinds)
        mapped = sum(after[each]["mapped"] - before[each]["mapped"] for each in kinds)
        return self._told(
            self.env._(
                "%(proposals)s proposals are waiting for you, %(mapped)s more are mapped than before.",
                proposals=with_proposal,
                mapped=mapped,
            )
        )

    @api.model
    def action_read_now(self, kind):
        """Have the list that the proposals need read from Netvisor as soon as the company's job can."""
        self._check_reader()
        company = self.env.company
        if not company._netvisor_is_connected():
            raise UserError(self.env._("%(company)s is not connected to Netvisor.", company=company.name))
        if feed := FEED_OF.get(kind):
            self.env[f"netvisor.{feed.replace('_', '.')}"]._read_again(company)
        return self._told(self.env._("Netvisor is read within a minute. The proposals are here then."))

    @api.model
    def action_accept_above(self, kind=None):
        """Opens the question: how sure, and so how many."""
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accept proposals"),
            "res_model": "netvisor.mapping.accept",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_kind": kind, "default_confidence": SURE},
        }

    @api.model
    def _told(self, message, problem=False):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Mapping to Netvisor"),
                "message": message,
                "type": "warning" if problem else "success",
                "sticky": problem,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
