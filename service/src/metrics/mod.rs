//! Metrics for the charts.

mod cohort;
mod dashboard;
mod goal;
mod queries;
mod word_count;

pub use cohort::cohort;
pub use dashboard::{Dashboard, dashboard};
pub use goal::set_goal;

use crate::{
    Error, Services,
    coaching::begin_read,
    context::Caller,
    platform::{db::TenantTx, time_zone::today},
};
use chrono::{Months, NaiveDate};
use domain::{
    UserId,
    metrics::{
        ApplicationHistory, Flow, Funnel, Journey, MetricsFilter, MetricsQuery, MonthlyCounts, Pace,
        QueryInput, QueryResult, ResponseRates, ResponseTimes, StageCount, TitleStageCounts, TopQuery,
        TotalCount, WordCount, by_source, by_title as title_series, months_between, with_total,
    },
    tenants::Action,
};
use queries::FilterParams;

/// Default number of titles in the chart by title.
const DEFAULT_TITLES: u32 = 20;
/// Default number of words.
const DEFAULT_WORDS: u32 = 100;

/// Begins a transaction that reads the metrics of the caller or of a client.
async fn begin(services: &Services, caller: &Caller, owner: Option<UserId>) -> Result<TenantTx, Error> {
    begin_read(services, caller, Action::ReadMetrics, owner, None).await
}

/// Total number of applications.
///
/// # Errors
/// `invalid` if the filter is; `not_found` for an owner who has not granted the caller access.
pub async fn total(services: &Services, caller: &Caller, query: &MetricsQuery) -> Result<TotalCount, Error> {
    let filter = query.parse()?;
    let mut tx = begin(services, caller, query.owner_id).await?;
    let count = queries::total(&mut tx, &FilterParams::from(&filter)).await?;
    tx.commit().await?;
    Ok(TotalCount { count })
}

/// Applications by month and source, of the months of the range or of the last twelve.
///
/// # Errors
/// `invalid` if the filter is; `not_found` for an owner who has not granted the caller access.
pub async fn by_month(
    services: &Services,
    caller: &Caller,
    query: &MetricsQuery,
) -> Result<MonthlyCounts, Error> {
    let filter = query.parse()?;
    let months = filter.months(today(services.clock.now(), &caller.user.time_zone))?;
    let mut tx = begin(services, caller, query.owner_id).await?;
    let counts = monthly_counts(&mut tx, &filter, &months).await?;
    tx.commit().await?;
    Ok(counts)
}

/// As [`by_month`], with a last series `Total`.
///
/// # Errors
/// `invalid` if the filter is; `not_found` for an owner who has not granted the caller access.
pub async fn by_month_with_total(
    services: &Services,
    caller: &Caller,
    query: &MetricsQuery,
) -> Result<MonthlyCounts, Error> {
    by_month(services, caller, query).await.map(with_total)
}

/// The most frequent words in titles and companies.
///
/// # Errors
/// `invalid` if the filter or the limit is; `not_found` for an owner who has not granted the caller access.
pub async fn word_count(
    services: &Services,
    caller: &Caller,
    input: TopQuery,
) -> Result<Vec<WordCount>, Error> {
    let owner = input.owner_id;
    let (filter, limit) = input.parse(DEFAULT_WORDS)?;
    let mut tx = begin(services, caller, owner).await?;
    let texts = queries::texts(&mut tx, &FilterParams::from(&filter)).await?;
    tx.commit().await?;
    Ok(word_count::count_words(&texts, limit))
}

/// The most frequent titles, by stage.
///
/// # Errors
/// `invalid` if the filter or the limit is; `not_found` for an owner who has not granted the caller access.
pub async fn by_title(
    services: &Services,
    caller: &Caller,
    input: TopQuery,
) -> Result<TitleStageCounts, Error> {
    let owner = input.owner_id;
    let (filter, limit) = input.parse(DEFAULT_TITLES)?;
    let mut tx = begin(services, caller, owner).await?;
    let stages = queries::by_title(&mut tx, &FilterParams::from(&filter)).await?;
    tx.commit().await?;
    Ok(title_series(stages, limit))
}

/// The number of applications in each stage, with any outcome.
///
/// # Errors
/// `invalid` if the filter is; `not_found` for an owner who has not granted the caller access.
pub async fn by_stage(
    services: &Services,
    caller: &Caller,
    query: &MetricsQuery,
) -> Result<Vec<StageCount>, Error> {
    let filter = query.parse()?;
    let mut tx = begin(services, caller, query.owner_id).await?;
    let counts = queries::by_stage(&mut tx, &FilterParams::from(&filter)).await?;
    tx.commit().await?;
    Ok(counts)
}

/// How many applications ever reached each kind of stage.
///
/// # Errors
/// `invalid` if the filter is; `not_found` for an owner who has not granted the caller access.
pub async fn funnel(services: &Services, caller: &Caller, query: &MetricsQuery) -> Result<Funnel, Error> {
    Ok(Funnel::new(&journeys(services, caller, query).await?))
}

/// The paths of applications through the stages.
///
/// # Errors
/// `invalid` if the filter is; `not_found` for an owner who has not granted the caller access.
pub async fn flow(services: &Services, caller: &Caller, query: &MetricsQuery) -> Result<Flow, Error> {
    Ok(Flow::new(&journeys(services, caller, query).await?))
}

/// Time from the application to the first response.
///
/// # Errors
/// `invalid` if the filter is; `not_found` for an owner who has not granted the caller access.
pub async fn response_times(
    services: &Services,
    caller: &Caller,
    query: &MetricsQuery,
) -> Result<ResponseTimes, Error> {
    Ok(times(services, caller, &journeys(services, caller, query).await?))
}

/// Responses and conversations by source.
///
/// # Errors
/// `invalid` if the filter is; `not_found` for an owner who has not granted the caller access.
pub async fn response_rates(
    services: &Services,
    caller: &Caller,
    query: &MetricsQuery,
) -> Result<ResponseRates, Error> {
    Ok(ResponseRates::new(&journeys(services, caller, query).await?))
}

/// The result of a metrics query.
///
/// # Errors
/// `invalid` with every invalid field, or if the result has too many rows; `not_found` for an owner who has not granted the caller access.
pub async fn query(services: &Services, caller: &Caller, input: &QueryInput) -> Result<QueryResult, Error> {
    let filter = input.parse()?;
    let mut tx = begin(services, caller, input.owner_id).await?;
    let journeys = read_journeys(&mut tx, &FilterParams::from(&filter)).await?;
    tx.commit().await?;
    Ok(input.evaluate(&journeys)?)
}

/// Applications sent by week, against the goal.
///
/// # Errors
/// `invalid` if the filter is; `not_found` for an owner who has not granted the caller access.
pub async fn pace(services: &Services, caller: &Caller, query: &MetricsQuery) -> Result<Pace, Error> {
    Ok(journey_metrics(services, caller, query).await?.pace)
}

/// Metrics computed from the journeys of applications, which are read once.
#[derive(Clone, Debug)]
pub struct JourneyMetrics {
    /// How many applications ever reached each kind of stage.
    pub funnel: Funnel,
    /// Responses and conversations by source.
    pub response_rates: ResponseRates,
    /// Time to the first response.
    pub response_times: ResponseTimes,
    /// Applications by week.
    pub pace: Pace,
}

/// [`funnel`], [`response_rates`], [`response_times`] and [`pace`] for the same filter.
///
/// # Errors
/// `invalid` if the filter is; `not_found` for an owner who has not granted the caller access.
pub async fn journey_metrics(
    services: &Services,
    caller: &Caller,
    query: &MetricsQuery,
) -> Result<JourneyMetrics, Error> {
    let filter = query.parse()?;
    let today = today(services.clock.now(), &caller.user.time_zone);
    let weeks = filter.weeks(today)?;
    let mut tx = begin(services, caller, query.owner_id).await?;
    let journeys = read_journeys(&mut tx, &FilterParams::from(&filter)).await?;
    let goal = queries::weekly_goal(&mut tx).await?;
    tx.commit().await?;
    Ok(JourneyMetrics {
        funnel: Funnel::new(&journeys),
        response_rates: ResponseRates::new(&journeys),
        response_times: times(services, caller, &journeys),
        pace: Pace::new(&journeys, &filter, weeks, today, goal),
    })
}

async fn journeys(services: &Services, caller: &Caller, query: &MetricsQuery) -> Result<Vec<Journey>, Error> {
    let filter = query.parse()?;
    let mut tx = begin(services, caller, query.owner_id).await?;
    let journeys = read_journeys(&mut tx, &FilterParams::from(&filter)).await?;
    tx.commit().await?;
    Ok(journeys)
}

async fn read_journeys(tx: &mut TenantTx, filter: &FilterParams) -> Result<Vec<Journey>, Error> {
    let histories: Vec<ApplicationHistory> = queries::histories(tx, filter).await?;
    Ok(histories.into_iter().filter_map(Journey::new).collect())
}

fn times(services: &Services, caller: &Caller, journeys: &[Journey]) -> ResponseTimes {
    let zone = &caller.user.time_zone;
    ResponseTimes::new(journeys, today(services.clock.now(), zone), |at| today(at, zone))
}

async fn monthly_counts(
    tx: &mut TenantTx,
    filter: &MetricsFilter,
    months: &[NaiveDate],
) -> Result<MonthlyCounts, Error> {
    let (first, last) = match (months.first(), months.last()) {
        (Some(first), Some(last)) => (*first, *last),
        _ => return Err(Error::Internal("a chart without months".into())),
    };
    let counts = queries::by_month(tx, &FilterParams::from(filter), first, last + Months::new(1)).await?;
    let names = months
        .iter()
        .map(|month| month.format("%Y-%m").to_string())
        .collect();
    let index = |month| usize::try_from(months_between(first, month)).unwrap_or(usize::MAX);
    let counts = counts
        .into_iter()
        .map(|(month, source, n)| (index(month), source, n));
    Ok(by_source(names, counts))
}
