//! Queries about sent applications: measures grouped by dimensions, computed from journeys.

use super::{Journey, MetricsFilter, MetricsQuery, statistics::to_f64};
use crate::{
    ApiError, FieldCode, FieldErrors, UserId,
    jobapps::{Outcome, StageKind},
    numbers::group_len,
};
use chrono::{Datelike as _, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;

/// Maximum number of measures of a query.
const MAX_MEASURES: usize = 12;
/// Maximum number of dimensions of a query.
const MAX_DIMENSIONS: usize = 2;
/// Maximum number of sources to filter by.
const MAX_SOURCES: usize = 20;
/// Maximum number of rows of a result.
pub const MAX_ROWS: usize = 1_000;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// A number that is computed from the applications of a row.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::VariantArray,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Measure {
    /// Applications that were sent.
    Applications,
    /// Applications with a response of the employer.
    Responses,
    /// Responses divided by applications.
    ResponseRate,
    /// Applications that reached a screening or a later stage.
    Screenings,
    /// Applications that reached an interview or a later stage.
    Interviews,
    /// Applications that reached an offer.
    Offers,
    /// Offers divided by applications.
    OfferRate,
    /// Applications that were rejected.
    Rejections,
    /// Applications without an outcome.
    Open,
    /// Median of the days to the first response, over applications with a response and a known start; `null` without any.
    MedianDaysToResponse,
}

/// The dimension that the rows of a result are grouped by.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::VariantArray,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Dimension {
    /// Month of the application, `YYYY-MM`.
    Month,
    /// Monday of the week of the application, `YYYY-MM-DD`.
    Week,
    /// Where the job was found.
    Source,
    /// The latest kind of stage that was reached.
    StageKind,
    /// The outcome; `open` without one.
    Outcome,
}

/// Which applications count. Absent fields and empty lists exclude none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QueryFilters {
    /// Any of these sources, at most 20.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub sources: Vec<String>,
    /// Any of these as the latest kind of stage that was reached.
    #[serde(default)]
    pub stage_kinds: Vec<StageKind>,
    /// Any of these outcomes.
    #[serde(default)]
    pub outcomes: Vec<Outcome>,
}

/// Body of `POST /api/metrics/query`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QueryInput {
    /// The measures to compute: 1 to 12.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 12))]
    pub measures: Vec<Measure>,
    /// One row for each value, or pair of values; one row for everything, if absent. At most 2 dimensions.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 2))]
    pub by: Vec<Dimension>,
    /// Which applications count.
    #[serde(default)]
    pub filters: QueryFilters,
    /// Applied on or after this date.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// Applied on or before this date.
    #[serde(default)]
    pub to: Option<NaiveDate>,
    /// A client who has granted the caller access; absent for one's own applications.
    #[serde(default)]
    pub owner_id: Option<UserId>,
}

/// A value of a result.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Cell {
    /// A number of applications, a rate between 0 and 1, or a number of days.
    Number(f64),
    /// The value of a dimension.
    Text(String),
    /// No value.
    Null,
}

/// Writes numbers without a fraction as integers.
impl Serialize for Cell {
    #[expect(clippy::cast_possible_truncation, reason = "the size is checked")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) if number.fract() == 0.0 && number.abs() < f64::from(u32::MAX) => {
                serializer.serialize_i64(*number as i64)
            }
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Null => serializer.serialize_unit(),
        }
    }
}

/// The result of a query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueryResult {
    /// Names of the columns: the dimensions, then the measures, as in the query.
    pub columns: Vec<String>,
    /// The rows in the order of their dimensions. Values without applications have none.
    pub rows: Vec<Vec<Cell>>,
}

impl QueryInput {
    /// The validated range of dates.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(&self) -> Result<MetricsFilter, ApiError> {
        let mut errors = FieldErrors::default();
        check_list("measures", &self.measures, 1, MAX_MEASURES, &mut errors);
        check_list("by", &self.by, 0, MAX_DIMENSIONS, &mut errors);
        if self.filters.sources.len() > MAX_SOURCES {
            let detail = format!("Send at most {MAX_SOURCES} sources.");
            errors.add("filters.sources", FieldCode::TooLong, detail);
        }
        let range = MetricsQuery {
            from: self.from,
            to: self.to,
            source: None,
            owner_id: self.owner_id,
        };
        let filter = range.parse();
        if let Err(error) = &filter {
            for error in &error.errors {
                errors.add(&error.field, error.code, error.detail.clone());
            }
        }
        errors.into_result()?;
        filter
    }

    /// Evaluates the query for the journeys of the range.
    ///
    /// # Errors
    /// `invalid` if there are more than [`MAX_ROWS`] rows.
    pub fn evaluate(&self, journeys: &[Journey]) -> Result<QueryResult, ApiError> {
        let mut groups: BTreeMap<Vec<String>, Vec<&Journey>> = BTreeMap::new();
        for journey in journeys.iter().filter(|journey| self.filters.accept(journey)) {
            let key = self.by.iter().map(|dimension| dimension.value(journey)).collect();
            groups.entry(key).or_default().push(journey);
        }
        if groups.is_empty() && self.by.is_empty() {
            groups.insert(Vec::new(), Vec::new());
        }
        if groups.len() > MAX_ROWS {
            let detail = format!(
                "The result has more than {} rows. Choose a shorter range or fewer dimensions.",
                group_len(MAX_ROWS)
            );
            return Err(ApiError::field("by", FieldCode::OutOfRange, detail));
        }
        let dimensions = self.by.iter().map(Into::into);
        let measures = self.measures.iter().map(Into::into);
        let columns = dimensions.chain(measures).map(|name: &str| name.to_owned());
        let rows = groups.into_iter().map(|(key, journeys)| {
            let measures = self.measures.iter().map(|measure| measure.of(&journeys));
            key.into_iter().map(Cell::Text).chain(measures).collect()
        });
        Ok(QueryResult {
            columns: columns.collect(),
            rows: rows.collect(),
        })
    }
}

fn check_list<T: PartialEq>(field: &str, list: &[T], min: usize, max: usize, errors: &mut FieldErrors) {
    let is_repeated = list.iter().enumerate().any(|(n, item)| list[..n].contains(item));
    if list.len() < min {
        errors.add(field, FieldCode::Required, "Choose at least one.");
    } else if list.len() > max {
        errors.add(field, FieldCode::TooLong, format!("Choose at most {max}."));
    } else if is_repeated {
        errors.add(field, FieldCode::NotAllowed, "Name each one once.");
    }
}

impl QueryFilters {
    fn accept(&self, journey: &Journey) -> bool {
        (self.sources.is_empty() || self.sources.contains(&journey.source))
            && (self.stage_kinds.is_empty() || self.stage_kinds.contains(&journey.furthest()))
            && (self.outcomes.is_empty()
                || journey
                    .outcome
                    .is_some_and(|outcome| self.outcomes.contains(&outcome)))
    }
}

impl Dimension {
    fn value(self, journey: &Journey) -> String {
        let day = journey.apply_date;
        match self {
            Self::Month => day.format("%Y-%m").to_string(),
            Self::Week => {
                let since_monday = TimeDelta::days(day.weekday().num_days_from_monday().into());
                day.checked_sub_signed(since_monday).unwrap_or(day).to_string()
            }
            Self::Source => journey.source.clone(),
            Self::StageKind => journey.furthest().as_str().to_owned(),
            Self::Outcome => journey.outcome.map_or("open", Outcome::as_str).to_owned(),
        }
    }
}

impl Measure {
    fn of(self, journeys: &[&Journey]) -> Cell {
        let count = |is_counted: &dyn Fn(&Journey) -> bool| journeys.iter().filter(|j| is_counted(j)).count();
        let reached = |kind: StageKind| count(&|journey| journey.has_reached(kind));
        let responses = || count(&|journey| journey.responded_at.is_some());
        match self {
            Self::Applications => to_count(journeys.len()),
            Self::Responses => to_count(responses()),
            Self::ResponseRate => to_rate(responses(), journeys.len()),
            Self::Screenings => to_count(reached(StageKind::Screening)),
            Self::Interviews => to_count(reached(StageKind::Interview)),
            Self::Offers => to_count(reached(StageKind::Offer)),
            Self::OfferRate => to_rate(reached(StageKind::Offer), journeys.len()),
            Self::Rejections => to_count(count(&|journey| journey.outcome == Some(Outcome::Rejected))),
            Self::Open => to_count(count(&|journey| journey.outcome.is_none())),
            Self::MedianDaysToResponse => median_days(journeys),
        }
    }
}

fn to_count(count: usize) -> Cell {
    Cell::Number(to_f64(u64::try_from(count).unwrap_or(u64::MAX)))
}

/// The rate, rounded to four decimal places; null if the whole is 0.
fn to_rate(part: usize, whole: usize) -> Cell {
    if whole == 0 {
        return Cell::Null;
    }
    let number = |count: usize| to_f64(u64::try_from(count).unwrap_or(u64::MAX));
    Cell::Number((number(part) / number(whole) * 10_000.0).round() / 10_000.0)
}

/// The median, rounded to one decimal place. Applications with an unknown start do not count.
fn median_days(journeys: &[&Journey]) -> Cell {
    let mut days: Vec<f64> = journeys
        .iter()
        .filter(|journey| !journey.is_start_unknown)
        .filter_map(|journey| {
            let first = journey.steps.first()?;
            let seconds = (journey.responded_at? - first.at).num_seconds().max(0);
            let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
            Some(f64::from(seconds) / SECONDS_PER_DAY)
        })
        .collect();
    days.sort_by(f64::total_cmp);
    let middle = days.len() / 2;
    let median = match days.len() {
        0 => return Cell::Null,
        n if n % 2 == 1 => days[middle],
        _ => f64::midpoint(days[middle - 1], days[middle]),
    };
    Cell::Number((median * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::journey::tests::history;

    fn journeys() -> Vec<Journey> {
        let applied = (StageKind::Applied, 0);
        let histories = [
            history(&[applied], None),
            history(&[applied], Some((Outcome::Rejected, 3))),
            history(
                &[applied, (StageKind::Screening, 4), (StageKind::Interview, 8)],
                None,
            ),
            history(&[applied, (StageKind::Offer, 10)], Some((Outcome::Accepted, 12))),
        ];
        let mut journeys: Vec<Journey> = histories.into_iter().filter_map(Journey::new).collect();
        journeys[0].source = "Referral".into();
        journeys
    }

    fn input(json: &str) -> QueryInput {
        serde_json::from_str(json).expect("input")
    }

    #[test]
    fn query_without_dimensions_has_one_row() {
        let all: Vec<&str> = <Measure as strum::VariantArray>::VARIANTS
            .iter()
            .map(Into::into)
            .collect();
        let input = input(&format!(
            r#"{{"measures":{}}}"#,
            serde_json::to_string(&all).expect("JSON")
        ));
        input.parse().expect("valid");
        let result = input.evaluate(&journeys()).expect("result");
        assert_eq!(result.columns, all);
        let json = serde_json::to_string(&result.rows).expect("JSON");
        assert_eq!(json, "[[4,3,0.75,2,2,1,0.25,1,2,4]]");
        let none = input.evaluate(&[]).expect("result");
        assert_eq!(
            serde_json::to_string(&none.rows).expect("JSON"),
            "[[0,0,null,0,0,0,null,0,0,null]]"
        );
    }

    #[test]
    fn rows_are_in_the_order_of_their_dimensions() {
        let input =
            input(r#"{"measures":["applications"],"by":["source","outcome"],"filters":{"outcomes":[]}}"#);
        let result = input.evaluate(&journeys()).expect("result");
        let json = serde_json::to_string(&result.rows).expect("JSON");
        assert_eq!(
            json,
            r#"[["LinkedIn","accepted",1],["LinkedIn","open",1],["LinkedIn","rejected",1],["Referral","open",1]]"#
        );
        assert_eq!(result.columns, ["source", "outcome", "applications"]);
    }

    #[test]
    fn filters_keep_what_matches_all_of_them() {
        let input = input(
            r#"{"measures":["applications"],"by":["month","week"],
                "filters":{"sources":["LinkedIn"],"stage_kinds":["interview"]}}"#,
        );
        let result = input.evaluate(&journeys()).expect("result");
        let json = serde_json::to_string(&result.rows).expect("JSON");
        assert_eq!(json, r#"[["1970-01","1969-12-29",1]]"#);
    }

    #[test]
    fn every_invalid_field_is_reported() {
        let input = input(r#"{"measures":[],"by":["month","month"],"from":"2026-02-01","to":"2026-01-01"}"#);
        let error = input.parse().expect_err("invalid");
        let fields: Vec<_> = error.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["measures", "by", "to"]);
    }

    #[test]
    fn result_with_too_many_rows_is_rejected() {
        let mut journeys = journeys();
        let one = journeys.remove(0);
        let many = (0..=MAX_ROWS).map(|n| Journey {
            source: n.to_string(),
            ..one.clone()
        });
        let many: Vec<Journey> = many.collect();
        let input = input(r#"{"measures":["applications"],"by":["source"]}"#);
        assert!(input.evaluate(&many).is_err());
        assert!(input.evaluate(&many[1..]).is_ok());
    }
}
