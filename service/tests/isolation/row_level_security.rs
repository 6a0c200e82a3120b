//! Every tenant table × select, insert, update, delete × wrong tenant, no tenant, other owner, with plain SQL that has none of
//! the application's filters.

use crate::fixture::{SEEDS, checksum, context, execute_in_context, fixture, tenant_tables};
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn rows_of_other_users_are_inaccessible(pool: PgPool) {
    let mut s = fixture(pool).await;
    let tables = tenant_tables(&s.app.owner).await;
    assert_eq!(
        tables.len(),
        SEEDS.len() + 1,
        "every tenant table except stages needs a seed: {tables:?}"
    );
    let before = checksum(&s.app.owner, &tables).await;
    let other_tenant = context(s.ben);
    let other_member = context(s.cleo);
    let not_a_member = context((s.ada.0, s.ben.1)); // Ada's tenant, without a membership
    let no_tenant = "set local role jobhax_app".to_owned();
    for table in &tables {
        for (who, context) in [
            ("other tenant", &other_tenant),
            ("other member", &other_member),
            ("not a member", &not_a_member),
            ("no tenant", &no_tenant),
        ] {
            let is_shared = ["stages", "silence_thresholds", "change_sequences"].contains(&table.as_str());
            let is_of_workspace = is_shared
                || ["groups", "group_members", "cohort_months", "cohort_entries"].contains(&table.as_str());
            let shared = is_shared && matches!(who, "other member" | "not a member");
            let victim = match who {
                _ if is_of_workspace => format!("tenant_id = '{}'", s.ada.0),
                _ if table == "audit_events" => {
                    format!("tenant_id = '{}' and actor_id = '{}'", s.ada.0, s.ada.1)
                }
                _ => format!("tenant_id = '{}' and owner_id = '{}'", s.ada.0, s.ada.1),
            };
            let seen = execute_in_context(
                &mut s.login,
                context,
                &format!("select count(*) from {table} where {victim}"),
            )
            .await;
            if table.starts_with("cohort_") {
                assert_eq!(seen, Err("42501".into()), "{who} reads {table}");
            } else if !shared {
                assert_eq!(seen, Ok(0), "{who} sees {table}");
            }
            let update = format!("update {table} set tenant_id = tenant_id where {victim}");
            let updated = execute_in_context(&mut s.login, context, &update).await;
            assert!(
                matches!(&updated.as_ref().map_err(String::as_str), Ok(0) | Err("42501")),
                "{who} updates {table}: {updated:?}"
            );
            let deleted = execute_in_context(
                &mut s.login,
                context,
                &format!("delete from {table} where {victim}"),
            )
            .await;
            assert!(
                matches!(&deleted.as_ref().map_err(String::as_str), Ok(0) | Err("42501")),
                "{who} deletes {table}: {deleted:?}"
            );
            let row = format!("select to_jsonb(t)::text from {table} t where {victim} limit 1");
            let row: String = sqlx::query_scalar(AssertSqlSafe(row))
                .fetch_one(&s.app.owner)
                .await
                .expect("a row");
            let forged = row.replace('\'', "''");
            let insert = format!(
                "insert into {table} select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).* \
                 from jsonb_populate_record(null::{table}, '{forged}') r"
            );
            let inserted = execute_in_context(&mut s.login, context, &insert).await;
            assert_eq!(inserted, Err("42501".into()), "{who} inserts into {table}");
        }
        // Without a tenant context the login has no privileges on the table.
        let direct =
            execute_in_context(&mut s.login, "select 1", &format!("select count(*) from {table}")).await;
        assert_eq!(direct, Err("42501".into()), "the login reads {table}");
        if table.starts_with("cohort_") {
            let own = format!("select count(*) from {table}");
            let own = execute_in_context(&mut s.login, &context(s.ada), &own).await;
            assert_eq!(own, Err("42501".into()), "no one reads {table}");
            continue;
        }
        // Control: the owner does see the row.
        let own = execute_in_context(
            &mut s.login,
            &context(s.ada),
            &format!("select count(*) from {table} where tenant_id = '{}'", s.ada.0),
        )
        .await;
        assert!(own.expect("own rows") > 0, "ada sees her own {table}");
    }
    assert_eq!(checksum(&s.app.owner, &tables).await, before, "something changed");
}

/// The login creates the stages of a new tenant, and can do nothing else on tenant tables.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn login_inserts_stages_only_into_the_new_tenant(pool: PgPool) {
    let mut s = fixture(pool).await;
    let insert = |tenant: Uuid| {
        format!(
            "insert into stages (tenant_id, id, kind, name, position, created_at) \
             values ('{tenant}', gen_random_uuid(), 'offer', 'Offer', 9, now())"
        )
    };
    let (ada, ben) = (s.ada.0, s.ben.0);
    let new_tenant = format!("select set_new_tenant_context('{ada}')");
    let denied = Err("42501".to_owned());
    for (context, sql, expected) in [
        (new_tenant.as_str(), insert(ada), Ok(1)),
        (&new_tenant, insert(ben), denied.clone()),
        ("select 1", insert(ada), denied.clone()),
        ("set local role jobhax_app", insert(ada), denied.clone()),
        (&new_tenant, "select count(*) from stages".into(), denied.clone()),
        (&new_tenant, "update stages set name = 'x'".into(), denied.clone()),
        (&new_tenant, "delete from stages".into(), denied.clone()),
        (
            &new_tenant,
            format!("{} returning id", insert(ada)),
            denied.clone(),
        ),
        (
            &new_tenant,
            "select count(*) from job_applications".into(),
            denied,
        ),
    ] {
        let result = execute_in_context(&mut s.login, context, &sql).await;
        assert_eq!(result, expected, "{context}: {sql}");
    }
}

/// Changes are appended by the function alone, and only for oneself, or for what all members share.

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn row_cannot_be_moved_to_another_owner_or_tenant(pool: PgPool) {
    let mut s = fixture(pool).await;
    for set in [
        format!("tenant_id = '{}'", s.ben.0),
        format!("owner_id = '{}'", s.cleo.1),
    ] {
        let result = execute_in_context(
            &mut s.login,
            &context(s.ada),
            &format!("update job_applications set {set}"),
        )
        .await;
        assert_eq!(result, Err("42501".into()), "{set}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_or_missing_tenant_context_fails_closed(pool: PgPool) {
    let mut s = fixture(pool).await;
    let count = "select count(*) from job_applications";
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.ada), count).await,
        Ok(1)
    );
    // Settings of an earlier transaction are reset to the empty string, which matches no tenant.
    assert_eq!(
        execute_in_context(&mut s.login, "set local role jobhax_app", count).await,
        Ok(0)
    );
    let unknown = context((Uuid::from_u128(1), Uuid::from_u128(2)));
    assert_eq!(execute_in_context(&mut s.login, &unknown, count).await, Ok(0));
    let invalid = "do $$ begin set local role jobhax_app; set local app.tenant_id = 'x'; end $$";
    assert!(execute_in_context(&mut s.login, invalid, count).await.is_err());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn access_grant_allows_reading_until_it_expires(pool: PgPool) {
    let mut s = fixture(pool).await;
    let count = format!(
        "select count(*) from job_applications where owner_id = '{}'",
        s.ada.1
    );
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &count).await,
        Ok(0)
    );
    sqlx::query(
        "insert into access_grants values ($1, gen_random_uuid(), $2, $3, now(), now() + interval '1 hour')",
    )
    .bind(s.ada.0)
    .bind(s.ada.1)
    .bind(s.cleo.1)
    .execute(&s.app.owner)
    .await
    .expect("granted");
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &count).await,
        Ok(0),
        "a member has no clients"
    );
    sqlx::query("update memberships set role = 'coach' where user_id = $1")
        .bind(s.cleo.1)
        .execute(&s.app.owner)
        .await
        .expect("role");
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &count).await,
        Ok(1)
    );
    let comment = format!(
        "insert into application_comments (tenant_id, id, owner_id, application_id, author_id, text, created_at) \
         select tenant_id, gen_random_uuid(), owner_id, id, '{}', 'x', now() from job_applications where owner_id = '{}'",
        s.cleo.1, s.ada.1
    );
    let denied = Err("42501".to_owned());
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &comment).await,
        denied,
        "a grant to read"
    );
    sqlx::query("update access_grants set scope = 'comment' where viewer_id = $1")
        .bind(s.cleo.1)
        .execute(&s.app.owner)
        .await
        .expect("scope");
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &comment).await,
        Ok(1)
    );
    let task = |assigned_by: Uuid| {
        format!(
            "insert into tasks (tenant_id, owner_id, id, kind, title, assigned_by, assigned_by_name, created_at, updated_at) \
             values ('{}', '{}', gen_random_uuid(), 'task', 'x', '{assigned_by}', 'x', now(), now())",
            s.ada.0, s.ada.1
        )
    };
    let (own_name, other_name) = (task(s.cleo.1), task(s.ada.1));
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &own_name).await,
        Ok(1)
    );
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &other_name).await,
        denied,
        "in the name of the client"
    );
    let tasks = format!("delete from tasks where owner_id = '{}'", s.ada.1);
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &tasks).await,
        Ok(0),
        "the client's own tasks"
    );
    let update = format!(
        "update job_applications set company = 'x' where owner_id = '{}'",
        s.ada.1
    );
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &update).await,
        Ok(0)
    );
    sqlx::query("update access_grants set expires_at = now() - interval '1 second'")
        .execute(&s.app.owner)
        .await
        .expect("expired");
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &count).await,
        Ok(0)
    );
}
