//! A pool that the server cannot repair: new connections to the database work, but statements of the pool do not arrive.

use crate::support::{
    DatabaseProxy, PostgresCluster, SupervisedServer, TempDir, raw_http::status_with_token, wait_until,
};
use std::time::{Duration, Instant};

/// The time until full service or a restart.
const RESTART_TIMEOUT: Duration = Duration::from_secs(15);
const RESTARTED: &str = "JobHax ended with status 75 and is started again.";

#[tokio::test]
async fn stuck_pool_ends_the_process_with_status_75_and_it_is_restarted() {
    let cluster = PostgresCluster::start(&[]).await;
    let proxy = DatabaseProxy::start(cluster.address()).await;
    let dir = TempDir::new();
    let mut server = SupervisedServer::start(&dir, &PostgresCluster::environment_at(proxy.address)).await;
    assert_eq!(status_with_token(server.address, "invalid").await, 401);

    proxy.set_silent(true);
    let silent_since = Instant::now();
    wait_until("a restart", RESTART_TIMEOUT, async || {
        server.log().contains(RESTARTED)
    })
    .await;
    println!("ended after {:?}", silent_since.elapsed());
    assert!(
        server.log().contains("connection pool stuck, exiting"),
        "{}",
        server.log()
    );

    proxy.set_silent(false);
    server.wait_until_ready().await;
    // Status 0 is a regular exit, for the supervisor as well.
    assert_eq!(server.stop().await, Some(0), "{}", server.log());
    assert_eq!(
        server.log().matches("is started again").count(),
        1,
        "{}",
        server.log()
    );
}
