//! The header of an application: company, title, stage, outcome, and when it reached each stage.

use super::page::PageContext;
use crate::{
    jobapps::{
        api::{move_stage::MoveStage, set_names::SetNames, set_outcome::SetOutcome},
        labels::{days, outcome_name, silence_note},
    },
    server::flash::{self, NO_OUTCOME},
    ui::{
        CompanyAvatar, Field, Form, FormAction, FormError, Icon, IconSize, Lucide, OutcomeIcon, StageIcon,
        SubmitButton, field_error,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    EventId,
    jobapps::{ApplicationEvent, JobApplication, Outcome, Stage},
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use std::collections::HashSet;

const NAMES: &str = "jobapps/set_names";

#[component]
pub fn Header(
    page: PageContext,
    application: JobApplication,
    /// The stages of the workspace.
    stages: Vec<Stage>,
    /// The events of the application, oldest first.
    history: Vec<ApplicationEvent>,
    /// When the application reached its current stage and outcome.
    since: Option<DateTime<Utc>>,
    /// The events that undid changes by emails.
    undoings: HashSet<EventId>,
) -> impl IntoView {
    let since = since.or_else(|| history.last().map(|event| event.occurred_at));
    let since_change = since.map(|since| page.days_since(since));
    let since_applying = (page.now().date() - application.apply_date).num_days();
    let here = match (since_change, application.outcome) {
        (Some(0), Some(_)) => "Closed today".to_owned(),
        (Some(n), Some(_)) => format!("Closed {} ago", days(n)),
        (Some(0), None) => "Here since today".to_owned(),
        (Some(n), None) => format!("{} here", days(n)),
        (None, _) => String::new(),
    };
    let applied = match since_applying {
        _ if application.is_to_apply() => String::new(),
        ..0 => String::new(),
        0 => ", applied today".to_owned(),
        n => format!(", {} since applying", days(n)),
    };
    let progress = format!("{here}{applied}");
    let silence = silence_note(application.quiet_days, application.on_hold);
    view! {
        <Names page=page.clone() application=application.clone() />
        <div class="application-state">
            {if page.may_write {
                view! {
                    <StageMenu page=page.clone() current=application.application_status.clone() stages=stages.clone() />
                    <OutcomeMenu page=page.clone() current=application.outcome />
                }
                    .into_any()
            } else {
                view! {
                    <span class="chip" data-kind=application.application_status.color_kind()>
                        <StageIcon
                            kind=application.application_status.kind
                            color=application.application_status.color_kind()
                        />
                        {application.application_status.value.clone()}
                    </span>
                    <span class="chip">{application.outcome.map_or("Open", outcome_name)}</span>
                }
                    .into_any()
            }}
            <span class="application-pace">
                <span class="num">{progress}</span>
                {silence.map(|text| view! { <b>{text}</b> })}
            </span>
        </div>
        <StageSteps page=page.clone() stages current=application.application_status history undoings />
    }
    .into_any()
}

/// Title and company, and the form that changes them.
#[component]
fn Names(page: PageContext, application: JobApplication) -> impl IntoView {
    let action = FormAction::<SetNames>::new();
    let rejected = flash::error_for(NAMES);
    let is_open = rejected.is_some();
    let error = action.error(rejected);
    let value = |field: &str, current: Option<String>| {
        if is_open {
            flash::form_value(NAMES, field)
        } else {
            current.unwrap_or_default()
        }
    };
    let job_title = value("job_title", application.job_title.clone());
    let company = value("company", application.company.clone());
    let location = application.location.clone();
    let (is_untitled, is_unnamed) = (application.job_title.is_none(), application.company.is_none());
    let form = page.may_write.then(|| {
        view! {
            <details class="section-edit" id="edit-names" open=is_open data-key="e">
                <summary
                    class="btn btn-quiet btn-sm btn-square"
                    aria-label="Edit title and company"
                    title="Edit title and company (E)"
                >
                    <span class="when-closed">
                        <Icon of=Lucide::Pencil size=IconSize::Small />
                    </span>
                    <span class="when-open">
                        <Icon of=Lucide::X size=IconSize::Small />
                    </span>
                </summary>
                <div class="section-form">
                    <Form action>
                        {page.hidden_inputs_with_version()}
                        <Field
                            name="job_title"
                            label="Job title"
                            maxlength=200
                            value=job_title
                            optional=is_untitled
                            error=field_error(error, "job_title")
                        />
                        <Field
                            name="company"
                            label="Company"
                            maxlength=200
                            value=company
                            optional=is_unnamed
                            error=field_error(error, "company")
                        />
                        <FormError error />
                        <div class="section-actions">
                            <SubmitButton label="Save" pending_label="Saving" />
                        </div>
                    </Form>
                </div>
            </details>
        }
    });
    view! {
        <div class="application-head">
            <CompanyAvatar name=application.company_label().to_owned() />
            <div class="application-names">
                <h1 class:unknown=is_untitled>{application.title_label().to_owned()}</h1>
                <p>
                    <span class:unknown=is_unnamed>{application.company_label().to_owned()}</span>
                    {location.map(|location| format!(" · {location}"))}
                </p>
            </div>
            {form}
        </div>
    }
    .into_any()
}

/// The stage, with a menu that moves the application.
#[component]
fn StageMenu(page: PageContext, current: Stage, stages: Vec<Stage>) -> impl IntoView {
    let rows = stages.into_iter().enumerate().map(|(index, stage)| {
        let is_current = stage.id == current.id;
        view! {
            <button
                class="menu-row"
                type="submit"
                name="status_id"
                value=stage.id.to_string()
                disabled=is_current
                data-key=(index < 9).then(|| (index + 1).to_string())
            >
                <StageIcon kind=stage.kind color=stage.color_kind() />
                <span>{stage.value}</span>
                <span class="key-hint" aria-hidden="true">
                    {if is_current { "current".to_owned() } else { (index + 1).to_string() }}
                </span>
            </button>
        }
    });
    view! {
        <button
            class="btn btn-line btn-sm state-button"
            id="stage-button"
            type="button"
            popovertarget="stage-menu"
            title="Move (M)"
        >
            <StageIcon kind=current.kind color=current.color_kind() />
            <span class="sr-only">"Stage: "</span>
            <span class="state-name">{current.value.clone()}</span>
            <Icon of=Lucide::ChevronDown size=IconSize::Small class="text-ink-3" />
        </button>
        <div class="menu menu-start" id="stage-menu" popover="auto" role="dialog" aria-label="Move to">
            <form method="post" action=MoveStage::url()>
                {page.hidden_inputs_with_version()}
                <input type="hidden" name="from" value=current.id.to_string() />
                <input type="hidden" name="on_page" value="true" />
                <fieldset>
                    <legend class="menu-label">"Move to"</legend>
                    {rows.collect_view()}
                </fieldset>
            </form>
        </div>
    }
    .into_any()
}

/// The outcome, with a menu that closes or reopens the application.
#[component]
fn OutcomeMenu(page: PageContext, current: Option<Outcome>) -> impl IntoView {
    let row = |outcome: Option<Outcome>| {
        view! {
            <button
                class="menu-row"
                type="submit"
                name="outcome"
                value=outcome.map(Outcome::as_str).unwrap_or_default()
            >
                {match outcome {
                    Some(outcome) => view! { <OutcomeIcon outcome /> }.into_any(),
                    None => view! { <Icon of=Lucide::Undo size=IconSize::Small /> }.into_any(),
                }}
                <span>{outcome.map_or("Reopen", outcome_name)}</span>
            </button>
        }
    };
    let choices = std::iter::once(None)
        .chain(Outcome::ALL.into_iter().map(Some))
        .filter(|outcome| *outcome != current);
    view! {
        <button
            class="btn btn-line btn-sm state-button"
            id="outcome-button"
            type="button"
            popovertarget="outcome-menu"
            title="Outcome (O)"
        >
            {current.map(|outcome| view! { <OutcomeIcon outcome /> })}
            <span class="text-ink-3">"Outcome"</span>
            <span class="state-name">{current.map_or("Open", outcome_name)}</span>
            <Icon of=Lucide::ChevronDown size=IconSize::Small class="text-ink-3" />
        </button>
        <div class="menu menu-start" id="outcome-menu" popover="auto" role="dialog" aria-label="Outcome">
            <form method="post" action=SetOutcome::url()>
                {page.hidden_inputs_with_version()}
                <input type="hidden" name="from" value=current.map_or(NO_OUTCOME, Outcome::as_str) />
                <input type="hidden" name="on_page" value="true" />
                <fieldset>
                    <legend class="menu-label">{if current.is_some() { "Outcome" } else { "Close as" }}</legend>
                    {choices.map(row).collect_view()}
                </fieldset>
            </form>
        </div>
    }
    .into_any()
}

/// The stages, with the day on which the application last entered each.
#[component]
fn StageSteps(
    page: PageContext,
    stages: Vec<Stage>,
    current: Stage,
    history: Vec<ApplicationEvent>,
    undoings: HashSet<EventId>,
) -> impl IntoView {
    let workspace_stage = |stage: Stage| {
        let is_move = |event: &&ApplicationEvent| {
            let from = event.from_status.as_ref().map(|from| from.id);
            from.is_some_and(|from| from != stage.id)
        };
        let into_stage = || {
            let of_stage = history.iter().filter(|event| event.to_status.id == stage.id);
            of_stage.filter(|event| !undoings.contains(&event.id))
        };
        // The first matching event, because a merged duplicate may have been added later.
        let added = || into_stage().find(|event| event.from_status.is_none());
        let entered = into_stage().rev().find(is_move).or_else(added);
        let state = if stage.id == current.id {
            "current"
        } else if stage.position < current.position && entered.is_some() {
            "done"
        } else {
            "ahead"
        };
        let day = entered
            .filter(|_| stage.position <= current.position)
            .map(|event| page.local(event.occurred_at).format("%-d %b").to_string());
        let color = stage.color_kind();
        view! {
            <li
                data-kind=color
                data-state=state
                aria-current=(state == "current").then_some("step")
            >
                <span>{stage.value}</span>
                <small class="num">{day}</small>
            </li>
        }
    };
    view! {
        <ol class="stage-steps" aria-label="Stages">
            {stages.into_iter().map(workspace_stage).collect_view()}
        </ol>
    }
    .into_any()
}
