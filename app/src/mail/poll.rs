//! Reloads mailboxes while they are syncing.

use leptos::{leptos_dom::helpers::set_timeout_with_handle, prelude::*};
use std::time::Duration;

/// How often mailboxes are reloaded while one of them is syncing.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// Calls `reload` after the interval while a mailbox is syncing. Each reload changes the value that `is_syncing` reads, which
/// starts the timer for the next one.
pub fn poll_while(is_syncing: impl Fn() -> bool + 'static, reload: impl Fn() + Copy + 'static) {
    Effect::new(move |_| {
        if is_syncing()
            && let Ok(timer) = set_timeout_with_handle(reload, POLL_INTERVAL)
        {
            on_cleanup(move || timer.clear());
        }
    });
}
