//! An application on the board.

use super::store::BoardStore;
use crate::{
    jobapps::labels::days,
    ui::{CompanyAvatar, Icon, Lucide, js},
};
use domain::{JobApplicationId, jobapps::BoardCard};
use leptos::{html, prelude::*, web_sys::Element};

/// Id of the form that reloads the board with a menu or dialog open. Buttons submit it as long as no script runs.
pub const OPEN_FORM: &str = "open-form";

/// The card of an open application.
#[component]
pub fn Card(
    /// The application.
    card: BoardCard,
) -> impl IntoView {
    let id = card.id;
    let source = match &card.location {
        Some(location) => format!("{} · {location}", card.source),
        None => card.source.clone(),
    };
    view! {
        <li>
            <article
                class="card"
                id=format!("card-{id}")
                data-card=id.to_string()
                tabindex="-1"
                aria-labelledby=format!("t-{id} c-{id}")
            >
                <div class="card-header">
                    <CompanyAvatar name=card.company.clone() />
                    <span class="card-company" id=format!("c-{id}")>
                        {card.company.clone()}
                    </span>
                    <Age days=card.days since="in this stage" />
                </div>
                <h3 class="card-title" id=format!("t-{id}") title=card.job_title.clone()>
                    {card.job_title.clone()}
                </h3>
                <p class="card-source">{source}</p>
                <CardMenuButton id company=card.company />
            </article>
        </li>
    }
    .into_any()
}

/// The row of a closed application.
#[component]
pub fn ClosedRow(
    /// The application.
    card: BoardCard,
) -> impl IntoView {
    let id = card.id;
    view! {
        <li class="closed-row" id=format!("card-{id}") tabindex="-1">
            <CompanyAvatar name=card.company.clone() />
            <span class="card-company" title=card.job_title>
                {card.company.clone()}
            </span>
            <Age days=card.days since="since it was closed" />
            <CardMenuButton id company=card.company />
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

/// Opens the menu of the card.
#[component]
fn CardMenuButton(id: JobApplicationId, company: String) -> impl IntoView {
    let store = BoardStore::get();
    let node = NodeRef::<html::Button>::new();
    let is_open = move || store.menu.get() == Some(id);
    view! {
        <button
            class="card-menu-button"
            type="submit"
            form=OPEN_FORM
            name="card"
            value=id.to_string()
            node_ref=node
            aria-label=format!("Move or close {company}")
            aria-haspopup="dialog"
            aria-expanded=move || if is_open() { "true" } else { "false" }
            on:click=move |event| {
                event.prevent_default();
                if let Some(button) = node.get() {
                    open_menu(store, id, &button);
                }
            }
        >
            <Icon of=Lucide::Ellipsis />
        </button>
    }
}

/// Opens the menu of a card beside an element and focuses its first item.
pub fn open_menu(store: BoardStore, id: JobApplicationId, anchor: &Element) {
    let anchor = anchor.clone();
    store.menu.set(Some(id));
    request_animation_frame(move || {
        let Some(menu) = store.popover.get_untracked() else {
            return;
        };
        // The user may have chosen by key already.
        if store.menu.get_untracked() != Some(id) {
            return;
        }
        js::open_menu(&menu, &anchor);
        if let Ok(Some(first)) = menu.query_selector("button:not([aria-disabled])") {
            super::shortcuts::focus(&first);
        }
    });
}
