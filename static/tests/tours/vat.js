import { registry } from "@web/core/registry";

// One click makes the taxes; a second, after looking, puts them on products.
registry.category("web_tour.tours").add("netvisor_vat_successor", {
    steps: () => [
        { content: "The latest change", trigger: '.o_facet_values:contains("14 → 13.5 %")' },
        { content: "What is wrong", trigger: '.o_data_row:first td[name=verdict]:contains("Wrong")' },
        { content: "And why", trigger: '.o_data_row:first td[name=basis_text]:contains("no delivery date is known")' },
        { content: "Make the taxes", trigger: "button[name=action_create_successors]", run: "click" },
        { content: "What was made", trigger: '.modal .o_data_row:contains("13.5% S") .badge:contains("Created")' },
        { content: "Products", trigger: ".modal footer button[name=action_products]", run: "click" },
        { content: "What replaces what", trigger: '.o_breadcrumb:contains("Replace 14 % by 13.5 %")' },
        { content: "A preview", trigger: '.o_data_row:contains("Ruisleipä") td[name=new_tax_id]:contains("13.5%")' },
        { content: "Accept all", trigger: "button[name=action_replace_all]", run: "click" },
        { content: "Sure", trigger: ".modal footer .btn-primary", run: "click" },
        { content: "Told", trigger: '.o_notification:contains("Replaced in 1 places")' },
        { content: "Nothing is left", trigger: '.o_view_nocontent:contains("Nothing uses the old rate")' },
    ],
});

// A stopped invoice is mended where it is found: it was delivered before the change.
registry.category("web_tour.tours").add("netvisor_vat_mend", {
    steps: () => [
        { content: "Mend", trigger: '.o_data_row:contains("Wrong") button[name=action_mend]', run: "click" },
        { content: "The line", trigger: '.modal .o_data_row td[name=old_tax_id]:contains("14")' },
        { content: "The day", trigger: ".modal div[name=delivery_date] button, .modal div[name=delivery_date] input", run: "click" },
        {
            content: "It was delivered in December",
            trigger: ".modal div[name=delivery_date] input",
            run: "edit 12/20/2025 && press Tab",
        },
        { content: "Write it", trigger: ".modal button[name=action_set_date]", run: "click" },
        { content: "Nothing is wrong any more", trigger: "body:not(:has(.modal)) .o_view_nocontent:contains('Nothing to look at')" },
    ],
});
