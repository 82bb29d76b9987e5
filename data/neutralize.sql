-- A copy for testing must never reach anybody's books: no connection, no keys, no job.
UPDATE ir_cron
   SET active = false
 WHERE id IN (SELECT netvisor_cron_id FROM res_company WHERE netvisor_cron_id IS NOT NULL);
UPDATE res_company
   SET netvisor_mode = 'disabled',
       netvisor_base_url = NULL,
       netvisor_customer_key = NULL,
       netvisor_partner_key = NULL,
       netvisor_database = NULL
 WHERE netvisor_mode != 'disabled'
    OR netvisor_customer_key IS NOT NULL
    OR netvisor_partner_key IS NOT NULL;
