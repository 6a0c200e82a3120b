//! Collects the execution plan of each statement.

use serde_json::Value;
use sqlx::PgPool;
use std::{
    fmt::Debug,
    mem,
    sync::{Arc, Mutex, PoisonError},
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
    subscriber::DefaultGuard,
};

/// Makes new connections of the login role send the plan of each statement, with actual row counts, as a notice.
pub async fn enable_auto_explain(owner: &PgPool) {
    let settings = [
        ("session_preload_libraries", "auto_explain"),
        ("auto_explain.log_min_duration", "0"),
        ("auto_explain.log_analyze", "on"),
        ("auto_explain.log_timing", "off"),
        ("auto_explain.log_format", "json"),
        // Messages of this level are always sent, whatever client_min_messages is.
        ("auto_explain.log_level", "info"),
    ];
    for (name, value) in settings {
        let sql = format!(
            "do $do$ begin execute format('alter role jobhax_login in database %I set {name} = ''{value}''', current_database()); end $do$"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(owner)
            .await
            .expect(name);
    }
}

/// From now on, new connections also send the plans of statements inside functions.
pub async fn include_nested_statements(owner: &PgPool) {
    let sql = "do $do$ begin execute format('alter role jobhax_login in database %I set auto_explain.log_nested_statements = on', \
               current_database()); end $do$";
    sqlx::raw_sql(sql).execute(owner).await.expect("set");
}

/// The largest number of rows that a single scan of one of these tables read, with its plan.
pub fn largest_scan<'a>(plans: &'a [Value], tables: &[&str]) -> (f64, Option<&'a Value>) {
    fn of_node(node: &Value, tables: &[&str]) -> f64 {
        let number = |name: &str| node[name].as_f64().unwrap_or_default();
        let is_scan = node["Relation Name"]
            .as_str()
            .is_some_and(|t| tables.contains(&t))
            && node["Node Type"].as_str().is_some_and(|t| t.ends_with("Scan"));
        let own = if is_scan {
            (number("Actual Rows") + number("Rows Removed by Filter")) * number("Actual Loops")
        } else {
            0.0
        };
        let children = node["Plans"].as_array().into_iter().flatten();
        children.map(|child| of_node(child, tables)).fold(own, f64::max)
    }
    plans
        .iter()
        // Foreign key checks: Postgres prepares them itself, and plans only the first five for their values.
        .filter(|plan| !query_contains(plan, "FROM ONLY"))
        .map(|plan| (of_node(&plan["Plan"], tables), Some(plan)))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap_or((0.0, None))
}

/// The collected plans.
#[derive(Clone, Default)]
pub struct Plans(Arc<Mutex<Vec<Value>>>);

impl Plans {
    /// Collects the plans of statements run by this thread until the guard is dropped.
    pub fn collect() -> (Self, DefaultGuard) {
        let plans = Self::default();
        let guard = tracing::subscriber::set_default(plans.clone());
        (plans, guard)
    }

    /// The plans since the last call.
    pub fn drain(&self) -> Vec<Value> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Panics if a statement read more than `max_rows` rows of the table, did not use an index condition on the tenant, or
    /// sorted although `ordered` says that an index has the order. Returns the number of statements, not counting those in the
    /// messages that begin and commit the transaction.
    pub fn check(&self, description: &str, table: &str, max_rows: f64, ordered: bool) -> usize {
        let plans = self.drain();
        if let Some(problem) = find_problem(&plans, table, max_rows, ordered) {
            panic!("{description}: {problem}");
        }
        plans
            .iter()
            .filter(|plan| !query_contains(plan, "select set_tenant_context("))
            .filter(|plan| !query_contains(plan, "select append_changes("))
            .count()
    }
}

fn query_contains(plan: &Value, text: &str) -> bool {
    plan["Query Text"].as_str().is_some_and(|sql| sql.contains(text))
}

/// The first problem of a statement on the table.
pub fn find_problem(plans: &[Value], table: &str, max_rows: f64, ordered: bool) -> Option<String> {
    let statements: Vec<&Value> = plans.iter().filter(|plan| query_contains(plan, table)).collect();
    assert!(
        !statements.is_empty(),
        "no plan of a statement on {table}: {plans:?}"
    );
    statements.into_iter().find_map(|plan| {
        node_problem(&plan["Plan"], table, max_rows, ordered).map(|problem| format!("{problem}: {plan:#}"))
    })
}

fn node_problem(node: &Value, table: &str, max_rows: f64, ordered: bool) -> Option<String> {
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    let kind = text("Node Type");
    if kind.contains("Sort") && (ordered || number("Actual Rows") > max_rows) {
        return Some(format!("{kind} although an index has the order"));
    }
    if kind.ends_with("Scan") && text("Relation Name") == table {
        let condition = format!("{}{}", text("Index Cond"), text("Recheck Cond"));
        if !condition.contains("tenant_id = ") {
            return Some(format!("{kind} without an index condition on the tenant"));
        }
        let rows_read = (number("Actual Rows") + number("Rows Removed by Filter")) * number("Actual Loops");
        if rows_read > max_rows {
            return Some(format!("{kind} reads {rows_read} rows"));
        }
    }
    let mut children = node["Plans"].as_array().into_iter().flatten();
    children.find_map(|node| node_problem(node, table, max_rows, ordered))
}

/// Extracts the plan from a notice of `auto_explain`.
struct PlanVisitor(Option<Value>);

impl PlanVisitor {
    fn parse(&mut self, text: &str) {
        if let Some((_, json)) = text.split_once("plan:") {
            self.0 = serde_json::from_str(json).ok();
        }
    }
}

impl Visit for PlanVisitor {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.parse(value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" && self.0.is_none() {
            self.parse(&format!("{value:?}"));
        }
    }
}

impl Subscriber for Plans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::postgres::notice"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut visitor = PlanVisitor(None);
        event.record(&mut visitor);
        if let Some(plan) = visitor.0 {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(plan);
        }
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
