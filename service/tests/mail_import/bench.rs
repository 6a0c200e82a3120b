//! People, mailboxes and what stands in the database afterwards.

use domain::mail::Import;
use service::{Services, jobs::work_off, mail, tenants::Caller, testing::Bench};
use sqlx::{AssertSqlSafe, PgPool};
use std::{path::PathBuf, sync::Arc};

/// Services and somebody to work for.
pub struct Desk {
    pub bench: Bench,
    pub services: Arc<Services>,
    pub ada: Caller,
}

impl Desk {
    pub async fn new(pool: PgPool) -> Self {
        // Ids are repeatable, so tests of one process need folders of their own.
        let database = pool.connect_options().get_database().expect("a name").to_owned();
        let bench = Bench::new(pool).expect("bench");
        let mut services = bench.services.clone();
        services.data_dir = services.data_dir.join(database);
        let services = Arc::new(services);
        let ada = bench.person("ada").await.expect("registered");
        Self { bench, services, ada }
    }

    /// The folder of an upload.
    pub fn folder(&self, import: &Import) -> PathBuf {
        self.services.data_dir.join("uploads").join(import.id.to_string())
    }

    /// Sends files in, without working on them.
    pub async fn send(&self, who: &Caller, files: &[(&str, &[u8])]) -> Import {
        let mut upload = mail::begin_import(&self.services, who).await.expect("begun");
        for (name, bytes) in files {
            upload.file(name).await.expect("a file");
            for chunk in bytes.chunks(70_000) {
                upload.write(chunk).await.expect("written");
            }
        }
        upload.finish().await.expect("enqueued")
    }

    /// Sends files in and works them off.
    pub async fn import(&self, who: &Caller, files: &[(&str, &[u8])]) -> Import {
        let import = self.send(who, files).await;
        work_off(&self.services).await.expect("worked off");
        mail::get_import(&self.services, who, import.id)
            .await
            .expect("found")
    }

    /// Rows of a statement as text, as the owner of the database sees them.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_all(&self.bench.owner)
            .await
            .expect("rows")
    }

    pub async fn execute(&self, sql: &str) {
        sqlx::query(AssertSqlSafe(sql.to_owned()))
            .execute(&self.bench.owner)
            .await
            .expect("executed");
    }

    /// Everything that an import leaves behind, without ids and times of recording.
    pub async fn state(&self, who: &Caller) -> Vec<String> {
        let tenant = who.tenant.id;
        self.rows(&format!(
            "select concat_ws(' | ', 'application', company, job_title, source, apply_date, outcome, s.name, requisition, location, moved_at, version) \
             from job_application a join stage s on s.tenant_id = a.tenant_id and s.id = a.stage_id where a.tenant_id = '{tenant}' \
             union all \
             select concat_ws(' | ', 'entry', a.company, a.job_title, a.apply_date, e.occurred_at, s.name, e.outcome, e.cause, m.message_id) \
             from application_event e join job_application a on a.tenant_id = e.tenant_id and a.id = e.application_id \
             join stage s on s.tenant_id = e.tenant_id and s.id = e.to_stage_id \
             left join mail_message m on m.tenant_id = e.tenant_id and m.id = e.mail_id where e.tenant_id = '{tenant}' \
             union all \
             select concat_ws(' | ', 'mail', m.message_id, m.kind, m.settled, m.company, m.job_title, a.company, a.job_title) \
             from mail_message m left join job_application a on a.tenant_id = m.tenant_id and a.id = m.application_id \
             where m.tenant_id = '{tenant}' order by 1"
        ))
        .await
    }
}

/// A mail of a fixture.
pub fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/mail/{name}.eml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).expect("a fixture")
}

/// All fixtures in one mbox, and how many there are.
pub fn all_fixtures() -> (Vec<u8>, usize) {
    let table = std::fs::read_to_string(format!(
        "{}/tests/fixtures/mail/expected.toml",
        env!("CARGO_MANIFEST_DIR")
    ));
    let table: toml::Table = toml::from_str(&table.expect("table")).expect("table");
    let mails = table["mail"].as_array().expect("mails").clone();
    let names = mails.iter().map(|m| m["file"].as_str().expect("name").to_owned());
    let raw: Vec<Vec<u8>> = names.map(|n| fixture(&n)).collect();
    (mbox(&raw), raw.len())
}

/// Mails as an mbox, quoted as it must be.
pub fn mbox(mails: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for mail in mails {
        file.extend_from_slice(b"From someone@inbox.example Tue Jan 13 08:30:04 2026\n");
        for line in mail.split_inclusive(|b| *b == b'\n') {
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

/// A receipt by Greenhouse. `minute` counts from the beginning of 2026.
pub fn receipt(company: &str, title: &str, minute: u32) -> Vec<u8> {
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
