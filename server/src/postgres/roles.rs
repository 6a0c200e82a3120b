//! The roles and the database that JobHax works with, as SQL: for our own cluster, and for an operator to run by hand.

/// The database of the embedded cluster.
pub const DATABASE: &str = "jobhax";
/// Owns the schema; only migrations run as it.
pub const OWNER: &str = "jobhax_owner";
/// The pool's login; may become the role of tenant transactions.
pub const LOGIN: &str = "jobhax_login";
/// The role of tenant transactions, bound by row level security.
pub const APP: &str = "jobhax_app";

/// What every one of the roles must not be.
const LIMITS: &str = "login nosuperuser nocreatedb nocreaterole nobypassrls";

/// The statements, each complete. Making what exists is an error that the caller may pass over.
pub fn statements(owner_password: &str, login_password: &str) -> Vec<String> {
    vec![
        format!("create role {OWNER} {LIMITS} password '{owner_password}'"),
        format!("create role {APP} {LIMITS} noinherit"),
        format!("create role {LOGIN} {LIMITS} noinherit password '{login_password}'"),
        format!("grant {APP} to {LOGIN}"),
        format!("create database {DATABASE} owner {OWNER}"),
        format!("revoke connect, temporary on database {DATABASE} from public"),
        format!("grant connect on database {DATABASE} to {LOGIN}"),
    ]
}

/// Statements that give the roles new passwords.
pub fn new_passwords(owner_password: &str, login_password: &str) -> Vec<String> {
    vec![
        format!("alter role {OWNER} password '{owner_password}'"),
        format!("alter role {LOGIN} password '{login_password}'"),
    ]
}

/// What `jobhax migrate --print-roles` prints.
pub fn for_operators() -> String {
    let statements = statements("CHOOSE-A-PASSWORD-1", "CHOOSE-A-PASSWORD-2").join(";\n");
    format!(
        "-- Run once as a superuser, with two passwords of your own:\n\
         {statements};\n\
         -- Then set\n\
         --   JOBHAX_MIGRATE_DATABASE_URL=postgres://{OWNER}:…@host/{DATABASE}   for migrations\n\
         --   DATABASE_URL=postgres://{LOGIN}:…@host/{DATABASE}                 for serving\n"
    )
}
