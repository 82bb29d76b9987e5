import { registry } from "@web/core/registry";

const header = ".o_netvisor_mapping_header";
const row = (name) => `.o_data_row:has(td[name=record_name]:contains("${name}"))`;

// One accepted, one changed by typing and Enter, one ignored and taken back, the rest accepted together.
registry.category("web_tour.tours").add("netvisor_mapping", {
    steps: () => [
        { content: "How far the taxes are", trigger: `${header} .o_netvisor_mapping_tab[data-kind=tax]`, run: "click" },
        { content: "Only what is open", trigger: `${header} .btn.active:contains("Open 3")` },
        { content: "Why", trigger: `${row("Oma 13,5")} .o_netvisor_evidence:contains("Rate: 13.5 %")` },
        { content: "What speaks against it", trigger: `${row("Oma 22")} .o_netvisor_evidence .text-bg-warning` },
        { content: "Accept", trigger: `${row("Oma 13,5")} button[name=action_accept]`, run: "click" },
        { content: "One less", trigger: `${header} .btn.active:contains("Open 2")` },
        { content: "Ignore", trigger: `${row("Oma 22")} button[name=action_ignore]`, run: "click" },
        { content: "It is counted", trigger: `${header} .btn:contains("Ignored 1")`, run: "click" },
        { content: "Undo", trigger: `${row("Oma 22")} button[name=action_undo]`, run: "click" },
        { content: "Back to what is open", trigger: `${header} .btn:contains("Open 2")`, run: "click" },
        { content: "Change", trigger: `${row("Oma 22")} .o_netvisor_change`, run: "click" },
        { content: "What was proposed comes first", trigger: ".o_netvisor_choice.active:contains(KOMY)" },
        { content: "Search", trigger: ".o_netvisor_chooser_search", run: "edit MUUL" },
        { content: "Found", trigger: ".o_netvisor_choice.active:contains(MUUL)" },
        { content: "Enter chooses", trigger: ".o_netvisor_chooser_search", run: "press Enter" },
        { content: "One left", trigger: `body:not(:has(.modal)) ${header} .btn.active:contains("Open 1")` },
        { content: "All above", trigger: `${header} .o_netvisor_accept_above`, run: "click" },
        { content: "A lower confidence", trigger: ".modal .o_field_widget[name=confidence] input", run: "edit 80" },
        { content: "How many before", trigger: ".modal .o_field_widget[name=kind]", run: "click" },
        { content: "One", trigger: '.modal .o_field_widget[name=count]:contains("1")' },
        { content: "Accept", trigger: ".modal footer button[name=action_accept]", run: "click" },
        { content: "Told", trigger: '.o_notification:contains("1 accepted")' },
        { content: "Nothing is left", trigger: `${header} .o_netvisor_mapping_tab[data-kind=tax] .fa-check` },
    ],
});
