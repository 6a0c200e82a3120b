//! Every column is listed in docs/data-inventory.md. Also fills all tables by reflection for the tests of export and deletion,
//! so that these include new tables automatically.

use service::testing::TestApp;
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

pub fn read_inventory() -> Vec<Entry> {
    let text = include_str!("../../../../docs/data-inventory.md");
    let lines = text.lines().filter(|line| line.starts_with("| ")).skip(1);
    lines
        .filter(|line| !line.starts_with("| ---"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [table, column, class, exported, deleted_with] = cells.as_slice() else {
                panic!("expected five cells: {line}")
            };
            assert!(["personal", "secret", "operational"].contains(class), "{line}");
            assert!(["yes", "no"].contains(exported), "{line}");
            assert!(
                !(*class == "secret" && *exported == "yes"),
                "a secret must not be exported: {line}"
            );
            assert!(
                ["the user", "the workspace", "the session", "by itself"].contains(deleted_with),
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

/// A column in the system catalog.
#[derive(Clone, Debug)]
pub struct Column {
    pub table: String,
    pub name: String,
    pub kind: String,
    has_default: bool,
    nullable: bool,
    /// The values that a check constraint allows, if it lists them.
    allowed: Vec<String>,
    /// The referenced table and column.
    references: Option<(String, String)>,
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
    .expect("catalog");
    rows.iter()
        .map(|row| {
            let check: Option<String> = row.get("c");
            let check = check.unwrap_or_default();
            let allowed = check.split('\'').skip(1).step_by(2).map(str::to_owned).collect();
            let references: Option<String> = row.get("f");
            Column {
                table: row.get("t"),
                name: row.get("n"),
                kind: row.get("k"),
                has_default: row.get("d"),
                nullable: row.get("o"),
                allowed,
                references: references
                    .and_then(|r| r.split_once('.').map(|(t, c)| (t.to_owned(), c.to_owned()))),
            }
        })
        .collect()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn every_column_is_listed_in_the_data_inventory(pool: PgPool) {
    let columns: BTreeSet<String> = columns(&pool)
        .await
        .into_iter()
        .map(|c| format!("{}.{}", c.table, c.name))
        .collect();
    let entries: Vec<String> = read_inventory()
        .into_iter()
        .map(|e| format!("{}.{}", e.table, e.column))
        .collect();
    let listed: BTreeSet<String> = entries.iter().cloned().collect();
    assert_eq!(entries.len(), listed.len(), "duplicate entries");
    let missing: Vec<_> = columns.difference(&listed).collect();
    let obsolete: Vec<_> = listed.difference(&columns).collect();
    assert!(missing.is_empty(), "not in docs/data-inventory.md: {missing:?}");
    assert!(
        obsolete.is_empty(),
        "in docs/data-inventory.md but not in the database: {obsolete:?}"
    );
}

/// The user and tenant that rows are created for.
pub struct Owner {
    pub user: Uuid,
    pub tenant: Uuid,
    /// Contained in every text of these rows.
    pub mark: String,
}

/// Columns that contain a user id, some of them without a foreign key.
const USER_COLUMNS: [&str; 5] = ["user_id", "owner_id", "viewer_id", "actor_id", "author_id"];

/// Inserts one row of the owner into every table with personal data, with the mark in every text. The rows of the user, the
/// tenant and the membership exist already; the mark is added to them. Returns the tables.
pub async fn fill_tables(app: &TestApp, owner: &Owner) -> BTreeSet<String> {
    let columns = columns(&app.owner).await;
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for column in columns {
        tables.entry(column.table.clone()).or_default().push(column);
    }
    let personal = |columns: &[Column]| {
        columns.iter().any(|c| {
            USER_COLUMNS.contains(&c.name.as_str())
                || c.name == "tenant_id"
                || c.references.as_ref().is_some_and(|(t, _)| {
                    ["users", "tenants", "memberships", "sessions", "api_keys"].contains(&t.as_str())
                })
        })
    };
    let mut inserted: HashMap<(String, String), String> = HashMap::new();
    for name in ["users", "tenants", "memberships"] {
        add_marks(app, name, &tables[name], owner).await;
    }
    inserted.insert(("users".into(), "id".into()), owner.user.to_string());
    inserted.insert(("tenants".into(), "id".into()), owner.tenant.to_string());
    inserted.insert(
        ("memberships".into(), "tenant_id".into()),
        owner.tenant.to_string(),
    );
    inserted.insert(("memberships".into(), "user_id".into()), owner.user.to_string());
    let mut done: BTreeSet<String> = ["users", "tenants", "memberships"].map(Into::into).into();
    let mut remaining: Vec<String> = tables
        .iter()
        .filter(|(name, columns)| !done.contains(*name) && personal(columns))
        .map(|(name, _)| name.clone())
        .collect();
    while !remaining.is_empty() {
        let before = remaining.len();
        for name in std::mem::take(&mut remaining) {
            let columns = &tables[&name];
            let ready = columns.iter().all(|c| {
                c.references
                    .as_ref()
                    .is_none_or(|(t, _)| *t == name || done.contains(t))
            });
            if ready {
                insert(app, &name, columns, owner, &mut inserted).await;
                done.insert(name);
            } else {
                remaining.push(name);
            }
        }
        assert!(remaining.len() < before, "circular references: {remaining:?}");
    }
    done
}

async fn add_marks(app: &TestApp, table: &str, columns: &[Column], owner: &Owner) {
    let texts = columns
        .iter()
        .filter(|c| c.kind == "text" && c.allowed.is_empty() && c.name != "time_zone");
    let assignments: Vec<String> = texts
        .map(|c| format!("{} = '{}'", c.name, marked_text(owner, table, &c.name)))
        .collect();
    let condition = match table {
        "users" => format!("id = '{}'", owner.user),
        "tenants" => format!("id = '{}'", owner.tenant),
        _ => format!("user_id = '{}' and tenant_id = '{}'", owner.user, owner.tenant),
    };
    run(
        app,
        &format!("update {table} set {} where {condition}", assignments.join(", ")),
    )
    .await;
}

async fn insert(
    app: &TestApp,
    table: &str,
    columns: &[Column],
    owner: &Owner,
    inserted: &mut HashMap<(String, String), String>,
) {
    let mut names = Vec::new();
    let mut values = Vec::new();
    for column in columns {
        let name = column.name.as_str();
        let referenced = column
            .references
            .as_ref()
            .filter(|(t, _)| t != table)
            .and_then(|key| inserted.get(key).cloned());
        let references_own_table = column.references.as_ref().is_some_and(|(t, _)| t == table);
        let value = match (referenced, column.kind.as_str()) {
            (None, _) if references_own_table && column.nullable => continue,
            (None, "uuid[]") => "array[gen_random_uuid()]".into(),
            (Some(value), _) => format!("'{value}'"),
            (None, _) if name == "tenant_id" => format!("'{}'", owner.tenant),
            (None, "uuid") if USER_COLUMNS.contains(&name) => format!("'{}'", owner.user),
            (None, "uuid") => format!("'{}'", Uuid::from_u128(pseudo_random(owner, table, name))),
            (None, "text") if ["currency", "salary_currency"].contains(&name) => "'EUR'".into(),
            (None, "text") if !column.allowed.is_empty() => format!("'{}'", column.allowed[0]),
            (None, "text") => format!("'{}'", marked_text(owner, table, name)),
            (None, "text[]") => format!("array['{}']", marked_text(owner, table, name)),
            (None, "jsonb") => format!(
                "jsonb_build_object('mark', '{}')",
                marked_text(owner, table, name)
            ),
            (None, "bytea") => format!("sha256('{}')", marked_text(owner, table, name)),
            (None, "timestamp with time zone") if name == "expires_at" => "now() + interval '9 years'".into(),
            (None, "timestamp with time zone") => "now()".into(),
            (None, "date") => "current_date".into(),
            (None, "boolean") => "false".into(),
            (None, "real" | "double precision") => "0.5".into(),
            // Positions are unique, and the default stages exist already.
            (None, "integer") if name == "position" => "77".into(),
            (None, "integer" | "bigint" | "smallint") => "1".into(),
            (None, _) if column.nullable || column.has_default => continue,
            (None, kind) => panic!("no value for {table}.{name} of type {kind}"),
        };
        names.push(name);
        values.push(value);
    }
    run(
        app,
        &format!(
            "insert into {table} ({}) values ({})",
            names.join(", "),
            values.join(", ")
        ),
    )
    .await;
    for (name, value) in names.iter().zip(values) {
        inserted.insert(
            (table.to_owned(), (*name).to_owned()),
            value.trim_matches('\'').to_owned(),
        );
    }
}

/// The mark with the table and column.
fn marked_text(owner: &Owner, table: &str, column: &str) -> String {
    format!("{}-{table}-{column}", owner.mark)
}

fn pseudo_random(owner: &Owner, table: &str, column: &str) -> u128 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    (&owner.mark, owner.tenant, table, column).hash(&mut hasher);
    u128::from(hasher.finish()) | 7 << 76
}

async fn run(app: &TestApp, sql: &str) {
    let done = sqlx::query(AssertSqlSafe(sql.to_owned()))
        .execute(&app.owner)
        .await;
    if let Err(error) = done {
        panic!("{error}: {sql}");
    }
}
