# ruff: noqa: F821
"""The same invoices again and again under new numbers: what grows is not theirs."""

company = env.company
journal = journal_of(company)
resident, done, prefix = {}, 0, 10
while done < TASK["total"]:
    journal.netvisor_number_prefix = str(prefix)
    prefix += 1
    env.cr.execute(
        "UPDATE netvisor_document SET state = 'todo', netvisor_key = NULL, netvisor_number = NULL, digest = NULL,"
        " uuid = gen_random_uuid() WHERE kind = 'sales_invoice'"
    )
    count = env.cr.rowcount
    env.cr.commit()
    if not done:
        company._netvisor_run(budget=2)  # the first invoices warm the caches of the process
        resident["start"] = rss_mb()
    company._netvisor_run()
    done += count
    if "half" not in resident and done >= TASK["total"] / 2:
        resident["half"] = rss_mb()
resident["end"] = rss_mb()
print(
    json.dumps(
        {
            "start_mb": resident["start"],
            "half_mb": resident["half"] - resident["start"],
            "growth_mb": resident["end"] - resident["start"],
        }
    )
)
