//! GD-1: every column is in the inventory. And what the other tests need of it: filling every table by reflection, so that
//! a new one is part of the hunt by itself.

use service::testing::Bench;
use sqlx::{AssertSqlSafe, PgPool, Row as _};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// A line of docs/data-inventory.md.
pub struct Entry {
    pub table: String,
    pub column: String,
    pub class: String,
    pub exported: bool,
}

pub fn inventory() -> Vec<Entry> {
    let text = include_str!("../../../docs/data-inventory.md");
    let lines = text.lines().filter(|line| line.starts_with("| ")).skip(1);
    lines
        .filter(|line| !line.starts_with("| ---"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [table, column, class, exported, goes] = cells.as_slice() else {
                panic!("five cells: {line}")
            };
            assert!(["personal", "secret", "operational"].contains(class), "{line}");
            assert!(["yes", "no"].contains(exported), "{line}");
            assert!(
                !(*class == "secret" && *exported == "yes"),
                "a secret leaves: {line}"
            );
            assert!(
                ["the person", "the workspace", "the session", "by itself"].contains(goes),
                "{line}"
            );
            Entry {
                table: (*table).into(),
                column: (*column).into(),
                class: (*class).into(),
                exported: *exported == "yes",
            }
        })
        .collect()
}

/// A column as the catalogue knows it.
#[derive(Clone, Debug)]
pub struct Column {
    pub table: String,
    pub name: String,
    pub kind: String,
    /// Filled when nothing is said.
    has_default: bool,
    nullable: bool,
    /// The values that a check allows, where it lists them.
    allowed: Vec<String>,
    /// What it points to.
    to: Option<(String, String)>,
}

pub async fn columns(pool: &PgPool) -> Vec<Column> {
    let rows = sqlx::query(
        "select c.relname::text as t, a.attname::text as n, format_type(a.atttypid, null) as k, a.atthasdef as d, not a.attnotnull as o, \
           (select pg_get_constraintdef(k.oid) from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' \
              and k.conkey = array[a.attnum] and pg_get_constraintdef(k.oid) like '%ANY%' limit 1) as c, \
           (select f.relname::text || '.' || fa.attname::text from pg_constraint k \
              join pg_class f on f.oid = k.confrelid \
              join pg_attribute fa on fa.attrelid = f.oid and fa.attnum = k.confkey[array_position(k.conkey, a.attnum)] \
              where k.conrelid = c.oid and k.contype = 'f' and a.attnum = any (k.conkey) \
              order by array_length(k.conkey, 1) = 1 desc, fa.attname = 'id' desc limit 1) as f \
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped \
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> '_sqlx_migrations' \
         order by 1, a.attnum",
    )
    .fetch_all(pool)
    .await
    .expect("catalogue");
    rows.iter()
        .map(|row| {
            let check: Option<String> = row.get("c");
            let check = check.unwrap_or_default();
            let allowed = check.split('\'').skip(1).step_by(2).map(str::to_owned).collect();
            let to: Option<String> = row.get("f");
            Column {
                table: row.get("t"),
                name: row.get("n"),
                kind: row.get("k"),
                has_default: row.get("d"),
                nullable: row.get("o"),
                allowed,
                to: to.and_then(|to| to.split_once('.').map(|(t, c)| (t.to_owned(), c.to_owned()))),
            }
        })
        .collect()
}

/// GD-1: nothing is stored that nobody thought about.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn every_column_is_in_the_inventory_and_no_other(pool: PgPool) {
    let there: BTreeSet<String> = columns(&pool)
        .await
        .into_iter()
        .map(|c| format!("{}.{}", c.table, c.name))
        .collect();
    let written: Vec<String> = inventory()
        .into_iter()
        .map(|e| format!("{}.{}", e.table, e.column))
        .collect();
    let listed: BTreeSet<String> = written.iter().cloned().collect();
    assert_eq!(written.len(), listed.len(), "written twice");
    let missing: Vec<_> = there.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&there).collect();
    assert!(missing.is_empty(), "not in docs/data-inventory.md: {missing:?}");
    assert!(
        gone.is_empty(),
        "in docs/data-inventory.md but not in the database: {gone:?}"
    );
}

/// Somebody whose rows are filled in.
pub struct Owner {
    pub user: Uuid,
    pub tenant: Uuid,
    /// Stands in every text that is theirs.
    pub mark: String,
}

/// Columns that name a person without a key that says so.
const PEOPLE: [&str; 5] = ["user_id", "owner_id", "person_id", "viewer_id", "actor_id"];

/// Puts one row of the person into every table that can hold one, with their mark in every text. The rows that make the
/// person and the workspace are there; their texts get the mark as well. Gives the tables.
pub async fn fill(bench: &Bench, owner: &Owner) -> BTreeSet<String> {
    let columns = columns(&bench.owner).await;
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for column in columns {
        tables.entry(column.table.clone()).or_default().push(column);
    }
    let personal = |columns: &[Column]| {
        columns.iter().any(|c| {
            PEOPLE.contains(&c.name.as_str())
                || c.name == "tenant_id"
                || c.to.as_ref().is_some_and(|(t, _)| {
                    ["users", "tenants", "memberships", "sessions"].contains(&t.as_str())
                })
        })
    };
    let mut made: HashMap<(String, String), String> = HashMap::new();
    for name in ["users", "tenants", "memberships"] {
        mark_existing(bench, name, &tables[name], owner).await;
    }
    made.insert(("users".into(), "id".into()), owner.user.to_string());
    made.insert(("tenants".into(), "id".into()), owner.tenant.to_string());
    made.insert(
        ("memberships".into(), "tenant_id".into()),
        owner.tenant.to_string(),
    );
    made.insert(("memberships".into(), "user_id".into()), owner.user.to_string());
    let mut done: BTreeSet<String> = ["users", "tenants", "memberships"].map(Into::into).into();
    let mut waiting: Vec<String> = tables
        .iter()
        .filter(|(name, columns)| !done.contains(*name) && personal(columns))
        .map(|(name, _)| name.clone())
        .collect();
    while !waiting.is_empty() {
        let before = waiting.len();
        for name in std::mem::take(&mut waiting) {
            let columns = &tables[&name];
            let ready = columns
                .iter()
                .all(|c| c.to.as_ref().is_none_or(|(t, _)| *t == name || done.contains(t)));
            if ready {
                insert(bench, &name, columns, owner, &mut made).await;
                done.insert(name);
            } else {
                waiting.push(name);
            }
        }
        assert!(waiting.len() < before, "these point at each other: {waiting:?}");
    }
    done
}

async fn mark_existing(bench: &Bench, table: &str, columns: &[Column], owner: &Owner) {
    let texts = columns
        .iter()
        .filter(|c| c.kind == "text" && c.allowed.is_empty() && c.name != "time_zone");
    let set: Vec<String> = texts
        .map(|c| format!("{} = '{}'", c.name, text(owner, table, &c.name)))
        .collect();
    let whose = match table {
        "users" => format!("id = '{}'", owner.user),
        "tenants" => format!("id = '{}'", owner.tenant),
        _ => format!("user_id = '{}' and tenant_id = '{}'", owner.user, owner.tenant),
    };
    run(
        bench,
        &format!("update {table} set {} where {whose}", set.join(", ")),
    )
    .await;
}

async fn insert(
    bench: &Bench,
    table: &str,
    columns: &[Column],
    owner: &Owner,
    made: &mut HashMap<(String, String), String>,
) {
    let mut names = Vec::new();
    let mut values = Vec::new();
    for column in columns {
        let name = column.name.as_str();
        let pointed = column
            .to
            .as_ref()
            .filter(|(t, _)| t != table)
            .and_then(|to| made.get(to).cloned());
        let value = match (pointed, column.kind.as_str()) {
            (Some(value), _) => format!("'{value}'"),
            (None, _) if name == "tenant_id" || name == "workspace_id" => format!("'{}'", owner.tenant),
            (None, "uuid") if PEOPLE.contains(&name) => format!("'{}'", owner.user),
            (None, "uuid") => format!("'{}'", Uuid::from_u128(rand_like(owner, table, name))),
            (None, "text") if !column.allowed.is_empty() => format!("'{}'", column.allowed[0]),
            (None, "text") if name == "salary_currency" => "'EUR'".into(),
            (None, "text") => format!("'{}'", text(owner, table, name)),
            (None, "text[]") => format!("array['{}']", text(owner, table, name)),
            (None, "jsonb") => format!("jsonb_build_object('mark', '{}')", text(owner, table, name)),
            (None, "bytea") => format!("sha256('{}')", text(owner, table, name)),
            (None, "timestamp with time zone") if name == "expires_at" => "now() + interval '9 years'".into(),
            (None, "timestamp with time zone") => "now()".into(),
            (None, "date") => "current_date".into(),
            (None, "boolean") => "false".into(),
            (None, "real" | "double precision") => "0.5".into(),
            // Another row of the same kind has its own place.
            (None, "integer") if name == "position" => "77".into(),
            (None, "integer" | "bigint" | "smallint") => "1".into(),
            (None, _) if column.nullable || column.has_default => continue,
            (None, kind) => panic!("no value for {table}.{name} of type {kind}"),
        };
        names.push(name);
        values.push(value);
    }
    run(
        bench,
        &format!(
            "insert into {table} ({}) values ({})",
            names.join(", "),
            values.join(", ")
        ),
    )
    .await;
    for (name, value) in names.iter().zip(values) {
        made.insert(
            (table.to_owned(), (*name).to_owned()),
            value.trim_matches('\'').to_owned(),
        );
    }
}

/// The mark, and where it stands.
fn text(owner: &Owner, table: &str, column: &str) -> String {
    format!("{}-{table}-{column}", owner.mark)
}

fn rand_like(owner: &Owner, table: &str, column: &str) -> u128 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    (&owner.mark, owner.tenant, table, column).hash(&mut hasher);
    u128::from(hasher.finish()) | 7 << 76
}

async fn run(bench: &Bench, sql: &str) {
    let done = sqlx::query(AssertSqlSafe(sql.to_owned()))
        .execute(&bench.owner)
        .await;
    if let Err(error) = done {
        panic!("{error}: {sql}");
    }
}
