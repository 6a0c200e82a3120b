use super::{Workspace, expected_result};
use crate::support::{
    AuthorizationTable, TestClient, TestResponse, TestServer, fixtures,
    operations::{Ids, Operation, call},
};
use serde_json::json;
use service::testing::PASSWORD;
use sqlx::PgPool;
use std::collections::BTreeMap;

/// A workspace with a member for each role, a removed member, and a user of another workspace.
struct Callers {
    workspace: Workspace,
    /// Ids of the objects of each member.
    ids: BTreeMap<String, Ids>,
    /// Clients by column of the table.
    clients: BTreeMap<String, TestClient>,
}

impl Callers {
    async fn new(pool: PgPool) -> Self {
        let server = TestServer::with_mock_providers(pool).await;
        let body = json!({"email": "owner@example.org", "password": PASSWORD});
        let owner = server
            .anonymous()
            .post("/users/register", body)
            .await
            .expect_status(201);
        let slug = owner["data"]["tenant"]["slug"].as_str().expect("slug").to_owned();
        server.register("stranger").await;
        let mut callers = Self {
            workspace: Workspace { server, slug },
            ids: BTreeMap::new(),
            clients: BTreeMap::new(),
        };
        for name in ["member", "coach", "admin", "other", "removed"] {
            callers.workspace.server.register(name).await;
            callers.workspace.join(name).await;
        }
        callers.workspace.share().await;
        for name in ["member", "coach", "admin", "owner", "other"] {
            callers.seed(name).await;
        }
        callers
    }

    /// Logs in to the workspace with this role.
    async fn login_with_role(&self, name: &str, role: &str) -> TestClient {
        self.workspace.set_role(name, role).await;
        self.login(name).await
    }

    async fn login(&self, name: &str) -> TestClient {
        let mut body = json!({"email": format!("{name}@example.org"), "password": PASSWORD});
        if name != "stranger" {
            body["tenant"] = json!(self.workspace.slug);
        }
        let server = &self.workspace.server;
        let tokens = server
            .anonymous()
            .post("/users/login", body)
            .await
            .expect_status(200);
        server.client(tokens["data"]["access_token"].as_str().expect("token"))
    }

    /// Creates one of everything for this user. Uses the role `member`, because not every role may.
    async fn seed(&mut self, name: &str) {
        let client = self.login_with_role(name, "member").await;
        self.clients.remove(name);
        // Delete what earlier calls created, because the numbers of views and domains are limited.
        let old_rows = format!(
            "with domains as (delete from tenant_domains where domain like 'canary-{name}-%')
             delete from views where owner_id = (select id from users where email = '{name}@example.org')"
        );
        self.workspace.server.execute(&old_rows).await;
        let ids = fixtures::seed(&client, name).await;
        self.ids.insert(name.to_owned(), ids);
    }

    /// The user whose ids the caller of this column sends.
    fn ids_of(column: &str) -> &str {
        match column {
            "coach" | "admin" | "owner" => column,
            "colleague" => "other",
            _ => "member",
        }
    }

    /// Calls the operation as the caller of this column. Returns the response and the result for the table.
    async fn result_as(&mut self, column: &str, operation: &Operation) -> (TestResponse, String) {
        let (client, ids) = self.caller(column).await;
        let response = call(&client, operation, &operation.valid_input(&ids)).await;
        if column == "removed" {
            self.workspace.join("removed").await;
        }
        let actual = match response.status.as_u16() {
            200..300 => "success".to_owned(),
            other => other.to_string(),
        };
        (response, actual)
    }

    /// The client for this column of the table, and the ids that it sends.
    async fn caller(&mut self, column: &str) -> (TestClient, Ids) {
        let ids = self.ids[Self::ids_of(column)].clone();
        if let Some(client) = self.clients.get(column) {
            return (client.clone(), ids);
        }
        let client = match column {
            "anonymous" => self.workspace.server.anonymous(),
            "ended" => {
                let client = self.login("member").await;
                let logout = client.post_raw("/users/logout", "application/json", "").await;
                assert_eq!(logout.status, 204);
                client
            }
            "removed" => {
                let client = self.login("removed").await;
                self.workspace.leave("removed").await;
                client
            }
            "colleague" => self.login("member").await,
            "stranger" => self.login("stranger").await,
            role => self.login_with_role(role, role).await,
        };
        if !matches!(column, "ended" | "removed") {
            self.clients.insert(column.to_owned(), client.clone());
        }
        (client, ids)
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn operations_allow_what_the_table_says(pool: PgPool) {
    let table = AuthorizationTable::read("operations");
    let mut callers = Callers::new(pool).await;
    let mut failures = Vec::new();
    for operation in Operation::all() {
        let name = operation.name();
        let Some(row) = table.rows.get(name) else {
            failures.push(format!("{name} has no row in docs/authorization.toml"));
            continue;
        };
        assert!(
            row.form.is_empty(),
            "{name} needs no form: the document has an example"
        );
        assert_eq!(
            row.expected.is_some(),
            operation.is_secured(),
            "{name}: the table and the document disagree on whether it needs authentication"
        );
        for (column, cell) in table.columns.iter().zip(row.expected.iter().flatten()) {
            let expected = expected_result(cell);
            let (mut response, mut actual) = callers.result_as(column, &operation).await;
            if actual != expected {
                // Earlier operations may have ended the session or used up the ids. A call that must be refused needs no existing ids.
                callers.clients.remove(column);
                if cell == "yes" && (!operation.id_fields().is_empty() || actual == "404") {
                    callers.seed(Callers::ids_of(column)).await;
                }
                (response, actual) = callers.result_as(column, &operation).await;
            }
            if actual != expected {
                failures.push(format!(
                    "{name} as {column}: {actual}, not {expected}: {}",
                    response.text
                ));
            }
            if name == "leave_tenant" && actual == "success" {
                let user = if column == "colleague" { "member" } else { column };
                callers.workspace.join(user).await;
            }
        }
    }
    for name in table.rows.keys() {
        if Operation::all().all(|o| o.name() != name) {
            failures.push(format!("the table has a row for {name}, which does not exist"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
