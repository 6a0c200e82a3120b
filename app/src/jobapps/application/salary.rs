//! Salaries as text.

use crate::ui::group_thousands;
use domain::jobapps::{Salary, SalaryPeriod};

/// The salary in short form: `€72–80k a year`.
pub fn salary_text(salary: &Salary) -> String {
    let symbol = match salary.currency.as_str() {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        "JPY" => "¥",
        _ => "",
    };
    let is_in_thousands = [salary.min, salary.max]
        .into_iter()
        .flatten()
        .all(|amount| amount >= 10_000 && amount % 1000 == 0);
    let number = |amount: i64| {
        if is_in_thousands {
            (amount / 1000).to_string()
        } else {
            group_thousands(amount)
        }
    };
    let unit = if is_in_thousands { "k" } else { "" };
    let amounts = match (salary.min, salary.max) {
        (Some(min), Some(max)) if min == max => format!("{symbol}{}{unit}", number(min)),
        (Some(min), Some(max)) => format!("{symbol}{}–{}{unit}", number(min), number(max)),
        (Some(min), None) => format!("from {symbol}{}{unit}", number(min)),
        (None, Some(max)) => format!("up to {symbol}{}{unit}", number(max)),
        (None, None) => String::new(),
    };
    let currency = if symbol.is_empty() {
        format!(" {}", salary.currency)
    } else {
        String::new()
    };
    format!("{amounts}{currency} {}", period_text(salary.period))
}

/// The period of an amount: `a year`.
pub const fn period_text(period: SalaryPeriod) -> &'static str {
    match period {
        SalaryPeriod::Hour => "an hour",
        SalaryPeriod::Day => "a day",
        SalaryPeriod::Month => "a month",
        SalaryPeriod::Year => "a year",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salary_is_short_where_amounts_are_round() {
        let text = |min, max, currency: &str, period| {
            salary_text(&Salary {
                min,
                max,
                currency: currency.into(),
                period,
            })
        };
        let year = SalaryPeriod::Year;
        assert_eq!(text(Some(72_000), Some(80_000), "EUR", year), "€72–80k a year");
        assert_eq!(
            text(Some(72_500), Some(80_000), "EUR", year),
            "€72,500–80,000 a year"
        );
        assert_eq!(text(Some(500_000), None, "SEK", year), "from 500k SEK a year");
        assert_eq!(
            text(None, Some(95), "USD", SalaryPeriod::Hour),
            "up to $95 an hour"
        );
        assert_eq!(text(Some(0), Some(0), "GBP", SalaryPeriod::Day), "£0 a day");
        assert_eq!(text(Some(1_234_567), None, "EUR", year), "from €1,234,567 a year");
    }
}
