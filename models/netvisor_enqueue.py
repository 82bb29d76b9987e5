"""The statement that puts entries into the outbox: one for a whole batch, in the transaction that posts them."""

# An entry is one thing in Netvisor. What a journal sends may be changed: a document that never left becomes one of the new
# kind, one that Netvisor has stays what it is.
ENQUEUE = """
    WITH converted AS (
        UPDATE netvisor_document
           SET kind = %(kind)s, state = 'todo', next_try = NULL, problems = NULL, message = NULL, code = NULL,
               priority = LEAST(%(priority)s, priority), netvisor_key = NULL, netvisor_number = NULL, remote_status = NULL,
               search_values = NULL, digest = NULL, outcome = NULL
         WHERE move_id IN %(ids)s AND kind IN %(others)s
           AND (state = 'deleted' OR (state IN ('cancelled', 'blocked', 'todo') AND COALESCE(netvisor_key, 0) = 0))
           AND (%(button)s OR NOT COALESCE(problems @> '[{"code": "not_to_be_sent"}]', FALSE))
     RETURNING id
    ), inserted AS (
        INSERT INTO netvisor_document (name, company_id, root_company_id, kind, move_id, state, priority, tries, uuid,
                                       create_uid, create_date, write_uid, write_date)
             SELECT move.name, move.company_id, split_part(company.parent_path, '/', 1)::int, %(kind)s, move.id,
                    'todo', %(priority)s, 0, gen_random_uuid(), %(uid)s, now() AT TIME ZONE 'UTC',
                    %(uid)s, now() AT TIME ZONE 'UTC'
               FROM account_move move
               JOIN res_company company ON company.id = move.company_id
              WHERE move.id IN %(ids)s
                AND NOT EXISTS (SELECT FROM netvisor_document other
                                 WHERE other.move_id = move.id AND other.kind IN %(others)s)
           ORDER BY move.invoice_date, move.id
        ON CONFLICT (move_id, kind) WHERE move_id IS NOT NULL
          DO UPDATE SET state = 'todo', next_try = NULL, problems = NULL, message = NULL, code = NULL,
                        name = EXCLUDED.name, priority = LEAST(EXCLUDED.priority, netvisor_document.priority),
                        netvisor_key = NULL, remote_status = NULL, uri = NULL,
                        -- A new voucher gets a new number; keys that it had before are never taken for the new one's.
                        netvisor_number = CASE WHEN netvisor_document.kind != 'voucher'
                                               THEN netvisor_document.netvisor_number END,
                        search_values = CASE WHEN netvisor_document.kind != 'voucher' THEN netvisor_document.search_values
                                             ELSE jsonb_build_object('former',
                                                      COALESCE(netvisor_document.search_values -> 'former', '[]')
                                                      || to_jsonb(COALESCE(netvisor_document.netvisor_key, 0))) END
              WHERE (netvisor_document.state = 'deleted'
                     OR (netvisor_document.state = 'cancelled' AND netvisor_document.operation = 'invalidate')
                     OR (netvisor_document.state IN ('cancelled', 'blocked', 'todo')
                         AND COALESCE(netvisor_document.netvisor_key, 0) = 0))
                -- An entry and its reversal that are both left out: one of them alone would be wrong.
                AND NOT COALESCE(netvisor_document.problems @> '[{"code": "voucher_reversed"}]', FALSE)
                -- What a person has stopped is sent only when a person asks for it.
                AND (%(button)s OR netvisor_document.state != 'cancelled'
                     OR NOT COALESCE(netvisor_document.problems @> '[{"code": "not_to_be_sent"}]', FALSE))
          RETURNING id
    )
    SELECT id FROM converted UNION ALL SELECT id FROM inserted
"""
