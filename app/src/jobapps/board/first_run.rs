//! An empty board: a checklist over placeholder columns.

use super::{card::OPEN_FORM, store::BoardStore};
use crate::{
    jobapps::{
        copy_form::{CopyForm, PersonalCounts},
        labels::stage_hint,
    },
    ui::{Icon, IconSize, Lucide, StageIcon},
};
use domain::{
    jobapps::Stage,
    routes::{Route, WorkspacePage},
};
use leptos::prelude::*;

/// A checklist for adding the first applications.
#[component]
pub fn FirstRun(
    /// In an organization, the number of applications in the personal workspace.
    personal: Option<PersonalCounts>,
) -> impl IntoView {
    let store = BoardStore::get();
    let column = |(index, stage): (usize, Stage)| {
        let placeholders = 3_usize.saturating_sub(index / 2).max(1);
        view! {
            <section class="column" data-kind=stage.color_kind() aria-label=stage.value.clone()>
                <header class="column-header">
                    <StageIcon kind=stage.kind color=stage.color_kind() />
                    <h2>{stage.value.clone()}</h2>
                    <span class="num">"0"</span>
                </header>
                <div class="column-body">
                    <p class="column-note">{stage_hint(stage.kind)}</p>
                    {(0..placeholders).map(|_| view! { <div class="card-placeholder"></div> }).collect_view()}
                </div>
            </section>
        }
    };
    let import = Route::Workspace(store.slug.get_value(), WorkspacePage::Import).to_string();
    let csv = Route::CsvImport(store.slug.get_value(), None).to_string();
    view! {
        <div class="board board-placeholder">
            {store.stages().into_iter().enumerate().map(column).collect_view()}
            <section class="surface first-run" aria-labelledby="first-run">
                <header>
                    <h2 id="first-run" class="text-xl">
                        "Import your job search"
                    </h2>
                    <p class="text-ink-2">"One of these steps is enough to get started."</p>
                </header>
                <ol>
                    <li class="step step-done">
                        <span class="step-number">
                            <Icon of=Lucide::Check size=IconSize::Small />
                            <span class="sr-only">"Done:"</span>
                        </span>
                        <div>
                            <b>"Your workspace is ready"</b>
                            <p>{stages_text(&store.stages())}</p>
                        </div>
                    </li>
                    <li class="step">
                        <span class="step-number" aria-hidden="true">
                            "2"
                        </span>
                        <div>
                            <b>"Import your email"</b>
                            <p>"JobHax finds your applications in Gmail, Thunderbird, Apple Mail and others. Takes two minutes."</p>
                        </div>
                        <a class="btn btn-primary btn-sm" href=import>
                            "Import email"
                        </a>
                    </li>
                    <li class="step">
                        <span class="step-number" aria-hidden="true">
                            "3"
                        </span>
                        <div>
                            <b>"Add an application yourself"</b>
                            <p>
                                "You only need company and title."
                                <span class="with-script md-only">
                                    " Press " <kbd class="kbd">"C"</kbd> " on the board."
                                </span>
                            </p>
                        </div>
                        <button
                            class="btn btn-line btn-sm"
                            type="submit"
                            form=OPEN_FORM
                            name="add"
                            value=""
                            on:click=move |event| {
                                event.prevent_default();
                                store.add_open.set(true);
                            }
                        >
                            "Add application"
                        </button>
                    </li>
                    <li class="step">
                        <span class="step-number" aria-hidden="true">
                            "4"
                        </span>
                        <div>
                            <b>"Import a CSV file"</b>
                            <p>"From LinkedIn, Huntr, Teal, Simplify, Notion, or your spreadsheet."</p>
                        </div>
                        <a class="btn btn-line btn-sm" href=csv>
                            "Import CSV"
                        </a>
                    </li>
                    {personal
                        .filter(|(all, _)| *all > 0)
                        .map(|counts| {
                            view! {
                                <li class="step">
                                    <span class="step-number" aria-hidden="true">
                                        "5"
                                    </span>
                                    <div>
                                        <b>"Copy applications from your personal workspace"</b>
                                        <p>"With history, notes and files. They stay there, too. Emails are not copied."</p>
                                    </div>
                                    <CopyForm slug=store.slug.get_value() counts page="board" />
                                </li>
                            }
                        })}
                </ol>
            </section>
        </div>
    }
    .into_any()
}

/// `5 stages, from To Apply to Offer`.
fn stages_text(stages: &[Stage]) -> String {
    let name = |stage: Option<&Stage>| stage.map(|stage| stage.value.clone()).unwrap_or_default();
    format!(
        "{} stages, from {} to {}",
        stages.len(),
        name(stages.first()),
        name(stages.last())
    )
}
