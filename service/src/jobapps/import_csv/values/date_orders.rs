//! Detects the order of day and month in the dates of a column.

use super::dates::{WrittenDate, read};
use domain::jobapps::{CsvColumn, DateOrder};

/// Time zones in which most people write the month first.
const MONTH_FIRST_ZONES: [&str; 33] = [
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/Anchorage",
    "America/Adak",
    "America/Boise",
    "America/Detroit",
    "America/Juneau",
    "America/Menominee",
    "America/Metlakatla",
    "America/Nome",
    "America/Sitka",
    "America/Yakutat",
    "America/Indiana/",
    "America/Kentucky/",
    "America/North_Dakota/",
    "America/Indianapolis",
    "America/Louisville",
    "America/Fort_Wayne",
    "America/Puerto_Rico",
    "America/St_Thomas",
    "Pacific/Honolulu",
    "Pacific/Guam",
    "Pacific/Pago_Pago",
    "Asia/Manila",
    "US/",
    // Zones without a location. They are no evidence of dates that start with the day.
    "UTC",
    "Etc/",
    "GMT",
    "UCT",
    "Zulu",
];

/// Counts the dates of each column that show the order of day and month.
#[derive(Debug)]
pub(in super::super) struct DateEvidence {
    columns: Vec<Counts>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    day_first: u64,
    month_first: u64,
    ambiguous: u64,
}

impl Counts {
    /// The order that most dates of the column show, and whether all of them agree.
    fn order(self) -> Option<(DateOrder, bool)> {
        match (self.day_first, self.month_first) {
            (0, 0) => None,
            (day, month) if day >= month => Some((DateOrder::DayFirst, month == 0)),
            (day, _) => Some((DateOrder::MonthFirst, day == 0)),
        }
    }
}

impl DateEvidence {
    pub fn new(columns: usize) -> Self {
        Self {
            columns: vec![Counts::default(); columns],
        }
    }

    /// Adds a cell to the evidence of its column.
    pub fn add(&mut self, column: usize, cell: &str) {
        let Some(counts) = self.columns.get_mut(column) else {
            return;
        };
        match read(cell) {
            Some(WrittenDate::Ordered(_, DateOrder::DayFirst)) => counts.day_first += 1,
            Some(WrittenDate::Ordered(_, DateOrder::MonthFirst)) => counts.month_first += 1,
            Some(WrittenDate::Ambiguous { .. }) => counts.ambiguous += 1,
            _ => {}
        }
    }

    /// Decides the order for each column with ambiguous dates, by its own dates, the other columns, the program that wrote the
    /// file, or the user's time zone. An order chosen by the user takes precedence.
    pub fn decide(
        &self,
        columns: &mut [CsvColumn],
        chosen: Option<DateOrder>,
        preset: Option<DateOrder>,
        time_zone: &str,
    ) {
        let others = self.columns.iter().find_map(|counts| counts.order());
        for (column, counts) in columns.iter_mut().zip(&self.columns) {
            let own = counts.order();
            if counts.ambiguous == 0 && own.is_none() {
                continue;
            }
            let (order, is_certain) = match (chosen, own, others, preset) {
                (Some(order), ..) | (None, None, None, Some(order)) => (order, true),
                (None, Some(own), ..) => own,
                (None, None, Some((order, _)), _) => (order, false),
                (None, None, None, None) => (of_zone(time_zone), false),
            };
            column.date_order = Some(order);
            column.is_date_order_assumed = !is_certain && counts.ambiguous > 0;
        }
    }
}

fn of_zone(time_zone: &str) -> DateOrder {
    let is_month_first = MONTH_FIRST_ZONES
        .iter()
        .any(|zone| time_zone == *zone || (zone.ends_with('/') && time_zone.starts_with(zone)));
    if is_month_first {
        DateOrder::MonthFirst
    } else {
        DateOrder::DayFirst
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order of each column, and whether it is assumed.
    fn decide(
        columns: &[&[&str]],
        chosen: Option<DateOrder>,
        preset: Option<DateOrder>,
        zone: &str,
    ) -> Vec<Option<(DateOrder, bool)>> {
        let mut evidence = DateEvidence::new(columns.len());
        for (index, cells) in columns.iter().enumerate() {
            cells.iter().for_each(|cell| evidence.add(index, cell));
        }
        let column = |_: &&[&str]| CsvColumn {
            name: "x".into(),
            field: None,
            samples: Vec::new(),
            date_order: None,
            is_date_order_assumed: false,
        };
        let mut columns: Vec<CsvColumn> = columns.iter().map(column).collect();
        evidence.decide(&mut columns, chosen, preset, zone);
        columns
            .into_iter()
            .map(|c| c.date_order.map(|order| (order, c.is_date_order_assumed)))
            .collect()
    }

    #[test]
    fn order_is_decided_by_the_best_evidence() {
        let (day, month) = (DateOrder::DayFirst, DateOrder::MonthFirst);
        let ambiguous: &[&str] = &["3/4/2026", "5/6/2026"];
        let berlin = "Europe/Berlin";
        // The dates of the column.
        assert_eq!(
            decide(&[&["3/4/2026", "4/25/2026"]], None, Some(day), berlin),
            [Some((month, false))]
        );
        assert_eq!(
            decide(&[&["3/4/2026", "25/4/2026"]], None, Some(month), "US/Pacific"),
            [Some((day, false))]
        );
        // The dates of another column.
        assert_eq!(
            decide(&[ambiguous, &["4/25/2026"]], None, None, berlin),
            [Some((month, true)), Some((month, false))]
        );
        // The order that the program writes.
        assert_eq!(
            decide(&[ambiguous], None, Some(month), berlin),
            [Some((month, false))]
        );
        // The user's time zone.
        for (zone, order) in [
            (berlin, day),
            ("America/Chicago", month),
            ("America/Indiana/Knox", month),
            ("America/Toronto", day),
            ("UTC", month),
        ] {
            assert_eq!(
                decide(&[ambiguous], None, None, zone),
                [Some((order, true))],
                "{zone}"
            );
        }
        // The order chosen by the user.
        assert_eq!(
            decide(&[&["4/25/2026", "3/4/2026"]], Some(day), None, berlin),
            [Some((day, false))]
        );
        // Both orders in one column.
        assert_eq!(
            decide(
                &[&["4/25/2026", "4/26/2026", "25/4/2026", "1/2/2026"]],
                None,
                None,
                berlin
            ),
            [Some((month, true))]
        );
        // No ambiguous dates.
        assert_eq!(decide(&[&["2026-03-04", "x", ""]], None, None, berlin), [None]);
    }
}
