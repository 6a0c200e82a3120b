//! Card changes: applied optimistically, sent to the server one after the other, and reverted on an error. Includes undo.

use super::{
    board_state::{self, CardPosition},
    store::{BoardStore, focus_card, focus_element},
};
use crate::{
    error::AppError,
    jobapps::labels::{outcome_name, undo_text},
    server::flash::UndoAction,
    ui::{fetch, js},
};
use domain::{
    JobApplicationId, StageId,
    jobapps::{Board, BoardCard, JobApplication, Outcome},
};
use leptos::{prelude::*, task::spawn_local};
use std::{collections::VecDeque, sync::Arc};

/// A change that is sent to the server, with the card's previous position.
pub(super) struct PendingChange {
    before: CardPosition,
    /// The change, with the state that undoes it.
    action: UndoAction,
    /// Whether this change undoes the previous one.
    is_undo: bool,
}

impl BoardStore {
    /// Moves a card to the top of another stage.
    pub fn move_to(self, id: JobApplicationId, stage: StageId) {
        let Some(before) = self.find(id).filter(|position| position.stage.id != stage) else {
            return;
        };
        let card = BoardCard {
            days: 0,
            quiet_days: None,
            on_hold: false,
            is_unread: false,
            ..before.card.clone()
        };
        self.show(card, stage, 0);
        focus_card(id);
        let company = before.card.company_label();
        let message = self.board.with_untracked(|board| {
            let column = board.columns.iter().find(|column| column.status.id == stage)?;
            Some(format!(
                "{company} moved to {}, 1 of {}",
                column.status.value,
                column.open_count.max(1)
            ))
        });
        let action = UndoAction::Stage {
            to: stage,
            from: before.stage.id,
        };
        self.save(message.unwrap_or_default(), before, action);
    }

    /// Closes a card with an outcome, or reopens it.
    pub fn set_outcome(self, id: JobApplicationId, outcome: Option<Outcome>) {
        let Some(before) = self.find(id).filter(|position| position.card.outcome != outcome) else {
            return;
        };
        let card = BoardCard {
            outcome,
            days: 0,
            quiet_days: None,
            on_hold: false,
            is_unread: false,
            ..before.card.clone()
        };
        self.show(card, before.stage.id, 0);
        match outcome {
            None => focus_card(id),
            Some(_) => self.focus_after_closing(&before),
        }
        let company = before.card.company_label();
        let message = match outcome {
            Some(outcome) => format!("{company} closed: {}", outcome_name(outcome).to_lowercase()),
            None => format!("{company} reopened in {}", before.stage.value),
        };
        let action = UndoAction::Outcome {
            to: outcome,
            from: before.card.outcome,
        };
        self.save(message, before, action);
    }

    /// Sends a change that the board already shows, and offers to undo it.
    fn save(self, message: String, before: CardPosition, action: UndoAction) {
        let previous = before.clone();
        let undo = move || self.undo_change(&previous, action);
        self.toasts.show(message, Some(Arc::new(undo)));
        self.enqueue(PendingChange {
            before,
            action,
            is_undo: false,
        });
    }

    /// Undoes a change: restores the card and its position.
    fn undo_change(self, previous: &CardPosition, action: UndoAction) {
        let id = previous.card.id;
        let Some(before) = self.find(id) else {
            return;
        };
        let card = BoardCard {
            version: before.card.version,
            ..previous.card.clone()
        };
        self.show(card, previous.stage.id, previous.index);
        focus_card(id);
        let message = undo_text(
            previous.card.company_label(),
            &previous.stage.value,
            previous.card.outcome,
        );
        self.toasts.show(message, None);
        let action = match action {
            UndoAction::Stage { to, from } => UndoAction::Stage { to: from, from: to },
            UndoAction::Outcome { to, from } => UndoAction::Outcome { to: from, from: to },
            other => other,
        };
        self.enqueue(PendingChange {
            before,
            action,
            is_undo: true,
        });
    }

    /// Focuses the next card of the column, or the column itself, because the card of a closed application disappears.
    fn focus_after_closing(self, before: &CardPosition) {
        let next = self.board.with_untracked(|board| {
            let mut columns = board.columns.iter();
            let open = &columns.find(|column| column.status.id == before.stage.id)?.open;
            open.get(before.index).or(open.last()).map(|card| card.id)
        });
        match next {
            Some(id) => focus_card(id),
            None => focus_element(format!("cards-{}", before.stage.id)),
        }
    }

    /// Queues a change. Changes are sent one after the other, because each must carry the version that the previous one created.
    fn enqueue(self, change: PendingChange) {
        self.count_edit();
        self.queue.update_value(|queue| queue.push_back(change));
        let is_sending = self.sending.get_value();
        self.sending.set_value(true);
        self.report_unsaved();
        if is_sending {
            return;
        }
        spawn_local(async move {
            while let Some(next) = self.queue.try_update_value(VecDeque::pop_front).flatten() {
                self.report_unsaved();
                self.send(next).await;
            }
            self.sending.set_value(false);
            self.report_unsaved();
        });
    }

    /// Whether there are unsaved changes.
    pub fn has_unsaved(self) -> bool {
        self.sending.get_value() || !self.queue.with_value(VecDeque::is_empty)
    }

    /// Reports the number of changes that are queued or being sent.
    fn report_unsaved(self) {
        js::set_unsaved(self.queue.with_value(VecDeque::len) + usize::from(self.sending.get_value()));
    }

    async fn send(self, pending: PendingChange) {
        let id = pending.before.card.id;
        let Some(slug) = self.slug.try_get_value() else {
            return;
        };
        let version = self
            .find(id)
            .map_or(pending.before.card.version, |position| position.card.version);
        let (id_text, version) = (id.to_string(), version.to_string());
        // The same value as in the form of the menu.
        let [change, from] = &pending.action.form_fields();
        let result: Result<JobApplication, _> = fetch::call(
            pending.action.url(),
            &[
                ("slug", &slug),
                ("jobapp_id", &id_text),
                ("version", &version),
                (change.0, &change.1),
                (from.0, &from.1),
                ("undo", if pending.is_undo { "true" } else { "false" }),
            ],
        )
        .await;
        match result {
            // If more changes are queued, the board is ahead of the server, so only the version is applied.
            Ok(application) => {
                self.board
                    .try_update(|board| set_version(board, id, application.version));
            }
            Err(error) => self.revert(pending.before, &error),
        }
    }

    fn revert(self, before: CardPosition, error: &AppError) {
        let id = before.card.id;
        js::cancel_leaving();
        self.queue
            .try_update_value(|queue| queue.retain(|pending| pending.before.card.id != id));
        self.toasts.dismiss();
        let company = before.card.company_label().to_owned();
        if let Some(current) = current_application(error) {
            self.board
                .try_update(|board| board_state::apply_server_state(board, &current));
            let stage = &current.application_status.value;
            self.toasts.show_error(format!(
                "{company} was changed elsewhere and is now in {stage}. Your change was not saved."
            ));
        } else {
            self.show(before.card, before.stage.id, before.index);
            focus_card(id);
            self.toasts
                .show_error(format!("Couldn't move {company}. {}", error.0.detail));
        }
    }
}

/// The current state of the application, which the server sends with a version conflict.
fn current_application(error: &AppError) -> Option<JobApplication> {
    serde_json::from_value(error.0.current.clone()?).ok()
}

fn set_version(board: &mut Board, id: JobApplicationId, version: i32) {
    let columns = board.columns.iter_mut();
    let mut cards = columns.flat_map(|column| column.open.iter_mut().chain(column.closed.iter_mut()));
    if let Some(card) = cards.find(|card| card.id == id) {
        card.version = version;
    }
}
