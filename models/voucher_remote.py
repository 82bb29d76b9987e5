import logging
from datetime import date
from decimal import Decimal

from odoo import api, models

from ..netvisor import ReadError, ledger
from . import voucher_values as values_of
from .kind_voucher import GONE
from .netvisor_kind import FIRST_INVOICES, Candidate, LookUp, NotReady, Problem
from .voucher_lines import shape

_logger = logging.getLogger(__name__)

# Keys in one question to the ledger (4.13).
MOST_KEYS = 500


class NetvisorKindVoucher(models.AbstractModel):
    """What Netvisor's ledger says about a voucher: after a lost answer, after the first ones, and on demand."""

    _inherit = "netvisor.kind.voucher"

    @api.model
    def _read(self, call, *dates, **options):
        """:return: list of LedgerVoucher. :raise NotReady: when the answer proves nothing"""
        answer = call(ledger.list_request(*dates, status=ledger.ALL, **options))
        try:
            return list(ledger.read_vouchers(answer))
        except ReadError:
            raise NotReady(300) from None

    @api.model
    def _read_keys(self, keys, call):
        """:return: dict key → LedgerVoucher, of those that Netvisor still knows"""
        found = {}
        for start in range(0, len(keys), MOST_KEYS):
            found |= {voucher.key: voucher for voucher in self._read(call, keys=tuple(keys[start : start + MOST_KEYS]))}
        return found

    # --- after a lost answer ----------------------------------------------------------------------------------------
    @api.model
    def _look_up(self, document, call):
        if document.netvisor_key:
            return self._look_up_edit(document, call)
        search = document.search_values or {}
        day = date.fromisoformat(search["date"])
        begins = [voucher for voucher in self._read(call, day, day) if self._begins(voucher, search["name"])]
        others = self._keys_of_others(document, [voucher.key for voucher in begins])
        others.update(search.get("former") or ())
        candidates = [self._candidate(voucher, search) for voucher in begins if voucher.key not in others]
        return LookUp(candidates=tuple(candidates))

    @api.model
    def _begins(self, voucher, name):
        """The whole name: MISC/1 is not MISC/12."""
        text = " ".join(voucher.description.split())
        return not voucher.source_key and (text == name or text.startswith(f"{name} "))

    @api.model
    def _keys_of_others(self, document, keys):
        """What another entry is linked to is not this one's, whatever it is called."""
        documents = self.env["netvisor.document"].sudo()
        domain = [
            ("root_company_id", "=", document.root_company_id.id),
            ("kind", "=", "voucher"),
            ("netvisor_key", "in", keys),
            ("id", "!=", document.id),
        ]
        return set(documents.search_fetch(domain, ["netvisor_key"]).mapped("netvisor_key")) if keys else set()

    @api.model
    def _candidate(self, voucher, search):
        total = values_of.debit([line.amount or 0 for line in voucher.lines])
        return Candidate(
            key=voucher.key,
            certain=total == Decimal(search.get("debit") or "NaN"),
            number=str(voucher.number or ""),
            label=f"{voucher.voucher_class} {voucher.number} · {voucher.description} · {voucher.date} · {total}",
            status=voucher.status if voucher.status in GONE else "",
        )

    @api.model
    def _look_up_edit(self, document, call):
        """Is the voucher as the lost message would have made it? If not, the same edit is simply made again. Files would then
        be added, and charged, a second time: where nothing shows whether they are there, a person looks."""
        search = document.search_values or {}
        found = self._read_keys([document.netvisor_key], call).get(document.netvisor_key)
        if not found or found.status in GONE:
            return LookUp()  # refused when it is made again; then it is read as gone
        arrived = self._is_as_sent(found, search)
        if search.get("adding") and (search.get("only_files") or arrived is None):
            names = self._file_names(document, search["adding"])
            return LookUp(problem=Problem("voucher_attachment_doubt", {"files": names}))
        if not arrived and search.get("adding"):
            document.search_values = {**search, "adding": []}
        candidate = Candidate(key=found.key, certain=True, number=str(found.number or ""))
        return LookUp(candidates=(candidate,), arrived=bool(arrived))

    @api.model
    def _is_as_sent(self, found, search):
        """:return: True or False; None where the ledger cannot tell (gross lines, follow-up objects)"""
        if (" ".join(found.description.split()), str(found.date)) != (search.get("description"), search.get("date")):
            return False
        if not search.get("shape"):
            return None
        return shape(found.lines) == search["shape"]

    @api.model
    def _file_names(self, document, checksums):
        files = document.move_id.sudo().netvisor_attachment_ids
        return ", ".join(files.filtered(lambda file: file.checksum in checksums).mapped("name")) or str(len(checksums))

    # --- reading back -----------------------------------------------------------------------------------------------
    @api.model
    def _check(self, document, call):
        """Number, address and whether it still counts; ``deleted`` when it does not."""
        if not document.netvisor_key:
            return {}
        return self._remote_values(document, self._read_keys([document.netvisor_key], call).get(document.netvisor_key))

    @api.model
    def _remote_values(self, document, found):
        if not found or found.status in GONE:
            return {"state": "deleted", "remote_status": found.status if found else "deleted"}
        values = {"number": str(found.number or ""), "uri": found.uri}
        names = {"number": "netvisor_number", "uri": "uri"}
        result = {names[name]: value for name, value in values.items() if value and value != document[names[name]]}
        if document.state == "deleted":  # somebody there has changed their mind
            result["state"] = "done"
        return result | ({"remote_status": False} if document.remote_status else {})

    @api.model
    def _to_confirm(self, documents):
        """The first ones of a connection, and those whose number an edit needs."""
        root = documents.root_company_id[:1].sudo()
        first = documents[: max(FIRST_INVOICES - root.netvisor_checked_vouchers, 0)]
        return first | documents.filtered(
            lambda document: (
                document.follow_up == "confirm"
                and document.netvisor_key
                and (not document.netvisor_number or document.state == "blocked")
            )
        )

    @api.model
    def _confirm(self, document, call):
        """A difference pauses the company: what Netvisor books of a voucher is not documented to the last cent."""
        if not document.netvisor_key:
            return None
        root = document.root_company_id.sudo()
        waiting = self._numberless(root) - document
        ledger_of = self._read_keys([document.netvisor_key, *waiting.mapped("netvisor_key")], call)
        for other in waiting:  # their turn comes next, and costs no call then
            other.write(self._remote_values(other, ledger_of.get(other.netvisor_key)))
        found = ledger_of.get(document.netvisor_key)
        first = root.netvisor_checked_vouchers < FIRST_INVOICES and document.state in ("done", "changed")
        if first and found and found.status not in GONE:
            root.netvisor_checked_vouchers += 1
            self._compare_sums(document, root, found)
        return self._remote_values(document, found)

    @api.model
    def _numberless(self, root):
        """Vouchers that are to be edited, and of which only the number is missing."""
        domain = [
            ("root_company_id", "=", root.id),
            ("kind", "=", "voucher"),
            ("follow_up", "=", "confirm"),
            ("netvisor_key", "!=", 0),
            ("netvisor_number", "=", False),
        ]
        return self.env["netvisor.document"].search(domain, limit=MOST_KEYS - 1)

    @api.model
    def _compare_sums(self, document, root, found):
        search = document.search_values or {}
        sums = {}
        for line in found.lines:
            sums[line.account] = sums.get(line.account, 0) + (line.amount or 0)
        odd = values_of.differences(
            {account: Decimal(amount) for account, amount in (search.get("sums") or {}).items()},
            Decimal(search["vat"]) if search.get("vat") else None,
            search.get("vat_accounts") or (),
            {account: amount for account, amount in sums.items() if amount},
        )
        if odd:
            rows = [f"{account}: Odoo {ours}, Netvisor {theirs}" for account, (ours, theirs) in odd.items()]
            root._netvisor_pause("voucher_differs", f"{document.name}: {'; '.join(rows)}")

    # --- refusals ---------------------------------------------------------------------------------------------------
    @api.model
    def _refused(self, document, answer):
        """What Netvisor has renamed or locked meanwhile is read again at once; what it no longer has is found out."""
        root = document.root_company_id
        if answer.code == "PERIOD_LOCK":
            self._read_soon(root, "accounting_period")
            return
        self._read_soon(root, "voucher_type")
        if document.netvisor_key:
            document.follow_up = "confirm"


class NetvisorKindVoucherType(models.AbstractModel):
    _inherit = "netvisor.kind.voucher_type"

    @api.model
    def _refresh(self, company, call, feed):
        """Vouchers that Netvisor refused under a name that is no longer a class's go again under the new one."""
        answer = super()._refresh(company, call, feed)
        if answer.ok:
            names = self.env["netvisor.voucher.type"].search([("company_id", "=", company.id)]).mapped("name")
            blocked = self.env["netvisor.document"].search(
                [
                    ("root_company_id", "=", company.id),
                    ("kind", "=", "voucher"),
                    ("state", "=", "blocked"),
                    ("outcome", "=", "rejected"),
                ]
            )
            renamed = blocked.filtered(lambda document: (document.search_values or {}).get("class") not in names)
            renamed.write({"state": "todo", "next_try": False, "problems": False, "message": False, "code": False})
        return answer
