//! Users who have one of everything, with a marker in each of their texts.

use super::{
    TestClient, TestServer,
    operations::{CSV_PREVIEW, Ids, MULTIPART, file_form},
};
use serde_json::{Value, json};
use service::context::Caller;
use uuid::Uuid;

/// A user and the ids of their objects.
pub struct Fixture {
    pub client: TestClient,
    pub ids: Ids,
}

/// The marker in all texts of a user. If it appears in a response to another user, data was leaked.
pub fn canary(name: &str) -> String {
    format!("CANARY-{name}")
}

/// Registers a user and creates one of everything for them.
pub async fn user(server: &TestServer, name: &str) -> Fixture {
    let client = server.register(name).await;
    let ids = seed(&client, name).await;
    Fixture { client, ids }
}

/// Creates one of everything in the caller's workspace.
pub async fn seed(client: &TestClient, name: &str) -> Ids {
    let server = &client.server;
    let mark = canary(name);
    let application = json!({
        "job_title": mark, "company": mark, "source": mark, "location": mark, "tags": [mark],
        "url": format!("https://example.org/{mark}"),
    });
    let application = client.add_application(application).await;
    let note = json!({ "jobapp_id": application["id"], "description": mark });
    let note = client
        .post("/jobapps/add_jobapp_note", note)
        .await
        .expect_status(201);
    let file = file_form(application["id"].as_str().expect("an id")).replace("a.eml", &format!("{mark}.txt"));
    let file = client
        .post_raw("/files/add_file", MULTIPART, file)
        .await
        .expect_status(201);
    let posting =
        json!({ "jobapp_id": application["id"], "text": mark, "url": format!("https://example.org/{mark}") });
    client
        .post("/jobapps/set_posting", posting)
        .await
        .expect_status(200);
    let contact = json!({
        "jobapp_id": application["id"], "name": mark, "email": format!("{mark}@example.org"), "phone": mark, "role": mark,
        "company": mark, "url": format!("https://example.org/{mark}"), "notes": mark,
    });
    let contact = client
        .post("/contacts/add_contact", contact)
        .await
        .expect_status(201);
    let interview = json!({
        "jobapp_id": application["id"], "kind": "video", "starts_at": "2026-12-01T13:00:00Z", "place": mark, "notes": mark,
    });
    let interview = client
        .post("/interviews/add_interview", interview)
        .await
        .expect_status(201);
    let task = json!({ "jobapp_id": application["id"], "title": mark, "due_on": "2026-12-01" });
    let task = client.post("/tasks/add_task", task).await.expect_status(201);
    let view = json!({ "name": mark, "page": "board", "query": "q=x" });
    let view = client.post("/views/add_view", view).await.expect_status(201);
    let stage = client.stage_id("interview").await;
    let csv = CSV_PREVIEW.replace("Moss", &mark);
    let csv = client
        .post_raw("/jobapps/import_csv", MULTIPART, csv)
        .await
        .expect_status(202);
    let import = import_confirmation(client, &mark).await;
    let sessions = client.get("/users/get_sessions").await.expect_status(200);
    let sessions = sessions["data"].as_array().expect("sessions");
    let session = sessions
        .iter()
        .find(|s| s["current"] == true)
        .expect("the current session");
    let caller = service::auth::authenticate_token(&server.services, client.token())
        .await
        .expect("caller");
    let mailbox = insert_mailbox(server, caller.tenant.id.0, caller.user.id.0, &mark).await;
    let coach = insert_coach(server, caller.tenant.id.0).await;
    let key = insert_key(server, caller.tenant.id.0, caller.user.id.0, &mark).await;
    let (endpoint, delivery) = insert_webhook(server, caller.tenant.id.0, caller.user.id.0, &mark).await;
    let group = insert_group(server, caller.tenant.id.0, &mark).await;
    let grant = json!({ "viewer_id": coach, "scope": "read" });
    let grant = client
        .post("/coaching/grant_access", grant)
        .await
        .expect_status(200);
    let request = insert_access_request(server, caller.tenant.id.0, caller.user.id.0, &mark).await;
    let comment = json!({ "jobapp_id": application["id"], "text": mark });
    let comment = client
        .post("/coaching/add_comment", comment)
        .await
        .expect_status(201);
    let id = application["id"].as_str().expect("an id");
    let mail = insert_messages(server, mailbox, id).await;
    insert_identity_provider(server, caller.tenant.id.0, &mark).await;
    let (colleague, invitation, token) = insert_colleague(server, &caller, &mark).await;
    let other = client
        .add_application(json!({ "job_title": mark, "company": mark }))
        .await;
    let part = client
        .add_application(json!({ "job_title": mark, "company": mark }))
        .await;
    let merge = json!({ "jobapp_id": other["id"], "other_id": part["id"] });
    let merge = client
        .post("/jobapps/merge_jobapps", merge)
        .await
        .expect_status(200);
    let subject = application["id"].as_str().expect("an id");
    service::auth::oauth::link_linkedin(&server.services, caller.user.id, subject)
        .await
        .expect("linked");
    let methods = client.get("/users/get_identities").await.expect_status(200);
    let identities = methods["data"]["identities"].as_array().expect("identities");
    let mails = client.get("/mail/get_mails").await.expect_status(200);
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    Ids::from([
        ("jobapp_id", text(&application["id"])),
        ("jobapp_ids", text(&application["id"])),
        (
            "target_tenant_id",
            insert_organization(server, caller.user.id.0).await.to_string(),
        ),
        ("other_id", text(&other["id"])),
        ("merge_id", text(&merge["data"]["merge_id"])),
        ("mail_ids", mail.to_string()),
        ("status_id", text(&stage)),
        ("status_ids", text(&stage)),
        ("move_to", text(&stage)),
        ("jobapp_note_id", text(&note["data"]["id"])),
        ("file_id", text(&file["data"]["id"])),
        ("contact_id", text(&contact["data"]["id"])),
        ("interview_id", text(&interview["data"]["id"])),
        ("task_id", text(&task["data"]["id"])),
        ("csv_import_id", text(&csv["data"]["id"])),
        ("view_id", text(&view["data"]["id"])),
        ("import_id", text(&import["data"]["id"])),
        ("mail_id", text(&mails["data"][0]["id"])),
        ("user_id", colleague.to_string()),
        ("user_ids", colleague.to_string()),
        ("group_id", group.to_string()),
        ("invitation_id", invitation.to_string()),
        (
            "domain_id",
            insert_domain(server, caller.tenant.id.0, &mark).await.to_string(),
        ),
        ("tenant_id", caller.tenant.id.to_string()),
        ("token", token),
        ("actor_id", caller.user.id.to_string()),
        ("owner_id", caller.user.id.to_string()),
        ("viewer_id", coach.to_string()),
        ("request_id", request.to_string()),
        ("grant_id", text(&grant["data"]["id"])),
        ("comment_id", text(&comment["data"]["id"])),
        ("session_id", text(&session["id"])),
        ("mailbox_id", mailbox.to_string()),
        ("key_id", key.to_string()),
        ("endpoint_id", endpoint.to_string()),
        ("delivery_id", delivery.to_string()),
        ("identity_id", text(&identities.last().expect("linked")["id"])),
    ])
}

/// Imports the confirmation of an application at this company.
async fn import_confirmation(client: &TestClient, company: &str) -> Value {
    let message = format!(
        "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{company}.eml\"\r\n\r\n\
         From: {company} <no-reply@us.greenhouse-mail.io>\r\nSubject: Thank you for applying to {company}\r\n\
         Message-ID: <{company}@mail.example>\r\nDate: 5 Jan 2026 10:00:00 +0000\r\n\r\n\
         Thank you for applying for the Baker position at {company}.\r\n--XyZ--\r\n"
    );
    let import = client
        .post_raw("/mail/import_mails", "multipart/form-data; boundary=XyZ", message)
        .await
        .expect_status(202);
    client.server.run_jobs().await;
    import
}

/// Replaces the API keys of the user by one, because the number of keys is limited.
pub async fn insert_key(server: &TestServer, tenant: Uuid, user: Uuid, mark: &str) -> Uuid {
    let sql = "with old as (delete from api_keys where tenant_id = $1 and user_id = $2),
               key as (
                 insert into api_keys (id, tenant_id, user_id, name, prefix, secret_hash, scopes, created_at)
                 select id, $1, $2, $3, left('jhx_' || id, 12), sha256(id::text::bytea), '{jobapps:read}', now()
                 from gen_random_uuid() id returning id
               )
               insert into api_key_usage (key_id, day, status_class, requests)
               select id, current_date, 2, 1 from key returning key_id";
    sqlx::query_scalar(sql)
        .bind(tenant)
        .bind(user)
        .bind(mark)
        .fetch_one(&server.owner)
        .await
        .expect("a key")
}

/// Replaces the webhook endpoints of the user by one with a delivery, because their number is limited. Nothing is ever sent to its address,
/// which is not public.
pub async fn insert_webhook(server: &TestServer, tenant: Uuid, user: Uuid, mark: &str) -> (Uuid, Uuid) {
    let sql = "with old as (delete from webhook_endpoints where tenant_id = $1 and owner_id = $2),
               endpoint as (
                 insert into webhook_endpoints
                   (tenant_id, owner_id, id, url, description, events, state, secret, position, created_at, updated_at)
                 values ($1, $2, gen_random_uuid(), 'https://192.0.2.1/' || $3, $3, '{*}', 'enabled', 'x', 0, now(), now())
                 returning tenant_id, owner_id, id
               )
               insert into webhook_deliveries
                 (tenant_id, owner_id, id, endpoint_id, event_id, type, order_key, number, payload, status, created_at)
               select tenant_id, owner_id, gen_random_uuid(), id, gen_random_uuid(), 'note.created', gen_random_uuid(), 1, $3,
                 'failed', now()
               from endpoint returning endpoint_id, id";
    sqlx::query_as(sql)
        .bind(tenant)
        .bind(user)
        .bind(mark)
        .fetch_one(&server.owner)
        .await
        .expect("a webhook")
}

/// Adds another member, who has a personal workspace, and an invitation to the caller's workspace. Returns the ids, and the token of the
/// invitation.
async fn insert_colleague(server: &TestServer, caller: &Caller, mark: &str) -> (Uuid, Uuid, String) {
    let sql = "with colleague as (
                 insert into users (id, email, email_normalized, created_at)
                 select id, id || '@example.org', id || '@example.org', now() from gen_random_uuid() id returning id
               ), membership as (
                 insert into memberships (tenant_id, user_id, role, display_name, joined_at)
                 select $1, id, 'member', $3, now() from colleague
               ), personal as (
                 insert into tenants (id, slug, name, kind, created_at)
                 select id, 'p' || replace(id::text, '-', ''), 'Personal', 'personal', now() from colleague returning id
               ), owner as (
                 insert into memberships (tenant_id, user_id, role, display_name, joined_at)
                 select p.id, c.id, 'owner', $3, now() from personal p, colleague c
               )
               insert into tenant_invitations
                 (id, tenant_id, email, email_normalized, role, message, invited_by, token_hash, created_at, expires_at)
               select gen_random_uuid(), $1, $3 || id, $3 || id, 'member', $3, $2, sha256(id::text::bytea), now(), now() + interval '9 years'
               from colleague
               returning id, substr(email, length($3) + 1)";
    let (invitation, token): (Uuid, String) = sqlx::query_as(sql)
        .bind(caller.tenant.id.0)
        .bind(caller.user.id.0)
        .bind(mark)
        .fetch_one(&server.owner)
        .await
        .expect("a colleague");
    (token.parse().expect("an id"), invitation, token)
}

/// Adds the settings of a sign-in provider unless the workspace has some. The secret is not a valid ciphertext.
async fn insert_identity_provider(server: &TestServer, tenant: Uuid, mark: &str) {
    let sql = "insert into tenant_identity_providers (tenant_id, issuer, client_id, client_secret, created_at, updated_at)
               values ($1, $2, $2, '', now(), now()) on conflict do nothing";
    sqlx::query(sql)
        .bind(tenant)
        .bind(mark)
        .execute(&server.owner)
        .await
        .expect("a provider");
}

/// Adds an email domain that is not verified.
async fn insert_domain(server: &TestServer, tenant: Uuid, mark: &str) -> Uuid {
    let sql = "insert into tenant_domains (id, tenant_id, domain, token, created_at)
               select id, $1, lower($2) || '-' || id || '.example', id::text, now() from gen_random_uuid() id returning id";
    sqlx::query_scalar(sql)
        .bind(tenant)
        .bind(mark)
        .fetch_one(&server.owner)
        .await
        .expect("a domain")
}

/// Stores two messages about an application. Returns the id of one of them.
pub async fn insert_messages(server: &TestServer, mailbox: Uuid, application: &str) -> Uuid {
    let sql = "insert into mail_messages
                 (tenant_id, owner_id, id, mailbox_id, message_id, subject, sender, sent_at, kind, confidence, application_id, recorded_at)
               select b.tenant_id, b.owner_id, gen_random_uuid(), b.id, gen_random_uuid(), '', '', now(), 'viewed', 1, $2::uuid, now()
               from mailboxes b cross join generate_series(1, 2) where b.id = $1 returning id";
    let ids: Vec<Uuid> = sqlx::query_scalar(sql)
        .bind(mailbox)
        .bind(application)
        .fetch_all(&server.owner)
        .await
        .expect("messages");
    *ids.first().expect("a message")
}

/// Adds a coach to the workspace unless this function has added one before.
pub async fn insert_coach(server: &TestServer, tenant: Uuid) -> Uuid {
    let email = format!("coach-{tenant}@example.org");
    let sql = "insert into users (id, email, email_normalized, created_at) values (gen_random_uuid(), $1, $1, now())
               on conflict (email_normalized) do update set email = excluded.email returning id";
    let coach: Uuid = sqlx::query_scalar(sql)
        .bind(&email)
        .fetch_one(&server.owner)
        .await
        .expect("user");
    let sql = "insert into memberships (tenant_id, user_id, role, display_name, joined_at)
               values ($1, $2, 'coach', 'Coach', now()) on conflict do nothing";
    sqlx::query(sql)
        .bind(tenant)
        .bind(coach)
        .execute(&server.owner)
        .await
        .expect("membership");
    coach
}

/// Adds another workspace, which the user owns.
async fn insert_organization(server: &TestServer, user: Uuid) -> Uuid {
    let sql = "with t as (
                 insert into tenants (id, slug, name, kind, created_at)
                 select u.id, 'x' || replace(u.id::text, '-', ''), 'Other', 'organization', now() from gen_random_uuid() u (id)
                 returning id
               ), m as (
                 insert into memberships (tenant_id, user_id, role, display_name, joined_at)
                 select id, $1, 'owner', 'Owner', now() from t returning tenant_id
               )
               insert into stages (tenant_id, id, kind, name, position, created_at)
               select tenant_id, gen_random_uuid(), k.kind, k.kind, k.n, now() from m
               cross join unnest(array['to_apply', 'applied', 'screening', 'interview', 'offer']) with ordinality k (kind, n)
               returning tenant_id";
    sqlx::query_scalar(sql)
        .bind(user)
        .fetch_one(&server.owner)
        .await
        .expect("organization")
}

/// Adds an empty group to the workspace, whatever the role of the caller.
async fn insert_group(server: &TestServer, tenant: Uuid, mark: &str) -> Uuid {
    let sql = "insert into groups (tenant_id, id, name, name_key, created_at)
               select $1, id, $2 || ' ' || left(id::text, 8), lower($2) || ' ' || left(id::text, 8), now()
               from gen_random_uuid() id returning id";
    sqlx::query_scalar(sql)
        .bind(tenant)
        .bind(mark)
        .fetch_one(&server.owner)
        .await
        .expect("group")
}

/// Inserts a pending request for access to this user, by a coach who has no grant.
pub async fn insert_access_request(server: &TestServer, tenant: Uuid, owner: Uuid, message: &str) -> Uuid {
    let sql = "with viewer as (
                 insert into users (id, email, email_normalized, created_at)
                 select id, id || '@example.org', id || '@example.org', now() from gen_random_uuid() id returning id
               ), membership as (
                 insert into memberships (tenant_id, user_id, role, display_name, joined_at)
                 select $1, id, 'coach', $3, now() from viewer
               )
               insert into access_requests (tenant_id, id, owner_id, viewer_id, scope, message, state, created_at)
               select $1, gen_random_uuid(), $2, id, 'comment', $3, 'pending', now() from viewer returning id";
    sqlx::query_scalar(sql)
        .bind(tenant)
        .bind(owner)
        .bind(message)
        .fetch_one(&server.owner)
        .await
        .expect("request")
}

/// Connects a Gmail mailbox whose access was revoked, so that no sync starts. Its stored token is not a valid ciphertext.
pub async fn insert_mailbox(server: &TestServer, tenant: Uuid, owner: Uuid, address: &str) -> Uuid {
    let sql = "with mailbox as (
                 insert into mailboxes (tenant_id, id, owner_id, kind, address, state, created_at)
                 values ($1, gen_random_uuid(), $2, 'gmail', $3 || gen_random_uuid()::text, 'reconnect_required', now())
                 returning *)
               insert into mailbox_tokens (tenant_id, mailbox_id, owner_id, access_token)
               select tenant_id, id, owner_id, '' from mailbox returning mailbox_id";
    sqlx::query_scalar(sql)
        .bind(tenant)
        .bind(owner)
        .bind(address)
        .fetch_one(&server.owner)
        .await
        .expect("mailbox")
}
