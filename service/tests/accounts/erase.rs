//! GD-3, GD-4, AT-96: after leaving, nothing of the person is anywhere.

use crate::{
    inventory::{Owner, columns, fill},
    support::{bench, code, count, login, posted, work},
};
use domain::ErrorCode;
use service::{
    limits::Client,
    mail,
    tenants::Caller,
    testing::{Bench, PASSWORD},
    users,
};
use sqlx::PgPool;
use std::collections::BTreeSet;

async fn leave(bench: &Bench, caller: &Caller) {
    let input = crate::support::proof();
    users::delete_user(&bench.services, caller, input, &Client::unknown())
        .await
        .expect("gone");
}

async fn filled(bench: &Bench, caller: &Caller, mark: &str) {
    let keep = "update users u set password_hash = k.password_hash, email = k.email, email_key = k.email_key, expires_at = null \
                from kept k where k.id = u.id";
    sqlx::raw_sql(
        "create table if not exists kept as table users with no data; insert into kept table users",
    )
    .execute(&bench.owner)
    .await
    .expect("kept");
    let owner = Owner {
        user: caller.user.id.0,
        tenant: caller.tenant.id.0,
        mark: mark.into(),
    };
    fill(bench, &owner).await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("{keep}; drop table kept")))
        .execute(&bench.owner)
        .await
        .expect("the password again");
}

/// The tables that hold one of the words anywhere.
async fn holding(bench: &Bench, words: &[String]) -> Vec<String> {
    let tables: BTreeSet<String> = columns(&bench.owner).await.into_iter().map(|c| c.table).collect();
    let mut found = Vec::new();
    for table in tables {
        for word in words {
            let sql = format!("select count(*) from {table} t where t::text ilike '%{word}%'");
            if count(bench, &sql).await > 0 {
                found.push(format!("{table} holds {word}"));
            }
        }
    }
    found
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn nothing_of_the_person_is_left(pool: PgPool) {
    let bench = bench(pool);
    let ada = bench.person("ada").await.expect("ada");
    let ben = bench.person("ben").await.expect("ben");
    // A workspace that both are in, where Ada has rows too.
    sqlx::query("insert into tenants (id, slug, name, kind, created_at) values ($1, 'school', 'School', 'organization', now())")
        .bind(uuid(1))
        .execute(&bench.owner)
        .await
        .expect("school");
    for (user, role) in [(ada.user.id, "member"), (ben.user.id, "owner")] {
        sqlx::query("insert into memberships (tenant_id, user_id, role, display_name, joined_at) values ($1, $2, $3, 'x', now())")
            .bind(uuid(1))
            .bind(user.0)
            .bind(role)
            .execute(&bench.owner)
            .await
            .expect("member");
    }
    filled(&bench, &ada, "canaryada").await;
    filled(&bench, &ben, "canaryben").await;
    let stage = "insert into stage (tenant_id, id, kind, name, position, created_at) select $1, $2, 'applied', 'Applied', 1, now()";
    sqlx::query(stage)
        .bind(uuid(1))
        .bind(uuid(2))
        .execute(&bench.owner)
        .await
        .expect("stage");
    sqlx::query(
        "insert into job_application (tenant_id, id, owner_id, job_title, company, search_text, match_key, stage_id, moved_at, apply_date, source, created_at, updated_at) \
         values ($1, $3, $4, 'canaryada', 'canaryada', '', '', $2, now(), current_date, '', now(), now())",
    )
    .bind(uuid(1))
    .bind(uuid(2))
    .bind(uuid(3))
    .bind(ada.user.id.0)
    .execute(&bench.owner)
    .await
    .expect("hers at school");
    let bens = count(
        &bench,
        &format!(
            "select count(*) from job_application where owner_id = '{}'",
            ben.user.id
        ),
    )
    .await;

    let hers: Vec<String> = [
        "canaryada".to_owned(),
        ada.user.id.to_string(),
        ada.tenant.id.to_string(),
        "ada@example.org".to_owned(),
    ]
    .into();
    assert!(
        holding(&bench, &hers).await.len() > 20,
        "the hunt finds what is there"
    );
    leave(&bench, &ada).await;
    assert_eq!(holding(&bench, &hers).await, Vec::<String>::new());
    assert_eq!(
        count(&bench, "select count(*) from memberships").await,
        2,
        "Ben's two"
    );
    let after = count(
        &bench,
        &format!(
            "select count(*) from job_application where owner_id = '{}'",
            ben.user.id
        ),
    )
    .await;
    assert_eq!((bens, after), (1, 1), "Ben's are untouched");
    assert_eq!(
        code(login(&bench, "ada", PASSWORD, "curl").await),
        ErrorCode::InvalidCredentials
    );
    bench.person("ada").await.expect("the address is free again");
}

/// Uploads on the disk, work that waits, letters that wait and those that lie in the outbox.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn files_and_waiting_work_go_too(pool: PgPool) {
    let bench = bench(pool);
    let ada = bench.person("ada").await.expect("ada");
    work(&bench).await;
    let mut upload = mail::begin_import(&bench.services, &ada).await.expect("begun");
    upload.file("a.eml").await.expect("file");
    upload
        .write(b"Subject: canary\r\n\r\ncanary")
        .await
        .expect("bytes");
    let import = upload.finish().await.expect("begun");
    let folder = bench.data_dir().join("uploads").join(import.id.to_string());
    assert!(folder.is_dir());
    crate::support::forgot(&bench, "ada@example.org")
        .await
        .expect("taken down");
    login(&bench, "ada", PASSWORD, "something/1")
        .await
        .expect("a letter about a new sign-in");
    let lying = || {
        std::fs::read_dir(bench.data_dir().join("outbox")).is_ok_and(|mut entries| {
            entries
                .any(|e| e.is_ok_and(|e| e.file_name().to_string_lossy().contains(&ada.user.id.to_string())))
        })
    };
    assert!(lying());
    assert_eq!(count(&bench, "select count(*) from job").await, 3);
    leave(&bench, &ada).await;
    assert!(!folder.exists() && !lying());
    assert_eq!(count(&bench, "select count(*) from job").await, 0);
    assert_eq!(count(&bench, "select count(*) from letter").await, 0);
    work(&bench).await;
}

/// Tokens of whoever left are dead at once, and so is the session that asked.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn nobody_calls_as_somebody_who_left(pool: PgPool) {
    let (bench, _sink) = posted(pool).await;
    bench.person("ada").await.expect("ada");
    let tokens = login(&bench, "ada", PASSWORD, "curl").await.expect("in");
    let ada = users::caller_of_token(&bench.services, &tokens.access_token)
        .await
        .expect("ada");
    leave(&bench, &ada).await;
    let dead = users::caller_of_token(&bench.services, &tokens.access_token).await;
    assert_eq!(code(dead), ErrorCode::Unauthorized);
    let again = users::delete_user(&bench.services, &ada, crate::support::proof(), &Client::unknown()).await;
    assert_eq!(code(again), ErrorCode::NotFound);
}

/// GD-4: a workspace with other members goes on, and has an owner.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_shared_workspace_gets_another_owner(pool: PgPool) {
    let bench = bench(pool);
    let ada = bench.person("ada").await.expect("ada");
    let mut people = Vec::new();
    for name in ["early", "admin", "late"] {
        people.push(bench.person(name).await.expect("somebody").user.id.0);
    }
    for n in [1, 2, 3] {
        sqlx::query("insert into tenants (id, slug, name, kind, created_at) values ($1, $2, 'School', 'organization', now())")
            .bind(uuid(n))
            .bind(format!("school{n}"))
            .execute(&bench.owner)
            .await
            .expect("school");
    }
    let join = async |tenant: u128, user: uuid::Uuid, role: &str, day: i32| {
        sqlx::query("insert into memberships (tenant_id, user_id, role, display_name, joined_at) values ($1, $2, $3, 'x', date '2026-01-01' + $4)")
            .bind(uuid(tenant))
            .bind(user)
            .bind(role)
            .bind(day)
            .execute(&bench.owner)
            .await
            .expect("member");
    };
    for tenant in [1, 2, 3] {
        join(tenant, ada.user.id.0, "owner", 0).await;
    }
    join(1, people[0], "member", 1).await;
    join(1, people[1], "admin", 2).await;
    join(2, people[0], "member", 1).await;
    join(2, people[2], "member", 5).await;
    join(3, people[0], "member", 1).await;
    join(3, people[2], "owner", 5).await;
    leave(&bench, &ada).await;
    let owners: Vec<(String, uuid::Uuid)> = sqlx::query_as(
        "select t.slug, m.user_id from memberships m join tenants t on t.id = m.tenant_id \
         where m.role = 'owner' and t.kind = 'organization' order by 1",
    )
    .fetch_all(&bench.owner)
    .await
    .expect("owners");
    assert_eq!(
        owners,
        [
            ("school1".to_owned(), people[1]),
            ("school2".to_owned(), people[0]),
            ("school3".to_owned(), people[2])
        ]
    );
}

fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n | 7 << 76)
}
