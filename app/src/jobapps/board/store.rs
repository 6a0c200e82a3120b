//! The board as the page holds it: shows a change at once, sends it, and takes it back when the server refuses.

use super::moves::{self, Found};
use crate::{
    error::Fail,
    jobapps::{
        api::{move_stage::move_stage, set_outcome::set_outcome},
        words::outcome_name,
    },
    ui::{Toasts, js},
};
use domain::{
    JobApplicationId, StageId,
    jobapps::{Board, BoardCard, JobApplication, Outcome},
};
use leptos::{html, prelude::*, task::spawn_local, web_sys};
use std::{collections::VecDeque, sync::Arc};
use wasm_bindgen::JsCast as _;

/// A change on its way to the server, with the card as it was before.
struct Sending {
    before: Found,
    change: Change,
}

#[derive(Clone, Copy)]
enum Change {
    Stage(StageId),
    Outcome(Option<Outcome>),
}

/// The board of the page.
#[derive(Clone, Copy)]
pub struct Store {
    /// What is shown.
    pub board: RwSignal<Board>,
    /// The card whose menu is open.
    pub menu: RwSignal<Option<JobApplicationId>>,
    /// The card that the address asked for: its menu stands in the page until it is used.
    pub asked: RwSignal<Option<Found>>,
    /// Whether the form for a new application is open.
    pub adding: RwSignal<bool>,
    /// Whether the list of keys is open.
    pub keys: RwSignal<bool>,
    /// The stage that a new application starts in; empty for the usual one.
    pub add_to: RwSignal<String>,
    /// The element with the columns.
    pub frame: NodeRef<html::Div>,
    /// The menu beside a card.
    pub popover: NodeRef<html::Div>,
    /// The workspace.
    pub slug: StoredValue<String>,
    toasts: Toasts,
    queue: StoredValue<VecDeque<Sending>>,
    busy: StoredValue<bool>,
}

impl Store {
    /// Makes the store of a board and provides it to everything below.
    pub fn provide(board: Board, slug: String) -> Self {
        let store = Self {
            board: RwSignal::new(board),
            menu: RwSignal::new(None),
            asked: RwSignal::new(None),
            adding: RwSignal::new(false),
            keys: RwSignal::new(false),
            add_to: RwSignal::new(String::new()),
            frame: NodeRef::new(),
            popover: NodeRef::new(),
            slug: StoredValue::new(slug),
            toasts: Toasts::get(),
            queue: StoredValue::new(VecDeque::new()),
            busy: StoredValue::new(false),
        };
        provide_context(store);
        store
    }

    /// The store of the page's board.
    pub fn get() -> Self {
        expect_context()
    }

    /// Finds a card without listening for changes.
    pub fn find(self, id: JobApplicationId) -> Option<Found> {
        self.board.with_untracked(|board| moves::find(board, id))
    }

    /// Moves a card to the top of another stage.
    pub fn move_to(self, id: JobApplicationId, stage: StageId) {
        let Some(before) = self.find(id).filter(|found| found.stage.id != stage) else {
            return;
        };
        let card = BoardCard {
            days: 0,
            ..before.card.clone()
        };
        self.show(card, stage, 0);
        let (company, home) = (before.card.company.clone(), before.stage.id);
        let place = self.board.with_untracked(|board| {
            let column = board.columns.iter().find(|column| column.status.id == stage)?;
            Some(format!(
                "{company} moved to {}, 1 of {}",
                column.status.value,
                column.open_count.max(1)
            ))
        });
        self.toasts.say(
            place.unwrap_or_default(),
            Some(Arc::new(move || self.move_to(id, home))),
        );
        self.send(Sending {
            before,
            change: Change::Stage(stage),
        });
    }

    /// Closes a card with an outcome, or opens it again.
    pub fn close(self, id: JobApplicationId, outcome: Option<Outcome>) {
        let Some(before) = self.find(id).filter(|found| found.card.outcome != outcome) else {
            return;
        };
        let card = BoardCard {
            outcome,
            days: 0,
            ..before.card.clone()
        };
        self.show(card, before.stage.id, 0);
        let (company, was) = (&before.card.company, before.card.outcome);
        let said = match outcome {
            Some(outcome) => format!("{company} closed: {}", outcome_name(outcome).to_lowercase()),
            None => format!("{company} is open again in {}", before.stage.value),
        };
        self.toasts.say(said, Some(Arc::new(move || self.close(id, was))));
        self.send(Sending {
            before,
            change: Change::Outcome(outcome),
        });
    }

    /// Undoes what the page said last.
    pub fn undo(self) {
        self.toasts.undo();
    }

    /// Shows an application that was just made.
    pub fn added(self, new: &JobApplication) {
        let Some(changed) = self.board.try_update(|board| moves::accept(board, new)) else {
            return;
        };
        if changed {
            self.toasts.say(
                format!("{} added to {}", new.company, new.application_status.value),
                None,
            );
            focus(new.id);
        }
    }

    fn show(self, card: BoardCard, stage: StageId, index: usize) {
        let id = card.id;
        let flight = self.frame.get_untracked().map(|frame| js::flight(&frame));
        self.board.update(|board| moves::put(board, card, stage, index));
        request_animation_frame(move || {
            if let Some(flight) = flight {
                flight.call();
            }
        });
        focus(id);
    }

    /// One after the other, so that each carries the version that the last one made.
    fn send(self, sending: Sending) {
        self.queue.update_value(|queue| queue.push_back(sending));
        if self.busy.get_value() {
            return;
        }
        self.busy.set_value(true);
        spawn_local(async move {
            while let Some(next) = self.queue.try_update_value(VecDeque::pop_front).flatten() {
                self.deliver(next).await;
            }
            self.busy.try_update_value(|busy| *busy = false);
        });
    }

    async fn deliver(self, sending: Sending) {
        let id = sending.before.card.id;
        let Some(slug) = self.slug.try_get_value() else {
            return;
        };
        let version = self
            .find(id)
            .map_or(sending.before.card.version, |found| found.card.version);
        let answer = match sending.change {
            Change::Stage(stage) => move_stage(slug, id, stage, version, None).await,
            Change::Outcome(outcome) => {
                let outcome = outcome.map(Outcome::as_str).unwrap_or_default().to_owned();
                set_outcome(slug, id, outcome, version, None).await
            }
        };
        match answer {
            // Where more changes wait, the page is ahead of the server: only the version counts.
            Ok(now) => {
                self.board.try_update(|board| set_version(board, id, now.version));
            }
            Err(fail) => self.refused(sending.before, &fail),
        }
    }

    fn refused(self, before: Found, fail: &Fail) {
        let id = before.card.id;
        self.queue
            .try_update_value(|queue| queue.retain(|waiting| waiting.before.card.id != id));
        self.toasts.hush();
        let company = before.card.company.clone();
        if let Some(current) = &fail.0.current {
            self.board.try_update(|board| moves::accept(board, current));
            let stage = &current.application_status.value;
            self.toasts.fail(format!(
                "{company} changed in the meantime and is in {stage} now. Nothing of yours was saved."
            ));
        } else {
            self.show(before.card, before.stage.id, before.index);
            self.toasts
                .fail(format!("{company} was not moved. {}", fail.0.detail));
        }
    }
}

fn set_version(board: &mut Board, id: JobApplicationId, version: i32) {
    let columns = board.columns.iter_mut();
    let mut cards = columns.flat_map(|column| column.open.iter_mut().chain(column.closed.iter_mut()));
    if let Some(card) = cards.find(|card| card.id == id) {
        card.version = version;
    }
}

/// Puts the focus on a card after the page has caught up.
fn focus(id: JobApplicationId) {
    request_animation_frame(move || {
        let card = document().get_element_by_id(&format!("card-{id}"));
        if let Some(card) = card.and_then(|card| card.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Nothing to do where it cannot be focused.
            let _ = card.focus();
        }
    });
}
