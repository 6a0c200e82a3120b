//! Names of companies that a user stated, and later email with the other name.

use crate::fixture::{Fixture, confirmation, email};
use domain::{
    JobApplicationId,
    inbox::{DecideMailInput, ListInboxInput, MailChoice, MailRef},
    jobapps::{EditApplicationInput, Outcome},
};
use service::{jobapps, mail};
use sqlx::PgPool;

fn rejection(company: &str, title: &str, day: &str) -> Vec<u8> {
    let text = format!(
        "Thank you for applying for the {title} position at {company}.\n\
         Unfortunately, we will not be moving forward with your application."
    );
    email(company, &format!("Your application to {company}"), day, &text)
}

async fn rename(fixture: &Fixture, jobapp_id: JobApplicationId, company: &str) {
    let version = fixture.detail(jobapp_id).await.jobapp.version;
    let input = serde_json::json!({ "jobapp_id": jobapp_id, "version": version, "company": company });
    let input: EditApplicationInput = serde_json::from_value(input).expect("an input");
    jobapps::edit(&fixture.services, &fixture.ada, input)
        .await
        .expect("renamed");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn email_with_the_former_name_belongs_to_the_renamed_application(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture
        .import(&[confirmation("Tessera", "Baker", "1 Mar 2026")])
        .await;
    let id = fixture.at("Tessera").await.id;
    rename(&fixture, id, "Mosaic Works").await;
    fixture
        .import(&[
            rejection("Tessera", "Baker", "10 Mar 2026"),
            confirmation("Tessera", "Cook", "11 Mar 2026"),
        ])
        .await;
    let list = fixture.list().await;
    let companies: Vec<Option<&str>> = list.iter().map(|a| a.company.as_deref()).collect();
    assert_eq!(companies, [Some("Mosaic Works"); 2]);
    assert_eq!(fixture.detail(id).await.jobapp.outcome, Some(Outcome::Rejected));
    // With its former name, the other name says nothing any more.
    rename(&fixture, id, "Tessera").await;
    fixture
        .import(&[confirmation("Tessera", "Clerk", "12 Mar 2026")])
        .await;
    let list = fixture.list().await;
    let clerk = list.iter().find(|a| a.job_title.as_deref() == Some("Clerk"));
    assert_eq!(clerk.and_then(|a| a.company.as_deref()), Some("Tessera"));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn company_chosen_for_an_email_is_that_of_later_email_until_it_is_undone(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let id = fixture.add("Mosaic Works", "Baker").await.id;
    let unclear = email(
        "Tessera",
        "Your application to Tessera",
        "20 Mar 2026",
        "Thank you for your interest in Tessera.\n\
         Unfortunately, we will not be moving forward with your application.",
    );
    fixture.advance_days(10);
    fixture.import(&[unclear]).await;
    let waiting = mail::get_review(&fixture.services, &fixture.ada, ListInboxInput::default())
        .await
        .expect("a review")
        .data;
    let mail_id = waiting.first().expect("an email").mail.id;
    let input = DecideMailInput {
        mail_id,
        decision: MailChoice::Change,
        jobapp_id: Some(id),
        new: false,
        company: None,
        job_title: None,
        kind: None,
        remember: false,
    };
    mail::decide_mail(&fixture.services, &fixture.ada, input)
        .await
        .expect("decided");
    fixture
        .import(&[confirmation("Tessera", "Cook", "21 Mar 2026")])
        .await;
    let titles = |company: &'static str| {
        let fixture = &fixture;
        async move {
            let list = fixture.list().await;
            list.iter()
                .filter(|a| a.company.as_deref() == Some(company))
                .count()
        }
    };
    assert_eq!((titles("Mosaic Works").await, titles("Tessera").await), (2, 0));
    mail::undo_mail(&fixture.services, &fixture.ada, MailRef { mail_id })
        .await
        .expect("undone");
    fixture
        .import(&[confirmation("Tessera", "Clerk", "22 Mar 2026")])
        .await;
    assert_eq!((titles("Mosaic Works").await, titles("Tessera").await), (2, 1));
}
