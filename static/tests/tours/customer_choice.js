import { registry } from "@web/core/registry";

const tab = [
    { content: "The tab", trigger: '.o_notebook .nav-link:contains("Invoicing"), .o_notebook .nav-link:contains("Accounting")', run: "click" },
    { content: "Find in Netvisor", trigger: "button[name=action_netvisor_choose]", run: "click" },
];

// A contact and two customers side by side; a third is looked for, and linked.
registry.category("web_tour.tours").add("netvisor_customer_link", {
    steps: () => [
        ...tab,
        { content: "What agrees is marked", trigger: '.o_netvisor_choice .text-success:contains("7654321-2")' },
        { content: "And what does not", trigger: '.o_netvisor_choice .text-danger:contains("Oulu")' },
        { content: "Why", trigger: '.o_netvisor_choice:contains("Same business id: 7654321-2")' },
        { content: "Look for another", trigger: ".modal div[name=search_text] input", run: "edit Aivan muu && press Tab" },
        { content: "It is there", trigger: '.o_netvisor_choice:contains("Aivan Muu Oy"):not(:contains("Same business id"))' },
        { content: "This one", trigger: ".o_netvisor_card .o_netvisor_link:visible", run: "click" },
        { content: "Linked", trigger: 'body:not(:has(.modal)) div[name=netvisor_state]:contains("In Netvisor")' },
    ],
});

// The customer is another contact's already: Odoo's own merging, with both.
registry.category("web_tour.tours").add("netvisor_customer_merge", {
    steps: () => [
        ...tab,
        { content: "Whose it is", trigger: '.o_netvisor_choice:contains("Linked to Koivu Vanha Oy")' },
        { content: "Merge", trigger: ".o_netvisor_card .o_netvisor_merge:visible", run: "click" },
        { content: "Both are in it", trigger: '.o_partner_merge_wizard .o_data_row:contains("Koivu Vanha Oy")' },
        { content: "Merge them", trigger: ".modal footer button[name=action_merge]", run: "click" },
        { content: "Done", trigger: '.modal:contains("no more contacts to merge")' },
    ],
});

// Proposed e-invoice addresses: one is accepted, one is not.
registry.category("web_tour.tours").add("netvisor_einvoice_review", {
    steps: () => [
        { content: "Select all", trigger: "thead .o_list_record_selector input", run: "click" },
        { content: "Actions", trigger: ".o_cp_action_menus button:contains('Actions')", run: "click" },
        { content: "Propose", trigger: '.o-dropdown--menu .o_menu_item:contains("Propose e-invoice addresses")', run: "click" },
        { content: "Where it comes from", trigger: '.modal .o_data_row:contains("Koivu Oy") td[name=source]:contains("Made of the business id")' },
        { content: "What is doubtful", trigger: '.modal .o_data_row:contains("Koivu Oy") td[name=hint]:contains("Without an operator")' },
        { content: "Accept one", trigger: '.modal .o_data_row:contains("Haapa Oy") td[name=accepted] input', run: "click" },
        { content: "Accepted", trigger: '.modal .o_data_row.text-success:contains("Haapa Oy")' },
        { content: "Apply", trigger: ".modal footer button[name=action_apply]", run: "click" },
        { content: "Told", trigger: '.o_notification:contains("1 contacts have a new e-invoice address")' },
    ],
});
