"""The few statements of the exactly-once protocol, as plain SQL on the slim table. Nothing here commits.

They are SQL because each commit empties Odoo's cache (engineering measured 15 queries per document through the ORM, 2 this
way), and because claim, intent and result must each be one atomic statement.
"""

from datetime import timedelta

from psycopg2 import errors
from psycopg2.extras import Json, execute_values

WAVE = 100
LOG_CALL = """
    INSERT INTO netvisor_call (company_id, document_id, resource, url, started, duration_ms, transaction_id, outcome, code,
                               http_status, message, request, answer)
         VALUES (%(company_id)s, %(document_id)s, %(resource)s, %(url)s, %(started)s, %(duration_ms)s, %(transaction_id)s,
                 %(outcome)s, %(code)s, %(http_status)s, %(text)s, %(request)s, %(answer)s)
"""
# What a result may set. Anything absent keeps its value.
RESULT_COLUMNS = (
    "state",
    "netvisor_key",
    "next_try",
    "outcome",
    "code",
    "message",
    "problems",
    "sent_date",
    "tries",
    "follow_up",
)

# A common table expression and no "IN (SELECT … LIMIT)": PostgreSQL may run such a select once for every row, and take more.
CLAIM = """
      WITH wave AS MATERIALIZED (SELECT id
                                   FROM netvisor_document
                                  WHERE root_company_id = %(root)s AND state = 'todo'
                                    AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'UTC')
                                    AND kind != ALL(%(but)s::varchar[]) AND (%(only)s IS NULL OR kind = %(only)s)
                               ORDER BY priority, id
                                    FOR UPDATE SKIP LOCKED
                                  LIMIT %(limit)s)
    UPDATE netvisor_document document
       SET state = 'claimed'
      FROM wave
     WHERE document.id = wave.id
 RETURNING document.id, document.kind, document.priority
"""


def claim(cr, root_id, limit=WAVE, but=(), only=None):
    """Take a wave. Rows that a user is resetting at this moment are left to the user.

    :param but: kinds that are left out
    :param only: the one kind that is taken
    :return: [(id, kind)] in order
    """
    cr.execute(CLAIM, {"root": root_id, "limit": limit, "but": list(but), "only": only})
    return [(row[0], row[1]) for row in sorted(cr.fetchall(), key=lambda row: (row[2], row[0]))]


def claim_these(cr, ids):
    """Take these rows, whatever their turn: what an invoice needs goes first. :return: set of the ids taken"""
    cr.execute(
        """UPDATE netvisor_document SET state = 'claimed'
            WHERE id IN (SELECT id FROM netvisor_document WHERE id IN %s AND state = 'todo' FOR UPDATE SKIP LOCKED)
        RETURNING id""",
        [tuple(ids)],
    )
    return {row[0] for row in cr.fetchall()}


def trials(cr, root_id):
    """What goes although everything else waits for somebody's word. :return: ids"""
    cr.execute(
        """SELECT id FROM netvisor_document
            WHERE root_company_id = %s AND state = 'todo' AND trial
              AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'UTC')""",
        [root_id],
    )
    return [row[0] for row in cr.fetchall()]


def give_back(cr, ids, seconds=0):
    """Claimed but not sent: due again, at once or after a pause. Safe, for nothing has left."""
    if ids:
        cr.execute(
            """UPDATE netvisor_document
                  SET state = 'todo', next_try = CASE WHEN %s > 0 THEN now() AT TIME ZONE 'UTC' + %s END
                WHERE id IN %s AND state = 'claimed'""",
            [seconds, timedelta(seconds=seconds), tuple(ids)],
        )


def recover_orphans(cr, root_id):
    """What a killed run left behind. Only the holder of the company's lock calls this, so no other run is under way.

    ``claimed`` never left and is due again; ``sending`` may have left and is looked up, never sent again first.
    """
    cr.execute(
        """UPDATE netvisor_document
              SET state = CASE WHEN state = 'sending' THEN 'in_doubt' ELSE 'todo' END,
                  next_try = NULL,
                  outcome = CASE WHEN state = 'sending' THEN 'unknown' ELSE outcome END
            WHERE root_company_id = %s AND state IN ('claimed', 'sending')""",
        [root_id],
    )
    return cr.rowcount


def reserve_numbers(cr, numbers):
    """Write the numbers under the unique index that outlives the invoices.

    :param numbers: dict document id → number
    :return: set of document ids whose number is taken by another document
    """
    if not numbers:
        return set()
    statement = """UPDATE netvisor_document document SET netvisor_number = data.number
                     FROM (VALUES %s) AS data (id, number)
                    WHERE document.id = data.id AND document.netvisor_number IS DISTINCT FROM data.number"""
    try:
        with cr.savepoint(flush=False):
            execute_values(cr._obj, statement, list(numbers.items()))
        return set()
    except errors.UniqueViolation:
        taken = set()  # which of them, the slow way tells
    for document_id, number in numbers.items():
        try:
            with cr.savepoint(flush=False):
                execute_values(cr._obj, statement, [(document_id, number)])
        except errors.UniqueViolation:
            taken.add(document_id)
    return taken


def intend(cr, document_id, transaction_id, prepared):
    """The write-ahead intent: committed by the caller immediately before this one POST.

    :return: False when a user took the document back in the meantime
    """
    cr.execute(
        """UPDATE netvisor_document
              SET state = 'sending', transaction_id = %s, digest = %s, search_values = %s, operation = %s,
                  tries = tries + 1, sent_date = now() AT TIME ZONE 'UTC', problems = %s, message = NULL, code = NULL
            WHERE id = %s AND state = 'claimed'""",
        [
            transaction_id,
            prepared.digest,
            Json(prepared.search),
            prepared.operation,
            Json([dict(problem.as_json(), level="warning") for problem in prepared.warnings])
            if prepared.warnings
            else None,
            document_id,
        ],
    )
    return bool(cr.rowcount)


def intend_together(cr, transaction_id, prepared):
    """The intent of one POST for several documents: all of them, or (a user took one back meanwhile) none.

    :param prepared: dict document id → Prepared
    :return: ids of those that are no longer claimed; the caller rolls back when there are any
    """
    rows = [
        (document_id, transaction_id, message.digest, Json(message.search), message.operation)
        for document_id, message in prepared.items()
    ]
    statement = """UPDATE netvisor_document document
                      SET state = 'sending', transaction_id = data.transaction_id, digest = data.digest,
                          search_values = data.search::jsonb, operation = data.operation, tries = tries + 1,
                          sent_date = now() AT TIME ZONE 'UTC', problems = NULL, message = NULL, code = NULL
                     FROM (VALUES %s) AS data (id, transaction_id, digest, search, operation)
                    WHERE document.id = data.id AND document.state = 'claimed'
                RETURNING document.id"""
    taken = execute_values(cr._obj, statement, rows, page_size=len(rows), fetch=True)
    return set(prepared) - {row[0] for row in taken}


def settle(cr, document_ids, values, call):
    """The outcome of one POST and its call, in one statement, so that the key cannot be lost between two.

    Of this very POST only: should the lock have been lost meanwhile, another run may have put the document in doubt, which
    this outcome ends, or may even have sent it anew, which is another transaction's business.

    :return: ids of the documents that were still this transaction's
    """
    columns = [name for name in RESULT_COLUMNS if name in values]
    assignments = ", ".join(f"{name} = %(value_{name})s" for name in columns)
    parameters = {f"value_{name}": values[name] for name in columns}
    if parameters.get("value_problems") is not None:
        parameters["value_problems"] = Json(parameters["value_problems"])
    cr.execute(
        f"""WITH call AS ({LOG_CALL})
            UPDATE netvisor_document SET {assignments}
             WHERE id IN %(document_ids)s AND state IN ('sending', 'in_doubt') AND transaction_id = %(transaction_id)s
         RETURNING id""",  # noqa: S608  constants
        {**call, **parameters, "document_ids": tuple(document_ids)},
    )
    return [row[0] for row in cr.fetchall()]


def log_call(cr, call):
    """A call that belongs to no intent: readings and look-ups."""
    cr.execute(LOG_CALL, call)


def due(cr, root_id, states, limit=50, kind=None):
    """Documents whose look-up or check is due; of one kind, or of all. :return: ids"""
    cr.execute(
        """SELECT id FROM netvisor_document
            WHERE root_company_id = %s AND state IN %s AND (%s IS NULL OR kind = %s)
              AND (next_try <= now() AT TIME ZONE 'UTC' OR (next_try IS NULL AND state = 'in_doubt'))
         ORDER BY next_try NULLS FIRST, id LIMIT %s""",
        [root_id, tuple(states), kind, kind, limit],
    )
    return [row[0] for row in cr.fetchall()]


def unfinished(cr, root_id, limit=WAVE):
    """Accepted, and then the process died or the time was up. :return: [(id, kind, what is left: "all" or "confirm")]"""
    cr.execute(
        """SELECT id, kind, follow_up FROM netvisor_document
            WHERE root_company_id = %s AND follow_up IS NOT NULL ORDER BY id LIMIT %s""",
        [root_id, limit],
    )
    return cr.fetchall()


def follow_up(cr, ids, rest=None):
    """What is left to do after these were accepted: nothing, or only to read them back ("confirm")."""
    if ids:
        cr.execute("UPDATE netvisor_document SET follow_up = %s WHERE id IN %s", [rest, tuple(ids)])


def counts(cr, root_id):
    """:return: dict state → number of documents"""
    cr.execute(
        "SELECT state, count(*) FROM netvisor_document WHERE root_company_id = %s GROUP BY state",
        [root_id],
    )
    return dict(cr.fetchall())


def next_due(cr, root_id, trial_only=False):
    """When the company's job has something to do again. :return: datetime (UTC, naive) or None"""
    cr.execute(
        """SELECT min(at) FROM (
                SELECT min(COALESCE(next_try, now() AT TIME ZONE 'UTC')) AS at FROM netvisor_document
                 WHERE root_company_id = %(root)s AND state IN ('todo', 'claimed', 'sending', 'in_doubt')
                   AND (state != 'todo' OR trial OR NOT %(trial_only)s)
             UNION ALL
                SELECT min(next_try) FROM netvisor_document
                 WHERE root_company_id = %(root)s AND state IN ('done', 'changed', 'deleted') AND next_try IS NOT NULL
             UNION ALL
                SELECT min(now() AT TIME ZONE 'UTC') FROM netvisor_document
                 WHERE root_company_id = %(root)s AND follow_up IS NOT NULL
             UNION ALL
                SELECT min(COALESCE(next_due, now() AT TIME ZONE 'UTC')) FROM netvisor_feed WHERE company_id = %(root)s
           ) AS work""",
        {"root": root_id, "trial_only": trial_only},
    )
    return cr.fetchone()[0]
