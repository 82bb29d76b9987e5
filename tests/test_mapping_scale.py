"""Thousands of rows: the statements that a refresh takes do not grow with them."""

import logging
import time

from odoo.tests import tagged

from .mapping_common import MappingCommon

_logger = logging.getLogger(__name__)
MANY = 5000
# Reading the records, the mirror and the rows; writing them a thousand or a hundred at a time.
BOUND = 120


@tagged("post_install", "-at_install")
class TestMappingScale(MappingCommon):
    def setUp(self):
        super().setUp()
        self.run_netvisor()
        root = self.company.root_id.id
        self.env.flush_all()
        self.env.cr.execute(
            """WITH made AS (
                   INSERT INTO account_account (name, account_type, code_store, active, reconcile)
                   SELECT jsonb_build_object('en_US', 'Iso tili ' || n), 'expense',
                          jsonb_build_object(%s, (900000 + n)::text), true, false
                     FROM generate_series(1, %s) AS n RETURNING id)
               INSERT INTO account_account_res_company_rel (account_account_id, res_company_id) SELECT id, %s FROM made""",
            [str(root), MANY, self.company.id],
        )
        self.env.cr.execute(
            """INSERT INTO netvisor_account (company_id, netvisor_key, number, name, account_type, statement, active)
               SELECT %s, 7000000 + n, (500000 + n)::text, 'Iso tili ' || n, 'account', 'result', true
                 FROM generate_series(1, %s) AS n""",
            [self.company.id, MANY],
        )
        self.env.invalidate_all()

    def measured(self, what, function):
        before, start = self.env.cr.sql_log_count, time.monotonic()
        function()
        self.env.flush_all()
        queries, seconds = self.env.cr.sql_log_count - before, time.monotonic() - start
        _logger.info("Netvisor mapping of %s accounts: %s: %s statements, %.1f s", MANY, what, queries, seconds)
        return queries

    def test_statements_are_bounded(self):
        mapping = self.env["netvisor.mapping"]
        self.assertLess(self.measured("first proposals", lambda: self.refresh("account")), BOUND)
        counts = self.remaining("account")
        self.assertGreater(counts["open"], MANY - 1)
        self.assertLess(counts["without_proposal"], 20)
        self.env.invalidate_all()
        self.assertLess(self.measured("again, unchanged", lambda: self.refresh("account")), BOUND / 2)
        self.env.invalidate_all()
        opening = self.measured("opening", lambda: mapping._refresh(self.company, "account", anew=False))
        self.assertLess(opening, BOUND / 2)
        self.env.cr.execute(
            "UPDATE netvisor_account SET name = 'Suuri ' || name, heading = 'Kulut' WHERE netvisor_key > 7000000"
        )
        self.env.invalidate_all()
        self.assertLess(self.measured("all changed", lambda: self.refresh("account")), 2 * BOUND)
        self.env.invalidate_all()
        rows = self.mapping.search([("kind", "=", "account"), ("state", "=", "open")], limit=80)
        names = ["record_name", "netvisor_text", "evidence_words", "level", "can_accept"]
        self.assertLess(self.measured("a page of the list", lambda: rows.read(names)), 25)
        chosen = self.mapping.search(self.mapping._above(self.company, 30, ["account"]), limit=1000)
        pairs = [(row, row._own_proposal()) for row in chosen]
        done = []
        accepting = self.measured("accepting 1,000", lambda: done.extend(self.mapping._accept_pairs(pairs)))
        self.assertEqual(done, [1000, []])
        self.assertLess(accepting, 300)
