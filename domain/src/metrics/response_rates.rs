//! Responses and conversations by source.

use super::{
    Journey, MAX_SOURCES, OTHER,
    statistics::{to_f64, wilson_interval},
};
use crate::jobapps::StageKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many applications of each source had a response or led to a conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResponseRates {
    /// All sources together.
    pub total: SourceRate,
    /// The eight sources with the most applications, the largest first, ties A to Z; then `Other`.
    pub sources: Vec<SourceRate>,
}

/// The rates of a source. Intervals are of 95%, by Wilson.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceRate {
    /// Name of the source; `Total` for all.
    pub source: String,
    /// Applications that were sent.
    pub applications: u64,
    /// Applications with any response.
    pub responses: u64,
    /// Share of applications with a response, from 0 to 1; 0 without applications.
    pub response_rate: f64,
    /// Lower end of the interval of `response_rate`.
    pub response_low: f64,
    /// Upper end of the interval of `response_rate`.
    pub response_high: f64,
    /// Applications that reached a stage of kind `screening` or later.
    pub conversations: u64,
    /// Share of applications that led to a conversation, from 0 to 1; 0 without applications.
    pub conversation_rate: f64,
    /// Lower end of the interval of `conversation_rate`.
    pub conversation_low: f64,
    /// Upper end of the interval of `conversation_rate`.
    pub conversation_high: f64,
}

/// Applications, responses and conversations.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    applications: u64,
    responses: u64,
    conversations: u64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.applications += other.applications;
        self.responses += other.responses;
        self.conversations += other.conversations;
    }

    fn into_rate(self, source: String) -> SourceRate {
        let rate = |n: u64| {
            if self.applications == 0 {
                0.0
            } else {
                to_f64(n) / to_f64(self.applications)
            }
        };
        let (response_low, response_high) = wilson_interval(self.responses, self.applications);
        let (conversation_low, conversation_high) = wilson_interval(self.conversations, self.applications);
        SourceRate {
            source,
            applications: self.applications,
            responses: self.responses,
            response_rate: rate(self.responses),
            response_low,
            response_high,
            conversations: self.conversations,
            conversation_rate: rate(self.conversations),
            conversation_low,
            conversation_high,
        }
    }
}

impl ResponseRates {
    /// The rates of these applications.
    pub fn new(journeys: &[Journey]) -> Self {
        let mut by_source: BTreeMap<&str, Counts> = BTreeMap::new();
        let mut total = Counts::default();
        for journey in journeys {
            let counts = Counts {
                applications: 1,
                responses: u64::from(journey.responded_at.is_some()),
                conversations: u64::from(journey.has_reached(StageKind::Screening)),
            };
            by_source.entry(&journey.source).or_default().add(counts);
            total.add(counts);
        }
        let mut other = by_source.remove(OTHER).unwrap_or_default();
        let mut sources: Vec<(&str, Counts)> = by_source.into_iter().collect();
        sources.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.applications));
        for (_, counts) in sources.drain(MAX_SOURCES.min(sources.len())..) {
            other.add(counts);
        }
        if other.applications > 0 {
            sources.push((OTHER, other));
        }
        Self {
            total: total.into_rate("Total".into()),
            sources: sources
                .into_iter()
                .map(|(source, counts)| counts.into_rate(source.to_owned()))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::journey::tests::history, *};
    use crate::jobapps::Outcome;

    #[test]
    fn rates_are_of_each_source_and_small_ones_are_merged() {
        let mut journeys = Vec::new();
        for (source, n) in (0..10).map(|n| (format!("S{n}"), 20 - n)) {
            for index in 0..n {
                let end = (index < 5).then_some((Outcome::Rejected, 3));
                let mut journey = Journey::new(history(&[(StageKind::Applied, 0)], end)).expect("a journey");
                journey.source.clone_from(&source);
                journeys.push(journey);
            }
        }
        let rates = ResponseRates::new(&journeys);
        let names: Vec<_> = rates.sources.iter().map(|s| s.source.as_str()).collect();
        assert_eq!(names, ["S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "Other"]);
        let first = &rates.sources[0];
        assert_eq!(
            (first.applications, first.responses, first.conversations),
            (20, 5, 0)
        );
        assert!((first.response_rate - 0.25).abs() < 1e-12);
        assert!(first.response_low < 0.25 && first.response_high > 0.25);
        assert_eq!(rates.sources[8].applications, 12 + 11);
        assert_eq!(
            rates.total.applications,
            rates.sources.iter().map(|s| s.applications).sum::<u64>()
        );
    }

    #[test]
    fn rates_of_nothing_are_zero() {
        let rates = ResponseRates::new(&[]);
        assert_eq!((rates.total.applications, rates.total.response_rate), (0, 0.0));
        assert!(rates.sources.is_empty());
    }
}
