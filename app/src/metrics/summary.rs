//! The metrics in sentences. Every number comes with its total.

use super::format::month_name;
use domain::{
    jobapps::StageKind,
    metrics::{MonthlyCounts, OTHER, StageCount},
};

/// How many applications reached each step, by the stage that they are in or were closed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funnel {
    /// All on the board.
    pub total: i64,
    /// Sent applications.
    pub applied: i64,
    /// Screening or later.
    pub conversations: i64,
    /// Interview or later.
    pub interviews: i64,
    /// Offer.
    pub offers: i64,
}

impl Funnel {
    /// Sums up the counts.
    pub fn new(counts: &[StageCount]) -> Self {
        let reached = |kind: StageKind| counts.iter().filter(|c| c.kind >= kind).map(|c| c.value).sum();
        Self {
            total: reached(StageKind::ToApply),
            applied: reached(StageKind::Applied),
            conversations: reached(StageKind::Screening),
            interviews: reached(StageKind::Interview),
            offers: reached(StageKind::Offer),
        }
    }

    /// Conversations in percent of the sent applications, rounded.
    pub fn conversation_rate(self) -> Option<i64> {
        (self.applied > 0).then(|| (self.conversations * 200 + self.applied) / (self.applied * 2))
    }
}

/// The number of applications in the month at this index.
pub fn month_total(counts: &MonthlyCounts, index: usize) -> i64 {
    counts
        .series
        .iter()
        .filter_map(|series| series.data.get(index))
        .sum()
}

/// The sentences at the top of the page: how often the user applied, what it led to, and further details.
pub fn page_summary(by_month: &MonthlyCounts, by_stage: &[StageCount]) -> (String, String, String) {
    let funnel = Funnel::new(by_stage);
    let times = match funnel.applied {
        0 => {
            return (
                "You have not applied yet.".into(),
                String::new(),
                jobs_to_apply_for(funnel.total),
            );
        }
        1 => "once".to_owned(),
        n => format!("{n} times"),
    };
    let results = match (funnel.conversations, funnel.interviews, funnel.offers) {
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
    (format!("You applied {times}."), results, largest_source(by_month))
}

fn jobs_to_apply_for(n: i64) -> String {
    match n {
        1 => "You have one job to apply for.".into(),
        n => format!("You have {n} jobs to apply for."),
    }
}

fn largest_source(counts: &MonthlyCounts) -> String {
    let total: i64 = (0..counts.months.len())
        .map(|month| month_total(counts, month))
        .sum();
    let first = counts.series.iter().find(|series| series.source != OTHER);
    match first.map(|series| (series, series.data.iter().sum::<i64>())) {
        Some((series, n)) if n > 0 && total > n => {
            format!(
                "Most came from {}: {n} of {total} in twelve months.",
                series.source
            )
        }
        _ => String::new(),
    }
}

/// The summary of the chart by month.
pub fn months_summary(counts: &MonthlyCounts) -> String {
    let Some(last) = counts.months.len().checked_sub(1) else {
        return "No months to show.".into();
    };
    let current = month_total(counts, last);
    // Of equal months, the latest.
    let busiest = (0..=last)
        .max_by_key(|month| (month_total(counts, *month), *month))
        .unwrap_or(last);
    let name = |index: usize| counts.months.get(index).map_or("", |month| month_name(month));
    if busiest == last {
        format!(
            "{current} in {} so far, the busiest of the last twelve months.",
            name(last)
        )
    } else {
        format!(
            "{current} in {} so far; the busiest month was {} with {}.",
            name(last),
            name(busiest),
            month_total(counts, busiest)
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

    fn summary(stages: [i64; 5], series: &[(&str, [i64; 2])]) -> (String, String, String) {
        let (by_month, by_stage) = counts(stages, series);
        page_summary(&by_month, &by_stage)
    }

    #[test]
    fn page_summary_states_applications_results_and_source() {
        let (by_month, by_stage) = counts([7, 62, 13, 8, 3], &[("LinkedIn", [9, 4]), ("Other", [2, 1])]);
        let (applied, results, source) = page_summary(&by_month, &by_stage);
        assert_eq!(applied, "You applied 86 times.");
        assert_eq!(
            results,
            "24 led to a conversation, 11 to an interview and 3 to an offer."
        );
        assert_eq!(source, "Most came from LinkedIn: 13 of 16 in twelve months.");
        assert_eq!(Funnel::new(&by_stage).conversation_rate(), Some(28));
        assert_eq!(summary([0; 5], &[]).0, "You have not applied yet.");
        assert_eq!(
            summary([0, 1, 0, 0, 0], &[("Manual", [0, 1])]).1,
            "No conversation yet."
        );
        assert_eq!(summary([0, 1, 0, 0, 0], &[("Manual", [0, 1])]).2, "");
    }

    #[test]
    fn months_summary_names_busiest_month() {
        let increasing = counts([0, 5, 0, 0, 0], &[("LinkedIn", [2, 3])]).0;
        assert_eq!(
            months_summary(&increasing),
            "3 in November so far, the busiest of the last twelve months."
        );
        let decreasing = counts([0, 5, 0, 0, 0], &[("LinkedIn", [3, 2])]).0;
        assert_eq!(
            months_summary(&decreasing),
            "2 in November so far; the busiest month was October with 3."
        );
    }
}
