//! Interviews created from calendar invitations in emails.

use super::import;
use crate::support::{TestClient, TestServer};
use serde_json::{Value, json};
use sqlx::PgPool;

/// An email with a calendar part with this method, sequence number and time, sent in January 2026.
fn invitation(id: &str, day: u32, method: &str, sequence: u32, event: &str) -> String {
    let (subject, text) = match method {
        "CANCEL" => (
            "Cancelled: Interview, Data Analyst at Moss",
            "This event has been cancelled and removed from your calendar.",
        ),
        _ if sequence > 0 => (
            "Updated invitation: Interview, Data Analyst at Moss",
            "This event has been changed.",
        ),
        _ => (
            "Interview for the Data Analyst position at Moss",
            "We would like to invite you to an interview for the Data Analyst position at Moss. Please find the invitation attached.",
        ),
    };
    format!(
        "From: Moss Recruiting <jobs@moss.example>\r\nSubject: {subject}\r\nMessage-ID: <{id}@moss.example>\r\n\
         Date: {day} Jan 2026 10:00:00 +0000\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n\
         --b\r\nContent-Type: text/calendar; method={method}\r\n\r\n\
         BEGIN:VCALENDAR\r\nPRODID:-//Moss//EN\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:17@moss.example\r\n\
         SEQUENCE:{sequence}\r\n{event}END:VEVENT\r\nEND:VCALENDAR\r\n--b--\r\n"
    )
}

/// This hour on 20 January, Berlin time.
fn at(hour: u32) -> String {
    format!(
        "DTSTART;TZID=Europe/Berlin:20260120T{hour:02}0000\r\nDTEND;TZID=Europe/Berlin:20260120T{:02}0000\r\n\
         LOCATION:https://meet.example/{hour}\r\n",
        hour + 1
    )
}

fn confirmation() -> String {
    "From: Moss <no-reply@us.greenhouse-mail.io>\r\nSubject: Thank you for applying to Moss\r\nMessage-ID: <c@mail.example>\r\n\
     Date: 5 Jan 2026 10:00:00 +0000\r\n\r\nThank you for applying for the Data Analyst position at Moss.\r\n"
        .to_owned()
}

fn first() -> String {
    invitation("a", 10, "REQUEST", 0, &at(14))
}

fn moved() -> String {
    invitation("b", 11, "REQUEST", 1, &at(16))
}

fn cancelled() -> String {
    invitation("c", 12, "CANCEL", 2, "STATUS:CANCELLED\r\n")
}

async fn import_message(client: &TestClient, message: &str) {
    import(client, &[("file", "a.eml", message)]).await;
}

async fn interviews(client: &TestClient) -> Vec<Value> {
    let list = client.get("/interviews/get_interviews").await;
    list.expect_status(200)["data"]
        .as_array()
        .expect("a list")
        .clone()
}

/// When the only interview begins, and whether it is cancelled.
async fn only_interview(client: &TestClient) -> (String, bool) {
    let interviews = interviews(client).await;
    let [interview] = interviews.as_slice() else {
        panic!("not one interview: {interviews:?}")
    };
    let start = interview["starts_at"].as_str().expect("a time").to_owned();
    (start, interview["cancelled_at"].is_string())
}

async fn mail_id(client: &TestClient, message_id: &str) -> Value {
    let list = client.get("/mail/get_mails").await.expect_status(200);
    let mails = list["data"].as_array().expect("a list");
    let mail = mails.iter().find(|mail| {
        let id = mail["message_id"].as_str().expect("an id");
        id.trim_matches(['<', '>']) == message_id
    });
    mail.unwrap_or_else(|| panic!("no {message_id} in {mails:?}"))["id"].clone()
}

async fn undo(client: &TestClient, message_id: &str) {
    let mail = mail_id(client, message_id).await;
    client
        .post("/mail/undo_mail", json!({"mail_id": mail}))
        .await
        .expect_status(200);
}

fn utc(hour: u32) -> String {
    format!("2026-01-20T{:02}:00:00Z", hour - 1)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invitation_makes_an_interview_with_zone_and_location(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    import_message(&ada, &confirmation()).await;
    import_message(&ada, &first()).await;
    let interview = interviews(&ada).await.remove(0);
    assert_eq!(
        (&interview["starts_at"], &interview["ends_at"]),
        (&json!(utc(14)), &json!(utc(15)))
    );
    assert_eq!(interview["time_zone"], "Europe/Berlin");
    assert_eq!(
        (&interview["kind"], &interview["place"]),
        (&json!("video"), &json!("https://meet.example/14"))
    );
    assert_eq!(interview["mail_id"], mail_id(&ada, "a@moss.example").await);
    // The same message from another source, with other line endings.
    import(&ada, &[("file", "b.eml", &first().replace("\r\n", "\n"))]).await;
    assert_eq!(only_interview(&ada).await, (utc(14), false));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn interview_is_moved_and_cancelled_in_whatever_order_the_emails_arrive(pool: PgPool) {
    let server = TestServer::new(pool);
    let messages = [first(), moved(), cancelled()];
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for (n, order) in orders.into_iter().enumerate() {
        let client = server.register(&format!("user{n}")).await;
        import_message(&client, &confirmation()).await;
        for index in order {
            import_message(&client, &messages[index]).await;
        }
        assert_eq!(only_interview(&client).await, (utc(16), true), "{order:?}");
    }
    let together = server.register("together").await;
    let files = [
        ("file", "a.eml", messages[2].as_str()),
        ("file", "b.eml", messages[0].as_str()),
        ("file", "c.eml", messages[1].as_str()),
    ];
    import(&together, &files).await;
    assert_eq!(only_interview(&together).await, (utc(16), true));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn older_or_equal_version_of_an_invitation_changes_nothing(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    import_message(&ada, &confirmation()).await;
    import_message(&ada, &moved()).await;
    import_message(&ada, &first()).await;
    import_message(&ada, &invitation("d", 12, "REQUEST", 1, &at(18))).await;
    import_message(&ada, &invitation("e", 13, "CANCEL", 0, &at(14))).await;
    // The reply of a guest is not a new version of the invitation.
    import_message(&ada, &invitation("f", 14, "REPLY", 5, &at(20))).await;
    assert_eq!(only_interview(&ada).await, (utc(16), false));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undo_takes_back_what_one_email_did_to_an_interview(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    for message in [confirmation(), first(), moved(), cancelled()] {
        import_message(&ada, &message).await;
    }
    undo(&ada, "c@moss.example").await;
    assert_eq!(only_interview(&ada).await, (utc(16), false));
    undo(&ada, "b@moss.example").await;
    assert_eq!(only_interview(&ada).await, (utc(14), false));
    undo(&ada, "a@moss.example").await;
    assert!(interviews(&ada).await.is_empty());
    // The undo is remembered: importing the message again does not create the interview.
    import_message(&ada, &first()).await;
    assert!(interviews(&ada).await.is_empty());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn interview_that_a_person_changed_or_deleted_is_not_changed_by_email(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    for client in [&ada, &ben] {
        import_message(client, &confirmation()).await;
        import_message(client, &first()).await;
    }
    let id = interviews(&ada).await[0]["id"].clone();
    let update = json!({"interview_id": id, "starts_at": "2026-01-20T08:00:00Z"});
    ada.post("/interviews/update_interview", update)
        .await
        .expect_status(200);
    import_message(&ada, &moved()).await;
    import_message(&ada, &cancelled()).await;
    let edited = ("2026-01-20T08:00:00Z".to_owned(), false);
    assert_eq!(only_interview(&ada).await, edited);
    for message in ["a", "b", "c"] {
        undo(&ada, &format!("{message}@moss.example")).await;
    }
    assert_eq!(only_interview(&ada).await, edited);

    let delete = json!({"interview_id": interviews(&ben).await[0]["id"]});
    ben.post("/interviews/delete_interview", delete)
        .await
        .expect_status(204);
    import_message(&ben, &moved()).await;
    assert!(interviews(&ben).await.is_empty());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn interview_follows_its_email_when_applications_are_split_or_a_merge_is_undone(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    import_message(&ada, &confirmation()).await;
    import_message(&ada, &first()).await;
    let before = interviews(&ada).await.remove(0);
    let split =
        json!({"jobapp_id": before["jobapp_id"], "mail_ids": [mail_id(&ada, "a@moss.example").await]});
    let split = ada.post("/jobapps/split_jobapp", split).await.expect_status(201);
    let other = &split["data"]["other"]["id"];
    let after = interviews(&ada).await.remove(0);
    assert_eq!((&after["jobapp_id"], &after["id"]), (other, &before["id"]));

    let merge = json!({"jobapp_id": before["jobapp_id"], "other_id": other});
    let merged = ada.post("/jobapps/merge_jobapps", merge).await.expect_status(200);
    assert_eq!(interviews(&ada).await[0]["jobapp_id"], before["jobapp_id"]);
    import_message(&ada, &moved()).await;
    let undo = json!({"merge_id": merged["data"]["merge_id"]});
    ada.post("/jobapps/undo_merge", undo).await.expect_status(200);
    let mut of_other = interviews(&ada).await;
    of_other.retain(|interview| &interview["jobapp_id"] == other);
    assert_eq!(of_other.len(), 1);
    assert_eq!(of_other[0]["starts_at"], utc(14));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invitation_that_is_not_about_an_application_makes_no_interview(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let dinner = first()
        .replace("Interview for the Data Analyst position at Moss", "Dinner on Tuesday")
        .replace(
            "We would like to invite you to an interview for the Data Analyst position at Moss. Please find the invitation attached.",
            "Shall we eat at my place?",
        );
    import_message(&ada, &dinner).await;
    assert!(interviews(&ada).await.is_empty());
}
