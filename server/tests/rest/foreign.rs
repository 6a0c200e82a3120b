//! AZ-2, AZ-3, AT-46, AT-47, AT-48, AT-49: an id of somebody else is an id of nothing. Every operation, every place that
//! takes an id, made from the document.

use crate::{
    client::Api,
    operations::{Good, Ids, Operation, call},
    scene::{self, Person, canary, stored},
};
use serde_json::{Value, json};
use sqlx::PgPool;

const NOBODYS: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000";

fn with(mut good: Good, name: &'static str, in_body: bool, id: &str) -> Good {
    match (&mut good.body, in_body) {
        (Some(body), true) => drop(body.insert(name.to_owned(), json!(id))),
        _ => drop(good.query.insert(name, id.to_owned())),
    }
    good
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ids_of_others_are_ids_of_nothing(pool: PgPool) {
    let api = Api::new(pool);
    let ada = scene::person(&api, "ada").await;
    let ben = scene::person(&api, "ben").await;
    let before = stored(&api).await;
    let mut places = 0;
    for operation in Operation::all() {
        for (name, in_body) in operation.ids() {
            let good = operation.good(&ada.ids);
            let foreign = call(
                &api,
                &ada.token,
                &operation,
                &with(good.clone(), name, in_body, &ben.ids[name]),
            )
            .await;
            let nothing = call(&api, &ada.token, &operation, &with(good, name, in_body, NOBODYS)).await;
            let what = format!("{} {name}: {}", operation.path, foreign.body);
            assert_eq!(
                (foreign.status, &foreign.body),
                (nothing.status, &nothing.body),
                "{what}"
            );
            assert!(!foreign.body.to_string().contains(&canary("ben")), "{what}");
            if operation.method == "post" || required(&operation, name) {
                assert_eq!(foreign.status, 404, "{what}");
            } else {
                // A filter: nothing is found.
                assert_eq!(
                    (foreign.status.as_u16(), &foreign.body["data"]),
                    (200, &json!([])),
                    "{what}"
                );
            }
            places += 1;
        }
    }
    assert!(places >= 10, "{places} places");
    assert_eq!(stored(&api).await, before, "nothing changed for anybody");
}

fn required(operation: &Operation, name: &str) -> bool {
    operation
        .parameters()
        .any(|(known, p)| known == name && p["required"] == json!(true))
}

/// The same requests with one's own ids work, so that the refusals above are for the ids.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_same_requests_with_own_ids_work(pool: PgPool) {
    let api = Api::new(pool);
    for operation in Operation::all().filter(|o| !o.ids().is_empty()) {
        let person = scene::person(&api, operation.name()).await;
        let mut good = operation.good(&person.ids);
        for (name, in_body) in operation.ids() {
            good = with(good, name, in_body, &person.ids[name]);
        }
        let answer = call(&api, &person.token, &operation, &good).await;
        assert!(
            answer.status.is_success(),
            "{}: {} {}",
            operation.path,
            answer.status,
            answer.body
        );
    }
}

/// AT-49: whatever Ada asks for, nothing of Ben's is in it, not even in sums, words and cursors.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn nothing_of_others_is_in_any_answer(pool: PgPool) {
    let api = Api::new(pool);
    let ada = scene::person(&api, "ada").await;
    let ben = scene::person(&api, "ben").await;
    let alone = everything(&api, &ada).await;
    for _ in 0..3 {
        scene::furnish(&api, &ben.token, "ben").await;
    }
    let together = everything(&api, &ada).await;
    assert_eq!(alone, together, "what others do changes no answer");
    let text = together.to_string();
    assert!(text.contains(&canary("ada")), "{text}");
    let mark = canary("ben");
    assert!(!text.to_lowercase().contains(&mark.to_lowercase()), "{text}");
    for id in ben.ids.values() {
        assert!(!text.contains(id.as_str()), "{id} in {text}");
    }
    // A page of Ben's is no page of Ada's.
    let page = api
        .get(&ben.token, "/jobapps/get_jobapps?limit=1")
        .await
        .with(200);
    let cursor = page["pagination"]["next_cursor"]
        .as_str()
        .expect("more")
        .to_owned();
    let borrowed = api
        .get(
            &ada.token,
            &format!("/jobapps/get_jobapps?limit=1&cursor={cursor}"),
        )
        .await;
    assert!(!borrowed.body.to_string().contains(&mark), "{}", borrowed.body);
}

/// The answers to every reading operation.
async fn everything(api: &Api, person: &Person) -> Value {
    let mut answers = Vec::new();
    for operation in Operation::all().filter(|o| o.method == "get") {
        answers.push(
            call(api, &person.token, &operation, &operation.good(&person.ids))
                .await
                .with(200),
        );
    }
    json!(answers)
}

/// AT-47: of two ids, one own and one of somebody else, whichever it is.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn own_and_foreign_ids_do_not_mix(pool: PgPool) {
    let api = Api::new(pool);
    let ada = scene::person(&api, "ada").await;
    let ben = scene::person(&api, "ben").await;
    let before = stored(&api).await;
    for operation in Operation::all().filter(|o| o.method == "post" && o.ids().len() > 1) {
        for (foreign, _) in operation.ids() {
            let mut good = operation.good(&ada.ids);
            for (name, in_body) in operation.ids() {
                let whose: &Ids = if name == foreign { &ben.ids } else { &ada.ids };
                good = with(good, name, in_body, &whose[name]);
            }
            let answer = call(&api, &ada.token, &operation, &good).await;
            assert_eq!(answer.problem(404), "not_found", "{} {foreign}", operation.path);
        }
    }
    assert_eq!(stored(&api).await, before);
}

/// HT-3: what fails at the same time does not get mixed up.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn failures_at_once_speak_of_their_own_request(pool: PgPool) {
    let api = std::sync::Arc::new(Api::new(pool));
    let ada = scene::person(&api, "ada").await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..64 {
        let (api, token) = (api.clone(), ada.token.clone());
        tasks.spawn(async move {
            let mut body = json!({"job_title": "a", "company": "b"});
            body[format!("field_{n}")] = json!(n);
            assert_eq!(
                api.post(&token, "/jobapps/add_jobapp", body).await.fields(),
                [format!("field_{n}")]
            );
        });
    }
    tasks.join_all().await;
}

/// HT-2: nothing of the inside is told, whatever is sent.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn failures_tell_nothing_of_the_inside(pool: PgPool) {
    let api = Api::new(pool);
    let ada = scene::person(&api, "ada").await;
    for operation in Operation::all() {
        for evil in [
            "'; drop table users; --",
            "\\",
            "%",
            "{{7*7}}",
            "../../etc/passwd",
            "\u{202e}",
        ] {
            let mut good = operation.good(&ada.ids);
            for value in good
                .body
                .iter_mut()
                .flat_map(serde_json::Map::values_mut)
                .filter(|v| v.is_string())
            {
                *value = json!(evil);
            }
            let text = call(&api, &ada.token, &operation, &good)
                .await
                .body
                .to_string()
                .to_lowercase();
            for inside in [
                "sqlx",
                "postgres",
                "sqlstate",
                "constraint",
                "relation",
                "panicked",
                ".rs:",
                "serde",
                "/home/",
                "/root/",
            ] {
                assert!(!text.contains(inside), "{inside} in {text}");
            }
        }
    }
}
