//! SQL for user profiles. Global tables only.

use crate::{Error, auth::queries::UserRow, platform::db::GlobalTx};
use domain::{
    UserId,
    users::{ProfileUpdate, User},
};
use sqlx::{query, query_as};

pub(super) async fn update_user(
    tx: &mut GlobalTx,
    user: UserId,
    update: &ProfileUpdate,
) -> Result<Option<User>, Error> {
    let row = query_as!(
        UserRow,
        r#"
        update users
        set first_name = case when $2 then $3 else first_name end,
          last_name = case when $4 then $5 else last_name end,
          time_zone = coalesce($6, time_zone)
        where id = $1
        returning id, email, first_name, last_name, email_verified_at is not null as "email_verified!", time_zone
        "#,
        user.0,
        update.first_name.is_some(),
        update.first_name.clone().flatten(),
        update.last_name.is_some(),
        update.last_name.clone().flatten(),
        update.time_zone,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(User::from))
}

/// Sets the name that other members of the user's tenants see.
pub(super) async fn set_display_name(tx: &mut GlobalTx, user: UserId, name: &str) -> Result<(), Error> {
    query!(
        "update memberships set display_name = $2 where user_id = $1",
        user.0,
        name
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
