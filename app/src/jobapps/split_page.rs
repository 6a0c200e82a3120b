//! `/w/{slug}/applications/{id}/split`: chooses the emails that are about another application. Rendered by the server only.

use super::{
    api::split::Split,
    application_parts::{application_card, application_id, error_page, load_detail},
    labels::DATE_FORMAT,
};
use crate::{
    assets::WorkspaceScripts,
    layout::{PageTitle, use_workspace},
    server::flash,
    ui::{Form, FormAction, FormError, SubmitButton, field_error},
};
use domain::{
    jobapps::JobApplication,
    mail::Message,
    routes::{ApplicationPage, Route},
};
use leptos::prelude::*;

#[component]
pub fn SplitPage() -> impl IntoView {
    let workspace = use_workspace();
    let id = application_id();
    view! {
        <PageTitle page="Split" />
        <header class="page-header">
            <h1>"Split application"</h1>
        </header>
        <div class="page-body" id="page-body" data-keep-scroll>
            {Suspend::new(async move {
                match load_detail(&workspace, id).await {
                    Ok(detail) => view! { <Messages slug=workspace.slug application=detail.jobapp messages=detail.mails /> }.into_any(),
                    Err(error) => error_page(error),
                }
            })}
        </div>
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

#[component]
fn Messages(slug: String, application: JobApplication, messages: Vec<Message>) -> impl IntoView {
    let action = FormAction::<Split>::new();
    let error = action.error(flash::error_for("jobapps/split"));
    let mail_error = field_error(error, "mail_ids");
    let back = Route::Application(slug.clone(), application.id, ApplicationPage::Overview).to_string();
    let can_split = messages.len() > 1;
    let cancel = back.clone();
    view! {
        <div class="choose-page">
            <p>
                "Choose the emails that are about another application. They become an application of their own, and JobHax undoes the changes they made here."
            </p>
            {application_card(&application)}
            {if can_split {
                view! {
                    <Form action>
                        <input type="hidden" name="slug" value=slug />
                        <input type="hidden" name="jobapp_id" value=application.id.to_string() />
                        <fieldset class="choices" aria-describedby="mail-error">
                            <legend>"Emails"</legend>
                            {messages
                                .into_iter()
                                .map(|message| {
                                    view! {
                                        <label class="surface choice">
                                            <input
                                                type="checkbox"
                                                name="mail_ids[]"
                                                value=message.id.to_string()
                                            />
                                            <div>
                                                <b>{message.subject}</b>
                                                <span>{message.sender}</span>
                                                <small>{message.sent_at.format(DATE_FORMAT).to_string()}</small>
                                            </div>
                                        </label>
                                    }
                                })
                                .collect_view()}
                        </fieldset>
                        <p class="field-error" id="mail-error" hidden=move || mail_error.read().is_none()>
                            {move || mail_error.get()}
                        </p>
                        <FormError error />
                        <div class="choose-actions">
                            <SubmitButton label="Split application" pending_label="Splitting" />
                            <a class="btn btn-line" href=cancel>
                                "Cancel"
                            </a>
                        </div>
                    </Form>
                }
                    .into_any()
            } else {
                view! {
                    <p role="status">"This application has fewer than two emails, so there is nothing to split off."</p>
                    <div class="choose-actions">
                        <a class="btn btn-line" href=back>
                            "Back to the application"
                        </a>
                    </div>
                }
                    .into_any()
            }}
        </div>
    }
    .into_any()
}
