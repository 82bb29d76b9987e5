from odoo import api, models
from odoo.exceptions import UserError

from .netvisor_account_match import plain
from .netvisor_mapping_kind import LIKELY, MORE, POSSIBLE, SURE, Evidence, Proposal

CERTAIN = 100
INVOICES = "sales_invoice"
# What the vouchers of a journal are in Netvisor: Netvisor's own default for that, and its Finnish name (4.13).
VOUCHERS = {
    "purchase": ("purchaseinvoices", "Ostolasku"),
    "bank": ("bankstatementviewvouchers", "Pankki"),
    "credit": ("bankstatementviewvouchers", "Pankki"),
    "cash": (None, "Kassa"),
    "general": (None, "Muut"),
}
NAMES = ("name", "name_en", "name_sv")


class NetvisorMappingJournal(models.AbstractModel):
    """Sales journals send their invoices; the entries of the others have a voucher type of their own in Netvisor."""

    _name = "netvisor.mapping.journal"
    _inherit = ["netvisor.mapping.kind"]
    _description = "Netvisor: proposals for journals"
    _mapped_model = "account.journal"
    _mapped_field = "journal_id"

    @api.model
    def _records(self, company):
        return self.env["account.journal"].search([("company_id", "child_of", company.id)])

    @api.model
    def _types(self, company):
        return self.env["netvisor.voucher.type"].sudo().search([("company_id", "=", company.id)])

    @api.model
    def _as_proposal(self, voucher_type, confidence=0, evidence=()):
        code = voucher_type.abbreviation or voucher_type.name
        return Proposal(code, voucher_type.name or "", voucher_type.netvisor_key, confidence, tuple(evidence))

    @api.model
    def _current(self, records, company):
        current = {}
        for journal in records:
            voucher_type = journal.sudo().netvisor_voucher_type_id
            if journal.type == "sale" and journal.netvisor_export == INVOICES:
                current[journal] = Proposal(INVOICES, confidence=CERTAIN)
            elif (journal.type != "sale" or journal.netvisor_export == "voucher") and voucher_type.active:
                current[journal] = self._as_proposal(voucher_type, CERTAIN)
        return current

    @api.model
    def _propose(self, records, company):
        types, found = self._types(company), {}
        sales = self._records(company).filtered(lambda journal: journal.type == "sale")
        busy = self._with_invoices(sales)
        for journal in records:
            if journal.type == "sale":
                sure = journal in busy or len(sales) == 1
                evidence = (Evidence("journal_type", journal.type),)
                found[journal] = [Proposal(INVOICES, confidence=SURE if sure else LIKELY + MORE, evidence=evidence)]
            elif proposals := self._judge_types(journal, types):
                found[journal] = proposals
        return found

    @api.model
    def _with_invoices(self, journals):
        domain = [("journal_id", "in", journals.ids), ("move_type", "=", "out_invoice"), ("state", "=", "posted")]
        groups = self.env["account.move"].sudo()._read_group(domain, ["journal_id"])
        return journals.browse(journal.id for (journal,) in groups)

    @api.model
    def _judge_types(self, journal, types):
        """By Netvisor's own default for such entries, by the class's name, and by the name of the journal itself."""
        use, usual_name = VOUCHERS.get(journal.type, (None, None))
        own_name, found = plain(journal.name), []
        for voucher_type in types:
            pieces = []
            if use and use in (voucher_type.uses or "").split():
                pieces.append((LIKELY, Evidence("use_in_netvisor", use)))
            if plain(voucher_type.name) == plain(usual_name):
                pieces.append((LIKELY, Evidence("journal_type", journal.type)))
            same = [voucher_type[name] for name in NAMES if plain(voucher_type[name]) == own_name]
            if same:
                pieces.append((LIKELY + 2 * MORE, Evidence("same_name", same[0])))
            elif own_name and any(own_name.startswith(plain(voucher_type[name]) or "\0") for name in NAMES):
                pieces.append((POSSIBLE, Evidence("similar_name", voucher_type.name)))
            if pieces:
                pieces.sort(key=lambda piece: -piece[0])
                confidence = min(pieces[0][0] + 2 * MORE * (len(pieces) - 1), SURE + 2)
                found.append(self._as_proposal(voucher_type, confidence, [piece for _points, piece in pieces]))
        return sorted(found, key=lambda proposal: -proposal.confidence)

    @api.model
    def _choices(self, record, company, text="", limit=20):
        if record.type == "sale" and record.netvisor_export != "voucher":
            return [Proposal(INVOICES, evidence=(Evidence("journal_type", "sale"),))]
        types = self._types(company)
        judged = {proposal.key: proposal for proposal in self._judge_types(record, types)}
        text = text.casefold()
        return [
            judged.get(voucher_type.netvisor_key) or self._as_proposal(voucher_type)
            for voucher_type in types
            if any(text in (voucher_type[name] or "").casefold() for name in ("abbreviation", *NAMES))
        ][:limit]

    @api.model
    def _accept(self, pairs, company):
        types = {voucher_type.netvisor_key: voucher_type for voucher_type in self._types(company)}
        for journal, proposal in pairs:
            if proposal.code == INVOICES and journal.type == "sale":
                journal.netvisor_export = INVOICES
            elif proposal.key in types:
                journal.netvisor_voucher_type_id = types[proposal.key]
            else:
                raise UserError(
                    self.env._(
                        "Voucher type %(type)s is no longer in Netvisor: %(journal)s.",
                        type=proposal.code,
                        journal=journal.display_name,
                    )
                )

    @api.model
    def _forget(self, records, company):
        records.filtered(lambda journal: journal.netvisor_export == INVOICES).netvisor_export = "none"
        records.netvisor_voucher_type_id = False

    @api.model
    def _words(self, code, name):
        if code != INVOICES:
            return super()._words(code, name)
        return dict(self.env["account.journal"]._fields["netvisor_export"]._description_selection(self.env))[code]

    @api.model
    def _sort_keys(self, records, company):
        return {journal: f"{journal.sequence:05}{journal.name}" for journal in records}

    @api.model
    def _used(self, records, company):
        """Vouchers can wait: invoices come first."""
        return records.filtered(lambda journal: journal.type == "sale")

    @api.model
    def _ready(self, company):
        mirror = self.env["netvisor.voucher.type"].sudo().with_context(active_test=False)
        return bool(mirror.search_count([("company_id", "=", company.id)], limit=1))
