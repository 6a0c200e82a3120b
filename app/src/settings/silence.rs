//! The silence thresholds, after which applications are closed. Rendered by the server only: the form works without JavaScript.

use super::{Section, api::update_silence_thresholds::UpdateSilenceThresholds};
use crate::{
    error::AppError,
    server::flash,
    ui::{ButtonKind, Field, Form, FormAction, FormError, FormSuccess, SubmitButton, field_error},
};
use domain::jobapps::SilenceThresholds;
use leptos::prelude::*;

const ACTION: &str = "settings/update_silence_thresholds";

/// The thresholds of the workspace, with a form for members who manage it.
#[component]
pub fn SilenceSection(slug: String, thresholds: SilenceThresholds, can_change: bool) -> impl IntoView {
    let content = if can_change {
        view! { <ThresholdsForm slug thresholds /> }.into_any()
    } else {
        view! { <p>{summary(thresholds)}</p> }.into_any()
    };
    view! {
        <Section
            id="silence"
            title="No response"
            description="Applications without activity are closed as “No response”. A later email reopens them."
        >
            {content}
        </Section>
    }
    .into_any()
}

#[component]
fn ThresholdsForm(slug: String, thresholds: SilenceThresholds) -> impl IntoView {
    let action = FormAction::<UpdateSilenceThresholds>::new();
    let rejected: Option<AppError> = flash::error_for(ACTION);
    let was_rejected = rejected.is_some();
    let error = action.error(rejected);
    let saved = action.succeeded(flash::succeeded(ACTION));
    let field = move |name: &'static str, label: &'static str, days: i32| {
        let value = if was_rejected {
            flash::form_value(ACTION, name)
        } else if days == 0 {
            String::new()
        } else {
            days.to_string()
        };
        view! { <Field name label value maxlength=3 optional=true error=field_error(error, name) /> }
    };
    view! {
        <Form action>
            <input type="hidden" name="slug" value=slug />
            <p>"Days without an event, email or note, by stage. For imported applications, the days start at the import. Leave a field empty to never close applications there."</p>
            <div class="field-row">
                {field("applied", "Applied", thresholds.applied)}
                {field("screening", "Phone screen or assessment", thresholds.screening)}
            </div>
            <div class="field-row">
                {field("interview", "Interview", thresholds.interview)} {field("offer", "Offer", thresholds.offer)}
            </div>
            <FormError error />
            <FormSuccess when=saved text="Saved." />
            <div>
                <SubmitButton label="Save days" pending_label="Saving" kind=ButtonKind::Line />
            </div>
        </Form>
    }
    .into_any()
}

/// The thresholds as text, for members who may not change them.
fn summary(thresholds: SilenceThresholds) -> String {
    let days = |days: i32| match days {
        0 => "never".to_owned(),
        1 => "after 1 day".to_owned(),
        n => format!("after {n} days"),
    };
    format!(
        "Applied: {}. Phone screen or assessment: {}. Interview: {}. Offer: {}. Owners and admins of the workspace can change this.",
        days(thresholds.applied),
        days(thresholds.screening),
        days(thresholds.interview),
        days(thresholds.offer),
    )
}
