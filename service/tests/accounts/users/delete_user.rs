//! Account deletion leaves no data of the user.

use super::data_inventory::{Owner, columns, fill_tables};
use crate::support::{
    count, error_code, forgot_password, login, reauth_input, run_jobs, test_app, test_app_with_smtp,
};
use domain::ErrorCode;
use service::{
    auth,
    context::{Caller, ClientInfo},
    mail,
    testing::{PASSWORD, TestApp},
    wiring,
};
use sqlx::PgPool;
use std::collections::BTreeSet;

async fn delete_user(app: &TestApp, caller: &Caller) {
    let input = reauth_input();
    wiring::delete_user(&app.services, caller, input, &ClientInfo::unknown())
        .await
        .expect("deleted");
}

/// Fills all tables with rows of the user, but keeps the credentials of the user.
async fn fill_for(app: &TestApp, caller: &Caller, mark: &str) {
    let restore = "update users u set password_hash = k.password_hash, email = k.email, email_normalized = k.email_normalized, expires_at = null \
                from copy_of_users k where k.id = u.id";
    sqlx::raw_sql(
        "create table if not exists copy_of_users as table users with no data; insert into copy_of_users table users",
    )
    .execute(&app.owner)
    .await
    .expect("copied");
    let owner = Owner {
        user: caller.user.id.0,
        tenant: caller.tenant.id.0,
        mark: mark.into(),
    };
    fill_tables(app, &owner).await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "{restore}; drop table copy_of_users"
    )))
    .execute(&app.owner)
    .await
    .expect("restored");
}

/// The tables with rows that contain one of the words.
async fn tables_containing(app: &TestApp, words: &[String]) -> Vec<String> {
    let tables: BTreeSet<String> = columns(&app.owner).await.into_iter().map(|c| c.table).collect();
    let mut found = Vec::new();
    for table in tables {
        for word in words {
            let sql = format!("select count(*) from {table} t where t::text ilike '%{word}%'");
            if count(app, &sql).await > 0 {
                found.push(format!("{table} contains {word}"));
            }
        }
    }
    found
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn delete_user_removes_all_rows_of_the_user(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("ada");
    let ben = app.register_user("ben").await.expect("ben");
    // A tenant with both users, where Ada has rows, too.
    sqlx::query("insert into tenants (id, slug, name, kind, created_at) values ($1, 'school', 'School', 'organization', now())")
        .bind(uuid(1))
        .execute(&app.owner)
        .await
        .expect("school");
    for (user, role) in [(ada.user.id, "member"), (ben.user.id, "owner")] {
        sqlx::query("insert into memberships (tenant_id, user_id, role, display_name, joined_at) values ($1, $2, $3, 'x', now())")
            .bind(uuid(1))
            .bind(user.0)
            .bind(role)
            .execute(&app.owner)
            .await
            .expect("member");
    }
    fill_for(&app, &ada, "canaryada").await;
    fill_for(&app, &ben, "canaryben").await;
    let stage = "insert into stages (tenant_id, id, kind, name, position, created_at) select $1, $2, 'applied', 'Applied', 1, now()";
    sqlx::query(stage)
        .bind(uuid(1))
        .bind(uuid(2))
        .execute(&app.owner)
        .await
        .expect("stage");
    sqlx::query(
        "insert into job_applications (tenant_id, id, owner_id, job_title, company, search_text, match_key, stage_id, stage_changed_at, apply_date, source, created_at, updated_at) \
         values ($1, $3, $4, 'canaryada', 'canaryada', '', '', $2, now(), current_date, '', now(), now())",
    )
    .bind(uuid(1))
    .bind(uuid(2))
    .bind(uuid(3))
    .bind(ada.user.id.0)
    .execute(&app.owner)
    .await
    .expect("application");
    let bens_before = count(
        &app,
        &format!(
            "select count(*) from job_applications where owner_id = '{}'",
            ben.user.id
        ),
    )
    .await;

    let words: Vec<String> = [
        "canaryada".to_owned(),
        ada.user.id.to_string(),
        ada.tenant.id.to_string(),
        "ada@example.org".to_owned(),
    ]
    .into();
    assert!(
        tables_containing(&app, &words).await.len() > 20,
        "the search finds existing rows"
    );
    delete_user(&app, &ada).await;
    // Only the audit log of the school keeps her id: docs/AUDIT-LOG.md.
    let kept = format!("audit_events contains {}", ada.user.id);
    assert_eq!(tables_containing(&app, &words).await, [kept]);
    let of_school = "select count(*) from audit_events where action = 'account_deleted'";
    assert_eq!(count(&app, of_school).await, 1);
    assert_eq!(
        count(&app, "select count(*) from memberships").await,
        2,
        "Ben's memberships"
    );
    let bens_after = count(
        &app,
        &format!(
            "select count(*) from job_applications where owner_id = '{}'",
            ben.user.id
        ),
    )
    .await;
    assert_eq!((bens_before, bens_after), (1, 1), "Ben's rows are unchanged");
    assert_eq!(
        error_code(login(&app, "ada", PASSWORD, "curl").await),
        ErrorCode::InvalidCredentials
    );
    app.register_user("ada")
        .await
        .expect("the address can be registered again");
}

/// Uploaded files, pending jobs and emails, and files in the outbox.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn delete_user_removes_files_jobs_and_emails(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("ada");
    run_jobs(&app).await;
    let mut upload = mail::begin_import(&app.services, &ada, None)
        .await
        .expect("import");
    upload.start_file("a.eml").await.expect("file");
    upload
        .write(b"Subject: canary\r\n\r\ncanary")
        .await
        .expect("bytes");
    let import = upload.finish().await.expect("import");
    let upload_dir = app.data_dir().join("uploads").join(import.id.to_string());
    assert!(upload_dir.is_dir());
    forgot_password(&app, "ada@example.org").await.expect("requested");
    login(&app, "ada", PASSWORD, "something/1")
        .await
        .expect("login from a new device");
    let has_outbox_file = || {
        std::fs::read_dir(app.data_dir().join("outbox")).is_ok_and(|mut entries| {
            entries
                .any(|e| e.is_ok_and(|e| e.file_name().to_string_lossy().contains(&ada.user.id.to_string())))
        })
    };
    assert!(has_outbox_file());
    assert_eq!(count(&app, "select count(*) from background_jobs").await, 3);
    delete_user(&app, &ada).await;
    assert!(!upload_dir.exists() && !has_outbox_file());
    assert_eq!(count(&app, "select count(*) from background_jobs").await, 0);
    assert_eq!(count(&app, "select count(*) from outbound_emails").await, 0);
    run_jobs(&app).await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn deleted_user_is_unauthorized_immediately(pool: PgPool) {
    let (app, _smtp) = test_app_with_smtp(pool).await;
    app.register_user("ada").await.expect("ada");
    let tokens = login(&app, "ada", PASSWORD, "curl").await.expect("login");
    let ada = auth::authenticate_token(&app.services, &tokens.access_token)
        .await
        .expect("ada");
    delete_user(&app, &ada).await;
    let result = auth::authenticate_token(&app.services, &tokens.access_token).await;
    assert_eq!(error_code(result), ErrorCode::Unauthorized);
    let again = wiring::delete_user(&app.services, &ada, reauth_input(), &ClientInfo::unknown()).await;
    assert_eq!(error_code(again), ErrorCode::Unauthorized);
}

/// The admin who joined first becomes the owner, else the member who joined first.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn delete_user_transfers_ownership_of_shared_tenants(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("ada");
    let mut users = Vec::new();
    for name in ["early", "admin", "late"] {
        users.push(app.register_user(name).await.expect("user").user.id.0);
    }
    for n in [1, 2, 3] {
        sqlx::query("insert into tenants (id, slug, name, kind, created_at) values ($1, $2, 'School', 'organization', now())")
            .bind(uuid(n))
            .bind(format!("school{n}"))
            .execute(&app.owner)
            .await
            .expect("school");
    }
    let join = async |tenant: u128, user: uuid::Uuid, role: &str, day: i32| {
        sqlx::query("insert into memberships (tenant_id, user_id, role, display_name, joined_at) values ($1, $2, $3, 'x', date '2026-01-01' + $4)")
            .bind(uuid(tenant))
            .bind(user)
            .bind(role)
            .bind(day)
            .execute(&app.owner)
            .await
            .expect("member");
    };
    for tenant in [1, 2, 3] {
        join(tenant, ada.user.id.0, "owner", 0).await;
    }
    join(1, users[0], "member", 1).await;
    join(1, users[1], "admin", 2).await;
    join(2, users[0], "member", 1).await;
    join(2, users[2], "member", 5).await;
    join(3, users[0], "member", 1).await;
    join(3, users[2], "owner", 5).await;
    delete_user(&app, &ada).await;
    let owners: Vec<(String, uuid::Uuid)> = sqlx::query_as(
        "select t.slug, m.user_id from memberships m join tenants t on t.id = m.tenant_id \
         where m.role = 'owner' and t.kind = 'organization' order by 1",
    )
    .fetch_all(&app.owner)
    .await
    .expect("owners");
    assert_eq!(
        owners,
        [
            ("school1".to_owned(), users[1]),
            ("school2".to_owned(), users[0]),
            ("school3".to_owned(), users[2])
        ]
    );
}

fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n | 7 << 76)
}
