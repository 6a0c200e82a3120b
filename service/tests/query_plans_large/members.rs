//! The members of an organization of 10,000.

use crate::plans::{self, Plans};
use domain::tenants::{ListMembersInput, Member, Role, TenantKind};
use service::{context::Caller, organizations, testing::TestApp};
use sqlx::{AssertSqlSafe, PgPool};

const MEMBERS: usize = 10_000;
const PAGE_SIZE: u32 = 50;

/// Ada's organization with 10,000 others, of whom 20 are coaches and 3 admins. Each of them is in five other organizations, too.
async fn organization(pool: PgPool) -> (TestApp, Caller) {
    let app = TestApp::new(pool).expect("app");
    let mut ada = app.register_user("ada").await.expect("ada");
    ada.tenant.kind = TenantKind::Organization;
    let tenant = ada.tenant.id;
    let sql = format!(
        "with u as (
           insert into users (id, email, email_normalized, created_at)
           select gen_random_uuid(), 'm' || n || '@x.yz', 'm' || n || '@x.yz', now() from generate_series(1, {MEMBERS}) n
           returning id, substr(email, 2, position('@' in email) - 2)::int as n
         ), t as (
           insert into tenants (id, slug, name, kind, created_at)
           select gen_random_uuid(), 'o' || n, '', 'organization', now() from generate_series(1, {MEMBERS} / 10) n
           returning id, substr(slug, 2)::int as n
         ), others as (
           insert into memberships (tenant_id, user_id, role, display_name, joined_at)
           select t.id, u.id, 'member', 'Person ' || u.n, now() from u join t on t.n % 200 = u.n % 200
         )
         insert into memberships (tenant_id, user_id, role, display_name, joined_at)
         select '{tenant}', id, case when n % 500 = 0 then 'coach' when n % 3001 = 0 then 'admin' else 'member' end,
           'Éva ' || n % 5000, now() from u"
    );
    for sql in [sql.as_str(), "analyze"] {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&app.owner)
            .await
            .expect("inserted");
    }
    (app, ada)
}

async fn list(app: &TestApp, ada: &Caller, input: &ListMembersInput) -> (Vec<Member>, Option<String>, i64) {
    let list = organizations::list_members(&app.services, ada, input.clone()).await;
    let list = list.expect("members");
    (
        list.data,
        list.pagination.and_then(|pagination| pagination.next_cursor),
        list.total,
    )
}

async fn all_pages(app: &TestApp, ada: &Caller, mut input: ListMembersInput) -> Vec<Member> {
    let mut members = Vec::new();
    loop {
        let (page, cursor, _) = list(app, ada, &input).await;
        members.extend(page);
        input.cursor = cursor;
        if input.cursor.is_none() {
            return members;
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn page_of_ten_thousand_members_reads_only_its_rows(pool: PgPool) {
    let (app, ada) = organization(pool).await;
    let (plans, _guard) = Plans::collect();
    plans::enable_auto_explain(&app.owner).await;
    // Existing connections do not log their plans.
    let app = TestApp::new(app.owner.clone()).expect("app");
    for role in [None, Some(Role::Coach), Some(Role::Member)] {
        let mut input = ListMembersInput {
            role,
            limit: Some(PAGE_SIZE),
            ..ListMembersInput::default()
        };
        // More often than a statement is planned for its values.
        for page in 1..=8 {
            plans.drain();
            let (members, cursor, total) = list(&app, &ada, &input).await;
            assert!(
                !members.is_empty() && total >= 20,
                "control: {role:?}, page {page}"
            );
            let (lists, counts): (Vec<_>, Vec<_>) = plans.drain().into_iter().partition(|plan| {
                plan["Query Text"]
                    .as_str()
                    .is_some_and(|sql| sql.contains("order by"))
            });
            assert_eq!(
                (lists.len(), counts.len()),
                (1, 1),
                "statements: {role:?}, page {page}"
            );
            let max_rows = f64::from(PAGE_SIZE) + 1.0;
            let problem = plans::find_problem(&lists, "memberships", max_rows, true);
            assert_eq!(problem, None, "{role:?}, page {page}");
            let own = f64::from(u32::try_from(MEMBERS).expect("a number")) + 1.0;
            assert_eq!(plans::find_problem(&counts, "memberships", own, true), None);
            input.cursor = cursor;
            if input.cursor.is_none() {
                break;
            }
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn pages_of_members_together_are_the_whole_list(pool: PgPool) {
    let (app, ada) = organization(pool).await;
    let (whole, cursor, total) = list(&app, &ada, &ListMembersInput::default()).await;
    assert_eq!((whole.len(), cursor, total), (MEMBERS + 1, None, 10_001));
    for (q, role, expected) in [
        ("", None, MEMBERS + 1),
        ("", Some(Role::Coach), 20),
        // Without accents; each name twice.
        ("eva 77", None, 22),
        ("M77@X", None, 1),
        ("eva 100", Some(Role::Coach), 2),
    ] {
        let input = ListMembersInput {
            q: Some(q.into()),
            role,
            limit: Some(500),
            ..ListMembersInput::default()
        };
        let paged = all_pages(&app, &ada, input.clone()).await;
        let in_pages_of_seven = ListMembersInput {
            limit: Some(if expected > 500 { 499 } else { 7 }),
            ..input.clone()
        };
        assert_eq!(
            all_pages(&app, &ada, in_pages_of_seven).await,
            paged,
            "{q:?} {role:?}"
        );
        let unpaged = ListMembersInput { limit: None, ..input };
        let (members, _, total) = list(&app, &ada, &unpaged).await;
        assert_eq!(members, paged, "{q:?} {role:?}");
        assert_eq!(
            (members.len(), total),
            (expected, i64::try_from(expected).expect("a number")),
            "{q:?} {role:?}"
        );
    }
}
