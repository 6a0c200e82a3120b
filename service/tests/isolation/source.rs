//! Rules that the source itself must keep: see the reasons beside each.

use std::{fs, path::Path};

fn files(root: &Path, keep: &dyn Fn(&Path) -> bool, found: &mut Sources) {
    for entry in fs::read_dir(root).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            files(&path, keep, found);
        } else if keep(&path) {
            found.push((
                path.display().to_string(),
                fs::read_to_string(&path).expect("text"),
            ));
        }
    }
}

/// Path and text.
type Sources = Vec<(String, String)>;

/// The migrations, and the code of the crate.
fn sources() -> (Sources, Sources) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut sql, mut rust) = (Vec::new(), Vec::new());
    files(
        &root.join("../migrations"),
        &|p| p.extension().is_some_and(|e| e == "sql"),
        &mut sql,
    );
    files(
        &root.join("src"),
        &|p| p.extension().is_some_and(|e| e == "rs"),
        &mut rust,
    );
    assert!(
        sql.len() >= 5 && rust.len() >= 20,
        "the sources are where they are looked for"
    );
    (sql, rust)
}

#[test]
fn sql_stands_only_in_queries() {
    let (_, rust) = sources();
    for (path, text) in rust {
        let macros = ["query!(", "query_as!(", "query_scalar!(", "QueryBuilder"]
            .iter()
            .any(|m| text.contains(m));
        assert!(!macros || path.ends_with("queries.rs"), "SQL in {path}");
    }
}

#[test]
fn the_tenant_is_set_only_by_enter() {
    let (sql, rust) = sources();
    for (path, text) in sql.iter().chain(&rust) {
        let text = text.to_lowercase();
        assert!(!text.contains("set_config("), "set_config in {path}");
        let sets = text.matches("set local").count();
        let allowed = if path.ends_with("0003_enter.sql") {
            usize::MAX
        } else {
            0
        };
        assert!(sets <= allowed, "SET LOCAL in {path}");
    }
}

/// Citus counts rows wrongly, or refuses, without it.
#[test]
fn insert_select_returns_or_says_what_on_conflict() {
    let (_, rust) = sources();
    for (path, text) in rust.iter().filter(|(p, _)| p.ends_with("queries.rs")) {
        for statement in text.split("query").filter(|s| s.contains("insert into")) {
            let statement = statement.split(".fetch").next().unwrap_or(statement);
            let selects = statement
                .split("insert into")
                .nth(1)
                .is_some_and(|s| s.contains("select ") && !s.contains("values ("));
            let fine = statement.contains("returning") || statement.contains("on conflict");
            assert!(
                !selects || fine,
                "INSERT … SELECT without RETURNING in {path}: {statement}"
            );
        }
    }
}

#[test]
fn no_volatile_function_where_citus_refuses_it() {
    let (_, rust) = sources();
    for (path, text) in rust.iter().filter(|(p, _)| p.ends_with("queries.rs")) {
        for banned in ["clock_timestamp(", "random()", "force_generic_plan", "merge into"] {
            assert!(!text.contains(banned), "{banned} in {path}");
        }
        for after in text.split("do update set").skip(1) {
            let clause = after.split("returning").next().unwrap_or(after);
            let clause = clause.split("\"#").next().unwrap_or(clause);
            assert!(!clause.contains("now("), "DO UPDATE SET … now() in {path}");
        }
    }
}
