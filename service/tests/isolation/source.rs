//! Rules for the source code that no type enforces.

use std::{fs, path::Path};

/// Path and text of each file.
type Sources = Vec<(String, String)>;

fn collect(folder: &Path, extension: &str, found: &mut Sources) {
    for entry in fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            collect(&path, extension, found);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push((
                path.display().to_string(),
                fs::read_to_string(&path).expect("text"),
            ));
        }
    }
}

fn files(folder: &str, extension: &str) -> Sources {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    collect(&root, extension, &mut found);
    assert!(found.len() >= 5, "{folder} is empty");
    found
}

/// A file `queries.rs`, or one in a folder `queries`.
fn is_queries_module(path: &str) -> bool {
    path.ends_with("/queries.rs") || path.contains("/queries/")
}

fn queries() -> Sources {
    let mut sources = files("src", "rs");
    sources.retain(|(path, _)| is_queries_module(path));
    assert!(sources.len() >= 10, "queries modules: {}", sources.len());
    sources
}

#[test]
fn sql_is_only_in_queries_modules() {
    for (path, text) in files("src", "rs") {
        let has_sql = ["query!(", "query_as!(", "query_scalar!(", "QueryBuilder"]
            .iter()
            .any(|m| text.contains(m));
        assert!(!has_sql || is_queries_module(&path), "SQL in {path}");
    }
}

#[test]
fn only_set_tenant_context_sets_the_tenant() {
    for (path, text) in files("../migrations", "sql").iter().chain(&files("src", "rs")) {
        let text = text.to_lowercase();
        assert!(!text.contains("set_config("), "set_config in {path}");
        // The second one replaces the function.
        let allowed = path.ends_with("0002_tenant_context.sql") || path.ends_with("0042_coaching.sql");
        // purge_applications, existing_files, quota_usage, retract_last_event, the functions of stale secrets and of revoked webhooks, append_changes, member_checksum, end_grants_to, list_viewers_of, join_group and the functions of cohorts each set one that
        // only policies of the owner read.
        let text = text
            .replace("set local app.purge", "")
            .replace("set local app.file_cleanup", "")
            .replace("set local app.count_usage", "")
            .replace("set local app.append_changes", "")
            .replace("set local app.stale_secrets", "")
            .replace("set local app.revoke_webhooks", "")
            .replace("set local app.checksum", "")
            .replace("set local app.end_grants", "")
            .replace("set local app.list_viewers", "")
            .replace("set local app.join_group", "")
            .replace("set local app.retract_event", "")
            .replace("set local app.cohort_tenant", "");
        assert!(allowed || !text.contains("set local"), "SET LOCAL in {path}");
    }
}

/// Postgres validates a foreign key as the owner of the tables, who sees no row of a table with forced row level security.
#[test]
fn foreign_keys_of_tenant_tables_are_added_by_the_function() {
    let mut allowed = 1; // in the function
    for (path, text) in files("../migrations", "sql") {
        let plain = text.to_lowercase().matches("add foreign key").count()
            + text.to_lowercase().matches("add constraint").count();
        assert!(
            plain == 0 || (plain == allowed && path.ends_with("0002_tenant_context.sql")),
            "foreign key in {path}"
        );
        allowed -= plain;
    }
    assert_eq!(allowed, 0);
}

/// On Citus such a statement without either is refused, or reports a wrong number of rows.
#[test]
fn insert_select_has_returning_or_on_conflict() {
    for (path, text) in queries() {
        for statement in text.split("query").filter(|s| s.contains("insert into")) {
            let statement = statement.split(".fetch").next().unwrap_or(statement);
            let selects = statement
                .split("insert into")
                .nth(1)
                .is_some_and(|s| s.contains("select ") && !s.contains("values ("));
            let supported = statement.contains("returning") || statement.contains("on conflict");
            assert!(
                !selects || supported,
                "INSERT … SELECT without RETURNING or ON CONFLICT in {path}: {statement}"
            );
        }
    }
}

#[test]
fn queries_use_no_volatile_function_that_citus_refuses() {
    for (path, text) in queries() {
        for refused in ["clock_timestamp(", "random()", "force_generic_plan", "merge into"] {
            assert!(!text.contains(refused), "{refused} in {path}");
        }
        for after in text.split("do update set").skip(1) {
            let clause = after.split("returning").next().unwrap_or(after);
            let clause = clause.split("\"#").next().unwrap_or(clause);
            assert!(!clause.contains("now("), "DO UPDATE SET … now() in {path}");
        }
    }
}
