//! `/w/{slug}/import`.

use super::{
    export_guide::ExportGuide, gmail_card::GmailCard, import_progress::ImportProgress, upload::UploadForm,
};
use crate::{
    layout::{PageTitle, use_workspace},
    ui::{Icon, IconSize, Lucide},
};
use domain::ImportId;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Gmail, upload, the import of the URL, and how to export email.
#[component]
pub fn ImportPage() -> impl IntoView {
    let workspace = use_workspace();
    let query = use_query_map();
    let import = Memo::new(move |_| {
        query
            .read()
            .get("import")
            .and_then(|id| id.parse::<ImportId>().ok())
    });
    view! {
        <PageTitle page="Import" />
        <header class="page-header">
            <h1>"Import"</h1>
        </header>
        <div class="page-body">
            <div class="import">
                <div class="import-main">
                    <div>
                        <p class="lead">"Import your email and JobHax finds your applications."</p>
                        <p class="text-ink-2 mt-1">
                            "We don't store your emails. We keep only the sender, date, subject and the line that matched."
                        </p>
                    </div>
                    <GmailCard slug=workspace.slug />
                    <UploadForm slug=workspace.slug />
                    {move || {
                        import
                            .get()
                            .map(|id| view! { <ImportProgress slug=workspace.slug.get_untracked() id /> })
                    }}
                    <ExportGuide />
                </div>
                <HowItWorks />
            </div>
        </div>
    }
    .into_any()
}

/// What happens to an email.
#[component]
fn HowItWorks() -> impl IntoView {
    let steps = [
        (
            Lucide::MailOpen,
            "Read",
            "Each email is processed once and discarded",
        ),
        (Lucide::ListFilter, "Matched by rules", "No AI involved"),
        (
            Lucide::SquareKanban,
            "Added to your board",
            "As a new card, or as an update to one you have",
        ),
        (
            Lucide::Trash,
            "Discarded",
            "Only the sender, date, subject and the matched line are kept",
        ),
    ];
    view! {
        <aside class="pt-1" aria-labelledby="how-it-works">
            <h2 class="mb-3" id="how-it-works">
                "What happens to an email"
            </h2>
            <ol class="timeline">
                {steps
                    .into_iter()
                    .map(|(icon, step, description)| {
                        view! {
                            <li>
                                <span class="timeline-dot">
                                    <Icon of=icon size=IconSize::Small />
                                </span>
                                <div>
                                    {step} <p>{description}</p>
                                </div>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
            <p class="text-xs text-ink-3 mt-2">"Importing the same file again won't create duplicates."</p>
        </aside>
    }
    .into_any()
}
