//! The menu of a card: move it to another stage, close it with an outcome, reopen it. Every row is a form button, so that it also
//! works without JavaScript.

use super::{board_state::CardPosition, card::set_expanded, store::BoardStore};
use crate::{
    jobapps::{
        api::{move_stage::MoveStage, set_outcome::SetOutcome},
        labels::{outcome_key, outcome_name},
    },
    server::flash::NO_OUTCOME,
    ui::{CompanyAvatar, Icon, IconSize, Lucide, OutcomeIcon, StageIcon},
};
use domain::{
    JobApplicationId,
    jobapps::{Outcome, Stage, title_label},
};
use leptos::{ev, prelude::*, server_fn::ServerFn};

/// The menu as a popover next to a card. All cards share one menu. The page script handles its keys.
#[component]
pub fn CardMenu() -> impl IntoView {
    let store = BoardStore::get();
    let on_toggle = move |_: ev::Event| {
        let is_open = store
            .popover
            .get_untracked()
            .is_some_and(|menu| menu.matches(":popover-open").unwrap_or(false));
        if !is_open {
            store.menu.set(None);
        }
    };
    // The buttons of the cards are not reactive.
    Effect::new(move |previous: Option<Option<JobApplicationId>>| {
        let current = store.menu.get();
        if let Some(Some(closed)) = previous.filter(|previous| *previous != current) {
            set_expanded(closed, false);
        }
        if let Some(opened) = current {
            set_expanded(opened, true);
        }
        current
    });
    view! {
        <div
            class="menu"
            id="card-menu"
            popover="auto"
            role="dialog"
            aria-label="Move or close"
            node_ref=store.popover
            on:toggle=on_toggle
        >
            {move || store.menu.get().and_then(|id| store.find(id)).map(|position| view! { <MoveOptions position /> })}
        </div>
    }
    .into_any()
}

/// The menu as part of the page, opened by a card's menu button without JavaScript.
#[component]
pub fn MoveSheet() -> impl IntoView {
    let store = BoardStore::get();
    let board = store.url();
    move || {
        store.sheet.get().map(|position| {
            let id = position.card.id;
            view! {
                <section class="move-sheet" aria-label="Move or close">
                    <MoveOptions position />
                    <hr />
                    <a
                        class="menu-row"
                        // Without JavaScript, the fragment makes the browser focus the card.
                        href=format!("{board}#card-{id}")
                        on:click=move |event| {
                            event.prevent_default();
                            store.close_sheet();
                        }
                    >
                        <Icon of=Lucide::X size=IconSize::Small />
                        <span>"Cancel"</span>
                    </a>
                </section>
            }
        })
    }
}

/// The rows of the menu.
#[component]
fn MoveOptions(position: CardPosition) -> impl IntoView {
    let store = BoardStore::get();
    let card = position.card.clone();
    let hide = move || {
        store.close_sheet();
        store.menu.set(None);
        if let Some(menu) = store.popover.get_untracked() {
            // Fails only if it is closed already.
            let _ = menu.hide_popover();
        }
    };
    let hidden_inputs = {
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
        let current = position.stage.id;
        move |(index, stage): (usize, Stage)| {
            let (to, is_current) = (stage.id, stage.id == current);
            view! {
                <button
                    class="menu-row"
                    type="submit"
                    name="status_id"
                    value=to.to_string()
                    data-key=(index < 9).then(|| (index + 1).to_string())
                    aria-disabled=is_current.then_some("true")
                    on:click=move |event| {
                        event.prevent_default();
                        if !is_current {
                            hide();
                            store.move_to(card.id, to);
                        }
                    }
                >
                    <StageIcon kind=stage.kind color=stage.color_kind() />
                    <span>{stage.value}</span>
                    <span class="key-hint" aria-hidden="true">
                        {if is_current { "current".to_owned() } else { (index + 1).to_string() }}
                    </span>
                </button>
            }
        }
    };
    let (id, previous) = (position.card.id, position.card.outcome);
    let outcome_row = move |outcome: Option<Outcome>| {
        let (name, key) = outcome.map_or(("Reopen", "U"), |o| (outcome_name(o), outcome_key(o)));
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
                    store.set_outcome(id, outcome);
                }
            >
                {match outcome {
                    Some(outcome) => view! { <OutcomeIcon outcome /> }.into_any(),
                    None => view! { <Icon of=Lucide::Undo size=IconSize::Small /> }.into_any(),
                }}
                <span>{name}</span>
                <span class="key-hint" aria-hidden="true">
                    {key}
                </span>
            </button>
        }
    };
    let outcomes = std::iter::once(None)
        .chain(Outcome::ALL.into_iter().map(Some))
        .filter(|outcome| *outcome != previous);
    view! {
        <div class="menu-header">
            <CompanyAvatar name=position.card.company_label().to_owned() />
            <span>
                <b>{position.card.company_label().to_owned()}</b>
                <small>{title_label(position.card.job_title.as_deref()).to_owned()}</small>
            </span>
        </div>
        <form method="post" action=MoveStage::url()>
            {hidden_inputs()}
            <input type="hidden" name="from" value=position.stage.id.to_string() />
            <fieldset>
                <legend class="menu-label">"Move to"</legend>
                {store.stages().into_iter().enumerate().map(stage_row).collect_view()}
            </fieldset>
        </form>
        <hr />
        <form method="post" action=SetOutcome::url()>
            {hidden_inputs()}
            <input type="hidden" name="from" value=previous.map_or(NO_OUTCOME, Outcome::as_str) />
            <fieldset>
                <legend class="menu-label">{if previous.is_some() { "Outcome" } else { "Close as" }}</legend>
                {outcomes.map(outcome_row).collect_view()}
            </fieldset>
        </form>
        <hr />
        {[("merge", "Merge with…"), ("split", "Split…")]
            .map(|(page, name)| {
                view! {
                    <a class="menu-row" href=format!("applications/{id}/{page}")>
                        <span>{name}</span>
                    </a>
                }
            })
            .collect_view()}
    }
    .into_any()
}
