//! The filter form. With JavaScript, a changed filter applies immediately.

use super::query::ListQuery;
use crate::{
    jobapps::labels::outcome_name,
    ui::{Icon, IconSize, Lucide, MAX_DATE},
};
use domain::jobapps::Outcome;
use leptos::prelude::*;
use service::jobapps::FilterChoices;

/// The filters of a list.
#[component]
pub fn FilterForm(
    query: ListQuery,
    /// The values to choose from.
    choices: FilterChoices,
) -> impl IntoView {
    let input = query.input.clone();
    let choice_count = query.choice_count();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let stages = choices.stages.into_iter().map(|stage| {
        let is_selected = input.status_id == Some(stage.id);
        (stage.id.to_string(), stage.value, is_selected)
    });
    let outcomes = [
        ("open".to_owned(), "Open".to_owned(), input.open == Some(true)),
        (
            "closed".to_owned(),
            "Closed".to_owned(),
            input.open == Some(false),
        ),
    ]
    .into_iter()
    .chain(Outcome::ALL.into_iter().map(|outcome| {
        let is_selected = input.outcome == Some(outcome);
        (
            outcome.as_str().to_owned(),
            outcome_name(outcome).to_owned(),
            is_selected,
        )
    }));
    let quiet = [("true", "Quiet"), ("false", "Not quiet")].map(|(value, name)| {
        let is_selected = input.quiet.is_some_and(|quiet| quiet.to_string() == value);
        (value.to_owned(), name.to_owned(), is_selected)
    });
    view! {
        <form class="filter-row" method="get" role="search" data-filters>
            // Parameters without a visible field.
            {input
                .stage_kind
                .map(|kind| view! { <input type="hidden" name="stage_kind" value=kind.as_str() /> })}
            {query
                .presentation()
                .into_iter()
                .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
                .collect_view()}
            <label class="sr-only" for="filter-q">
                "Search applications"
            </label>
            <input
                class="input input-sm filter-text"
                id="filter-q"
                type="search"
                name="q"
                maxlength="200"
                placeholder="Search company or title"
                value=text(&input.q)
            />
            // Phones show the choices only while this checkbox is checked.
            <input type="checkbox" class="sr-only filter-toggle phone-only" id="filter-toggle" />
            <label
                class="btn btn-line btn-sm filter-toggle-label phone-only"
                class:active={choice_count > 0}
                for="filter-toggle"
            >
                <Icon of=Lucide::ListFilter size=IconSize::Small />
                "Filters"
                {(choice_count > 0).then(|| view! { <span class="count">{choice_count}</span> })}
            </label>
            <div class="filter-choices">
                <Choice name="status_id" label="Stage" all="All stages" options=stages.collect() />
                <Choice name="outcome" label="Outcome" all="Open and closed" options=outcomes.collect() />
                <Choice
                    name="source"
                    label="Source"
                    all="All sources"
                    options=text_options(choices.sources, input.source.as_deref())
                />
                <Choice
                    name="tag"
                    label="Tag"
                    all="All tags"
                    options=text_options(choices.tags, input.tag.as_deref())
                />
                <details class="filter-more" id="filter-more" open=query.has_more_filters()>
                    <summary class="btn btn-line btn-sm">
                        <Icon of=Lucide::ListFilter size=IconSize::Small />
                        "Dates"
                    </summary>
                    <div class="filter-more-fields">
                        <label>
                            <span>"Applied from"</span>
                            <input
                                class="input input-sm"
                                type="date"
                                max=MAX_DATE
                                name="applied_from"
                                value=input.applied_from.map(|date| date.to_string())
                            />
                        </label>
                        <label>
                            <span>"to"</span>
                            <input
                                class="input input-sm"
                                type="date"
                                max=MAX_DATE
                                name="applied_to"
                                value=input.applied_to.map(|date| date.to_string())
                            />
                        </label>
                        <Choice name="quiet" label="Silence" all="Quiet or not" options=quiet.into() />
                        <button class="btn btn-line btn-sm with-script" type="submit">
                            "Filter"
                        </button>
                    </div>
                </details>
                // With JavaScript, every choice applies immediately, and the date panel has its own button.
                <button class="btn btn-line btn-sm without-script" type="submit">
                    "Filter"
                </button>
                {query
                    .is_filtered()
                    .then(|| {
                        let href = format!("?{}", query.unfiltered().query());
                        view! {
                            <a class="btn btn-quiet btn-sm" href=href>
                                "Clear"
                            </a>
                        }
                    })}
            </div>
        </form>
    }
    .into_any()
}

/// Values as options. Includes the current value even if no application has it any more.
fn text_options(values: Vec<String>, current: Option<&str>) -> Vec<(String, String, bool)> {
    let missing = current.filter(|current| values.iter().all(|value| value != current));
    let missing = missing.map(str::to_owned);
    let options = missing.into_iter().chain(values);
    options
        .map(|value| {
            let is_selected = current == Some(value.as_str());
            (value.clone(), value, is_selected)
        })
        .collect()
}

#[component]
fn Choice(
    name: &'static str,
    label: &'static str,
    /// The label of the option without a filter.
    all: &'static str,
    /// Value, text, and whether it is selected.
    options: Vec<(String, String, bool)>,
) -> impl IntoView {
    let id = format!("filter-{name}");
    let is_set = options.iter().any(|(_, _, is_selected)| *is_selected);
    view! {
        <label class="sr-only" for=id.clone()>
            {label}
        </label>
        <select class="select select-sm" class:active=is_set id=id name=name data-submit>
            <option value="">{all}</option>
            {options
                .into_iter()
                .map(|(value, text, is_selected)| {
                    view! {
                        <option value=value selected=is_selected>
                            {text}
                        </option>
                    }
                })
                .collect_view()}
        </select>
    }
    .into_any()
}
