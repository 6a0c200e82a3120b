//! What the board says after a form was sent without a script: done, with the way back, or why not.

use super::{moves::Found, store::Store};
use crate::{
    flash::{self, Back, Done, Flash},
    jobapps::{
        api::{
            move_stage::MoveStage,
            set_outcome::{OPEN, SetOutcome},
        },
        words::outcome_name,
    },
    ui::{Icon, Lucide, Size},
};
use domain::jobapps::Outcome;
use leptos::{prelude::*, server_fn::ServerFn};

/// The line above the columns, if there is something to say.
#[component]
pub fn Notice() -> impl IntoView {
    let store = Store::get();
    flash::notice().and_then(|flash| match flash {
        Flash {
            error: Some(error), ..
        } => Some(view! { <p class="notice" role="alert">{error.detail}</p> }.into_any()),
        Flash { done: Some(done), .. } => store
            .find(done.jobapp_id)
            .map(|found| after(store, found, done).into_any()),
        Flash { .. } => None,
    })
}

fn after(store: Store, found: Found, done: Done) -> impl IntoView {
    let company = found.card.company.clone();
    let said = match (done.back, found.card.outcome) {
        (None, _) => format!("{company} added to {}.", found.stage.value),
        (Some(Back::Outcome(_)), Some(outcome)) => {
            format!("{company} closed: {}.", outcome_name(outcome).to_lowercase())
        }
        (Some(Back::Outcome(_)), None) => format!("{company} is open again in {}.", found.stage.value),
        (Some(Back::Stage(_)), _) => format!("{company} moved to {}.", found.stage.value),
    };
    let undo = done.back.map(|back| {
        let (action, name, value, from) = match back {
            Back::Stage(stage) => (
                MoveStage::url(),
                "status_id",
                stage.to_string(),
                found.stage.id.to_string(),
            ),
            Back::Outcome(outcome) => (
                SetOutcome::url(),
                "outcome",
                outcome.map(Outcome::as_str).unwrap_or_default().to_owned(),
                found.card.outcome.map_or(OPEN, Outcome::as_str).to_owned(),
            ),
        };
        view! {
            <form method="post" action=action>
                <input type="hidden" name="slug" value=store.slug.get_value() />
                <input type="hidden" name="jobapp_id" value=found.card.id.to_string() />
                <input type="hidden" name="version" value=found.card.version />
                <input type="hidden" name=name value=value />
                <input type="hidden" name="from" value=from />
                <button class="btn btn-line btn-xs" type="submit">
                    <Icon of=Lucide::Undo size=Size::Small />
                    "Undo"
                </button>
            </form>
        }
    });
    view! { <div class="notice" role="status">{said} {undo}</div> }
}
