//! When a client has been slow for too long: no progress at all, or so little over time that it only holds a place.

use std::time::Duration;
use tokio::time::Instant;

/// Bytes a second below which a client is taken for one that only holds a place.
const LEAST_RATE: u64 = 1024;

/// Measures the time spent waiting for a client, in one direction of one body.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    stall: Duration,
    waited: Duration,
    since: Option<Instant>,
    bytes: u64,
}

impl Patience {
    /// Waits this long for the next byte, and this long in sum beyond what the least rate allows.
    pub const fn new(stall: Duration) -> Self {
        Self {
            stall,
            waited: Duration::ZERO,
            since: None,
            bytes: 0,
        }
    }

    /// The client has to do something now. Gives the moment at which waiting ends.
    pub fn wait(&mut self, now: Instant) -> Instant {
        let since = *self.since.get_or_insert(now);
        let earned = Duration::from_millis(self.bytes.saturating_mul(1000) / LEAST_RATE);
        let in_sum = (self.stall + earned).saturating_sub(self.waited);
        since + in_sum.min(self.stall)
    }

    /// The client did something.
    pub fn progress(&mut self, bytes: usize, now: Instant) {
        if let Some(since) = self.since.take() {
            self.waited += now - since;
        }
        self.bytes += bytes as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test]
    async fn ends_for_the_silent_and_for_those_who_drip() {
        let now = Instant::now();
        let mut silent = Patience::new(30 * SECOND);
        assert_eq!(silent.wait(now), now + 30 * SECOND);
        assert_eq!(
            silent.wait(now + 20 * SECOND),
            now + 30 * SECOND,
            "looking again does not lengthen it"
        );

        let mut drip = Patience::new(30 * SECOND);
        let mut at = now;
        while drip.wait(at) > at + SECOND {
            at += SECOND;
            drip.progress(1, at);
        }
        assert!(
            at - now < 32 * SECOND,
            "a byte a second does not go on for ever: {:?}",
            at - now
        );

        let mut fair = Patience::new(30 * SECOND);
        for second in 0..300 {
            let at = now + second * SECOND;
            assert!(fair.wait(at) > at + SECOND);
            fair.progress(64 * 1024, at + SECOND);
        }
    }
}
