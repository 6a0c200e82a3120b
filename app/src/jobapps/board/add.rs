//! The form for a new application.

use super::store::Store;
use crate::{
    error::Fail,
    flash,
    jobapps::api::add::Add,
    ui::{Dialog, Field, Refused, Submit},
    users::{answer_of, of_field},
};
use domain::routes::{Route, WorkspacePage};
use leptos::{html, prelude::*};

/// The dialog. Company and title are enough.
#[component]
pub fn AddDialog() -> impl IntoView {
    let store = Store::get();
    let action = ServerAction::<Add>::new();
    let left = flash::refusal("jobapps/add");
    if left.is_some() {
        store.adding.set(true);
    }
    let kept = left.as_ref().map(|flash| flash.kept.clone()).unwrap_or_default();
    let kept = move |name: &str| kept.get(name).cloned().unwrap_or_default();
    let first = left.and_then(|flash| flash.error).map(Fail);
    let fail = answer_of(action, first);
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        if let Some(Ok(new)) = action.value().get() {
            if let Some(form) = form.get_untracked() {
                form.reset();
            }
            action.clear();
            store.adding.set(false);
            store.added(&new);
        }
    });
    let stages = store.board.with_untracked(|board| {
        board
            .columns
            .iter()
            .map(|column| column.status.clone())
            .collect::<Vec<_>>()
    });
    let chosen = kept("status_id");
    let usual = stages
        .iter()
        .find(|stage| stage.kind == domain::jobapps::StageKind::Applied)
        .map(|stage| stage.id);
    let selected = Memo::new(move |_| {
        let asked = store.add_to.get();
        [asked, chosen.clone()]
            .into_iter()
            .find(|id| !id.is_empty())
            .or(usual.map(|id| id.to_string()))
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
    let board = Route::Workspace(store.slug.get_value(), WorkspacePage::Board).to_string();
    view! {
        <Dialog id="add" title="Add an application" open=store.adding away=board.clone()>
            <ActionForm action=action node_ref=form>
                <input type="hidden" name="slug" value=store.slug.get_value() />
                <div class="dialog-body">
                    <Refused fail />
                    <Field name="company" label="Company" autofocus=true maxlength=200 value=kept("company") error=of_field(fail, "company") />
                    <Field name="job_title" label="Job title" maxlength=200 value=kept("job_title") error=of_field(fail, "job_title") />
                    <div class="pair">
                        <div class="fld">
                            <label for="f-status_id">"Stage"</label>
                            <select class="select" id="f-status_id" name="status_id">
                                {options.collect_view()}
                            </select>
                        </div>
                        <Field name="application_date" label="Applied on" kind="date" optional=true value=kept("application_date") error=of_field(fail, "application_date") />
                    </div>
                    <div class="pair">
                        <Field name="source" label="Source" optional=true maxlength=200 hint="Where you found it, such as LinkedIn" value=kept("source") error=of_field(fail, "source") />
                        <Field name="location" label="Place" optional=true maxlength=200 value=kept("location") error=of_field(fail, "location") />
                    </div>
                    <Field name="url" label="Link to the posting" kind="url" optional=true maxlength=2000 value=kept("url") error=of_field(fail, "url") />
                </div>
                <footer class="dialog-foot">
                    <a
                        class="btn btn-quiet"
                        href=board
                        on:click=move |event| {
                            event.prevent_default();
                            store.adding.set(false);
                        }
                    >
                        "Cancel"
                    </a>
                    <Submit label="Add application" busy_label="Adding" busy=action.pending() />
                </footer>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}
