//! Numbers for the charts.

mod queries;
mod words;

use crate::{
    Error, Services,
    jobapps::today,
    tenants::{Caller, permit},
};
use chrono::{Datelike as _, Months, NaiveDate};
use domain::{
    metrics::{
        MonthlyCounts, MostFrequent, StatusCount, TitleStatusCounts, TotalCount, WordCount, by_source,
        by_title as title_series, with_total,
    },
    tenants::Action,
};

/// How many months a chart looks back, this one included.
const MONTHS: u32 = 12;

/// How many applications there are.
pub async fn total(services: &Services, caller: &Caller) -> Result<TotalCount, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ReadMetrics)?).await?;
    let count = queries::total(&mut tx).await?;
    tx.commit().await?;
    Ok(TotalCount { count })
}

/// Applications of the last twelve months by month and source.
pub async fn by_month(services: &Services, caller: &Caller) -> Result<MonthlyCounts, Error> {
    let first = first_month(services, caller);
    let mut tx = services.db.begin(permit(caller, Action::ReadMetrics)?).await?;
    let counts = queries::by_month(&mut tx, first, first + Months::new(MONTHS)).await?;
    tx.commit().await?;
    Ok(series(first, counts))
}

/// The same with a last series `Total`.
pub async fn by_month_with_total(services: &Services, caller: &Caller) -> Result<MonthlyCounts, Error> {
    by_month(services, caller).await.map(with_total)
}

/// The most frequent words of titles and companies.
///
/// # Errors
/// `invalid` for a limit out of range.
pub async fn word_count(
    services: &Services,
    caller: &Caller,
    input: MostFrequent,
) -> Result<Vec<WordCount>, Error> {
    let limit = input.parse(100)?;
    let mut tx = services.db.begin(permit(caller, Action::ReadMetrics)?).await?;
    let texts = queries::texts(&mut tx).await?;
    tx.commit().await?;
    Ok(words::count(&texts, limit))
}

/// The most frequent titles by stage.
///
/// # Errors
/// `invalid` for a limit out of range.
pub async fn by_title(
    services: &Services,
    caller: &Caller,
    input: MostFrequent,
) -> Result<TitleStatusCounts, Error> {
    let limit = input.parse(20)?;
    let mut tx = services.db.begin(permit(caller, Action::ReadMetrics)?).await?;
    let stages = queries::by_title(&mut tx).await?;
    tx.commit().await?;
    Ok(title_series(stages, limit))
}

/// Every stage with the number of applications in it, whatever their outcome.
pub async fn by_status(services: &Services, caller: &Caller) -> Result<Vec<StatusCount>, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ReadMetrics)?).await?;
    let counts = queries::by_status(&mut tx).await?;
    tx.commit().await?;
    Ok(counts)
}

/// What the metrics page draws, from one snapshot: by month and source, and by stage.
pub async fn charts(
    services: &Services,
    caller: &Caller,
) -> Result<(MonthlyCounts, Vec<StatusCount>), Error> {
    let first = first_month(services, caller);
    let mut tx = services.db.begin(permit(caller, Action::ReadMetrics)?).await?;
    let counts = queries::by_month(&mut tx, first, first + Months::new(MONTHS)).await?;
    let statuses = queries::by_status(&mut tx).await?;
    tx.commit().await?;
    Ok((series(first, counts), statuses))
}

/// The first day of the window, in the person's zone.
fn first_month(services: &Services, caller: &Caller) -> NaiveDate {
    let today = today(services.clock.now(), &caller.user.time_zone);
    let this_month = today.with_day(1).unwrap_or(today);
    this_month - Months::new(MONTHS - 1)
}

fn series(first: NaiveDate, counts: Vec<(NaiveDate, String, i64)>) -> MonthlyCounts {
    let months: Vec<String> = (0..MONTHS)
        .map(|n| (first + Months::new(n)).format("%Y-%m").to_string())
        .collect();
    let at = |month: NaiveDate| {
        let months_between =
            (month.year() - first.year()) * 12 + month.month0().cast_signed() - first.month0().cast_signed();
        usize::try_from(months_between).unwrap_or(usize::MAX)
    };
    by_source(
        months,
        counts
            .into_iter()
            .map(|(month, source, n)| (at(month), source, n)),
    )
}
