//! SQL about the database itself.

use super::role::LoginFacts;
use crate::Error;
use sqlx::{PgConnection, PgPool, postgres::PgListener, query, query_scalar};

pub(super) async fn ping(pool: &PgPool) -> Result<(), Error> {
    query_scalar!("select 1").fetch_one(pool).await?;
    Ok(())
}

/// Whether the connection listens on the channel. Read to the very end of the answer: what was told before it comes first.
pub(super) async fn listens(listener: &mut PgListener, channel: &str) -> Result<bool, Error> {
    let channels = query_scalar!(r#"select pg_listening_channels() as "channel!""#)
        .fetch_all(listener)
        .await?;
    Ok(channels.iter().any(|c| c == channel))
}

/// Tells everybody who listens on the channel.
pub(super) async fn notify(conn: &mut PgConnection, channel: &str, payload: &str) -> Result<(), Error> {
    query!("select pg_notify($1, $2)", channel, payload)
        .execute(conn)
        .await?;
    Ok(())
}

/// A migration that waits for a lock gives up rather than queueing everybody behind itself.
pub(super) async fn patient_locks(conn: &mut PgConnection) -> Result<(), Error> {
    query!("set lock_timeout = '60s'").execute(conn).await?;
    Ok(())
}

pub(super) async fn login_facts(conn: &mut PgConnection) -> Result<LoginFacts, Error> {
    let row = query!(
        r#"
        select
          r.rolname::text as "name!",
          exists (
            select 1 from pg_roles b
            where (b.rolsuper or b.rolbypassrls) and pg_has_role(current_user, b.oid, 'member')
          ) as "bypasses!",
          exists (
            select 1 from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
              and pg_has_role(current_user, c.relowner, 'member')
          ) as "owns!",
          pg_has_role(current_user, 'jobhax_app', 'member') as "member!",
          current_setting('server_version_num')::int as "version!",
          current_setting('server_version') as "version_name!"
        from pg_roles r
        where r.rolname = current_user
        "#
    )
    .fetch_one(conn)
    .await?;
    Ok(LoginFacts {
        name: row.name,
        bypasses: row.bypasses,
        owns: row.owns,
        member: row.member,
        version: row.version,
        version_name: row.version_name,
    })
}
