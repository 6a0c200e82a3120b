//! SQL about the database itself: settings, roles, notifications.

use super::{Connection, role::RoleAttributes};
use crate::Error;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, postgres::PgListener, query, query_scalar};

pub(super) async fn ping(conn: &mut Connection) -> Result<(), Error> {
    query_scalar!("select 1").fetch_one(conn).await?;
    Ok(())
}

/// Whether the connection listens on the channel. Fetches all rows, so that every notification sent before the response has
/// been received.
pub(super) async fn is_listening(listener: &mut PgListener, channel: &str) -> Result<bool, Error> {
    let channels = query_scalar!(r#"select pg_listening_channels() as "channel!""#)
        .fetch_all(listener)
        .await?;
    Ok(channels.iter().any(|c| c == channel))
}

/// Notifies all listeners of the channel.
pub(super) async fn notify(conn: &mut Connection, channel: &str, payload: &str) -> Result<(), Error> {
    query!("select pg_notify($1, $2)", channel, payload)
        .execute(conn)
        .await?;
    Ok(())
}

/// Waits for an advisory lock until the end of the transaction. The statements after it see what others have committed.
pub(super) async fn lock(conn: &mut Connection, name: &str) -> Result<(), Error> {
    query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", name)
        .execute(conn)
        .await?;
    Ok(())
}

/// Limits how long a migration waits for a lock, because other statements queue behind a waiting migration.
pub(super) async fn set_lock_timeout(conn: &mut PgConnection) -> Result<(), Error> {
    query!("set lock_timeout = '60s'").execute(conn).await?;
    Ok(())
}

/// Makes queries fail if forced row level security would hide rows from them. Migrations run as the owner of the tables, who sees no
/// rows: without this setting, they would silently change nothing, or accept a foreign key that existing rows violate.
pub(super) async fn disable_row_security(conn: &mut PgConnection) -> Result<(), Error> {
    query!("set row_security = off").execute(conn).await?;
    Ok(())
}

/// Tables with row level security that does not apply to their owner.
pub(super) async fn list_unforced_tables(conn: &mut PgConnection) -> Result<Vec<String>, Error> {
    let tables = query_scalar!(
        r#"
        select relname::text as "name!" from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relrowsecurity and not relforcerowsecurity
        order by relname
        "#
    )
    .fetch_all(conn)
    .await?;
    Ok(tables)
}

pub(super) async fn current_time(conn: &mut PgConnection) -> Result<DateTime<Utc>, Error> {
    let now = query_scalar!(r#"select now() as "now!""#).fetch_one(conn).await?;
    Ok(now)
}

pub(super) async fn role_attributes(conn: &mut PgConnection) -> Result<RoleAttributes, Error> {
    let row = query!(
        r#"
        select
          r.rolname::text as "name!",
          exists (
            select 1 from pg_roles b
            where (b.rolsuper or b.rolbypassrls) and pg_has_role(current_user, b.oid, 'member')
          ) as "bypasses_rls!",
          exists (
            select 1 from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
              and pg_has_role(current_user, c.relowner, 'member')
          ) as "owns_tables!",
          pg_has_role(current_user, 'jobhax_app', 'member') as "is_app_member!",
          current_setting('server_version_num')::int as "version!",
          current_setting('server_version') as "version_name!"
        from pg_roles r
        where r.rolname = current_user
        "#
    )
    .fetch_one(conn)
    .await?;
    Ok(RoleAttributes {
        name: row.name,
        bypasses_rls: row.bypasses_rls,
        owns_tables: row.owns_tables,
        is_app_member: row.is_app_member,
        version: row.version,
        version_name: row.version_name,
    })
}
