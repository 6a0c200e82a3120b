//! Rules that apply to all operations. Most of these suites are generated from the OpenAPI document.

mod authorization;
mod changes;
mod credentials;
mod cross_owner;
mod cross_tenant;
mod deadline;
mod error_leakage;
mod error_responses;
mod hostile_requests;
mod idempotency;
mod invalid_input;
mod methods;
mod openapi;
mod routes;
