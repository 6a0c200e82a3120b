//! `jobhax serve`: starts everything, serves until a shutdown signal, stops everything.

use super::{
    database::Database,
    signals::{self, raise_open_file_limit, shutdown_signal},
};
use crate::{
    app, config::Serve, data_dir::DataDir, error::StartupError, health::Health, multipart::BODY_LIMIT,
    prometheus, telemetry,
};
use http_server::Shutdown;
use metrics_exporter_prometheus::PrometheusHandle;
use service::{
    Services,
    auth::{HashCost, run_invalidation_listener},
    background::Workers,
    files, idempotency, jobapps, keys,
    mail::IdleConnections,
    organizations,
    platform::{clock::SystemClock, crypto::keys::Keys, db::Db, rng::SystemRng},
    rate_limit, wiring,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    sync::{oneshot, watch},
    time::{sleep, timeout},
};

/// Size of the connection pool. The embedded Postgres allows 40 connections, and migrations and probes need some of them.
const POOL_SIZE: u32 = 16;
const CLEANUP_INTERVAL: Duration = Duration::from_mins(10);
const FILE_CLEANUP_INTERVAL: Duration = Duration::from_hours(24);
/// How long to wait for pool connections to close. Connections that are still open end with the process.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Serves until a shutdown signal.
pub async fn run(mut config: Serve) -> Result<(), StartupError> {
    telemetry::init(&config.log, config.log_format)?;
    raise_open_file_limit(config.http.timeouts.connections);
    let data_dir = DataDir::open(&config.database.data_dir)?;
    // Bind before starting the database, to fail fast when the port is in use.
    let listener = bind(config.http.listen).await?;
    let metrics = match config.metrics_listen {
        Some(address) => Some((bind(address).await?, prometheus::install()?)),
        None => None,
    };
    // The actual port differs from the configured one if that was 0.
    config.http.listen = listener.local_addr().unwrap_or(config.http.listen);
    let stop = signals::listen()?;
    let database = tokio::select! {
        database = Database::open(&config.database, &data_dir, &SystemRng) => database?,
        () = shutdown_signal(stop.clone()) => return Ok(()),
    };
    let result = serve(&config, &data_dir, &database, listener, metrics, stop).await;
    if matches!(result, Err(StartupError::PoolStuck)) {
        let _ = timeout(CLOSE_TIMEOUT, database.close()).await;
    } else {
        database.close().await;
    }
    result
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartupError> {
    TcpListener::bind(address)
        .await
        .map_err(|e| StartupError::Listen(address, e))
}

/// Runs the server on an open database.
async fn serve(
    config: &Serve,
    data_dir: &DataDir,
    database: &Database,
    listener: TcpListener,
    metrics: Option<(TcpListener, PrometheusHandle)>,
    stop: watch::Receiver<bool>,
) -> Result<(), StartupError> {
    tokio::select! {
        result = database.prepare() => result?,
        () = shutdown_signal(stop.clone()) => return Ok(()),
    }
    let db = Db::connect(database.login.clone(), POOL_SIZE);
    let services = Arc::new(build_services(config, data_dir, db.clone())?);
    match wiring::reapply_deletions(&services).await.map_err(other)? {
        0 => {}
        users => tracing::warn!(users, "re-applied account deletions after restore"),
    }
    let health = Health::new(db.clone());
    let router = app::router(&services, &config.http, health.clone())?;
    let limits = config.http.server_limits(BODY_LIMIT);

    let metrics_server = metrics.map(|(listener, handle)| {
        if let Ok(address) = listener.local_addr() {
            tracing::info!(metrics = %address, "metrics server listening");
        }
        let router = prometheus::router(handle, services.clone());
        tokio::spawn(http_server::serve(
            listener,
            router,
            limits.clone(),
            std::future::pending(),
        ))
    });
    let workers = Workers::start(&services, usize::from(config.workers));
    let idle_connections = (config.workers > 0).then(|| IdleConnections::start(&services));
    let cleanup = tokio::spawn(run_cleanup(services.clone()));
    let file_cleanup = tokio::spawn(run_file_cleanup(services.clone()));
    let invalidation_listener = {
        let services = services.clone();
        tokio::spawn(async move { run_invalidation_listener(&services).await })
    };
    let change_announcer = {
        let services = services.clone();
        tokio::spawn(async move { jobapps::announce_changes(&services).await })
    };
    let usage_flush = {
        let services = services.clone();
        tokio::spawn(async move { keys::run_usage_flush(&services).await })
    };
    let notifier = services.db.notifier().clone();
    let services_of_usage = services.clone();
    let pool_supervisor = tokio::spawn(async move { services.db.supervise().await });
    tracing::info!(listening = %config.http.listen, public_url = config.http.public_url(), "server ready");
    let (begin_drain, drain_begun) = oneshot::channel::<()>();
    let shutdown = async {
        shutdown_signal(stop).await;
        tracing::info!("shutdown signal received, draining");
        health.begin_shutdown();
        notifier.close();
        let _ = begin_drain.send(());
    };
    let stop_background_tasks = async {
        let _ = drain_begun.await;
        cleanup.abort();
        file_cleanup.abort();
        if let Some(server) = metrics_server {
            server.abort();
        }
        invalidation_listener.abort();
        change_announcer.abort();
        usage_flush.abort();
        pool_supervisor.abort();
        if let Some(idle_connections) = idle_connections {
            idle_connections.stop().await;
        }
        workers.stop(config.http.timeouts.drain()).await;
    };
    let serving = http_server::serve(listener, router, limits, shutdown);
    let result = tokio::select! {
        (result, ()) = async { tokio::join!(serving, stop_background_tasks) } => result,
        () = health.pool_is_stuck(&database.login) => {
            // Exit without draining: the requests in progress wait for connections of the same pool.
            tracing::error!("connection pool stuck, exiting");
            return Err(StartupError::PoolStuck);
        }
    };
    if result == Shutdown::Forced {
        tracing::warn!("drain timeout reached, closed remaining connections");
    }
    // Flush the key usage that was counted since the last batch.
    let flush = Box::pin(keys::flush_usage(&services_of_usage));
    if !matches!(timeout(CLOSE_TIMEOUT, flush).await, Ok(Ok(()))) {
        tracing::warn!("writing the usage of API keys failed");
    }
    let _ = timeout(CLOSE_TIMEOUT, db.close()).await;
    Ok(())
}

fn build_services(config: &Serve, data_dir: &DataDir, db: Db) -> Result<Services, StartupError> {
    let public_url = config.http.public_url();
    let keys = Keys::load(&config.key_file(), &SystemRng).map_err(other)?;
    let services = Services::new(
        db,
        Arc::new(SystemClock),
        Arc::new(SystemRng),
        keys,
        &public_url,
        HashCost::PRODUCTION,
        data_dir.path().to_owned(),
    )
    .map_err(other)?;
    let providers = config.oauth.settings(public_url)?;
    let services = services.with_providers(&providers).map_err(other)?;
    let services = services.with_imap(&config.imap.settings()).map_err(other)?;
    let services = services
        .with_webhook_origins(&config.webhooks.webhook_allowed_origins)
        .with_quotas(config.quotas.defaults());
    let services = match config.dns_server {
        Some(server) => services.with_dns_server(server).map_err(other)?,
        None => services,
    };
    let services = match config.files.file_store()? {
        Some(store) => services.with_file_store(store),
        None => services,
    };
    Ok(services
        .with_limits(config.rate_limits.limits)
        .with_mailer(config.email.mailer(&config.http)?))
}

fn other(error: service::Error) -> StartupError {
    StartupError::Other(error.to_string())
}

/// Deletes stored file contents that no row refers to. Runs rarely, because it lists all stored contents.
async fn run_file_cleanup(services: Arc<Services>) {
    loop {
        if let Err(error) = files::delete_orphans(&services).await {
            tracing::warn!(%error, "clean-up of files failed, will retry");
        }
        sleep(FILE_CLEANUP_INTERVAL).await;
    }
}

/// Periodically deletes expired rows and schedules the daily sweeps.
async fn run_cleanup(services: Arc<Services>) {
    loop {
        let results = tokio::join!(
            wiring::delete_expired(&services),
            rate_limit::delete_expired(&services),
            idempotency::delete_expired(&services),
            jobapps::purge(&services),
            jobapps::schedule_sweeps(&services),
            organizations::recheck_domains(&services),
        );
        for result in [results.0, results.1, results.2, results.3, results.4, results.5] {
            if let Err(error) = result {
                tracing::warn!(%error, "periodic work failed, will retry");
            }
        }
        sleep(CLEANUP_INTERVAL).await;
    }
}
