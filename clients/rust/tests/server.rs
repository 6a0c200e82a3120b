//! Against the running server, which `scripts/clients test` starts.

use futures_util::TryStreamExt;
use jobhax_client::{
    ChangeFeedOptions, Client, Error, ErrorExt, Settings,
    types::{ChangeData, ErrorCode, FileKind, JobApplication, Outcome, Scope, StageKind},
};
use std::sync::atomic::{AtomicU32, Ordering};

static USERS: AtomicU32 = AtomicU32::new(0);

fn server_url() -> String {
    std::env::var("JOBHAX_URL").expect("run the tests with `scripts/clients test`")
}

/// A client with the API key of a new user.
async fn new_account(scopes: &[Scope]) -> Client {
    let url = server_url();
    let number = USERS.fetch_add(1, Ordering::Relaxed);
    let email = format!("rust-{}-{number}@example.org", std::process::id());
    let visitor = Client::with_settings(&url, Settings::default()).unwrap();
    let register = visitor
        .register()
        .body_map(|body| body.email(email).password("quiet otters read maps at dusk"));
    let token = register.send().await.unwrap().into_inner().data.access_token;
    let owner = Client::with_api_key(&url, &token).unwrap();
    let add_key = owner
        .add_key()
        .body_map(|body| body.name("Tests").scopes(scopes.to_vec()));
    let key = add_key.send().await.unwrap().into_inner().data.secret;
    Client::with_api_key(&url, &key).unwrap()
}

async fn new_owner() -> Client {
    new_account(&[Scope::JobappsRead, Scope::JobappsWrite]).await
}

async fn add(jobhax: &Client, title: &str) -> JobApplication {
    let request = jobhax
        .add_jobapp()
        .body_map(|body| body.job_title(title).company("Hearth"));
    request.send().await.unwrap().into_inner().data
}

fn code(error: &Error) -> ErrorCode {
    error.problem().expect("the server has responded").code
}

#[tokio::test]
async fn application_that_is_added_is_read_and_changed() {
    let jobhax = new_owner().await;
    let added = add(&jobhax, "Baker").await;
    let stages = jobhax.get_statuses().send().await.unwrap().into_inner().data;
    let interview = stages
        .into_iter()
        .find(|stage| stage.kind == StageKind::Interview)
        .unwrap();
    let update = jobhax.update_jobapp().body_map(|body| {
        let body = body.jobapp_id(added.id).version(added.version);
        body.status_id(interview.id).outcome(Outcome::Rejected)
    });
    update.send().await.unwrap();
    let detail = jobhax
        .get_jobapp_detail()
        .jobapp_id(added.id)
        .send()
        .await
        .unwrap()
        .into_inner()
        .data;
    assert_eq!(detail.jobapp.application_status.id, interview.id);
    assert_eq!(detail.jobapp.outcome, Some(Outcome::Rejected));
    jobhax
        .delete_jobapp()
        .body_map(|body| body.jobapp_id(added.id))
        .send()
        .await
        .unwrap();
    let error = jobhax
        .get_jobapp_detail()
        .jobapp_id(added.id)
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&error), ErrorCode::NotFound);
}

#[tokio::test]
async fn application_with_the_same_key_is_added_once() {
    let jobhax = new_owner().await;
    let request = jobhax
        .add_jobapp()
        .idempotency_key("once")
        .body_map(|body| body.job_title("Baker").company("Hearth"));
    let first = request.clone().send().await.unwrap().into_inner().data;
    let second = request.send().await.unwrap().into_inner().data;
    assert_eq!(first.id, second.id);
}

#[tokio::test]
async fn stream_reads_all_pages_with_their_filters() {
    let jobhax = new_owner().await;
    for title in ["Baker", "Potter", "Librarian", "Gardener", "Tram Driver"] {
        add(&jobhax, title).await;
    }
    let all: Vec<_> = jobhax
        .get_jobapps()
        .limit(2)
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(all.len(), 5);
    let drivers: Vec<_> = jobhax
        .get_jobapps()
        .q("driver")
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(drivers.len(), 1);
}

#[tokio::test]
async fn invalid_input_is_an_error_with_its_fields() {
    let jobhax = new_owner().await;
    let request = jobhax
        .add_jobapp()
        .body_map(|body| body.job_title("").company("Hearth"));
    let error = request.send().await.unwrap_err();
    assert_eq!(code(&error), ErrorCode::Invalid);
    let fields: Vec<_> = error
        .problem()
        .unwrap()
        .errors
        .iter()
        .map(|error| error.field.as_str())
        .collect();
    assert_eq!(fields, ["job_title"]);
}

#[tokio::test]
async fn missing_scope_and_missing_key_are_errors() {
    let reader = new_account(&[Scope::JobappsRead]).await;
    let request = reader
        .add_jobapp()
        .body_map(|body| body.job_title("Baker").company("Hearth"));
    let error = request.send().await.unwrap_err();
    assert_eq!(code(&error), ErrorCode::ScopeMissing);
    assert_eq!(error.problem().unwrap().scope, Some(Scope::JobappsWrite));
    let visitor = Client::with_settings(&server_url(), Settings::default()).unwrap();
    let error = visitor.get_statuses().send().await.unwrap_err();
    assert_eq!(code(&error), ErrorCode::Unauthorized);
}

async fn titles(jobhax: &Client, options: ChangeFeedOptions) -> (Vec<Option<String>>, Option<String>) {
    let mut feed = jobhax.changes(options);
    let mut titles = Vec::new();
    while let Some(change) = feed.next().await.unwrap() {
        let Some(ChangeData::JobApplication(application)) = change.data else {
            panic!("not an application: {change:?}");
        };
        titles.push(application.job_title);
    }
    (titles, feed.cursor().map(str::to_owned))
}

#[tokio::test]
async fn feed_delivers_every_change_and_resumes_after_its_cursor() {
    let jobhax = new_owner().await;
    for title in ["Baker", "Potter", "Librarian"] {
        add(&jobhax, title).await;
    }
    let options = ChangeFeedOptions {
        types: Some("jobapp.*".into()),
        limit: Some(2),
        ..Default::default()
    };
    let (first, cursor) = titles(&jobhax, options.clone()).await;
    assert_eq!(
        first,
        ["Baker", "Potter", "Librarian"].map(|title| Some(title.to_owned()))
    );
    add(&jobhax, "Gardener").await;
    let (later, _) = titles(&jobhax, ChangeFeedOptions { cursor, ..options }).await;
    assert_eq!(later, [Some("Gardener".to_owned())]);
}

#[tokio::test]
async fn interrupted_feed_repeats_its_page() {
    let jobhax = new_owner().await;
    for title in ["Baker", "Potter", "Librarian"] {
        add(&jobhax, title).await;
    }
    let options = ChangeFeedOptions {
        types: Some("jobapp.*".into()),
        limit: Some(2),
        ..Default::default()
    };
    let mut feed = jobhax.changes(options.clone());
    feed.next().await.unwrap();
    assert_eq!(feed.cursor(), None);
    feed.next().await.unwrap();
    let cursor = feed.cursor().map(str::to_owned);
    let (rest, _) = titles(&jobhax, ChangeFeedOptions { cursor, ..options }).await;
    assert_eq!(rest, [Some("Librarian".to_owned())]);
}

#[tokio::test]
async fn followed_feed_waits_for_a_change() {
    let jobhax = new_owner().await;
    let options = ChangeFeedOptions {
        types: Some("jobapp.*".into()),
        follow: true,
        ..Default::default()
    };
    let mut feed = jobhax.changes(options);
    let (change, _) = tokio::join!(feed.next(), add(&jobhax, "Potter"));
    assert_eq!(change.unwrap().unwrap().type_.to_string(), "jobapp.created");
}

#[tokio::test]
async fn file_is_uploaded_and_downloaded() {
    let jobhax = new_owner().await;
    let application = add(&jobhax, "Baker").await;
    let content = b"Bread and more bread.".to_vec();
    let added = jobhax
        .add_file(
            application.id,
            FileKind::CoverLetter,
            "cover letter.txt",
            content.clone(),
        )
        .await
        .unwrap();
    assert_eq!(added.bytes, 21);
    let stream = jobhax
        .get_file()
        .file_id(added.id)
        .send()
        .await
        .unwrap()
        .into_inner_stream();
    let chunks: Vec<_> = stream.try_collect().await.unwrap();
    assert_eq!(chunks.concat(), content);
    let error = jobhax
        .add_file(application.id, FileKind::Other, "virus.exe", b"MZ\x90\0".to_vec())
        .await
        .unwrap_err();
    assert_eq!(code(&error), ErrorCode::UnsupportedMediaType);
}

#[tokio::test]
async fn csv_file_is_imported() {
    let jobhax = new_owner().await;
    jobhax
        .import_csv(
            "applications.csv",
            b"Company,Title\nHearth,Baker\n".to_vec(),
            true,
        )
        .await
        .unwrap();
}

#[tokio::test]
async fn value_is_removed_by_null() {
    let jobhax = new_owner().await;
    let request = jobhax.add_jobapp().body_map(|body| {
        body.job_title("Baker")
            .company("Hearth")
            .location(Some("Leeds".to_owned()))
    });
    let added = request.send().await.unwrap().into_inner().data;
    assert_eq!(added.location.as_deref(), Some("Leeds"));
    let body = serde_json::json!({ "jobapp_id": added.id, "version": added.version, "location": null });
    let edited: JobApplication = jobhax.post_json("/api/jobapps/edit_jobapp", &body).await.unwrap();
    assert_eq!(edited.location, None);
    let error = jobhax
        .post_json::<JobApplication>("/api/jobapps/edit_jobapp", &body)
        .await
        .unwrap_err();
    assert_eq!(code(&error), ErrorCode::VersionConflict);
}
