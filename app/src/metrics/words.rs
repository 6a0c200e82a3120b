//! The findings, in words. Every number has its whole beside it, and nothing is said that the numbers do not carry.

use super::Charts;
use domain::{
    jobapps::StageKind,
    metrics::{MonthlyCounts, OTHER, StatusCount},
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `November` of `2026-11`.
pub fn month_long(month: &str) -> &str {
    let number: Option<usize> = month.split_once('-').and_then(|(_, number)| number.parse().ok());
    number
        .and_then(|number| MONTHS.get(number.checked_sub(1)?))
        .copied()
        .unwrap_or(month)
}

/// Colour of the series at this place in the order of size: one of the eight, or that of the rest.
pub fn mark_of(index: usize, source: &str) -> String {
    if source == OTHER {
        "other".into()
    } else {
        (index + 1).to_string()
    }
}

/// `Nov` of `2026-11`.
pub fn month_short(month: &str) -> &str {
    let long = month_long(month);
    long.get(..3).unwrap_or(long)
}

/// `Nov 2026` of `2026-11`.
pub fn month_and_year(month: &str) -> String {
    match month.split_once('-') {
        Some((year, _)) => format!("{} {year}", month_short(month)),
        None => month.to_owned(),
    }
}

/// `1 job`, `2 jobs`.
pub fn counted(n: i64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// How far applications got, by the stage that they are in or were closed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// On the board.
    pub all: i64,
    /// Sent.
    pub sent: i64,
    /// At a first talk or further.
    pub talks: i64,
    /// At an interview or further.
    pub interviews: i64,
    /// At an offer.
    pub offers: i64,
}

impl Reach {
    /// Counts.
    pub fn of(counts: &[StatusCount]) -> Self {
        let from = |kind: StageKind| counts.iter().filter(|c| c.kind >= kind).map(|c| c.value).sum();
        Self {
            all: from(StageKind::ToApply),
            sent: from(StageKind::Applied),
            talks: from(StageKind::Screening),
            interviews: from(StageKind::Interview),
            offers: from(StageKind::Offer),
        }
    }

    /// Talks out of a hundred sent, rounded.
    pub fn talk_rate(self) -> Option<i64> {
        (self.sent > 0).then(|| (self.talks * 200 + self.sent) / (self.sent * 2))
    }
}

/// Applications in the month at this place.
pub fn in_month(counts: &MonthlyCounts, at: usize) -> i64 {
    counts
        .series
        .iter()
        .filter_map(|series| series.data.get(at))
        .sum()
}

/// The sentence over the page: the number, and what it led to.
pub fn finding(charts: &Charts) -> (String, String, String) {
    let reach = Reach::of(&charts.by_status);
    let times = match reach.sent {
        0 => {
            return (
                "You have not applied yet.".into(),
                String::new(),
                waiting(reach.all),
            );
        }
        1 => "once".to_owned(),
        n => format!("{n} times"),
    };
    let led = match (reach.talks, reach.interviews, reach.offers) {
        (0, _, _) => "No conversation yet.".to_owned(),
        (talks, 0, _) => format!("{talks} led to a conversation."),
        (talks, interviews, 0) => format!("{talks} led to a conversation, {interviews} to an interview."),
        (talks, interviews, offers) => {
            format!("{talks} led to a conversation, {interviews} to an interview and {offers} to an offer.")
        }
    };
    (
        format!("You applied {times}."),
        led,
        largest_source(&charts.by_month),
    )
}

fn waiting(n: i64) -> String {
    match n {
        1 => "One job waits on your board.".into(),
        n => format!("{n} jobs wait on your board."),
    }
}

fn largest_source(counts: &MonthlyCounts) -> String {
    let all: i64 = (0..counts.months.len())
        .map(|month| in_month(counts, month))
        .sum();
    let first = counts.series.iter().find(|series| series.source != OTHER);
    match first.map(|series| (series, series.data.iter().sum::<i64>())) {
        Some((series, n)) if n > 0 && all > n => {
            format!(
                "{} brought the most: {n} of {all} in twelve months.",
                series.source
            )
        }
        _ => String::new(),
    }
}

/// The finding of the chart by month.
pub fn say_months(counts: &MonthlyCounts) -> String {
    let Some(last) = counts.months.len().checked_sub(1) else {
        return "No months to show.".into();
    };
    let now = in_month(counts, last);
    // The latest of the busiest.
    let best = (0..=last)
        .max_by_key(|month| (in_month(counts, *month), *month))
        .unwrap_or(last);
    let this = counts.months.get(last).map_or("", |month| month_long(month));
    let that = counts.months.get(best).map_or("", |month| month_long(month));
    if best == last {
        format!("{now} in {this} so far, the busiest of the last twelve months.")
    } else {
        format!(
            "{now} in {this} so far; the busiest month was {that} with {}.",
            in_month(counts, best)
        )
    }
}

/// The finding of the chart by stage.
pub fn say_stages(counts: &[StatusCount]) -> String {
    let all: i64 = counts.iter().map(|count| count.value).sum();
    match counts.iter().max_by_key(|count| count.value) {
        Some(most) if all > 0 => {
            format!(
                "Where they stand or ended: {} of {all} in {}.",
                most.value, most.name
            )
        }
        _ => "Nothing stands anywhere yet.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{StageId, metrics::SourceSeries};

    fn charts(stages: [i64; 5], series: &[(&str, [i64; 2])]) -> Charts {
        let count = |(kind, value): (StageKind, i64)| StatusCount {
            status_id: StageId(uuid::Uuid::nil()),
            name: kind.first_name().into(),
            kind,
            value,
        };
        Charts {
            by_month: MonthlyCounts {
                months: vec!["2026-10".into(), "2026-11".into()],
                series: series
                    .iter()
                    .map(|(source, data)| SourceSeries {
                        source: (*source).into(),
                        data: data.to_vec(),
                    })
                    .collect(),
            },
            by_status: StageKind::ALL.into_iter().zip(stages).map(count).collect(),
            month_option: String::new(),
            status_option: String::new(),
        }
    }

    #[test]
    fn the_sentence_says_what_the_numbers_carry() {
        let full = charts([7, 62, 13, 8, 3], &[("LinkedIn", [9, 4]), ("Other", [2, 1])]);
        let (applied, led, source) = finding(&full);
        assert_eq!(applied, "You applied 86 times.");
        assert_eq!(
            led,
            "24 led to a conversation, 11 to an interview and 3 to an offer."
        );
        assert_eq!(source, "LinkedIn brought the most: 13 of 16 in twelve months.");
        assert_eq!(Reach::of(&full.by_status).talk_rate(), Some(28));
        assert_eq!(finding(&charts([0; 5], &[])).0, "You have not applied yet.");
        assert_eq!(
            finding(&charts([0, 1, 0, 0, 0], &[("Manual", [0, 1])])).1,
            "No conversation yet."
        );
        assert_eq!(finding(&charts([0, 1, 0, 0, 0], &[("Manual", [0, 1])])).2, "");
    }

    #[test]
    fn the_busiest_month() {
        let grown = charts([0, 5, 0, 0, 0], &[("LinkedIn", [2, 3])]).by_month;
        assert_eq!(
            say_months(&grown),
            "3 in November so far, the busiest of the last twelve months."
        );
        let shrunk = charts([0, 5, 0, 0, 0], &[("LinkedIn", [3, 2])]).by_month;
        assert_eq!(
            say_months(&shrunk),
            "2 in November so far; the busiest month was October with 3."
        );
        assert_eq!(month_and_year("2026-01"), "Jan 2026");
        assert_eq!(month_short("oddly"), "odd");
    }
}
