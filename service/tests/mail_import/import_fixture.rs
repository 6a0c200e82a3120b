//! Uploads, sample messages, and a snapshot of the database afterwards.

use domain::mail::Import;
use service::{Services, background::run_until_idle, context::Caller, mail, testing::TestApp};
use sqlx::{AssertSqlSafe, PgPool};
use std::{path::PathBuf, sync::Arc};

/// A test app with a user.
pub struct ImportFixture {
    pub app: TestApp,
    pub services: Arc<Services>,
    pub ada: Caller,
}

impl ImportFixture {
    pub async fn new(pool: PgPool) -> Self {
        // Otherwise the first import takes longer than its turn.
        service::mail::load_rulesets().expect("rulesets");
        // Ids are repeatable, so the tests of a process need separate directories.
        let database = pool.connect_options().get_database().expect("a name").to_owned();
        let app = TestApp::new(pool).expect("app");
        let mut services = app.services.clone();
        services.data_dir = services.data_dir.join(database);
        let services = Arc::new(services);
        let ada = app.register_user("ada").await.expect("registered");
        Self { app, services, ada }
    }

    /// The directory of the uploaded files.
    pub fn upload_dir(&self, import: &Import) -> PathBuf {
        self.services.data_dir.join("uploads").join(import.id.to_string())
    }

    /// Uploads files without running the job.
    pub async fn upload(&self, caller: &Caller, files: &[(&str, &[u8])]) -> Import {
        let mut upload = mail::begin_import(&self.services, caller, None)
            .await
            .expect("begun");
        for (name, bytes) in files {
            upload.start_file(name).await.expect("a file");
            for chunk in bytes.chunks(70_000) {
                upload.write(chunk).await.expect("written");
            }
        }
        upload.finish().await.expect("enqueued")
    }

    /// Uploads files and runs the job.
    pub async fn import(&self, caller: &Caller, files: &[(&str, &[u8])]) -> Import {
        let import = self.upload(caller, files).await;
        run_until_idle(&self.services).await.expect("jobs run");
        mail::get_import(&self.services, caller, import.id)
            .await
            .expect("found")
    }

    /// The text rows of a query, run as the owner of the database.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_all(&self.app.owner)
            .await
            .expect("rows")
    }

    /// Executes a statement as the owner of the database.
    pub async fn execute(&self, sql: &str) {
        sqlx::query(AssertSqlSafe(sql.to_owned()))
            .execute(&self.app.owner)
            .await
            .expect("executed");
    }

    /// Everything that an import writes, without ids and times of recording.
    pub async fn snapshot(&self, caller: &Caller) -> Vec<String> {
        let tenant = caller.tenant.id;
        self.rows(&format!(
            "select concat_ws(' | ', 'application', company, job_title, source, apply_date, outcome, s.name, requisition, location, stage_changed_at, version) \
             from job_applications a join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id where a.tenant_id = '{tenant}' \
             union all \
             select concat_ws(' | ', 'event', a.company, a.job_title, a.apply_date, e.occurred_at, s.name, e.outcome, e.cause, m.message_id) \
             from application_events e join job_applications a on a.tenant_id = e.tenant_id and a.id = e.application_id \
             join stages s on s.tenant_id = e.tenant_id and s.id = e.to_stage_id \
             left join mail_messages m on m.tenant_id = e.tenant_id and m.id = e.mail_id where e.tenant_id = '{tenant}' \
             union all \
             select concat_ws(' | ', 'message', m.message_id, m.kind, m.matched, m.company, m.job_title, a.company, a.job_title) \
             from mail_messages m left join job_applications a on a.tenant_id = m.tenant_id and a.id = m.application_id \
             where m.tenant_id = '{tenant}' order by 1"
        ))
        .await
    }
}

/// A message of the fixtures of `mail-reader`.
pub fn sample(name: &str) -> Vec<u8> {
    let path = format!(
        "{}/../crates/mail-reader/tests/fixtures/{name}.eml",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read(path).expect("a fixture")
}

/// All sample messages as an mbox file, and their number.
pub fn all_samples() -> (Vec<u8>, usize) {
    let table = std::fs::read_to_string(format!(
        "{}/../crates/mail-reader/tests/fixtures/expected.toml",
        env!("CARGO_MANIFEST_DIR")
    ));
    let table: toml::Table = toml::from_str(&table.expect("table")).expect("table");
    let messages = table["message"].as_array().expect("messages").clone();
    let names = messages
        .iter()
        .map(|m| m["file"].as_str().expect("name").to_owned());
    let raw: Vec<Vec<u8>> = names.map(|n| sample(&n)).collect();
    (mbox(&raw), raw.len())
}

/// Messages as an mbox file, with quoted `From ` lines.
pub fn mbox(messages: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for message in messages {
        file.extend_from_slice(b"From someone@inbox.example Tue Jan 13 08:30:04 2026\n");
        for line in message.split_inclusive(|b| *b == b'\n') {
            let marks = line.iter().take_while(|b| **b == b'>').count();
            if line[marks..].starts_with(b"From ") {
                file.push(b'>');
            }
            file.extend_from_slice(line);
        }
        file.extend_from_slice(b"\n\n");
    }
    file
}

/// A confirmation by Greenhouse. `minute` counts from the beginning of 2026.
pub fn confirmation(company: &str, title: &str, minute: u32) -> Vec<u8> {
    let (day, hour, minute) = (1 + minute / 1440 % 28, minute / 60 % 24, minute % 60);
    format!(
        "From: {company} <no-reply@us.greenhouse-mail.io>\nTo: ada@inbox.example\nSubject: Thank you for applying to {company}\n\
         Message-ID: <{company}-{title}-{day}-{hour}-{minute}@mail.example>\nDate: {day} Jan 2026 {hour:02}:{minute:02}:00 +0000\n\
         Content-Type: text/plain; charset=utf-8\n\nThank you for applying for the {title} position at {company}.\n\
         We have received your application and will read it with care.\n"
    )
    .into_bytes()
}

/// A rejection by Greenhouse in February.
pub fn rejection(company: &str, title: &str, day: u32) -> Vec<u8> {
    format!(
        "From: {company} <no-reply@us.greenhouse-mail.io>\nTo: ada@inbox.example\nSubject: Your application to {company}\n\
         Message-ID: <no-{company}-{title}-{day}@mail.example>\nDate: {day} Feb 2026 10:00:00 +0000\n\
         Content-Type: text/plain; charset=utf-8\n\nThank you for applying for the {title} position at {company}.\n\
         Unfortunately, we will not be moving forward with your application.\n"
    )
    .into_bytes()
}
