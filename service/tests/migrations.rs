//! Migrating a database that was created by another version.
#![expect(clippy::expect_used, reason = "a failed setup fails the test")]

use domain::jobapps::{AddApplicationInput, ApplicationRef};
use service::{
    Error, jobapps,
    platform::db::{MIGRATOR, migrate, migrate_with},
    testing::TestApp,
};
use sqlx::{
    AssertSqlSafe, PgPool,
    migrate::{Migration, MigrationType, Migrator},
    postgres::PgConnectOptions,
};
use uuid::Uuid;

async fn migrate_after(pool: &PgPool, change: &str) -> String {
    sqlx::raw_sql(AssertSqlSafe(change.to_owned()))
        .execute(pool)
        .await
        .expect("changed");
    match migrate(pool.connect_options().as_ref()).await {
        Err(Error::Internal(message)) => message,
        other => panic!("{other:?}"),
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn migrating_twice_is_a_no_op(pool: PgPool) {
    migrate(pool.connect_options().as_ref()).await.expect("migrated");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn database_of_an_unreleased_version_is_rejected(pool: PgPool) {
    for change in [
        "update _sqlx_migrations set checksum = '\\x00' where version = 1",
        // More migrations than this build has, as in the last unreleased version.
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (999, 'gmail', true, '\\x00', 1)",
        "delete from _sqlx_migrations where version > 5",
    ] {
        let message = migrate_after(&pool, change).await;
        assert!(message.contains("unreleased version"), "{change}: {message}");
        assert!(message.contains("empty data folder"), "{change}: {message}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn database_of_a_newer_version_is_rejected(pool: PgPool) {
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'later', true, '\\x00', 1)";
    let message = migrate_after(&pool, newer).await;
    assert!(message.contains("newer version"), "{message}");
}

/// Connects as a role that owns the database and its tables and is subject to row level security, as in production.
async fn connect_as_owner(pool: &PgPool) -> PgConnectOptions {
    let options = pool.connect_options().as_ref().clone();
    let database = options.get_database().expect("database").to_owned();
    let owner = format!("owner_of_{database}");
    // The tests' database may have been created with all migrations applied.
    let statements = format!(
        "drop schema public cascade; create schema public; \
         create role \"{owner}\" nosuperuser nobypassrls; alter database \"{database}\" owner to \"{owner}\"; alter schema public owner to \"{owner}\""
    );
    sqlx::raw_sql(AssertSqlSafe(statements))
        .execute(pool)
        .await
        .expect("owner");
    options.options([("role", owner.as_str())])
}

/// Applies this SQL as a later migration. Returns the error.
async fn migrate_later(owner: &PgConnectOptions, version: i64, sql: &'static str) -> Option<String> {
    let later = Migration::new(
        version,
        "later".into(),
        MigrationType::Simple,
        sqlx::SqlStr::from_static(sql),
        false,
    );
    let migrations: Vec<Migration> = MIGRATOR.iter().cloned().chain([later]).collect();
    let migrator = Migrator::with_migrations(migrations);
    migrate_with(owner, &migrator).await.err().map(|e| e.to_string())
}

/// With forced row level security, the query that validates a foreign key sees only what the policies show to the owner of the
/// tables.
#[sqlx::test(migrations = false)]
async fn later_foreign_key_is_validated_against_all_rows(pool: PgPool) {
    let owner = connect_as_owner(&pool).await;
    migrate(&owner).await.expect("migrated");
    let app = TestApp::new(pool).expect("app");
    let ada = app.register_user("ada").await.expect("ada");
    for company in ["Fernway", "Moss"] {
        let input = AddApplicationInput {
            job_title: "Clerk".into(),
            company: company.into(),
            ..AddApplicationInput::default()
        };
        let added = jobapps::add(&app.services, &ada, None, input)
            .await
            .expect("added");
        if company == "Moss" {
            let reference = ApplicationRef { jobapp_id: added.id };
            jobapps::delete(&app.services, &ada, reference)
                .await
                .expect("deleted");
        }
    }
    let prepare = "alter table job_applications add column previous_stage_id uuid";
    sqlx::raw_sql(prepare).execute(&app.owner).await.expect("column");
    let fill = "update job_applications set previous_stage_id = stage_id";
    sqlx::raw_sql(fill).execute(&app.owner).await.expect("filled");

    let unforced = "select count(*) from pg_class where relname in ('job_applications', 'stages') and not relforcerowsecurity";
    let with_function = "select add_foreign_key('job_applications', 'previous_stage_id', 'stages', 'id')";
    assert_eq!(migrate_later(&owner, 9001, with_function).await, None);
    let count: i64 = sqlx::query_scalar(unforced)
        .fetch_one(&app.owner)
        .await
        .expect("count");
    assert_eq!(count, 0, "row level security is not forced any more");

    // A row that violates the key is found, whether its application is deleted or not.
    for deleted in ["is null", "is not null"] {
        let reset = format!(
            "delete from _sqlx_migrations where version > 9000; \
             alter table job_applications drop constraint if exists job_applications_tenant_id_previous_stage_id_fkey; \
             {fill}; update job_applications set previous_stage_id = gen_random_uuid() where deleted_at {deleted}"
        );
        sqlx::raw_sql(AssertSqlSafe(reset))
            .execute(&app.owner)
            .await
            .expect("changed");
        let violated = migrate_later(&owner, 9001, with_function)
            .await
            .expect("rejected");
        assert!(violated.contains("violates foreign key constraint"), "{violated}");
    }

    // Without the function, the key would be accepted unseen. That is an error, and so is a change that would affect no row.
    for blind in [
        "alter table job_applications add foreign key (tenant_id, previous_stage_id) references stages (tenant_id, id)",
        "update job_applications set previous_stage_id = null",
    ] {
        let error = migrate_later(&owner, 9001, blind).await.expect("rejected");
        assert!(
            error.contains("would be affected by row-level security"),
            "{error}"
        );
    }
}

#[sqlx::test(migrations = false)]
async fn words_for_missing_names_become_null(pool: PgPool) {
    let owner = connect_as_owner(&pool).await;
    let earlier = MIGRATOR.iter().filter(|m| m.version < 22).cloned().collect();
    migrate_with(&owner, &Migrator::with_migrations(earlier))
        .await
        .expect("migrated");
    let app = TestApp::new(pool).expect("app");
    let (user, tenant) = (Uuid::from_u128(1), Uuid::from_u128(2));
    // As that version did; the code of this one needs later columns.
    for sql in [
        "insert into users (id, email, email_normalized, time_zone, created_at) values ($1, 'ada', 'ada', 'UTC', now())",
        "insert into tenants (id, slug, name, kind, created_at) select $2, 'ada', 'Ada', 'personal', now() where $1::uuid is not null",
        "insert into memberships (tenant_id, user_id, role, display_name, joined_at) values ($2, $1, 'owner', 'Ada', now())",
        "insert into stages (tenant_id, id, kind, name, position, created_at) values ($2, $1, 'applied', 'Applied', 1, now())",
    ] {
        sqlx::query(sql)
            .bind(user)
            .bind(tenant)
            .execute(&app.owner)
            .await
            .expect("added");
    }
    for (job_title, company) in [
        ("(title not in the email)", "Moss"),
        ("Baker", "(company not in the email)"),
    ] {
        sqlx::query(
            "insert into job_applications (tenant_id, id, owner_id, job_title, company, search_text, match_key, stage_id, \
               stage_changed_at, apply_date, source, created_at, updated_at) \
             select $1, gen_random_uuid(), $2, $3, $4, lower($3 || ' ' || $4), lower($4), s.id, now(), now(), '', now(), now() \
             from stages s where s.tenant_id = $1 and s.kind = 'applied'",
        )
        .bind(tenant)
        .bind(user)
        .bind(job_title)
        .bind(company)
        .execute(&app.owner)
        .await
        .expect("added");
    }
    migrate(&owner).await.expect("migrated");
    let rows: Vec<(Option<String>, Option<String>, String, String)> = sqlx::query_as(
        "select job_title, company, search_text, match_key from job_applications order by company",
    )
    .fetch_all(&app.owner)
    .await
    .expect("rows");
    let row = |title: Option<&str>, company: Option<&str>, search: &str, key: &str| {
        (
            title.map(Into::into),
            company.map(Into::into),
            search.into(),
            key.into(),
        )
    };
    assert_eq!(
        rows,
        [
            row(None, Some("Moss"), "moss", "moss"),
            row(Some("Baker"), None, "baker", ""),
        ]
    );
    // Existing rows count towards the quotas.
    let counted: Vec<(Uuid, Uuid, String, i64)> =
        sqlx::query_as("select tenant_id, owner_id, quota, used from usage_counts")
            .fetch_all(&app.owner)
            .await
            .expect("counted");
    assert_eq!(counted, [(tenant, user, "applications".to_owned(), 2)]);
}
