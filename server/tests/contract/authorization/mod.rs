//! Calls every operation and every server function as every kind of caller, and compares the results with `docs/authorization.toml`.

mod keys;
mod operations;
mod server_functions;

use crate::support::TestServer;

/// A workspace whose members and roles are changed directly in the database.
struct Workspace {
    server: TestServer,
    slug: String,
}

impl Workspace {
    /// Makes the workspace an organization, which can have several members, and confirms the addresses of all users, so that they may
    /// invite others.
    async fn share(&self) {
        let sql = format!(
            "update tenants set kind = 'organization' where slug = '{}'",
            self.slug
        );
        self.server.execute(&sql).await;
        self.server
            .execute("update users set email_verified_at = now()")
            .await;
    }

    /// Makes this user a member.
    async fn join(&self, name: &str) {
        let sql = "insert into memberships (tenant_id, user_id, role, display_name, joined_at)
                   select t.id, u.id, 'member', u.email, now() from tenants t, users u where t.slug = $1 and u.email = $2";
        self.execute(sql, name, None).await;
    }

    /// Ends the membership of this user.
    async fn leave(&self, name: &str) {
        let sql = "delete from memberships m using tenants t, users u
                   where t.id = tenant_id and u.id = user_id and t.slug = $1 and u.email = $2";
        self.execute(sql, name, None).await;
    }

    async fn set_role(&self, name: &str, role: &str) {
        let sql = "update memberships m set role = $3 from tenants t, users u
                   where t.id = tenant_id and u.id = user_id and t.slug = $1 and u.email = $2";
        self.execute(sql, name, Some(role)).await;
    }

    async fn execute(&self, sql: &'static str, name: &str, role: Option<&str>) {
        let mut query = sqlx::query(sql)
            .bind(&self.slug)
            .bind(format!("{name}@example.org"));
        if let Some(role) = role {
            query = query.bind(role);
        }
        let done = query.execute(&self.server.owner).await.expect("executed");
        assert_eq!(done.rows_affected(), 1, "{sql} {name}");
    }
}

/// The result that a cell of the table stands for. `yes` and `own` only differ in whose objects are requested.
fn expected_result(cell: &str) -> &str {
    match cell {
        "yes" | "own" => "success",
        status => status,
    }
}
