"""How many invoices wait for each step of the guided connection, told from why they are blocked."""

from collections import Counter

from odoo.tools import SQL

from .netvisor_document import NOT_YET

# A problem belongs to the first step whose prefix fits its code; one of a customer or a dimension item that an invoice needs
# counts for that invoice. What fits nowhere is not a matter of the connection.
STEP_OF = (
    ("right_missing", "rights"),
    ("accounts_missing", "accounts"),
    ("vat_", "vat"),
    ("several_taxes", "vat"),
    ("tax_", "vat"),
    ("number_", "journals"),
    ("reference_invalid", "journals"),
    ("wrong_type", "journals"),
    ("not_exported", "journals"),
    ("dimension", "dimensions"),
    ("distribution", "dimensions"),
    ("customer_", "customers"),
    ("partner_", "customers"),
    ("operator_", "customers"),
    ("einvoice_", "customers"),
    ("no_address", "customers"),
    ("kind:customer", "customers"),
    ("kind:dimension_item", "dimensions"),
)


def step_of(code):
    return next((step for prefix, step in STEP_OF if code.startswith(prefix)), "other")


def count_waiting(root):
    """Two statements over what is not settled, whatever the length of the history.

    :return: Counter: step → invoices that are blocked because of it; "other"; "ready" for those that only wait for their
        turn; "all" for all that are not in Netvisor yet
    """
    env = root.env
    env["netvisor.document"].flush_model(["state", "problems", "kind", "root_company_id"])
    states = dict(
        env.execute_query(
            SQL(
                """SELECT state, count(*) FROM netvisor_document
                    WHERE root_company_id = %s AND kind = 'sales_invoice' AND state NOT IN ('done', 'cancelled')
                 GROUP BY state""",
                root.id,
            )
        )
    )
    waiting = Counter(all=sum(states.get(state, 0) for state in NOT_YET))
    waiting["ready"] = waiting["all"] - states.get("blocked", 0)
    if states.get("blocked"):
        by_reason = SQL("%s SELECT codes, count(*) FROM grouped GROUP BY codes", _reasons(root))
        for codes, count in env.execute_query(by_reason):
            for step in {step_of(code) for code in codes}:
                waiting[step] += count
    return waiting


def waiting_documents(root, step):
    """:return: the invoices that are blocked because of a step; all that are not in Netvisor yet where none is"""
    documents = root.env["netvisor.document"]
    documents.flush_model(["state", "problems", "kind", "root_company_id"])
    rows = root.env.execute_query(SQL("%s SELECT id, codes FROM grouped", _reasons(root)))
    found = [document_id for document_id, codes in rows if step in {step_of(code) for code in codes}]
    ours = [("root_company_id", "=", root.id), ("kind", "=", "sales_invoice")]
    return documents.search([*ours, ("id", "in", found)] if found else [*ours, ("state", "in", NOT_YET)])


def _reasons(root):
    """``grouped``: rows of (document, codes); the reasons of what an invoice needs are its own."""
    return SQL(
        """
        WITH reason AS (
              SELECT document.id, problem ->> 'code' AS code,
                     CASE WHEN problem ->> 'code' = 'needs' THEN (problem -> 'values' ->> 'document')::int END AS need
                FROM netvisor_document document, jsonb_array_elements(document.problems) problem
               WHERE document.root_company_id = %(root)s AND document.kind = 'sales_invoice'
                 AND document.state = 'blocked' AND jsonb_typeof(document.problems) = 'array'
        ), final AS (
              SELECT id, code FROM reason WHERE need IS NULL
               UNION
              SELECT reason.id, COALESCE(problem ->> 'code', 'kind:' || needed.kind)
                FROM reason
                JOIN netvisor_document needed ON needed.id = reason.need
           LEFT JOIN LATERAL jsonb_array_elements(
                         CASE WHEN jsonb_typeof(needed.problems) = 'array' THEN needed.problems ELSE '[]' END) problem
                  ON TRUE
        ), grouped AS (
              SELECT id, array_agg(DISTINCT code) AS codes FROM final GROUP BY id
        )
        """,
        root=root.id,
    )
