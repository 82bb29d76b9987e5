# ruff: noqa: F821
company = env.company
name = TASK.get("kind", "sales_invoice")
kind = type(env[f"netvisor.kind.{name}"])
spent = {"prepare": 0.0}
plain = kind._prepare


def timed(self, documents):
    started = time.perf_counter()
    try:
        return plain(self, documents)
    finally:
        spent["prepare"] += time.perf_counter() - started


kind._prepare = timed
before = env["netvisor.document"].search_count([("kind", "=", name), ("state", "=", "done")])
last_call = env["netvisor.call"].search([], limit=1, order="id desc").id
env.cr.commit()
thread = threading.current_thread()
thread.query_count = 0
started = time.perf_counter()
company._netvisor_run()
elapsed = time.perf_counter() - started
queries = thread.query_count
sent = env["netvisor.document"].search_count([("kind", "=", name), ("state", "=", "done")]) - before
calls = env["netvisor.call"].search([("id", ">", last_call)])
network = sum(calls.mapped("duration_ms"))
feeds = calls.filtered(lambda call: not call.document_id)  # lists that happened to be due
print(
    json.dumps(
        {
            "sent": sent,
            "organisation": company.netvisor_organisation_id,
            "calls": (len(calls) - len(feeds)) / sent,
            "queries": queries / sent,
            "network_ms": network / sent,
            "overhead_ms": (elapsed * 1000 - network) / sent,
            "prepare_ms": spent["prepare"] * 1000 / sent,
        }
    )
)
