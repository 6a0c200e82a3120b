//! The details of an application, and the form that changes them.

use super::{
    details_form::DetailsForm,
    page::PageContext,
    salary::{period_text, salary_text},
};
use crate::{
    jobapps::{api::set_details::SetDetails, interview_time::interview_time, labels::DATE_FORMAT},
    server::flash,
    ui::{ButtonKind, Field, Form, FormAction, FormError, SubmitButton, field_error},
};
use domain::{
    ErrorCode,
    interviews::Interview,
    jobapps::{JobApplication, SalaryPeriod},
    tasks::Task,
};
use leptos::prelude::*;

const ACTION: &str = "jobapps/set_details";
const PERIODS: [SalaryPeriod; 4] = [
    SalaryPeriod::Year,
    SalaryPeriod::Month,
    SalaryPeriod::Day,
    SalaryPeriod::Hour,
];

#[component]
pub fn Details(
    page: PageContext,
    application: JobApplication,
    /// Interviews, sorted by start.
    interviews: Vec<Interview>,
    /// Tasks, open ones first.
    tasks: Vec<Task>,
) -> impl IntoView {
    let next_interview = interviews
        .iter()
        .find(|i| i.cancelled_at.is_none() && !page.is_past(i))
        .map(|i| interview_time(i, page.time_zone(), page.instant_now()));
    let next_task = tasks
        .into_iter()
        .find(|task| task.done_at.is_none())
        .map(|task| task.title);
    let rejected = flash::error_for(ACTION);
    let is_open = rejected.is_some();
    // After a version conflict, the list shows the values that were changed in the meantime.
    let is_conflict = rejected
        .as_ref()
        .is_some_and(|error| error.0.code == ErrorCode::VersionConflict);
    let form = page.may_write.then(|| {
        view! {
            <details class="section-edit" id="edit-details" open=is_open>
                <EditSummary label=" details" />
                <DetailsEditor page=page.clone() application=application.clone() />
            </details>
        }
    });
    view! {
        <section
            class="facts-section"
            id="live-details"
            aria-labelledby="details"
            data-conflict=is_conflict.then_some("")
            data-live
        >
            <h2 id="details">"Details"</h2>
            {form}
            <FactList page application next_interview next_task />
        </section>
    }
    .into_any()
}

/// The button that opens and closes the form of a section.
#[component]
pub fn EditSummary(
    /// The text while the form is closed.
    #[prop(default = "Edit")]
    verb: &'static str,
    /// The name of the form, for screen readers.
    #[prop(into)]
    label: Oco<'static, str>,
) -> impl IntoView {
    view! {
        <summary class="btn btn-quiet btn-xs">
            <span class="when-closed">{verb}</span>
            <span class="when-open">"Close"</span>
            <span class="sr-only">{label}</span>
        </summary>
    }
}

#[component]
fn FactList(
    page: PageContext,
    application: JobApplication,
    next_interview: Option<String>,
    next_task: Option<String>,
) -> impl IntoView {
    let row = |label: &'static str, value: Option<AnyView>| {
        view! {
            <dt>{label}</dt>
            <dd>{value.unwrap_or_else(|| view! { <span class="text-ink-3">"Not set"</span> }.into_any())}</dd>
        }
    };
    let posting = application.url.clone().map(|url| {
        let host = url
            .split('/')
            .nth(2)
            .unwrap_or(&url)
            .trim_start_matches("www.")
            .to_owned();
        view! {
            <a class="link" href=url rel="noopener noreferrer nofollow" target="_blank">
                {host}
                <span class="sr-only">", opens in a new tab"</span>
            </a>
        }
        .into_any()
    });
    let tags = (!application.tags.is_empty()).then(|| {
        let tags = application
            .tags
            .iter()
            .map(|tag| view! { <li class="chip">{tag.clone()}</li> });
        view! { <ul class="tags">{tags.collect_view()}</ul> }.into_any()
    });
    let added = page.local(application.created_at).format(DATE_FORMAT).to_string();
    view! {
        <dl class="facts">
            {next_interview.map(|text| row("Interview", Some(text.into_any())))}
            {next_task.map(|text| row("Next task", Some(text.into_any())))}
            {(!application.is_to_apply())
                .then(|| row("Applied", Some(application.apply_date.format(DATE_FORMAT).to_string().into_any())))}
            {row("Source", Some(application.source.clone().into_any()))}
            {row("Location", application.location.clone().map(IntoAny::into_any))}
            {row("Salary", application.salary.as_ref().map(|salary| salary_text(salary).into_any()))}
            {row("Posting", posting)}
            {row("Tags", tags)}
            {row("Added", Some(added.into_any()))}
        </dl>
    }
    .into_any()
}

#[component]
fn DetailsEditor(page: PageContext, application: JobApplication) -> impl IntoView {
    let action = FormAction::<SetDetails>::new();
    let rejected = flash::error_for(ACTION);
    let values = if rejected.is_some() {
        let value = |field| flash::form_value(ACTION, field);
        DetailsForm {
            apply_date: value("apply_date"),
            source: value("source"),
            location: value("location"),
            url: value("url"),
            salary_min: value("salary_min"),
            salary_max: value("salary_max"),
            salary_currency: value("salary_currency"),
            salary_period: value("salary_period"),
            tags: value("tags"),
        }
    } else {
        DetailsForm::of(&application)
    };
    let error = action.error(rejected);
    let period = values.salary_period.clone();
    let periods = PERIODS.map(|choice| {
        view! {
            <option value=choice.as_str() selected=choice.as_str() == period>
                {period_text(choice)}
            </option>
        }
    });
    view! {
        <div class="section-form">
            <Form action>
                {page.hidden_inputs_with_version()}
                <Field
                    name="apply_date"
                    label="Applied on"
                    kind="date"
                    value=values.apply_date
                    error=field_error(error, "apply_date")
                />
                <Field
                    name="source"
                    label="Source"
                    maxlength=200
                    optional=true
                    value=values.source
                    error=field_error(error, "source")
                />
                <Field
                    name="location"
                    label="Location"
                    maxlength=200
                    optional=true
                    value=values.location
                    error=field_error(error, "location")
                />
                <fieldset class="salary-fields">
                    <legend class="sr-only">"Salary"</legend>
                    <Field
                        name="salary_min"
                        label="Salary from"
                        maxlength=20
                        optional=true
                        value=values.salary_min
                        error=field_error(error, "salary.min")
                    />
                    <Field
                        name="salary_max"
                        label="Salary to"
                        maxlength=20
                        optional=true
                        value=values.salary_max
                        error=field_error(error, "salary.max")
                    />
                    <Field
                        name="salary_currency"
                        label="Currency"
                        maxlength=3
                        optional=true
                        hint="Such as EUR"
                        value=values.salary_currency
                        error=field_error(error, "salary.currency")
                    />
                    <div class="field">
                        <label for="f-salary_period">"Per"</label>
                        <select class="select" id="f-salary_period" name="salary_period">
                            {periods.collect_view()}
                        </select>
                    </div>
                </fieldset>
                <Field
                    name="url"
                    label="Link to the job posting"
                    kind="url"
                    maxlength=2000
                    optional=true
                    value=values.url
                    error=field_error(error, "url")
                />
                <Field
                    name="tags"
                    label="Tags"
                    maxlength=900
                    optional=true
                    hint="Separate them with commas."
                    value=values.tags
                    error=field_error(error, "tags")
                />
                <FormError error />
                <div class="section-actions">
                    <SubmitButton label="Save details" pending_label="Saving" kind=ButtonKind::Line />
                </div>
            </Form>
        </div>
    }
    .into_any()
}
