//! Timeout for a transfer. It elapses when there is no progress at all, or so little that the client merely occupies a connection.

use std::time::Duration;
use tokio::time::Instant;

/// Minimum average transfer rate. Slower clients use up the `stall` budget.
const MIN_BYTES_PER_SECOND: u64 = 1024;

/// Measures the time spent waiting for the client in one direction of one body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProgressTimeout {
    stall: Duration,
    waited: Duration,
    waiting_since: Option<Instant>,
    bytes: u64,
}

impl ProgressTimeout {
    /// `stall` limits both the wait for the next byte and the total waiting time beyond what the minimum rate allows.
    pub(crate) const fn new(stall: Duration) -> Self {
        Self {
            stall,
            waited: Duration::ZERO,
            waiting_since: None,
            bytes: 0,
        }
    }

    /// Starts or continues waiting for the client. Returns the deadline.
    pub(crate) fn wait(&mut self, now: Instant) -> Instant {
        let since = *self.waiting_since.get_or_insert(now);
        let allowed_by_rate = Duration::from_millis(self.bytes.saturating_mul(1000) / MIN_BYTES_PER_SECOND);
        let remaining = (self.stall + allowed_by_rate).saturating_sub(self.waited);
        since + remaining.min(self.stall)
    }

    /// Records that the client sent or accepted bytes.
    pub(crate) fn progress(&mut self, bytes: usize, now: Instant) {
        if let Some(since) = self.waiting_since.take() {
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
    async fn silent_client_times_out_after_stall() {
        let now = Instant::now();
        let mut timeout = ProgressTimeout::new(30 * SECOND);
        assert_eq!(timeout.wait(now), now + 30 * SECOND);
        assert_eq!(
            timeout.wait(now + 20 * SECOND),
            now + 30 * SECOND,
            "polling again does not extend the deadline"
        );
    }

    #[tokio::test]
    async fn client_below_minimum_rate_times_out() {
        let start = Instant::now();
        let mut timeout = ProgressTimeout::new(30 * SECOND);
        let mut now = start;
        while timeout.wait(now) > now + SECOND {
            now += SECOND;
            timeout.progress(1, now);
        }
        assert!(now - start < 32 * SECOND, "{:?}", now - start);
    }

    #[tokio::test]
    async fn client_above_minimum_rate_never_times_out() {
        let start = Instant::now();
        let mut timeout = ProgressTimeout::new(30 * SECOND);
        for second in 0..300 {
            let now = start + second * SECOND;
            assert!(timeout.wait(now) > now + SECOND);
            timeout.progress(64 * 1024, now + SECOND);
        }
    }
}
