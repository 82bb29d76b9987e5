from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .netvisor_document import PRIORITY_BUTTON, STATES

GROUPS = "account.group_account_invoice,account.group_account_readonly"
# What a product message is made of and may mend one that was refused or could not be made.
MENDS = frozenset(
    (
        "name", "default_code", "barcode", "list_price", "lst_price", "description_sale", "categ_id", "uom_id", "taxes_id",
        "weight", "active", "sale_ok", "property_account_income_id",
    )
)  # fmt: skip


class ProductProduct(models.Model):
    """A variant is what has a code, and so what is a product in Netvisor."""

    _inherit = "product.product"

    # False when the current company has no connection, or only a generic product: then nothing of this is shown.
    netvisor_product_mode = fields.Char(compute="_compute_netvisor_product_mode", groups=GROUPS)
    netvisor_key = fields.Integer(
        string="Netvisor key",
        compute="_compute_netvisor_link",
        search="_search_netvisor_key",
        groups=GROUPS,
        aggregator=None,
        help="Netvisor's own number of this product, for the current company.",
    )
    netvisor_state = fields.Selection(
        STATES, string="Netvisor", compute="_compute_netvisor_link", search="_search_netvisor_state", groups=GROUPS
    )
    netvisor_problem = fields.Text(string="Netvisor problem", compute="_compute_netvisor_link", groups=GROUPS)
    netvisor_name = fields.Char(
        string="In Netvisor",
        compute="_compute_netvisor_link",
        groups=GROUPS,
        help="Code and name that the linked product has in Netvisor.",
    )

    netvisor_alerts = fields.Json(compute="_compute_netvisor_alerts", groups=GROUPS)

    # --- shown ------------------------------------------------------------------------------------------------------
    @api.depends_context("company")
    def _compute_netvisor_product_mode(self):
        self.netvisor_product_mode = self._netvisor_product_mode() or False

    @api.model
    def _netvisor_product_mode(self):
        company = self.env.company
        if not company._netvisor_is_connected():
            return ""
        mode = self.env["netvisor.kind.product"]._mode(company)
        return "" if mode == "generic" else mode

    @api.depends("active")
    @api.depends_context("company", "lang")
    def _compute_netvisor_link(self):
        """One link per connected company."""
        # sudo: what the page shows is guarded by the fields' groups
        links = self.env["netvisor.binding"].sudo().search(self._netvisor_domain(self.ids))
        by_product = {link.product_id.id: link for link in links}
        names = self._netvisor_names(links)
        for product in self:
            link = by_product.get(product._origin.id)
            document = link.document_ids.filtered(lambda row: row.state != "cancelled")[:1] if link else None
            product.netvisor_key = link.netvisor_key if link else 0
            product.netvisor_state = document.state if document else ("done" if product.netvisor_key else False)
            product.netvisor_problem = product._netvisor_problem_text(document) if document else False
            product.netvisor_name = names.get(product.netvisor_key, False)

    @api.depends("netvisor_state")
    @api.depends_context("company", "lang", "uid")
    def _compute_netvisor_alerts(self):
        links = self.env["netvisor.binding"].search(self._netvisor_domain(self.ids))
        by_product = {link.product_id.id: link.document_ids for link in links}
        for product in self:
            documents = by_product.get(product._origin.id, self.env["netvisor.document"])
            documents = documents.filtered(lambda document: document.state != "cancelled")[:1]
            alerts = documents._netvisor_alerts() if documents else {}
            for row in alerts.values():
                if row.get("action", {}).get("res_id") == product._origin.id:  # it leads to where one is
                    del row["action"], row["action_text"]
            product.netvisor_alerts = alerts or False

    @api.model
    def _netvisor_problem_text(self, document):
        words = self.env._("Netvisor: %(words)s", words=document.message) if document.message else ""
        return "\n".join(filter(None, (document.problem, words, document.remedy, document.warning))) or False

    @api.model
    def _netvisor_names(self, links):
        keys = links.filtered("netvisor_key").mapped("netvisor_key")
        domain = [("company_id", "=", self.env.company._netvisor_root().id), ("netvisor_key", "in", keys)]
        rows = self.env["netvisor.product"].sudo().search(domain) if keys else ()
        return {row.netvisor_key: row.display_name for row in rows}

    @api.model
    def _netvisor_domain(self, product_ids=None):
        """The product links of the current company's connection, without that of the generic product."""
        domain = [("company_id", "=", self.env.company._netvisor_root().id), ("kind", "=", "product")]
        return domain + [("product_id", "!=", False) if product_ids is None else ("product_id", "in", product_ids)]

    @api.model
    def _netvisor_search_links(self, domain):
        """Products whose link of the current company satisfies ``domain``."""
        query = self.env["netvisor.binding"].sudo()._search(Domain(self._netvisor_domain()) & Domain(domain))
        return Domain("id", "in", query.subselect(SQL("product_id")))

    @api.model
    def _search_netvisor_key(self, operator, value):
        if operator != "in":
            return NotImplemented
        keys = [key for key in value if key]
        found = self._netvisor_search_links([("netvisor_key", "in", keys)]) if keys else Domain.FALSE
        return found | ~self._netvisor_search_links([("netvisor_key", "!=", 0)]) if len(keys) < len(value) else found

    @api.model
    def _search_netvisor_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        # One that is not to be sent is as if nobody had ever thought of it.
        states = [state for state in value if state and state != "cancelled"]
        known = Domain("document_ids", "any", [("state", "!=", "cancelled")])
        found = Domain.FALSE
        if states:
            domain = Domain("document_ids", "any", [("state", "in", states)])
            if "done" in states:
                domain |= ~known & Domain("netvisor_key", "!=", 0)
            found = self._netvisor_search_links(domain)
        if False in value:
            found |= ~self._netvisor_search_links(known | Domain("netvisor_key", "!=", 0))
        return found

    # --- kept up to date --------------------------------------------------------------------------------------------
    def write(self, vals):
        result = super().write(vals)
        if not MENDS.isdisjoint(vals):
            self._netvisor_mended(others="default_code" in vals)
        if "active" in vals:
            self._netvisor_archived()
        return result

    def _netvisor_mended(self, others=False):
        """What could not be sent is due again. Nothing else is sent here: the next invoice compares.

        :param others: a code has changed, and another product may have had the same
        """
        if not self:
            return
        # sudo: whoever may correct a product need not see Netvisor's documents
        documents = self.env["netvisor.document"].sudo()
        domain = Domain("binding_id.product_id", "in", self.ids)
        blocked = [("kind", "=", "product"), ("state", "=", "blocked"), ("operation", "!=", "fetch")]
        waiting = documents.search(Domain(blocked) if others else domain & Domain(blocked))
        waiting = waiting.filtered(
            lambda document: (
                document.binding_id.product_id in self
                or "product_code_twice" in {problem["code"] for problem in document.problems or ()}
            )
        )
        self.env["netvisor.kind.product"].sudo()._requeue(waiting)

    def _netvisor_archived(self):
        """Taken out of use, or into use again, in Netvisor too: nobody would invoice it, so no invoice would tell."""
        if not self:
            return
        links = self.env["netvisor.binding"].sudo().search([("product_id", "in", self.ids), ("netvisor_key", "!=", 0)])
        for root, own in links.grouped("company_id").items():
            if root._netvisor_is_connected() and root._netvisor_updates_products():
                self.env["netvisor.kind.product"].sudo().with_company(root)._enqueue_changed(own, root)

    def unlink(self):
        # The product stays in Netvisor: the link outlives the record, as the proof of what was sent.
        self.env["netvisor.binding"].sudo().search([("product_id", "in", self.ids)])._detach()
        return super().unlink()

    # --- what a person may do ---------------------------------------------------------------------------------------
    def _netvisor_check_sender(self):
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only Invoicing users can send products to Netvisor."))
        self.check_access("read")
        company = self.env.company
        if not company._netvisor_is_connected():
            raise UserError(
                self.env._(
                    "%(company)s is not connected to Netvisor. Connect it in the settings.", company=company.name
                )
            )
        mode = self._netvisor_product_mode()
        if not mode:
            raise UserError(
                self.env._(
                    "%(company)s puts all invoice lines under one generic product. To have products of their own in "
                    "Netvisor, choose so in the settings.",
                    company=company.name,
                )
            )
        return mode

    def action_netvisor_send(self):
        """Send these products now, changed or not. New ones are looked for in Netvisor first."""
        if self._netvisor_check_sender() == "link":
            raise UserError(
                self.env._(
                    "The settings say that only products which Netvisor has are used, so none are sent. "
                    "Use Fetch link to find them there."
                )
            )
        kind = self.env["netvisor.kind.product"]
        return self.env["netvisor.engine"]._wait_for(kind._send_now(self, self.env.company, PRIORITY_BUTTON))

    def action_netvisor_fetch_link(self):
        """Look for these products in Netvisor, by code and EAN code, and link them. Nothing is written there."""
        self._netvisor_check_sender()
        kind = self.env["netvisor.kind.product"]
        unlinked = self.filtered(lambda product: not product.netvisor_key)
        if not unlinked:
            raise UserError(self.env._("These products are linked already."))
        return self.env["netvisor.engine"]._wait_for(
            kind._send_now(unlinked, self.env.company, PRIORITY_BUTTON, fetch=True)
        )
