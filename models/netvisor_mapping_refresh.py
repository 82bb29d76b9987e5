"""The rows of the mapping assistant are made and brought up to date here, for all records of a kind at once."""

from odoo import api, fields, models
from odoo.tools import SQL

from .netvisor_mapping import RECORD_FIELDS

# Reading this list from Netvisor gives these kinds something to propose.
FEEDS = {
    "account": ("account", "tax"),
    "voucher_type": ("journal",),
    "dimension": ("plan",),
    "product": ("product",),
    "customer": ("customer",),
}
CANDIDATES = 5  # kept with a row; the rest is found by *Change*
STORED = (
    "active",
    "sort_key",
    "used",
    "state",
    "current_code",
    "current_name",
    "current_key",
    "proposal_code",
    "proposal_name",
    "proposal_key",
    "confidence",
    "evidence",
    "candidates",
)


def as_json(proposal):
    return {
        "code": proposal.code,
        "name": proposal.name,
        "key": proposal.key,
        "confidence": proposal.confidence,
        "evidence": evidence_json(proposal),
    }


def evidence_json(proposal):
    return [[piece.code, str(piece.value)] for piece in proposal.evidence]


class NetvisorMapping(models.Model):
    _inherit = "netvisor.mapping"

    @api.model
    def _refresh(self, company, kind, records=None, anew=True):
        """Bring the rows of a kind up to date: bounded statements whatever the number, and only what differs is written.

        What a person has ignored stays ignored, until it is mapped after all.

        :param records: only these; all that need a mapping by default
        :param anew: False leaves the proposals of known rows as they are and asks for those of new records only
        """
        proposals = self._kind_model(company, kind)
        if proposals is None:
            return
        root = company._netvisor_root()
        everything = records is None
        records = proposals._records(root) if everything else records.with_env(proposals.env)
        rows = self._stored_rows(root, kind, None if everything else records.ids)
        current = proposals._current(records, root)
        asked = records.filtered(lambda record: record not in current and (anew or record.id not in rows))
        found = proposals._propose(asked, root) if asked else {}
        sort_keys, used = proposals._sort_keys(records, root), proposals._used(records, root)
        asked, field = set(asked.ids), RECORD_FIELDS[kind]
        new, mirror = [], self.sudo()
        for record in records:
            row = rows.pop(record.id, None)
            values = self._row_values(row, current.get(record), found.get(record), record.id in asked)
            values |= {"active": True, "sort_key": sort_keys[record], "used": used is None or record in used}
            if row is None:
                new.append({"company_id": root.id, "kind": kind, field: record.id, **values})
            elif any((row[name] or False) != (value or False) for name, value in values.items()):
                mirror.browse(row["id"]).write(values)
        mirror.create(new)
        if everything:
            gone = [row["id"] for row in rows.values() if row["active"]]
            mirror.browse(gone).write({"active": False})

    @api.model
    def _stored_rows(self, root, kind, ids):
        """:return: dict record id → dict of the stored values; by SQL, for there may be tens of thousands"""
        self.flush_model()
        field = SQL.identifier(RECORD_FIELDS[kind])
        some = SQL("AND %s IN %s", field, tuple(ids) or (0,)) if ids is not None else SQL()
        columns = SQL(", ").join(SQL.identifier(name) for name in ("id", *STORED))
        self.env.cr.execute(
            SQL(
                "SELECT %s, %s AS record FROM netvisor_mapping WHERE company_id = %s AND kind = %s %s",
                columns,
                field,
                root.id,
                kind,
                some,
            )
        )
        return {row.pop("record"): row for row in self.env.cr.dictfetchall()}

    @api.model
    def _row_values(self, row, current, found, asked):
        """What a row must be now. Without having been asked, an open row keeps the proposal that it has."""
        if current is None:
            state = "ignored" if row and row["state"] == "ignored" else "open"
            values = {"state": state, "current_code": False, "current_name": False, "current_key": False}
            return {**values, **self._proposal_values(found or ())} if asked else values
        same = row and (row["current_code"] or "", row["current_key"] or 0) == (current.code or "", current.key or 0)
        values = {
            "state": "accepted" if same and row["state"] == "accepted" else "mapped",
            "current_code": current.code or False,
            "current_name": current.name or False,
            "current_key": current.key or False,
            **self._proposal_values(()),
        }
        if current.evidence or not same:
            values |= {"confidence": current.confidence, "evidence": evidence_json(current)}
        else:  # what it was accepted for
            values |= {"confidence": row["confidence"], "evidence": row["evidence"]}
        return values

    @api.model
    def _proposal_values(self, proposals):
        best, *others = proposals or (None,)
        return {
            "proposal_code": best and best.code or False,
            "proposal_name": best and best.name or False,
            "proposal_key": best and best.key or False,
            "confidence": best.confidence if best else 0,
            "evidence": evidence_json(best) if best else False,
            "candidates": [as_json(other) for other in others[:CANDIDATES]],
        }

    @api.model
    def _sync(self, company):
        """Rows for what is new, and what was mapped elsewhere since; known proposals stay. For whoever shows numbers."""
        for kind in self._kinds():
            self._refresh(company, kind, anew=False)

    # --- after a reading --------------------------------------------------------------------------------------------
    @api.model
    def _feed_read(self, company, feed_kind):
        """Called by the engine when a list has been read to its end. Nothing is asked again while the list is the same."""
        if feed_kind not in FEEDS:
            return  # nothing is proposed from it
        root = company._netvisor_root()
        feed = (
            self.env["netvisor.feed"].sudo().search([("company_id", "=", root.id), ("kind", "=", feed_kind)], limit=1)
        )
        stamp = self._mirror_stamp(root, feed_kind)
        if not feed or (stamp and feed.mapping_stamp == stamp):
            return
        for kind in FEEDS.get(feed_kind, ()):
            self._refresh(root, kind)
        feed.mapping_stamp = stamp

    @api.model
    def _mirror_stamp(self, root, feed_kind):
        """Changes whenever the mirrored list does."""
        name = f"netvisor.{feed_kind.replace('_', '.')}"
        if name not in self.env or not self.env[name]._auto:
            return False
        mirror = self.env[name].sudo()
        mirror.flush_model()
        [(count, last)] = self.env.execute_query(
            SQL(
                "SELECT count(*), max(write_date) FROM %s WHERE company_id = %s",
                SQL.identifier(mirror._table),
                root.id,
            )
        )
        return f"{count} {last}"


class NetvisorFeed(models.Model):
    _inherit = "netvisor.feed"

    mapping_stamp = fields.Char(readonly=True, help="State of the list for which proposals were made last.")
