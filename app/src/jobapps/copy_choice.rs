//! Choosing applications to copy from the personal workspace to an organization.

use super::{api::copy_from_personal::ACTION, application_parts::summary};
use crate::{
    server::flash,
    ui::{ButtonKind, ChoiceFilter, FormError, Icon, IconSize, Lucide, SubmitButton},
};
use domain::jobapps::{JobApplication, MAX_BULK_APPLICATIONS};
use leptos::prelude::*;

/// The list of applications, and the button that copies the chosen ones. A plain form, so that it works without JavaScript.
#[component]
pub fn CopyChoice(
    slug: String,
    /// The applications in the personal workspace.
    applications: Vec<JobApplication>,
) -> impl IntoView {
    let is_complete = applications.len() < MAX_BULK_APPLICATIONS;
    let failed = flash::error_for(ACTION).filter(|_| flash::form_value(ACTION, "which") == "chosen");
    let is_open = failed.is_some();
    let error = Signal::stored(failed);
    let choices = applications
        .into_iter()
        .map(|application| {
            view! {
                <li>
                    <label class="group-choice">
                        <input type="checkbox" name="ids[]" value=application.id.to_string() />
                        <span>
                            {format!("{}, {}", application.title_label(), application.company_label())}
                            <small class="text-ink-3">{format!(" {}", summary(&application))}</small>
                        </span>
                    </label>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="today-add" open=is_open>
            <summary class="btn btn-quiet btn-sm">
                <Icon of=Lucide::Plus size=IconSize::Small />
                "Choose applications"
            </summary>
            <form method="post" action=format!("/_fn/{ACTION}")>
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="page" value="settings" />
                <input type="hidden" name="which" value="chosen" />
                <fieldset class="group-members">
                    <legend>"Applications to copy"</legend>
                    <ChoiceFilter list="copy-choices" label="Filter by title or company" />
                    <ul id="copy-choices">{choices}</ul>
                    {(!is_complete)
                        .then(|| view! { <p class="text-ink-2">{format!("The latest {MAX_BULK_APPLICATIONS} are shown.")}</p> })}
                </fieldset>
                <FormError error />
                <div>
                    <SubmitButton label="Copy chosen" pending_label="Copying" kind=ButtonKind::Line class="btn-sm" />
                </div>
            </form>
        </details>
    }
    .into_any()
}
