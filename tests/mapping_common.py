"""What the tests of the mapping assistant share: rows of a company whose lists were read from the sandbox."""

from odoo.addons.account_netvisor.models.netvisor_mapping_kind import Evidence, Proposal

from .common import NetvisorCommon


class MappingCommon(NetvisorCommon):
    @property
    def mapping(self):
        return self.env["netvisor.mapping"].with_user(self.controller).with_company(self.company)

    def refresh(self, kind, records=None, company=None):
        self.env["netvisor.mapping"]._refresh(company or self.company, kind, records)

    def row(self, record, company=None):
        field = {"account.account": "account_id", "account.tax": "tax_id", "account.journal": "journal_id"}
        domain = [(field[record._name], "=", record.id), ("company_id", "=", (company or self.company).id)]
        return self.mapping.with_context(active_test=False).search(domain)

    def remaining(self, kind, company=None):
        return self.env["netvisor.mapping"]._remaining(company or self.company, kind)

    def new_account(self, code, name="Oma tili", account_type="income", company=None):
        company = company or self.company
        return (
            self.env["account.account"]
            .with_company(company)
            .create({"code": code, "name": name, "account_type": account_type, "company_ids": [(6, 0, company.ids)]})
        )

    def mirrored(self, number, name, company=None, **values):
        """An account in Netvisor that the sandbox does not have."""
        values = {"account_type": "account", "statement": "result", "number": number, "name": name, **values}
        company = company or self.company
        mirror = self.env["netvisor.account"].sudo()
        return mirror.create({"company_id": company.id, "netvisor_key": 9000000 + int(number), **values})

    def proposal(self, code, confidence=95, **values):
        return Proposal(code, confidence=confidence, evidence=(Evidence("same_number", code),), **values)
