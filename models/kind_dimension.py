from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..netvisor import ReadError
from ..netvisor import dimension as wire

# Items are addressed by name (8.42): before one is sent, the list may be no older than this.
FRESH_SECONDS = 60


class NetvisorKindDimension(models.AbstractModel):
    """Netvisor's dimensions and items → their mirrors, and from there, as the mapping of each plan says."""

    _name = "netvisor.kind.dimension"
    _inherit = ["netvisor.kind"]
    _description = "Netvisor: reading of dimensions"

    @api.model
    def _refresh(self, company, call, feed):
        """One call for all. A refusal leaves everything as it is. :return: Answer"""
        answer = self._read(company, call)
        if answer.ok:
            self._follow(company)
            feed.pending = False
        return answer

    @api.model
    def _read(self, company, call):
        """Make the mirrors equal to Netvisor's list. :return: Answer. :raise ReadError: nothing is changed then"""
        answer = call(wire.list_request(show_hidden=True))
        if not answer.ok:
            return answer
        names, items = {}, {}
        for dimension in wire.parse_list(answer):
            if not dimension.key:
                continue
            names[dimension.key] = {
                "name": dimension.name,
                "date_from": dimension.start or False,
                "date_to": dimension.end or False,
                "has_codes": any(item.code for item in dimension.items),
                "active": not dimension.hidden,
            }
            items |= {item.key: self._item_values(dimension, item) for item in dimension.items if item.key}
        self.env["netvisor.dimension"]._upsert(company, names)
        mirror = self.env["netvisor.dimension.item"]
        mirror._upsert(company, items)
        mirror._connect(company)
        self._feed(company).bookmark = fields.Datetime.to_string(fields.Datetime.now())
        return answer

    @api.model
    def _item_values(self, dimension, item):
        return {
            "dimension_key": dimension.key,
            "father_key": item.father_key or 0,
            "name": item.name,
            "code": item.code or False,
            "label": item.label or False,
            "hidden": bool(item.hidden),
            "level": item.level or 0,
            "sort": item.sort or 0,
            "active": not item.hidden,
        }

    @api.model
    def _follow(self, company):
        """What a new picture of the list leads to, in Odoo and as documents for Netvisor."""
        plans = self.env["netvisor.plan"].sudo().search([("company_id", "=", company.id)])
        plans._find_dimensions()
        plans._sync()
        self._release_invoices(company)

    @api.model
    def _release_invoices(self, company):
        """Invoices that waited for items are mapped anew: what is still missing blocks them again."""
        documents = self.env["netvisor.document"].sudo()
        documents.flush_model()
        rows = self.env.execute_query(
            SQL(
                """UPDATE netvisor_document SET state = 'todo', next_try = NULL, problems = NULL
                    WHERE root_company_id = %s AND state = 'blocked' AND problems @> '[{"code": "dimensions_missing"}]'
                RETURNING id""",
                company.id,
            )
        )
        if rows:
            documents.invalidate_model()

    # --- asked by the items ---------------------------------------------------------------------------------------------
    @api.model
    def _feed(self, company):
        feeds = self.env["netvisor.feed"].sudo()
        domain = [("company_id", "=", company.id), ("kind", "=", "dimension")]
        return feeds.search(domain, limit=1) or feeds.create({"company_id": company.id, "kind": "dimension"})

    @api.model
    def _read_at(self, company):
        """:return: when the list was last read, None when never"""
        return fields.Datetime.to_datetime(self._feed(company).bookmark or None)

    @api.model
    def _read_if_old(self, company, call):
        """:return: None when the picture is fresh, or was read anew; otherwise the Answer that could not be used"""
        read_at = self._read_at(company)
        if read_at and read_at > fields.Datetime.now() - timedelta(seconds=FRESH_SECONDS):
            return None
        return self._read_now(company, call)

    @api.model
    def _read_now(self, company, call):
        answers = []

        def remembering(request):
            answers.append(call(request))
            return answers[-1]

        try:
            answer = self._read(company, remembering)
        except ReadError:
            return answers[-1]
        return None if answer.ok else answer

    @api.model
    def _read_at_the_end(self, company):
        """Once all that is due has been sent, in the same run: a new item's key is in the list only."""
        self._feed(company).write({"pending": {"after": "sending"}, "next_due": fields.Datetime.now()})
