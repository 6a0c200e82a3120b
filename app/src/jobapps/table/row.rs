//! A row of the table.

use crate::{
    jobapps::{
        application::salary_text,
        filters::Column,
        labels::{DATE_FORMAT, outcome_name, silence_note},
        select_box::SelectBox,
    },
    ui::{CompanyAvatar, OutcomeIcon, StageIcon},
};
use chrono::NaiveDate;
use domain::{
    UserId,
    jobapps::JobApplication,
    routes::{ApplicationPage, ClientPage, Route},
};
use leptos::prelude::*;

/// An application, and the day of its last change in the user's time zone.
#[derive(Clone)]
pub struct Row {
    pub application: JobApplication,
    /// The date of the last change.
    pub updated_on: NaiveDate,
}

/// The row. The link on the title covers the whole row.
#[component]
pub fn RowView(
    slug: String,
    row: Row,
    /// The columns after company and title.
    columns: Vec<Column>,
    /// The client who owns the application.
    client: Option<UserId>,
    /// Whether the application can be selected.
    may_select: bool,
) -> impl IntoView {
    let application = &row.application;
    let (id, company) = (application.id, application.company_label().to_owned());
    let page = match client {
        Some(client) => Route::Client(slug, client, ClientPage::Application(id)),
        None => Route::Application(slug, id, ApplicationPage::Overview),
    };
    let href = page.to_string();
    let title = application.title_label().to_owned();
    view! {
        <tr>
            {may_select
                .then(|| {
                    view! {
                        <td class="select-cell">
                            <SelectBox id=id.to_string() company=company.clone() />
                        </td>
                    }
                })}
            <td class="company-cell">
                <span class="cell-company">
                    <CompanyAvatar name=company.clone() />
                    <span class:unknown=application.company.is_none()>{company.clone()}</span>
                </span>
            </td>
            <th class="title-cell" scope="row">
                <a class:unknown=application.job_title.is_none() href=href title=title.clone()>
                    {title.clone()}
                </a>
            </th>
            {columns
                .into_iter()
                .map(|column| view! { <td data-column=column.as_str()>{cell(column, &row)}</td> })
                .collect_view()}
        </tr>
    }
    .into_any()
}

fn cell(column: Column, row: &Row) -> AnyView {
    let application = &row.application;
    match column {
        Column::Stage => stage(application),
        // The list is also sorted by this date.
        Column::Applied if application.is_to_apply() => view! {
            <span class="text-ink-3">"Added " {date(application.apply_date)}</span>
        }
        .into_any(),
        Column::Applied => date(application.apply_date),
        Column::Updated => date(row.updated_on),
        Column::Source => application.source.clone().into_any(),
        Column::Location => application.location.clone().into_any(),
        Column::Salary => application.salary.as_ref().map(salary_text).into_any(),
        Column::Tags => application
            .tags
            .iter()
            .map(|tag| view! { <span class="tag">{tag.clone()}</span> })
            .collect_view()
            .into_any(),
    }
}

fn date(date: NaiveDate) -> AnyView {
    view! { <time datetime=date.to_string()>{date.format(DATE_FORMAT).to_string()}</time> }.into_any()
}

fn stage(application: &JobApplication) -> AnyView {
    let status = &application.application_status;
    let note = silence_note(application.quiet_days, application.on_hold);
    view! {
        <span class="cell-stage">
            <StageIcon kind=status.kind color=status.color_kind() />
            <span>{status.value.clone()}</span>
        </span>
        {application
            .outcome
            .map(|outcome| {
                view! {
                    <span class="cell-stage cell-outcome">
                        <OutcomeIcon outcome />
                        <span>{outcome_name(outcome)}</span>
                    </span>
                }
            })}
        {note.map(|note| view! { <span class="cell-note">{note}</span> })}
    }
    .into_any()
}
