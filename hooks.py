def post_init_hook(env):
    """Taxes of the Finnish chart get their codes at once, and only they: whoever connects a company finds them filled in."""
    taxes = env["account.tax"].with_context(active_test=False, tracking_disable=True)
    taxes.search([("type_tax_use", "in", ("sale", "purchase"))])._netvisor_fill_chart_codes()


def uninstall_hook(env):
    """No job and no key stays behind."""
    companies = env["res.company"].with_context(active_test=False).search([])
    # Disconnect first: to a connected company a change of keys means a job.
    companies.write({"netvisor_mode": "disabled", "netvisor_customer_key": False, "netvisor_partner_key": False})
    companies._netvisor_remove_cron()
