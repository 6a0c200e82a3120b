//! What the database says about how it ran each statement.

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

/// Lets the serving login's new connections tell the plan of each statement, with what it really read.
pub async fn tell(owner: &PgPool) {
    let settings = [
        ("session_preload_libraries", "auto_explain"),
        ("auto_explain.log_min_duration", "0"),
        ("auto_explain.log_analyze", "on"),
        ("auto_explain.log_timing", "off"),
        ("auto_explain.log_format", "json"),
        ("auto_explain.log_level", "notice"),
        ("client_min_messages", "notice"),
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

/// The plans that were told.
#[derive(Clone, Default)]
pub struct Plans(Arc<Mutex<Vec<Value>>>);

impl Plans {
    /// Hears them in this thread, until the guard is dropped.
    pub fn listen() -> (Self, DefaultGuard) {
        let plans = Self::default();
        let guard = tracing::subscriber::set_default(plans.clone());
        (plans, guard)
    }

    /// Those since the last time.
    pub fn take(&self) -> Vec<Value> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Fails when a statement about the table read more than so many rows of it, or otherwise than by the tenant. Gives how
    /// many statements there were besides entering.
    pub fn check(&self, what: &str, table: &str, most: f64, ordered: bool) -> usize {
        let plans = self.take();
        if let Some(fault) = faults(&plans, table, most, ordered) {
            panic!("{what}: {fault}");
        }
        plans.iter().filter(|plan| !says(plan, "select enter(")).count()
    }
}

fn says(plan: &Value, words: &str) -> bool {
    plan["Query Text"].as_str().is_some_and(|sql| sql.contains(words))
}

/// What is wrong with the plans, if anything.
pub fn faults(plans: &[Value], table: &str, most: f64, ordered: bool) -> Option<String> {
    let about: Vec<&Value> = plans.iter().filter(|plan| says(plan, table)).collect();
    assert!(
        !about.is_empty(),
        "no statement about {table} was told: {plans:?}"
    );
    about
        .into_iter()
        .find_map(|plan| fault(&plan["Plan"], table, most, ordered).map(|f| format!("{f}: {plan:#}")))
}

fn fault(node: &Value, table: &str, most: f64, ordered: bool) -> Option<String> {
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    let kind = text("Node Type");
    if kind.contains("Sort") && (ordered || number("Actual Rows") > most) {
        return Some(format!("{kind} although an index gives the order"));
    }
    if kind.ends_with("Scan") && text("Relation Name") == table {
        let condition = format!("{}{}", text("Index Cond"), text("Recheck Cond"));
        if !condition.contains("tenant_id = ") {
            return Some(format!("{kind} not by the tenant"));
        }
        let read = (number("Actual Rows") + number("Rows Removed by Filter")) * number("Actual Loops");
        if read > most {
            return Some(format!("{kind} reads {read} rows"));
        }
    }
    let mut below = node["Plans"].as_array().into_iter().flatten();
    below.find_map(|node| fault(node, table, most, ordered))
}

struct Message(Option<Value>);

impl Message {
    fn read(&mut self, text: &str) {
        if let Some((_, json)) = text.split_once("plan:") {
            self.0 = serde_json::from_str(json).ok();
        }
    }
}

impl Visit for Message {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.read(value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" && self.0.is_none() {
            self.read(&format!("{value:?}"));
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
        let mut message = Message(None);
        event.record(&mut message);
        if let Some(plan) = message.0 {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(plan);
        }
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
