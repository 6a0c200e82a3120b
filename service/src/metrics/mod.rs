//! Metrics for the charts.

mod queries;
mod word_count;

use crate::{
    Error, Services,
    context::{Caller, permit},
    platform::time_zone::today,
};
use chrono::{Datelike as _, Months, NaiveDate};
use domain::{
    metrics::{
        MonthlyCounts, StageCount, TitleStageCounts, TopQuery, TotalCount, WordCount, by_source,
        by_title as title_series, with_total,
    },
    tenants::Action,
};

/// Number of months that a chart shows, including the current one.
const CHART_MONTHS: u32 = 12;

/// Total number of applications.
pub async fn total(services: &Services, caller: &Caller) -> Result<TotalCount, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ReadMetrics)?).await?;
    let count = queries::total(&mut tx).await?;
    tx.commit().await?;
    Ok(TotalCount { count })
}

/// Applications of the last twelve months, by month and source.
pub async fn by_month(services: &Services, caller: &Caller) -> Result<MonthlyCounts, Error> {
    let first = first_month(services, caller);
    let mut tx = services.db.begin(permit(caller, Action::ReadMetrics)?).await?;
    let counts = queries::by_month(&mut tx, first, first + Months::new(CHART_MONTHS)).await?;
    tx.commit().await?;
    Ok(series(first, counts))
}

/// As [`by_month`], with a last series `Total`.
pub async fn by_month_with_total(services: &Services, caller: &Caller) -> Result<MonthlyCounts, Error> {
    by_month(services, caller).await.map(with_total)
}

/// The most frequent words in titles and companies.
///
/// # Errors
/// `invalid` if the limit is out of range.
pub async fn word_count(
    services: &Services,
    caller: &Caller,
    input: TopQuery,
) -> Result<Vec<WordCount>, Error> {
    let limit = input.parse(100)?;
    let mut tx = services.db.begin(permit(caller, Action::ReadMetrics)?).await?;
    let texts = queries::texts(&mut tx).await?;
    tx.commit().await?;
    Ok(word_count::count_words(&texts, limit))
}

/// The most frequent titles, by stage.
///
/// # Errors
/// `invalid` if the limit is out of range.
pub async fn by_title(
    services: &Services,
    caller: &Caller,
    input: TopQuery,
) -> Result<TitleStageCounts, Error> {
    let limit = input.parse(20)?;
    let mut tx = services.db.begin(permit(caller, Action::ReadMetrics)?).await?;
    let stages = queries::by_title(&mut tx).await?;
    tx.commit().await?;
    Ok(title_series(stages, limit))
}

/// The number of applications in each stage, with any outcome.
pub async fn by_stage(services: &Services, caller: &Caller) -> Result<Vec<StageCount>, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ReadMetrics)?).await?;
    let counts = queries::by_stage(&mut tx).await?;
    tx.commit().await?;
    Ok(counts)
}

/// The data of the metrics page, read in one transaction: by month and source, and by stage.
pub async fn charts(services: &Services, caller: &Caller) -> Result<(MonthlyCounts, Vec<StageCount>), Error> {
    let first = first_month(services, caller);
    let mut tx = services.db.begin(permit(caller, Action::ReadMetrics)?).await?;
    let counts = queries::by_month(&mut tx, first, first + Months::new(CHART_MONTHS)).await?;
    let stages = queries::by_stage(&mut tx).await?;
    tx.commit().await?;
    Ok((series(first, counts), stages))
}

/// The first day of the chart's first month, in the user's time zone.
fn first_month(services: &Services, caller: &Caller) -> NaiveDate {
    let today = today(services.clock.now(), &caller.user.time_zone);
    let this_month = today.with_day(1).unwrap_or(today);
    this_month - Months::new(CHART_MONTHS - 1)
}

fn series(first: NaiveDate, counts: Vec<(NaiveDate, String, i64)>) -> MonthlyCounts {
    let months: Vec<String> = (0..CHART_MONTHS)
        .map(|n| (first + Months::new(n)).format("%Y-%m").to_string())
        .collect();
    let index_of = |month: NaiveDate| {
        let months_between =
            (month.year() - first.year()) * 12 + month.month0().cast_signed() - first.month0().cast_signed();
        usize::try_from(months_between).unwrap_or(usize::MAX)
    };
    by_source(
        months,
        counts
            .into_iter()
            .map(|(month, source, n)| (index_of(month), source, n)),
    )
}
