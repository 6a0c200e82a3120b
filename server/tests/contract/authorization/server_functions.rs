use super::{Workspace, expected_result};
use crate::support::{
    AuthorizationTable, FORM, ORIGIN, TestResponse, TestServer, credentials_form, fixtures,
    operations::{CSV_PREVIEW, FILE_UPLOAD, MULTIPART, file_form},
    workspace_slug,
};
use serde_json::Value;
use sqlx::PgPool;
use std::collections::BTreeMap;
use uuid::Uuid;

const USERS: [&str; 7] = [
    "owner", "member", "coach", "admin", "other", "removed", "stranger",
];

/// A workspace with a member for each role, a removed member, and a user of another workspace; all are signed in.
struct Callers {
    workspace: Workspace,
    cookies: BTreeMap<&'static str, String>,
    /// Values of the form fields, by the user who owns the objects.
    values: BTreeMap<String, BTreeMap<&'static str, String>>,
}

impl Callers {
    async fn new(pool: PgPool) -> Self {
        let server = TestServer::new(pool);
        let (mut cookies, mut slug) = (BTreeMap::new(), String::new());
        for name in USERS {
            let (cookie, board) = server.register_on_page(name).await;
            cookies.insert(name, cookie);
            if name == "owner" {
                workspace_slug(&board).clone_into(&mut slug);
            }
        }
        let workspace = Workspace { server, slug };
        for name in ["member", "coach", "admin", "other", "removed"] {
            workspace.join(name).await;
        }
        workspace.leave("removed").await;
        workspace.share().await;
        Self {
            workspace,
            cookies,
            values: BTreeMap::new(),
        }
    }

    async fn post(&self, cookie: &str, path: &str, content_type: &str, body: &str) -> TestResponse {
        let headers = [
            ("origin", ORIGIN),
            ("accept", "application/json"),
            ("cookie", cookie),
        ];
        let server = &self.workspace.server;
        server.post(path, content_type, &headers, body).await
    }

    /// The session cookie of a new session.
    async fn sign_in(&self, name: &str) -> String {
        let form = credentials_form(&format!("{name}@example.org"));
        let server = &self.workspace.server;
        let response = server.submit_form("", "/_fn/auth/sign_in", &form).await;
        response.session_cookie().expect("a session")
    }

    /// The sessions of this user.
    async fn sessions_of(&self, email: &str) -> Vec<Uuid> {
        sqlx::query_scalar("select s.id from sessions s join users u on u.id = s.user_id where u.email = $1")
            .bind(email)
            .fetch_all(&self.workspace.server.owner)
            .await
            .expect("sessions")
    }

    /// Creates one of everything for this user. Returns the values by form field.
    async fn seed(&self, name: &str) -> BTreeMap<&'static str, String> {
        let Workspace { server, slug } = &self.workspace;
        self.workspace.set_role(name, "member").await;
        let cookie = &self.cookies[name];
        let form = format!("slug={slug}&company=x&job_title=y");
        let application = self.post(cookie, "/_fn/jobapps/add", FORM, &form).await;
        let application = application.expect_status(200);
        let other = self.post(cookie, "/_fn/jobapps/add", FORM, &form).await;
        let other = other.expect_status(200);
        let part = self.post(cookie, "/_fn/jobapps/add", FORM, &form).await;
        let part = part.expect_status(200);
        let text = |value: &Value| value.as_str().expect("an id").to_owned();
        let merge = format!(
            "slug={slug}&jobapp_id={}&other_id={}",
            text(&other["id"]),
            text(&part["id"])
        );
        let merge = self.post(cookie, "/_fn/jobapps/merge", FORM, &merge).await;
        let merge = merge.expect_status(200);
        let note = format!("slug={slug}&jobapp_id={}&description=x", text(&application["id"]));
        let note = self.post(cookie, "/_fn/jobapps/add_note", FORM, &note).await;
        let note = note.expect_status(200);
        let files = format!("/w/{slug}/files?jobapp_id={}", text(&application["id"]));
        let file = self
            .post(cookie, &files, MULTIPART, &file_form(&text(&application["id"])))
            .await;
        assert_eq!(file.status, 303);
        let file: Uuid = sqlx::query_scalar("select id from files where application_id = $1::text::uuid")
            .bind(text(&application["id"]))
            .fetch_one(&self.workspace.server.owner)
            .await
            .expect("a file");
        let id = text(&application["id"]);
        let contact = format!("slug={slug}&jobapp_id={id}&name=x");
        let contact = self
            .post(cookie, "/_fn/jobapps/add_contact", FORM, &contact)
            .await;
        let contact = contact.expect_status(200);
        let interview = format!("slug={slug}&jobapp_id={id}&kind=video&starts_at=2026-12-01T14:00");
        let interview = self
            .post(cookie, "/_fn/jobapps/add_interview", FORM, &interview)
            .await;
        let interview = interview.expect_status(200);
        let task = format!("slug={slug}&jobapp_id={id}&title=x&kind=task");
        let task = self.post(cookie, "/_fn/jobapps/add_task", FORM, &task).await;
        let task = task.expect_status(200);
        let csv = format!("/w/{slug}/import/csv/upload");
        let csv = self.post(cookie, &csv, MULTIPART, CSV_PREVIEW).await;
        assert_eq!(csv.status, 303);
        let csv = csv.location().rsplit('/').next().expect("an id").to_owned();
        let upload = format!("/w/{slug}/import/upload");
        let import = self.post(cookie, &upload, MULTIPART, FILE_UPLOAD).await;
        let import = import.expect_status(202);
        server.run_jobs().await;
        // Another session of the same user, which can be revoked.
        let email = format!("{name}@example.org");
        let before: Vec<Uuid> = self.sessions_of(&email).await;
        self.sign_in(name).await;
        let sessions = self.sessions_of(&email).await;
        let session = sessions
            .into_iter()
            .find(|id| !before.contains(id))
            .expect("the other session");
        let identity: Uuid = sqlx::query_scalar(
            "insert into identities (id, user_id, provider, subject, created_at)
             select gen_random_uuid(), id, 'google', gen_random_uuid()::text, now() from users where email = $1 returning id",
        )
        .bind(&email)
        .fetch_one(&server.owner)
        .await
        .expect("identity");
        let (tenant, user): (Uuid, Uuid) =
            sqlx::query_as("select t.id, u.id from tenants t, users u where t.slug = $1 and u.email = $2")
                .bind(slug)
                .bind(&email)
                .fetch_one(&server.owner)
                .await
                .expect("ids");
        let mailbox = fixtures::insert_mailbox(server, tenant, user, &email).await;
        let mail = fixtures::insert_messages(server, mailbox, &text(&application["id"])).await;
        let coach = fixtures::insert_coach(server, tenant).await;
        let key = fixtures::insert_key(server, tenant, user, "x").await;
        let (endpoint, _) = fixtures::insert_webhook(server, tenant, user, "x").await;
        let grant = format!("slug={slug}&viewer_id={coach}&scope=read");
        let grant = self
            .post(cookie, "/_fn/coaching/grant_access", FORM, &grant)
            .await;
        assert!(grant.status.is_success(), "{}", grant.text);
        let comment = format!("slug={slug}&jobapp_id={id}&text=x");
        let comment = self
            .post(cookie, "/_fn/coaching/add_comment", FORM, &comment)
            .await;
        assert!(comment.status.is_success(), "{}", comment.text);
        let (grant, comment): (Uuid, Uuid) = sqlx::query_as(
            "select g.id, c.id from access_grants g, application_comments c
             where g.owner_id = $1 and g.viewer_id = $2 and c.application_id = $3::text::uuid",
        )
        .bind(user)
        .bind(coach)
        .bind(&id)
        .fetch_one(&server.owner)
        .await
        .expect("ids");
        let request = fixtures::insert_access_request(server, tenant, user, "x").await;
        BTreeMap::from([
            ("request_id", request.to_string()),
            ("viewer_id", coach.to_string()),
            ("grant_id", grant.to_string()),
            ("comment_id", comment.to_string()),
            ("slug", slug.clone()),
            ("tenant_id", tenant.to_string()),
            ("jobapp_id", text(&application["id"])),
            ("status_id", text(&application["application_status"]["id"])),
            ("version", application["version"].to_string()),
            ("other_id", text(&other["id"])),
            ("merge_id", text(&merge["merge_id"])),
            ("note_id", text(&note["id"])),
            ("contact_id", text(&contact["id"])),
            ("interview_id", text(&interview["id"])),
            ("task_id", text(&task["id"])),
            ("mail_id", mail.to_string()),
            ("file_id", file.to_string()),
            ("csv_import_id", csv),
            ("import_id", text(&import["id"])),
            ("session_id", session.to_string()),
            ("identity_id", identity.to_string()),
            ("mailbox_id", mailbox.to_string()),
            ("key_id", key.to_string()),
            ("endpoint_id", endpoint.to_string()),
            ("mail_id", mail.to_string()),
        ])
    }

    /// The user whose ids the caller of this column sends.
    fn ids_of(column: &str) -> &str {
        match column {
            "anonymous" | "ended" | "removed" | "stranger" => "member",
            "colleague" => "other",
            role => role,
        }
    }

    /// Calls a server function as the caller of this column, with new objects or those of an earlier call. Returns the response and the
    /// result for the table.
    async fn call_as(
        &mut self,
        column: &str,
        path: &str,
        form: &str,
        with_new_objects: bool,
    ) -> (TestResponse, String) {
        let mut form = form.to_owned();
        let owner = Self::ids_of(column);
        if with_new_objects || !self.values.contains_key(owner) {
            let values = self.seed(owner).await;
            self.values.insert(owner.to_owned(), values);
        }
        for (name, value) in &self.values[owner] {
            form = form.replace(&format!("{{{name}}}"), value);
        }
        assert!(
            !form.contains('{'),
            "seed has no value for a placeholder of {form}"
        );
        let cookie = self.cookie_of(column).await;
        let response = self.post(&cookie, path, FORM, &form).await;
        let actual = match response.status.as_u16() {
            200..400 => "success".to_owned(),
            other => other.to_string(),
        };
        (response, actual)
    }

    /// The session cookie of the caller of this column, after giving them the role of the same name.
    async fn cookie_of(&self, column: &str) -> String {
        match column {
            "anonymous" => String::new(),
            "ended" => {
                let cookie = self.sign_in("member").await;
                let server = &self.workspace.server;
                server.submit_form(&cookie, "/_fn/layout/sign_out", "").await;
                cookie
            }
            "colleague" => self.cookies["member"].clone(),
            caller => {
                if ["coach", "admin", "owner"].contains(&caller) {
                    self.workspace.set_role(caller, caller).await;
                }
                self.cookies[caller].clone()
            }
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn pages_allow_what_the_table_says(pool: PgPool) {
    let table = AuthorizationTable::read("pages");
    let callers = Callers::new(pool).await;
    let Workspace { server, slug } = &callers.workspace;
    let mut failures = Vec::new();
    for (page, row) in &table.rows {
        let expected = row.expected.as_ref().expect("a result for each column");
        for (column, cell) in table.columns.iter().zip(expected) {
            let path = if page.contains("{id}") {
                let ids = callers.seed(Callers::ids_of(column)).await;
                page.replace("{id}", &ids["jobapp_id"])
            } else {
                page.clone()
            };
            let cookie = callers.cookie_of(column).await;
            let response = server.get_page(&cookie, &format!("/w/{slug}/{path}")).await;
            let actual = match response.status.as_u16() {
                200 => "success".to_owned(),
                303 if response.location().starts_with("/sign-in") => "401".to_owned(),
                other => other.to_string(),
            };
            if actual != expected_result(cell) {
                failures.push(format!("{page} as {column}: {actual}, not {cell}"));
            }
        }
    }
    let pages = server::app::routes().into_iter().map(|(_, path)| path);
    let pages = pages.filter_map(|path| Some(path.strip_prefix("/w/{slug}/")?.to_owned()));
    let pages = pages.filter(|page| !page.contains('/') || page.starts_with("applications/"));
    for page in pages.filter(|page| !table.rows.contains_key(page)) {
        failures.push(format!("{page} has no row in docs/authorization.toml"));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn server_functions_allow_what_the_table_says(pool: PgPool) {
    let table = AuthorizationTable::read("functions");
    let mut callers = Callers::new(pool).await;
    let functions: Vec<&str> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path)
        .collect();
    let mut failures = Vec::new();
    for path in &functions {
        let name = path.strip_prefix("/_fn/").expect("the prefix");
        let Some(row) = table.rows.get(name) else {
            failures.push(format!("{name} has no row in docs/authorization.toml"));
            continue;
        };
        let Some(expected) = &row.expected else {
            let response = callers.post("", path, FORM, &row.form).await;
            if [401, 403, 404].contains(&response.status.as_u16()) {
                failures.push(format!("{name} as anyone: {}", response.text));
            }
            continue;
        };
        for (column, cell) in table.columns.iter().zip(expected) {
            let expected = expected_result(cell);
            // Objects that are hidden from the caller must exist.
            let is_hidden = cell == "404";
            let (mut response, mut actual) = callers.call_as(column, path, &row.form, is_hidden).await;
            if actual != expected && !is_hidden {
                // Earlier functions may have used up the objects.
                (response, actual) = callers.call_as(column, path, &row.form, true).await;
            }
            if actual != expected {
                failures.push(format!(
                    "{name} as {column}: {actual}, not {expected}: {}",
                    response.text
                ));
            }
            if *name == *"settings/leave_organization" && actual == "success" {
                let user = if column == "colleague" { "member" } else { column };
                callers.workspace.join(user).await;
            }
        }
    }
    for name in table.rows.keys() {
        if !functions.contains(&format!("/_fn/{name}").as_str()) {
            failures.push(format!("the table has a row for {name}, which does not exist"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
