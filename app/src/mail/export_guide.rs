//! How to export email from common email apps.

use crate::ui::{Icon, IconSize, Lucide};
use leptos::prelude::*;

const GUIDES: [(&str, &[&str]); 4] = [
    (
        "Gmail",
        &[
            "Open takeout.google.com, choose “Deselect all”, then select “Mail”.",
            "To keep the file small, choose “All Mail data included” and select a label such as Jobs.",
            "Create the export, and wait for Google’s email with the link.",
            "Drop the .zip file of the download here. Spam and drafts are skipped.",
        ],
    ),
    (
        "Thunderbird",
        &[
            "Select the emails, or everything in a folder with Ctrl+A.",
            "Right-click and choose “Save as”, then “File”. Thunderbird creates an .eml file for each email.",
            "Drop all of them here together.",
        ],
    ),
    (
        "Apple Mail",
        &[
            "Select a mailbox in the sidebar.",
            "Choose “Mailbox”, then “Export Mailbox”, and a folder. Apple Mail creates a folder whose name ends in .mbox.",
            "Drop the file called mbox from inside that folder here.",
        ],
    ),
    (
        "Another app",
        &[
            "Look for “Save as” or “Download message”. You need a file that ends in .eml.",
            "Outlook’s .msg and .pst files are not supported.",
        ],
    ),
];

/// A collapsed section for each app.
#[component]
pub fn ExportGuide() -> impl IntoView {
    view! {
        <section class="surface export-guide" aria-labelledby="export-guide">
            <h2 class="px-4 pt-3 pb-2" id="export-guide">
                "How to export your email"
            </h2>
            {GUIDES
                .into_iter()
                .map(|(app, steps)| {
                    view! {
                        <details name="export-guide">
                            <summary>
                                <Icon of=Lucide::Mail size=IconSize::Small class="text-ink-3" />
                                {app}
                                <Icon of=Lucide::ChevronRight size=IconSize::Small class="chevron" />
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
