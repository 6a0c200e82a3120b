//! How to get a file out of the mail programs that people have.

use crate::ui::{Icon, Lucide, Size};
use leptos::prelude::*;

const WAYS: [(&str, &[&str]); 4] = [
    (
        "Gmail",
        &[
            "Open takeout.google.com, choose “Deselect all”, then tick “Mail”.",
            "To keep it small, press “All Mail data included” and choose a label such as Jobs.",
            "Create the export and wait for Google’s mail with the link; unpack what you get.",
            "Drop the .mbox file here. Google writes one for each label.",
        ],
    ),
    (
        "Thunderbird",
        &[
            "Select the mails, or all of a folder with Ctrl A.",
            "Choose “Save as”, then “File” in the menu of the mails. Thunderbird writes one .eml for each.",
            "Drop all of them here at once.",
        ],
    ),
    (
        "Apple Mail",
        &[
            "Select a mailbox in the side bar.",
            "Choose “Mailbox”, then “Export Mailbox”, and a folder. Apple Mail makes a folder that ends in .mbox.",
            "Drop the file called mbox from inside that folder here.",
        ],
    ),
    (
        "Another program",
        &[
            "Look for “Save as” or “Download message”: a file that ends in .eml is what you want.",
            "Outlook’s .msg and .pst files are of its own kind and cannot be read.",
        ],
    ),
];

/// One closed section for each program.
#[component]
pub fn HowTo() -> impl IntoView {
    view! {
        <section class="surface howto" aria-labelledby="howto">
            <h2 class="px-4 pt-3 pb-2" id="howto">
                "How to get the file"
            </h2>
            {WAYS
                .into_iter()
                .map(|(program, steps)| {
                    view! {
                        <details name="howto">
                            <summary>
                                <Icon of=Lucide::Mail size=Size::Small class="text-ink-3" />
                                {program}
                                <Icon of=Lucide::ChevronRight size=Size::Small class="chev" />
                            </summary>
                            <ol>{steps.iter().map(|step| view! { <li>{*step}</li> }).collect_view()}</ol>
                        </details>
                    }
                })
                .collect_view()}
        </section>
    }
    .into_any()
}
