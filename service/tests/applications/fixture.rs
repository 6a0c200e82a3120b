//! A user with applications and email.

use chrono::TimeDelta;
use domain::{
    JobApplicationId,
    jobapps::{
        AddApplicationInput, ApplicationDetail, ApplicationRef, BoardCard, JobApplication,
        ListApplicationsInput, UpdateApplicationInput,
    },
};
use service::{Services, background::run_until_idle, context::Caller, jobapps, mail, testing::TestApp};
use sqlx::{AssertSqlSafe, PgPool};
use std::sync::Arc;

pub struct Fixture {
    pub app: TestApp,
    pub services: Arc<Services>,
    pub ada: Caller,
}

impl Fixture {
    /// It is noon on 15 March 2026.
    pub async fn new(pool: PgPool) -> Self {
        let database = pool.connect_options().get_database().expect("a name").to_owned();
        let app = TestApp::new(pool).expect("app");
        let mut services = app.services.clone();
        services.data_dir = services.data_dir.join(database);
        let services = Arc::new(services);
        let ada = app.register_user("ada").await.expect("registered");
        Self { app, services, ada }
    }

    /// Adds an application of today.
    pub async fn add(&self, company: &str, title: &str) -> JobApplication {
        let input = AddApplicationInput {
            job_title: title.into(),
            company: company.into(),
            ..AddApplicationInput::default()
        };
        jobapps::add(&self.services, &self.ada, None, input)
            .await
            .expect("added")
    }

    /// Imports messages: the company, the title, the text and the day of the year 2026 of each.
    pub async fn import(&self, messages: &[Vec<u8>]) {
        let mut upload = mail::begin_import(&self.services, &self.ada, None)
            .await
            .expect("begun");
        for message in messages {
            upload.start_file("message.eml").await.expect("a file");
            upload.write(message).await.expect("written");
        }
        upload.finish().await.expect("enqueued");
        run_until_idle(&self.services).await.expect("jobs run");
    }

    pub async fn detail(&self, id: JobApplicationId) -> ApplicationDetail {
        self.find(id).await.expect("an application")
    }

    pub async fn find(&self, id: JobApplicationId) -> Option<ApplicationDetail> {
        jobapps::get_detail(&self.services, &self.ada, ApplicationRef { jobapp_id: id })
            .await
            .ok()
    }

    /// The only application at this company.
    pub async fn at(&self, company: &str) -> JobApplication {
        let found: Vec<JobApplication> = self
            .list()
            .await
            .into_iter()
            .filter(|a| a.company.as_deref() == Some(company))
            .collect();
        assert_eq!(found.len(), 1, "applications at {company}: {found:?}");
        found.into_iter().next().expect("one")
    }

    pub async fn list(&self) -> Vec<JobApplication> {
        let input = domain::jobapps::ListApplicationsInput::default();
        jobapps::list(&self.services, &self.ada, input)
            .await
            .expect("listed")
            .data
    }

    pub async fn card(&self, id: JobApplicationId) -> BoardCard {
        let board = jobapps::get_board(&self.services, &self.ada, ListApplicationsInput::default(), &[])
            .await
            .expect("board");
        let mut cards = board
            .columns
            .into_iter()
            .flat_map(|c| c.open.into_iter().chain(c.closed));
        cards.find(|card| card.id == id).expect("a card")
    }

    pub async fn update(&self, input: UpdateApplicationInput) -> JobApplication {
        jobapps::move_stage(&self.services, &self.ada, input)
            .await
            .expect("updated")
    }

    pub fn advance_days(&self, days: i64) {
        self.app.clock.advance(TimeDelta::days(days));
    }

    /// Runs the daily sweeps of all workspaces.
    pub async fn sweep(&self) {
        jobapps::schedule_sweeps(&self.services).await.expect("scheduled");
        self.execute("update background_jobs set run_at = now() where kind = 'sweep_silence'")
            .await;
        run_until_idle(&self.services).await.expect("jobs run");
    }

    /// Executes a statement as the owner of the database.
    pub async fn execute(&self, sql: &str) {
        sqlx::query(AssertSqlSafe(sql.to_owned()))
            .execute(&self.app.owner)
            .await
            .expect("executed");
    }

    /// A number, read as the owner of the database.
    pub async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_one(&self.app.owner)
            .await
            .expect("counted")
    }
}

/// An email from the platform of an employer; `day` is a date such as `20 Mar 2026`.
pub fn email(company: &str, subject: &str, day: &str, text: &str) -> Vec<u8> {
    let id: String = format!("{company}{subject}{day}").split_whitespace().collect();
    format!(
        "From: {company} <no-reply@us.greenhouse-mail.io>\nTo: ada@inbox.example\nSubject: {subject}\n\
         Message-ID: <{id}@mail.example>\nDate: {day} 10:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    )
    .into_bytes()
}

pub fn confirmation(company: &str, title: &str, day: &str) -> Vec<u8> {
    let text = format!(
        "Thank you for applying for the {title} position at {company}.\n\
         We have received your application and will read it with care."
    );
    email(
        company,
        &format!("Thank you for applying to {company}"),
        day,
        &text,
    )
}
