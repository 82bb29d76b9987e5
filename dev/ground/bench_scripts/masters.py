# ruff: noqa: F821
"""A large company connects: its customers and dimensions are read, matched, linked and read again."""

from datetime import timedelta

from odoo.addons.account_netvisor.models.res_company import SANDBOX_CREDENTIALS

company = env.company
thread = threading.current_thread()
samples = []


def spent(what, count, method, *arguments):
    """Run it and print what it cost: seconds on top of the network, statements, growth of memory in its later half."""
    samples.clear()
    env.cr.commit()
    last_call = env["netvisor.call"].search([], limit=1, order="id desc").id
    thread.query_count = 0
    started = time.perf_counter()
    method(*arguments)
    env.cr.commit()
    elapsed = time.perf_counter() - started
    queries = thread.query_count
    calls = env["netvisor.call"].search([("id", ">", last_call)])
    growth = samples[-1] - samples[len(samples) // 2] if len(samples) > 2 else None
    RESULT.append(
        {
            "what": what,
            "count": count,
            "seconds": elapsed - sum(calls.mapped("duration_ms")) / 1000,
            "queries": queries / count,
            "calls": len(calls),
            "growth_mb": growth,
        }
    )


def read(*kinds):
    env["netvisor.feed"].sudo().search([("kind", "not in", kinds)]).next_due = fields.Datetime.now() + DAY
    feeds = env["netvisor.feed"].sudo().search([("kind", "in", kinds)])
    feeds.write({"bookmark": False, "next_due": fields.Datetime.now()})
    company._netvisor_run()
    assert not feeds.filtered("pending"), feeds.mapped("progress")
    assert not feeds.filtered("message"), feeds.mapped("message")


def watched(model, name):
    """Take a sample of the memory at each part of a reading."""
    kind = type(env[model])
    plain = getattr(kind, name)

    def watching(self, *arguments):
        samples.append(rss_mb())
        return plain(self, *arguments)

    setattr(kind, name, watching)


RESULT, DAY = [], timedelta(days=1)
watched("netvisor.kind.customer", "_read_cards")
company.write(
    {**SANDBOX_CREDENTIALS, "netvisor_mode": "sandbox", "netvisor_base_url": TASK["url"], "netvisor_delivery": "odoo"}
)
env.cr.commit()
company._netvisor_run()  # the small lists, and whatever the first run makes
mirror = env["netvisor.customer"].with_context(active_test=False)
spent("customers read again, all cards", mirror.search_count([]), read, "customer")

country = env.ref("base.fi").id
silent = env["res.partner"].with_context(tracking_disable=True, mail_create_nolog=True, mail_notrack=True)
cards = mirror.search([])
for start in range(0, len(cards), 1000):
    silent.create(
        [
            {
                "name": card.name,
                "is_company": not card.private,
                "company_registry": card.business_id,
                "country_id": country,
                "city": card.city,
                "zip": card.postcode,
                "email": card.email,
                "ref": card.code if card.id % 2 else False,
                "customer_rank": 1,
            }
            for card in cards[start : start + 1000]
        ]
    )
    env.cr.commit()
    env.invalidate_all()
count = len(cards)
mapping = env["netvisor.mapping"]
spent("customers matched and proposed", count, mapping._refresh, company, "customer")
sure = mapping.search(mapping._above(company, 95, ["customer"]))
linked = len(sure)
spent("customers accepted and linked", linked, sure.action_accept)
spent("customers read, linked", count, read, "customer")

plan = env["account.analytic.plan"].create({"name": "Projekti"})
env["netvisor.plan"].create(
    {
        "company_id": company.id,
        "plan_id": plan.id,
        "direction": "netvisor",
        "dimension_id": env["netvisor.dimension"].search([("name", "=", "Projekti")], limit=1).id,
    }
)
items = env["netvisor.dimension.item"].search_count([("dimension_id.name", "=", "Projekti")])
spent("dimension items made analytic accounts", items, read, "dimension")
spent("dimension items read again", items, read, "dimension")
accounts = env["account.analytic.account"].search_count([("plan_id", "=", plan.id)])
print(json.dumps({"rows": RESULT, "linked": linked, "customers": count, "accounts": accounts, "items": items}))
