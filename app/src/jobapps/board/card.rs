//! One application on the board.

use super::store::Store;
use crate::{
    jobapps::{CompanyMark, words::days},
    ui::{Icon, Lucide, js},
};
use domain::{JobApplicationId, jobapps::BoardCard};
use leptos::{html, prelude::*};

/// The form that asks for a page with a menu or a form open: what buttons do while no script is at work.
pub const ASK: &str = "ask";

/// An open application: a card.
#[component]
pub fn Card(
    /// The application.
    card: BoardCard,
) -> impl IntoView {
    let id = card.id;
    let place = match &card.location {
        Some(location) => format!("{} · {location}", card.source),
        None => card.source.clone(),
    };
    view! {
        <li>
            <article
                class="card-a"
                id=format!("card-{id}")
                data-card=id.to_string()
                tabindex="-1"
                aria-labelledby=format!("t-{id} c-{id}")
            >
                <div class="top">
                    <CompanyMark name=card.company.clone() />
                    <span class="co" id=format!("c-{id}")>
                        {card.company.clone()}
                    </span>
                    <Age days=card.days what="in this stage" />
                </div>
                <h3 class="ti" id=format!("t-{id}") title=card.job_title.clone()>
                    {card.job_title.clone()}
                </h3>
                <p class="meta">{place}</p>
                <More id company=card.company />
            </article>
        </li>
    }
    .into_any()
}

/// A closed application: one line.
#[component]
pub fn ClosedRow(
    /// The application.
    card: BoardCard,
) -> impl IntoView {
    let id = card.id;
    view! {
        <li class="closed-row" id=format!("card-{id}") tabindex="-1">
            <CompanyMark name=card.company.clone() />
            <span class="co" title=card.job_title>
                {card.company.clone()}
            </span>
            <Age days=card.days what="since it was closed" />
            <More id company=card.company />
        </li>
    }
}

#[component]
fn Age(days: i64, what: &'static str) -> impl IntoView {
    let spoken = format!("{} {what}", self::days(days));
    view! {
        <span class="age" title=spoken.clone()>
            <span aria-hidden="true">{format!("{days}d")}</span>
            <span class="sr-only">{spoken.clone()}</span>
        </span>
    }
}

/// Opens the menu of the card.
#[component]
fn More(id: JobApplicationId, company: String) -> impl IntoView {
    let store = Store::get();
    let node = NodeRef::<html::Button>::new();
    let open = move || store.menu.get() == Some(id);
    view! {
        <button
            class="more"
            type="submit"
            form=ASK
            name="card"
            value=id.to_string()
            node_ref=node
            aria-label=format!("Move or close {company}")
            aria-haspopup="dialog"
            aria-expanded=move || if open() { "true" } else { "false" }
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

/// Opens the menu of a card beside an element and puts the focus into it.
pub fn open_menu(store: Store, id: JobApplicationId, beside: &leptos::web_sys::Element) {
    let beside = beside.clone();
    store.menu.set(Some(id));
    request_animation_frame(move || {
        let Some(menu) = store.popover.get_untracked() else {
            return;
        };
        // A quick hand has chosen by key already.
        if store.menu.get_untracked() != Some(id) {
            return;
        }
        js::open_menu(&menu, &beside);
        if let Ok(Some(first)) = menu.query_selector("button:not([aria-disabled])") {
            super::keys::focus(&first);
        }
    });
}
