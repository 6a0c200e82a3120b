//! Every statement that changes or deletes sessions, API keys, users, memberships or tenants, found in the source code. A new one fails
//! the test until it is added here, with the use cases that notify or the reason why none must.

use std::{collections::BTreeMap, fs, path::Path};

const TABLES: [&str; 5] = ["sessions", "api_keys", "users", "memberships", "tenants"];

enum Effect {
    /// How the query is called, and by which files. Each of them commits with `auth_cache.commit`, except [`HELPER`].
    Notify(&'static str, &'static [&'static str]),
    /// Nothing that is cached changes.
    NotCached(&'static str),
}
use Effect::{NotCached, Notify};

/// Has a function that is given a transaction. Its callers, `change.rs` and `reset.rs`, commit.
const HELPER: &str = "auth/password/mod.rs";

/// File and function of a query, and what follows from it.
const QUERIES: &[(&str, &str, Effect)] = &[
    (
        "auth/queries/mod.rs",
        "set_password_hash",
        NotCached("password hash"),
    ),
    (
        "auth/queries/mod.rs",
        "replace_password",
        Notify("queries::replace_password(", &["auth/password/change.rs"]),
    ),
    (
        "auth/queries/mod.rs",
        "set_password_and_verify_email",
        Notify(
            "queries::set_password_and_verify_email(",
            &["auth/password/reset.rs"],
        ),
    ),
    (
        "auth/queries/mod.rs",
        "set_email_verified",
        Notify(
            "set_email_verified(&mut",
            &["auth/email_verification.rs", "auth/oauth/sign_in.rs"],
        ),
    ),
    (
        "auth/queries/mod.rs",
        "revoke_all_credentials",
        Notify("revoke_all_credentials(&mut", &["auth/oauth/sign_in.rs"]),
    ),
    (
        "auth/queries/mod.rs",
        "delete_expired_users",
        Notify("queries::delete_expired_users(", &["wiring/delete_expired.rs"]),
    ),
    (
        "auth/sessions/queries.rs",
        "update_web_session",
        NotCached("web sessions"),
    ),
    (
        "auth/sessions/queries.rs",
        "touch_web_session",
        NotCached("web sessions"),
    ),
    (
        "auth/sessions/queries.rs",
        "delete_web_session",
        NotCached("web sessions"),
    ),
    (
        "auth/sessions/queries.rs",
        "delete_session",
        Notify(
            "queries::delete_session(",
            &[
                "auth/logout.rs",
                "auth/sessions/revoke.rs",
                "auth/tokens/refresh.rs",
            ],
        ),
    ),
    (
        "auth/sessions/queries.rs",
        "delete_sessions",
        Notify(
            "queries::delete_sessions(",
            &["auth/logout.rs", HELPER, "auth/sessions/revoke.rs"],
        ),
    ),
    (
        "auth/sessions/queries.rs",
        "delete_expired_sessions",
        NotCached("cache entries expire with their session"),
    ),
    (
        "auth/tokens/queries.rs",
        "touch_session",
        NotCached("time of last use"),
    ),
    (
        "organizations/queries/members.rs",
        "set_role",
        Notify(
            "::set_role(&mut tx",
            &["admin/tenants.rs", "organizations/members.rs"],
        ),
    ),
    (
        "admin/queries.rs",
        "set_locked",
        Notify("queries::set_locked(", &["admin/users.rs"]),
    ),
    (
        "admin/queries.rs",
        "delete_all_sessions",
        Notify("queries::delete_all_sessions(", &["admin/users.rs"]),
    ),
    ("admin/queries.rs", "set_quota", NotCached("quotas")),
    (
        "keys/queries.rs",
        "update",
        Notify("queries::update(&mut tx, tenant, &key", &["keys/change.rs"]),
    ),
    (
        "keys/queries.rs",
        "delete",
        Notify("queries::delete(&mut tx, tenant, user, id", &["keys/change.rs"]),
    ),
    (
        "keys/queries.rs",
        "delete_of_members",
        // By way of `organizations/single_sign_on_scope.rs`, which is given a transaction.
        Notify(
            "revoke_access(services, &mut tx",
            &[
                "organizations/domains.rs",
                "organizations/identity_provider.rs",
                "organizations/members.rs",
            ],
        ),
    ),
    ("keys/queries.rs", "set_last_used", NotCached("time of last use")),
    (
        "organizations/queries/members.rs",
        "delete",
        Notify(
            "members::delete(",
            &["wiring/delete_organization_job.rs", "wiring/memberships.rs"],
        ),
    ),
    (
        "organizations/queries/tenants.rs",
        "update",
        Notify(
            "queries::update(&mut tx, tenant, user",
            &["organizations/update.rs"],
        ),
    ),
    (
        "organizations/queries/tenants.rs",
        "close",
        Notify("organization::close(", &["wiring/delete_organization.rs"]),
    ),
    (
        "organizations/queries/tenants.rs",
        "delete",
        Notify("organization::delete(", &["wiring/delete_organization_job.rs"]),
    ),
    (
        "tenants/queries.rs",
        "delete_expired",
        Notify("tenants::queries::delete_expired(", &["wiring/delete_expired.rs"]),
    ),
    (
        "users/deletion/queries.rs",
        "transfer_ownership",
        Notify("queries::transfer_ownership(", &["wiring/delete_user.rs"]),
    ),
    (
        "users/deletion/queries.rs",
        "delete_sole_member_tenants",
        Notify("queries::delete_sole_member_tenants(", &["wiring/delete_user.rs"]),
    ),
    (
        "users/deletion/queries.rs",
        "delete_user",
        Notify("queries::delete_user(", &["wiring/delete_user.rs"]),
    ),
    (
        "users/queries.rs",
        "update_user",
        Notify("queries::update_user(", &["users/profile.rs"]),
    ),
    (
        "users/queries.rs",
        "set_display_name",
        Notify("queries::set_display_name(", &["users/profile.rs"]),
    ),
];

/// Path below `src` and text of all files with this extension.
fn files(folder: &str, extension: &str) -> BTreeMap<String, String> {
    fn collect(root: &Path, folder: &Path, extension: &str, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                collect(root, &path, extension, found);
            } else if path.extension().is_some_and(|e| e == extension) {
                let name = path.strip_prefix(root).expect("below the root");
                let text = fs::read_to_string(&path).expect("text");
                found.insert(name.display().to_string(), text);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = BTreeMap::new();
    collect(&root, &root, extension, &mut found);
    assert!(!found.is_empty(), "{folder} is empty");
    found
}

/// Whether the SQL changes rows of one of the tables, or deletes them.
fn changes_cached_table(sql: &str) -> bool {
    let words: Vec<&str> = sql
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
        .filter(|word| !word.is_empty())
        .collect();
    let is_cached = |word: &str| TABLES.contains(&word.trim_start_matches("public."));
    let is_upsert = words.windows(3).any(|w| w == ["do", "update", "set"]);
    words.windows(2).any(|w| w[0] == "update" && is_cached(w[1]))
        || words
            .windows(3)
            .any(|w| w[0] == "delete" && w[1] == "from" && is_cached(w[2]))
        || is_upsert && words.windows(3).any(|w| w[0] == "insert" && is_cached(w[2]))
}

/// The functions of a file, by name.
fn functions(text: &str) -> Vec<(&str, &str)> {
    text.split("fn ")
        .skip(1)
        .filter_map(|function| Some((function.split(['(', '<']).next()?, function)))
        .collect()
}

#[test]
fn every_statement_on_cached_tables_is_listed() {
    let mut found: Vec<(String, String)> = Vec::new();
    for (path, text) in files("src", "rs") {
        for (name, function) in functions(&text) {
            if changes_cached_table(function) {
                found.push((path.clone(), name.to_owned()));
            }
        }
    }
    let mut listed: Vec<(String, String)> = QUERIES
        .iter()
        .map(|(path, name, _)| ((*path).to_owned(), (*name).to_owned()))
        .collect();
    listed.sort();
    found.sort();
    assert_eq!(found, listed);
    for (path, text) in files("../migrations", "sql") {
        let code: String = text
            .lines()
            .map(|line| line.split("--").next().unwrap_or_default().to_owned() + "\n")
            .collect();
        assert!(!changes_cached_table(&code), "{path}");
    }
}

#[test]
fn every_listed_use_case_commits_with_invalidation() {
    let files = files("src", "rs");
    for (queries, function, effect) in QUERIES {
        let (call, use_cases) = match effect {
            NotCached(reason) => {
                assert!(!reason.is_empty(), "{function}");
                continue;
            }
            Notify(call, use_cases) => (*call, *use_cases),
        };
        let callers: Vec<&str> = files
            .iter()
            .filter(|(path, text)| path != queries && text.contains(call))
            .map(|(path, _)| path.as_str())
            .collect();
        assert_eq!(callers, use_cases, "callers of {queries}: {function}");
        for use_case in callers.iter().filter(|path| **path != HELPER) {
            let text: String = files[*use_case].split_whitespace().collect();
            assert!(
                text.contains(".auth_cache.commit(tx,"),
                "{use_case} calls {function}, but does not commit with auth_cache.commit"
            );
        }
    }
}

#[test]
fn statements_are_recognized() {
    for (sql, expected) in [
        ("update users set email = $1", true),
        ("delete from public.sessions s using users u", true),
        ("with x as (delete from tenants t returning id) select 1", true),
        (
            "insert into memberships (user_id) values ($1) on conflict (user_id) do update set role = $2",
            true,
        ),
        ("insert into users (id) values ($1) on conflict do nothing", false),
        ("update identities i set email = u.email from users u", false),
        ("select 1 from users for update", false),
    ] {
        assert_eq!(changes_cached_table(sql), expected, "{sql}");
    }
}
