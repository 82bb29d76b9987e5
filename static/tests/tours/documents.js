import { registry } from "@web/core/registry";

// Problems are on top, the pause is told above the list, and a document is tried again.
registry.category("web_tour.tours").add("netvisor_documents", {
    steps: () => [
        { content: "The pause", trigger: '.o_netvisor_banner .alert:contains("does not accept the credentials")' },
        {
            content: "Problems first",
            trigger: 'tr.o_data_row:first td[name=state] .badge:contains("Needs attention")',
            run: "click",
        },
        { content: "The problem", trigger: '.alert-danger:contains("no valid Finnish payment reference")' },
        { content: "Nobody but accounting administrators stops it", trigger: "header:not(:has(button[name=action_cancel_dialog]))" },
        { content: "Try again", trigger: "button[name=action_retry]", run: "click" },
        { content: "Queued", trigger: '.o_statusbar_status .o_arrow_button_current:contains("Waiting")' },
    ],
});

// Two candidates: a person compares and chooses.
registry.category("web_tour.tours").add("netvisor_review", {
    steps: () => [
        { content: "Both are shown", trigger: '.o_netvisor_candidate:contains("Key 12")' },
        {
            content: "This one",
            trigger: '.o_netvisor_candidate:contains("Key 12") button:contains("This one")',
            run: "click",
        },
        { content: "Chosen", trigger: '.o_statusbar_status .o_arrow_button_current:contains("In Netvisor")' },
        { content: "Its key", trigger: 'div[name=netvisor_key]:contains("12")' },
    ],
});

// An accounting administrator stops a document and says why.
registry.category("web_tour.tours").add("netvisor_do_not_send", {
    steps: () => [
        { content: "Stop it", trigger: "button[name=action_cancel_dialog]", run: "click" },
        { content: "Why", trigger: ".modal div[name=reason] input", run: "edit Entered in Netvisor by hand" },
        { content: "Do not send", trigger: ".modal footer button[name=action_confirm]", run: "click" },
        { content: "Stopped", trigger: '.o_statusbar_status .o_arrow_button_current:contains("Not to be sent")' },
        { content: "The reason stays", trigger: '.alert:contains("Entered in Netvisor by hand")' },
    ],
});

// A period: how many, how much, then queued.
registry.category("web_tour.tours").add("netvisor_period", {
    steps: () => [
        { content: "How many", trigger: '.modal div[name=ready_count]:contains("2")' },
        { content: "How much", trigger: '.modal div[name=ready_total]:contains("251")' },
        { content: "Send them", trigger: ".modal footer button[name=action_queue]", run: "click" },
        { content: "They wait", trigger: 'td[name=state] .badge:contains("Waiting")' },
        { content: "Both", trigger: "tr.o_data_row:eq(1)" },
    ],
});
