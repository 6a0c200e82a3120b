//! Numbers for the charts. Only applications that are not deleted count.

use crate::{ApiError, FieldCode, StageId, jobapps::StageKind, page};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most sources that get a series of their own; the rest is `Other`.
pub const MAX_SOURCES: usize = 8;
/// The series that takes what is over.
pub const OTHER: &str = "Other";

/// Applications by month and source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonthlyCounts {
    /// Twelve months as `YYYY-MM`, ending with this one in the person's zone.
    pub months: Vec<String>,
    /// One for each source, the largest first.
    pub series: Vec<SourceSeries>,
}

/// One source over the months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceSeries {
    /// Its name.
    pub source: String,
    /// One number for each month.
    pub data: Vec<i64>,
}

/// Applications in one stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusCount {
    /// The stage.
    pub status_id: StageId,
    /// Its name.
    pub name: String,
    /// What it means.
    pub kind: StageKind,
    /// How many are in it, whatever their outcome.
    pub value: i64,
}

/// How many applications there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotalCount {
    /// How many.
    pub count: i64,
}

/// A word of titles and companies, and how many applications have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WordCount {
    /// The word, in lower case.
    pub word: String,
    /// How many applications have it.
    pub value: i64,
}

/// The most frequent titles by stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleStatusCounts {
    /// The titles, the most frequent first.
    pub jobs: Vec<String>,
    /// The names of the stages, in order.
    pub statuses: Vec<String>,
    /// One series a stage, in the same order.
    pub data: Vec<TitleSeries>,
}

/// One stage over the titles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleSeries {
    /// The stage's name.
    pub name: String,
    /// One number for each title.
    pub data: Vec<i64>,
}

/// Query of `get_word_count` and `get_count_by_jobtitle_and_statuses`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct MostFrequent {
    /// 1 to 500.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

impl MostFrequent {
    /// The limit, or the default of the endpoint.
    pub fn parse(self, default: u32) -> Result<usize, ApiError> {
        let limit = self.limit.unwrap_or(default);
        if !(1..=page::MAX_LIMIT).contains(&limit) {
            let detail = format!("Use 1 to {}.", page::MAX_LIMIT);
            return Err(ApiError::field("limit", FieldCode::OutOfRange, detail));
        }
        Ok(usize::try_from(limit).unwrap_or(usize::MAX))
    }
}

/// The same with a last series of the sums, called `Total`.
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

/// A stage, and how many applications of each title are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageTitles {
    /// The stage's name.
    pub stage: String,
    /// Titles as they are written, each once.
    pub titles: Vec<(String, i64)>,
}

/// Puts counts of titles by stage into series. Titles group without case under their most frequent spelling; the most
/// frequent first, ties A to Z.
pub fn by_title(stages: Vec<StageTitles>, limit: usize) -> TitleStatusCounts {
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
    TitleStatusCounts { jobs, statuses, data }
}

/// Puts counts of `(month index, source, number)` into series: sources by total, ties A to Z, at most
/// [`MAX_SOURCES`] and then [`OTHER`]; a source that is called so itself joins it.
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
    fn folds_what_is_over_into_other() {
        let months = vec!["2026-10".to_owned(), "2026-11".to_owned()];
        let counts = (0..10_i64)
            .map(|n| (0, format!("S{n}"), 10 - n))
            .chain([(1, "Other".into(), 5)]);
        let folded = by_source(months, counts);
        let names: Vec<_> = folded.series.iter().map(|s| s.source.as_str()).collect();
        assert_eq!(names, ["S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "Other"]);
        assert_eq!(folded.series[8].data, [2 + 1, 5]);
    }
}
