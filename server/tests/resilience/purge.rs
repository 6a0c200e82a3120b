//! The periodic purge of a real server, with the privileges of its database login.

use crate::support::{
    PostgresCluster, ServerProcess, TempDir,
    raw_http::{post, register},
    wait_until,
};
use serde_json::json;
use server::embedded_postgres::roles;
use std::time::Duration;

/// 100 times the number of applications plus the number of events.
const ROWS: &str =
    "select (select count(*) from job_applications) * 100 + (select count(*) from application_events)";

#[tokio::test]
async fn applications_deleted_long_ago_are_purged_with_their_events() {
    let cluster = PostgresCluster::start(&[]).await;
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &cluster.environment()).await;
    for name in ["ada", "ben"] {
        let token = register(server.address, name).await;
        for company in ["Fernway", "Moss", "Birch"] {
            let body = json!({"job_title": "Clerk", "company": company});
            let added = post(server.address, "/api/jobapps/add_jobapp", &token, &body)
                .await
                .expect("response");
            assert_eq!(added.status, 201);
        }
    }
    assert_eq!(cluster.count(ROWS).await, 606);
    server.kill().await;
    let mut superuser = cluster.superuser(roles::DATABASE).await;
    let delete = "update job_applications set deleted_at = now() - case company when 'Fernway' then interval '31 days' \
                  else interval '29 days' end where company <> 'Birch'";
    sqlx::raw_sql(delete)
        .execute(&mut superuser)
        .await
        .expect("deleted");
    let _server = ServerProcess::start(&dir, &cluster.environment()).await;
    wait_until("the purge has run", Duration::from_secs(10), async || {
        cluster.count(ROWS).await == 404
    })
    .await;
    let purged = "select count(*) from job_applications where company = 'Fernway'";
    assert_eq!(cluster.count(purged).await, 0);
}
