//! The metrics in sentences. Every number comes with its total.

use super::{chart_summaries::is_named, format::month_name};
use domain::{
    jobapps::StageKind,
    metrics::{Funnel, MonthlyCounts, ResponseRates, SourceRate, StageCount},
};

/// The number of applications in the month at this index.
pub fn month_total(counts: &MonthlyCounts, index: usize) -> i64 {
    counts
        .series
        .iter()
        .filter_map(|series| series.data.get(index))
        .sum()
}

/// The sentences at the top of the page: how many applications the user, or the client with this name, sent, their results, and
/// further details.
pub fn page_summary(
    rates: &ResponseRates,
    by_stage: &[StageCount],
    funnel: &Funnel,
    client: Option<&str>,
) -> (String, String, String) {
    let subject = client.unwrap_or("You");
    let times = match funnel.reached(StageKind::Applied) {
        0 => {
            let total = by_stage.iter().map(|count| count.value).sum();
            return (
                format!("{} not applied yet.", subject_and_verb(client)),
                String::new(),
                jobs_to_apply_for(total, client),
            );
        }
        1 => "once".to_owned(),
        n => format!("{n} times"),
    };
    let reached = |kind| funnel.reached(kind);
    let results = match (
        reached(StageKind::Screening),
        reached(StageKind::Interview),
        reached(StageKind::Offer),
    ) {
        (0, _, _) => "No conversation yet.".to_owned(),
        (conversations, 0, _) => format!("{conversations} led to a conversation."),
        (conversations, interviews, 0) => {
            format!("{conversations} led to a conversation, {interviews} to an interview.")
        }
        (conversations, interviews, offers) => {
            format!(
                "{conversations} led to a conversation, {interviews} to an interview and {offers} to an offer."
            )
        }
    };
    (
        format!("{subject} applied {times}."),
        results,
        largest_source(rates),
    )
}

fn jobs_to_apply_for(n: i64, client: Option<&str>) -> String {
    let subject = subject_and_verb(client);
    match n {
        1 => format!("{subject} one job to apply for."),
        n => format!("{subject} {n} jobs to apply for."),
    }
}

/// `You have`, or `Mia has`.
fn subject_and_verb(client: Option<&str>) -> String {
    client.map_or_else(|| "You have".to_owned(), |name| format!("{name} has"))
}

/// A sentence about the named source with the most sent applications.
fn largest_source(rates: &ResponseRates) -> String {
    let total = rates.total.applications;
    match rates.sources.iter().find(|rate| is_named(&rate.source)) {
        Some(SourceRate {
            source, applications, ..
        }) if total > *applications => {
            format!("The most frequent source is {source}: {applications} of {total}.")
        }
        _ => String::new(),
    }
}

fn months(counts: &MonthlyCounts) -> String {
    match counts.months.len() {
        1 => "one month".into(),
        12 => "twelve months".into(),
        n => format!("{n} months"),
    }
}

/// A note for the summaries of charts that include jobs to apply for.
pub fn unsent_note(by_stage: &[StageCount]) -> &'static str {
    let is_unsent = |count: &StageCount| count.kind == StageKind::ToApply && count.value > 0;
    if by_stage.iter().any(is_unsent) {
        " Jobs to apply for are included."
    } else {
        ""
    }
}

/// The summary of the chart by month, which includes jobs to apply for.
pub fn months_summary(counts: &MonthlyCounts, current_month: &str, by_stage: &[StageCount]) -> String {
    let included = unsent_note(by_stage);
    let Some(last) = counts.months.len().checked_sub(1) else {
        return "No months to show.".into();
    };
    let name = |index: usize| counts.months.get(index).map_or("", |month| month_name(month));
    // The latest of equal months.
    let busiest = (0..=last)
        .max_by_key(|month| (month_total(counts, *month), *month))
        .unwrap_or(last);
    let (last_total, busiest_total) = (month_total(counts, last), month_total(counts, busiest));
    let so_far = if counts
        .months
        .get(last)
        .is_some_and(|month| month == current_month)
    {
        " so far"
    } else {
        ""
    };
    if busiest == last {
        format!(
            "{last_total} in {}{so_far}, the busiest of {}.{included}",
            name(last),
            months(counts)
        )
    } else {
        format!(
            "{last_total} in {}{so_far}; the busiest month was {} with {busiest_total}.{included}",
            name(last),
            name(busiest)
        )
    }
}

/// The summary of the chart by stage.
pub fn stages_summary(counts: &[StageCount]) -> String {
    let total: i64 = counts.iter().map(|count| count.value).sum();
    match counts.iter().max_by_key(|count| count.value) {
        Some(largest) if total > 0 => {
            format!(
                "Current or final stage: {} of {total} in {}.",
                largest.value, largest.name
            )
        }
        _ => "No applications yet.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{StageId, metrics::SourceSeries};

    fn counts(stages: [i64; 5], series: &[(&str, [i64; 2])]) -> (MonthlyCounts, Vec<StageCount>) {
        let count = |(kind, value): (StageKind, i64)| StageCount {
            status_id: StageId(uuid::Uuid::nil()),
            name: kind.default_name().into(),
            kind,
            value,
        };
        let by_month = MonthlyCounts {
            months: vec!["2026-10".into(), "2026-11".into()],
            series: series
                .iter()
                .map(|(source, data)| SourceSeries {
                    source: (*source).into(),
                    data: data.to_vec(),
                })
                .collect(),
        };
        (
            by_month,
            StageKind::ALL.into_iter().zip(stages).map(count).collect(),
        )
    }

    fn funnel(reached: [u64; 4]) -> Funnel {
        let mut funnel = Funnel::new(&[]);
        for (stage, n) in funnel.stages.iter_mut().zip(reached) {
            stage.reached = n;
        }
        funnel
    }

    fn rates(total: u64, sources: &[(&str, u64)]) -> ResponseRates {
        let rate = |(source, applications): (&str, u64)| SourceRate {
            source: source.into(),
            applications,
            ..SourceRate::default()
        };
        ResponseRates {
            total: rate(("Total", total)),
            sources: sources.iter().copied().map(rate).collect(),
        }
    }

    #[test]
    fn page_summary_states_applications_results_and_source() {
        let by_stage = counts([7, 62, 13, 8, 3], &[]).1;
        let rates = rates(86, &[("Manual", 50), ("LinkedIn", 13), ("Other", 23)]);
        let (applied, results, source) = page_summary(&rates, &by_stage, &funnel([86, 24, 11, 3]), None);
        assert_eq!(applied, "You applied 86 times.");
        assert_eq!(
            results,
            "24 led to a conversation, 11 to an interview and 3 to an offer."
        );
        assert_eq!(source, "The most frequent source is LinkedIn: 13 of 86.");
        let (none, nothing) = (ResponseRates::default(), counts([2, 0, 0, 0, 0], &[]).1);
        assert_eq!(
            page_summary(&none, &nothing, &funnel([0; 4]), None),
            (
                "You have not applied yet.".to_owned(),
                String::new(),
                "You have 2 jobs to apply for.".to_owned()
            )
        );
        let of_mia = |reached| page_summary(&none, &nothing, &funnel(reached), Some("Mia"));
        assert_eq!(of_mia([0; 4]).0, "Mia has not applied yet.");
        assert_eq!(of_mia([0; 4]).2, "Mia has 2 jobs to apply for.");
        assert_eq!(of_mia([2, 0, 0, 0]).0, "Mia applied 2 times.");
        let applied = counts([0, 1, 0, 0, 0], &[]).1;
        let (_, results, source) = page_summary(
            &self::rates(1, &[("Manual", 1)]),
            &applied,
            &funnel([1, 0, 0, 0]),
            None,
        );
        assert_eq!((results.as_str(), source.as_str()), ("No conversation yet.", ""));
    }

    #[test]
    fn months_summary_names_busiest_month() {
        let (increasing, by_stage) = counts([1, 5, 0, 0, 0], &[("LinkedIn", [2, 3])]);
        assert_eq!(
            months_summary(&increasing, "2026-11", &by_stage),
            "3 in November so far, the busiest of 2 months. Jobs to apply for are included."
        );
        let decreasing = counts([0, 5, 0, 0, 0], &[("LinkedIn", [3, 2])]).0;
        assert_eq!(
            months_summary(&decreasing, "2026-12", &[]),
            "2 in November; the busiest month was October with 3."
        );
    }
}
