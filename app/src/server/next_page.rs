//! The page to open after the email address is confirmed. The link in the email cannot contain it, so it is stored in a cookie.

use super::cookies;
use cookie::time::Duration;
use domain::routes::Route;

const NAME: &str = "next";
/// The same as the validity of the link in the email.
const MAX_AGE: Duration = Duration::days(3);

pub(crate) fn remember(page: &Route) {
    cookies::set(NAME, &page.to_string(), MAX_AGE);
}

/// Returns the stored page and removes it.
pub(crate) fn take() -> Option<Route> {
    let path = cookies::get(NAME)?;
    cookies::set(NAME, "", Duration::ZERO);
    Route::parse(&path).filter(Route::is_destination)
}
