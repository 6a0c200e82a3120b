//! The rows of a file: what each does, and which are wrong.

use super::field_name;
use crate::{
    jobapps::labels::DATE_FORMAT,
    ui::{CompanyAvatar, Icon, IconSize, Lucide, count},
};
use domain::{
    jobapps::{CsvImport, CsvRow, RowVerdict, company_label, title_label},
    routes::{ApplicationPage, Route},
};
use leptos::prelude::*;

/// The rows that are not imported.
#[component]
pub fn BadRows(import: CsvImport) -> impl IntoView {
    let hidden = import.bad_rows - i64::try_from(import.bad.len()).unwrap_or(0);
    (import.bad_rows > 0).then(|| {
        view! {
            <section class="surface preview-errors">
                <h2>{format!("{} can\u{2019}t be imported", count(import.bad_rows, "row", "rows"))}</h2>
                <ul class="import-errors">
                    {import
                        .bad
                        .into_iter()
                        .map(|bad| {
                            let place = match bad.column {
                                Some(column) => format!("Row {}, {column}", bad.row),
                                None => format!("Row {}", bad.row),
                            };
                            view! {
                                <li>
                                    <Icon of=Lucide::CircleAlert size=IconSize::Small />
                                    <b>{place}</b>
                                    <p>{bad.detail}</p>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
                {(hidden > 0).then(|| view! { <p class="text-ink-2">{format!("And {}.", count(hidden, "more row", "more rows"))}</p> })}
            </section>
        }
    })
}

/// The first rows of each kind.
#[component]
pub fn RowList(slug: String, import: CsvImport) -> impl IntoView {
    let is_preview = import.dry_run;
    let lists = [
        (
            RowVerdict::New,
            if is_preview { "New applications" } else { "Added" },
            import.created,
        ),
        (
            RowVerdict::Differs,
            "You have them with other values",
            import.differs,
        ),
        (RowVerdict::Same, "You have them", import.same),
    ];
    let rows = import.rows;
    lists
        .into_iter()
        .filter(|(_, _, total)| *total > 0)
        .map(|(verdict, title, total)| {
            let rows: Vec<CsvRow> = rows.iter().filter(|row| row.verdict == verdict).cloned().collect();
            let hidden = total - i64::try_from(rows.len()).unwrap_or(0);
            let slug = slug.clone();
            view! {
                <section class="csv-rows">
                    <h2>{title} " " <span class="num text-ink-3">{total}</span></h2>
                    <ul class="finding-list surface">
                        {rows
                            .into_iter()
                            .map(|row| view! { <RowItem slug=slug.clone() row /> })
                            .collect_view()}
                    </ul>
                    {(hidden > 0)
                        .then(|| view! { <p class="text-ink-2">{format!("And {}.", count(hidden, "more row", "more rows"))}</p> })}
                </section>
            }
        })
        .collect_view()
}

#[component]
fn RowItem(slug: String, row: CsvRow) -> impl IntoView {
    let title = title_label(row.job_title.as_deref()).to_owned();
    let company = company_label(row.company.as_deref()).to_owned();
    let action = match row.verdict {
        RowVerdict::New => "create",
        RowVerdict::Differs => "review",
        RowVerdict::Same => "ignore",
    };
    let differences = (!row.fields.is_empty()).then(|| {
        let names: Vec<&str> = row.fields.iter().map(|field| field_name(*field)).collect();
        view! { <p class="text-ink-2">{format!("Differs in: {}", names.join(", "))}</p> }
    });
    let heading = match row.jobapp_id {
        Some(id) => {
            let href = Route::Application(slug, id, ApplicationPage::Overview).to_string();
            view! { <a href=href>{title}</a> }.into_any()
        }
        None => title.into_any(),
    };
    view! {
        <li class="finding" data-action=action>
            <CompanyAvatar name=company.clone() />
            <div>
                <b>{heading}</b>
                <p class="text-ink-2">{company}</p>
                {differences}
            </div>
            <span class="finding-state">
                <span class="finding-action">{row.stage}</span>
                <small>{format!("Row {}", row.row)}</small>
                {row
                    .apply_date
                    .map(|date| view! { <time datetime=date.to_string()>{date.format(DATE_FORMAT).to_string()}</time> })}
            </span>
        </li>
    }
    .into_any()
}
