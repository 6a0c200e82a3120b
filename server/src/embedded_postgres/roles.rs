//! SQL that creates the roles and the database, for the embedded cluster and for operators to run by hand.

/// Name of the database.
pub const DATABASE: &str = "jobhax";
/// The owner of the schema; only migrations run as this role.
pub const OWNER: &str = "jobhax_owner";
/// The login of the connection pool; a member of [`APP`].
pub const LOGIN: &str = "jobhax_login";
/// The role of tenant transactions, subject to row level security.
pub const APP: &str = "jobhax_app";

/// Attributes of all three roles.
const ATTRIBUTES: &str = "login nosuperuser nocreatedb nocreaterole nobypassrls";

/// The statements. Creating an object that exists fails; callers may ignore that.
pub fn statements(owner_password: &str, login_password: &str) -> Vec<String> {
    vec![
        format!("create role {OWNER} {ATTRIBUTES} password '{owner_password}'"),
        format!("create role {APP} {ATTRIBUTES} noinherit"),
        format!("create role {LOGIN} {ATTRIBUTES} noinherit password '{login_password}'"),
        format!("grant {APP} to {LOGIN}"),
        format!("alter role {APP} set statement_timeout = '20s'"),
        format!("alter role {APP} set lock_timeout = '5s'"),
        format!("alter role {LOGIN} set statement_timeout = '20s'"),
        format!("alter role {LOGIN} set lock_timeout = '5s'"),
        format!("create database {DATABASE} owner {OWNER}"),
        format!("revoke connect, temporary on database {DATABASE} from public"),
        format!("grant connect on database {DATABASE} to {LOGIN}"),
    ]
}

/// Statements that set new passwords.
pub(super) fn password_statements(owner_password: &str, login_password: &str) -> Vec<String> {
    vec![
        format!("alter role {OWNER} password '{owner_password}'"),
        format!("alter role {LOGIN} password '{login_password}'"),
    ]
}

/// The output of `jobhax migrate --print-roles`.
pub fn script_for_operators() -> String {
    let statements = statements("CHOOSE-A-PASSWORD-1", "CHOOSE-A-PASSWORD-2").join(";\n");
    format!(
        "-- Run once as a superuser, with two passwords of your own:\n\
         {statements};\n\
         -- Then set\n\
         --   JOBHAX_MIGRATE_DATABASE_URL=postgres://{OWNER}:…@host/{DATABASE}   for migrations\n\
         --   DATABASE_URL=postgres://{LOGIN}:…@host/{DATABASE}                 for serving\n"
    )
}
