//! SQL that reads all data of a user: whole rows without secrets and internal columns, as listed in docs/data-inventory.md.
//! Columns that are added later are included automatically.

use crate::{
    Error,
    platform::db::{GlobalConn, TenantTx},
};
use domain::{TenantId, UserId};
use serde_json::Value;
use sqlx::{query, query_scalar};
use uuid::Uuid;

type Rows = Vec<(Uuid, Value)>;

/// A function that reads the next rows of a table after an id.
macro_rules! list {
    ($(#[$doc:meta])* $name:ident, $sql:literal) => {
        $(#[$doc])*
        pub(super) async fn $name(tx: &mut TenantTx, after: Uuid, limit: i64) -> Result<Rows, Error> {
            let (tenant, user) = (tx.tenant(), tx.user());
            let rows = query!($sql, tenant.0, user.0, after, limit)
                .fetch_all(tx.conn())
                .await?;
            Ok(rows.into_iter().map(|r| (r.id, r.row)).collect())
        }
    };
}

/// The user with identities, sessions, API keys and their use, known devices, the invitations that they sent or received, removals from
/// organizations and former memberships.
pub(super) async fn find_account(conn: &mut GlobalConn, user: UserId) -> Result<Value, Error> {
    let found = query_scalar!(
        r#"
        select jsonb_build_object(
          'person', to_jsonb(u) - '{password_hash, email_normalized}'::text[],
          'identities', coalesce((select jsonb_agg(to_jsonb(i) - '{user_id, access_token, refresh_token}'::text[] order by i.id)
            from identities i where i.user_id = u.id), '[]'),
          'sessions', coalesce((select jsonb_agg(to_jsonb(s) - '{token_hash, data, version, user_id}'::text[] order by s.id)
            from sessions s where s.user_id = u.id), '[]'),
          'api_keys', coalesce((select jsonb_agg(to_jsonb(k) - '{secret_hash, user_id}'::text[] order by k.id)
            from api_keys k where k.user_id = u.id), '[]'),
          'api_key_usage', coalesce((select jsonb_agg(to_jsonb(g) order by g.key_id, g.day, g.status_class)
            from api_key_usage g join api_keys k on k.id = g.key_id where k.user_id = u.id), '[]'),
          'known_agents', coalesce((select jsonb_agg(to_jsonb(a) - '{user_id}'::text[] order by a.device)
            from known_devices a where a.user_id = u.id), '[]'),
          'invitations', coalesce((select jsonb_agg(to_jsonb(n) - '{token_hash, email_normalized, accepted_by}'::text[] order by n.id)
            from tenant_invitations n where n.invited_by = u.id or n.email_normalized = u.email_normalized), '[]'),
          'removals', coalesce((select jsonb_agg(to_jsonb(r) - '{user_id}'::text[] order by r.tenant_id)
            from removed_members r where r.user_id = u.id), '[]'),
          'former_memberships', coalesce((select jsonb_agg(to_jsonb(f) - '{user_id}'::text[] order by f.tenant_id)
            from former_members f where f.user_id = u.id), '[]'),
          'comment_emails', coalesce((select jsonb_agg(to_jsonb(e) - '{user_id}'::text[])
            from comment_emails e where e.user_id = u.id), '[]'))
          as "row!"
        from users u where u.id = $1
        "#,
        user.0,
    )
    .fetch_optional(conn.conn())
    .await?;
    found.ok_or_else(Error::not_found)
}

/// A tenant and the user's membership in it.
pub(super) async fn find_membership(
    conn: &mut GlobalConn,
    user: UserId,
    tenant: TenantId,
) -> Result<Value, Error> {
    let found = query_scalar!(
        r#"
        select to_jsonb(t) || jsonb_build_object('membership', to_jsonb(m) - '{tenant_id, user_id}'::text[]) as "row!"
        from memberships m join tenants t on t.id = m.tenant_id
        where m.user_id = $1 and m.tenant_id = $2
        "#,
        user.0,
        tenant.0,
    )
    .fetch_optional(conn.conn())
    .await?;
    found.ok_or_else(Error::not_found)
}

list! {
    /// Stages belong to the tenant, but applications and events refer to them.
    list_stages,
    r#"
    select id, to_jsonb(t) as "row!" from stages t
    where tenant_id = $1 and $2::uuid is not null and id > $3 order by id limit $4
    "#
}

list! {
    list_applications,
    r#"
    select id, to_jsonb(t) - '{search_text, match_key}'::text[] as "row!" from job_applications t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    list_events,
    r#"
    select id, to_jsonb(t) as "row!" from application_events t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    list_notes,
    r#"
    select id, to_jsonb(t) as "row!" from notes t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    /// Names and sizes of files; their contents are in the archive.
    list_files,
    r#"
    select id, to_jsonb(t) - '{tenant_id, owner_id}'::text[] as "row!" from files t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    /// The weekly goal, of which there is at most one.
    list_goals,
    r#"
    select owner_id as id, to_jsonb(t) - '{tenant_id, owner_id}'::text[] as "row!" from application_goals t
    where tenant_id = $1 and owner_id = $2 and owner_id > $3
    order by owner_id limit $4
    "#
}

list! {
    list_postings,
    r#"
    select id, to_jsonb(t) as "row!" from application_postings t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    list_contacts,
    r#"
    select id, to_jsonb(t) as "row!" from contacts t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    list_contact_links,
    r#"
    select id, to_jsonb(t) as "row!" from contact_links t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    list_interviews,
    r#"
    select id, to_jsonb(t) as "row!" from interviews t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    list_tasks,
    r#"
    select id, to_jsonb(t) as "row!" from tasks t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    list_views,
    r#"
    select id, to_jsonb(t) as "row!" from views t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    /// Webhook endpoints, without their secrets.
    list_webhook_endpoints,
    r#"
    select id, to_jsonb(t) - '{secret, previous_secret}'::text[] as "row!" from webhook_endpoints t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    list_webhook_deliveries,
    r#"
    select id, to_jsonb(t) as "row!" from webhook_deliveries t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    list_webhook_attempts,
    r#"
    select id, to_jsonb(t) as "row!" from webhook_attempts t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    list_mailboxes,
    r#"
    select id, to_jsonb(t) as "row!" from mailboxes t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    /// IMAP accounts, without their passwords.
    list_imap_accounts,
    r#"
    select mailbox_id as id, to_jsonb(t) - 'password' as "row!" from imap_accounts t
    where tenant_id = $1 and owner_id = $2 and mailbox_id > $3 order by mailbox_id limit $4
    "#
}

list! {
    list_messages,
    r#"
    select id, to_jsonb(t) as "row!" from mail_messages t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    list_imports,
    r#"
    select id, to_jsonb(t) as "row!" from mail_imports t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    list_csv_imports,
    r#"
    select id, to_jsonb(t) as "row!" from csv_imports t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    list_sender_rules,
    r#"
    select id, to_jsonb(t) as "row!" from sender_rules t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    /// Grants by the user and grants to the user.
    list_access_grants,
    r#"
    select id, to_jsonb(t) as "row!" from access_grants t
    where tenant_id = $1 and (owner_id = $2 or viewer_id = $2) and id > $3 order by id limit $4
    "#
}

list! {
    /// Requests for access to the user and by the user.
    list_access_requests,
    r#"
    select id, to_jsonb(t) as "row!" from access_requests t
    where tenant_id = $1 and (owner_id = $2 or viewer_id = $2) and id > $3 order by id limit $4
    "#
}

list! {
    /// Views of the user's data by others.
    list_access_log,
    r#"
    select id, to_jsonb(t) as "row!" from access_log t
    where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
    "#
}

list! {
    /// People who have ever viewed the user's data, with a row for each viewer.
    list_past_viewers,
    r#"
    select viewer_id as id, to_jsonb(t) as "row!" from past_viewers t
    where tenant_id = $1 and owner_id = $2 and viewer_id > $3 order by viewer_id limit $4
    "#
}

list! {
    /// Comments on the user's applications, and comments by the user that they can still see.
    list_comments,
    r#"
    select id, to_jsonb(t) as "row!" from application_comments t
    where tenant_id = $1 and (owner_id = $2 or author_id = $2) and id > $3 order by id limit $4
    "#
}

list! {
    /// The user's own actions.
    list_audit_events,
    r#"
    select id, to_jsonb(t) as "row!" from audit_events t
    where tenant_id = $1 and actor_id = $2 and id > $3 order by id limit $4
    "#
}
