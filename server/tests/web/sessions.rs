//! The session cookie: how it is set, when it ends, and that nothing else is accepted instead.

use crate::support::{TestServer, credentials_form, workspace_slug};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use sqlx::PgPool;

fn sign_in_form(next: &str) -> String {
    format!("{}&next={next}", credentials_form("ada@example.org"))
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn session_cookie_has_all_protective_attributes(pool: PgPool) {
    let server = TestServer::new(pool);
    let form = credentials_form("ada@example.org");
    let response = server.submit_form("", "/_fn/auth/register", &form).await;
    let cookie = response.header("set-cookie");
    let mut parts = cookie.split(';').map(str::trim);
    let secret = parts.next().and_then(|p| p.strip_prefix("__Host-jobhax="));
    assert!(secret.is_some_and(|secret| secret.len() >= 22), "{cookie}");
    let attributes: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
    for attribute in ["secure", "httponly", "samesite=lax", "path=/"] {
        assert!(
            attributes.iter().any(|a| a == attribute),
            "{attribute} of {cookie}"
        );
    }
    assert!(!attributes.iter().any(|a| a.starts_with("domain")), "{cookie}");
}

/// Session fixation: a cookie from before signing in never becomes an authenticated session.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn signing_in_creates_a_new_session(pool: PgPool) {
    let server = TestServer::new(pool);
    let (first, board) = server.register_on_page("ada").await;
    let sign_in = async |cookie: &str| {
        let response = server
            .submit_form(cookie, "/_fn/auth/sign_in", &sign_in_form(""))
            .await;
        response.session_cookie().expect("a session")
    };
    let second = sign_in(&first).await;
    assert_ne!(first, second);
    let with_first = server.get_page(&first, &board).await;
    assert!(
        with_first.location().starts_with("/sign-in"),
        "the old session has ended"
    );
    assert_eq!(server.get_page(&second, &board).await.status, 200);
    let planted = "__Host-jobhax=AAAAAAAAAAAAAAAAAAAAAA";
    assert_ne!(sign_in(planted).await, planted);
    let with_planted = server.get_page(planted, &board).await;
    assert!(with_planted.location().starts_with("/sign-in"));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn signing_out_ends_the_session_on_the_server(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let page = server.get_page(&cookie, &board).await;
    assert_eq!(
        (page.status.as_u16(), page.header("cache-control")),
        (200, "no-store")
    );
    let signed_out = server.submit_form(&cookie, "/_fn/layout/sign_out", "").await;
    assert_eq!(signed_out.status, 303);
    // Browsers ignore a cookie with this prefix that is not `Secure`.
    let removal = signed_out.header("set-cookie").to_ascii_lowercase();
    assert!(removal.starts_with("__host-jobhax=;"), "{removal}");
    for attribute in ["max-age=0", "path=/", "secure", "httponly", "samesite=lax"] {
        let mut parts = removal.split(';').map(str::trim);
        assert!(parts.any(|part| part == attribute), "{attribute} of {removal}");
    }
    assert_eq!(signed_out.header("clear-site-data"), "\"cache\", \"storage\"");
    let after = server.get_page(&cookie, &board).await;
    assert_eq!(
        (after.status.as_u16(), after.location()),
        (303, format!("/sign-in?next={board}").as_str())
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn signing_out_on_an_invitation_leads_back_to_it(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, _) = server.register_on_page("ada").await;
    let form = "invitation=token-1";
    let signed_out = server.submit_form(&cookie, "/_fn/layout/sign_out", form).await;
    assert_eq!(signed_out.location(), "/invitations/token-1");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unknown_workspace_is_not_found_on_every_page(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, _) = server.register_on_page("ada").await;
    let (_, other) = server.register_on_page("ben").await;
    let pages = server::app::routes()
        .into_iter()
        .filter_map(|(method, path)| (method == Method::GET && path.starts_with("/w/")).then_some(path));
    for page in pages {
        for slug in ["nowhere", workspace_slug(&other)] {
            for accept in ["text/html", "*/*"] {
                let path = page.replace("{slug}", slug);
                let request = Request::get(&path)
                    .header(header::ACCEPT, accept)
                    .header(header::COOKIE, &cookie);
                let response = server.send(request.body(Body::empty()).expect("request")).await;
                assert_eq!(response.status, 404, "{path} as {accept}");
            }
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn long_addresses_do_not_become_long_redirects(pool: PgPool) {
    let server = TestServer::new(pool);
    let long = "a".repeat(5_000);
    let page = server.get_page("", &format!("/w/{long}/board")).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, "/sign-in"));
    let form = format!("token={long}&new_password={long}");
    for function in ["/_fn/auth/reset_password", "/_fn/auth/verify_email"] {
        let response = server.submit_form("", function, &form).await;
        assert_eq!(response.status, 303, "{function}");
        assert!(response.location().len() < 2048, "{function}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn get_requests_write_nothing_and_start_no_session(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let before = server.snapshot_database().await;
    for path in [
        "/_fn/auth/sign_in",
        "/_fn/auth/try_demo",
        "/_fn/layout/sign_out",
        "/_fn/jobapps/add",
        &board,
    ] {
        for query in ["", "?email=ada%40example.org&job_title=x&company=y"] {
            let response = server.get_page(&cookie, &format!("{path}{query}")).await;
            assert!(response.session_cookie().is_none(), "{path}");
        }
    }
    assert_eq!(server.snapshot_database().await, before);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn sign_in_redirects_to_our_own_pages_only(pool: PgPool) {
    let server = TestServer::new(pool);
    let (_, board) = server.register_on_page("ada").await;
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
        let form = sign_in_form(next);
        let response = server.submit_form("", "/_fn/auth/sign_in", &form).await;
        assert_eq!(
            (response.status.as_u16(), response.location()),
            (303, board.as_str()),
            "{next}"
        );
    }
    let metrics = board.replace("/board", "/metrics");
    let form = sign_in_form(&metrics.replace('/', "%2F"));
    let response = server.submit_form("", "/_fn/auth/sign_in", &form).await;
    assert_eq!(response.location(), metrics);
}

/// Cross-site scripting: in the HTML and in the serialized data that the page contains.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn user_text_is_escaped(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    let script = "%3C%2Fscript%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%3C!--%E2%80%A8%22%27";
    let form = format!("slug={slug}&job_title={script}&company={script}&source={script}&location={script}");
    let added = server.submit_form(&cookie, "/_fn/jobapps/add", &form).await;
    assert_eq!(added.status, 303, "{}", added.text);
    let page = server.get_page(&cookie, &board).await.text;
    assert!(page.contains("alert(1)"), "the text is on the page");
    assert!(
        !page.contains("<script>alert") && !page.contains("</script><script>"),
        "{page}"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn session_secret_is_sent_and_accepted_in_the_cookie_only(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let (name, secret) = cookie.split_once('=').expect("name and value");
    for page in ["board", "import", "metrics", "nowhere", "board?ask=1"] {
        let path = board.replace("board", page);
        let response = server.get_page(&cookie, &path).await;
        let headers = format!("{:?}", response.headers);
        assert!(
            !response.text.contains(secret) && !headers.contains(secret),
            "{path}"
        );
    }
    for path in [
        format!("{board}?{name}={secret}"),
        format!("{board}?session={secret}"),
    ] {
        let response = server.get_page("", &path).await;
        assert!(response.location().starts_with("/sign-in"), "{path}");
    }
    let bearer = Request::get(&board).header(header::AUTHORIZATION, format!("Bearer {secret}"));
    let response = server.send(bearer.body(Body::empty()).expect("request")).await;
    assert!(response.location().starts_with("/sign-in"));
    let api = Request::get("/api/jobapps/get_statuses").header(header::COOKIE, &cookie);
    let response = server.send(api.body(Body::empty()).expect("request")).await;
    assert_eq!(response.status, 401, "the API accepts no cookies");
}
