import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const step = (key) => `.o_netvisor_guide_page .o_netvisor_guide_step[data-step=${key}]`;
const open = (key) => ({ content: `Open the step ${key}`, trigger: `${step(key)} a.fw-bold`, run: "click" });
const settled = (key) => ({ content: `${key} is done`, trigger: `${step(key)}[data-state=done]` });

// From nothing to a connection that works: the sandbox needs no typing.
tours.add("netvisor_way_connect", {
    steps: () => [
        { content: "Nothing is done yet", trigger: `${step("credentials")}[data-state=todo]` },
        open("credentials"),
        {
            content: "The sandbox",
            trigger: '.modal div[name=netvisor_mode] input[data-value="sandbox"]',
            run: "click",
        },
        { content: "Ask it", trigger: '.modal footer button:contains("Test and continue")', run: "click" },
        { content: "It works", trigger: '.modal footer button:contains("Continue"):not(:contains("Test")):visible' },
        { content: "Go on", trigger: '.modal footer button[special=cancel].btn-primary:visible', run: "click" },
        settled("credentials"),
        open("rights"),
        { content: "Every resource is named", trigger: '.o_data_row td:contains("salesinvoice.nv")' },
    ],
});

// What the job has read by now is compared, and what is sure is accepted kind by kind.
const acceptSure = (key, kind) => [
    open(key),
    { content: "Its tab", trigger: `.o_netvisor_mapping_tab.btn-primary[data-kind=${kind}]` },
    { content: "Accept what is sure", trigger: ".o_netvisor_accept_above:enabled", run: "click" },
    { content: "It says how many before", trigger: ".modal div[name=count]" },
    { content: "Yes", trigger: ".modal footer button[name=action_accept]", run: "click" },
    { content: "Done", trigger: "body:not(:has(.modal)) .o_netvisor_mapping_header" },
    { content: "Back to the guide", trigger: ".o_breadcrumb .breadcrumb-item a, .o_back_button a", run: "click" },
    { content: "The guide", trigger: step(key) },
];

tours.add("netvisor_way_map", {
    steps: () => [
        settled("rights"),
        ...acceptSure("vat", "tax"),
        ...acceptSure("journals", "journal"),
        ...acceptSure("dimensions", "plan"),
        ...acceptSure("customers", "customer"),
    ],
});

// One invoice, as a draft.
tours.add("netvisor_way_try", {
    steps: () => [
        open("trial"),
        { content: "It is proposed", trigger: '.modal div[name=move_id] input:value("INV")' },
        { content: "Send it", trigger: ".modal footer button[name=action_send]", run: "click" },
        { content: "It is on its way", trigger: '.modal p:contains("It is on its way."):visible' },
        { content: "Close", trigger: ".modal footer button[special=cancel]:visible", run: "click" },
        { content: "Closed", trigger: "body:not(:has(.modal))" },
    ],
});

tours.add("netvisor_way_arrived", {
    steps: () => [
        open("trial"),
        { content: "Both agree", trigger: '.modal p:contains("It arrived, and both agree."):visible' },
        { content: "The others may go", trigger: ".modal footer button[name=action_let_go]", run: "click" },
        { content: "Closed", trigger: "body:not(:has(.modal[name])) .o_netvisor_guide_page" },
    ],
});

tours.add("netvisor_way_done", {
    steps: () => [...["credentials", "rights", "vat", "journals", "dimensions", "customers", "trial"].map(settled)],
});

// On the accounting dashboard: it leads to the rights, which are tried again, and it can be hidden and brought back.
const panel = ".o_netvisor_guide_dashboard";
const page = ".o_netvisor_guide_page";

tours.add("netvisor_guide_dashboard", {
    steps: () => [
        { content: "The panel above the journals", trigger: `${panel} .o_netvisor_guide_step[data-step=credentials]` },
        { content: "The journals are still there", trigger: ".o_account_kanban .o_kanban_record" },
        { content: "The rights", trigger: `${panel} .o_netvisor_guide_step[data-step=rights] a.fw-bold`, run: "click" },
        { content: "Never tried, so they are tried now", trigger: '.o_data_row td:contains("salesinvoice.nv")' },
        { content: "Again", trigger: ".o_control_panel button[name=action_test]", run: "click" },
        { content: "They are being tried", trigger: ".modal .o_netvisor_rights_test" },
        { content: "The same list", trigger: 'body:not(:has(.modal)) .o_data_row .badge:contains("Allowed")' },
        { content: "Back", trigger: ".o_breadcrumb .breadcrumb-item a, .o_back_button a", run: "click" },
        { content: "They are done", trigger: `${panel} .o_netvisor_guide_step[data-step=rights][data-state=done]` },
        { content: "Hide it", trigger: `${panel} .o_netvisor_guide_hide`, run: "click" },
        { content: "Gone", trigger: `.o_account_kanban:not(:has(${panel}))` },
    ],
});

tours.add("netvisor_guide_page", {
    steps: () => [
        { content: "On its own page it is always there", trigger: `${page} .o_netvisor_guide_show`, run: "click" },
        { content: "It may be hidden again", trigger: `${page} .o_netvisor_guide_hide` },
    ],
});
