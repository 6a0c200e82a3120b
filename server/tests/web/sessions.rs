//! SE-1, SE-2, SE-3, SE-7, SE-9, WB-10, WB-11.

use crate::browser::Site;
use service::testing::PASSWORD;
use sqlx::PgPool;

fn sign_in(next: &str) -> String {
    format!(
        "email=ada%40example.org&password={}&next={next}",
        PASSWORD.replace(' ', "+")
    )
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_cookie_is_ours_alone(pool: PgPool) {
    let site = Site::new(pool);
    let body = format!("email=ada%40example.org&password={}", PASSWORD.replace(' ', "+"));
    let answer = site.form("", "/_fn/users/register", &body).await;
    let set = answer
        .headers
        .get("set-cookie")
        .and_then(|v| v.to_str().ok())
        .expect("cookie");
    let mut parts = set.split(';').map(str::trim);
    assert!(
        parts
            .next()
            .is_some_and(|p| p.starts_with("__Host-jobhax=") && p.len() >= "__Host-jobhax=".len() + 22)
    );
    let parts: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
    for attribute in ["secure", "httponly", "samesite=lax", "path=/"] {
        assert!(parts.iter().any(|p| p == attribute), "{attribute} of {set}");
    }
    assert!(!parts.iter().any(|p| p.starts_with("domain")), "{set}");
}

/// AT-1: a cookie that was planted before signing in is nobody's afterwards.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn signing_in_gives_a_new_session(pool: PgPool) {
    let site = Site::new(pool);
    let (first, board) = site.register("ada").await;
    let again = site.form(&first, "/_fn/users/sign_in", &sign_in("")).await;
    let second = again.cookie().expect("a session");
    assert_ne!(first, second);
    assert!(
        site.page(&first, &board).await.location().starts_with("/sign-in"),
        "the old one is dead"
    );
    assert_eq!(site.page(&second, &board).await.status, 200);
    let planted = "__Host-jobhax=AAAAAAAAAAAAAAAAAAAAAA";
    let third = site
        .form(planted, "/_fn/users/sign_in", &sign_in(""))
        .await
        .cookie()
        .expect("a session");
    assert_ne!(third, planted);
    assert!(
        site.page(planted, &board)
            .await
            .location()
            .starts_with("/sign-in")
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn signing_out_ends_it_on_the_server(pool: PgPool) {
    let site = Site::new(pool);
    let (cookie, board) = site.register("ada").await;
    let page = site.page(&cookie, &board).await;
    assert_eq!(
        (page.status.as_u16(), page.headers["cache-control"].to_str().ok()),
        (200, Some("no-store"))
    );
    assert_eq!(site.form(&cookie, "/_fn/users/sign_out", "").await.status, 303);
    let after = site.page(&cookie, &board).await;
    assert_eq!(
        (after.status.as_u16(), after.location()),
        (303, format!("/sign-in?next={board}").as_str())
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn reading_signs_nobody_in_and_writes_nothing(pool: PgPool) {
    let site = Site::new(pool);
    let (cookie, board) = site.register("ada").await;
    let before = site.stored().await;
    for path in [
        "/_fn/users/sign_in",
        "/_fn/users/try_demo",
        "/_fn/users/sign_out",
        "/_fn/jobapps/add",
        &board,
    ] {
        for query in ["", "?email=ada%40example.org&job_title=x&company=y"] {
            let answer = site.page(&cookie, &format!("{path}{query}")).await;
            assert!(answer.cookie().is_none(), "{path}");
        }
    }
    assert_eq!(site.stored().await, before);
}

/// AT-27.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn signing_in_leads_only_to_our_own_pages(pool: PgPool) {
    let site = Site::new(pool);
    let (_, board) = site.register("ada").await;
    for next in [
        "%2F%2Fevil.com",
        "%2F%5Cevil.com",
        "%5C%5Cevil.com",
        "%2F%09%2Fevil.com",
        "%2F%0d%0aLocation%3A+x",
        "%2F%2F%2F%2Fevil.com",
        "%2F.%2F%2Fevil.com",
        "%2Fok%2F..%2F..%2F%2Fevil.com",
        "https%3Aevil.com",
        "+%2F%2Fevil.com",
        "https%3A%2F%2Fa%40evil.com",
        "javascript%3Aalert(1)",
        "data%3Atext%2Fhtml%2Cx",
        "%252F%252Fevil.com",
        "%2Fw%2F..%2Fboard",
    ] {
        let answer = site.form("", "/_fn/users/sign_in", &sign_in(next)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.location()),
            (303, board.as_str()),
            "{next}"
        );
    }
    let metrics = board.replace("/board", "/metrics");
    let answer = site
        .form("", "/_fn/users/sign_in", &sign_in(&metrics.replace('/', "%2F")))
        .await;
    assert_eq!(answer.location(), metrics);
}

/// AT-66, AT-67: what people write stays text, in the page and in the data that the page carries.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn what_people_write_stays_text(pool: PgPool) {
    let site = Site::new(pool);
    let (cookie, board) = site.register("ada").await;
    let slug = board.split('/').nth(2).expect("slug");
    let evil = "%3C%2Fscript%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%3C!--%E2%80%A8%22%27";
    let body = format!("slug={slug}&job_title={evil}&company={evil}&source={evil}&location={evil}");
    let added = site.form(&cookie, "/_fn/jobapps/add", &body).await;
    assert_eq!(added.status, 303, "{}", added.text);
    let page = site.page(&cookie, &board).await.text;
    assert!(page.contains("alert(1)"), "it is there");
    assert!(
        !page.contains("<script>alert") && !page.contains("</script><script>"),
        "and is text"
    );
}
