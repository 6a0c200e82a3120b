//! SQL that erases a person. What hangs on the person or on a workspace goes with it by its foreign keys.

use crate::{
    Error,
    db::{SystemConn, SystemTx},
};
use domain::UserId;
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// Those of the people that there are.
pub(super) async fn still_there(conn: &mut SystemConn, people: &[UserId]) -> Result<Vec<UserId>, Error> {
    let people: Vec<Uuid> = people.iter().map(|user| user.0).collect();
    let found = query_scalar!("select id from users where id = any($1) order by id", &people)
        .fetch_all(conn.conn())
        .await?;
    Ok(found.into_iter().map(UserId).collect())
}

/// Holds the person, so that nothing is added meanwhile. False when there is none.
pub(super) async fn lock(tx: &mut SystemTx, user: UserId) -> Result<bool, Error> {
    let row = query!("select 1 as held from users where id = $1 for update", user.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.is_some())
}

/// Finds a new owner for workspaces that the person alone owns and that others are in.
pub(super) async fn hand_over_workspaces(tx: &mut SystemTx, user: UserId) -> Result<(), Error> {
    query!(
        r#"
        update memberships heir set role = 'owner'
        from (
          select distinct on (other.tenant_id) other.tenant_id, other.user_id
          from memberships mine
          join memberships other on other.tenant_id = mine.tenant_id and other.user_id <> mine.user_id
          where mine.user_id = $1 and mine.role = 'owner'
            and not exists (
              select from memberships o
              where o.tenant_id = mine.tenant_id and o.user_id <> mine.user_id and o.role = 'owner')
          order by other.tenant_id, other.role = 'admin' desc, other.joined_at, other.user_id) next
        where heir.tenant_id = next.tenant_id and heir.user_id = next.user_id
        "#,
        user.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes the workspaces that nobody else is in, with everything in them.
pub(super) async fn delete_own_workspaces(tx: &mut SystemTx, user: UserId) -> Result<(), Error> {
    query!(
        r#"
        delete from tenants t using memberships m
        where m.tenant_id = t.id and m.user_id = $1
          and not exists (select from memberships o where o.tenant_id = t.id and o.user_id <> m.user_id)
        "#,
        user.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut SystemTx, user: UserId) -> Result<(), Error> {
    query!("delete from users where id = $1", user.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}
