# ruff: noqa: F821
from odoo.addons.account_netvisor.models import netvisor_queue as queue

company = env.company
env.cr.execute(
    """INSERT INTO netvisor_document (name, company_id, root_company_id, kind, state,
                                      priority, tries, netvisor_key, netvisor_number)
       SELECT 'B' || n, %(company)s, %(company)s, 'sales_invoice', CASE WHEN n %% 1000 = 0 THEN 'todo' ELSE 'done' END,
              50, 0, n + 10000000, (n + 10000000)::text
         FROM generate_series(1, %(count)s) n""",
    {"company": company.id, "count": TASK["documents"]},
)
env.cr.commit()
env.cr._cnx.autocommit = True
env.cr.execute("VACUUM ANALYZE netvisor_document")
env.cr._cnx.autocommit = False
env.cr.execute(
    "EXPLAIN (ANALYZE, COSTS OFF) " + queue.CLAIM, {"root": company.id, "limit": queue.WAVE, "but": [], "only": None}
)
plan = [row[0] for row in env.cr.fetchall()]
env.cr.rollback()
find = queue.CLAIM[queue.CLAIM.index("(SELECT id") + 1 : queue.CLAIM.rindex(")")]
timings = []
for _ in range(20):
    started = time.perf_counter()
    env.cr.execute(find, {"root": company.id, "limit": queue.WAVE, "but": [], "only": None})
    timings.append(time.perf_counter() - started)
    env.cr.rollback()
started = time.perf_counter()
queue.claim(env.cr, company.id)
claim_ms = (time.perf_counter() - started) * 1000
env.cr.rollback()
env.cr.execute("SELECT pg_relation_size('netvisor_document_queue_idx') / 1024")
print(
    json.dumps(
        {
            "plan": plan,
            "ms": sorted(timings)[len(timings) // 2] * 1000,
            "claim_ms": claim_ms,
            "index": "partial index",
            "index_kb": env.cr.fetchone()[0],
        }
    )
)
