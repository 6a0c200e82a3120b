//! The rows that a coach sees, compared with a model, for random histories of roles, grants, expiries and revocations.
#![expect(clippy::expect_used, reason = "tests panic on unexpected errors")]

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ErrorCode, JobApplicationId,
    coaching::{
        AccessGrantRef, AccessScope, AddCommentInput, ClientList, GrantAccessInput, ListAccessLogInput,
        ListClientsInput,
    },
    jobapps::{AddApplicationInput, ApplicationQuery, ListApplicationsInput},
    metrics::MetricsQuery,
    tenants::{Role, Tenant, TenantKind},
};
use proptest::{
    collection::vec,
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use service::{Error, coaching, context::Caller, jobapps, metrics, testing::TestApp};
use sqlx::PgPool;
use uuid::Uuid;

/// A step of a history. Members are 0 and 1, viewers 0 and 1.
#[derive(Clone, Copy, Debug)]
enum Step {
    Grant {
        member: usize,
        viewer: usize,
        can_comment: bool,
        is_limited: bool,
    },
    Expire {
        member: usize,
        viewer: usize,
    },
    Revoke {
        member: usize,
        viewer: usize,
    },
    SetRole {
        viewer: usize,
        role: Role,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let role = prop_oneof![
        Just(Role::Owner),
        Just(Role::Admin),
        Just(Role::Coach),
        Just(Role::Member)
    ];
    prop_oneof![
        3 => (0..2_usize, 0..2_usize, any::<bool>(), any::<bool>())
            .prop_map(|(member, viewer, can_comment, is_limited)| Step::Grant { member, viewer, can_comment, is_limited }),
        1 => (0..2_usize, 0..2_usize).prop_map(|(member, viewer)| Step::Expire { member, viewer }),
        1 => (0..2_usize, 0..2_usize).prop_map(|(member, viewer)| Step::Revoke { member, viewer }),
        2 => (0..2_usize, role).prop_map(|(viewer, role)| Step::SetRole { viewer, role }),
    ]
}

/// The expected state after the steps.
#[derive(Clone, Copy, Debug)]
struct Model {
    roles: [Role; 2],
    /// By member and viewer: the scope of the grant, and whether it has expired.
    grants: [[Option<(AccessScope, bool)>; 2]; 2],
}

impl Model {
    fn apply(&mut self, step: Step) {
        match step {
            Step::Grant {
                member,
                viewer,
                can_comment,
                ..
            } => {
                if self.roles[viewer] != Role::Member {
                    let scope = if can_comment {
                        AccessScope::Comment
                    } else {
                        AccessScope::Read
                    };
                    self.grants[member][viewer] = Some((scope, false));
                }
            }
            Step::Expire { member, viewer } => {
                if let Some((_, has_expired)) = &mut self.grants[member][viewer] {
                    *has_expired = true;
                }
            }
            Step::Revoke { member, viewer } => self.grants[member][viewer] = None,
            Step::SetRole { viewer, role } => self.roles[viewer] = role,
        }
    }

    fn scope(&self, member: usize, viewer: usize) -> Option<AccessScope> {
        let (scope, has_expired) = self.grants[member][viewer]?;
        (self.roles[viewer] != Role::Member && !has_expired).then_some(scope)
    }
}

struct World {
    app: TestApp,
    members: Vec<Caller>,
    viewers: Vec<Caller>,
    applications: Vec<JobApplicationId>,
}

async fn world(pool: PgPool) -> World {
    let app = TestApp::new(pool).expect("app");
    let owner = app.register_user("owner").await.expect("owner");
    let mut callers = Vec::new();
    for name in ["ada", "ben", "cleo", "dan"] {
        let caller = app.register_user(name).await.expect(name);
        sqlx::query("insert into memberships values ($1, $2, 'member', $3, now())")
            .bind(owner.tenant.id.0)
            .bind(caller.user.id.0)
            .bind(name)
            .execute(&app.owner)
            .await
            .expect("membership");
        callers.push(Caller {
            tenant: Tenant {
                kind: TenantKind::Organization,
                role: Role::Member,
                ..owner.tenant.clone()
            },
            ..caller
        });
    }
    let viewers = callers.split_off(2);
    let mut applications = Vec::new();
    for member in &callers {
        let input = AddApplicationInput {
            job_title: "Baker".into(),
            company: format!("CANARY {}", member.user.id),
            ..AddApplicationInput::default()
        };
        let added = jobapps::add(&app.services, member, None, input)
            .await
            .expect("added");
        applications.push(added.id);
    }
    World {
        app,
        members: callers,
        viewers,
        applications,
    }
}

fn code<T>(result: Result<T, Error>) -> Result<T, ErrorCode> {
    result.map_err(|error| domain::ApiError::from(error).code)
}

impl World {
    async fn execute(&self, sql: &'static str, viewer: usize, value: &str) {
        sqlx::query(sql)
            .bind(self.members[0].tenant.id.0)
            .bind(self.viewers[viewer].user.id.0)
            .bind(value)
            .execute(&self.app.owner)
            .await
            .expect(sql);
    }

    async fn apply(&mut self, step: Step) {
        let services = &self.app.services;
        match step {
            Step::Grant {
                member,
                viewer,
                can_comment,
                is_limited,
            } => {
                let limit: DateTime<Utc> = "2199-01-01T00:00:00Z".parse().expect("a time");
                let input = GrantAccessInput {
                    viewer_id: self.viewers[viewer].user.id,
                    scope: if can_comment {
                        AccessScope::Comment
                    } else {
                        AccessScope::Read
                    },
                    expires_at: is_limited.then_some(limit),
                };
                let granted = code(coaching::grant_access(services, &self.members[member], input).await);
                let may_view = self.viewers[viewer].tenant.role != Role::Member;
                assert_eq!(
                    granted.map(|_| ()),
                    if may_view { Ok(()) } else { Err(ErrorCode::Invalid) }
                );
            }
            Step::Expire { member, viewer } => {
                let sql = "update access_grants set expires_at = now() - interval '1 second' \
                           where tenant_id = $1 and viewer_id = $2 and owner_id = $3::uuid";
                let owner = self.members[member].user.id.to_string();
                self.execute(sql, viewer, &owner).await;
            }
            Step::Revoke { member, viewer } => {
                let grants = coaching::list_grants(services, &self.members[member])
                    .await
                    .expect("grants");
                let viewer = self.viewers[viewer].user.id;
                if let Some(grant) = grants.given.iter().find(|g| g.viewer.user_id == viewer) {
                    let input = AccessGrantRef { grant_id: grant.id };
                    // Only the owner of the rows can.
                    for other in &self.viewers {
                        let revoked = code(coaching::revoke_access(services, other, input).await);
                        assert_eq!(revoked, Err(ErrorCode::NotFound));
                    }
                    coaching::revoke_access(services, &self.members[member], input)
                        .await
                        .expect("revoked");
                }
            }
            Step::SetRole { viewer, role } => {
                let sql = "update memberships set role = $3 where tenant_id = $1 and user_id = $2";
                self.execute(sql, viewer, role.as_str()).await;
                self.viewers[viewer].tenant.role = role;
            }
        }
    }

    async fn check(&self, model: &Model) {
        let services = &self.app.services;
        for (v, viewer) in self.viewers.iter().enumerate() {
            let own = jobapps::list(services, viewer, ListApplicationsInput::default())
                .await
                .expect("own");
            assert!(
                own.data.is_empty(),
                "a list without owner_id shows a client's applications"
            );
            let mut clients = Vec::new();
            for (m, member) in self.members.iter().enumerate() {
                let scope = model.scope(m, v);
                let expected: Result<usize, _> = if scope.is_some() {
                    Ok(1)
                } else {
                    Err(ErrorCode::NotFound)
                };
                let owner_id = Some(member.user.id);
                let input = ListApplicationsInput {
                    owner_id,
                    ..ListApplicationsInput::default()
                };
                let listed = code(jobapps::list(services, viewer, input).await);
                assert_eq!(listed.map(|page| page.data.len()), expected, "{model:?}");
                let query = MetricsQuery {
                    owner_id,
                    ..MetricsQuery::default()
                };
                let total = code(metrics::total(services, viewer, &query).await);
                assert_eq!(total.map(|t| t.count.unsigned_abs()), expected.map(|n| n as u64));
                let jobapp_id = self.applications[m];
                assert_eq!(
                    code(jobapps::list_events(services, viewer, jobapp_id).await).map(|_| ()),
                    Err(ErrorCode::NotFound),
                    "without owner_id"
                );
                let comment = AddCommentInput {
                    jobapp_id,
                    owner_id,
                    text: "x".into(),
                };
                let comment = code(coaching::add_comment(services, viewer, None, comment).await);
                let expected = match scope {
                    Some(AccessScope::Comment) => Ok(()),
                    Some(AccessScope::Read) => Err(ErrorCode::Forbidden),
                    None => Err(ErrorCode::NotFound),
                };
                assert_eq!(comment.map(|_| ()), expected, "{model:?}");
                clients.extend(scope.map(|scope| (member.user.id, scope)));
            }
            let listed = code(coaching::list_clients(services, viewer, ListClientsInput::default()).await);
            let listed = listed.map(|c| {
                c.data
                    .iter()
                    .map(|c| (c.user.user_id, c.scope))
                    .collect::<Vec<_>>()
            });
            let expected = if model.roles[v] == Role::Member {
                Err(ErrorCode::Forbidden)
            } else {
                Ok(clients)
            };
            assert_eq!(listed, expected);
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn viewer_sees_the_rows_of_the_model(pool: PgPool) {
    let mut world = world(pool).await;
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), seed);
    let mut model = Model {
        roles: [Role::Member; 2],
        grants: [[None; 2]; 2],
    };
    // One long history visits more states than many short ones, and needs one database.
    let steps = vec(step(), 120).new_tree(&mut runner).expect("steps").current();
    for step in steps {
        world.apply(step).await;
        model.apply(step);
        world.check(&model).await;
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn access_log_has_one_entry_per_viewer_application_and_hour(pool: PgPool) {
    let mut world = world(pool).await;
    world
        .apply(Step::SetRole {
            viewer: 0,
            role: Role::Coach,
        })
        .await;
    let services = &world.app.services;
    let (ada, cleo) = (&world.members[0], &world.viewers[0]);
    let owner_id = Some(ada.user.id);
    let list = ListApplicationsInput {
        owner_id,
        ..ListApplicationsInput::default()
    };
    // A rejected view is not recorded.
    assert!(jobapps::list(services, cleo, list.clone()).await.is_err());
    let input = GrantAccessInput {
        viewer_id: cleo.user.id,
        scope: AccessScope::Read,
        expires_at: None,
    };
    coaching::grant_access(services, ada, input)
        .await
        .expect("granted");
    let detail = ApplicationQuery {
        jobapp_id: world.applications[0],
        owner_id,
    };
    let unknown = ApplicationQuery {
        jobapp_id: JobApplicationId(Uuid::from_u128(9)),
        owner_id,
    };
    for _ in 0..3 {
        jobapps::list(services, cleo, list.clone()).await.expect("list");
        jobapps::get_detail(services, cleo, detail).await.expect("detail");
        let missing = code(jobapps::get_detail(services, cleo, unknown).await);
        assert_eq!(missing.map(|_| ()), Err(ErrorCode::NotFound));
    }
    world.app.clock.advance(TimeDelta::hours(1));
    jobapps::get_detail(services, cleo, detail).await.expect("detail");
    // The member's own requests are not recorded.
    jobapps::list(services, ada, list).await.expect("own list");
    let input = ListAccessLogInput {
        limit: Some(2),
        cursor: None,
    };
    let first = coaching::list_access_log(services, ada, input)
        .await
        .expect("log");
    let input = ListAccessLogInput {
        limit: Some(2),
        cursor: first.pagination.next_cursor.clone(),
    };
    let second = coaching::list_access_log(services, ada, input)
        .await
        .expect("log");
    let entries: Vec<_> = first.data.iter().chain(&second.data).collect();
    assert_eq!(entries.len(), 3, "{entries:?}");
    assert!(
        entries
            .iter()
            .all(|e| e.viewer.user_id == cleo.user.id && e.viewer.name.as_deref() == Some("cleo"))
    );
    assert_eq!(
        entries
            .iter()
            .filter(|e| e.jobapp_id == Some(detail.jobapp_id))
            .count(),
        2
    );
    assert_eq!(second.pagination.next_cursor, None);
    let of_viewer = coaching::list_access_log(services, cleo, ListAccessLogInput::default()).await;
    assert!(of_viewer.expect("log").data.is_empty());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn clients_are_searched_and_listed_in_pages_by_name(pool: PgPool) {
    let mut world = world(pool).await;
    let (coach, tenant) = (world.viewers[0].user.id, world.viewers[0].tenant.id);
    // Two of them have the same name; access of the last one has expired.
    for (n, name) in ["Zoë Adler", "ben", "Ada", "Ada", "Mia", "Gone"]
        .iter()
        .enumerate()
    {
        let id = Uuid::from_u128(100 + n as u128);
        let expires_at = if *name == "Gone" { "'2000-01-01'" } else { "null" };
        let sql = format!(
            "insert into users (id, email, email_normalized, time_zone, created_at)
               values ('{id}', 'c{n}@example.org', 'c{n}@example.org', 'UTC', now());
             insert into memberships (tenant_id, user_id, role, display_name, joined_at)
               values ('{tenant}', '{id}', 'member', '{name}', now());
             insert into access_grants (tenant_id, id, owner_id, viewer_id, scope, created_at, expires_at)
               values ('{tenant}', '{id}', '{id}', '{coach}', 'read', now(), {expires_at})"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&world.app.owner)
            .await
            .expect("a client");
    }
    let set_role = |role| Step::SetRole { viewer: 0, role };
    world.apply(set_role(Role::Coach)).await;
    let find = async |world: &World, q: &str, cursor: Option<String>, limit| {
        let input = ListClientsInput {
            q: Some(q.into()),
            cursor,
            limit: Some(limit),
        };
        coaching::list_clients(&world.app.services, &world.viewers[0], input).await
    };
    let names = |list: &ClientList| -> Vec<String> {
        list.data
            .iter()
            .map(|client| client.user.label().to_owned())
            .collect()
    };
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = find(&world, "", cursor, 2).await.expect("a page");
        assert_eq!(page.total, 5);
        seen.extend(
            page.data
                .iter()
                .map(|client| (client.user.label().to_owned(), client.user.user_id)),
        );
        cursor = page.pagination.expect("pages").next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let mut distinct = seen.clone();
    distinct.dedup();
    assert_eq!(distinct.len(), 5, "{seen:?}");
    let in_order: Vec<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(in_order, ["Ada", "Ada", "ben", "Mia", "Zoë Adler"]);

    let found = find(&world, "zoe", None, 2).await.expect("found");
    assert_eq!((names(&found), found.total), (vec!["Zoë Adler".to_owned()], 1));
    let first = find(&world, "a", None, 2).await.expect("found");
    assert_eq!(first.total, 4);
    let cursor = first.pagination.expect("pages").next_cursor;
    let rest = find(&world, "a", cursor.clone(), 2).await.expect("found");
    assert_eq!(names(&rest), ["Mia", "Zoë Adler"]);
    let other_search = find(&world, "b", cursor, 2).await;
    assert!(other_search.is_err(), "a cursor belongs to its search");
    // A coach does not see the addresses of members, and so cannot find anyone by address.
    assert_eq!(find(&world, "c1@", None, 2).await.expect("found").total, 0);
    world.apply(set_role(Role::Admin)).await;
    assert_eq!(
        names(&find(&world, "c1@", None, 2).await.expect("found")),
        ["ben"]
    );
}
