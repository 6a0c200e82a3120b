//! The form for a new application.

use super::{
    shortcuts::focus,
    store::{BoardStore, after_render},
};
use crate::{
    jobapps::api::add::Add,
    server::flash,
    ui::{Dialog, Field, Form, FormAction, FormError, SubmitButton, field_error},
};
use domain::jobapps::StageKind;
use leptos::prelude::*;

/// The endpoint of the form.
pub(super) const ACTION: &str = "jobapps/add";

/// The dialog. Only company and title are required.
#[component]
pub fn AddDialog() -> impl IntoView {
    let store = BoardStore::get();
    let action = FormAction::<Add>::new();
    let rejected = flash::error_for(ACTION);
    if rejected.is_some() {
        store.add_open.set(true);
    }
    let value = |field: &str| flash::form_value(ACTION, field);
    let is_rejected = rejected.is_some();
    let error = action.error(rejected);
    action.clear_when_closed(store.add_open);
    Effect::new(move |_| {
        if let Some(application) = action.output() {
            store.add_open.set(false);
            store.show_added(&application);
        }
    });
    // The browser restores the previous focus on close. If the URL opened the dialog, there is no previous focus.
    Effect::new(move |was_open| {
        let is_open = store.add_open.get();
        if was_open == Some(true) && !is_open {
            after_render(|| {
                let active = document().active_element();
                let is_nowhere = active.is_none_or(|e| e.matches("body, dialog *").unwrap_or(false));
                if let Some(button) = document()
                    .get_element_by_id("add-application")
                    .filter(|_| is_nowhere)
                {
                    focus(&button);
                }
            });
        }
        is_open
    });
    let stages = store.stages();
    let entered = value("status_id");
    let default = stages
        .iter()
        .find(|stage| stage.kind == StageKind::Applied)
        .map(|stage| stage.id);
    let selected = Memo::new(move |_| {
        [store.add_stage.get(), entered.clone()]
            .into_iter()
            .find(|id| !id.is_empty())
            .or(default.map(|id| id.to_string()))
    });
    let options = stages.into_iter().map(move |stage| {
        let id = stage.id.to_string();
        let is_selected = Memo::new({
            let id = id.clone();
            move |_| selected.get().as_deref() == Some(id.as_str())
        });
        view! {
            <option value=id selected=is_selected prop:selected=is_selected>
                {stage.value}
            </option>
        }
    });
    let board = store.url();
    view! {
        <Dialog id="add" title="Add an application" open=store.add_open close_href=board.clone()>
            <Form action reset=true>
                <input type="hidden" name="slug" value=store.slug.get_value() />
                <div class="dialog-body">
                    <FormError error />
                    <Field
                        name="company"
                        label="Company"
                        // In a rejected form, the first invalid field is focused instead.
                        autofocus=!is_rejected
                        maxlength=200
                        value=value("company")
                        error=field_error(error, "company")
                    />
                    <Field
                        name="job_title"
                        label="Job title"
                        maxlength=200
                        value=value("job_title")
                        error=field_error(error, "job_title")
                    />
                    <div class="field-row">
                        <div class="field">
                            <label for="f-status_id">"Stage"</label>
                            <select class="select" id="f-status_id" name="status_id">
                                {options.collect_view()}
                            </select>
                        </div>
                        <Field
                            name="application_date"
                            label="Applied on"
                            kind="date"
                            optional=true
                            value=value("application_date")
                            error=field_error(error, "application_date")
                        />
                    </div>
                    <div class="field-row">
                        <Field
                            name="source"
                            label="Source"
                            optional=true
                            maxlength=200
                            hint="Where you found it, such as LinkedIn"
                            value=value("source")
                            error=field_error(error, "source")
                        />
                        <Field
                            name="location"
                            label="Location"
                            optional=true
                            maxlength=200
                            value=value("location")
                            error=field_error(error, "location")
                        />
                    </div>
                    <Field
                        name="url"
                        label="Link to the job posting"
                        kind="url"
                        optional=true
                        maxlength=2000
                        value=value("url")
                        error=field_error(error, "url")
                    />
                </div>
                <footer class="dialog-footer">
                    <a
                        class="btn btn-quiet"
                        href=board
                        on:click=move |event| {
                            event.prevent_default();
                            store.add_open.set(false);
                        }
                    >
                        "Cancel"
                    </a>
                    <SubmitButton label="Add application" pending_label="Adding" />
                </footer>
            </Form>
        </Dialog>
    }
    .into_any()
}
