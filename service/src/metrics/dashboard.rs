//! All metrics of the metrics page, read in one transaction.

use super::{
    DEFAULT_TITLES, DEFAULT_WORDS, begin, monthly_counts,
    queries::{self, FilterParams},
    read_journeys, times, title_series, word_count,
};
use crate::{Error, Services, context::Caller, platform::time_zone::today};
use domain::metrics::{
    Flow, Funnel, MetricsQuery, MonthlyCounts, Pace, ResponseRates, ResponseTimes, StageCount,
    TitleStageCounts, WordCount,
};

/// Maximum number of sources offered as filters on the page.
const MAX_SOURCE_CHOICES: i64 = 100;

/// The metrics of the page. Each is what its endpoint returns for the same filter.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// Applications by month and source.
    pub by_month: MonthlyCounts,
    /// Applications by stage.
    pub by_stage: Vec<StageCount>,
    /// The most frequent titles, by stage.
    pub by_title: TitleStageCounts,
    /// The most frequent words.
    pub words: Vec<WordCount>,
    /// How many applications ever reached each kind of stage.
    pub funnel: Funnel,
    /// The paths through the stages.
    pub flow: Flow,
    /// Time to the first response.
    pub response_times: ResponseTimes,
    /// Responses and conversations by source.
    pub response_rates: ResponseRates,
    /// Applications by week.
    pub pace: Pace,
    /// The sources of all the user's applications, the most frequent first.
    pub sources: Vec<String>,
}

/// The metrics of the page.
///
/// # Errors
/// `invalid` if the filter is.
pub async fn dashboard(
    services: &Services,
    caller: &Caller,
    query: &MetricsQuery,
) -> Result<Dashboard, Error> {
    let filter = query.parse()?;
    let now = services.clock.now();
    let today = today(now, &caller.user.time_zone);
    let months = filter.months(today)?;
    let weeks = filter.weeks(today)?;
    let params = FilterParams::from(&filter);
    let mut tx = begin(services, caller, query.owner_id).await?;
    let by_month = monthly_counts(&mut tx, &filter, &months).await?;
    let by_stage = queries::by_stage(&mut tx, &params).await?;
    let titles = queries::by_title(&mut tx, &params).await?;
    let texts = queries::texts(&mut tx, &params).await?;
    let journeys = read_journeys(&mut tx, &params).await?;
    let goal = queries::weekly_goal(&mut tx).await?;
    let sources = queries::sources(&mut tx, MAX_SOURCE_CHOICES).await?;
    tx.commit().await?;
    Ok(Dashboard {
        by_month,
        by_stage,
        by_title: title_series(titles, usize::try_from(DEFAULT_TITLES).unwrap_or(usize::MAX)),
        words: word_count::count_words(&texts, usize::try_from(DEFAULT_WORDS).unwrap_or(usize::MAX)),
        funnel: Funnel::new(&journeys),
        flow: Flow::new(&journeys),
        response_times: times(services, caller, &journeys),
        response_rates: ResponseRates::new(&journeys),
        pace: Pace::new(&journeys, &filter, weeks, today, goal),
        sources,
    })
}
