//! The charts of a cohort by month and by week.

use super::{
    charts::cohort_chart,
    format::month_and_year,
    tables::{NumberTable, texts},
};
use crate::ui::Chart;
use chrono::{Datelike as _, NaiveDate};
use domain::metrics::{CohortMonth, CohortWeek};
use leptos::prelude::*;

/// A value for each month or week, by its name.
type Points = Vec<(String, Option<u64>)>;

#[component]
pub fn CohortCharts(months: Vec<CohortMonth>) -> impl IntoView {
    let by_month = |value: fn(&CohortMonth) -> Option<u64>| -> Points {
        let points = months
            .iter()
            .map(|month| (month_label(month.month), value(month)));
        points.collect()
    };
    let by_week = |value: fn(&CohortWeek) -> Option<u64>| -> Points {
        let points = months.iter().flat_map(|month| week_points(month, value));
        points.collect()
    };
    let weeks = [
        (
            "Applications by week",
            "applied",
            by_week(|week| week.applications),
        ),
        (
            "First responses by week",
            "screening",
            by_week(|week| week.responses),
        ),
        (
            "Interviews by week",
            "interview",
            by_week(|week| week.stages.interview),
        ),
    ]
    .into_iter()
    .filter(|(_, _, points)| points.iter().any(|(_, value)| value.is_some()))
    .map(|(title, color, points)| figure(points, title, color, "week"))
    .collect_view();
    view! {
        <div class="chart-grid">
            {figure(by_month(|month| month.applications), "Applications by month", "applied", "month")}
            {figure(by_month(|month| month.responses), "First responses by month", "screening", "month")}
            {figure(by_month(|month| month.stages.interview), "Interviews by month", "interview", "month")}
            {figure(by_month(|month| month.active), "Active people by month", "chart-1", "month")}
            {weeks}
        </div>
    }
    .into_any()
}

fn figure(points: Points, title: &'static str, color: &str, period: &'static str) -> AnyView {
    let shown = points.iter().filter(|(_, value)| value.is_some()).count();
    let option = if shown == 0 {
        String::new()
    } else {
        serde_json::to_string(&cohort_chart(&points, title, color)).unwrap_or_default()
    };
    let summary = summary(&points, shown, period);
    let head = if period == "week" { "Week" } else { "Month" };
    let rows: Vec<(String, Vec<String>)> = points
        .into_iter()
        .map(|(label, value)| (label, vec![text(value)]))
        .collect();
    view! {
        <Chart
            title
            summary
            option
            table=(move || {
                view! { <NumberTable caption=title head=texts([head, "Number"]) rows=rows.clone() /> }
            })
                .into()
        />
    }
    .into_any()
}

/// `–` for a figure that is not shown.
pub fn text(value: Option<u64>) -> String {
    value.map_or_else(|| "–".to_owned(), |n| n.to_string())
}

fn month_label(month: NaiveDate) -> String {
    month_and_year(&month.format("%Y-%m").to_string())
}

/// The weeks of a month. If none of them is shown, they are still included, so that the chart has a gap.
fn week_points(month: &CohortMonth, value: fn(&CohortWeek) -> Option<u64>) -> Points {
    let weeks = CohortWeek::days_of(month.month).into_iter().enumerate();
    weeks
        .map(|(index, (from, to))| (week_label(from, to), month.weeks.get(index).and_then(value)))
        .collect()
}

/// `8–14 Feb 2026`
fn week_label(from: NaiveDate, to: NaiveDate) -> String {
    format!("{}–{} {}", from.day(), to.day(), month_label(from))
}

/// The month or week with the largest figure, and the number of hidden ones.
fn summary(points: &Points, shown: usize, period: &str) -> String {
    let hidden = points.len() - shown;
    let most = points
        .iter()
        .filter_map(|(label, value)| Some((value.as_ref()?, label)))
        .max_by_key(|(n, _)| **n);
    let Some((n, label)) = most else {
        return format!("Not shown: fewer than five people would contribute to every {period}.");
    };
    let most = format!("Most in {label}: about {n}.");
    match hidden {
        0 => most,
        1 => format!("{most} One {period} is not shown."),
        _ => format!("{most} {hidden} {period}s are not shown."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_names_the_largest_month_and_counts_hidden_ones() {
        let points: Points = [("Jan 2026", Some(20)), ("Feb 2026", None), ("Mar 2026", Some(35))]
            .map(|(label, value)| (label.to_owned(), value))
            .into();
        assert_eq!(
            summary(&points, 2, "month"),
            "Most in Mar 2026: about 35. One month is not shown."
        );
        assert!(summary(&Points::new(), 0, "week").starts_with("Not shown"));
    }

    #[test]
    fn month_that_is_not_shown_has_no_bar() {
        let points = [("Jan 2026".to_owned(), Some(20)), ("Feb 2026".to_owned(), None)];
        let chart = cohort_chart(&points, "Applications", "applied");
        let chart = serde_json::to_value(&chart).expect("JSON");
        assert_eq!(chart["series"][0]["data"], serde_json::json!([20, "-"]));
    }

    #[test]
    fn month_without_shown_weeks_is_a_gap_of_four_weeks() {
        let month = CohortMonth {
            month: NaiveDate::from_ymd_opt(2026, 2, 1).expect("a date"),
            members: 9,
            active: None,
            applications: Some(20),
            responses: None,
            stages: domain::metrics::CohortStages::default(),
            median_response_days: None,
            median_offer_days: None,
            weeks: Vec::new(),
        };
        let points = week_points(&month, |week| week.applications);
        assert_eq!(points.len(), 4);
        assert_eq!(points[3], ("22–28 Feb 2026".to_owned(), None));
    }
}
