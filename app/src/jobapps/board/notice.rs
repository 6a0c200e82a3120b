//! The result of a change that was made without a script, with an undo button.

use super::{board_state::CardPosition, store::BoardStore};
use crate::{
    jobapps::{
        api::{
            move_stage::MoveStage,
            set_outcome::{OPEN, SetOutcome},
        },
        labels::outcome_name,
    },
    server::flash::{self, Flash, UndoAction, UndoInfo},
    ui::{Icon, IconSize, Lucide},
};
use domain::jobapps::Outcome;
use leptos::{prelude::*, server_fn::ServerFn};

/// A line above the columns, if there is a message.
#[component]
pub fn Notice() -> impl IntoView {
    let store = BoardStore::get();
    flash::board_notice().and_then(|flash| match flash {
        Flash {
            error: Some(error), ..
        } => Some(view! { <p class="notice" role="alert">{error.detail}</p> }.into_any()),
        Flash { undo: Some(undo), .. } => store
            .find(undo.application_id)
            .map(|position| change_notice(store, position, undo).into_any()),
        Flash { .. } => None,
    })
}

fn change_notice(store: BoardStore, position: CardPosition, undo: UndoInfo) -> impl IntoView {
    let company = position.card.company.clone();
    let message = match (undo.action, position.card.outcome) {
        (None, _) => format!("{company} added to {}.", position.stage.value),
        (Some(UndoAction::Outcome(_)), Some(outcome)) => {
            format!("{company} closed: {}.", outcome_name(outcome).to_lowercase())
        }
        (Some(UndoAction::Outcome(_)), None) => {
            format!("{company} reopened in {}.", position.stage.value)
        }
        (Some(UndoAction::Stage(_)), _) => format!("{company} moved to {}.", position.stage.value),
    };
    let undo_form = undo.action.map(|action| {
        let (url, name, value, from) = match action {
            UndoAction::Stage(stage) => (
                MoveStage::url(),
                "status_id",
                stage.to_string(),
                position.stage.id.to_string(),
            ),
            UndoAction::Outcome(outcome) => (
                SetOutcome::url(),
                "outcome",
                outcome.map(Outcome::as_str).unwrap_or_default().to_owned(),
                position.card.outcome.map_or(OPEN, Outcome::as_str).to_owned(),
            ),
        };
        view! {
            <form method="post" action=url>
                <input type="hidden" name="slug" value=store.slug.get_value() />
                <input type="hidden" name="jobapp_id" value=position.card.id.to_string() />
                <input type="hidden" name="version" value=position.card.version />
                <input type="hidden" name=name value=value />
                <input type="hidden" name="from" value=from />
                <button class="btn btn-line btn-xs" type="submit">
                    <Icon of=Lucide::Undo size=IconSize::Small />
                    "Undo"
                </button>
            </form>
        }
    });
    view! { <div class="notice" role="status">{message} {undo_form}</div> }
}
