//! `/w/{slug}/import`.

use super::{gmail::Gmail, howto::HowTo, progress::Watched, upload::Upload};
use crate::{
    ui::{Icon, Lucide, PageTitle, Size},
    workspace::use_place,
};
use domain::ImportId;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page: the way in, the import that the address names, how to get the file.
#[component]
pub fn ImportPage() -> impl IntoView {
    let place = use_place();
    let query = use_query_map();
    let import = Memo::new(move |_| {
        query
            .read()
            .get("import")
            .and_then(|id| id.parse::<ImportId>().ok())
    });
    view! {
        <PageTitle thing="Import" />
        <header class="bar">
            <h1>"Import"</h1>
        </header>
        <div class="scroll">
            <div class="imp">
                <div class="imp-main">
                    <div>
                        <p class="imp-lead">"Bring your mail. JobHax finds the applications in it."</p>
                        <p class="text-ink-2 mt-1">
                            "Mails are read and let go: sender, date, subject and the matched line stay."
                        </p>
                    </div>
                    <Gmail slug=place.slug />
                    <Upload slug=place.slug />
                    {move || import.get().map(|id| view! { <Watched slug=place.slug.get_untracked() id /> })}
                    <HowTo />
                </div>
                <Journey />
            </div>
        </div>
    }
    .into_any()
}

/// What happens to a mail.
#[component]
fn Journey() -> impl IntoView {
    let steps = [
        (Lucide::MailOpen, "Read", "One after the other, none is kept"),
        (
            Lucide::ListFilter,
            "Matched by rules",
            "No language model reads along",
        ),
        (
            Lucide::SquareKanban,
            "Turned into a step",
            "A new card, or a date for one you have",
        ),
        (
            Lucide::Trash,
            "Let go",
            "Sender, date, subject and the matched line stay",
        ),
    ];
    view! {
        <aside class="pt-1" aria-labelledby="journey">
            <h2 class="mb-3" id="journey">
                "What happens to a mail"
            </h2>
            <ol class="tl">
                {steps
                    .into_iter()
                    .map(|(icon, what, how)| {
                        view! {
                            <li>
                                <span class="tl-dot">
                                    <Icon of=icon size=Size::Small />
                                </span>
                                <div>
                                    {what} <p>{how}</p>
                                </div>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
            <p class="text-xs text-ink-3 mt-2">"Reading the same file twice changes nothing."</p>
        </aside>
    }
    .into_any()
}
