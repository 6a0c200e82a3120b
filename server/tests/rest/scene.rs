//! People with one of everything, each text of theirs marked by their name, and a sum over all that is stored.

use crate::{client::Api, operations::Ids};
use serde_json::json;
use service::jobs::work_off;
use sqlx::AssertSqlSafe;
use std::sync::Arc;

/// Somebody and what is theirs.
pub struct Person {
    /// Their access token.
    pub token: String,
    /// Their objects.
    pub ids: Ids,
}

/// A mailbox that Gmail does not let us into, so that nothing is fetched. What opens it is no token.
const CONNECT: &str = "with made as (insert into mailbox (tenant_id, id, owner_id, kind, address, state, created_at) \
                       values ($1, gen_random_uuid(), $2, 'gmail', $3 || gen_random_uuid()::text, 'reconnect_required', now()) returning *) \
                       insert into mailbox_access (tenant_id, mailbox_id, owner_id, access_token) \
                       select tenant_id, id, owner_id, '' from made returning mailbox_id";

/// What marks the texts of a person.
pub fn canary(name: &str) -> String {
    format!("CANARY-{name}")
}

/// Registers somebody and makes one of everything for them.
pub async fn person(api: &Api, name: &str) -> Person {
    let token = api.person(name).await;
    let ids = furnish(api, &token, name).await;
    Person { token, ids }
}

/// Makes one of everything in the caller's workspace.
pub async fn furnish(api: &Api, token: &str, name: &str) -> Ids {
    let mark = canary(name);
    let application = json!({
        "job_title": mark, "company": mark, "source": mark, "location": mark, "tags": [mark],
        "url": format!("https://example.org/{mark}"),
    });
    let jobapp = api.add(token, application).await;
    let note = json!({ "jobapp_id": jobapp["id"], "description": mark });
    let note = api.post(token, "/jobapps/add_jobapp_note", note).await.with(201);
    let stage = api.stage(token, "interview").await;
    let mail = format!(
        "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{mark}.eml\"\r\n\r\n\
         From: {mark} <no-reply@us.greenhouse-mail.io>\r\nSubject: Thank you for applying to {mark}\r\nMessage-ID: <{mark}@mail.example>\r\n\
         Date: 5 Jan 2026 10:00:00 +0000\r\n\r\nThank you for applying for the Baker position at {mark}.\r\n--XyZ--\r\n"
    );
    let kind = "multipart/form-data; boundary=XyZ";
    let import = api
        .post_text(token, "/mail/import_mails", kind, mail)
        .await
        .with(202);
    work_off(&Arc::new(api.bench.services.clone()))
        .await
        .expect("worked off");
    let sessions = api.get(token, "/users/get_sessions").await.with(200);
    let sessions = sessions["data"].as_array().expect("sessions");
    let session = sessions.iter().find(|s| s["current"] == true).expect("this one");
    let person = service::users::caller_of_token(&api.bench.services, token).await;
    let person = person.expect("a person");
    let user = person.user.id;
    let mailbox: uuid::Uuid = sqlx::query_scalar(CONNECT)
        .bind(person.tenant.id.0)
        .bind(user.0)
        .bind(&mark)
        .fetch_one(&api.bench.owner)
        .await
        .expect("connected");
    let subject = jobapp["id"].as_str().expect("an id");
    service::identities::link_linkedin(&api.bench.services, user, subject)
        .await
        .expect("linked");
    let methods = api.get(token, "/users/get_identities").await.with(200);
    let linked = methods["data"]["identities"].as_array().expect("identities");
    let text = |value: &serde_json::Value| value.as_str().expect("an id").to_owned();
    Ids::from([
        ("jobapp_id", text(&jobapp["id"])),
        ("status_id", text(&stage)),
        ("jobapp_note_id", text(&note["data"]["id"])),
        ("import_id", text(&import["data"]["id"])),
        ("session_id", text(&session["id"])),
        ("mailbox_id", mailbox.to_string()),
        ("identity_id", text(&linked.last().expect("linked")["id"])),
    ])
}

/// Tables that also refused requests write: they count them.
const COUNTERS: &[&str] = &[];

/// A sum over every row of every table.
pub async fn stored(api: &Api) -> Vec<(String, String)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
    )
    .fetch_all(&api.bench.owner)
    .await
    .expect("tables");
    let mut sums = Vec::new();
    for table in tables {
        if COUNTERS.contains(&table.as_str()) {
            continue;
        }
        let sql =
            format!("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from \"{table}\" t");
        let sum = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&api.bench.owner)
            .await;
        sums.push((table, sum.expect("sum")));
    }
    sums
}
