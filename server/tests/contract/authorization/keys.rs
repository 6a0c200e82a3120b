//! Which operations API keys may call: the code, the OpenAPI document, `docs/authorization.toml` and the server's behavior agree.

use crate::support::{
    TestServer, fixtures,
    operations::{Operation, call},
};
use axum::body::Body;
use domain::scopes::Scope;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::collections::BTreeMap;

/// The section of the table: the required scope by operation, or `never`.
fn table() -> BTreeMap<String, String> {
    let text = include_str!("../../../../docs/authorization.toml");
    let file: toml::Table = text.parse().expect("TOML");
    let rows = file["keys"].as_table().expect("rows").iter();
    rows.map(|(name, value)| (name.clone(), value.as_str().expect("a scope").to_owned()))
        .collect()
}

/// The scope that the document requires of API keys.
fn documented_scope(operation: &Operation) -> Option<&'static str> {
    let requirements = operation.spec["security"].as_array().expect("requirements");
    assert_eq!(requirements[0], json!({"access_token": []}), "{}", operation.path);
    let scopes = requirements.get(1)?["api_key"].as_array().expect("scopes");
    assert_eq!((requirements.len(), scopes.len()), (2, 1), "{}", operation.path);
    scopes[0].as_str()
}

#[test]
fn every_operation_has_the_same_scope_in_table_and_document() {
    let table = table();
    let mut failures = Vec::new();
    for operation in Operation::all().filter(Operation::is_secured) {
        let name = operation.name();
        let expected = match table.get(name).map(String::as_str) {
            Some("never") => None,
            Some(scope) => {
                assert!(Scope::parse(scope).is_some(), "{scope} of {name}");
                Some(scope)
            }
            None => {
                failures.push(format!("{name} has no row in [keys] of docs/authorization.toml"));
                continue;
            }
        };
        if documented_scope(&operation) != expected {
            failures.push(format!("{name}: server/src/key_access.rs says something else"));
        }
        let code = if expected.is_some() {
            "scope_missing"
        } else {
            "not_for_keys"
        };
        let problem = operation.spec["responses"]["403"].to_string().to_lowercase();
        if !problem.contains(&code.replace('_', "")) {
            failures.push(format!("{name}: {code} is not documented"));
        }
    }
    for name in table.keys() {
        if !Operation::all().any(|o| o.name() == name && o.is_secured()) {
            failures.push(format!(
                "the table has a row for {name}, which needs no authentication"
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Calls each operation with a key of each scope.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn key_can_call_the_operations_of_its_scope_only(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let ada = fixtures::user(&server, "ada").await;
    let mut failures = Vec::new();
    for scope in Scope::ALL {
        let body = json!({"name": scope.as_str(), "scopes": [scope]});
        let key = ada.client.post("/keys/add_key", body).await.expect_status(201);
        let client = server.client(key["data"]["secret"].as_str().expect("secret"));
        for operation in Operation::all().filter(Operation::is_secured) {
            let needed = documented_scope(&operation);
            let is_allowed = needed == Some(scope.as_str());
            let response = if is_allowed {
                call(&client, &operation, &operation.valid_input(&ada.ids)).await
            } else {
                // The request is rejected before its input is read.
                let request = client.request(&operation.method.to_uppercase(), operation.api_path());
                server.send(request.body(Body::empty()).expect("request")).await
            };
            let code = response.json["code"].as_str().unwrap_or_default();
            let is_right = match needed {
                _ if is_allowed => {
                    // The events of an endpoint may require further scopes.
                    let lacks_scope = code == "scope_missing" && response.json["scope"].as_str() == needed;
                    response.status != 401 && code != "not_for_keys" && !lacks_scope
                }
                Some(needed) => {
                    let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{needed}\"");
                    code == "scope_missing"
                        && response.status == 403
                        && response.json["scope"] == needed
                        && response.json["detail"]
                            .as_str()
                            .is_some_and(|d| d.contains(needed))
                        && response.header("www-authenticate") == challenge
                }
                None => code == "not_for_keys" && response.status == 403,
            };
            if !is_right {
                failures.push(format!(
                    "{} with {}: {} {}",
                    operation.name(),
                    scope.as_str(),
                    response.status,
                    response.text
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let count = server
        .count("select count(*) from users where email = 'ada@example.org'")
        .await;
    assert_eq!(count, 1, "no key can delete the account");
}

/// A key has no more rights than the role of its user.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn key_with_all_scopes_has_the_rights_of_its_user_and_makes_no_admin(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let body = json!({"name": "all", "scopes": Scope::ALL});
    let key = ada.post("/keys/add_key", body).await.expect_status(201);
    let client = server.client(key["data"]["secret"].as_str().expect("secret"));
    let invite = |role: &str| json!({"email": "ben@example.org", "role": role});
    let admin = client.post("/tenants/invite_member", invite("admin")).await;
    assert_eq!(admin.expect_problem(403), "not_for_keys");
    let member = client.post("/tenants/invite_member", invite("member")).await;
    assert_ne!(
        member.json["code"],
        Value::from("not_for_keys"),
        "{}",
        member.text
    );
    server.execute("update memberships set role = 'coach'").await;
    server.services.auth_cache.evict_all();
    let added = client
        .post(
            "/jobapps/add_jobapp",
            json!({"job_title": "Clerk", "company": "Moss"}),
        )
        .await;
    assert_eq!(added.expect_problem(403), "forbidden");
}
