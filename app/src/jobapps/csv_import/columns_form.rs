//! The form that maps the columns of a file to fields.

use super::field_name;
use crate::{
    error::AppError,
    ui::{FormError, Icon, IconSize, Lucide, count},
};
use domain::jobapps::{CsvColumn, CsvField, CsvImport, DateOrder, has_name};
use leptos::prelude::*;

/// The form. It is initially open if the file cannot be imported without it, or if it contains a guess that the user should check.
#[component]
pub fn ColumnsForm(slug: String, import: CsvImport, error: Option<AppError>) -> impl IntoView {
    let columns = import.columns;
    let is_assumed = columns.iter().any(|column| column.is_date_order_assumed);
    let is_open = error.is_some()
        || is_assumed
        || import.rows_without_currency > 0
        || !has_name(columns.iter().map(|column| column.field));
    let used = columns.iter().filter(|column| column.field.is_some()).count();
    let note = format!("{used} of {} columns are imported", columns.len());
    view! {
        <details class="surface csv-columns" open=is_open>
            <summary>
                <h2>"Columns"</h2>
                <span class="text-ink-3">{note}</span>
                <Icon of=Lucide::ChevronRight size=IconSize::Small class="chevron" />
            </summary>
            <form method="post" action="/_fn/jobapps/map_csv_import">
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="csv_import_id" value=import.id.to_string() />
                <ul>
                    {columns
                        .iter()
                        .cloned()
                        .enumerate()
                        .map(|(index, column)| view! { <ColumnRow index column /> })
                        .collect_view()}
                </ul>
                <DateOrderField columns />
                <CurrencyField currency=import.currency rows=import.rows_without_currency />
                <FormError error=Signal::stored(error) />
                <button class="btn btn-line btn-sm" type="submit">
                    "Update preview"
                </button>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn ColumnRow(index: usize, column: CsvColumn) -> impl IntoView {
    let id = format!("column-{index}");
    let samples = column.samples.join(" · ");
    view! {
        <li>
            <label for=id.clone()>
                <b>{column.name}</b>
                <span class="csv-samples text-ink-3">{samples}</span>
            </label>
            <select class="select" id=id name=format!("fields[{index}]")>
                <option value="" selected=column.field.is_none()>
                    "Don't import"
                </option>
                {CsvField::ALL
                    .iter()
                    .map(|field| {
                        view! {
                            <option value=field.as_str() selected=column.field == Some(*field)>
                                {field_name(*field)}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </li>
    }
    .into_any()
}

/// The field for the currency of salaries without one. Empty if all salaries in the file have a currency.
#[component]
fn CurrencyField(currency: Option<String>, rows: i64) -> impl IntoView {
    if rows == 0 {
        return view! { <input type="hidden" name="currency" value=currency /> }.into_any();
    }
    let salaries = count(rows, "salary has", "salaries have");
    let note = if currency.is_some() {
        format!("{salaries} no currency. Check this one.")
    } else {
        format!("{salaries} no currency and can't be imported without one, such as EUR.")
    };
    view! {
        <div class="csv-option" data-warning="">
            <label for="currency">
                <b>"Currency for salaries without one"</b>
                <span class="text-ink-3">{note}</span>
            </label>
            <input class="input" id="currency" name="currency" maxlength="3" autocapitalize="characters" value=currency />
        </div>
    }
    .into_any()
}

/// The field for the order of day and month. Empty if no date column depends on it.
#[component]
fn DateOrderField(columns: Vec<CsvColumn>) -> impl IntoView {
    let dated: Vec<&CsvColumn> = columns
        .iter()
        .filter(|column| column.date_order.is_some())
        .collect();
    let is_assumed = dated.iter().any(|column| column.is_date_order_assumed);
    let order = dated.iter().find_map(|column| column.date_order);
    let note = if is_assumed {
        "The file doesn't show which number is the day. Check this setting."
    } else {
        "The dates of the file say which number is the day."
    };
    order.map(|order| {
        let option = |value: DateOrder, label: &'static str| {
            view! {
                <option value=value.as_str() selected=order == value>
                    {label}
                </option>
            }
        };
        view! {
            <div class="csv-option" data-warning=is_assumed.then_some("")>
                <label for="date-order">
                    <b>"Dates such as 3/4/2026"</b>
                    <span class="text-ink-3">{note}</span>
                </label>
                <select class="select" id="date-order" name="date_order">
                    {option(DateOrder::DayFirst, "Day first: 3 April")}
                    {option(DateOrder::MonthFirst, "Month first: 4 March")}
                </select>
            </div>
        }
    })
}
