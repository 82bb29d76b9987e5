from odoo import fields, models
from odoo.exceptions import ValidationError

from .res_company import business_id


class ResCompany(models.Model):
    """Keys belong to one Netvisor company: customer 14 of the sandbox is somebody else in production."""

    _inherit = "res.company"

    # Which Netvisor company the stored keys belong to; survives a time of being disconnected.
    netvisor_environment = fields.Char(groups="base.group_system", copy=False)

    def _netvisor_environment_now(self):
        return f"{self.netvisor_mode}|{self.netvisor_organisation_id or ''}"

    def _netvisor_environment_changed(self):
        """Another Netvisor company: keys of a trial are forgotten, keys of real books stop the change."""
        company = self.sudo()
        now = company._netvisor_environment_now()
        if company.netvisor_mode == "disabled" or company.netvisor_environment == now:
            return
        if company.netvisor_environment:
            if company._netvisor_keeps_real_books():
                raise ValidationError(company._netvisor_real_books_text())
            company._netvisor_forget()
        company.netvisor_environment = now

    def _netvisor_keeps_real_books(self):
        """Keys of real books are never forgotten. A neutralised copy has forgotten its database: there nothing is lost."""
        real = (self.netvisor_environment or "").startswith("production|") and self.netvisor_database
        return bool(real and self._netvisor_knows_keys())

    def _netvisor_real_books_text(self):
        return self.env._(
            "%(company)s has already sent documents to its Netvisor in production (%(organisation)s). To try something "
            "else, use another company or a copy of the database.",
            company=self.name,
            organisation=self.netvisor_environment.partition("|")[2],
        )

    def _netvisor_former(self, mode, organisation):
        """What is to be known before connecting to this mode and organisation.

        :return: (text, whether it makes the change impossible); an empty text where nothing would be lost
        """
        company = self.sudo()
        former = company.netvisor_environment
        new = f"{mode}|{business_id(organisation) or organisation or ''}"
        if not former or former == new or not company._netvisor_knows_keys():
            return "", False
        if company._netvisor_keeps_real_books():
            return company._netvisor_real_books_text(), True
        former_mode, _bar, former_organisation = former.partition("|")
        labels = dict(self._fields["netvisor_mode"]._description_selection(self.env))
        documents = self.env["netvisor.document"].sudo()
        sent = documents.search_count([("root_company_id", "=", self.id), ("netvisor_key", "!=", 0)])
        links = (
            self.env["netvisor.binding"].sudo().search_count([("company_id", "=", self.id), ("netvisor_key", "!=", 0)])
        )
        text = self.env._(
            "What was sent so far belongs to another Netvisor company: %(organisation)s (%(mode)s). Its %(documents)s "
            "sent documents and %(links)s links mean nothing in the new one and are forgotten; invoices sent there are not "
            "sent again by themselves.",
            organisation=former_organisation,
            mode=labels.get(former_mode, former_mode),
            documents=sent,
            links=links,
        )
        return text, False

    def _netvisor_knows_keys(self):
        documents = self.env["netvisor.document"].sudo()
        bindings = self.env["netvisor.binding"].sudo()
        return bool(
            documents.search_count([("root_company_id", "=", self.id), ("netvisor_key", "!=", 0)], limit=1)
            or bindings.search_count([("company_id", "=", self.id), ("netvisor_key", "!=", 0)], limit=1)
        )

    def _netvisor_forget(self):
        """Nothing learnt from one Netvisor company may be used in another. What was never sent stays queued."""
        self.ensure_one()
        documents = self.env["netvisor.document"].sudo()
        documents.search(
            [("root_company_id", "=", self.id), ("state", "not in", ("todo", "blocked", "cancelled"))]
        ).unlink()
        documents.search([("root_company_id", "=", self.id), ("netvisor_key", "!=", 0)]).unlink()
        # A plan that is a dimension of one name stays that: in the next company it is looked for by it.
        plans = self.env["netvisor.plan"].sudo().with_context(netvisor_receiving=self.id)
        for plan in plans.search([("company_id", "=", self.id), ("dimension_id", "!=", False)]):
            plan.write({"dimension_name": plan.dimension_id.name, "dimension_id": False})
        for model in ("netvisor.binding", "netvisor.feed", "netvisor.right", *self._netvisor_mirrors()):
            self.env[model].sudo().with_context(active_test=False).search([("company_id", "=", self.id)]).unlink()
        # What a person has ignored is about Odoo's records, not about the other company.
        mapping = self.env["netvisor.mapping"].sudo().with_context(active_test=False)
        mapping.search([("company_id", "=", self.id), ("state", "!=", "ignored")]).unlink()
        self.sudo().write(
            {
                "netvisor_checked_count": 0,
                "netvisor_checked_vouchers": 0,
                "netvisor_match_later": False,
                "netvisor_lock_accounting": False,
                "netvisor_lock_vat": False,
                "netvisor_lock_purchase": False,
                "netvisor_locks_refused": False,
            }
        )

    def _netvisor_mirrors(self):
        """Every list that is read from Netvisor, whoever adds one."""
        return sorted(
            name for name in self.env.registry["netvisor.mirror"]._inherit_children if not self.env[name]._abstract
        )
