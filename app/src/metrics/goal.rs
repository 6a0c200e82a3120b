//! The form for the weekly goal. Works without JavaScript.

use crate::{
    layout::use_workspace,
    server::flash,
    ui::{ButtonKind, Icon, IconSize, Lucide, SubmitButton},
};
use leptos::prelude::*;

/// The endpoint of the form.
pub const ACTION: &str = "metrics/set_goal";

/// The weekly goal, and a button to save it.
#[component]
pub fn GoalForm(goal: Option<i32>) -> impl IntoView {
    let workspace = use_workspace();
    let error = flash::error_for(ACTION).map(|error| error.0);
    let message = error
        .as_ref()
        .map(|e| e.for_field("weekly_goal").unwrap_or(&e.detail).to_owned());
    let value = if message.is_some() {
        flash::form_value(ACTION, "weekly_goal")
    } else {
        goal.map(|goal| goal.to_string()).unwrap_or_default()
    };
    view! {
        <form class="goal-form" method="post" action=format!("/_fn/{ACTION}")>
            <input type="hidden" name="slug" value=workspace.slug.clone() />
            <label for="weekly-goal">"Weekly goal"</label>
            <input
                class="input input-sm"
                id="weekly-goal"
                name="weekly_goal"
                inputmode="numeric"
                maxlength="3"
                size="3"
                placeholder="None"
                value=value
                aria-invalid=message.is_some().then_some("true")
                aria-describedby=message.is_some().then_some("weekly-goal-error")
            />
            <SubmitButton label="Save goal" pending_label="Saving" kind=ButtonKind::Line class="btn-sm" />
            {flash::succeeded(ACTION).then(|| view! { <span role="status">"Saved."</span> })}
            {message
                .map(|message| {
                    view! {
                        <p class="field-error" id="weekly-goal-error">
                            <Icon of=Lucide::CircleAlert size=IconSize::Small />
                            <span>{message}</span>
                        </p>
                    }
                })}
        </form>
    }
    .into_any()
}
