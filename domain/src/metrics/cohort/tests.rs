//! Simulates an attacker who tries every linear combination of the figures that are shown.

use super::*;
use proptest::prelude::*;
use uuid::Uuid;

const PRIME: i64 = 2_147_483_647;

fn group(n: u128) -> GroupId {
    GroupId(Uuid::from_u128(n))
}

fn month(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, n, 1).expect("a date")
}

fn person(groups: &[u128], applications: u32) -> Contribution {
    Contribution {
        month: month(1),
        is_known: false,
        groups: groups.iter().map(|n| group(*n)).collect(),
        values: Values {
            is_active: applications > 0,
            applications,
            ..Values::default()
        },
    }
}

fn shown(people: &[Contribution]) -> Vec<Cohort> {
    shown_cohorts(people, Figure::Applications)
}

#[test]
fn figure_of_four_people_is_hidden_and_of_five_is_shown() {
    let people = vec![person(&[], 3); 5];
    assert_eq!(shown(&people[..4]), []);
    assert_eq!(shown(&people), [Cohort::Everybody]);
    // People without a contribution do not count.
    let idle = [&people[..4], &vec![person(&[], 0); 20]].concat();
    assert_eq!(shown(&idle), []);
}

#[test]
fn known_people_do_not_count() {
    let mut people = vec![person(&[], 3); 9];
    for known in &mut people[..5] {
        known.is_known = true;
    }
    assert_eq!(shown(&people), []);
}

#[test]
fn group_that_differs_from_everybody_or_another_group_by_few_people_is_hidden() {
    let everybody_but_one = [vec![person(&[1], 3); 9], vec![person(&[], 3); 1]].concat();
    assert_eq!(shown(&everybody_but_one), [Cohort::Everybody]);
    let one_more = [
        vec![person(&[1, 2], 3); 6],
        vec![person(&[2], 3); 1],
        vec![person(&[], 3); 5],
    ]
    .concat();
    // The older group is shown: it has six people, and six are outside of it.
    assert_eq!(shown(&one_more), [Cohort::Everybody, Cohort::Group(group(1))]);
}

#[test]
fn overlapping_groups_that_leave_few_people_are_not_both_shown() {
    // The person in neither group is everybody minus both groups.
    let people = [
        vec![person(&[1], 3); 6],
        vec![person(&[2], 3); 6],
        vec![person(&[], 3); 1],
    ]
    .concat();
    assert_eq!(shown(&people), [Cohort::Everybody, Cohort::Group(group(1))]);
}

#[test]
fn figure_that_is_mostly_of_one_person_is_hidden() {
    let people = [vec![person(&[], 1); 8], vec![person(&[], 40)]].concat();
    assert_eq!(shown(&people), []);
}

#[test]
fn counts_are_rounded_and_the_rate_is_of_rounded_counts() {
    let mut people = vec![person(&[], 3); 6];
    for p in &mut people {
        p.values.responses = 1;
    }
    let metrics = CohortMetrics::new(None, &people);
    assert_eq!(
        (
            metrics.members,
            metrics.active,
            metrics.applications,
            metrics.responses
        ),
        (6, Some(5), Some(20), Some(5))
    );
    assert_eq!(metrics.response_rate, Some(0.25));
    assert_eq!(metrics.stages, CohortStages::default());
}

#[test]
fn only_whole_months_that_are_over_can_be_asked_for() {
    let today: NaiveDate = "2026-11-27".parse().expect("a date");
    let months = |from: Option<&str>, to: Option<&str>| {
        let date = |text: &str| text.parse().expect("a date");
        let query = CohortQuery {
            group_id: None,
            from: from.map(date),
            to: to.map(date),
        };
        query.months(today).map(|(a, b)| (a.to_string(), b.to_string()))
    };
    let pair = |a: &str, b: &str| Ok((a.to_owned(), b.to_owned()));
    assert_eq!(months(None, None), pair("2025-11-01", "2026-10-01"));
    assert_eq!(
        months(Some("2026-03-17"), Some("2026-05-02")),
        pair("2026-03-01", "2026-05-01")
    );
    assert!(months(Some("2026-05-02"), Some("2026-05-01")).is_err());
    assert!(months(Some("2020-01-01"), None).is_err());
}

/// Rank modulo a prime. It can be smaller than the rank, but not for the matrices of these tests.
fn rank(mut rows: Vec<Vec<i64>>) -> usize {
    let width = rows.first().map_or(0, Vec::len);
    let mut rank = 0;
    for column in 0..width {
        let Some(pivot) = (rank..rows.len()).find(|r| rows[*r][column] != 0) else {
            continue;
        };
        rows.swap(rank, pivot);
        let inverse = power(rows[rank][column], PRIME - 2);
        for r in (0..rows.len()).filter(|r| *r != rank).collect::<Vec<_>>() {
            let factor = rows[r][column] * inverse % PRIME;
            let pivot_row = rows[rank].clone();
            for (cell, pivot_cell) in rows[r].iter_mut().zip(pivot_row) {
                *cell = (*cell - factor * pivot_cell % PRIME).rem_euclid(PRIME);
            }
        }
        rank += 1;
    }
    rank
}

fn power(base: i64, exponent: i64) -> i64 {
    let (mut result, mut base, mut exponent) = (1, base.rem_euclid(PRIME), exponent);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent >>= 1;
    }
    result
}

/// A figure that the attacker sees: the cohort, and the week or the whole month.
type Shown = (Cohort, Option<usize>);

/// The months and weeks that are shown of each cohort.
fn shown_with_weeks(people: &[Contribution]) -> Vec<Shown> {
    let by_week = cohorts_shown_by_week(people, Figure::Applications);
    let weeks = by_week
        .into_iter()
        .flat_map(|cohort| (0..WEEKS).map(move |week| (cohort, Some(week))));
    shown(people)
        .into_iter()
        .map(|cohort| (cohort, None))
        .chain(weeks)
        .collect()
}

/// Whether some linear combination of months and weeks depends on one to four people only, because the contributions of all others cancel
/// out. Only sets of four are tried, because they include all smaller sets.
fn is_anybody_isolated(people: &[Contribution], figures: &[Shown]) -> bool {
    let unknown: Vec<&Contribution> = people
        .iter()
        .filter(|p| !p.is_known && p.values.applications > 0)
        .collect();
    // One column for each person and week with a contribution.
    let matrix = |without: &[usize]| -> Vec<Vec<i64>> {
        let rows = figures.iter().map(|(cohort, week)| {
            let columns = unknown.iter().enumerate().filter(|(n, _)| !without.contains(n));
            columns
                .flat_map(|(_, p)| {
                    (0..WEEKS)
                        .filter(|w| Figure::Applications.weight_in_week(&p.values, *w) > 0)
                        .map(|w| i64::from(cohort.contains(p) && week.is_none_or(|week| week == w)))
                })
                .collect()
        });
        rows.collect()
    };
    let full = rank(matrix(&[]));
    let last = unknown.len();
    if last < MIN_CONTRIBUTORS {
        return full > 0;
    }
    (0..last).any(|a| {
        (a + 1..last)
            .any(|b| (b + 1..last).any(|c| (c + 1..last).any(|d| rank(matrix(&[a, b, c, d])) < full)))
    })
}

fn weekly(groups: &[u128], by_week: [u32; WEEKS]) -> Contribution {
    let mut person = person(groups, by_week.iter().sum());
    person.values.weeks = Some(by_week.map(|applications| WeekCounts {
        applications,
        ..WeekCounts::default()
    }));
    person
}

#[test]
fn weeks_are_shown_if_each_has_five_contributors() {
    let people = vec![weekly(&[], [1, 2, 1, 3]); 6];
    let month = &CohortMetrics::new(None, &people).months[0];
    let counts: Vec<_> = month
        .weeks
        .iter()
        .map(|week| (week.from.day(), week.to.day(), week.applications))
        .collect();
    let expected = [
        (1, 7, Some(5)),
        (8, 14, Some(10)),
        (15, 21, Some(5)),
        (22, 31, Some(20)),
    ];
    assert_eq!(counts, expected);
    assert_eq!(month.weeks[0].responses, None);
    // Only four people contribute in one week.
    let mut few = people.clone();
    few[0] = weekly(&[], [0, 3, 1, 3]);
    few[1] = weekly(&[], [0, 3, 1, 3]);
    let month = &CohortMetrics::new(None, &few).months[0];
    assert_eq!((month.applications, month.weeks.len()), (Some(40), 0));
    // No one contributes in one week: showing zero would reveal that about all of them.
    let idle = vec![weekly(&[], [1, 0, 1, 3]); 6];
    assert_eq!(CohortMetrics::new(None, &idle).months[0].weeks, []);
    // A month that was published before weekly counts existed.
    let mut old = people;
    old[0].values.weeks = None;
    assert_eq!(CohortMetrics::new(None, &old).months[0].weeks, []);
}

#[test]
fn week_of_everybody_is_hidden_if_the_month_of_a_group_gives_a_person_away() {
    // The group sent everything in the first week, and one other person sent something in it. So the first week of everybody minus the
    // month of the group is that person.
    let people = [
        vec![weekly(&[1], [3, 0, 0, 0]); 6],
        vec![weekly(&[], [0, 1, 1, 1]); 6],
        vec![weekly(&[], [1, 1, 1, 1])],
    ]
    .concat();
    let everybody = [Cohort::Everybody, Cohort::Group(group(1))];
    assert_eq!(shown(&people), everybody);
    assert_eq!(cohorts_shown_by_week(&people, Figure::Applications), []);
    let months = everybody.map(|cohort| (cohort, None));
    let weeks = (0..WEEKS).map(|week| (Cohort::Everybody, Some(week)));
    let with_weeks: Vec<Shown> = months.into_iter().chain(weeks).collect();
    assert!(
        is_anybody_isolated(&people, &with_weeks),
        "the attack finds the person"
    );
    assert!(!is_anybody_isolated(&people, &months));
}

fn any_weekly_person() -> impl Strategy<Value = Contribution> {
    let groups = proptest::sample::subsequence(vec![1, 2], 0..=2);
    let counts = proptest::array::uniform4(0_u32..3);
    (groups, counts, proptest::bool::weighted(0.1)).prop_map(|(groups, counts, is_known)| Contribution {
        is_known,
        ..weekly(&groups, counts)
    })
}

/// Like [`any_people`], with weekly counts. Most people contribute in every week, so that weeks are often shown.
fn any_weekly_people() -> impl Strategy<Value = Vec<Contribution>> {
    let busy = proptest::array::uniform4(1_u32..3);
    let groups = proptest::sample::subsequence(vec![1, 2], 0..=2);
    let class = (groups, busy, 5_usize..8).prop_map(|(groups, counts, n)| vec![weekly(&groups, counts); n]);
    let classes = proptest::collection::vec(class, 1..3);
    (classes, proptest::collection::vec(any_weekly_person(), 0..2))
        .prop_map(|(classes, others)| [classes.concat(), others].concat())
        .prop_map(|mut people| {
            people.truncate(12);
            people
        })
}

/// The sets of one to four people that some linear combination of the figures depends on exclusively. The attacker knows the contributions
/// of the known people, and who contributes nothing.
fn isolated(people: &[Contribution], cohorts: &[Cohort]) -> Vec<Vec<usize>> {
    let unknown: Vec<&Contribution> = people
        .iter()
        .filter(|p| !p.is_known && p.values.applications > 0)
        .collect();
    let matrix = |without: &[usize]| -> Vec<Vec<i64>> {
        let rows = cohorts.iter().map(|cohort| {
            let columns = unknown.iter().enumerate().filter(|(n, _)| !without.contains(n));
            columns.map(|(_, p)| i64::from(cohort.contains(p))).collect()
        });
        rows.collect()
    };
    let full = rank(matrix(&[]));
    let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
    let mut found = Vec::new();
    for size in 1..MIN_CONTRIBUTORS {
        sets = sets
            .iter()
            .flat_map(|set| {
                let next = set.last().map_or(0, |last| last + 1);
                (next..unknown.len()).map(move |n| [set.as_slice(), &[n]].concat())
            })
            .collect();
        debug_assert!(sets.iter().all(|set| set.len() == size));
        // If the rank drops without the set, some combination is zero for all others, but not for the set.
        found.extend(sets.iter().filter(|set| rank(matrix(set)) < full).cloned());
    }
    found
}

#[test]
fn attack_finds_the_person_without_the_rules() {
    let people = [vec![person(&[1], 3); 9], vec![person(&[], 3); 1]].concat();
    let everything = [Cohort::Everybody, Cohort::Group(group(1))];
    assert!(isolated(&people, &everything).contains(&vec![9]));
}

fn any_person() -> impl Strategy<Value = Contribution> {
    let groups = proptest::sample::subsequence(vec![1, 2, 3], 0..=3);
    (groups, 0_u32..4, proptest::bool::weighted(0.15)).prop_map(|(groups, applications, is_known)| {
        Contribution {
            is_known,
            ..person(&groups, applications)
        }
    })
}

/// Several copies of few different people, so that groups often pass the rules.
fn any_people() -> impl Strategy<Value = Vec<Contribution>> {
    let class = (any_person(), 1_usize..8).prop_map(|(p, n)| vec![p; n]);
    let classes = proptest::collection::vec(class, 1..4);
    (classes, proptest::collection::vec(any_person(), 0..3))
        .prop_map(|(classes, others)| [classes.concat(), others].concat())
        .prop_map(|mut people| {
            people.truncate(16);
            people
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Tries all linear combinations of the shown cohorts.
    #[test]
    fn no_combination_of_shown_figures_is_about_fewer_than_five_people(people in any_people()) {
        let cohorts = shown(&people);
        prop_assert_eq!(isolated(&people, &cohorts), Vec::<Vec<usize>>::new());
    }

    /// Months and figures count different events, so no figure is contained in another month's. Combining two months reveals no more than
    /// each of them alone, even if the groups differ.
    #[test]
    fn months_with_different_groups_isolate_no_person(first in any_people(), regroup in proptest::collection::vec(any_person(), 16)) {
        let second: Vec<_> = first
            .iter()
            .zip(&regroup)
            .map(|(p, other)| Contribution { groups: other.groups.clone(), month: month(2), ..p.clone() })
            .collect();
        for people in [&first, &second] {
            prop_assert_eq!(isolated(people, &shown(people)), Vec::<Vec<usize>>::new());
        }
        let both = [first.clone(), second].concat();
        for id in [None, Some(group(1)), Some(group(2)), Some(group(3))] {
            let metrics = CohortMetrics::new(id, &both);
            let alone = CohortMetrics::new(id, &first);
            prop_assert_eq!(metrics.months.first(), alone.months.first());
        }
    }

    /// Tries all linear combinations of the months and weeks of all cohorts.
    #[test]
    fn no_combination_of_months_and_weeks_is_about_fewer_than_five_people(people in any_weekly_people()) {
        prop_assert!(!is_anybody_isolated(&people, &shown_with_weeks(&people)));
    }

    /// When someone leaves, their numbers stay in the sums and count as known.
    #[test]
    fn figure_is_the_same_or_hidden_after_a_person_left(people in any_people(), index in any::<prop::sample::Index>()) {
        let mut after = people.clone();
        after[index.index(people.len())].is_known = true;
        let before = CohortMetrics::new(None, &people).applications;
        let now = CohortMetrics::new(None, &after).applications;
        prop_assert!(now.is_none() || before.is_none() || now == before);
        prop_assert_eq!(isolated(&after, &shown(&after)), Vec::<Vec<usize>>::new());
    }
}
