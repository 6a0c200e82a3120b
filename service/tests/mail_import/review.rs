//! Messages that wait for a decision are matched again.

use crate::import_fixture::{ImportFixture, confirmation, mbox};
use sqlx::PgPool;

/// A rejection without a title, which belongs to the only open application at the company, or else is a question.
fn untitled_rejection(company: &str, day: usize) -> Vec<u8> {
    format!(
        "From: {company} <no-reply@us.greenhouse-mail.io>\nTo: ada@inbox.example\nSubject: Your application to {company}\n\
         Message-ID: <no-{company}@mail.example>\nDate: {day} Feb 2026 10:00:00 +0000\n\n\
         Unfortunately, we will not be moving forward with your application.\n"
    )
    .into_bytes()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn oldest_of_many_waiting_messages_is_matched_when_its_application_is_added(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let mut messages = vec![untitled_rejection("Moss", 1)];
    messages.extend((0..520).map(|n| untitled_rejection(&format!("Fern {n}"), 2 + n % 20)));
    fixture
        .import(&fixture.ada, &[("a.mbox", &mbox(&messages))])
        .await;
    let waiting = "select count(*)::text from mail_messages where decision = 'review'";
    assert_eq!(fixture.rows(waiting).await, ["521"]);
    let first = [confirmation("Moss", "Baker", 60)];
    fixture.import(&fixture.ada, &[("b.mbox", &mbox(&first))]).await;
    assert_eq!(fixture.rows(waiting).await, ["520"]);
    let outcomes = "select company || ' ' || coalesce(outcome, 'open') from job_applications";
    assert_eq!(fixture.rows(outcomes).await, ["Moss rejected"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn interview_by_phone_only_in_its_text_moves_to_the_phone_stage(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let invitation = b"From: Moss <no-reply@us.greenhouse-mail.io>\nTo: ada@inbox.example\nSubject: Your application to Moss\n\
         Message-ID: <yes-moss@mail.example>\nDate: 20 Feb 2026 10:00:00 +0000\n\n\
         Thank you for your patience.\n\nWe would like to invite you to an interview for the Baker position. The interview will take place \
         by phone and takes about 30 minutes.\n";
    let messages = [confirmation("Moss", "Baker", 5), invitation.to_vec()];
    fixture
        .import(&fixture.ada, &[("a.mbox", &mbox(&messages))])
        .await;
    let stages = "select s.name from job_applications a join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id";
    assert_eq!(fixture.rows(stages).await, ["Phone Screen"]);
}
