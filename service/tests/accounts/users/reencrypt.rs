//! Re-encryption of secrets after a rotation of the key.

use crate::support::test_app;
use service::{admin, context::Caller, platform::crypto::EncryptedColumn, testing::TestApp};
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

/// The id of all rows but those that have the id of the tenant.
const ROW: Uuid = Uuid::from_u128(7);

/// The key of the row that has the column, and the tenant that the secret is bound to.
fn place(column: EncryptedColumn, caller: &Caller) -> (&'static str, Uuid, Uuid) {
    use EncryptedColumn as C;
    let tenant = caller.tenant.id.0;
    match column {
        C::IdentityAccessToken | C::IdentityRefreshToken | C::RevocationToken => ("id", Uuid::nil(), ROW),
        C::ProviderClientSecret => ("tenant_id", tenant, tenant),
        C::MailboxAccessToken | C::MailboxRefreshToken | C::ImapPassword => ("mailbox_id", tenant, ROW),
        C::WebhookSecret | C::WebhookPreviousSecret => ("id", tenant, ROW),
    }
}

/// Stores a secret in every encrypted column, with the current key.
async fn insert_secrets(app: &TestApp, caller: &Caller) {
    let (tenant, user) = (caller.tenant.id.0, caller.user.id.0);
    let rows = format!(
        "insert into identities (id, user_id, provider, subject, access_token, refresh_token, created_at)
           values ('{ROW}', '{user}', 'google', 's', '', '', now());
         insert into oauth_token_revocations (id, provider, token, created_at) values ('{ROW}', 'google', '', now());
         insert into tenant_identity_providers (tenant_id, issuer, client_id, client_secret, created_at, updated_at)
           values ('{tenant}', 'https://idp.example', 'c', '', now(), now());
         insert into mailboxes (tenant_id, id, owner_id, kind, address, created_at)
           values ('{tenant}', '{ROW}', '{user}', 'gmail', 'ada@example.org', now());
         insert into mailbox_tokens (tenant_id, mailbox_id, owner_id, access_token, refresh_token)
           values ('{tenant}', '{ROW}', '{user}', '', '');
         insert into imap_accounts (tenant_id, mailbox_id, owner_id, host, port, security, username, password)
           values ('{tenant}', '{ROW}', '{user}', 'imap.example', 993, 'tls', 'ada', '');
         insert into webhook_endpoints (tenant_id, id, owner_id, url, description, events, state, secret, previous_secret, position,
             created_at, updated_at)
           values ('{tenant}', '{ROW}', '{user}', 'https://hooks.example', '', '{{*}}', 'enabled', '', '', 0, now(), now())"
    );
    sqlx::raw_sql(AssertSqlSafe(rows))
        .execute(&app.owner)
        .await
        .expect("rows");
    for column in EncryptedColumn::ALL {
        let (_, tenant, row) = place(column, caller);
        let ciphertext = app
            .encrypt(column, tenant, row, column.name())
            .expect("encrypted");
        set(app, caller, column, &ciphertext).await;
    }
}

async fn set(app: &TestApp, caller: &Caller, column: EncryptedColumn, ciphertext: &[u8]) {
    let (key, _, row) = place(column, caller);
    let (table, name) = column.name().split_once('.').expect("table and column");
    let sql = format!("update {table} set {name} = $1 where {key} = '{row}'");
    let updated = sqlx::query(AssertSqlSafe(sql)).bind(ciphertext);
    let updated = updated.execute(&app.owner).await.expect("updated");
    assert_eq!(updated.rows_affected(), 1, "{table}");
}

async fn get(app: &TestApp, caller: &Caller, column: EncryptedColumn) -> Vec<u8> {
    let (key, _, row) = place(column, caller);
    let (table, name) = column.name().split_once('.').expect("table and column");
    let sql = format!("select {name} from {table} where {key} = '{row}'");
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(&app.owner)
        .await
        .expect("a secret")
}

async fn stale(app: &TestApp) -> i64 {
    let counted = admin::count_stale_secrets(&app.services).await.expect("counted");
    counted.iter().map(|column| column.secrets).sum()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn every_secret_is_readable_without_the_previous_key_after_reencryption(pool: PgPool) {
    let mut app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    insert_secrets(&app, &ada).await;
    admin::lock_user(&app.services, ada.user.id)
        .await
        .expect("secrets of locked accounts count, too");
    assert_eq!(stale(&app).await, 0);
    app.rotate_key();
    let counted = admin::count_stale_secrets(&app.services).await.expect("counted");
    assert!(counted.iter().all(|column| column.secrets == 1), "{counted:?}");

    let done = admin::reencrypt_secrets(&app.services).await.expect("done");
    assert_eq!((done.reencrypted, done.unreadable), (9, 0));
    assert_eq!(stale(&app).await, 0);
    let again = admin::reencrypt_secrets(&app.services).await.expect("done");
    assert_eq!(again.reencrypted, 0);

    app.remove_previous_key();
    for column in EncryptedColumn::ALL {
        let ciphertext = get(&app, &ada, column).await;
        let (_, tenant, row) = place(column, &ada);
        let secret = app.decrypt(column, tenant, row, &ciphertext);
        assert_eq!(secret.expect("decrypted"), column.name());
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn secret_that_was_changed_stays_and_does_not_keep_others_from_reencryption(pool: PgPool) {
    let mut app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    insert_secrets(&app, &ada).await;
    let mut damaged = Vec::new();
    for column in [
        EncryptedColumn::IdentityAccessToken,
        EncryptedColumn::ImapPassword,
    ] {
        let mut ciphertext = get(&app, &ada, column).await;
        *ciphertext.last_mut().expect("a byte") ^= 1;
        set(&app, &ada, column, &ciphertext).await;
        damaged.push((column, ciphertext));
    }
    app.rotate_key();
    for reencrypted in [7, 0] {
        let done = admin::reencrypt_secrets(&app.services).await.expect("done");
        assert_eq!((done.reencrypted, done.unreadable), (reencrypted, 2));
        assert_eq!(stale(&app).await, 2, "the key is not forgotten by mistake");
    }
    for (column, ciphertext) in damaged {
        assert_eq!(get(&app, &ada, column).await, ciphertext, "{}", column.name());
    }
}
