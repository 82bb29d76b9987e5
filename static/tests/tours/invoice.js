import { registry } from "@web/core/registry";

const badge = (text) => `div[name=netvisor_badge] .badge:contains("${text}")`;

// A draft is opened: posting it shows at once that it waits, and the page Netvisor appears.
registry.category("web_tour.tours").add("netvisor_post", {
    steps: () => [
        { content: "Nothing of Netvisor on a draft", trigger: ".o_form_view:not(:has(a[name=netvisor]))" },
        { content: "Post the invoice", trigger: "button[name=action_post]:not([disabled])", run: "click" },
        { content: "It waits", trigger: badge("Waiting") },
        { content: "Open the page", trigger: "a[name=netvisor]", run: "click" },
        { content: "The state is there too", trigger: 'div[name=netvisor_state] .badge:contains("Waiting")' },
    ],
});

// After the job: the same invoice, read again.
registry.category("web_tour.tours").add("netvisor_done", {
    steps: () => [
        { content: "In Netvisor", trigger: badge("In Netvisor") },
        { content: "Open the page", trigger: "a[name=netvisor]", run: "click" },
        { content: "Its calls are listed", trigger: '.o_field_widget[name=netvisor_call_ids] td:contains("salesinvoice.nv")' },
        { content: "Open what was sent", trigger: "button[name=action_netvisor_open]", run: "click" },
        { content: "The document", trigger: '.o_statusbar_status .o_arrow_button_current:contains("In Netvisor")' },
        { content: "Back to the invoice", trigger: "button[name=action_open_record]", run: "click" },
        { content: "Taking it back asks first", trigger: "button[name=button_request_cancel]", run: "click" },
        { content: "What can be done", trigger: '.modal:contains("This invoice is in Netvisor")' },
        {
            content: "Not everybody may reset it anyway",
            trigger: '.modal footer:not(:has(button:contains("anyway"))) button:contains("Close")',
            run: "click",
        },
        { content: "Closed", trigger: "body:not(:has(.modal))" },
    ],
});

// A problem: said on the invoice, mended with one click, and due again.
registry.category("web_tour.tours").add("netvisor_remedy", {
    steps: () => [
        { content: "Needs attention", trigger: badge("Needs attention") },
        { content: "The problem", trigger: '.alert-danger:contains("no valid Finnish payment reference")' },
        { content: "Its remedy", trigger: '.alert-danger a:contains("Set Finnish reference")', run: "click" },
        { content: "It waits again", trigger: badge("Waiting") },
        { content: "No alert left", trigger: ".o_form_view:not(:has(.alert-danger))" },
    ],
});

// The filter of the list finds the invoice with a problem, and grouping by state works.
registry.category("web_tour.tours").add("netvisor_list", {
    steps: () => [
        { content: "The column", trigger: 'td[name=netvisor_state] .badge:contains("Needs attention")' },
        { content: "Search", trigger: ".o_searchview_dropdown_toggler", run: "click" },
        { content: "Problems", trigger: '.o_menu_item:contains("Netvisor problems")', run: "click" },
        { content: "Only problems", trigger: '.o_list_view:not(:has(.badge:contains("Waiting")))' },
        { content: "Group", trigger: '.o_menu_item:contains("Netvisor state")', run: "click" },
        { content: "By state", trigger: '.o_group_name:contains("Needs attention")' },
    ],
});
