//! Cohort metrics through the real database: what is counted, who may read it, and that nothing changes after a month is published.
//! The rules of what is shown are tested in `domain::metrics::cohort`.
#![expect(clippy::expect_used, reason = "tests panic on unexpected errors")]

use domain::{
    ApiError, ErrorCode, UserId,
    coaching::{AccessGrantRef, AccessScope, GrantAccessInput},
    jobapps::ListApplicationsInput,
    metrics::{CohortMetrics, CohortMonth, CohortQuery},
    tenants::{AddGroupInput, MemberRef, Role, SetGroupMembersInput, TenantKind},
};
use service::{Error, coaching, context::Caller, jobapps, metrics, organizations, testing::TestApp, wiring};
use sqlx::{AssertSqlSafe, PgPool};

/// An organization since December 2025 with an owner without applications, and members. It is 15 March 2026.
struct World {
    app: TestApp,
    owner: Caller,
    members: Vec<UserId>,
}

impl World {
    /// Each member has sent four applications in February: one led to an interview, one was rejected.
    async fn new(pool: PgPool, members: i32) -> Self {
        let app = TestApp::new(pool).expect("app");
        let mut owner = app.register_user("owner").await.expect("owner");
        owner.tenant.kind = TenantKind::Organization;
        let tenant = owner.tenant.id;
        let mut world = Self {
            app,
            owner,
            members: Vec::new(),
        };
        world
            .execute(&format!(
                "update tenants set kind = 'organization', created_at = '2025-12-10' where id = '{tenant}';
                 insert into users (id, email, email_normalized, created_at)
                   select gen_random_uuid(), 'm' || n || '@example.org', 'm' || n || '@example.org', now() from generate_series(1, {members}) n;
                 insert into memberships (tenant_id, user_id, role, display_name, joined_at)
                   select '{tenant}', id, 'member', email, '2026-01-05' from users where email like 'm%@example.org';
                 insert into tenants (id, slug, name, kind, created_at)
                   select id, id::text, 'x', 'personal', now() from users where email like 'm%@example.org';
                 insert into memberships (tenant_id, user_id, role, display_name, joined_at)
                   select id, id, 'owner', email, now() from users where email like 'm%@example.org';
                 insert into stages (tenant_id, id, kind, name, position, created_at)
                   select u.id, gen_random_uuid(), s.kind, s.name, s.position, now() from users u, stages s
                   where u.email like 'm%@example.org' and s.tenant_id = '{tenant}';"
            ))
            .await;
        world.members =
            sqlx::query_scalar("select id from users where email like 'm%@example.org' order by email")
                .fetch_all(&world.app.owner)
                .await
                .expect("members")
                .into_iter()
                .map(UserId)
                .collect();
        for member in world.members.clone() {
            for (n, last, outcome) in [
                (1, "applied", ""),
                (2, "interview", ""),
                (3, "applied", "rejected"),
                (4, "applied", ""),
            ] {
                world.add_application(member, n, last, outcome).await;
            }
        }
        world
    }

    /// An application of a day in February whose next event is nine days later.
    async fn add_application(&self, member: UserId, day: u32, stage: &str, outcome: &str) {
        let tenant = self.owner.tenant.id;
        self.execute(&format!(
            "with a as (
               insert into job_applications (tenant_id, id, owner_id, job_title, company, search_text, match_key, stage_id, outcome,
                 stage_changed_at, apply_date, source, created_at, updated_at)
               select '{tenant}', gen_random_uuid(), '{member}', 'CANARY', 'CANARY', '', '', s.id, nullif('{outcome}', ''), now(),
                 '2026-02-{day:02}', '', now(), now()
               from stages s where s.tenant_id = '{tenant}' and s.kind = '{stage}' returning *
             )
             insert into application_events (tenant_id, id, owner_id, application_id, from_stage_id, to_stage_id, outcome, occurred_at,
               recorded_at, cause)
             select a.tenant_id, gen_random_uuid(), a.owner_id, a.id, null, s.id, null, a.apply_date + time '09:00',
               a.apply_date + time '09:00', 'user'
             from a join stages s on s.tenant_id = a.tenant_id and s.kind = 'applied'
             union all
             select a.tenant_id, gen_random_uuid(), a.owner_id, a.id, s.id, a.stage_id, a.outcome, a.apply_date + 9 + time '09:00',
               a.apply_date + 9 + time '09:00', 'user'
             from a join stages s on s.tenant_id = a.tenant_id and s.kind = 'applied'
             where a.stage_id <> s.id or a.outcome is not null"
        ))
        .await;
    }

    async fn execute(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&self.app.owner)
            .await
            .expect("executed");
    }

    async fn read(&self, query: CohortQuery) -> Result<CohortMetrics, Error> {
        metrics::cohort(&self.app.services, &self.owner, &query).await
    }

    async fn everyone(&self) -> CohortMetrics {
        self.read(CohortQuery::default()).await.expect("metrics")
    }

    async fn february(&self) -> CohortMonth {
        let metrics = self.everyone().await;
        metrics.months.last().expect("a month").clone()
    }

    async fn group_of(&self, name: &str, members: &[UserId]) -> CohortQuery {
        let services = &self.app.services;
        let input = AddGroupInput { name: name.into() };
        let group = organizations::add_group(services, &self.owner, None, input).await;
        let group_id = group.expect("added").id;
        let input = SetGroupMembersInput {
            group_id,
            user_ids: members.to_vec(),
        };
        organizations::set_group_members(services, &self.owner, input)
            .await
            .expect("filled");
        CohortQuery {
            group_id: Some(group_id),
            ..CohortQuery::default()
        }
    }
}

fn code<T>(result: Result<T, Error>) -> ErrorCode {
    ApiError::from(result.err().expect("an error")).code
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn month_counts_events_of_members_and_medians_of_people(pool: PgPool) {
    let world = World::new(pool, 6).await;
    let metrics = world.everyone().await;
    let months: Vec<_> = metrics
        .months
        .iter()
        .map(|m| (m.month.to_string(), m.members, m.applications))
        .collect();
    // Everyone but the owner joined in January; the month that is not over is missing.
    assert_eq!(
        months,
        [("2026-01-01".into(), 6, None), ("2026-02-01".into(), 6, Some(25)),]
            .map(|(month, members, n): (String, u64, Option<u64>)| (month, members, n))
    );
    let february = metrics.months.last().expect("a month");
    assert_eq!((february.active, february.responses), (Some(5), Some(10)));
    assert_eq!(
        (
            february.stages.screening,
            february.stages.interview,
            february.stages.offer
        ),
        (Some(5), Some(5), None)
    );
    assert_eq!(
        (february.median_response_days, february.median_offer_days),
        (Some(9), None)
    );
    assert_eq!(metrics.response_rate, Some(0.4));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn weeks_have_the_events_of_their_days_and_are_shown_together(pool: PgPool) {
    let world = World::new(pool, 10).await;
    for member in world.members.clone() {
        for day in [8, 14, 21, 22, 28] {
            world.add_application(member, day, "applied", "").await;
        }
    }
    let february = world.february().await;
    let weeks: Vec<_> = february
        .weeks
        .iter()
        .map(|week| (week.from.to_string(), week.to.to_string(), week.applications))
        .collect();
    let week = |from: u32, to: u32, n| (format!("2026-02-{from:02}"), format!("2026-02-{to:02}"), Some(n));
    assert_eq!(
        weeks,
        [
            week(1, 7, 40),
            week(8, 14, 20),
            week(15, 21, 10),
            week(22, 28, 20)
        ]
    );
    assert_eq!(february.applications, Some(90));
    // All responses were nine days after the first days: in one week, and none in the others.
    assert_eq!(february.responses, Some(20));
    assert!(
        february.weeks.iter().all(|week| week.responses.is_none()),
        "{february:?}"
    );
    // A viewer who knows six of the ten sees no week, because only four are left.
    world
        .execute(&format!(
            "insert into past_viewers (tenant_id, owner_id, viewer_id) select '{}', unnest('{{{}}}'::uuid[]), '{}'",
            world.owner.tenant.id,
            world.members[..6].iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
            world.owner.user.id
        ))
        .await;
    assert!(world.everyone().await.is_hidden());
    assert_eq!(world.february().await.weeks, []);
    // Published without weeks.
    world
        .execute("delete from past_viewers; update cohort_entries set offers_by_week = null")
        .await;
    let february = world.february().await;
    assert_eq!((february.applications, february.weeks.len()), (Some(90), 0));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn four_people_are_too_few(pool: PgPool) {
    let world = World::new(pool, 4).await;
    assert!(world.everyone().await.is_hidden());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn published_month_does_not_change(pool: PgPool) {
    let world = World::new(pool, 12).await;
    let group = world.group_of("Spring", &world.members[..6]).await;
    let (everyone, spring) = (world.february().await, world.read(group).await.expect("metrics"));
    assert_eq!(spring.months.last().expect("a month").applications, Some(25));
    // Someone adds an application and deletes another, someone joins, the group changes, and someone leaves.
    world.add_application(world.members[0], 20, "offer", "").await;
    world
        .execute(&format!(
            "update job_applications set deleted_at = now() where owner_id = '{}' and apply_date = '2026-02-01'",
            world.members[1]
        ))
        .await;
    let input = SetGroupMembersInput {
        group_id: group.group_id.expect("a group"),
        user_ids: world.members[..5].to_vec(),
    };
    organizations::set_group_members(&world.app.services, &world.owner, input)
        .await
        .expect("changed");
    assert_eq!(world.february().await, everyone);
    assert_eq!(world.read(group).await.expect("metrics"), spring);
    let input = MemberRef {
        user_id: world.members[11],
    };
    wiring::remove_member(&world.app.services, &world.owner, input)
        .await
        .expect("removed");
    let after = world.february().await;
    assert_eq!(
        after.applications, everyone.applications,
        "six are left in the group, five outside"
    );
    assert_eq!(world.read(group).await.expect("metrics"), spring);
    // One more, and the rest is four people: then the group is hidden, which everyone together is not.
    let input = MemberRef {
        user_id: world.members[10],
    };
    wiring::remove_member(&world.app.services, &world.owner, input)
        .await
        .expect("removed");
    assert_eq!(world.february().await.applications, everyone.applications);
    let moved = format!(
        "select count(*) from job_applications where tenant_id = owner_id and owner_id in ('{}', '{}')",
        world.members[11], world.members[10]
    );
    let moved: i64 = sqlx::query_scalar(AssertSqlSafe(moved))
        .fetch_one(&world.app.owner)
        .await
        .expect("counted");
    assert!(moved >= 8, "their applications are in their personal workspaces");
    assert!(world.read(group).await.expect("metrics").is_hidden());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn clients_of_the_viewer_do_not_count_towards_five(pool: PgPool) {
    let world = World::new(pool, 9).await;
    assert_eq!(world.february().await.applications, Some(35));
    let input = GrantAccessInput {
        viewer_id: world.owner.user.id,
        scope: AccessScope::Read,
        expires_at: None,
    };
    for member in &world.members[..5] {
        let mut caller = world.owner.clone();
        caller.user.id = *member;
        caller.tenant.role = Role::Member;
        coaching::grant_access(&world.app.services, &caller, input)
            .await
            .expect("granted");
    }
    assert!(world.everyone().await.is_hidden());
}

/// The figures would reveal the actions of these clients if deleting old entries of the log made them count again.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn former_clients_do_not_count_after_the_access_log_is_purged(pool: PgPool) {
    let world = World::new(pool, 9).await;
    let (services, viewer_id) = (&world.app.services, world.owner.user.id);
    assert_eq!(world.february().await.applications, Some(35));
    for member in &world.members[..5] {
        let mut caller = world.owner.clone();
        caller.user.id = *member;
        caller.tenant.role = Role::Member;
        let input = GrantAccessInput {
            viewer_id,
            scope: AccessScope::Read,
            expires_at: None,
        };
        let granted = coaching::grant_access(services, &caller, input).await;
        let grant_id = granted.expect("granted").id;
        let list = ListApplicationsInput {
            owner_id: Some(*member),
            ..ListApplicationsInput::default()
        };
        jobapps::list(services, &world.owner, list).await.expect("viewed");
        coaching::revoke_access(services, &caller, AccessGrantRef { grant_id })
            .await
            .expect("revoked");
    }
    assert!(world.everyone().await.is_hidden());
    world
        .execute("update access_log set viewed_at = now() - interval '401 days'")
        .await;
    wiring::delete_expired(services).await.expect("purged");
    let left: i64 = sqlx::query_scalar("select count(*) from access_log")
        .fetch_one(&world.app.owner)
        .await
        .expect("counted");
    assert_eq!(left, 0);
    assert!(world.everyone().await.is_hidden());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn database_answers_owners_admins_and_coaches_only(pool: PgPool) {
    let world = World::new(pool, 6).await;
    world.everyone().await;
    let mut member = world.owner.clone();
    member.user.id = world.members[0];
    member.tenant.role = Role::Member;
    let query = CohortQuery::default();
    assert_eq!(
        code(metrics::cohort(&world.app.services, &member, &query).await),
        ErrorCode::Forbidden
    );
    // With a role that the request only claims to have.
    member.tenant.role = Role::Owner;
    let claimed = metrics::cohort(&world.app.services, &member, &query).await;
    assert_eq!(claimed.expect("metrics").months, []);
    let other = world.app.register_user("other").await.expect("other");
    let mut stranger = world.owner.clone();
    stranger.user.id = other.user.id;
    let foreign = metrics::cohort(&world.app.services, &stranger, &query).await;
    assert!(foreign.map_or(true, |metrics| metrics.months.is_empty()));
    let group = world.group_of("Spring", &[]).await;
    let foreign = metrics::cohort(&world.app.services, &other, &group).await;
    assert_eq!(code(foreign), ErrorCode::NotFound);
}
