//! The user's profile: name and time zone.

use super::queries;
use crate::{
    Error, Services,
    auth::{self, Invalidation},
    context::Caller,
    platform::normalize::nfc,
};
use domain::{
    FieldCode, FieldErrors,
    users::{UpdateProfileInput, User},
};

/// The current profile.
pub async fn get_profile(services: &Services, caller: &Caller) -> Result<User, Error> {
    let mut conn = services.db.global_conn().await?;
    auth::queries::find_user(conn.conn(), caller.user.id)
        .await?
        .ok_or_else(Error::account_missing)
}

/// Changes the profile, and the name that other members of the user's tenants see.
///
/// # Errors
/// `invalid` with every invalid field.
pub async fn update_profile(
    services: &Services,
    caller: &Caller,
    input: UpdateProfileInput,
) -> Result<User, Error> {
    let normalize = |name: Option<Option<String>>| name.map(|name| name.as_deref().map(nfc));
    let input = UpdateProfileInput {
        first_name: normalize(input.first_name),
        last_name: normalize(input.last_name),
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
    let update = input.parse(&mut errors);
    errors.into_result()?;
    let update =
        update.ok_or_else(|| Error::Internal("profile update is missing but has no errors".into()))?;
    let mut tx = auth::begin_for_user(services, caller.user.id).await?;
    let user = queries::update_user(&mut tx, caller.user.id, &update)
        .await?
        .ok_or_else(Error::account_missing)?;
    queries::set_display_name(&mut tx, user.id, &user.display_name()).await?;
    services
        .auth_cache
        .commit(tx, &[Invalidation::User(user.id)])
        .await?;
    Ok(user)
}

/// The IANA names of all time zones.
pub fn time_zones() -> Vec<&'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).collect()
}
