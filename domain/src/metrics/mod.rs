//! Metrics for the charts. Deleted applications are not counted.

mod cohort;
mod filter;
mod flow;
mod funnel;
mod journey;
mod pace;
mod query;
mod response_rates;
mod response_times;
mod statistics;

pub use cohort::{
    Cohort, CohortMetrics, CohortMonth, CohortQuery, CohortStages, CohortWeek, Contribution, Figure,
    MIN_CONTRIBUTORS, ROUNDING, Values, WEEKS, WeekCounts, cohorts_shown_by_week, shown_cohorts,
};
pub use filter::{CHART_MONTHS, MAX_CHART_MONTHS, MetricsFilter, MetricsQuery, months_between};
pub use flow::{Flow, FlowLink, FlowNode};
pub use funnel::{Funnel, FunnelStage};
pub use journey::{ApplicationHistory, CORRECTION_WINDOW, Journey, JourneyEvent, Step};
pub use pace::{Goal, MAX_PACE_WEEKS, MAX_WEEKLY_GOAL, PACE_WEEKS, Pace, SetGoalInput, WeekCount};
pub use query::{Cell, Dimension, MAX_ROWS, Measure, QueryFilters, QueryInput, QueryResult};
pub use response_rates::{ResponseRates, SourceRate};
pub use response_times::{ResponsePoint, ResponseTimes};
pub use statistics::to_f64;

use crate::{ApiError, FieldCode, StageId, UserId, jobapps::StageKind, pagination};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Maximum number of sources with their own series; the others are merged into [`OTHER`].
pub const MAX_SOURCES: usize = 8;
/// Name of the series of all other sources.
pub const OTHER: &str = "Other";

/// Applications by month and source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonthlyCounts {
    /// Months as `YYYY-MM`: those of the range, or the last twelve, in the user's time zone.
    pub months: Vec<String>,
    /// One series per source, the largest first.
    pub series: Vec<SourceSeries>,
}

/// A source over the months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceSeries {
    /// Name of the source.
    pub source: String,
    /// One value per month.
    pub data: Vec<i64>,
}

/// Number of applications in a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StageCount {
    /// The stage.
    pub status_id: StageId,
    /// Name of the stage.
    pub name: String,
    /// Kind of the stage.
    pub kind: StageKind,
    /// Number of applications in it, with any outcome.
    pub value: i64,
}

/// Total number of applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotalCount {
    /// Number of applications.
    pub count: i64,
}

/// A word in titles and companies, and the number of applications that contain it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WordCount {
    /// The word, in lower case.
    pub word: String,
    /// Number of applications that contain it.
    pub value: i64,
}

/// The most frequent titles, by stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleStageCounts {
    /// The titles, most frequent first.
    pub jobs: Vec<String>,
    /// Names of the stages, in order.
    pub statuses: Vec<String>,
    /// One series per stage, in the same order.
    pub data: Vec<TitleSeries>,
}

/// A stage over the titles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleSeries {
    /// Name of the stage.
    pub name: String,
    /// One value per title.
    pub data: Vec<i64>,
}

/// Query of `get_word_count` and `get_count_by_jobtitle_and_statuses`: [`MetricsQuery`] and a limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct TopQuery {
    /// 1 to 500.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
    /// Applied on or after this date.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// Applied on or before this date.
    #[serde(default)]
    pub to: Option<NaiveDate>,
    /// Exactly this source.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub source: Option<String>,
    /// The member whose applications are evaluated. Absent: the caller.
    #[serde(default)]
    pub owner_id: Option<UserId>,
}

impl TopQuery {
    /// The validated filter, and the limit or the endpoint's default.
    ///
    /// # Errors
    /// `invalid` as [`MetricsQuery::parse`], or if the limit is out of range.
    pub fn parse(self, default: u32) -> Result<(MetricsFilter, usize), ApiError> {
        let limit = self.limit.unwrap_or(default);
        if !(1..=pagination::MAX_LIMIT).contains(&limit) {
            let detail = format!("Use 1 to {}.", pagination::MAX_LIMIT);
            return Err(ApiError::field("limit", FieldCode::OutOfRange, detail));
        }
        let query = MetricsQuery {
            from: self.from,
            to: self.to,
            source: self.source,
            owner_id: self.owner_id,
        };
        Ok((query.parse()?, usize::try_from(limit).unwrap_or(usize::MAX)))
    }
}

/// Appends a series `Total` with the sums.
pub fn with_total(mut counts: MonthlyCounts) -> MonthlyCounts {
    let data = (0..counts.months.len())
        .map(|month| counts.series.iter().filter_map(|s| s.data.get(month)).sum())
        .collect();
    counts.series.push(SourceSeries {
        source: "Total".into(),
        data,
    });
    counts
}

/// A stage with the number of applications per title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageTitles {
    /// Name of the stage.
    pub stage: String,
    /// Titles as written, each once, with their count.
    pub titles: Vec<(String, i64)>,
}

/// Builds series from counts of titles by stage. Titles are grouped case-insensitively under their most frequent spelling;
/// most frequent first, ties A to Z.
pub fn by_title(stages: Vec<StageTitles>, limit: usize) -> TitleStageCounts {
    struct Group {
        spellings: BTreeMap<String, i64>,
        by_stage: Vec<i64>,
    }
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut statuses = Vec::with_capacity(stages.len());
    let width = stages.len();
    for (at, StageTitles { stage, titles }) in stages.into_iter().enumerate() {
        statuses.push(stage);
        for (title, n) in titles {
            let group = groups.entry(title.to_lowercase()).or_insert_with(|| Group {
                spellings: BTreeMap::new(),
                by_stage: vec![0; width],
            });
            *group.spellings.entry(title).or_default() += n;
            group.by_stage[at] += n;
        }
    }
    let mut groups: Vec<(i64, String, Group)> = groups
        .into_iter()
        .map(|(key, g)| (g.by_stage.iter().sum(), key, g))
        .collect();
    groups.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    groups.truncate(limit);
    let jobs = groups
        .iter()
        .map(|(_, key, g)| {
            let most = g.spellings.values().max();
            g.spellings
                .iter()
                .find(|(_, n)| Some(*n) == most)
                .map_or_else(|| key.clone(), |(s, _)| s.clone())
        })
        .collect();
    let data = statuses
        .iter()
        .enumerate()
        .map(|(at, name)| TitleSeries {
            name: name.clone(),
            data: groups.iter().map(|(_, _, g)| g.by_stage[at]).collect(),
        })
        .collect();
    TitleStageCounts { jobs, statuses, data }
}

/// Builds series from counts of `(month index, source, count)`: sources by total, ties A to Z, at most [`MAX_SOURCES`],
/// then [`OTHER`]. A source named `Other` is merged into it.
pub fn by_source(
    months: Vec<String>,
    counts: impl IntoIterator<Item = (usize, String, i64)>,
) -> MonthlyCounts {
    let width = months.len();
    let mut sources: Vec<SourceSeries> = Vec::new();
    let mut other = vec![0; width];
    let mut has_other = false;
    for (month, source, n) in counts {
        let row = if source == OTHER {
            has_other = true;
            &mut other
        } else if let Some(at) = sources.iter().position(|s| s.source == source) {
            &mut sources[at].data
        } else {
            sources.push(SourceSeries {
                source,
                data: vec![0; width],
            });
            let last = sources.len() - 1;
            &mut sources[last].data
        };
        if let Some(cell) = row.get_mut(month) {
            *cell += n;
        }
    }
    let total = |s: &SourceSeries| s.data.iter().sum::<i64>();
    sources.sort_by(|a, b| total(b).cmp(&total(a)).then_with(|| a.source.cmp(&b.source)));
    for extra in sources.drain(MAX_SOURCES.min(sources.len())..) {
        has_other = true;
        for (cell, n) in other.iter_mut().zip(extra.data) {
            *cell += n;
        }
    }
    if has_other {
        sources.push(SourceSeries {
            source: OTHER.into(),
            data: other,
        });
    }
    MonthlyCounts {
        months,
        series: sources,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_source_more_than_the_maximum_are_merged_into_other() {
        let months = vec!["2026-10".to_owned(), "2026-11".to_owned()];
        let counts = (0..10_i64)
            .map(|n| (0, format!("S{n}"), 10 - n))
            .chain([(1, "Other".into(), 5)]);
        let counts_by_source = by_source(months, counts);
        let names: Vec<_> = counts_by_source
            .series
            .iter()
            .map(|s| s.source.as_str())
            .collect();
        assert_eq!(names, ["S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "Other"]);
        assert_eq!(counts_by_source.series[8].data, [2 + 1, 5]);
    }
}
