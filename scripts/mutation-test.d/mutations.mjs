// Small changes that break a guarantee, and the test that must fail for each.
//
//   description  what is broken
//   file         where
//   search       the text to replace; it must occur exactly once in the file
//   replace      its replacement
//   test         package, test binary ("lib" for unit tests) and name of the test
//
// `scripts/mutation-test --check` verifies that texts and tests exist.
const integration = (name) => ["server", "integration", name];

export const mutations = [
  {
    description: "row level security is not forced",
    file: "migrations/0002_tenant_context.sql",
    search: "  execute format('alter table %s force row level security', p_table);\n",
    replace: "",
    test: ["service", "isolation", "every_table_forces_row_level_security_or_is_global"],
  },
  {
    description: "the tenant context outlives the transaction",
    file: "migrations/0002_tenant_context.sql",
    search: "'set local app.tenant_id = %L'",
    replace: "'set app.tenant_id = %L'",
    test: ["service", "isolation", "tenant_context_ends_with_the_transaction"],
  },
  {
    description: "members can read each other's rows",
    file: "migrations/0002_tenant_context.sql",
    search: "when 'visible' then v_visible",
    replace: "when 'visible' then v_tenant",
    test: ["service", "isolation", "rows_of_other_users_are_inaccessible"],
  },
  {
    description: "application events can be changed",
    file: "migrations/0006_applications.sql",
    search: "grant select, insert on application_events",
    replace: "grant select, insert, update, delete on application_events",
    test: ["service", "isolation", "serving_roles_have_only_the_required_privileges"],
  },
  {
    description: "other servers are not notified of a revoked session",
    file: "service/src/auth/cache/mod.rs",
    search: "if !invalidations.is_empty() {",
    replace: "if invalidations.len() > 1_000 {",
    test: ["service", "auth_invalidation", "session_revocation_notifies_all_servers"],
  },
  {
    description: "an old version overwrites a newer one",
    file: "service/src/jobapps/move_stage.rs",
    search: "update.version.is_some_and(|v| v != application.version)",
    replace: "update.version == Some(i32::MIN)",
    test: integration("stale_version_conflicts_and_returns_the_current_state"),
  },
  {
    description: "cursors are not signed",
    file: "service/src/platform/cursor.rs",
    search: "if !keys.all().any(|keys| is_valid(sign(keys, scope, position))) {",
    replace: "if !keys.all().any(|keys| is_valid(sign(keys, scope, position)) || !position.is_empty()) {",
    test: ["service", "lib", "cursor_is_valid_only_for_its_scope_and_keys"],
  },
  {
    description: "cross-origin requests are accepted",
    file: "server/src/app.rs",
    search: "        .layer(csrf)\n",
    replace: "",
    test: integration("cross_origin_requests_with_our_cookie_are_rejected"),
  },
  {
    description: "any password is accepted",
    file: "service/src/auth/login.rs",
    search: ".verify(password.clone(), stored_hash.clone())\n        .await?\n",
    replace: ".verify(password.clone(), stored_hash.clone())\n        .await?\n        && stored_hash.is_none()\n",
    test: integration("wrong_password_and_unknown_email_get_the_same_response"),
  },
  {
    description: "reuse of a refresh token is not detected",
    file: "service/src/auth/tokens/refresh.rs",
    search: "if now - used_at > REUSE_GRACE_PERIOD {",
    replace: "if now - used_at > REUSE_GRACE_PERIOD * 1_000_000 {",
    test: ["service", "accounts", "reused_refresh_token_revokes_session"],
  },
  {
    description: "a revoked web session is restored",
    file: "service/src/auth/sessions/web_store.rs",
    search: "            Some(true) | None => Ok(()),",
    replace: "            None => self.create(&mut record.clone()).await,\n            Some(true) => Ok(()),",
    test: ["service", "accounts", "saving_revoked_session_does_not_restore_it"],
  },
  {
    description: "other kinds of JWTs are accepted as access tokens",
    file: "service/src/auth/tokens/access/mod.rs",
    search: "if header.alg != ALGORITHM || header.typ != TYPE {",
    replace: "if header.alg != ALGORITHM {",
    test: ["service", "lib", "token_with_modified_header_is_rejected"],
  },
  {
    description: "revoked sessions stay in the auth cache",
    file: "service/src/auth/cache/mod.rs",
    search: "        let invalidations: HashSet<Invalidation> = invalidations.into_iter().collect();\n        if invalidations.is_empty() {\n",
    replace: "        let invalidations: HashSet<Invalidation> = invalidations.into_iter().collect();\n        if !invalidations.is_empty() {\n",
    test: ["service", "lib", "invalidation_removes_only_matching_entries"],
  },
  {
    description: "the nonce of an ID token is not checked",
    file: "service/src/auth/oauth/oidc/id_token.rs",
    search: ".is_none_or(|nonce| claims.nonce.as_deref() == Some(nonce))",
    replace: ".is_none_or(|_| true)",
    test: integration("id_token_must_have_the_nonce_of_its_flow"),
  },
  {
    description: "two Host headers are accepted",
    file: "crates/http-server/src/smuggling.rs",
    search: "(Some(host), None) => host,",
    replace: "(Some(host), _) => host,",
    test: ["http-server", "lib", "exactly_one_valid_host_is_accepted"],
  },
  {
    description: "redirects may lead to other sites",
    file: "domain/src/routes.rs",
    search: ".all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')",
    replace: ".all(|_| true)",
    test: ["domain", "lib", "only_page_paths_are_parsed"],
  },
  {
    description: "pages may run inline scripts",
    file: "server/src/middleware/security_headers.rs",
    search: "'wasm-unsafe-eval'; style-src",
    replace: "'wasm-unsafe-eval' 'unsafe-inline'; style-src",
    test: integration("every_response_has_the_security_headers"),
  },
  {
    description: "every role may do everything",
    file: "service/src/context/permission.rs",
    search: "if may(caller.tenant.role, action) {",
    replace: "if may(caller.tenant.role, action) || true {",
    test: integration("operations_allow_what_the_table_says"),
  },
  {
    description: "an idempotency key can be reused for another body",
    file: "service/src/idempotency/transaction.rs",
    search: "if stored.fingerprint == request.fingerprint() {",
    replace: "if !stored.fingerprint.is_empty() {",
    test: integration("reusing_a_key_for_another_body_is_rejected"),
  },
  {
    description: "the number of message parts is not limited",
    file: "crates/mail-reader/src/parser/limits.rs",
    search: "count += message.parts.len();\n        if count > MAX_PARTS {",
    replace: "count += message.parts.len();\n        if count == usize::MAX {",
    test: ["mail-reader", "lib", "too_many_or_too_deep_parts_are_rejected"],
  },
  {
    description: "encrypted columns can be moved to other rows",
    file: "service/src/platform/crypto/column_cipher.rs",
    search: "Aad::from(bytes)",
    replace: "Aad::from(bytes.split_off(bytes.len()))",
    test: ["service", "lib", "ciphertext_is_bound_to_key_and_associated_data"],
  },
  {
    description: "IPv6 addresses of one network are counted separately",
    file: "service/src/context/client_info.rs",
    search: "ip.to_bits() >> 64 << 64",
    replace: "ip.to_bits()",
    test: ["service", "lib", "network_key_groups_ipv6_by_64_bits_and_unmaps_ipv4"],
  },
  {
    description: "a worker that lost its lease continues",
    file: "service/src/background/job.rs",
    search: "if queries::lock(&mut tx, self).await? {",
    replace: "if queries::lock(&mut tx, self).await? || true {",
    test: ["service", "mail_import", "worker_that_lost_its_lease_changes_nothing"],
  },
  {
    description: "reauthentication attempts are not counted",
    file: "service/src/auth/reauthenticate.rs",
    search: "rate_limit::check_login(services, client, &email).await?",
    replace: "rate_limit::check_login(services, client, &services.id::<domain::UserId>().to_string()).await?",
    test: ["service", "rate_limit", "reauthentication_shares_the_login_limits"],
  },
  {
    description: "a JSON array is accepted instead of an object",
    file: "server/src/extract/strict_json.rs",
    search: "            Self::Object(_) => self.deserialize_any(visitor),\n            other => Err(InputError::invalid_type(other.unexpected(), &\"an object\")),",
    replace: "            other => other.deserialize_any(visitor),",
    test: integration("invalid_fields_are_rejected"),
  },
  {
    description: "concurrent uploads exceed the limit",
    file: "service/src/mail/upload.rs",
    search: "if imports::count_running(tx).await? >= MAX_RUNNING_IMPORTS {",
    replace: "if imports::count_running(tx).await? > 1_000 {",
    test: integration("concurrent_uploads_never_exceed_the_limit_of_running_imports"),
  },
  {
    description: "a restored backup brings deleted accounts back",
    file: "server/src/cli/serve.rs",
    search: "match wiring::reapply_deletions(&services).await.map_err(other)? {",
    replace: "match 0_usize {",
    test: integration("deleted_account_stays_deleted_after_a_restore"),
  },
];
