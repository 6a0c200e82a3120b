//! Retry schedule of deliveries, and when to give up.

use chrono::TimeDelta;

/// Delay after each failed attempt in seconds; about 28 hours in total.
const RETRY_SECONDS: [i64; 7] = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600];
/// Maximum number of attempts of a delivery.
pub const MAX_ATTEMPTS: usize = RETRY_SECONDS.len() + 1;
/// Maximum jitter in percent of the delay. Jitter spreads the retries of deliveries that failed together.
const MAX_JITTER_PERCENT: i64 = 10;
/// How long all deliveries to an endpoint may fail before the endpoint is disabled.
pub const DISABLE_AFTER: TimeDelta = TimeDelta::days(5);
/// Age at which a delivery to a failing endpoint is given up, even if it has attempts left.
pub const EXPIRE_AFTER: TimeDelta = TimeDelta::hours(31);
/// Pause of an endpoint after its first consecutive failure, in seconds. It doubles with each further failure.
const MIN_PAUSE_SECONDS: i64 = 5;
const MAX_PAUSE_SECONDS: i64 = 5 * 60;

/// The delay before the next attempt, after this number of failed attempts; `None` after the last one. `random` determines the jitter.
pub fn retry_delay(failures: usize, random: u32) -> Option<TimeDelta> {
    let seconds = *RETRY_SECONDS.get(failures.checked_sub(1)?)?;
    let milliseconds = seconds * 1000;
    let max_jitter = milliseconds * MAX_JITTER_PERCENT / 100;
    let jitter = max_jitter * i64::from(random) / i64::from(u32::MAX);
    Some(TimeDelta::milliseconds(milliseconds + jitter))
}

/// How long sending to an endpoint pauses after this number of consecutive rounds in which every delivery failed.
pub fn pause(failed_rounds: u32) -> TimeDelta {
    match failed_rounds.checked_sub(1) {
        None => TimeDelta::zero(),
        Some(doublings) => {
            TimeDelta::seconds((MIN_PAUSE_SECONDS << doublings.min(16)).min(MAX_PAUSE_SECONDS))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_take_about_27_hours_and_jitter_at_most_a_tenth_more() {
        let total = |random| -> i64 {
            let delays = (1..MAX_ATTEMPTS).filter_map(|failures| retry_delay(failures, random));
            delays.map(|delay| delay.num_seconds()).sum()
        };
        assert_eq!(total(0), 99_305);
        assert_eq!(total(u32::MAX), 109_235);
        assert_eq!(retry_delay(1, 0), Some(TimeDelta::seconds(5)));
        assert_eq!(retry_delay(MAX_ATTEMPTS, 0), None);
        assert_eq!(retry_delay(0, 0), None);
    }

    #[test]
    fn pause_doubles_up_to_five_minutes() {
        let pauses: Vec<i64> = (0..9).map(|rounds| pause(rounds).num_seconds()).collect();
        assert_eq!(pauses, [0, 5, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(pause(u32::MAX).num_seconds(), 300);
    }
}
