//! Tenant isolation, tested in the database with the serving role. With the feature `no_where_tenant` the tenant filters of
//! the application's own queries name the victim's tenant, and every test must still pass.
#![expect(clippy::expect_used, reason = "a failed setup fails the test")]

mod append_only;
mod catalog;
mod citus;
mod citus_rules;
mod distribute;
mod fixture;
mod row_level_security;
mod source;
mod tenant_context;
mod use_cases;
