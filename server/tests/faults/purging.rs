//! The sweep of a real server, on tables that belong to an ordinary owner: what was deleted long ago goes for good.

use crate::{
    client::{post, register},
    program::Program,
    system::{Cluster, Folder, until},
};
use serde_json::json;
use server::postgres::roles;
use std::time::Duration;

const LEFT: &str =
    "select (select count(*) from job_application) * 100 + (select count(*) from application_event)";

#[tokio::test]
async fn what_was_deleted_long_ago_goes_with_its_ledger() {
    let cluster = Cluster::start(&[]).await;
    let folder = Folder::new();
    let program = Program::start(&folder, &cluster.environment()).await;
    for name in ["ada", "ben"] {
        let token = register(program.address, name).await;
        for company in ["Fernway", "Moss", "Birch"] {
            let new = json!({"job_title": "Clerk", "company": company});
            let added = post(program.address, "/api/jobapps/add_jobapp", &token, &new)
                .await
                .expect("answer");
            assert_eq!(added.status, 201);
        }
    }
    assert_eq!(cluster.count(LEFT).await, 606);
    program.kill().await;
    let mut superuser = cluster.superuser(roles::DATABASE).await;
    let deleted = "update job_application set deleted_at = now() - case company when 'Fernway' then interval '31 days' \
                   else interval '29 days' end where company <> 'Birch'";
    sqlx::raw_sql(deleted)
        .execute(&mut superuser)
        .await
        .expect("deleted");
    let _program = Program::start(&folder, &cluster.environment()).await;
    until("the sweep has come by", Duration::from_secs(10), async || {
        cluster.count(LEFT).await == 404
    })
    .await;
    assert_eq!(
        cluster
            .count("select count(*) from job_application where company = 'Fernway'")
            .await,
        0
    );
}
