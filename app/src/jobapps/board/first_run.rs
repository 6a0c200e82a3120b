//! The board before there is anything on it: a checklist over ghost columns.

use super::{card::ASK, store::Store};
use crate::{
    jobapps::{StageGlyph, words::stage_hint},
    ui::{Icon, Lucide, Size},
    users::DemoButton,
};
use domain::{
    jobapps::Status,
    routes::{Route, WorkspacePage},
};
use leptos::prelude::*;

/// Where the first applications come from.
#[component]
pub fn FirstRun() -> impl IntoView {
    let store = Store::get();
    let stages = store.board.with_untracked(|board| {
        board
            .columns
            .iter()
            .map(|column| column.status.clone())
            .collect::<Vec<_>>()
    });
    let ghosts = |(index, stage): (usize, Status)| {
        let holes = 3_usize.saturating_sub(index / 2).max(1);
        view! {
            <section class="col" data-kind=stage.kind.as_str() aria-label=stage.value.clone()>
                <header class="col-head">
                    <StageGlyph kind=stage.kind />
                    <h2>{stage.value.clone()}</h2>
                    <span class="num">"0"</span>
                </header>
                <div class="col-body">
                    <p class="col-empty">{stage_hint(stage.kind)}</p>
                    {(0..holes).map(|_| view! { <div class="hole"></div> }).collect_view()}
                </div>
            </section>
        }
    };
    let import = Route::Workspace(store.slug.get_value(), WorkspacePage::Import).to_string();
    view! {
        <div class="board ghosts">
            {stages.into_iter().enumerate().map(ghosts).collect_view()}
            <section class="surface first-run" aria-labelledby="first-run">
                <header>
                    <h2 id="first-run" class="text-xl">
                        "Bring your search in"
                    </h2>
                    <p class="text-ink-2">"Any one of these is enough to start. The rest can wait."</p>
                </header>
                <ol>
                    <li class="step ok">
                        <span class="no">
                            <Icon of=Lucide::Check size=Size::Small />
                            <span class="sr-only">"Done:"</span>
                        </span>
                        <div>
                            <b>"Your workspace is ready"</b>
                            <p>"Five stages, from To Apply to Offer"</p>
                        </div>
                    </li>
                    <li class="step">
                        <span class="no" aria-hidden="true">
                            "2"
                        </span>
                        <div>
                            <b>"Bring your mail"</b>
                            <p>"From Gmail, Thunderbird, Apple Mail and others. Two minutes."</p>
                        </div>
                        <a class="btn btn-primary btn-sm" href=import>
                            "Import mail"
                        </a>
                    </li>
                    <li class="step">
                        <span class="no" aria-hidden="true">
                            "3"
                        </span>
                        <div>
                            <b>"Add one by hand"</b>
                            <p>
                                "Company and title are enough."
                                <span class="with-script md-only">
                                    " Press " <kbd class="kbd">"C"</kbd> " anywhere."
                                </span>
                            </p>
                        </div>
                        <button
                            class="btn btn-line btn-sm"
                            type="submit"
                            form=ASK
                            name="add"
                            value=""
                            on:click=move |event| {
                                event.prevent_default();
                                store.adding.set(true);
                            }
                        >
                            "Add application"
                        </button>
                    </li>
                </ol>
                <footer>
                    <span class="grow">"Want to see it full first? The demo is a workspace of its own."</span>
                    <DemoButton />
                </footer>
            </section>
        </div>
    }
    .into_any()
}
