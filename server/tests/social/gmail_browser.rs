//! Gmail, connected and ended in a browser. OA-1, OA-2, OA-14 to OA-16; AZ-1.

use crate::{
    browser::{Browser, parameter},
    gmail::{ME, four, site, state, work},
    site::{Answer, Site},
};
use serde_json::json;
use sqlx::PgPool;

const READ: &str = "https://www.googleapis.com/auth/gmail.readonly";

/// The body of a form that goes to Google for mail of the workspace of this board.
fn wish(board: &str) -> String {
    format!(
        "purpose=gmail&next={}",
        board.replace("/board", "/import").replace('/', "%2F")
    )
}

/// Goes to Google, says yes, and comes back with a code.
async fn agree(site: &Site, browser: &mut Browser, board: &str) -> (String, Answer) {
    let url = browser.begin(site, "google", &wish(board)).await;
    let back = came_back(&url);
    let answer = browser.get(site, &back).await;
    (url, answer)
}

/// The way back from Google, with a code.
fn came_back(url: &str) -> String {
    format!("/auth/google/callback?code=c&state={}", parameter(url, "state"))
}

/// OA-1, OA-2, OA-14: asked for when it is wanted, and no more than is wanted.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_browser_connects_gmail_and_ends_it(pool: PgPool) {
    let (double, site, _) = site(pool).await;
    four(&double);
    let mut ada = Browser::default();
    let board = ada.register(&site, "eve@inbox.example").await;
    let import = board.replace("/board", "/import");
    double.say(
        "POST /token",
        200,
        json!({"access_token": "ya29.a", "refresh_token": "1//r", "expires_in": 3599, "token_type": "Bearer", "scope": READ}),
    );
    let (url, answer) = agree(&site, &mut ada, &board).await;
    for part in [
        "scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fgmail.readonly&",
        "access_type=offline",
        "prompt=consent",
        "code_challenge_method=S256",
        "response_type=code",
    ] {
        assert!(url.contains(part), "{part} of {url}");
    }
    assert!(!url.contains("openid"), "{url}");
    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (303, import.as_str()),
        "{}",
        answer.text
    );
    assert!(double.asked("POST /token")[0].body.contains("code_verifier="));
    let page = ada.get(&site, &import).await;
    assert!(
        page.text.contains("Gmail is connected") && page.text.contains("ada@gmail.com"),
        "{}",
        page.text
    );
    work(&site).await;
    assert_eq!(state(&site).await, "ok");
    assert_eq!(site.count("select count(*) from job_application").await, 3);

    // OA-15: no page shows a token. OA-16: ended, it is given back.
    let page = ada.get(&site, &import).await;
    assert!(!page.text.contains("ya29") && !page.text.contains("1//r"));
    double.say("POST /revoke", 200, json!({}));
    let mailbox: uuid::Uuid = sqlx::query_scalar("select mailbox_id from mailbox_access")
        .fetch_one(&site.bench.owner)
        .await
        .expect("connected");
    let slug = board.split('/').nth(2).expect("slug");
    let form = format!("slug={slug}&mailbox_id={mailbox}");
    let ended = ada.form(&site, "/_fn/mail/disconnect", &form).await;
    assert_eq!((ended.status.as_u16(), ended.location()), (303, import.as_str()));
    work(&site).await;
    let given = double.asked("POST /revoke");
    assert_eq!(given.len(), 1);
    assert!(given[0].body.contains("1%2F%2Fr"), "{given:?}");
    assert_eq!(site.count("select count(*) from mailbox_access").await, 0);
    assert_eq!(site.count("select count(*) from mail_message").await, 4);
    assert_eq!(
        ada.form(&site, "/_fn/mail/disconnect", &form).await.status,
        303,
        "back, with the reason"
    );
    assert_eq!(double.asked("POST /revoke").len(), 1);
}

/// OA-14: what was not granted is noticed, and nothing is tried with it.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_box_that_stayed_empty_is_noticed(pool: PgPool) {
    let (double, site, _) = site(pool).await;
    let mut ada = Browser::default();
    let board = ada.register(&site, "eve@inbox.example").await;
    let import = board.replace("/board", "/import");
    let profile = format!("{ME}/profile");
    let forbidden = json!({"error": {"code": 403, "errors": [{"reason": "insufficientPermissions"}]}});
    double.say(&profile, 403, forbidden);
    for (scope, asked) in [(json!("openid"), 0), (json!(null), 1)] {
        let mut tokens = json!({"access_token": "ya29.a", "expires_in": 3599, "token_type": "Bearer"});
        if !scope.is_null() {
            tokens["scope"] = scope;
        }
        double.say("POST /token", 200, tokens);
        let (_, answer) = agree(&site, &mut ada, &board).await;
        assert_eq!(answer.location(), import);
        let page = ada.get(&site, &import).await;
        assert!(page.text.contains("the box for it stayed empty"), "{}", page.text);
        assert_eq!(double.asked(&profile).len(), asked);
    }
    assert_eq!(site.count("select count(*) from mailbox").await, 0);
    let jobs = "select count(*) from job where kind = 'sync_mailbox'";
    assert_eq!(site.count(jobs).await, 0);
}

/// OA-2, AZ-1: bound to who began it, where, and for what.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn connecting_is_for_whoever_began_it(pool: PgPool) {
    let (double, site, _) = site(pool).await;
    let mut ada = Browser::default();
    let board = ada.register(&site, "eve@inbox.example").await;
    let mut ben = Browser::default();
    let other = ben.register(&site, "ben@inbox.example").await;

    let mut nobody = Browser::default();
    assert_eq!(
        nobody.form(&site, "/auth/google", &wish(&board)).await.status,
        401
    );
    assert_eq!(
        ben.form(&site, "/auth/google", &wish(&board)).await.status,
        404,
        "not their workspace"
    );
    assert_eq!(
        ada.form(&site, "/auth/google", "purpose=gmail").await.status,
        404,
        "no workspace"
    );
    site.run("update memberships set role = 'coach' from users u where u.id = user_id and u.email = 'ben@inbox.example'")
        .await;
    assert_eq!(
        ben.form(&site, "/auth/google", &wish(&other)).await.status,
        403,
        "brings no mail in"
    );

    // Another is signed in when it comes back.
    let url = ada.begin(&site, "google", &wish(&board)).await;
    let back = came_back(&url);
    ada.plant(&ben, "__Host-jobhax");
    assert_eq!(ada.get(&site, &back).await.status, 400);
    assert!(
        double.asked("POST /token").is_empty(),
        "the code was not redeemed"
    );
    assert_eq!(site.count("select count(*) from mailbox").await, 0);
}
