//! Numbers for the charts. Only applications that are not deleted count.

use crate::{StageId, jobapps::StageKind};
use serde::{Deserialize, Serialize};

/// Most sources that get a series of their own; the rest is `Other`.
pub const MAX_SOURCES: usize = 8;
/// The series that takes what is over.
pub const OTHER: &str = "Other";

/// Applications by month and source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthlyCounts {
    /// Twelve months as `YYYY-MM`, ending with this one in the person's zone.
    pub months: Vec<String>,
    /// One for each source, the largest first.
    pub series: Vec<SourceSeries>,
}

/// One source over the months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSeries {
    /// Its name.
    pub source: String,
    /// One number for each month.
    pub data: Vec<i64>,
}

/// Applications in one stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct TotalCount {
    /// How many.
    pub count: i64,
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
