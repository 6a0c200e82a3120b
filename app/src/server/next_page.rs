//! The page to continue with after the address is confirmed. The link of that email cannot name it, so a cookie does.

use super::cookies;
use cookie::time::Duration;
use domain::routes::Route;

const NAME: &str = "next";
/// As long as the link in the email works.
const MAX_AGE: Duration = Duration::days(3);

pub(crate) fn remember(page: &Route) {
    cookies::set(NAME, &page.to_string(), MAX_AGE);
}

/// The page that was remembered. Forgets it.
pub(crate) fn take() -> Option<Route> {
    let path = cookies::get(NAME)?;
    cookies::set(NAME, "", Duration::ZERO);
    Route::parse(&path).filter(Route::is_destination)
}
