//! A user with a personal workspace and an organization.

use domain::{
    ApiError, ErrorCode, JobApplicationId,
    files::AddFileInput,
    jobapps::{ApplicationRef, ListApplicationsInput},
    tenants::Role,
    transfers::{CopiedApplications, CopyApplicationsInput},
};
use futures_util::TryStreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use service::{
    Error, Services, background::run_until_idle, contacts, context::Caller, files, interviews, jobapps, mail,
    metrics, organizations, tasks, testing::TestApp, transfers,
};
use sqlx::{AssertSqlSafe, PgPool};
use std::sync::Arc;

/// The tables whose rows are copied, with an expression for what must be equal in the copy besides the columns that are no ids.
pub const COPIED: [(&str, &str); 10] = [
    (
        "job_applications",
        "(select name from stages s where s.tenant_id = t.tenant_id and s.id = t.stage_id) || coalesce((select a.job_title \
         from job_applications a where a.tenant_id = t.tenant_id and a.id = t.merged_into), '-')",
    ),
    (
        "application_events",
        "concat((select name from stages s where s.tenant_id = t.tenant_id and s.id = t.from_stage_id), '>', \
         (select name from stages s where s.tenant_id = t.tenant_id and s.id = t.to_stage_id))",
    ),
    ("notes", "''"),
    ("interviews", "''"),
    ("tasks", "''"),
    ("files", "''"),
    ("application_postings", "''"),
    ("contacts", "''"),
    (
        "contact_links",
        "(select c.name from contacts c where c.tenant_id = t.tenant_id and c.id = t.contact_id)",
    ),
    (
        "application_merges",
        "concat(cardinality(t.part_ids), cardinality(t.note_ids), cardinality(t.interview_ids), cardinality(t.task_ids), \
         cardinality(t.contact_link_ids), cardinality(t.posting_ids), cardinality(t.file_ids))",
    ),
];

pub fn input<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("an input")
}

pub fn code<T>(result: Result<T, Error>) -> Option<ErrorCode> {
    result.err().map(|error| ApiError::from(error).code)
}

pub struct World {
    pub app: TestApp,
    pub services: Arc<Services>,
    pub personal: Caller,
    pub organization: Caller,
    /// The owner of the organization.
    pub owner: Caller,
}

impl World {
    pub async fn new(pool: PgPool) -> Self {
        Self::with(pool, |_| ()).await
    }

    pub async fn with(pool: PgPool, change: impl FnOnce(&mut Services)) -> Self {
        let database = pool.connect_options().get_database().expect("a name").to_owned();
        let app = TestApp::new(pool).expect("app");
        let mut services = app.services.clone();
        services.data_dir = services.data_dir.join(&database);
        let store = service::platform::file_store::FileStore::directory(&services.data_dir.join("files"));
        services = services.with_file_store(store.expect("a store"));
        change(&mut services);
        let personal = app.register_user("ada").await.expect("registered");
        let boss = app.register_user("boss").await.expect("registered");
        let add = input(json!({ "name": "Career Center" }));
        let client = service::context::ClientInfo::unknown();
        let sql = "update users set email_verified_at = now()";
        sqlx::query(sql).execute(&app.owner).await.expect("verified");
        let mut owner = boss;
        owner.user.email_verified = true;
        let tenant = organizations::add_tenant(&services, &owner, None, add, &client)
            .await
            .expect("organization");
        let sql = "insert into memberships (tenant_id, user_id, role, display_name, joined_at) values ($1, $2, 'member', 'Ada', now())";
        sqlx::query(sql)
            .bind(tenant.id.0)
            .bind(personal.user.id.0)
            .execute(&app.owner)
            .await
            .expect("joined");
        let owner = Caller {
            tenant: tenant.clone(),
            ..owner
        };
        let organization = Caller {
            tenant: domain::tenants::Tenant {
                role: Role::Member,
                ..tenant
            },
            ..personal.clone()
        };
        Self {
            app,
            services: Arc::new(services),
            personal,
            organization,
            owner,
        }
    }

    pub async fn is_member(&self) -> bool {
        let there = &self.organization;
        let sql = format!(
            "select count(*) from memberships where tenant_id = '{}' and user_id = '{}'",
            there.tenant.id, there.user.id
        );
        self.count(&sql).await == 1
    }

    pub async fn add(&self, caller: &Caller, title: &str) -> JobApplicationId {
        let new =
            input(json!({ "job_title": title, "company": "Fernway", "tags": ["x"], "source": "Indeed" }));
        jobapps::add(&self.services, caller, None, new)
            .await
            .expect("added")
            .id
    }

    /// Adds one of everything to an application; `mark` is in each text.
    pub async fn fill(&self, caller: &Caller, id: JobApplicationId, mark: &str) {
        let s = &self.services;
        let note = input(json!({ "jobapp_id": id, "description": mark }));
        jobapps::add_note(s, caller, None, note).await.expect("note");
        let contact = input(json!({ "jobapp_id": id, "name": mark }));
        contacts::add(s, caller, None, contact).await.expect("contact");
        let interview = input(
            json!({ "jobapp_id": id, "kind": "video", "starts_at": "2026-04-01T13:00:00Z", "notes": mark }),
        );
        interviews::add(s, caller, None, interview)
            .await
            .expect("interview");
        let task = input(json!({ "jobapp_id": id, "kind": "task", "title": mark }));
        tasks::add(s, caller, None, task).await.expect("task");
        let posting = input(json!({ "jobapp_id": id, "text": mark }));
        jobapps::set_posting(s, caller, posting).await.expect("posting");
        self.add_file(caller, id, mark).await.expect("file");
    }

    pub async fn add_file(&self, caller: &Caller, id: JobApplicationId, text: &str) -> Result<(), Error> {
        let file = AddFileInput {
            jobapp_id: Some(id.to_string()),
            kind: Some("resume".into()),
            name: format!("{text}.txt"),
            content: Some(text.as_bytes().to_vec()),
        };
        files::add(&self.services, caller, None, file).await.map(|_| ())
    }

    pub async fn move_to(&self, caller: &Caller, id: JobApplicationId, change: Value) {
        let mut change = change;
        change["jobapp_id"] = json!(id);
        jobapps::move_stage(&self.services, caller, input(change))
            .await
            .expect("moved");
    }

    pub async fn stage(&self, caller: &Caller, n: usize) -> Value {
        let stages = jobapps::list_stages(&self.services, caller)
            .await
            .expect("stages");
        json!(stages[n].id)
    }

    /// Imports email that creates and rejects an application.
    pub async fn import(&self, caller: &Caller) {
        let mut upload = mail::begin_import(&self.services, caller, None)
            .await
            .expect("begun");
        for (subject, text, day) in [
            (
                "Thank you for applying to Moss",
                "We have received your application and will read it with care.",
                1,
            ),
            (
                "Your application to Moss",
                "Unfortunately, we will not be moving forward with your application.",
                20,
            ),
        ] {
            upload.start_file("message.eml").await.expect("a file");
            let message = format!(
                "From: Moss <no-reply@us.greenhouse-mail.io>\nTo: ada@inbox.example\nSubject: {subject}\nMessage-ID: <{day}@mail.example>\n\
                 Date: {day} Jan 2026 10:00:00 +0000\n\nThank you for applying for the Baker position at Moss.\n{text}\n"
            );
            upload.write(message.as_bytes()).await.expect("written");
        }
        upload.finish().await.expect("enqueued");
        run_until_idle(&self.services).await.expect("jobs run");
    }

    pub async fn copy(&self, from: &Caller, to: &Caller) -> Result<CopiedApplications, Error> {
        let input = CopyApplicationsInput {
            target_tenant_id: to.tenant.id,
            jobapp_ids: None,
        };
        transfers::copy_applications(&self.services, from, input).await
    }

    pub async fn list(&self, caller: &Caller) -> Vec<domain::jobapps::JobApplication> {
        let mut all = Vec::new();
        let mut cursor = None;
        loop {
            let page = ListApplicationsInput {
                limit: Some(500),
                cursor,
                ..ListApplicationsInput::default()
            };
            let list = jobapps::list(&self.services, caller, page).await.expect("listed");
            all.extend(list.data);
            cursor = list.pagination.next_cursor;
            if cursor.is_none() {
                return all;
            }
        }
    }

    pub async fn delete(&self, caller: &Caller, id: JobApplicationId) {
        let input = ApplicationRef { jobapp_id: id };
        jobapps::delete(&self.services, caller, input)
            .await
            .expect("deleted");
    }

    /// The user's rows in a workspace, without ids, as text by table.
    pub async fn contents(&self, caller: &Caller) -> Vec<(&'static str, String)> {
        let mut contents = Vec::new();
        for (table, more) in COPIED {
            let of = if ["job_applications", "contacts"].contains(&table) {
                "''".to_owned()
            } else {
                "(select a.job_title from job_applications a where a.tenant_id = t.tenant_id and a.id = t.application_id)".to_owned()
            };
            let sql = format!(
                "select coalesce(string_agg(x, E'\\n' order by x), '') from (
                   select concat((select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(t)) where key !~ '(^|_)ids?$' and key <> \
                   'merged_into'), {of}, {more}) as x
                   from {table} t where tenant_id = $1 and owner_id = $2) s"
            );
            let text: String = sqlx::query_scalar(AssertSqlSafe(sql))
                .bind(caller.tenant.id.0)
                .bind(caller.user.id.0)
                .fetch_one(&self.app.owner)
                .await
                .expect(table);
            contents.push((table, text));
        }
        contents
    }

    /// All metrics.
    pub async fn metrics(&self, caller: &Caller) -> Value {
        let (s, query) = (&self.services, input(json!({})));
        json!([
            metrics::total(s, caller, &query).await.expect("total"),
            metrics::funnel(s, caller, &query).await.expect("funnel"),
            metrics::flow(s, caller, &query).await.expect("flow"),
            metrics::response_times(s, caller, &query).await.expect("times"),
            metrics::response_rates(s, caller, &query).await.expect("rates"),
            metrics::pace(s, caller, &query).await.expect("pace"),
        ])
    }

    /// The texts of all files, which fails if one has no content.
    pub async fn file_texts(&self, caller: &Caller) -> Vec<String> {
        let mut texts = Vec::new();
        for application in self.list(caller).await {
            let found = files::list(&self.services, caller, application.id)
                .await
                .expect("files");
            for file in found {
                let file = input::<domain::files::FileRef>(json!({ "file_id": file.id }));
                let download = files::download(&self.services, caller, file)
                    .await
                    .expect("content");
                let bytes: Vec<_> = download.content.try_collect().await.expect("read");
                texts.push(String::from_utf8(bytes.concat()).expect("text"));
            }
        }
        texts.sort();
        texts
    }

    pub async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_one(&self.app.owner)
            .await
            .expect("counted")
    }

    /// The numbers that the quotas are checked with are those of the rows.
    pub async fn check_usage(&self) {
        let wrong = self
            .count(
                "select count(*) from memberships m where
                   coalesce((select used from usage_counts c where c.tenant_id = m.tenant_id and c.owner_id = m.user_id \
                     and quota = 'applications'), 0) <>
                   (select count(*) from job_applications a where a.tenant_id = m.tenant_id and a.owner_id = m.user_id)
                   or coalesce((select used from usage_counts c where c.tenant_id = m.tenant_id and c.owner_id = m.user_id \
                     and quota = 'file_bytes'), 0) <>
                   (select coalesce(sum(bytes), 0) from files a where a.tenant_id = m.tenant_id and a.owner_id = m.user_id)",
            )
            .await;
        assert_eq!(wrong, 0, "usage_counts differ from the rows");
    }
}
