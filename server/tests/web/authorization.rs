//! AZ-1, AZ-7, AZ-9, AT-46: each server function as each kind of caller, as `docs/authorization.toml` says.

use crate::{
    browser::{Answer, FORM, ORIGIN, Site},
    table::Table,
};
use serde_json::Value;
use service::{jobs::work_off, testing::PASSWORD};
use sqlx::PgPool;
use std::{collections::BTreeMap, sync::Arc};

/// A workspace with somebody in each role, and somebody who is not in it.
struct Workspace {
    site: Site,
    slug: String,
    cookies: BTreeMap<&'static str, String>,
}

const PEOPLE: [&str; 7] = [
    "owner", "member", "coach", "admin", "other", "removed", "stranger",
];
const JOIN: &str = "insert into memberships (tenant_id, user_id, role, display_name, joined_at) \
                    select t.id, u.id, $3, u.email, now() from tenants t, users u where t.slug = $1 and u.email = $2";
const LEAVE: &str = "delete from memberships m using tenants t, users u \
                     where t.id = tenant_id and u.id = user_id and t.slug = $1 and u.email = $2 and role = $3";
const ROLE: &str = "update memberships m set role = $3 from tenants t, users u \
                    where t.id = tenant_id and u.id = user_id and t.slug = $1 and u.email = $2";
const LINK: &str = "insert into identities (id, user_id, provider, subject, created_at) \
                    select gen_random_uuid(), id, 'google', gen_random_uuid()::text, now() from users where email = $1 returning id";
/// Gmail does not let us in, so that nothing is fetched. What opens it is no token.
const CONNECT: &str = "with made as (insert into mailbox (tenant_id, id, owner_id, kind, address, state, created_at) \
                       select m.tenant_id, gen_random_uuid(), m.user_id, 'gmail', gen_random_uuid()::text, 'reconnect_required', now() \
                       from memberships m join tenants t on t.id = m.tenant_id join users u on u.id = m.user_id \
                       where t.slug = $1 and u.email = $2 returning *) \
                       insert into mailbox_access (tenant_id, mailbox_id, owner_id, access_token) \
                       select tenant_id, id, owner_id, '' from made returning mailbox_id";
const MAIL: &str = "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.eml\"\r\n\r\nSubject: x\r\n\r\nx\r\n--XyZ--\r\n";

impl Workspace {
    async fn new(pool: PgPool) -> Self {
        let site = Site::new(pool);
        let (mut cookies, mut slug) = (BTreeMap::new(), String::new());
        for name in PEOPLE {
            let (cookie, board) = site.register(name).await;
            cookies.insert(name, cookie);
            if name == "owner" {
                board.split('/').nth(2).expect("slug").clone_into(&mut slug);
            }
        }
        let workspace = Self { site, slug, cookies };
        for name in ["member", "coach", "admin", "other", "removed"] {
            workspace.sql(JOIN, name, "member").await;
        }
        workspace.sql(LEAVE, "removed", "member").await;
        workspace
    }

    async fn sql(&self, sql: &'static str, name: &str, role: &str) {
        let query = sqlx::query(sql)
            .bind(&self.slug)
            .bind(format!("{name}@example.org"))
            .bind(role);
        let done = query.execute(&self.site.bench.owner).await.expect("done");
        assert_eq!(done.rows_affected(), 1, "{sql} {name}");
    }

    async fn call(&self, cookie: &str, path: &str, kind: &str, body: &str) -> Answer {
        let headers = [
            ("origin", ORIGIN),
            ("accept", "application/json"),
            ("cookie", cookie),
        ];
        self.site.post(path, kind, &headers, body).await
    }

    /// New objects of somebody, by the names that forms have for them.
    async fn furnish(&self, name: &str) -> BTreeMap<&'static str, String> {
        self.sql(ROLE, name, "member").await;
        let cookie = &self.cookies[name];
        let form = format!("slug={}&company=x&job_title=y", self.slug);
        let added = self.call(cookie, "/_fn/jobapps/add", FORM, &form).await;
        assert_eq!(added.status, 200, "{}", added.text);
        let added: Value = serde_json::from_str(&added.text).expect("an application");
        let path = format!("/w/{}/import/upload", self.slug);
        let kind = "multipart/form-data; boundary=XyZ";
        let import = self.call(cookie, &path, kind, MAIL).await;
        assert_eq!(import.status, 202, "{}", import.text);
        let services = Arc::new(self.site.bench.services.clone());
        work_off(&services).await.expect("worked off");
        let import: Value = serde_json::from_str(&import.text).expect("an import");
        // Another browser of theirs, which they may end.
        let password = PASSWORD.replace(' ', "+");
        let sign_in = format!("email={name}%40example.org&password={password}");
        self.site.form("", "/_fn/users/sign_in", &sign_in).await;
        let form = format!("slug={}", self.slug);
        let sessions = self.call(cookie, "/_fn/users/get_sessions", FORM, &form).await;
        let sessions: Value = serde_json::from_str(&sessions.text).expect("sessions");
        let mut sessions = sessions.as_array().expect("a list").iter().map(|s| &s["session"]);
        let session = sessions.rfind(|s| s["current"] == false).expect("the other");
        let identity: uuid::Uuid = sqlx::query_scalar(LINK)
            .bind(format!("{name}@example.org"))
            .fetch_one(&self.site.bench.owner)
            .await
            .expect("linked");
        let mailbox: uuid::Uuid = sqlx::query_scalar(CONNECT)
            .bind(&self.slug)
            .bind(format!("{name}@example.org"))
            .fetch_one(&self.site.bench.owner)
            .await
            .expect("connected");
        let text = |value: &Value| value.as_str().expect("an id").to_owned();
        BTreeMap::from([
            ("slug", self.slug.clone()),
            ("jobapp_id", text(&added["id"])),
            ("status_id", text(&added["application_status"]["id"])),
            ("version", added["version"].to_string()),
            ("import_id", text(&import["id"])),
            ("session_id", text(&session["id"])),
            ("identity_id", identity.to_string()),
            ("mailbox_id", mailbox.to_string()),
        ])
    }

    /// Calls a function as this kind of caller.
    async fn call_as(&self, column: &str, function: &str, form: &str) -> Answer {
        let (who, whose) = match column {
            "anonymous" | "ended" => ("", "member"),
            "colleague" => ("member", "other"),
            "removed" | "stranger" => (column, "member"),
            role => (role, role),
        };
        let mut form = form.to_owned();
        for (name, value) in self.furnish(whose).await {
            form = form.replace(&format!("{{{name}}}"), &value);
        }
        assert!(
            !form.contains('{'),
            "say in furnish what stands for the braces of {form}"
        );
        if ["coach", "admin", "owner"].contains(&who) {
            self.sql(ROLE, who, who).await;
        }
        let cookie = match column {
            "anonymous" => String::new(),
            "ended" => {
                let password = PASSWORD.replace(' ', "+");
                let sign_in = format!("email=member%40example.org&password={password}");
                let signed_in = self.site.form("", "/_fn/users/sign_in", &sign_in).await;
                let cookie = signed_in.cookie().expect("a session");
                self.site.form(&cookie, "/_fn/users/sign_out", "").await;
                cookie
            }
            _ => self.cookies[who].clone(),
        };
        self.call(&cookie, function, FORM, &form).await
    }
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn each_caller_may_what_the_table_says(pool: PgPool) {
    let table = Table::read("functions");
    let workspace = Workspace::new(pool).await;
    let functions: Vec<&str> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path)
        .collect();
    let mut wrong = Vec::new();
    for path in &functions {
        let name = path.strip_prefix("/_fn/").expect("the prefix");
        let Some(row) = table.rows.get(name) else {
            wrong.push(format!("{name} has no row in docs/authorization.toml"));
            continue;
        };
        let Some(who) = &row.who else {
            let answer = workspace.call("", path, FORM, &row.form).await;
            if [401, 403, 404].contains(&answer.status.as_u16()) {
                wrong.push(format!("{name} as anyone: {}", answer.text));
            }
            continue;
        };
        for (column, expected) in table.columns.iter().zip(who) {
            let answer = workspace.call_as(column, path, &row.form).await;
            let happened = match answer.status.as_u16() {
                200..400 => "done".to_owned(),
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
                    answer.text
                ));
            }
        }
    }
    for name in table.rows.keys() {
        if !functions.contains(&format!("/_fn/{name}").as_str()) {
            wrong.push(format!("{name} is no function any more"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
