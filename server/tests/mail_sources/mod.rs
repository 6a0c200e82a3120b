//! Compares the same messages from an uploaded file, from Gmail and over IMAP.

mod canary;
mod messages;
#[expect(dead_code, reason = "the names are for other tests")]
#[path = "../../../crates/mail-reader/tests/records/mod.rs"]
mod records;
mod ten_kills;
mod three_sources;

use crate::support::{Dovecot, IMAP_PASSWORD, IMAP_USER, MockProvider, TestClient, TestServer};
use messages::{Random, SentMessage};
use serde_json::{Value, json};
use service::auth::oauth::Settings;
use sqlx::{AssertSqlSafe, PgPool};

const GMAIL: &str = "GET /gmail/v1/users/me";

/// A server with the same messages in three sources.
struct Sources {
    server: TestServer,
    dovecot: Dovecot,
    takeout: Vec<u8>,
    _provider: MockProvider,
}

impl Sources {
    async fn start(pool: PgPool, messages: &[SentMessage]) -> Self {
        let provider = MockProvider::start().await;
        serve_gmail(&provider, messages);
        let dovecot = Dovecot::start().await;
        fill_folders(&dovecot, messages);
        let settings = Settings {
            google: Some(provider.client_settings()),
            gmail_base_url: Some(provider.url.clone()),
            ..Settings::default()
        };
        Self {
            server: TestServer::with_mail_sources(pool, settings, &dovecot.settings()),
            dovecot,
            takeout: messages::takeout(messages, &mut Random(3)),
            _provider: provider,
        }
    }

    /// Uploads the file. Returns the id of the import.
    async fn begin_upload(&self, client: &TestClient) -> String {
        let head =
            "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"All mail.mbox\"\r\n\r\n";
        let form = [head.as_bytes(), &self.takeout, b"\r\n--XyZ--\r\n"].concat();
        let response = client
            .post_raw("/mail/import_mails", "multipart/form-data; boundary=XyZ", form)
            .await;
        let import = response.expect_status(202)["data"].clone();
        import["id"].as_str().expect("id").to_owned()
    }

    async fn import(&self, client: &TestClient, id: &str) -> Value {
        let import = client.get(&format!("/mail/get_import?import_id={id}")).await;
        import.expect_status(200)["data"].clone()
    }

    async fn upload(&self, client: &TestClient) {
        let id = self.begin_upload(client).await;
        self.server.run_jobs().await;
        let import = self.import(client, &id).await;
        assert_eq!(
            (&import["state"], &import["errors"]),
            (&json!("done"), &json!([]))
        );
    }

    async fn connect_imap(&self, client: &TestClient) {
        let account = json!({"host": "127.0.0.1", "port": self.dovecot.port, "username": IMAP_USER, "password": IMAP_PASSWORD});
        let response = client.post("/mail/connect_imap", account).await;
        response.expect_status(201);
    }

    async fn sync_imap(&self, client: &TestClient) {
        self.connect_imap(client).await;
        self.server.run_jobs().await;
        assert_eq!(self.unsynced().await, 0);
    }

    async fn sync_gmail(&self, client: &TestClient) {
        let tokens = json!({"access_token": "ya29.x", "refresh_token": "1//x", "expires_in": 3599});
        client
            .post("/users/update_gmail_token", tokens)
            .await
            .expect_status(200);
        self.server.run_jobs().await;
        assert_eq!(self.unsynced().await, 0);
    }

    async fn unsynced(&self) -> i64 {
        self.server
            .count("select count(*) from mailboxes where kind <> 'upload' and state <> 'ok'")
            .await
    }

    /// Applications, events and messages of `name@example.org`, without ids, recording times and source.
    async fn result(&self, name: &str) -> Vec<String> {
        let owner = format!("(select u.id from users u where u.email = '{name}@example.org')");
        let sql = format!(
            "select concat_ws(' | ', 'application', coalesce(a.company, '-'), coalesce(a.job_title, '-'), s.name, \
               coalesce(a.outcome, '-'), a.apply_date, a.source, coalesce(a.requisition, '-'), coalesce(a.location, '-')) \
             from job_applications a join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id where a.owner_id = {owner} \
             union all \
             select concat_ws(' | ', 'event', coalesce(a.company, '-'), coalesce(a.job_title, '-'), a.apply_date, e.occurred_at, \
               s.name, coalesce(e.outcome, '-'), m.subject, m.identity) \
             from application_events e join job_applications a on a.tenant_id = e.tenant_id and a.id = e.application_id \
             join stages s on s.tenant_id = e.tenant_id and s.id = e.to_stage_id \
             left join mail_messages m on m.tenant_id = e.tenant_id and m.id = e.mail_id where a.owner_id = {owner} \
             union all \
             select concat_ws(' | ', 'message', m.decision, m.sent_at, m.sender, m.subject, m.kind, m.confidence, \
               coalesce(m.company, '-'), coalesce(m.job_title, '-'), coalesce(a.company, '-'), coalesce(a.job_title, '-'), m.identity) \
             from mail_messages m left join job_applications a on a.tenant_id = m.tenant_id and a.id = m.application_id \
             where m.owner_id = {owner} and m.decision <> 'ignored' \
             order by 1"
        );
        sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(&self.server.owner)
            .await
            .expect("rows")
    }
}

/// Distributes the messages: two thirds in the inbox, the others in other folders, and a few of them in two folders.
fn fill_folders(dovecot: &Dovecot, messages: &[SentMessage]) {
    let mut random = Random(5);
    let mut order: Vec<usize> = (0..messages.len()).collect();
    random.shuffle(&mut order);
    let mut folders = [
        ("", Vec::new()),
        ("Archive", Vec::new()),
        ("Bewerbungen 2026", Vec::new()),
    ];
    for n in order {
        let raw = messages::stored_by_imap(&messages[n]);
        let folder = [0, 0, 0, 0, 1, 2][random.below(6)];
        if random.below(20) == 0 {
            folders[(folder + 1) % 3].1.push(raw.clone());
        }
        folders[folder].1.push(raw);
    }
    for (folder, raw) in folders {
        let named = raw.into_iter().enumerate();
        dovecot.add_all_to(folder, named.map(|(n, raw)| (format!("m{n:06}"), raw)));
    }
}

fn serve_gmail(provider: &MockProvider, messages: &[SentMessage]) {
    let profile = json!({"emailAddress": "ada@gmail.example"});
    provider.respond(&format!("{GMAIL}/profile"), 200, profile);
    let pages = messages::gmail_pages(messages);
    for (number, page) in pages.iter().enumerate() {
        let ids: Vec<Value> = page.iter().map(|n| json!({"id": format!("m{n}")})).collect();
        let mut list = json!({"messages": ids});
        if number + 1 < pages.len() {
            list["nextPageToken"] = json!(format!("p{}", number + 1));
        }
        let token = if number == 0 {
            String::new()
        } else {
            format!("#p{number}")
        };
        provider.respond(&format!("{GMAIL}/messages{token}"), 200, list);
        for n in page {
            let (received, raw) = messages::returned_by_gmail(&messages[*n], *n);
            let body = json!({"internalDate": received.to_string(), "raw": raw});
            provider.respond(&format!("{GMAIL}/messages/m{n}"), 200, body);
        }
    }
}

/// Fails with the first lines that only one of the results contains.
fn assert_same(what: &str, expected: &[String], actual: &[String]) {
    let missing: Vec<_> = expected
        .iter()
        .filter(|line| !actual.contains(line))
        .take(15)
        .collect();
    let added: Vec<_> = actual
        .iter()
        .filter(|line| !expected.contains(line))
        .take(15)
        .collect();
    assert!(
        missing.is_empty() && added.is_empty() && expected.len() == actual.len(),
        "{what}: {} lines instead of {}\nmissing: {missing:#?}\nadded: {added:#?}",
        actual.len(),
        expected.len()
    );
}
