//! An application on the board.

use super::store::{BoardStore, after_render};
use crate::{
    jobapps::{
        labels::{days, silence_note},
        select_box::SelectBox,
    },
    ui::{CompanyAvatar, Icon, IconSize, Lucide, js},
};
use domain::{
    JobApplicationId,
    jobapps::{BoardCard, DEFAULT_SOURCE, NextStep, Urgency, title_label},
};
use leptos::{ev::MouseEvent, prelude::*, web_sys::Element};
use wasm_bindgen::JsCast as _;

/// Id of the form that reloads the board with a menu or dialog open. Buttons submit it without JavaScript.
pub const OPEN_FORM: &str = "open-form";

/// The card of an open application.
#[component]
pub fn Card(
    card: BoardCard,
    /// Whether the card has no menu and cannot be changed.
    is_read_only: bool,
) -> impl IntoView {
    let id = card.id;
    let company = card.company_label().to_owned();
    let title = title_label(card.job_title.as_deref()).to_owned();
    // The default source carries no information.
    let source = Some(card.source.clone()).filter(|source| source != DEFAULT_SOURCE);
    let source = source
        .into_iter()
        .chain(card.location.clone())
        .collect::<Vec<_>>()
        .join(" · ");
    let note = silence_note(card.quiet_days, card.on_hold);
    let tags = tags_view(card.tags, card.more_tags);
    let next_step = card.next_step.map(next_step_view);
    // The number of optional lines, so that the style sheet can reserve their height.
    let lines = usize::from(note.is_some()) + usize::from(tags.is_some()) + usize::from(next_step.is_some());
    view! {
        <li>
            <article
                class=if card.is_unread { "card unread" } else { "card" }
                id=format!("card-{id}")
                data-card=id.to_string()
                data-lines=lines.to_string()
                tabindex="-1"
                aria-labelledby=format!("t-{id} c-{id}")
            >
                <div class="card-header">
                    <CompanyAvatar name=company.clone() />
                    <span class="card-company" class:unknown=card.company.is_none() id=format!("c-{id}")>
                        {company.clone()}
                    </span>
                    <Age days=card.days since="in this stage" />
                </div>
                <h3
                    class="card-title"
                    class:unknown=card.job_title.is_none()
                    id=format!("t-{id}")
                >
                    // Relative to the board's URL. Using `Route` would make the browser module larger.
                    <a href=format!("applications/{id}") title=title.clone() draggable="false">
                        {title.clone()}
                    </a>
                </h3>
                {(!source.is_empty()).then(|| view! { <p class="card-source">{source}</p> })}
                {tags}
                {note.map(|note| view! { <p class="card-note">{note}</p> })}
                {next_step}
                {(!is_read_only)
                    .then(|| {
                        view! {
                            <SelectBox id=id.to_string() company=company.clone() />
                            <CardMenuButton id company />
                        }
                    })}
            </article>
        </li>
    }
    .into_any()
}

/// The first tags and the number of further tags; `None` without tags.
fn tags_view(tags: Vec<String>, more: usize) -> Option<impl IntoView> {
    if tags.is_empty() {
        return None;
    }
    let tags: Vec<_> = tags
        .into_iter()
        .map(|tag| view! { <li class="chip">{tag}</li> })
        .collect();
    let more = (more > 0).then(|| view! { <li>{format!("+{more}")}</li> });
    Some(view! {
        <ul class="card-tags" aria-label="Tags">
            {tags}
            {more}
        </ul>
    })
}

fn next_step_view(step: NextStep) -> impl IntoView {
    let icon = if step.is_interview {
        Lucide::Calendar
    } else {
        Lucide::Check
    };
    let urgency = match step.urgency {
        Urgency::Overdue => "overdue",
        Urgency::Soon => "soon",
        Urgency::Later => "later",
    };
    let separator = if step.is_interview { " " } else { ", " };
    let title = format!("{}{separator}{}", step.title, step.when);
    view! {
        <p class="card-next" data-urgency=urgency title=title>
            <Icon of=icon size=IconSize::Small />
            <span class="sr-only">"Next: "</span>
            <span class="card-next-title">{step.title}</span>
            <span class="card-next-when">{separator} {step.when}</span>
        </p>
    }
}

/// The row of a closed application.
#[component]
pub fn ClosedRow(
    card: BoardCard,
    /// Whether the card has no menu and cannot be changed.
    is_read_only: bool,
) -> impl IntoView {
    let id = card.id;
    let company = card.company_label().to_owned();
    view! {
        <li
            class=if card.is_unread { "closed-row unread" } else { "closed-row" }
            id=format!("card-{id}")
            tabindex="-1"
        >
            <CompanyAvatar name=company.clone() />
            <a
                class="card-company"
                href=format!("applications/{id}")
                title=title_label(card.job_title.as_deref()).to_owned()
            >
                {company.clone()}
            </a>
            <Age days=card.days since="since it was closed" />
            {(!is_read_only).then(|| view! { <CardMenuButton id company /> })}
        </li>
    }
}

/// The age in days, spelled out for screen readers.
#[component]
fn Age(days: i64, since: &'static str) -> impl IntoView {
    let label = format!("{} {since}", self::days(days));
    view! {
        <span class="card-age" title=label.clone()>
            <span aria-hidden="true">{format!("{days}d")}</span>
            <span class="sr-only">{label.clone()}</span>
        </span>
    }
}

/// Opens the menu of the card. Clicks are handled by [`handle_click`].
#[component]
fn CardMenuButton(id: JobApplicationId, company: String) -> impl IntoView {
    view! {
        <button
            class="card-menu-button"
            type="submit"
            form=OPEN_FORM
            name="card"
            value=id.to_string()
            aria-label=format!("Move or close {company}")
            aria-haspopup="dialog"
            aria-expanded="false"
        >
            <Icon of=Lucide::Ellipsis />
        </button>
    }
}

/// Handles clicks on the menu button of a card and on the link that loads more cards. The whole board has a single listener, so
/// that cards need not be hydrated.
pub fn handle_click(store: BoardStore, event: &MouseEvent) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let target = target.and_then(|target| target.closest(".card-menu-button, [data-more]").ok().flatten());
    let Some(target) = target else { return };
    event.prevent_default();
    let stage = target.get_attribute("data-more").and_then(|id| id.parse().ok());
    if let Some(stage) = stage {
        store.load_more(stage);
    } else if !js::was_open(&target) {
        let id = target.get_attribute("value").and_then(|id| id.parse().ok());
        if let Some(id) = id {
            open_menu(store, id, &target);
        }
    }
}

/// Opens the menu of a card next to an element and focuses its first item.
pub fn open_menu(store: BoardStore, id: JobApplicationId, anchor: &Element) {
    let anchor = anchor.clone();
    store.menu.set(Some(id));
    after_render(move || {
        let Some(menu) = store.popover.get_untracked() else {
            return;
        };
        js::open_menu(&menu, &anchor);
        if let Ok(Some(first)) = menu.query_selector("button:not([aria-disabled])") {
            super::shortcuts::focus(&first);
        }
    });
}

/// Announces to screen readers whether the menu of a card is open.
pub fn set_expanded(id: JobApplicationId, expanded: bool) {
    let card = document().get_element_by_id(&format!("card-{id}"));
    let button = card.and_then(|card| card.query_selector(".card-menu-button").ok().flatten());
    if let Some(button) = button {
        // Fails only for an invalid attribute name.
        let _ = button.set_attribute("aria-expanded", if expanded { "true" } else { "false" });
    }
}
