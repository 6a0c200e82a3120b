//! AT-27, WB-10: nothing that a caller sends leads a browser away from us, wherever it stands: in the address, in a form, or
//! in the header that says where the browser comes from.

use crate::browser::{Answer, FORM, HOST, ORIGIN, Site};
use axum::{body::Body, http::Request};
use reqwest::Url;
use sqlx::PgPool;

/// Ways of writing another origin, or of what is no page of ours.
fn elsewhere() -> Vec<String> {
    let mut all: Vec<String> = [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example",
        "/\t/evil.example",
        "/w/a/board\r\nlocation: https://evil.example",
        "////evil.example",
        "/.//evil.example",
        "/ok/../..//evil.example",
        "https:evil.example",
        "https://evil.example",
        " //evil.example",
        "https://jobs.example.org@evil.example/w/a/board",
        "https://jobs.example.org.evil.example/w/a/board",
        "javascript:alert(1)",
        "data:text/html,evil.example",
        "%2F%2Fevil.example",
        "%252F%252Fevil.example",
    ]
    .map(str::to_owned)
    .to_vec();
    all.push(format!("//evil.example/{}", "a".repeat(10_000)));
    all
}

fn escaped(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|b| format!("%{b:02X}")).collect();
    bytes.concat()
}

/// Where a browser at this address would go, by the rules that browsers have for addresses; nothing when it stays.
fn leads_to(at: &str, answer: &Answer) -> Option<Url> {
    let here = Url::parse(&format!("{ORIGIN}{at}")).expect("an address");
    let location = answer.headers.get("location")?.to_str().expect("text");
    Some(here.join(location).expect("an address"))
}

fn stays_ours(at: &str, answer: &Answer) {
    if let Some(to) = leads_to(at, answer) {
        assert_eq!(to.origin().ascii_serialization(), ORIGIN, "{at} leads to {to}");
        assert!(!to.path().starts_with("//"), "{at} leads to {to}");
    }
    for name in ["refresh", "content-location", "link"] {
        assert!(!answer.headers.contains_key(name), "{name} at {at}");
    }
    // Shown it may be, as what was typed; nothing that a browser follows has it.
    for follows in ["href=\"", "src=\"", "action=\"", "content=\"0;url="] {
        for (place, _) in answer.text.match_indices(follows) {
            let value = answer.text[place + follows.len()..]
                .split('"')
                .next()
                .unwrap_or_default();
            let to = Url::parse(ORIGIN).expect("ours").join(value);
            let host = to.ok().and_then(|to| to.host_str().map(str::to_owned));
            assert!(host.is_none_or(|host| host == HOST), "{follows}{value} at {at}");
        }
    }
}

/// The check below knows the way to another origin when it sees one.
#[test]
fn another_origin_is_known_as_one() {
    for location in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/x",
        "\\\\evil.example",
    ] {
        let mut answer = Answer {
            status: axum::http::StatusCode::SEE_OTHER,
            headers: axum::http::HeaderMap::new(),
            text: String::new(),
        };
        answer
            .headers
            .insert("location", location.parse().expect("a value"));
        let to = leads_to("/sign-in", &answer).expect("it leads away");
        assert_eq!(to.host_str(), Some("evil.example"), "{location}");
    }
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn at_27_no_address_leads_elsewhere(pool: PgPool) {
    let site = Site::new(pool);
    let (cookie, board) = site.register("ada").await;
    let pages = [
        "/",
        "/sign-in",
        "/register",
        "/home",
        "/forgot-password",
        "/reset-password",
        "/activate",
        &board,
    ];
    for elsewhere in elsewhere() {
        let value = escaped(&elsewhere);
        let asking = pages.iter().flat_map(|page| {
            ["next", "return_to", "redirect", "url", "token"].map(|name| format!("{page}?{name}={value}"))
        });
        let callback = ["next", "state", "error", "redirect_uri"]
            .map(|name| format!("/auth/google/callback?code=x&{name}={value}"));
        // As the path itself, and behind what needs a sign-in.
        let paths = [
            format!("/{value}"),
            format!("/w/{value}"),
            format!("/w//{value}/board"),
            format!("//{value}"),
        ];
        for path in asking.chain(callback).chain(paths) {
            for who in ["", cookie.as_str()] {
                stays_ours(&path, &site.page(who, &path).await);
            }
        }
    }
    for path in [
        "//evil.example",
        "//evil.example/..",
        "/.//evil.example",
        "/w/..//evil.example",
        "/%5cevil.example",
        "/w//evil.example/board",
    ] {
        for who in ["", cookie.as_str()] {
            stays_ours(path, &site.page(who, path).await);
        }
    }
}

/// Forms without a script go back to where they came from; that is a page that we know, not what the browser says.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn at_27_no_form_leads_elsewhere(pool: PgPool) {
    let site = Site::new(pool);
    let (_, board) = site.register("ada").await;
    let slug = board.split('/').nth(2).expect("a workspace");
    let functions: Vec<&str> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path)
        .collect();
    assert!(functions.len() > 20, "{functions:?}");
    let sign_in = format!(
        "email=ada%40example.org&password={}",
        service::testing::PASSWORD.replace(' ', "+")
    );
    let mut redirected = 0;
    for function in functions {
        let cookie = site
            .form("", "/_fn/users/sign_in", &sign_in)
            .await
            .cookie()
            .expect("a session");
        for referer in [
            "https://evil.example/x",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
        ] {
            for who in ["", cookie.as_str()] {
                let body = format!(
                    "slug={slug}&email=x&password=x&next=%2F%2Fevil.example&back=%2F%2Fevil.example&token=x&theme=Dark"
                );
                let request = Request::post(function)
                    .header("host", HOST)
                    .header("origin", ORIGIN)
                    .header("sec-fetch-site", "same-origin")
                    .header("accept", "text/html")
                    .header("content-type", FORM)
                    .header("referer", referer)
                    .header("cookie", who);
                let answer = site.send(request.body(Body::from(body)).expect("request")).await;
                stays_ours(function, &answer);
                redirected += usize::from(answer.headers.contains_key("location"));
            }
        }
    }
    assert!(redirected > 100, "most of them lead somewhere: {redirected}");
    // The control: what names a page of ours is where it goes back to.
    let back = format!("{ORIGIN}{board}");
    let headers = [
        ("origin", ORIGIN),
        ("accept", "text/html"),
        ("referer", back.as_str()),
    ];
    let answer = site.post("/_fn/mail/get_import", FORM, &headers, "").await;
    assert!(answer.location().starts_with(&back), "{}", answer.location());
}
