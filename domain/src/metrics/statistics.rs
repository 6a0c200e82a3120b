//! Medians, confidence intervals of rates, and survival curves.

/// The 97.5% quantile of the standard normal distribution, for intervals of 95%.
const Z_95: f64 = 1.959_963_984_540_054;

/// The lower median; `None` if there are no values.
pub fn median(mut values: Vec<u32>) -> Option<u32> {
    values.sort_unstable();
    let index = values.len().checked_sub(1)? / 2;
    values.get(index).copied()
}

/// The 95% score interval of a rate of `successes` out of `n` (Wilson 1927), which is valid for small numbers, too. `(0, 1)` if `n` is 0.
pub fn wilson_interval(successes: u64, n: u64) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let (n, z2) = (to_f64(n), Z_95 * Z_95);
    let rate = to_f64(successes) / n;
    let center = (rate + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let margin = Z_95 / (1.0 + z2 / n) * (rate * (1.0 - rate) / n + z2 / (4.0 * n * n)).sqrt();
    ((center - margin).max(0.0), (center + margin).min(1.0))
}

/// A point of a Kaplan–Meier curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurvivalPoint {
    /// Day of an event.
    pub day: u32,
    /// Number of observations that were still without an event before this day.
    pub at_risk: u64,
    /// Estimated share with an event up to and including this day.
    pub share: f64,
    /// Lower end of its 95% interval.
    pub low: f64,
    /// Upper end of its 95% interval.
    pub high: f64,
}

/// Estimates the share that had an event by each day (Kaplan and Meier 1958). Observations are `(days, had_event)`; without an event,
/// `days` is the time of observation. The intervals use Greenwood's variance of the log-log transform, which keeps them between 0 and 1.
pub fn kaplan_meier(mut observations: Vec<(u32, bool)>) -> Vec<SurvivalPoint> {
    observations.sort_unstable();
    let mut points = Vec::new();
    let (mut survival, mut variance_sum) = (1.0_f64, 0.0_f64);
    let mut rest = observations.as_slice();
    while let Some((day, _)) = rest.first().copied() {
        let at_risk = rest.len() as u64;
        let of_day = rest.iter().take_while(|(d, _)| *d == day).count();
        let events = rest
            .iter()
            .take(of_day)
            .filter(|(_, had_event)| *had_event)
            .count() as u64;
        rest = rest.get(of_day..).unwrap_or_default();
        if events == 0 {
            continue;
        }
        let (n, d) = (to_f64(at_risk), to_f64(events));
        survival *= 1.0 - d / n;
        variance_sum += if events < at_risk {
            d / (n * (n - d))
        } else {
            f64::INFINITY
        };
        // Greenwood's variance is undefined once no application is waiting, so the last lower end is kept.
        let previous = points.last().map_or(0.0, |point: &SurvivalPoint| point.low);
        let (low, high) = share_interval(survival, variance_sum).unwrap_or((previous, 1.0));
        points.push(SurvivalPoint {
            day,
            at_risk,
            share: 1.0 - survival,
            low,
            high,
        });
    }
    points
}

/// The interval of the share `1 - survival`; `None` once no application is waiting.
fn share_interval(survival: f64, variance_sum: f64) -> Option<(f64, f64)> {
    if survival <= 0.0 || !variance_sum.is_finite() {
        return None;
    }
    let exponent = Z_95 * variance_sum.sqrt() / survival.ln();
    let (a, b) = (survival.powf(exponent.exp()), survival.powf((-exponent).exp()));
    Some((1.0 - a.max(b), 1.0 - a.min(b)))
}

/// Exact for all counts of this program.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub const fn to_f64(n: u64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(a: f64, b: f64) {
        assert!((a - b).abs() < 5e-4, "{a} is not {b}");
    }

    #[test]
    fn wilson_interval_is_that_of_the_literature() {
        // Newcombe (1998), table I: 81 of 263 and 15 of 148.
        let (low, high) = wilson_interval(81, 263);
        assert_close(low, 0.2553);
        assert_close(high, 0.3662);
        let (low, high) = wilson_interval(0, 20);
        assert_close(low, 0.0);
        assert_close(high, 0.1611);
        assert_eq!(wilson_interval(0, 0), (0.0, 1.0));
    }

    #[test]
    fn kaplan_meier_is_that_of_the_literature() {
        // The treated patients of Freireich et al. (1963), remission in weeks; survival as in Kalbfleisch and Prentice (2002).
        let events = [6, 6, 6, 7, 10, 13, 16, 22, 23];
        let censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        let observations = events
            .map(|d| (d, true))
            .into_iter()
            .chain(censored.map(|d| (d, false)));
        let points = kaplan_meier(observations.collect());
        let days: Vec<_> = points.iter().map(|p| (p.day, p.at_risk)).collect();
        assert_eq!(
            days,
            [(6, 21), (7, 17), (10, 15), (13, 12), (16, 11), (22, 7), (23, 6)]
        );
        for (point, survival) in points
            .iter()
            .zip([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482])
        {
            assert_close(1.0 - point.share, survival);
        }
        // survfit of R with conf.type = "log-log".
        assert_close(1.0 - points[0].high, 0.6197);
        assert_close(1.0 - points[0].low, 0.9516);
    }

    #[test]
    fn kaplan_meier_without_censoring_is_the_share() {
        let points = kaplan_meier(vec![(1, true), (2, true), (2, true), (9, true)]);
        let shares: Vec<_> = points.iter().map(|p| p.share).collect();
        assert_eq!(shares, [0.25, 0.75, 1.0]);
        assert_eq!((points[2].low, points[2].high), (points[1].low, 1.0));
        assert!(kaplan_meier(vec![(3, false)]).is_empty());
    }

    #[test]
    fn median_of_an_even_number_is_the_lower_one() {
        assert_eq!(median(vec![9, 1, 5, 3]), Some(3));
        assert_eq!(median(vec![]), None);
    }
}
