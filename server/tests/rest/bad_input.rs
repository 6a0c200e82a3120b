//! Bad input of every kind, to every operation, made from the document: each is refused with the status that the API
//! promises, names what is wrong, and writes nothing. WB-2, WB-3, AZ-4, AT-22, HT-1, HT-8, HT-10.

use crate::{
    client::Api,
    operations::{Good, Operation, is_text, may_be, members, plain},
    scene::{self, Person, stored},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Map, Value, json};
use sqlx::PgPool;

/// Names that no caller may choose a value for.
const NOT_THEIRS: [&str; 9] = [
    "id",
    "tenant_id",
    "owner_id",
    "user_id",
    "role",
    "created_at",
    "deleted_at",
    "is_admin",
    "email_verified",
];
/// A password may hold any character; tokens and slugs with odd ones are merely unknown.
const OPAQUE: [&str; 5] = ["password", "refresh_token", "token", "id_token", "tenant"];

/// A request with one thing wrong with it.
struct Bad {
    what: String,
    request: Request<Body>,
    status: u16,
    /// The field that must be named, or something inside it.
    field: Option<String>,
    /// Whether nothing inside it will do.
    itself: bool,
}

/// Makes bad requests of one operation.
struct Maker {
    operation: Operation,
    good: Good,
    token: String,
    made: Vec<Bad>,
}

impl Maker {
    fn new(operation: Operation, person: &Person) -> Self {
        let good = operation.good(&person.ids);
        Self {
            operation,
            good,
            token: person.token.clone(),
            made: Vec::new(),
        }
    }

    fn request(&self, uri: &str, kind: Option<&str>, body: impl Into<Body>) -> Request<Body> {
        let mut request = Request::builder().method(self.operation.method()).uri(uri);
        if self.operation.is_secured() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        request.body(body.into()).expect("request")
    }

    fn text(&mut self, what: &str, status: u16, field: Option<&str>, body: impl Into<Body>) {
        let request = self.request(self.operation.path, Some("application/json"), body);
        self.add(what, status, field, request);
    }

    fn json(&mut self, what: &str, field: &str, body: &Map<String, Value>) {
        self.text(what, 422, Some(field), json!(body).to_string());
    }

    /// The good body with this value in this field.
    fn with(&mut self, what: &str, field: &str, value: Value) {
        let mut body = self.good.body.clone().expect("a body");
        body.insert(field.to_owned(), value);
        self.json(what, field, &body);
    }

    fn query(&mut self, what: &str, field: &str, more: &str, without: Option<&str>) {
        let mut good = self.good.clone();
        good.query.retain(|name, _| Some(*name) != without);
        let uri = good.uri(&self.operation, more);
        let request = self.request(&uri, None, Body::empty());
        self.add(what, 422, Some(field), request);
    }

    fn add(&mut self, what: &str, status: u16, field: Option<&str>, request: Request<Body>) {
        self.made.push(Bad {
            what: what.to_owned(),
            request,
            status,
            field: field.map(str::to_owned),
            itself: false,
        });
    }

    fn of_fields(&mut self) {
        let Some(schema) = self.operation.body() else {
            return;
        };
        let good = self.good.body.clone().expect("an example");
        for name in schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            let mut body = good.clone();
            body.remove(name);
            self.json("missing", name, &body);
            let mut body = good.clone();
            body.insert(name.to_owned(), Value::Null);
            self.json("null", name, &body);
        }
        for (name, schema) in members(schema) {
            self.with("an object where none belongs", name, json!({ "x": { "y": [1] } }));
            self.with("a wrong type", name, wrong_type(schema));
            self.of_shapes(name, schema);
            self.with("deeply nested", name, nested(100));
            let plain = plain(schema);
            if plain["enum"].is_array() {
                self.with("no such value", name, json!("no such value"));
            }
            if matches!(
                plain["format"].as_str(),
                Some("uuid" | "date" | "date-time" | "email" | "uri")
            ) {
                self.with("of another form", name, json!("neither"));
            }
            if let Some(most) = plain["maxLength"].as_u64() {
                let most = usize::try_from(most).expect("small");
                self.with("too long", name, json!("x".repeat(most + 1)));
            }
            if plain["minLength"].as_u64() > Some(0) {
                self.with("empty", name, json!(""));
                if !OPAQUE.contains(&name) {
                    self.with("nothing but blanks", name, json!(" \t "));
                }
            }
            if let Some(most) = plain["maxItems"].as_u64() {
                self.with(
                    "too many",
                    name,
                    json!(vec!["x"; usize::try_from(most).expect("small") + 1]),
                );
            }
            if is_text(schema) && !OPAQUE.contains(&name) {
                self.with("a NUL", name, json!("a\u{0}b"));
                self.with("an escape", name, json!("a\u{1b}[2Jb"));
            }
            if may_be(schema, "integer") {
                for number in [json!(1.5), json!("1"), json!(f64::MAX), json!(u64::MAX)] {
                    self.with("no such number", name, number);
                }
            }
        }
        self.with("unknown", "no_such_field", json!(1));
        for name in NOT_THEIRS
            .into_iter()
            .filter(|name| schema["properties"].get(name).is_none())
        {
            self.with(
                "not theirs to choose",
                name,
                json!("00000000-0000-0000-0000-000000000001"),
            );
        }
    }

    /// What is right but for the brackets around it, in every object and word below this field.
    fn of_shapes(&mut self, name: &'static str, schema: &'static Value) {
        for (what, inside, value) in misshapen(schema) {
            let mut body = self.good.body.clone().expect("a body");
            body.insert(name.to_owned(), value);
            self.json(what, &format!("{name}{inside}"), &body);
            // serde would go into the list, and complain of what it finds there if of anything.
            self.made.last_mut().expect("made").itself = true;
        }
    }

    fn of_bodies(&mut self) {
        let Some(good) = self.good.body.clone() else {
            return;
        };
        let text = json!(good).to_string();
        let first = good.keys().next().cloned().expect("a field");
        for (what, body) in [
            ("broken", text[..text.len() - 1].to_owned()),
            ("words", "nonsense".to_owned()),
            ("NaN", format!("{{\"{first}\": NaN}}")),
            ("a lone surrogate", format!("{{\"{first}\": \"\\ud800\"}}")),
            ("a raw control character", format!("{{\"{first}\": \"\u{1}\"}}")),
            ("a byte order mark", format!("\u{feff}{text}")),
            ("something after it", format!("{text} {{}}")),
            ("single quotes", text.replace('"', "'")),
        ] {
            self.text(what, 400, None, body);
        }
        self.text(
            "no UTF-8",
            400,
            None,
            [b"{\"".as_slice(), &[0xff, 0xfe], b"\": 1}"].concat(),
        );
        if !self.operation.may_lack_body() {
            self.text("nothing", 400, None, "");
        }
        let twice = format!("{{{}, {}", &text[1..text.len() - 1], &text[1..]);
        self.text("each field twice", 422, Some(&first), twice);
        for whole in ["[]", "null", "5", "\"x\"", "true"] {
            self.text("no object", 422, Some("body"), whole);
        }
        // A hundred thousand brackets: nothing may be built of them.
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        self.text("deep from the first bracket on", 422, Some("body"), deep);
        self.text("a megabyte", 413, None, vec![b' '; 1 << 20]);
        self.text(
            "a megabyte of a field",
            413,
            None,
            format!("{{\"{first}\": \"{}\"}}", "x".repeat(1 << 20)),
        );
        let uri = format!("{}?no_such_parameter=1", self.operation.path);
        let request = self.request(&uri, Some("application/json"), text.clone());
        self.add("a query", 422, Some("no_such_parameter"), request);
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/foo+json",
            "application/json; charset=utf-16",
            "json",
            "application/xml",
        ] {
            let request = self.request(self.operation.path, Some(kind), text.clone());
            self.add(kind, 415, None, request);
        }
        let untyped = self.request(self.operation.path, None, text);
        self.add("without a type", 415, None, untyped);
        // Of several things wrong, the first in the promised order is named.
        let typed_wrong = self.request(self.operation.path, Some("text/plain"), vec![b'{'; 1 << 20]);
        self.add("415 before 413", 415, None, typed_wrong);
        self.text("413 before 400", 413, None, vec![b'{'; 1 << 20]);
    }

    fn of_queries(&mut self) {
        if self.operation.method != "get" {
            return;
        }
        self.query("unknown", "no_such_parameter", "no_such_parameter=1", None);
        for name in NOT_THEIRS {
            if self.operation.parameters().all(|(known, _)| known != name) {
                self.query("not theirs to choose", name, &format!("{name}=1"), None);
            }
        }
        for (name, parameter) in self.operation.parameters() {
            let schema = plain(&parameter["schema"]);
            if parameter["required"] == json!(true) {
                self.query("missing", name, "", Some(name));
                self.query(
                    "given twice",
                    name,
                    &format!("{name}={}", self.good.query[name]),
                    None,
                );
            } else {
                let value = if may_be(schema, "integer") { "1" } else { "a" };
                self.query(
                    "given twice",
                    name,
                    &format!("{name}={value}&{name}={value}"),
                    None,
                );
            }
            let mut wrong = Vec::new();
            if may_be(schema, "integer") {
                wrong.extend(
                    ["x", "1e3", "1.5", "-1", "99999999999999999999", "+", "0x10"].map(str::to_owned),
                );
                wrong.extend(schema["maximum"].as_u64().map(|most| (most + 1).to_string()));
                wrong.extend(
                    schema["minimum"]
                        .as_u64()
                        .filter(|least| *least > 0)
                        .map(|least| (least - 1).to_string()),
                );
            } else if schema["enum"].is_array() || schema["format"].is_string() {
                wrong.extend(["x", "%00", "null", "2026-02-30", "'%20or%201=1--"].map(str::to_owned));
            } else if let Some(most) = schema["maxLength"].as_u64() {
                wrong.push("x".repeat(usize::try_from(most).expect("small") + 1));
                wrong.push("a%00b".to_owned());
            } else {
                wrong.extend(["%00", "x", "AAAA", "'%20or%201=1--"].map(str::to_owned));
                wrong.push("A".repeat(10_000));
            }
            for value in wrong {
                self.query("a wrong value", name, &format!("{name}={value}"), Some(name));
            }
        }
    }
}

/// A value of a type that the field does not take.
fn wrong_type(schema: &'static Value) -> Value {
    if may_be(schema, "string") {
        json!(5)
    } else {
        json!("x")
    }
}

/// A value that the schema takes.
fn right(schema: &'static Value) -> Value {
    let schema = plain(schema);
    let least = schema["minLength"].as_u64().unwrap_or(1);
    if let Some(word) = schema["enum"].as_array().and_then(|words| words.first()) {
        return word.clone();
    }
    if schema["properties"].is_object() {
        return members(schema)
            .map(|(name, member)| (name.to_owned(), right(member)))
            .collect::<Map<_, _>>()
            .into();
    }
    if may_be(schema, "array") {
        json!([right(&schema["items"])])
    } else if may_be(schema, "integer") || may_be(schema, "number") {
        json!(1)
    } else if may_be(schema, "boolean") {
        json!(true)
    } else {
        // A currency, where three letters are asked for.
        json!("EUR".repeat(usize::try_from(least.div_ceil(3)).expect("small")))
    }
}

/// The right value with a list in place of one object in it, or an object in place of one word, as serde would take them;
/// what is wrong, where below the value, and the value.
fn misshapen(schema: &'static Value) -> Vec<(&'static str, String, Value)> {
    let schema = plain(schema);
    if let Some(word) = schema["enum"].as_array().and_then(|words| words.first()) {
        let word = word.as_str().expect("a word");
        return vec![("an object for a word", String::new(), json!({ word: null }))];
    }
    if may_be(schema, "array") {
        let inside = misshapen(&schema["items"]).into_iter();
        return inside
            .map(|(what, at, item)| (what, format!("[0]{at}"), json!([item])))
            .collect();
    }
    if !schema["properties"].is_object() {
        return Vec::new();
    }
    let whole = right(schema);
    let object = whole.as_object().expect("an object");
    let values: Vec<&Value> = members(schema).map(|(name, _)| &object[name]).collect();
    let mut made = vec![
        ("a list for an object", String::new(), json!(values)),
        ("an object in a list", String::new(), json!([whole])),
    ];
    for (name, member) in members(schema) {
        for (what, at, value) in misshapen(member) {
            let mut object = object.clone();
            object.insert(name.to_owned(), value);
            made.push((what, format!(".{name}{at}"), json!(object)));
        }
    }
    made
}

/// The values below are what would be taken, but for the one thing that is wrong with them.
#[test]
fn what_is_misshapen_is_right_otherwise() {
    let add = Operation::all()
        .find(|o| o.name() == "add_jobapp")
        .expect("there");
    let salary = &add.body().expect("a body")["properties"]["salary"];
    let names = |value: &Value| value.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>());
    assert_eq!(
        names(&right(salary)).expect("an object"),
        ["currency", "max", "min", "period"]
    );
    let made = misshapen(salary);
    assert_eq!(made.len(), 3, "{made:?}");
    assert!(made[0].2.is_array(), "{made:?}");
    assert_eq!(made[2].1, ".period");
    assert_eq!(made[2].2["period"], json!({ "hour": null }));
}

/// So many lists in one another.
fn nested(depth: usize) -> Value {
    (0..depth).fold(json!([]), |inner, _| json!([inner]))
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn every_field_is_checked(pool: PgPool) {
    refuse_all(pool, Maker::of_fields).await;
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn every_body_is_checked(pool: PgPool) {
    refuse_all(pool, Maker::of_bodies).await;
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn every_query_is_checked(pool: PgPool) {
    refuse_all(pool, Maker::of_queries).await;
}

/// Sends what is made of each operation; collects what was not refused as it should be.
async fn refuse_all(pool: PgPool, make: impl Fn(&mut Maker)) {
    let api = Api::new(pool);
    let ada = scene::person(&api, "ada").await;
    let before = stored(&api).await;
    let (mut sent, mut wrong) = (0, Vec::new());
    for operation in Operation::all() {
        let mut maker = Maker::new(operation, &ada);
        make(&mut maker);
        for bad in maker.made {
            let uri = bad.request.uri().to_string();
            let uri = &uri[..uri.len().min(120)];
            let answer = api.send(bad.request).await;
            sent += 1;
            let status = answer.status.as_u16();
            let named = answer.body["errors"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|e| e["field"].as_str());
            let named: Vec<&str> = named.collect();
            let names_it = bad.field.as_deref().is_none_or(|field| {
                named.iter().any(|n| {
                    n.strip_prefix(field)
                        .is_some_and(|rest| rest.is_empty() || !bad.itself && rest.starts_with(['.', '[']))
                })
            });
            if status != bad.status || !names_it {
                wrong.push(format!(
                    "{} {uri} with {} ({:?}): {status}, {named:?}",
                    operation.method, bad.what, bad.field
                ));
            }
        }
        if stored(&api).await != before {
            wrong.push(format!("{} wrote something", operation.path));
            break;
        }
    }
    assert!(sent > 20, "{sent} requests");
    assert!(
        wrong.is_empty(),
        "{} of {sent}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// AZ-9: without credentials nothing is told, whatever else is wrong.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn credentials_come_first(pool: PgPool) {
    let api = Api::new(pool);
    let ids = scene::person(&api, "ada").await.ids;
    let before = stored(&api).await;
    for operation in Operation::all().filter(Operation::is_secured) {
        let good = operation.good(&ids);
        for credentials in [
            None,
            Some("Bearer"),
            Some("Bearer "),
            Some("Bearer x.y.z"),
            Some("Basic YTpi"),
            Some("Token x"),
            Some("Bearer a b"),
        ] {
            for (kind, body) in [
                ("application/json", json!(good.body).to_string()),
                ("text/plain", "{".repeat(1 << 20)),
            ] {
                let mut request = Request::builder()
                    .method(operation.method())
                    .uri(good.uri(&operation, "no_such=1"));
                request = request.header(header::CONTENT_TYPE, kind);
                if let Some(credentials) = credentials {
                    request = request.header(header::AUTHORIZATION, credentials);
                }
                let answer = api.send(request.body(body.into()).expect("request")).await;
                assert_eq!(answer.headers["www-authenticate"], "Bearer", "{}", operation.path);
                assert_eq!(
                    answer.problem(401),
                    "unauthorized",
                    "{} {credentials:?}",
                    operation.path
                );
            }
        }
    }
    assert_eq!(stored(&api).await, before);
}

/// HEAD answers as GET without a body, OPTIONS says what there is, every other method is refused.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn methods_do_what_they_say(pool: PgPool) {
    let api = Api::new(pool);
    let ada = scene::person(&api, "ada").await;
    let before = stored(&api).await;
    for operation in Operation::all() {
        let good = operation.good(&ada.ids);
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND",
        ] {
            let reads = operation.method == "get";
            if method.eq_ignore_ascii_case(operation.method) {
                continue;
            }
            let request = Request::builder()
                .method(method)
                .uri(good.uri(&operation, ""))
                .header(header::AUTHORIZATION, format!("Bearer {}", ada.token))
                .header("x-http-method-override", operation.method)
                .header(header::CONTENT_TYPE, "application/json");
            let body = json!(good.body).to_string();
            let answer = api.send(request.body(body.into()).expect("request")).await;
            let expected = match method {
                "HEAD" if reads => 200,
                "OPTIONS" => 204,
                _ => 405,
            };
            assert_eq!(answer.status, expected, "{method} {}", operation.path);
            if expected != 200 {
                let allow = if reads { "GET,HEAD" } else { "POST" };
                assert_eq!(answer.headers["allow"], allow, "{method} {}", operation.path);
            }
        }
    }
    assert_eq!(stored(&api).await, before);
}

/// WB-2: reading writes nothing.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn reading_writes_nothing(pool: PgPool) {
    let api = Api::new(pool);
    let ada = scene::person(&api, "ada").await;
    let before = stored(&api).await;
    for operation in Operation::all().filter(|o| o.method == "get") {
        let path = operation.good(&ada.ids).uri(&operation, "");
        let answer = api.get(&ada.token, path.trim_start_matches("/api")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert_eq!(stored(&api).await, before, "{path}");
    }
}
