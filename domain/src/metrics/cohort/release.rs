//! Which figures of a month may be shown, so that no combination of them says anything about fewer than five people. The argument is in
//! `docs/COHORTS.md`.

use crate::GroupId;
use chrono::NaiveDate;
use std::collections::HashMap;

/// The smallest number of people, whose contribution the viewer cannot know, that a figure is shown of.
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
    /// The counts by week; `None` for months that were published before there were weeks.
    pub weeks: Option<[WeekCounts; WEEKS]>,
}

/// The part of a person's counts that is of one week.
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

    /// How much a person contributes to the figure; 0 for nothing. Each counts as one in a median.
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

    /// How much of that is of one week. 0 for figures that are not the sum of their weeks.
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

/// The cohorts whose figure of a month is shown: everybody first, then the groups in the order of their ids, which is the order they were
/// created in, each unless a cell of the partition that it makes with the ones before is too small.
pub fn shown_cohorts(people: &[Contribution], figure: Figure) -> Vec<Cohort> {
    release(people, figure).cohorts
}

/// Those of them whose figure is also shown by week: none unless in every week each cell of the partition of the month is large enough. So what
/// is shown of months and weeks together isolates nobody either.
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

/// The released part of a figure.
#[derive(Default)]
struct Release {
    cohorts: Vec<Cohort>,
    /// The cell of each person in the partition that the cohorts make.
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
    // A group without anybody who contributes would be shown as a zero about all its members.
    cohorts.retain(|cohort| has_contributor(people, *cohort, weight));
    Release { cohorts, cells }
}

/// Whether somebody in the cohort contributes whose contribution the viewer does not know.
fn has_contributor(people: &[Contribution], cohort: Cohort, weight: impl Fn(&Values) -> u32) -> bool {
    people
        .iter()
        .any(|p| !p.is_known && cohort.contains(p) && weight(&p.values) > 0)
}

/// Splits the cells of the partition, given as a number for each person, into those inside and outside of the cohort.
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

/// The people of one cell whose contributions the viewer does not know.
#[derive(Clone, Copy, Default)]
struct Cell {
    contributors: usize,
    sum: u64,
    max: u64,
}

/// Whether no cell has a contributor, but too few, or one who contributes more than half.
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
