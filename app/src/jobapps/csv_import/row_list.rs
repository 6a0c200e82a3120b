//! The rows of a file: what importing them does, and which are invalid.

use super::field_name;
use crate::{
    jobapps::labels::{DATE_FORMAT, outcome_name},
    ui::{CompanyAvatar, Icon, IconSize, Lucide, OutcomeIcon, count},
};
use domain::{
    jobapps::{BadRow, CsvImport, CsvRow, RowVerdict, company_label, title_label},
    routes::{ApplicationPage, Route},
};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// The rows that are not imported, and the rows with cells that are ignored.
#[component]
pub fn BadRows(import: CsvImport) -> impl IntoView {
    let bad = format!(
        "{} can\u{2019}t be imported",
        count(import.bad_rows, "row", "rows")
    );
    let warned = count(
        import.warned_rows,
        "row has values that are left out",
        "rows have values that are left out",
    );
    [
        (bad, import.bad_rows, import.bad),
        (warned, import.warned_rows, import.warnings),
    ]
    .map(|(title, total, cells)| problems(title, total, &cells))
    .collect_view()
}

/// The problems of rows. Rows with the same problem share a line.
fn problems(title: String, total: i64, cells: &[BadRow]) -> Option<AnyView> {
    let rows: BTreeSet<i64> = cells.iter().map(|cell| cell.row).collect();
    let hidden = total - i64::try_from(rows.len()).unwrap_or(0);
    let mut groups: Vec<(&BadRow, Vec<String>)> = Vec::new();
    for cell in cells {
        let same = groups
            .iter_mut()
            .find(|(first, _)| first.column == cell.column && first.detail == cell.detail);
        match same {
            Some((_, rows)) => rows.push(cell.row.to_string()),
            None => groups.push((cell, vec![cell.row.to_string()])),
        }
    }
    (total > 0).then(|| {
        view! {
            <section class="surface preview-errors">
                <h2>{title}</h2>
                <ul class="import-errors">
                    {groups
                        .into_iter()
                        .map(|(first, rows)| {
                            let word = if rows.len() == 1 { "Row" } else { "Rows" };
                            let column = first.column.iter().map(|column| format!(", {column}"));
                            let place = format!("{word} {}{}", rows.join(", "), column.collect::<String>());
                            view! {
                                <li>
                                    <Icon of=Lucide::CircleAlert size=IconSize::Small />
                                    <b>{place}</b>
                                    <p>{first.detail.clone()}</p>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
                {(hidden > 0).then(|| view! { <p class="text-ink-2">{format!("And {}.", count(hidden, "more row", "more rows"))}</p> })}
            </section>
        }
        .into_any()
    })
}

/// The first rows of each verdict.
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
            "Existing applications with different values",
            import.differs,
        ),
        (RowVerdict::Same, "Already on your board", import.same),
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
                {row
                    .outcome
                    .map(|outcome| {
                        view! {
                            <span class="finding-outcome">
                                <OutcomeIcon outcome />
                                {outcome_name(outcome)}
                            </span>
                        }
                    })}
                <small>{format!("Row {}", row.row)}</small>
                {row
                    .apply_date
                    .map(|date| view! { <time datetime=date.to_string()>{date.format(DATE_FORMAT).to_string()}</time> })}
            </span>
        </li>
    }
    .into_any()
}
