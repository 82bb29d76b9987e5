from dataclasses import replace
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..netvisor import ReadError, is_not_found
from ..netvisor import customer as wire
from ..netvisor.values import digest
from .customer_values import CustomerReader
from .netvisor_document import IN_FLIGHT, PRIORITY_MASTER
from .netvisor_kind import Blocked, Prepared, Problem, Skipped

# Words by which Netvisor names the operator when it refuses a customer for it, in its three languages.
OPERATOR_WORDS = ("router", "operator", "operaattori", "välittäj", "förmedl")
GONE_WORDS = ("not found", "ei löydy", "hittades inte", "hittas inte")
UNDER_WAY = (*IN_FLIGHT, "claimed", "todo")


class NetvisorKindCustomer(models.AbstractModel):
    """A commercial partner and its customer card in Netvisor. How cards are found: ``kind_customer_match.py``."""

    _name = "netvisor.kind.customer"
    _inherit = "netvisor.kind"
    _finds_first = True
    _description = "Netvisor: customers"

    # --- what other kinds ask ---------------------------------------------------------------------------------------
    @api.model
    def _ensure(self, partners, company):
        """What must be sent before an invoice of these partners can be: new customers, and those whose data changed.

        Some five queries for a whole wave when everything is known, whatever its size.

        :return: dict partner → ``netvisor.document`` to be sent first, empty when Netvisor is up to date
        """
        root = company._netvisor_root().sudo()
        customers = partners._netvisor_customers()
        bindings = self._bindings(partners.browse().union(*customers.values()), root)
        self._compare_new(root, bindings.values())
        due = {}
        for partner, binding in bindings.items():
            now = self._digest_of(partner, root)
            if self._is_due(binding, partner, now):
                due[binding] = now
        documents = self._documents(due)
        for binding in documents:
            self._heal(binding, documents[binding])
        waiting = {
            binding: document
            for binding, document in documents.items()
            if not binding.netvisor_key or not due[binding] or due[binding] != binding.digest
        }
        # The same data was refused by Netvisor, or the customer is gone there: a person must act first.
        again = [
            document
            for binding, document in waiting.items()
            if document.state not in (*UNDER_WAY, "deleted")
            and not (document.state == "blocked" and document.code and document.digest == due[binding])
        ]
        self._requeue(self.env["netvisor.document"].sudo().union(*again), PRIORITY_MASTER)
        none = self.env["netvisor.document"]
        return {partner: waiting.get(bindings[customer], none) for partner, customer in customers.items()}

    @api.model
    def _keys(self, partners, company):
        """:return: dict partner → Netvisor key of its customer, 0 when it has none yet. One query."""
        customers = partners._netvisor_customers()
        bindings = (
            self.env["netvisor.binding"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company._netvisor_root().id),
                    ("kind", "=", "customer"),
                    ("partner_id", "in", [customer.id for customer in customers.values()]),
                ]
            )
        )
        keys = {binding.partner_id.id: binding.netvisor_key for binding in bindings}
        return {partner: keys.get(customer.id) or 0 for partner, customer in customers.items()}

    @api.model
    def _key(self, partner, company):
        return self._keys(partner, company)[partner]

    @api.model
    def _send_now(self, partners, company, priority):
        """A person asks: unchanged data too, and customers deleted in Netvisor. :return: netvisor.document"""
        root = company._netvisor_root().sudo()
        customers = partners.browse().union(*partners._netvisor_customers().values())
        documents = self._documents(self._bindings(customers, root).values())
        for binding, document in documents.items():
            gone = document.state == "deleted" or "customer_gone" in {row["code"] for row in document.problems or []}
            if gone:
                binding.write({"netvisor_key": False, "digest": False, "linked": False})
                document.write({"netvisor_key": False, "netvisor_number": False})
        result = self.env["netvisor.document"].sudo().union(*documents.values())
        self._requeue(
            result.filtered(lambda document: document.state not in (*IN_FLIGHT, "claimed")),
            priority,
        )
        result._wake(root)
        return result

    # --- the contract -----------------------------------------------------------------------------------------------
    @api.model
    def _warm(self, documents):
        partners = documents.binding_id.partner_id
        partners.child_ids.fetch(["type"])
        partners.netvisor_operator_id.fetch(["code"])

    @api.model
    def _prepare_one(self, document):
        binding = document.binding_id
        partner, company = binding.partner_id, binding.company_id
        if not partner:
            raise Skipped(Problem("partner_gone"))
        reader, customer = self._read(partner, company)
        if not binding.netvisor_key and customer.code and (problem := self._code_problem(binding, customer.code)):
            reader.problems.append(problem)
        if reader.problems:
            raise Blocked(*reader.problems)
        return Prepared(
            values=customer,
            digest=digest(customer),
            # What a look-up compares with is what was sent, not what the contact looks like by then.
            search={
                "code": customer.code or "",
                "business_id": customer.business_id or "",
                "name": customer.name,
                "address": [customer.street or "", customer.postcode or "", customer.city or ""],
            },
            operation="edit" if binding.netvisor_key else "add",
            key=binding.netvisor_key or None,
            warnings=tuple(reader.warnings),
        )

    @api.model
    def _request(self, document, prepared):
        binding, customer = document.binding_id, prepared.values
        encoding = binding.company_id.netvisor_encoding
        if prepared.operation == "edit":
            # The code of a customer that Netvisor had first is Netvisor's, unless a person typed another one.
            typed = binding.company_id.netvisor_customer_code_source == "field"
            kept = customer.code if typed or not binding.linked else None
            return wire.edit(prepared.key, replace(customer, code=kept), encoding)
        return wire.add(replace(customer, active=True, automatic_code=not customer.code), encoding)

    @api.model
    def _verdict(self, prepared, answer):
        """A refusal for the operator is mended on the contact, one for a missing customer by sending it anew."""
        if answer.outcome != "rejected":
            return None
        words, operator = answer.text.casefold(), prepared.values.operator_id
        if operator and (operator.casefold() in words or any(word in words for word in OPERATOR_WORDS)):
            return Blocked(Problem("operator_refused", {"operator": operator}))
        if prepared.operation == "edit" and str(prepared.key) in words and any(word in words for word in GONE_WORDS):
            return Blocked(Problem("customer_gone"))
        return None

    @api.model
    def _duplicate_problem(self, document):
        search = document.search_values or {}
        values = {
            "code": search.get("code", ""),
            "contact": document.display_name,
            "other": search.get("taken_by", ""),
        }
        return Problem("customer_code_other", values)

    @api.model
    def _bound(self, documents):
        """The key becomes the contact's own. Another contact that has it already keeps it."""
        for document in documents:
            binding = document.binding_id
            other = self.env["netvisor.binding"].search(
                [
                    ("company_id", "=", binding.company_id.id),
                    ("kind", "=", "customer"),
                    ("netvisor_key", "=", document.netvisor_key),
                    ("id", "!=", binding.id),
                ]
            )
            if other.partner_id:
                document._block([Problem("customer_linked_elsewhere", {"other": other.partner_id.display_name})])
                document.netvisor_key = False
                continue
            other.netvisor_key = False  # of a contact that is no more
            linked = document.operation == "link" or (binding.linked and document.operation == "edit")
            code = document.netvisor_number if linked else (document.search_values or {}).get("code")
            binding.write(
                {
                    "netvisor_key": document.netvisor_key,
                    "digest": document.digest,
                    "linked": linked,
                    "code": code or binding.code,
                    "name": binding.partner_id.display_name,
                }
            )
            binding.flush_recordset()

    @api.model
    def _check(self, document, call):
        """Is it still there? What Netvisor knows and Odoo does not (an operator's identifier) is kept."""
        answer = call(wire.get_request(document.netvisor_key))
        try:
            found = () if is_not_found(answer) else wire.parse_get(answer)
        except ReadError:
            return {}
        binding = document.binding_id
        if not found:
            binding.digest = False  # holds the next invoice until a person has sent the customer anew
            return {"state": "deleted"}
        customer = found[0]
        binding.code = customer.code or binding.code
        binding.digest = binding.digest or document.digest
        if customer.operator_id:
            self.env["netvisor.operator"]._keep(customer.operator_id)
        status = "inactive" if customer.active is False else "active"
        values = {
            "remote_status": status,
            "netvisor_number": customer.code or document.netvisor_number,
        }
        return {**values, "state": "done"} if document.state == "deleted" else values

    @api.model
    def _stamp(self, documents):
        """The contact, its addresses and its operator: youngest change, one statement for all."""
        if not documents:
            return {}
        for name in ("res.partner", "netvisor.operator", "netvisor.binding"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT document.id, GREATEST(partner.write_date, operator.write_date, MAX(child.write_date))
                  FROM netvisor_document document
                  JOIN netvisor_binding binding ON binding.id = document.binding_id
                  JOIN res_partner partner ON partner.id = binding.partner_id
             LEFT JOIN netvisor_operator operator ON operator.id = partner.netvisor_operator_id
             LEFT JOIN res_partner child ON child.parent_id = partner.id AND child.type IN ('invoice', 'delivery')
                 WHERE document.id IN %s
              GROUP BY document.id, partner.write_date, operator.write_date
                """,
                tuple(documents.ids),
            )
        )
        return dict(rows)

    # --- parts ------------------------------------------------------------------------------------------------------
    @api.model
    def _read(self, partner, company):
        """:return: (reader with its problems, Customer)"""
        reader = CustomerReader(partner, company)
        return reader, reader.read()

    @api.model
    def _digest_of(self, partner, root):
        """:return: the digest of what would be sent now, "" when it cannot be sent"""
        reader, customer = self._read(partner, root)
        return "" if reader.problems else digest(customer)

    @api.model
    def _bindings(self, partners, root):
        """:return: dict commercial partner → its binding, made when missing"""
        model = self.env["netvisor.binding"].sudo()
        known = model.search(
            [
                ("company_id", "=", root.id),
                ("kind", "=", "customer"),
                ("partner_id", "in", partners.ids),
            ]
        )
        missing = partners - known.partner_id
        values = {"company_id": root.id, "kind": "customer"}
        made = model.create([{**values, "partner_id": partner.id, "name": partner.display_name} for partner in missing])
        by_partner = {binding.partner_id.id: binding for binding in known | made}
        return {partner: by_partner[partner.id] for partner in partners}

    @api.model
    def _documents(self, bindings):
        """:return: dict binding → its document, made when missing"""
        model = self.env["netvisor.document"].sudo()
        bindings = self.env["netvisor.binding"].sudo().union(*bindings)
        if not bindings:
            return {}
        known = model.search([("binding_id", "in", bindings.ids), ("kind", "=", "customer")])
        made = model.create(
            [
                {
                    "name": binding.partner_id.display_name,
                    "company_id": binding.company_id.id,
                    "root_company_id": binding.company_id.id,
                    "kind": "customer",
                    "binding_id": binding.id,
                    "priority": PRIORITY_MASTER,
                    "uuid": self.env["netvisor.engine"]._new_uuid(),
                }
                for binding in bindings - known.binding_id
            ]
        )
        by_binding = {document.binding_id.id: document for document in known | made}
        return {binding: by_binding[binding.id] for binding in bindings}

    @api.model
    def _heal(self, binding, document):
        """The key was committed with the document and the process died before the link got it, or a person chose it."""
        if not binding.netvisor_key and document.netvisor_key and document.state in ("done", "changed"):
            self._bound(document)

    @api.model
    def _requeue(self, documents, priority):
        if documents:
            documents.write(
                {
                    "state": "todo",
                    "next_try": False,
                    "problems": False,
                    "message": False,
                    "code": False,
                    "priority": priority,
                }
            )

    @api.model
    def _code_problem(self, binding, code):
        """Customer codes are unique in Netvisor; Odoo's references are not."""
        other = self.env["netvisor.binding"].search(
            [
                ("company_id", "=", binding.company_id.id),
                ("kind", "=", "customer"),
                (
                    "code",
                    "=ilike",
                    code.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_"),
                ),
                ("partner_id", "not in", [False, binding.partner_id.id]),
                ("netvisor_key", "!=", 0),
            ],
            limit=1,
        )
        if not other:
            return None
        names = {"contact": binding.partner_id.display_name, "other": other.partner_id.display_name}
        return Problem("customer_code_taken", {"code": code, **names})

    @api.model
    def _since(self, document):
        """Lists are asked with a day's overlap: nobody knows in which time zone Netvisor reads the parameter."""
        return (document.sent_date or document.write_date) - timedelta(days=1)
