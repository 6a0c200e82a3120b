//! Which figures of a month may be shown, so that no combination of them says anything about fewer than five people. The argument is in
//! `docs/COHORTS.md`.

use crate::GroupId;
use chrono::NaiveDate;
use std::collections::HashMap;

/// The smallest number of people, whose contribution the viewer cannot know, that a figure is shown of.
pub const MIN_CONTRIBUTORS: usize = 5;
/// Counts are rounded to multiples of this.
pub const ROUNDING: u64 = 5;

/// What one person contributed to a month, without saying who it is.
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
}

/// A group, or everybody.
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
    let mut groups: Vec<GroupId> = people.iter().flat_map(|p| p.groups.iter().copied()).collect();
    groups.sort_unstable_by_key(|id| id.0);
    groups.dedup();
    let mut cells = vec![0; people.len()];
    let mut shown = Vec::new();
    let cohorts = [Cohort::Everybody]
        .into_iter()
        .chain(groups.into_iter().map(Cohort::Group));
    for cohort in cohorts {
        match split(people, &cells, cohort, figure) {
            Some(split) => {
                cells = split;
                shown.push(cohort);
            }
            None if cohort == Cohort::Everybody => return shown,
            None => {}
        }
    }
    // A group without anybody who contributes would be shown as a zero about all its members.
    shown.retain(|cohort| {
        people
            .iter()
            .any(|p| !p.is_known && cohort.contains(p) && figure.weight(&p.values) > 0)
    });
    shown
}

/// The people of one cell whose contributions the viewer does not know.
#[derive(Clone, Copy, Default)]
struct Cell {
    contributors: usize,
    sum: u64,
    max: u64,
}

/// Splits the cells of the partition, given as a number for each person, into those inside and outside of the cohort. `None` if one of them
/// has a contributor, but too few, or one who contributes more than half.
fn split(people: &[Contribution], cells: &[usize], cohort: Cohort, figure: Figure) -> Option<Vec<usize>> {
    let numbers = people
        .iter()
        .zip(cells)
        .map(|(person, cell)| cell * 2 + usize::from(cohort.contains(person)));
    let mut names: HashMap<usize, usize> = HashMap::new();
    let mut sums: Vec<Cell> = Vec::new();
    let mut split = Vec::with_capacity(people.len());
    for (person, number) in people.iter().zip(numbers) {
        let next = names.len();
        let name = *names.entry(number).or_insert(next);
        sums.resize(names.len(), Cell::default());
        split.push(name);
        let weight = u64::from(figure.weight(&person.values));
        if let Some(cell) = sums.get_mut(name)
            && weight > 0
            && !person.is_known
        {
            cell.contributors += 1;
            cell.sum += weight;
            cell.max = cell.max.max(weight);
        }
    }
    let is_safe = |cell: &Cell| {
        cell.contributors == 0 || cell.contributors >= MIN_CONTRIBUTORS && cell.max * 2 <= cell.sum
    };
    sums.iter().all(is_safe).then_some(split)
}

/// The nearest multiple of [`ROUNDING`].
pub const fn round(n: u64) -> u64 {
    (n + ROUNDING / 2) / ROUNDING * ROUNDING
}
