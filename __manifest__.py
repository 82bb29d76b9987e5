{
    "name": "Netvisor",
    "summary": "Odoo and Netvisor on the same books: invoices, customers and dimensions, once, to the cent",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "account_netvisor founders",
    "license": "LGPL-3",
    "depends": ["account"],
    "external_dependencies": {"python": ["lxml", "requests"]},
    "data": [
        "data/netvisor_operator_data.xml",
        "views/netvisor_operator_views.xml",
        "views/res_partner_views.xml",
    ],
    "demo": [],
    "installable": True,
}
