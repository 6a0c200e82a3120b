//! AZ-1, AZ-7, AZ-9: each operation as each kind of caller, as `docs/authorization.toml` says.

use crate::{
    client::Api,
    operations::{Ids, Operation, call},
    scene,
    table::Table,
};
use serde_json::json;
use service::testing::PASSWORD;
use sqlx::PgPool;
use std::collections::BTreeMap;

/// A workspace with somebody in each role, and somebody who is not in it.
struct Workspace {
    api: Api,
    slug: String,
    /// Everybody's objects in it.
    ids: BTreeMap<String, Ids>,
}

impl Workspace {
    async fn new(pool: PgPool) -> Self {
        let api = Api::new(pool);
        let body = json!({"email": "owner@example.org", "password": PASSWORD});
        let made = api.post("", "/users/register", body).await.with(201);
        let slug = made["data"]["tenant"]["slug"].as_str().expect("slug").to_owned();
        api.person("stranger").await;
        let mut workspace = Self {
            api,
            slug,
            ids: BTreeMap::new(),
        };
        for name in ["member", "coach", "admin", "other", "removed"] {
            workspace.api.person(name).await;
            workspace.join(name).await;
        }
        for name in ["member", "coach", "admin", "owner", "other"] {
            workspace.furnish(name).await;
        }
        workspace
    }

    async fn sql(&self, sql: &'static str, name: &str, role: &str) {
        let query = sqlx::query(sql)
            .bind(&self.slug)
            .bind(format!("{name}@example.org"))
            .bind(role);
        let done = query.execute(&self.api.bench.owner).await.expect("done");
        assert_eq!(done.rows_affected(), 1, "{sql} {name}");
    }

    async fn join(&self, name: &str) {
        let sql = "insert into memberships (tenant_id, user_id, role, display_name, joined_at) \
                   select t.id, u.id, $3, u.email, now() from tenants t, users u where t.slug = $1 and u.email = $2";
        self.sql(sql, name, "member").await;
    }

    async fn leave(&self, name: &str) {
        let sql = "delete from memberships m using tenants t, users u \
                   where t.id = tenant_id and u.id = user_id and t.slug = $1 and u.email = $2 and role = $3";
        self.sql(sql, name, "member").await;
    }

    /// A token of somebody who has this role now.
    async fn in_role(&self, name: &str, role: &str) -> String {
        let sql = "update memberships m set role = $3 from tenants t, users u \
                   where t.id = tenant_id and u.id = user_id and t.slug = $1 and u.email = $2";
        self.sql(sql, name, role).await;
        self.login(name).await
    }

    async fn login(&self, name: &str) -> String {
        let mut body = json!({"email": format!("{name}@example.org"), "password": PASSWORD});
        if name != "stranger" {
            body["tenant"] = json!(self.slug);
        }
        let tokens = self.api.post("", "/users/login", body).await.with(200);
        tokens["data"]["access_token"].as_str().expect("token").to_owned()
    }

    /// Makes one of everything for somebody, as a member, whatever their role is otherwise.
    async fn furnish(&mut self, name: &str) {
        let token = self.in_role(name, "member").await;
        let ids = scene::furnish(&self.api, &token, name).await;
        self.ids.insert(name.to_owned(), ids);
    }

    /// A token of this kind of caller, and the ids that they send.
    async fn caller(&mut self, column: &str, writes: bool) -> (String, Ids) {
        let whose = match column {
            "coach" | "admin" | "owner" => column,
            "colleague" => "other",
            _ => "member",
        };
        if writes {
            self.furnish(whose).await;
        }
        let token = match column {
            "anonymous" => String::new(),
            "ended" => {
                let token = self.login("member").await;
                let ended = self
                    .api
                    .post_text(&token, "/users/logout", "application/json", "")
                    .await;
                assert_eq!(ended.status, 204);
                token
            }
            "removed" => {
                let token = self.login("removed").await;
                self.leave("removed").await;
                token
            }
            "colleague" => self.login("member").await,
            "stranger" => self.login("stranger").await,
            role => self.in_role(role, role).await,
        };
        (token, self.ids[whose].clone())
    }
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn each_caller_may_what_the_table_says(pool: PgPool) {
    let table = Table::read("operations");
    let mut workspace = Workspace::new(pool).await;
    let mut wrong = Vec::new();
    for operation in Operation::all() {
        let name = operation.name();
        let Some(row) = table.rows.get(name) else {
            wrong.push(format!("{name} has no row in docs/authorization.toml"));
            continue;
        };
        assert!(
            row.form.is_empty(),
            "{name} is called with the example of the document"
        );
        assert_eq!(
            row.who.is_some(),
            operation.is_secured(),
            "{name} takes a caller, or takes none"
        );
        for (column, expected) in table.columns.iter().zip(row.who.iter().flatten()) {
            let writes = operation.method == "post" && !operation.ids().is_empty();
            let (token, ids) = workspace.caller(column, writes).await;
            let answer = call(&workspace.api, &token, &operation, &operation.good(&ids)).await;
            let happened = match answer.status.as_u16() {
                200..300 => "done".to_owned(),
                other => other.to_string(),
            };
            let expected = if matches!(expected.as_str(), "yes" | "own") {
                "done"
            } else {
                expected
            };
            if happened != expected {
                wrong.push(format!(
                    "{name} as {column}: {happened}, not {expected}: {}",
                    answer.body
                ));
            }
            if column == "removed" {
                workspace.join("removed").await;
            }
        }
    }
    for name in table.rows.keys() {
        if Operation::all().all(|o| o.name() != name) {
            wrong.push(format!("{name} is no operation any more"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
