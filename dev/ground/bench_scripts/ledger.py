# ruff: noqa: F821
"""A ledger as large as a year of a large company: parsed as a stream and stored."""

from odoo.addons.account_netvisor.netvisor import Answer, ledger, stream
from odoo.addons.account_netvisor.netvisor.client import _judge

LINE = (
    "<VoucherLine><NetvisorKey>{key}</NetvisorKey><LineSum>{sum}</LineSum><Description>Rivi {key}</Description>"
    "<AccountNumber>{account}</AccountNumber><VatPercent>25,5</VatPercent><VatCode>KOMY</VatCode></VoucherLine>"
)
VOUCHER = (
    '<Voucher Status="valid"><NetvisorKey>{key}</NetvisorKey><VoucherDate>{day}.{month}.2026</VoucherDate>'
    "<VoucherNumber>{key}</VoucherNumber><VoucherDescription>Tosite {key}</VoucherDescription>"
    '<VoucherClass netvisorkey="12">MU Muut</VoucherClass><LinkedSourceNetvisorKey /><VoucherNetvisorURI>'
    "https://netvisor.example/{key}</VoucherNetvisorURI>{lines}</Voucher>"
)
LINES = 20
company = env.company
spool = stream.Spool()
spool += b"<Root><ResponseStatus><Status>OK</Status></ResponseStatus><Vouchers>"
for key in range(1, TASK["lines"] // LINES + 1):
    lines = "".join(
        LINE.format(key=key * LINES + place, sum="10,00" if place % 2 else "-10,00", account=3000 + key * place % 200)
        for place in range(LINES)
    )
    spool += VOUCHER.format(key=key, day=key % 28 + 1, month=key % 12 + 1, lines=lines).encode()
spool += b"</Vouchers></Root>"
vouchers, samples = env["netvisor.ledger.voucher"], []
plain = type(vouchers)._store_batch


def watching(self, *arguments):
    samples.append(rss_mb())
    return plain(self, *arguments)


type(vouchers)._store_batch = watching
result = {}
for turn in ("new", "again"):
    samples.clear()
    started = time.perf_counter()
    answer = Answer(**_judge(spool, 200, None, "", True), resource="accountingledger.nv", safe=True)
    parsed = time.perf_counter()
    read, changed = vouchers._store(company, ledger.read_vouchers(answer), fields.Datetime.now())
    env.cr.commit()
    result[turn] = {
        "seconds": time.perf_counter() - started,
        "check_seconds": parsed - started,
        "read": read,
        "changed": changed,
        "growth_mb": samples[-1] - samples[len(samples) // 2],
        "mb": samples[-1],
    }
result["lines"] = env["netvisor.ledger.line"].search_count([])
result["size_mb"] = len(spool) / 2**20
print(json.dumps(result))
