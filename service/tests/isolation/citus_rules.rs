//! Forms of SQL that Citus refuses, or answers wrongly, although plain Postgres accepts them. `docs/SCALING.md` describes Citus.

use std::collections::BTreeSet;

/// Replicated to all nodes.
pub const REFERENCE: &[&str] = &["tenants", "users", "memberships"];
/// Sent to every node on purpose: the periodic clean-up, which the policy alone limits to expired rows.
pub const ALL_TENANTS: &[&str] = &["delete from idempotency_keys"];
/// Words followed by a parenthesis that are no function calls.
const NO_FUNCTION: &[&str] = &[
    "coalesce", "nullif", "least", "greatest", "and", "or", "not", "in", "any", "when", "then", "else",
    "case", "where", "values",
];
const VOLATILE: &[&str] = &[
    "clock_timestamp",
    "statement_timestamp",
    "random",
    "gen_random_uuid",
    "nextval",
    "timeofday",
];

/// Words, parameters, strings and single characters, in lower case and without comments.
pub fn tokens(sql: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        let mut token = String::from(c.to_ascii_lowercase());
        if c == '-' && chars.peek() == Some(&'-') {
            while chars.next().is_some_and(|c| c != '\n') {}
            continue;
        }
        if c.is_whitespace() {
            continue;
        }
        if c == '\'' || c == '"' {
            for inner in chars.by_ref() {
                token.push(inner);
                if inner == c {
                    break;
                }
            }
        } else if c.is_alphanumeric() || matches!(c, '_' | '$') {
            while let Some(next) = chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
                token.push(next.to_ascii_lowercase());
            }
        }
        tokens.push(token);
    }
    // The only schema.
    while let Some(n) = tokens.windows(2).position(|w| w[0] == "public" && w[1] == ".") {
        tokens.drain(n..n + 2);
    }
    tokens
}

/// The tokens from `start` to the end of its parenthesis.
fn scope(tokens: &[String], start: usize) -> &[String] {
    let mut depth = 0;
    for (n, token) in tokens[start..].iter().enumerate() {
        match token.as_str() {
            "(" => depth += 1,
            ")" | ";" if depth == 0 => return &tokens[start..start + n],
            ")" => depth -= 1,
            _ => {}
        }
    }
    &tokens[start..]
}

/// The tokens from the first `word` outside of inner parentheses to the next one of `ends`. Empty if no token follows.
fn clause<'a>(tokens: &'a [String], word: &[&str], ends: &[&str]) -> &'a [String] {
    let mut depth = 0;
    let mut start = None;
    for (n, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ if depth > 0 => {}
            t if start.is_some_and(|start| n > start) && ends.contains(&t) => {
                return &tokens[start.unwrap_or(n)..n];
            }
            _ if start.is_none()
                && tokens[n..].iter().zip(word).filter(|(a, b)| a == b).count() == word.len() =>
            {
                start = Some(n + word.len() - 1);
            }
            _ => {}
        }
    }
    start.map_or(&[], |start| &tokens[start..])
}

fn has(tokens: &[String], word: &str) -> bool {
    tokens.iter().any(|t| t == word)
}

fn calls_function(tokens: &[String]) -> bool {
    tokens.windows(2).any(|w| {
        let is_word = w[0].starts_with(|c: char| c.is_ascii_alphabetic());
        w[1] == "(" && is_word && !NO_FUNCTION.contains(&w[0].as_str())
    })
}

fn is_name(token: Option<&String>) -> bool {
    const KEYWORDS: &[&str] = &[
        "where",
        "join",
        "left",
        "on",
        "set",
        "order",
        "group",
        "for",
        "limit",
        "using",
        "returning",
        "union",
        "select",
        "values",
    ];
    token.is_some_and(|t| t.starts_with(|c: char| c.is_ascii_alphabetic()) && !KEYWORDS.contains(&t.as_str()))
}

/// The name by which the rest of the statement refers to the table at `n`.
fn alias(tokens: &[String], n: usize) -> Option<&str> {
    let next = if tokens.get(n + 1).is_some_and(|t| t == "as") {
        n + 2
    } else {
        n + 1
    };
    is_name(tokens.get(next)).then(|| tokens[next].as_str())
}

/// The parts of the statement that Citus rejects.
pub fn violations(sql: &str, tenant_tables: &BTreeSet<String>) -> Vec<String> {
    let tokens = tokens(sql);
    let mut found = Vec::new();
    for word in ["merge", "set_config", "force_generic_plan", "plan_cache_mode"] {
        if has(&tokens, word) {
            found.push(format!("{word} is not supported"));
        }
    }
    for n in 0..tokens.len() {
        match tokens[n].as_str() {
            "insert" if tokens.get(n + 1).is_some_and(|t| t == "into") => {
                check_insert(scope(&tokens, n), tenant_tables, &mut found);
            }
            "update" | "delete" => check_change(scope(&tokens, n), tenant_tables, &mut found),
            "left" | "full" | "right" if tokens.get(n + 1).is_some_and(|t| t == "join") => {
                check_outer_join(scope(&tokens, n + 2), tenant_tables, &mut found);
            }
            _ => {}
        }
    }
    check_row_lock(&tokens, &mut found);
    check_tenant(&tokens, tenant_tables, &mut found);
    found
}

/// A row lock on a table that every node has locks the whole table: `for share` and `for key share` against everything that does
/// the same, so that two transactions deadlock, `for update` against every other one. Only `users` is locked, by rare changes of
/// an account.
fn check_row_lock(tokens: &[String], found: &mut Vec<String>) {
    const STRENGTHS: [&[&str]; 4] = [
        &["for", "share"],
        &["for", "key", "share"],
        &["for", "update"],
        &["for", "no", "key", "update"],
    ];
    let starts_with = |n: usize, words: &[&str]| {
        tokens[n..].len() >= words.len() && tokens[n..].iter().zip(words).all(|(a, b)| a == b)
    };
    let Some((is_share, end)) = (0..tokens.len()).find_map(|n| {
        let strength = STRENGTHS.iter().position(|words| starts_with(n, words))?;
        Some((strength < 2, n + STRENGTHS[strength].len()))
    }) else {
        return;
    };
    let of = (tokens.get(end).is_some_and(|t| t == "of"))
        .then(|| tokens.get(end + 1))
        .flatten();
    for n in 1..tokens.len() {
        let table = tokens[n].as_str();
        let is_read = matches!(tokens[n - 1].as_str(), "from" | "join") && REFERENCE.contains(&table);
        let is_locked = is_read && of.is_none_or(|of| of == table || alias(tokens, n) == Some(of));
        if is_locked && (is_share || table != "users") {
            found.push(format!("row lock on {table}, which every node has"));
        }
    }
}

fn check_insert(insert: &[String], tenant_tables: &BTreeSet<String>, found: &mut Vec<String>) {
    let Some(table) = insert.get(2) else { return };
    let returning = clause(insert, &["returning"], &[]);
    if has(returning, "select") {
        found.push("subquery in the RETURNING of an INSERT".into());
    }
    let values = clause(insert, &["values"], &["on", "returning"]);
    if has(values, "select") {
        found.push("subquery in the VALUES of an INSERT".into());
    }
    let selected = clause(insert, &["select"], &["on", "returning"]);
    if values.is_empty() && !selected.is_empty() {
        let conflict = clause(insert, &["on", "conflict"], &[]);
        if returning.is_empty() && conflict.is_empty() {
            found.push("INSERT … SELECT with neither RETURNING nor ON CONFLICT".into());
        }
        if returning.is_empty() && has(conflict, "nothing") && tenant_tables.contains(table) {
            found
                .push("INSERT … SELECT … DO NOTHING without RETURNING reports a wrong number of rows".into());
        }
        let reads_tenant_table = selected
            .windows(2)
            .any(|w| matches!(w[0].as_str(), "from" | "join") && tenant_tables.contains(&w[1]));
        if reads_tenant_table && tenant_tables.contains(table) && alias(insert, 2).is_none() {
            found.push("INSERT … SELECT from a tenant table without an alias of the target".into());
        }
    }
    if calls_function(clause(insert, &["do", "update", "set"], &["returning"])) {
        found.push("function in DO UPDATE SET".into());
    }
    if tenant_tables.contains(table) && calls_function(returning) {
        found.push("function in RETURNING".into());
    }
}

fn check_change(change: &[String], tenant_tables: &BTreeSet<String>, found: &mut Vec<String>) {
    let table = if change.get(1).is_some_and(|t| t == "from") {
        change.get(2)
    } else {
        change.get(1)
    };
    if !table.is_some_and(|t| tenant_tables.contains(t)) {
        return;
    }
    if change.iter().any(|t| VOLATILE.contains(&t.as_str())) {
        found.push("volatile function in UPDATE or DELETE".into());
    }
    if calls_function(clause(change, &["returning"], &[])) {
        found.push("function in RETURNING".into());
    }
}

/// A condition that is null for every row cannot be planned. Tenant and owner are always set.
fn check_outer_join(join: &[String], tenant_tables: &BTreeSet<String>, found: &mut Vec<String>) {
    if !join.first().is_some_and(|t| tenant_tables.contains(t)) {
        return;
    }
    let ends = [
        "join", "left", "right", "full", "where", "group", "order", "limit", "for", "union",
    ];
    let condition = clause(join, &["on"], &ends);
    for (n, _) in condition.iter().enumerate().filter(|(_, t)| t.starts_with('$')) {
        let compared = n.checked_sub(2).map(|n| condition[n].as_str());
        if !matches!(compared, Some("tenant_id" | "owner_id" | "coalesce")) {
            found.push("parameter that may be null in the condition of an outer join".into());
        }
    }
}

/// Every tenant table is read with a filter or a join on its tenant, so that one node answers.
fn check_tenant(tokens: &[String], tenant_tables: &BTreeSet<String>, found: &mut Vec<String>) {
    let ctes: BTreeSet<&str> = tokens
        .windows(3)
        .filter(|w| w[1] == "as" && matches!(w[2].as_str(), "(" | "materialized"))
        .map(|w| w[0].as_str())
        .collect();
    let mut unqualified = 0;
    let mut reads = 0;
    for n in 1..tokens.len() {
        let is_read = matches!(tokens[n - 1].as_str(), "from" | "join" | "update" | "using");
        if !is_read || !tenant_tables.contains(&tokens[n]) {
            continue;
        }
        match alias(tokens, n) {
            _ if ctes.contains(tokens[n].as_str()) && alias(tokens, n).is_some() => {}
            None => {
                unqualified += 1;
                reads += 1;
            }
            Some(alias) => {
                reads += 1;
                let compared = tokens
                    .windows(4)
                    .any(|w| w[0] == alias && w[1] == "." && w[2] == "tenant_id" && w[3] == "=");
                if !compared {
                    unqualified += 1;
                }
            }
        }
    }
    let routed =
        |w: &[String]| w[0] == "tenant_id" && w[1] == "=" && (w[2].starts_with('$') || w[2] == "p_tenant");
    let plain = tokens
        .windows(4)
        .filter(|w| w[0] != "." && routed(&w[1..]))
        .count();
    if plain < unqualified {
        found.push("tenant table without a condition on its tenant_id".into());
    }
    if reads > 0 && !tokens.windows(3).any(routed) {
        found.push("statement on tenant tables without tenant_id = $n is sent to every node".into());
    }
    if reads > 0
        && tokens.windows(2).any(|w| {
            matches!(w[0].as_str(), "from" | "join") && ["tenants", "users"].contains(&w[1].as_str())
        })
    {
        found.push("tenant table together with a table that is the same for all tenants".into());
    }
}

/// Statements that Citus cannot plan before the parameters have values. It plans the statement when it is executed only if that reads or
/// changes a single table, with one condition on its tenant, and without subqueries.
pub fn generic_plan_violations(statement: &str, tenant_tables: &BTreeSet<String>) -> Vec<&'static str> {
    let tokens = tokens(statement);
    let Some(first) = tokens.iter().position(|t| tenant_tables.contains(t)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if ["join", "using", "union", "intersect", "except", "with"]
        .iter()
        .any(|word| has(&tokens, word))
    {
        found.push("a join, a set operation or a CTE");
    }
    if tokens.windows(2).any(|w| w[0] == "(" && w[1] == "select") {
        found.push("a subquery");
    }
    let from = clause(&tokens[first..], &[tokens[first].as_str()], &["where"]);
    if tokens[first - 1] == "from" && has(from, ",") {
        found.push("a join of a list of tables");
    }
    let is_tenant = |w: &[String]| w[0] == "tenant_id" && w[1] == "=";
    if tokens.windows(2).filter(|w| is_tenant(w)).count() != 1 {
        found.push("several conditions on the tenant, or none");
    }
    if has(&tokens, "or") {
        found.push("alternatives");
    }
    found
}
