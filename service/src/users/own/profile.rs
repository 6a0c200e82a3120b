//! Name and zone.

use super::queries;
use crate::{Error, Services, db::SystemReason, tenants::Caller, text::nfc, users::callers::Revoked};
use domain::{
    FieldCode, FieldErrors,
    users::{UpdateProfileInput, User},
};

/// The person as they stand now.
pub async fn get_profile(services: &Services, caller: &Caller) -> Result<User, Error> {
    let mut conn = services.db.system_read(SystemReason::Account).await?;
    queries::find_user(&mut conn, caller.user.id)
        .await?
        .ok_or_else(Error::not_found)
}

/// Whether the person has a password, or signs in only through a provider.
pub async fn has_password(services: &Services, caller: &Caller) -> Result<bool, Error> {
    let mut conn = services.db.system_read(SystemReason::Account).await?;
    Ok(queries::find_proof(&mut conn, caller.user.id, caller.session)
        .await?
        .is_some_and(|proof| proof.password_hash.is_some()))
}

/// Changes name and zone. Other members of the person's workspaces see the new name.
///
/// # Errors
/// `invalid` names every wrong field.
pub async fn update_profile(
    services: &Services,
    caller: &Caller,
    input: UpdateProfileInput,
) -> Result<User, Error> {
    let normal = |name: Option<Option<String>>| name.map(|name| name.as_deref().map(nfc));
    let input = UpdateProfileInput {
        first_name: normal(input.first_name),
        last_name: normal(input.last_name),
        time_zone: input.time_zone,
    };
    let mut errors = FieldErrors::default();
    if let Some(zone) = &input.time_zone
        && zone.parse::<chrono_tz::Tz>().is_err()
    {
        errors.add(
            "time_zone",
            FieldCode::InvalidFormat,
            "Use an IANA name, such as Europe/Berlin.",
        );
    }
    let change = input.parse(&mut errors);
    errors.finish()?;
    let change =
        change.ok_or_else(|| Error::Internal("a change without errors and without values".into()))?;
    let mut tx = services.db.system(SystemReason::Account).await?;
    let user = queries::update_user(&mut tx, caller.user.id, &change)
        .await?
        .ok_or_else(Error::not_found)?;
    queries::set_display_name(&mut tx, user.id, &user.display_name()).await?;
    tx.commit().await?;
    services.callers.revoke([Revoked::User(user.id)]);
    Ok(user)
}
