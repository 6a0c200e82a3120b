//! What can be done to a card: another stage, an outcome, open again. Every row is a button of a form, so that it
//! works without a script as well.

use super::{moves::Found, store::Store};
use crate::{
    jobapps::{
        CompanyMark, OutcomeGlyph, StageGlyph,
        api::{
            move_stage::MoveStage,
            set_outcome::{OPEN, SetOutcome},
        },
        words::{outcome_key, outcome_name},
    },
    ui::{Icon, Lucide, Size},
};
use domain::{
    jobapps::{Outcome, Status},
    routes::{Route, WorkspacePage},
};
use leptos::{ev, prelude::*, server_fn::ServerFn};

/// The menu beside a card, one for the whole board.
#[component]
pub fn CardMenu() -> impl IntoView {
    let store = Store::get();
    let closed = move |_: ev::Event| {
        let open = store
            .popover
            .get_untracked()
            .is_some_and(|menu| menu.matches(":popover-open").unwrap_or(false));
        if !open {
            store.menu.set(None);
        }
    };
    view! {
        <div
            class="menu"
            id="card-menu"
            popover="auto"
            role="dialog"
            aria-label="Move or close"
            node_ref=store.popover
            on:toggle=closed
            on:keydown=move |event| super::keys::in_menu(store, &event)
        >
            {move || store.menu.get().and_then(|id| store.find(id)).map(|found| view! { <Choices found /> })}
        </div>
    }
    .into_any()
}

/// The same menu in the page, which a press on a card's button leads to while no script is at work (yet).
#[component]
pub fn Sheet() -> impl IntoView {
    let store = Store::get();
    let board = Route::Workspace(store.slug.get_value(), WorkspacePage::Board).to_string();
    move || {
        store.asked.get().map(|found| {
            view! {
                <section class="sheet" aria-label="Move or close">
                    <Choices found />
                    <hr />
                    <a
                        class="menu-row"
                        href=board.clone()
                        on:click=move |event| {
                            event.prevent_default();
                            store.asked.set(None);
                        }
                    >
                        <Icon of=Lucide::X size=Size::Small />
                        <span>"Leave as it is"</span>
                    </a>
                </section>
            }
        })
    }
}

/// The rows.
#[component]
pub fn Choices(
    /// The card.
    found: Found,
) -> impl IntoView {
    let store = Store::get();
    let stages: Vec<Status> = store
        .board
        .with_untracked(|board| board.columns.iter().map(|column| column.status.clone()).collect());
    let card = found.card.clone();
    let hide = move || {
        store.asked.set(None);
        store.menu.set(None);
        if let Some(menu) = store.popover.get_untracked() {
            // Closed already is as good.
            let _ = menu.hide_popover();
        }
    };
    let hidden = {
        let card = card.clone();
        move || {
            view! {
                <input type="hidden" name="slug" value=store.slug.get_value() />
                <input type="hidden" name="jobapp_id" value=card.id.to_string() />
                <input type="hidden" name="version" value=card.version />
            }
        }
    };
    let stage_row = {
        let here = found.stage.id;
        move |(index, stage): (usize, Status)| {
            let (to, is_here) = (stage.id, stage.id == here);
            view! {
                <button
                    class="menu-row"
                    type="submit"
                    name="status_id"
                    value=to.to_string()
                    data-key=(index < 9).then(|| (index + 1).to_string())
                    aria-disabled=is_here.then_some("true")
                    on:click=move |event| {
                        event.prevent_default();
                        if !is_here {
                            hide();
                            store.move_to(card.id, to);
                        }
                    }
                >
                    <StageGlyph kind=stage.kind />
                    <span>{stage.value}</span>
                    <span class="k" aria-hidden="true">
                        {if is_here { "here".to_owned() } else { (index + 1).to_string() }}
                    </span>
                </button>
            }
        }
    };
    let (id, was) = (found.card.id, found.card.outcome);
    let outcome_row = move |outcome: Option<Outcome>| {
        let (name, key) = outcome.map_or(("Open again", "U"), |o| (outcome_name(o), outcome_key(o)));
        view! {
            <button
                class="menu-row"
                type="submit"
                name="outcome"
                value=outcome.map(Outcome::as_str).unwrap_or_default()
                data-key=key.to_lowercase()
                on:click=move |event| {
                    event.prevent_default();
                    hide();
                    store.close(id, outcome);
                }
            >
                {match outcome {
                    Some(outcome) => view! { <OutcomeGlyph outcome /> }.into_any(),
                    None => view! { <Icon of=Lucide::Undo size=Size::Small /> }.into_any(),
                }}
                <span>{name}</span>
                <span class="k" aria-hidden="true">
                    {key}
                </span>
            </button>
        }
    };
    let outcomes = std::iter::once(None)
        .chain(Outcome::ALL.into_iter().map(Some))
        .filter(|outcome| *outcome != was);
    view! {
        <div class="menu-head">
            <CompanyMark name=found.card.company.clone() />
            <span>
                <b>{found.card.company.clone()}</b>
                <small>{found.card.job_title.clone()}</small>
            </span>
        </div>
        <form method="post" action=MoveStage::url()>
            {hidden()}
            <input type="hidden" name="from" value=found.stage.id.to_string() />
            <fieldset>
                <legend class="menu-label">"Move to"</legend>
                {stages.into_iter().enumerate().map(stage_row).collect_view()}
            </fieldset>
        </form>
        <hr />
        <form method="post" action=SetOutcome::url()>
            {hidden()}
            <input type="hidden" name="from" value=was.map_or(OPEN, Outcome::as_str) />
            <fieldset>
                <legend class="menu-label">{if was.is_some() { "Outcome" } else { "Close as" }}</legend>
                {outcomes.map(outcome_row).collect_view()}
            </fieldset>
        </form>
    }
    .into_any()
}
