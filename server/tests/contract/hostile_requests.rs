//! Invalid requests never cause a server error. Each kind is sent to every operation, server function and page.

use crate::support::{
    FORM, HOST, ORIGIN, TestResponse, TestServer, fixtures, operations::Operation, workspace_slug,
};
use axum::{
    body::{Body, Bytes},
    http::{Method, Request, header},
};
use futures_util::stream;
use leptos::server_fn::axum::server_fn_paths;
use service::testing::PASSWORD;
use sqlx::PgPool;
use std::io;

/// A kind of unreadable body: name, body and expected status.
struct UnreadableBody {
    kind: &'static str,
    encoding: &'static str,
    status: u16,
    body: fn() -> Body,
}

const UNREADABLE_BODIES: [UnreadableBody; 5] = [
    UnreadableBody {
        kind: "not UTF-8",
        encoding: "identity",
        status: 400,
        body: || Body::from(&b"slug=\xff\xfe"[..]),
    },
    UnreadableBody {
        kind: "breaks off",
        encoding: "",
        status: 400,
        body: || {
            let chunks = [
                Ok(Bytes::from_static(b"slug=a")),
                Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            ];
            Body::from_stream(stream::iter(chunks))
        },
    },
    UnreadableBody {
        kind: "too large",
        encoding: "",
        status: 413,
        body: || Body::from(vec![b'a'; 1024 * 1024]),
    },
    UnreadableBody {
        kind: "too large, in chunks",
        encoding: "",
        status: 413,
        body: || {
            let chunk = || Ok::<_, io::Error>(Bytes::from(vec![b'a'; 64 * 1024]));
            Body::from_stream(stream::iter((0..16).map(move |_| chunk())))
        },
    },
    UnreadableBody {
        kind: "compressed",
        encoding: "gzip",
        status: 415,
        body: || Body::from(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..]),
    },
];

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unreadable_bodies_are_rejected_by_every_operation(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let ada = fixtures::user(&server, "ada").await;
    for operation in Operation::all().filter(|o| o.body_schema().is_some()) {
        for UnreadableBody {
            kind,
            encoding,
            status,
            body,
        } in UNREADABLE_BODIES
        {
            let request = ada
                .client
                .request("POST", operation.api_path())
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::CONTENT_ENCODING, encoding);
            let response = ada.client.send(request.body(body()).expect("request")).await;
            assert_eq!(response.status, status, "{kind}: {}", operation.path);
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unreadable_bodies_are_rejected_by_every_server_function(pool: PgPool) {
    let server = TestServer::new(pool);
    let (session, _) = server.register_on_page("ada").await;
    for (function, _) in server_fn_paths() {
        for UnreadableBody {
            kind,
            encoding,
            status,
            body,
        } in UNREADABLE_BODIES
        {
            for accept in ["application/json", "text/html"] {
                for cookie in ["", session.as_str()] {
                    let request = Request::post(function)
                        .header(header::ORIGIN, ORIGIN)
                        .header(header::ACCEPT, accept)
                        .header(header::CONTENT_TYPE, FORM)
                        .header(header::CONTENT_ENCODING, encoding)
                        .header(header::COOKIE, cookie);
                    let response = server.send(request.body(body()).expect("request")).await;
                    assert_eq!(response.status, status, "{kind}: {function} as {accept}");
                    assert_eq!(response.location(), "", "{kind}: {function} as {accept}");
                    assert_is_rendered(&response, function);
                }
            }
        }
    }
}

/// The error has a body that the caller can read. Scripts of our pages read plain JSON.
fn assert_is_rendered(response: &TestResponse, path: &str) {
    let content_type = response.header("content-type");
    assert!(
        matches!(content_type, "application/problem+json" | "application/json")
            || content_type.starts_with("text/html"),
        "{path}: {} {content_type:?}",
        response.status
    );
}

const FIELDS: &[&str] = &[
    "email",
    "password",
    "next",
    "token",
    "new_password",
    "current_password",
    "first_name",
    "last_name",
    "time_zone",
    "company",
    "job_title",
    "status_id",
    "source",
    "location",
    "url",
    "application_date",
    "jobapp_id",
    "version",
    "from",
    "outcome",
    "other_id",
    "merge_id",
    "mail_ids[]",
    "applied",
    "mailbox_id",
    "import_id",
    "session_id",
    "identity_id",
    "theme",
    "back",
];

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn hostile_fields_are_never_errors_of_the_server(pool: PgPool) {
    let server = TestServer::new(pool);
    let long = "a".repeat(10_000);
    let uuid = "00000000-0000-0000-0000-000000000001";
    let values = [
        "",
        "x",
        "%00",
        "%FF",
        "-4715-01-01",
        "9999999999999999999999",
        "-1",
        "1",
        "2026-13-45",
        uuid,
        &long,
        "%E2%80%AE",
        "[]",
        "%7B%7D",
    ];
    for (n, value) in values.into_iter().enumerate() {
        let (session, board) = server.register_on_page(&format!("ada{n}")).await;
        let slug = workspace_slug(&board);
        for (function, _) in server_fn_paths() {
            if function.ends_with("sign_out")
                || function.ends_with("delete_account")
                || function.ends_with("try_demo")
            {
                continue;
            }
            // First all of them, then each one in an otherwise valid form.
            let valid = |name: &str| match name {
                "application_date" => "2026-01-05",
                "status_id" | "outcome" | "from" | "url" | "source" | "location" | "back" | "next" => "",
                "version" => "1",
                name if name.ends_with("_id") => uuid,
                _ => "valid",
            };
            let form = |hostile: Option<&str>| {
                let pairs = FIELDS.iter().map(|name| {
                    let is_hostile = hostile.is_none_or(|hostile| hostile == *name);
                    format!("&{name}={}", if is_hostile { value } else { valid(name) })
                });
                format!("slug={slug}{}", pairs.collect::<String>())
            };
            let one_by_one = function.ends_with("jobapps/add") || function.ends_with("set_outcome");
            let some = if one_by_one { FIELDS } else { &[] };
            for hostile in [None].into_iter().chain(some.iter().copied().map(Some)) {
                for cookie in ["", session.as_str()] {
                    let response = server.call_function(cookie, function, &form(hostile)).await;
                    assert!(
                        !response.status.is_server_error(),
                        "{function} with {hostile:?} = {value:.40}: {} {}",
                        response.status,
                        response.text
                    );
                }
            }
        }
    }
}

/// The same order as in the API: a request without a session is rejected before its input is validated.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_form_is_rejected_only_after_signing_in(pool: PgPool) {
    let server = TestServer::new(pool);
    let (session, board) = server.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    for field in ["application_date=tomorrow", "status_id=first"] {
        let form = format!("slug={slug}&company=x&job_title=y&{field}");
        let function = "/_fn/jobapps/add";
        assert_eq!(server.call_function("", function, &form).await.status, 401);
        assert_eq!(server.call_function(&session, function, &form).await.status, 422);
        let response = server.submit_form("", function, &form).await;
        assert_eq!((response.status.as_u16(), response.location()), (303, "/sign-in"));
        let response = server.submit_form(&session, function, &form).await;
        assert_eq!(
            (response.status.as_u16(), response.location()),
            (303, board.as_str())
        );
    }
}

/// Forms with names. The API fields are covered by the tests of invalid fields.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn names_of_which_nothing_is_visible_are_rejected_at_their_field(pool: PgPool) {
    let server = TestServer::new(pool);
    let (session, board) = server.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    let password = PASSWORD.replace(' ', "+");
    let forms = [
        (
            "/_fn/auth/register",
            format!("email=ben%40example.org&password={password}"),
            vec!["first_name", "last_name"],
        ),
        (
            "/_fn/settings/update_profile",
            format!("slug={slug}&time_zone=UTC"),
            vec!["first_name", "last_name"],
        ),
        (
            "/_fn/jobapps/add",
            format!("slug={slug}"),
            vec!["company", "job_title", "source"],
        ),
    ];
    // Zero width space, right-to-left override, Hangul filler, tag letter.
    for text in ["%E2%80%8B", "%E2%80%AE+%E2%81%A6", "%E3%85%A4", "%F3%A0%81%81"] {
        for (function, valid, fields) in &forms {
            for field in fields {
                let values = fields.iter().map(|other| {
                    let value = if other == field { text } else { "x" };
                    format!("{other}={value}")
                });
                let values: Vec<String> = values.collect();
                let form = format!("{valid}&{}", values.join("&"));
                let response = server.call_function(&session, function, &form).await;
                assert_eq!(response.status, 422, "{function} {field}: {}", response.text);
                let named = format!("\"field\":\"{field}\"");
                assert!(
                    response.text.contains(&named),
                    "{function} {field}: {}",
                    response.text
                );
            }
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn hostile_paths_and_queries_are_rejected_in_our_form(pool: PgPool) {
    let server = TestServer::new(pool);
    let (session, board) = server.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    let hostile = [
        "%00".to_owned(),
        "%FF".to_owned(),
        "%2e%2e".to_owned(),
        "%2f".to_owned(),
        "a".repeat(300),
        "a".repeat(5_000),
        "%F0%9F%98%80".repeat(100),
    ];
    let mut paths = Vec::new();
    for name in &hostile {
        for folder in [
            "/",
            "/pkg/",
            "/fonts/",
            "/pkg/a.9f2959uVWLPq501EZJoj7g/",
            "/pkg/a/",
            "/favicon.svg/",
            "/w/",
            "/_fn/",
            "/api/",
            "/auth/",
        ] {
            paths.push(format!("{folder}{name}"));
        }
        paths.push(format!("/w/{name}/board"));
        paths.push(format!("/w/{slug}/{name}"));
        paths.push(format!("/auth/{name}/callback"));
        for (_, route) in server::app::routes() {
            let route = route.replace("{slug}", slug).replace("{provider}", "google");
            let names = [
                "next", "token", "add", "card", "import", "code", "state", "a", name,
            ];
            let query: Vec<String> = names.iter().map(|n| format!("{n}={name}")).collect();
            paths.push(format!("{route}?{}", query.join("&")));
        }
    }
    for path in paths {
        for method in [
            Method::GET,
            Method::HEAD,
            Method::OPTIONS,
            Method::POST,
            Method::DELETE,
        ] {
            for cookie in ["", session.as_str()] {
                let request = Request::builder()
                    .method(method.clone())
                    .uri(&path)
                    .header(header::HOST, HOST)
                    .header(header::ORIGIN, ORIGIN)
                    .header(header::COOKIE, cookie);
                let response = server.send(request.body(Body::empty()).expect("request")).await;
                let label = format!("{method} {path:.120}: {}", response.status);
                assert!(!response.status.is_server_error(), "{label}");
                assert!(response.location().len() <= 2048, "{label}");
                if response.status.is_client_error() {
                    assert_is_rendered(&response, &label);
                }
            }
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn options_lists_the_methods_of_every_route(pool: PgPool) {
    let server = TestServer::new(pool);
    for (method, path) in server::app::routes() {
        let path = path.replace("{slug}", "a").replace("{provider}", "google");
        let request = Request::options(&path).body(Body::empty()).expect("request");
        let response = server.send(request).await;
        assert_eq!(response.status, 204, "{path}");
        let allow = response.header("allow");
        assert!(
            allow.split(',').any(|m| m.trim() == method.as_str()),
            "{path}: {allow}"
        );
        assert_eq!(response.text, "", "{path}");
    }
}
