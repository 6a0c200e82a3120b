//! Decides which figures of a month may be shown, so that no combination of them reveals anything about fewer than five people. The
//! reasoning is in `docs/COHORTS.md`.

use crate::GroupId;
use chrono::NaiveDate;
use std::collections::HashMap;

/// Minimum number of people who contribute to a shown figure, without those whose contribution the viewer can know.
pub const MIN_CONTRIBUTORS: usize = 5;
/// Counts are rounded to multiples of this.
pub const ROUNDING: u64 = 5;

/// Weeks of a month: days 1 to 7, 8 to 14, 15 to 21, and from 22 on.
pub const WEEKS: usize = 4;

/// The contribution of one person to a month, without their identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The first day of the month.
    pub month: NaiveDate,
    /// Whether the viewer can know these numbers.
    pub is_known: bool,
    /// The person's groups when the month was published.
    pub groups: Vec<GroupId>,
    /// The numbers.
    pub values: Values,
}

/// The numbers of one person and month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// Whether the person did anything.
    pub is_active: bool,
    /// Applications sent.
    pub applications: u32,
    /// First responses.
    pub responses: u32,
    /// Applications that reached a stage of kind `screening` or later.
    pub screenings: u32,
    /// Applications that reached a stage of kind `interview` or later.
    pub interviews: u32,
    /// Applications that reached a stage of kind `offer`.
    pub offers: u32,
    /// Median number of days to the first responses of this month.
    pub response_days: Option<u32>,
    /// Median number of days to the offers of this month.
    pub offer_days: Option<u32>,
    /// The counts by week; `None` for months that were published before weekly counts existed.
    pub weeks: Option<[WeekCounts; WEEKS]>,
}

/// The counts of one person in one week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeekCounts {
    /// Applications sent.
    pub applications: u32,
    /// First responses.
    pub responses: u32,
    /// Applications that reached a stage of kind `screening` or later.
    pub screenings: u32,
    /// Applications that reached a stage of kind `interview` or later.
    pub interviews: u32,
    /// Applications that reached a stage of kind `offer`.
    pub offers: u32,
}

/// A figure of a cohort and a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// People who did anything.
    Active,
    /// Applications sent.
    Applications,
    /// First responses.
    Responses,
    /// Screenings reached.
    Screenings,
    /// Interviews reached.
    Interviews,
    /// Offers reached.
    Offers,
    /// Median of the people's medians of the days to the first response.
    ResponseDays,
    /// Median of the people's medians of the days to the offer.
    OfferDays,
}

impl Figure {
    /// All figures.
    pub const ALL: [Self; 8] = [
        Self::Active,
        Self::Applications,
        Self::Responses,
        Self::Screenings,
        Self::Interviews,
        Self::Offers,
        Self::ResponseDays,
        Self::OfferDays,
    ];

    /// How much a person contributes to the figure. For a median, 1 per contributor.
    pub fn weight(self, values: &Values) -> u32 {
        match self {
            Self::Active => u32::from(values.is_active),
            Self::Applications => values.applications,
            Self::Responses => values.responses,
            Self::Screenings => values.screenings,
            Self::Interviews => values.interviews,
            Self::Offers => values.offers,
            Self::ResponseDays => u32::from(values.response_days.is_some()),
            Self::OfferDays => u32::from(values.offer_days.is_some()),
        }
    }

    /// How much a person contributes to the figure in one week; 0 for figures that are not sums over weeks.
    pub fn weight_in_week(self, values: &Values, week: usize) -> u32 {
        let Some(counts) = values.weeks.as_ref().and_then(|weeks| weeks.get(week)) else {
            return 0;
        };
        match self {
            Self::Applications => counts.applications,
            Self::Responses => counts.responses,
            Self::Screenings => counts.screenings,
            Self::Interviews => counts.interviews,
            Self::Offers => counts.offers,
            Self::Active | Self::ResponseDays | Self::OfferDays => 0,
        }
    }
}

/// A group, or everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cohort {
    /// Everybody.
    Everybody,
    /// The members of a group.
    Group(GroupId),
}

impl Cohort {
    /// Whether the person belongs to it.
    pub fn contains(self, person: &Contribution) -> bool {
        match self {
            Self::Everybody => true,
            Self::Group(id) => person.groups.contains(&id),
        }
    }
}

/// The cohorts whose figure for a month is shown. Everybody is considered first, then the groups in the order of their ids, which is the
/// order of creation. A cohort is shown only if it and the cohorts before it split the people into cells that are all large enough.
pub fn shown_cohorts(people: &[Contribution], figure: Figure) -> Vec<Cohort> {
    release(people, figure).cohorts
}

/// The cohorts of [`shown_cohorts`] whose figure is also shown by week. Empty unless every cell is large enough in every week, so that
/// combining months and weeks does not isolate anyone either.
pub fn cohorts_shown_by_week(people: &[Contribution], figure: Figure) -> Vec<Cohort> {
    let Release { mut cohorts, cells } = release(people, figure);
    let is_complete = people.iter().all(|person| person.values.weeks.is_some());
    let is_safe = |week| are_safe(people, &cells, |values| figure.weight_in_week(values, week));
    if !is_complete || !(0..WEEKS).all(is_safe) {
        return Vec::new();
    }
    cohorts.retain(|cohort| {
        (0..WEEKS).all(|week| has_contributor(people, *cohort, |values| figure.weight_in_week(values, week)))
    });
    cohorts
}

/// The cohorts that a figure is released for.
#[derive(Default)]
struct Release {
    cohorts: Vec<Cohort>,
    /// The cell of each person in the partition by the cohorts.
    cells: Vec<usize>,
}

fn release(people: &[Contribution], figure: Figure) -> Release {
    let mut groups: Vec<GroupId> = people.iter().flat_map(|p| p.groups.iter().copied()).collect();
    groups.sort_unstable_by_key(|id| id.0);
    groups.dedup();
    let mut cells = vec![0; people.len()];
    let mut cohorts = Vec::new();
    let weight = |values: &Values| figure.weight(values);
    if !are_safe(people, &cells, weight) {
        return Release::default();
    }
    for cohort in [Cohort::Everybody]
        .into_iter()
        .chain(groups.into_iter().map(Cohort::Group))
    {
        let split = split(people, &cells, cohort);
        if are_safe(people, &split, weight) {
            cells = split;
            cohorts.push(cohort);
        }
    }
    // Showing zero for a group without contributors would reveal that no member contributed.
    cohorts.retain(|cohort| has_contributor(people, *cohort, weight));
    Release { cohorts, cells }
}

/// Whether the cohort has a contributor whose contribution the viewer does not know.
fn has_contributor(people: &[Contribution], cohort: Cohort, weight: impl Fn(&Values) -> u32) -> bool {
    people
        .iter()
        .any(|p| !p.is_known && cohort.contains(p) && weight(&p.values) > 0)
}

/// Splits each cell of the partition into the people inside and outside of the cohort. Cells are given as a number for each person.
fn split(people: &[Contribution], cells: &[usize], cohort: Cohort) -> Vec<usize> {
    let mut names: HashMap<usize, usize> = HashMap::new();
    let numbers = people
        .iter()
        .zip(cells)
        .map(|(person, cell)| cell * 2 + usize::from(cohort.contains(person)));
    numbers
        .map(|number| {
            let next = names.len();
            *names.entry(number).or_insert(next)
        })
        .collect()
}

/// The contributors in one cell whose contributions the viewer does not know.
#[derive(Clone, Copy, Default)]
struct Cell {
    contributors: usize,
    sum: u64,
    max: u64,
}

/// Whether every cell with contributors has at least [`MIN_CONTRIBUTORS`], and none of them contributes more than half.
fn are_safe(people: &[Contribution], cells: &[usize], weight: impl Fn(&Values) -> u32) -> bool {
    let mut sums: HashMap<usize, Cell> = HashMap::new();
    for (person, name) in people.iter().zip(cells) {
        let weight = u64::from(weight(&person.values));
        if weight > 0 && !person.is_known {
            let cell = sums.entry(*name).or_default();
            cell.contributors += 1;
            cell.sum += weight;
            cell.max = cell.max.max(weight);
        }
    }
    sums.values()
        .all(|cell| cell.contributors >= MIN_CONTRIBUTORS && cell.max * 2 <= cell.sum)
}

/// The nearest multiple of [`ROUNDING`].
pub const fn round(n: u64) -> u64 {
    (n + ROUNDING / 2) / ROUNDING * ROUNDING
}
