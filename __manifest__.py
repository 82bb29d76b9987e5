{
    "name": "Netvisor",
    "summary": "Odoo and Netvisor on the same books: invoices, customers and dimensions, once, to the cent",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "account_netvisor founders",
    "license": "LGPL-3",
    "depends": ["account"],
    "external_dependencies": {"python": ["lxml", "requests"]},
    "data": [],
    "demo": [],
    "installable": True,
}
