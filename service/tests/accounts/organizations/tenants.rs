//! Creating, changing and deleting organizations.

use super::{Team, add_organization, execute, person};
use crate::support::{count, error_code, error_fields, run_jobs, test_app, test_app_with_smtp};
use domain::{
    ErrorCode,
    jobapps::{AddApplicationInput, ListApplicationsInput},
    pagination::OptionalPageInput,
    quotas::Quota,
    tenants::{DeleteTenantInput, LeaveTenantInput, Role, TenantKind, UpdateTenantInput},
};
use service::{
    Error, admin,
    context::{Caller, ClientInfo},
    jobapps, organizations, quotas,
    testing::{PASSWORD, TestApp},
    wiring,
};
use sqlx::PgPool;

async fn update(app: &TestApp, caller: &Caller, name: &str, slug: Option<&str>) -> Result<String, Error> {
    let input = UpdateTenantInput {
        name: Some(name.into()),
        slug: slug.map(ToOwned::to_owned),
    };
    let tenant = organizations::update_tenant(&app.services, caller, input).await?;
    Ok(tenant.slug)
}

async fn delete(app: &TestApp, caller: &Caller, slug: &str, password: &str) -> Result<(), Error> {
    let input = DeleteTenantInput {
        slug: slug.into(),
        password: Some(password.into()),
    };
    wiring::delete_tenant(&app.services, caller, input, &ClientInfo::unknown()).await
}

fn new_application() -> AddApplicationInput {
    AddApplicationInput {
        job_title: "Baker".into(),
        company: "Fernway".into(),
        ..AddApplicationInput::default()
    }
}

async fn add_application(app: &TestApp, caller: &Caller) {
    jobapps::add(&app.services, caller, None, new_application())
        .await
        .expect("added");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn new_organization_has_owner_stages_and_derived_slug(pool: PgPool) {
    let app = test_app(pool);
    let ada = person(&app, "ada").await;
    let first = add_organization(&app, &ada, " Café & Co ", None)
        .await
        .expect("added");
    assert_eq!(
        (first.tenant.name.as_str(), first.tenant.slug.as_str()),
        ("Café & Co", "cafe-co")
    );
    assert_eq!(
        (first.tenant.kind, first.tenant.role),
        (TenantKind::Organization, Role::Owner)
    );
    let second = add_organization(&app, &ada, "Café & Co", None)
        .await
        .expect("added");
    assert!(
        second.tenant.slug.starts_with("cafe-co-"),
        "{}",
        second.tenant.slug
    );
    let reserved = add_organization(&app, &ada, "Admin", None).await.expect("added");
    assert!(
        reserved.tenant.slug.starts_with("admin-"),
        "{}",
        reserved.tenant.slug
    );
    let product = add_organization(&app, &ada, "JobHax Team", None)
        .await
        .expect("added");
    assert!(
        product.tenant.slug.starts_with("team-"),
        "{}",
        product.tenant.slug
    );
    add_application(&app, &first).await;
    let list = async |input| {
        let listed = organizations::list_tenants(&app.services, &ada, input).await;
        listed.expect("tenants")
    };
    let all = list(OptionalPageInput::default()).await;
    assert_eq!((all.data.len(), all.total, all.pagination), (5, 5, None));
    assert_eq!(all.data[0].kind, TenantKind::Personal);
    let (mut paged, mut cursor) = (Vec::new(), None);
    loop {
        let limit = Some(2);
        let page = list(OptionalPageInput { cursor, limit }).await;
        assert_eq!(page.total, 5);
        paged.extend(page.data);
        cursor = page.pagination.and_then(|pagination| pagination.next_cursor);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(paged, all.data);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn slug_taken_reserved_or_look_alike_is_refused(pool: PgPool) {
    let app = test_app(pool);
    let (ada, ben) = (person(&app, "ada").await, person(&app, "ben").await);
    let team = add_organization(&app, &ada, "A", Some("modern-uni"))
        .await
        .expect("added");
    for slug in ["modern-uni", "modem-uni", "modern-un1", "modernuni"] {
        let added = add_organization(&app, &ben, "B", Some(slug)).await;
        assert_eq!(error_code(added), ErrorCode::SlugTaken, "{slug}");
    }
    let personal = add_organization(&app, &ben, "B", Some(&ada.tenant.slug)).await;
    assert_eq!(error_code(personal), ErrorCode::SlugTaken);
    for slug in ["admin", "adm1n", "jobhax-support", "x", "A B"] {
        let added = add_organization(&app, &ben, "B", Some(slug)).await;
        assert_eq!(error_fields(added), ["slug"], "{slug}");
    }
    let other = add_organization(&app, &ben, "B", Some("night-school"))
        .await
        .expect("added");
    assert_eq!(
        error_code(update(&app, &other, "B", Some("modem-uni")).await),
        ErrorCode::SlugTaken
    );
    // An own earlier slug, and the slug that another organization gave up, are free.
    assert_eq!(
        update(&app, &team, "A", Some("modem-uni"))
            .await
            .expect("updated"),
        "modem-uni"
    );
    assert_eq!(
        update(&app, &team, "A", Some("old-school"))
            .await
            .expect("updated"),
        "old-school"
    );
    assert_eq!(
        update(&app, &other, "B", Some("modern-uni"))
            .await
            .expect("updated"),
        "modern-uni"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn delete_organization_deletes_its_data_and_no_other(pool: PgPool) {
    let team = Team::new(pool).await;
    let member = team.join("member", Role::Member).await;
    let admin = team.join("admin", Role::Admin).await;
    add_application(&team.app, &member).await;
    let personal = person(&team.app, "alone").await;
    add_application(&team.app, &personal).await;
    let slug = team.owner.tenant.slug.clone();
    for caller in [&member, &admin] {
        let deleted = delete(&team.app, caller, &slug, PASSWORD).await;
        assert_eq!(error_code(deleted), ErrorCode::Forbidden);
    }
    let wrong = delete(&team.app, &team.owner, "career", PASSWORD).await;
    assert_eq!(error_fields(wrong), ["slug"]);
    let wrong = delete(&team.app, &team.owner, &slug, "wrong wrong wrong").await;
    assert_eq!(error_fields(wrong), ["password"]);
    delete(&team.app, &team.owner, &slug, PASSWORD)
        .await
        .expect("deleted");
    let closed = jobapps::list(&team.app.services, &member, ListApplicationsInput::default()).await;
    assert_eq!(closed.expect("the present request may still read").data.len(), 1);
    let added = jobapps::add(&team.app.services, &member, None, new_application()).await;
    assert!(added.is_err(), "no one writes in a closed organization");
    let tenants = organizations::list_tenants(&team.app.services, &member, OptionalPageInput::default())
        .await
        .expect("tenants");
    assert_eq!(tenants.data.len(), 1, "no one finds it");
    let again = delete(&team.app, &team.owner, &slug, PASSWORD).await;
    assert_eq!(error_code(again), ErrorCode::NotFound);
    run_jobs(&team.app).await;
    assert_eq!(
        team.count("select count(*) from tenants where kind = 'organization'")
            .await,
        0
    );
    assert_eq!(team.count("select count(*) from tenants").await, 4);
    assert_eq!(team.count("select count(*) from users").await, 4);
    assert_eq!(
        team.count("select count(*) from job_applications").await,
        2,
        "the member's is in their personal workspace"
    );
    let moved = format!(
        "select count(*) from job_applications a join tenants t on t.id = a.tenant_id
         where t.kind = 'personal' and a.owner_id = '{}'",
        member.user.id
    );
    assert_eq!(team.count(&moved).await, 1);
    assert_eq!(
        team.count("select count(*) from background_jobs where kind = 'delete_organization'")
            .await,
        0
    );
    assert_eq!(team.count("select count(*) from tenant_invitations").await, 0);
    let again = delete(&team.app, &team.owner, &slug, PASSWORD).await;
    assert_eq!(error_code(again), ErrorCode::Forbidden);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn other_members_get_an_email_when_the_organization_is_deleted(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    let team = Team::with(app).await;
    let mut members = Vec::new();
    for name in ["ben", "cleo", "unconfirmed", "demo", "locked"] {
        members.push(team.join(name, Role::Member).await);
    }
    let set = |name: &str, change: &str| {
        format!("update users set {change} where email_normalized = '{name}@example.org'")
    };
    for sql in [
        set("unconfirmed", "email_verified_at = null"),
        set("demo", "expires_at = now() + interval '1 day'"),
        set("locked", "locked_at = now()"),
    ] {
        execute(&team.app, &sql).await;
    }
    add_application(&team.app, &members[0]).await;
    run_jobs(&team.app).await;
    smtp.clear();
    let slug = team.owner.tenant.slug.clone();
    let refused = delete(&team.app, &team.owner, &slug, "wrong wrong wrong").await;
    assert_eq!(error_fields(refused), ["password"]);
    run_jobs(&team.app).await;
    assert!(smtp.emails().is_empty(), "nothing was deleted");
    delete(&team.app, &team.owner, &slug, PASSWORD)
        .await
        .expect("deleted");
    run_jobs(&team.app).await;
    let emails = smtp.emails();
    let mut recipients: Vec<String> = emails.iter().flat_map(|email| email.to.clone()).collect();
    recipients.sort();
    assert_eq!(recipients, ["<ben@example.org>", "<cleo@example.org>"]);
    for email in emails {
        let text = email.text();
        let moved = text.contains("Your application from there is now in your personal workspace");
        assert_eq!(moved, email.to == ["<ben@example.org>"], "{text}");
        for part in [
            "Career Center was deleted",
            "personal workspace remain",
            "http://test-app/sign-in",
        ] {
            assert!(text.contains(part), "no {part} in {text}");
        }
    }
    assert_eq!(
        smtp.subjects(),
        [
            "Career Center was deleted on JobHax",
            "Career Center was deleted on JobHax"
        ]
    );
}

/// Many emails are enqueued at once, and do not delay those that come later.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn emails_about_a_deletion_let_other_emails_pass(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    let team = Team::with(app).await;
    execute(
        &team.app,
        &format!(
            "with u as (insert into users (id, email, email_normalized, email_verified_at, created_at)
               select gen_random_uuid(), n || '@many.example', n || '@many.example', now(), now() from generate_series(1, 30) n
               returning id)
             insert into memberships (tenant_id, user_id, role, display_name, joined_at)
             select '{}', id, 'member', 'x', now() from u",
            team.owner.tenant.id
        ),
    )
    .await;
    run_jobs(&team.app).await;
    smtp.clear();
    delete(&team.app, &team.owner, &team.owner.tenant.slug, PASSWORD)
        .await
        .expect("deleted");
    team.app.register_user("later").await.expect("registered");
    run_jobs(&team.app).await;
    let recipients: Vec<Vec<String>> = smtp.emails().into_iter().map(|email| email.to).collect();
    assert_eq!(recipients.len(), 31);
    assert_eq!(recipients[0], ["<later@example.org>"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn operator_deletes_an_organization_and_no_personal_workspace(pool: PgPool) {
    let team = Team::new(pool).await;
    let member = team.join("member", Role::Member).await;
    add_application(&team.app, &member).await;
    let services = &team.app.services;
    let personal: uuid::Uuid = sqlx::query_scalar(
        "select t.id from tenants t join memberships m on m.tenant_id = t.id where t.kind = 'personal' and m.user_id = $1",
    )
    .bind(team.owner.user.id.0)
    .fetch_one(&team.app.owner)
    .await
    .expect("personal workspace");
    let refused = admin::delete_tenant(services, personal.into()).await;
    assert_eq!(error_code(refused), ErrorCode::PersonalWorkspace);
    assert_eq!(team.count("select count(*) from tenants").await, 3);
    let tenant = team.owner.tenant.id;
    admin::delete_tenant(services, tenant).await.expect("deleted");
    let closed = admin::delete_tenant(services, tenant).await;
    assert_eq!(error_code(closed), ErrorCode::NotFound);
    run_jobs(&team.app).await;
    let emails = "select count(*) from outbound_emails where kind = 'tenant_deleted'";
    assert_eq!(team.count(emails).await, 0);
    assert_eq!(team.count("select count(*) from tenants").await, 2);
    assert_eq!(team.count("select count(*) from users").await, 2);
    assert_eq!(team.count("select count(*) from job_applications").await, 1);
    let events = format!(
        "select count(*) from audit_events where tenant_id = '{personal}' and actor_kind = 'operator'
         and action = 'tenant_deleted' and object_kind = 'tenant' and object_id = '{tenant}'"
    );
    assert_eq!(team.count(&events).await, 1, "in the account of its owner");
    let again = admin::delete_tenant(services, tenant).await;
    assert_eq!(error_code(again), ErrorCode::NotFound);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn personal_workspace_cannot_be_shared_changed_left_or_deleted(pool: PgPool) {
    let app = test_app(pool);
    let ada = person(&app, "ada").await;
    let slug = ada.tenant.slug.clone();
    let expected = ErrorCode::PersonalWorkspace;
    assert_eq!(error_code(delete(&app, &ada, &slug, PASSWORD).await), expected);
    assert_eq!(error_code(update(&app, &ada, "x", None).await), expected);
    assert_eq!(
        error_code(wiring::leave_tenant(&app.services, &ada, LeaveTenantInput::default()).await),
        expected
    );
    assert_eq!(
        error_code(super::invite_as(&app, &ada, "ben", Role::Member).await),
        expected
    );
    assert_eq!(
        count(
            &app,
            "select count(*) from outbound_emails where kind = 'invitation'"
        )
        .await,
        0
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn totals_of_the_organization_are_shown_to_owners_and_admins_only(pool: PgPool) {
    let team = Team::new(pool).await;
    let member = team.join("member", Role::Member).await;
    let coach = team.join("coach", Role::Coach).await;
    let admin = team.join("admin", Role::Admin).await;
    add_application(&team.app, &member).await;
    let services = &team.app.services;
    for caller in [&member, &coach] {
        let totals = quotas::list_usage(services, caller).await;
        assert_eq!(error_code(totals), ErrorCode::Forbidden);
    }
    for caller in [&admin, &team.owner] {
        let totals = quotas::list_usage(services, caller).await.expect("totals");
        let used = totals.iter().find(|usage| usage.quota == Quota::Applications);
        assert_eq!(used.map(|usage| usage.used), Some(1));
    }
    let own = async |caller: &Caller| quotas::own_usage(services, caller).await.expect("own");
    assert_eq!(own(&member).await.applications, 1);
    assert_eq!(own(&coach).await.applications, 0);
    assert_eq!(own(&coach).await.nearly_reached, []);
    execute(&team.app, "update tenants set quotas = '{\"applications\": 1}'").await;
    assert_eq!(own(&coach).await.nearly_reached, [Quota::Applications]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn member_who_cannot_be_moved_keeps_the_data_and_delays_no_other(pool: PgPool) {
    let team = Team::new(pool).await;
    let ben = team.join("ben", Role::Member).await;
    let cleo = team.join("cleo", Role::Member).await;
    add_application(&team.app, &ben).await;
    add_application(&team.app, &cleo).await;
    let without_personal = format!(
        "delete from tenants where kind = 'personal'
           and id in (select tenant_id from memberships where user_id = '{}')",
        ben.user.id
    );
    execute(&team.app, &without_personal).await;
    delete(&team.app, &team.owner, &team.owner.tenant.slug, PASSWORD)
        .await
        .expect("closed");
    run_jobs(&team.app).await;
    let in_organization = format!(
        "select count(*) from job_applications where tenant_id = '{}'",
        team.owner.tenant.id
    );
    assert_eq!(team.count(&in_organization).await, 1, "Ben's");
    let members = format!(
        "select count(*) from memberships where tenant_id = '{}'",
        team.owner.tenant.id
    );
    assert_eq!(team.count(&members).await, 1);
    let of_cleo = format!(
        "select count(*) from job_applications where owner_id = '{}'",
        cleo.user.id
    );
    assert_eq!(team.count(&of_cleo).await, 1, "in the personal workspace");
    let jobs = "select count(*) from background_jobs where kind = 'delete_organization'";
    assert_eq!(team.count(jobs).await, 1, "tried again later");
}
