//! The route table (`server::app::routes`), from which other suites are generated, is complete.

use crate::support::TestServer;
use domain::routes::Route;
use sqlx::PgPool;
use std::collections::BTreeSet;

fn table() -> BTreeSet<String> {
    server::app::routes().into_iter().map(|(_, path)| path).collect()
}

/// axum lists its routes only in the Debug output of the router. If a new version of axum changes that output, only this test fails.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn table_has_exactly_the_routes_of_the_router(pool: PgPool) {
    let debug = TestServer::new(pool).debug_router();
    let registered: BTreeSet<String> = debug
        .split('"')
        // Ignore wildcards and the prefix of the nested API.
        .filter(|part| part.starts_with('/') && !part.contains("{*") && *part != "/api")
        .map(str::to_owned)
        .collect();
    assert_eq!(table(), registered);
}

#[test]
fn table_has_all_operations_functions_and_pages() {
    app::register_server_functions();
    let table = table();
    let document = server::api::openapi::document();
    let operations = document["paths"].as_object().expect("paths").keys().cloned();
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned());
    let pages = [
        Route::Landing,
        Route::Register(None),
        Route::SignIn(None),
        Route::ForgotPassword,
        Route::ResetPassword(None),
        Route::Activate(None),
        Route::Home,
        Route::NewOrganization,
    ];
    let pages = pages.iter().map(ToString::to_string);
    let others = [
        "/healthz",
        "/readyz",
        "/mcp",
        "/api/openapi.json",
        "/calendar/{file}",
        "/invitations/{token}",
        "/unsubscribe/{token}",
        "/w/{slug}/board",
        "/w/{slug}/events",
        "/w/{slug}/import",
        "/w/{slug}/metrics",
        "/w/{slug}/settings",
        "/w/{slug}/settings/{section}",
        "/w/{slug}/settings/export",
        "/w/{slug}/import/upload",
        "/auth/{provider}",
        "/auth/{provider}/callback",
    ];
    let missing: Vec<String> = operations
        .chain(functions)
        .chain(pages)
        .chain(others.map(str::to_owned))
        .filter(|path| !table.contains(path))
        .collect();
    assert!(missing.is_empty(), "missing: {missing:?} in {table:#?}");
}
