//! Demo accounts are shared freely and deleted after a day, so they get no sign-in methods.

use super::queries;
use crate::{Error, Services};
use domain::{ErrorCode, UserId};

/// Whether the user has a demo account.
///
/// # Errors
/// If the database is unavailable.
pub async fn is_demo(services: &Services, user: UserId) -> Result<bool, Error> {
    let mut conn = services.db.global_conn().await?;
    queries::is_demo(&mut conn, user).await
}

/// Rejects a change that would give a demo account a sign-in method.
///
/// # Errors
/// `forbidden` for a demo account.
pub(super) async fn reject_demo(services: &Services, user: UserId) -> Result<(), Error> {
    if is_demo(services, user).await? {
        return Err(Error::api(
            ErrorCode::Forbidden,
            "A demo has no sign-in methods and is deleted after a day. Register to have an account of your own.",
        ));
    }
    Ok(())
}
