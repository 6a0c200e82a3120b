//! Summaries of the charts about responses, paths, titles, words and weeks, each in a sentence or two.

use super::{format::percentage, summary::unsent_note};
use crate::jobapps::labels::days;
use chrono::{Datelike as _, Days, NaiveDate};
use domain::{
    jobapps::{DEFAULT_SOURCE, Outcome, StageKind},
    metrics::{
        Flow, Funnel, OTHER, Pace, ResponseRates, ResponseTimes, SourceRate, StageCount, TitleStageCounts,
        WordCount,
    },
    numbers::count,
};

/// Minimum number of applications of a source for a comparison.
const MIN_COMPARED: u64 = 5;

/// The summary of the stages ever reached.
pub fn funnel_summary(funnel: &Funnel) -> String {
    let medians = [
        (StageKind::Screening, "a phone screen"),
        (StageKind::Interview, "an interview after it"),
    ];
    let parts: Vec<String> = medians
        .into_iter()
        .filter_map(|(kind, name)| {
            let stage = funnel.stages.iter().find(|stage| stage.kind == kind)?;
            Some(format!("{} to {name}", days(i64::from(stage.median_days?))))
        })
        .collect();
    let rule = "An application counts in every stage up to its furthest, including stages it skipped.";
    if parts.is_empty() {
        rule.to_owned()
    } else {
        format!("{rule} Median: {}.", parts.join(", "))
    }
}

/// The summary of the time to the first response.
pub fn response_summary(times: &ResponseTimes, total: &SourceRate) -> String {
    let summary = known_responses(times);
    match undated_responses(times, total) {
        0 => summary,
        n => {
            let left_out = count(n, "application was", "applications were");
            format!(
                "{summary} {left_out} added with or after the first response, so that the wait is unknown."
            )
        }
    }
}

/// The number of applications that have a response at an unknown time, and are therefore not in the response times.
fn undated_responses(times: &ResponseTimes, total: &SourceRate) -> i64 {
    i64::try_from(total.applications.saturating_sub(times.applications)).unwrap_or(i64::MAX)
}

fn known_responses(times: &ResponseTimes) -> String {
    let waiting = times.applications.saturating_sub(times.responses);
    let quartiles = match (times.lower_quartile_days, times.median_days) {
        _ if times.responses == 0 => {
            return format!(
                "No response with a known time, of {}.",
                applications(times.applications)
            );
        }
        (None, _) => "Fewer than a quarter have a response so far.".to_owned(),
        (Some(quarter), None) => {
            format!(
                "A quarter have a response within {}; fewer than half have one so far.",
                days_of(quarter)
            )
        }
        (Some(quarter), Some(half)) => {
            format!(
                "A quarter have a response within {}, half within {}.",
                days_of(quarter),
                days_of(half)
            )
        }
    };
    match waiting {
        0 => quartiles,
        n => format!("{quartiles} {n} without one are included for the time they waited."),
    }
}

fn days_of(n: u32) -> String {
    days(i64::from(n))
}

fn applications(n: u64) -> String {
    count(
        i64::try_from(n).unwrap_or(i64::MAX),
        "application",
        "applications",
    )
}

/// The summary of conversations by source.
pub fn rates_summary(rates: &ResponseRates) -> String {
    if rates.total.conversations == 0 {
        return "No conversation yet.".into();
    }
    let mut compared: Vec<&SourceRate> = rates
        .sources
        .iter()
        .filter(|rate| is_named(&rate.source) && rate.applications >= MIN_COMPARED)
        .collect();
    compared.sort_by(|a, b| b.conversation_rate.total_cmp(&a.conversation_rate));
    let [first, second, ..] = compared.as_slice() else {
        let total = &rates.total;
        return format!(
            "{} of {} led to a conversation. A comparison needs two sources with {MIN_COMPARED} applications each.",
            total.conversations,
            applications(total.applications)
        );
    };
    if first.conversations == 0 {
        return format!(
            "{} of {} led to a conversation, but none from a named source with at least {MIN_COMPARED} applications.",
            rates.total.conversations,
            applications(rates.total.applications)
        );
    }
    let leader = format!(
        "{} leads: {} of {} led to a conversation.",
        first.source, first.conversations, first.applications
    );
    if first.conversation_low < second.conversation_high {
        format!("{leader} The intervals overlap, so it may be chance.")
    } else {
        leader
    }
}

/// Whether a source names the site or person where the job was found.
pub fn is_named(source: &str) -> bool {
    source != OTHER && source != DEFAULT_SOURCE
}

/// The summary of the paths.
pub fn flow_summary(flow: &Flow) -> String {
    let end = |outcome: Option<Outcome>| {
        let is_end = |node: &&domain::metrics::FlowNode| {
            node.is_end && node.kind == StageKind::Applied && node.outcome == outcome
        };
        flow.nodes.iter().find(is_end).map_or(0, |node| node.value)
    };
    let total: u64 = flow
        .nodes
        .iter()
        .filter(|node| node.is_end)
        .map(|node| node.value)
        .sum();
    format!(
        "An application counts only in the stages it was in. Before any conversation: {} of {total} rejected, {} without a response, {} waiting.",
        end(Some(Outcome::Rejected)),
        end(Some(Outcome::Ghosted)),
        end(None)
    )
}

/// The summary of titles by stage.
pub fn titles_summary(counts: &TitleStageCounts) -> String {
    let total: i64 = counts.data.iter().filter_map(|series| series.data.first()).sum();
    match counts.jobs.first() {
        Some(_) if total == 1 => "No title occurs twice. Bars show the current or final stage.".into(),
        Some(title) => {
            let n = count(total, "application", "applications");
            format!("{title} is the most frequent title, with {n}. Bars show the current or final stage.")
        }
        None => "No application has a title yet.".into(),
    }
}

/// The summary of words in titles, including those of jobs to apply for.
pub fn words_summary(words: &[WordCount], by_stage: &[StageCount]) -> String {
    let included = unsent_note(by_stage);
    match words {
        [] => "No words to show.".into(),
        [first] => format!(
            "“{}” is in {}.{included}",
            first.word,
            count(first.value, "application", "applications")
        ),
        [first, second, ..] => format!(
            "“{}” is in {}, “{}” in {}.{included}",
            first.word,
            count(first.value, "application", "applications"),
            second.word,
            second.value
        ),
    }
}

/// The summary of applications by week.
pub fn pace_summary(pace: &Pace, today: NaiveDate) -> String {
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    let current = pace
        .weeks
        .iter()
        .find(|week| week.week == monday)
        .map(|week| week.applications);
    let this_week = match (current, pace.weekly_goal) {
        (None, _) => String::new(),
        (Some(n), Some(goal)) => format!("{n} of {goal} this week."),
        (Some(n), None) => format!("{} this week.", applications(n)),
    };
    let average = pace
        .average
        .map(|average| format!("Average over the previous full weeks: {average:.1}."));
    [Some(this_week), average]
        .into_iter()
        .flatten()
        .filter(|s| !s.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The key figure about responses: the days until half of the applications have one, or else the response rate. Returns figure,
/// label and note.
pub fn median_figure(times: &ResponseTimes, total: &SourceRate) -> (String, &'static str, String) {
    let undated = match undated_responses(times, total) {
        0 => String::new(),
        n => format!(", {n} without a date"),
    };
    let note = format!("{} of {}{undated}", total.responses, total.applications);
    if let Some(n) = times.median_days {
        return (days_of(n), "until half have a response", note);
    }
    let share = if total.applications == 0 {
        "–".to_owned()
    } else {
        percentage(total.response_rate)
    };
    (share, "got a response", note)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::metrics::{TitleSeries, WeekCount};

    #[test]
    fn titles_summary_names_a_title_that_occurs_twice() {
        let summary = |n| {
            titles_summary(&TitleStageCounts {
                jobs: vec!["Analyst".into(), "Editor".into()],
                statuses: vec!["Applied".into()],
                data: vec![TitleSeries {
                    name: "Applied".into(),
                    data: vec![n, 1],
                }],
            })
        };
        assert!(summary(1).starts_with("No title occurs twice."));
        assert!(summary(2).starts_with("Analyst is the most frequent title, with 2 applications."));
    }

    #[test]
    fn response_summary_reports_reached_quartiles() {
        let mut times = ResponseTimes {
            applications: 5,
            ..ResponseTimes::default()
        };
        let mut total = SourceRate {
            applications: 5,
            ..SourceRate::default()
        };
        assert_eq!(
            response_summary(&times, &total),
            "No response with a known time, of 5 applications."
        );
        times.responses = 1;
        assert!(response_summary(&times, &total).starts_with("Fewer than a quarter"));
        times.lower_quartile_days = Some(1);
        assert_eq!(
            response_summary(&times, &total),
            "A quarter have a response within 1 day; fewer than half have one so far. 4 without one are included for the time they waited."
        );
        times.median_days = Some(20);
        assert!(
            response_summary(&times, &total)
                .starts_with("A quarter have a response within 1 day, half within 20 days.")
        );
        assert_eq!(median_figure(&times, &total).0, "20 days");
        times.median_days = None;
        (total.applications, total.responses, total.response_rate) = (8, 4, 0.5);
        let (share, _, note) = median_figure(&times, &total);
        assert_eq!(
            (share.as_str(), note.as_str()),
            ("50%", "4 of 8, 3 without a date")
        );
        assert!(response_summary(&times, &total).ends_with(
            " 3 applications were added with or after the first response, so that the wait is unknown."
        ));
    }

    #[test]
    fn rates_summary_compares_sources_with_enough_applications() {
        let rate = |source: &str, n: u64, conversations: u64, low: f64, high: f64| SourceRate {
            source: source.into(),
            applications: n,
            conversations,
            conversation_rate: f64::from(u32::try_from(conversations * 100 / n).expect("small")),
            conversation_low: low,
            conversation_high: high,
            ..SourceRate::default()
        };
        let mut rates = ResponseRates {
            total: rate("Total", 40, 12, 0.1, 0.4),
            sources: vec![rate("LinkedIn", 30, 3, 0.05, 0.2), rate("Friend", 1, 1, 0.2, 1.0)],
        };
        assert_eq!(
            rates_summary(&rates),
            "12 of 40 applications led to a conversation. A comparison needs two sources with 5 applications each."
        );
        rates.sources.push(rate("Referral", 9, 6, 0.35, 0.9));
        assert_eq!(
            rates_summary(&rates),
            "Referral leads: 6 of 9 led to a conversation."
        );
        for source in &mut rates.sources {
            source.conversations = 0;
        }
        assert_eq!(
            rates_summary(&rates),
            "12 of 40 applications led to a conversation, but none from a named source with at least 5 applications."
        );
        rates.sources[2].conversations = 6;
        rates.sources[0].conversation_high = 0.36;
        assert!(rates_summary(&rates).ends_with("The intervals overlap, so it may be chance."));
    }

    #[test]
    fn pace_summary_states_the_goal_and_the_average() {
        let today: NaiveDate = "2026-11-26".parse().expect("a date");
        let week = |text: &str, applications| WeekCount {
            week: text.parse().expect("a date"),
            applications,
        };
        let mut pace = Pace {
            weekly_goal: Some(4),
            weeks: vec![week("2026-11-16", 2), week("2026-11-23", 3)],
            average: Some(2.0),
        };
        assert_eq!(
            pace_summary(&pace, today),
            "3 of 4 this week. Average over the previous full weeks: 2.0."
        );
        pace.weekly_goal = None;
        pace.average = None;
        assert_eq!(pace_summary(&pace, today), "3 applications this week.");
    }
}
