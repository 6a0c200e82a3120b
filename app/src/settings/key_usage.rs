//! The number of requests with each API key in the last 30 days.

use super::Section;
use crate::ui::count;
use domain::keys::{DayUsage, KeyUsage};
use leptos::prelude::*;

#[component]
pub fn KeyUsageSection(usage: Vec<KeyUsage>) -> impl IntoView {
    let is_empty = usage.iter().all(|key| key.days.is_empty());
    let content = if is_empty {
        view! {
            <p>
                "No requests yet. The " <a class="link" href="/api/docs">"API documentation"</a>
                " has a first one that you can copy."
            </p>
        }
        .into_any()
    } else {
        usage
            .into_iter()
            .map(|key| view! { <KeyTable key /> })
            .collect_view()
            .into_any()
    };
    view! {
        <Section
            id="api-key-usage"
            title="Requests"
            description="Requests of the last 30 days by key, day and status. Days are in UTC."
        >
            {content}
        </Section>
    }
    .into_any()
}

/// The days of one key, with a bar for each.
#[component]
fn KeyTable(key: KeyUsage) -> impl IntoView {
    let total: i64 = key.days.iter().map(DayUsage::total).sum();
    let busiest = key.days.iter().map(DayUsage::total).max().unwrap_or(1);
    let caption = format!("{}: {}", key.name, count(total, "request", "requests"));
    if key.days.is_empty() {
        return view! { <p>{caption}</p> }.into_any();
    }
    let rows = key
        .days
        .into_iter()
        .map(|day| {
            let label = day.day.format("%-d %b").to_string();
            view! {
                <tr>
                    <th scope="row">{label.clone()}</th>
                    <td>
                        <meter
                            min="0"
                            max=busiest.to_string()
                            value=day.total().to_string()
                            aria-label=format!("{} requests on {label}", day.total())
                        ></meter>
                    </td>
                    <td>{day.status_2xx}</td>
                    <td>{day.status_3xx}</td>
                    <td>{day.status_4xx}</td>
                    <td>{day.status_5xx}</td>
                </tr>
            }
        })
        .collect_view();
    let label = format!("Requests with {}", key.name);
    view! {
        <div class="table-wrap" tabindex="0" role="group" aria-label=label>
            <table class="data-table">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Day"</th>
                        <th scope="col">"All"</th>
                        <th scope="col">"2xx"</th>
                        <th scope="col">"3xx"</th>
                        <th scope="col">"4xx"</th>
                        <th scope="col">"5xx"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
