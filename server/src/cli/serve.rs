//! `jobhax serve`: from nothing to serving, and back.

use super::{
    database::Opened,
    process::{raise_file_limit, told, watch_for_signals},
};
use crate::{
    config::Serve,
    data_folder::DataFolder,
    health::Health,
    http::{
        headers::Https,
        listen::{self, Drained, Served},
        refused,
        request_id::Ids,
    },
    monitoring,
    start::StartError,
    telemetry, web,
};
use metrics_exporter_prometheus::PrometheusHandle;
use service::{
    Services,
    clock::SystemClock,
    db::Db,
    idempotency, jobapps,
    jobs::Workers,
    keys::Keys,
    limits,
    rng::SystemRng,
    users::{self, HashCost},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    sync::{oneshot, watch},
    time::timeout,
};

/// Connections of the pool; Postgres takes 40, and migrations and probes need some.
const POOL: u32 = 16;
/// How often what has expired is removed.
const SWEEP: Duration = Duration::from_mins(10);
/// Connections of the pool that do not close in this time are left to the end of the process.
const CLOSE: Duration = Duration::from_secs(2);

/// Serves until told to stop.
pub async fn run(mut config: Serve) -> Result<(), StartError> {
    telemetry::start(&config.log, config.log_format)?;
    raise_file_limit(config.patience.connections);
    let folder = DataFolder::open(&config.database.data_dir)?;
    // Before the database: when the port is taken nothing else need be tried.
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|e| StartError::Listen(config.listen, e))?;
    let metrics = match config.metrics_listen {
        Some(address) => {
            let listener = TcpListener::bind(address)
                .await
                .map_err(|e| StartError::Listen(address, e))?;
            Some((listener, monitoring::start()?))
        }
        None => None,
    };
    // Port 0 asks for any free one.
    config.listen = listener.local_addr().unwrap_or(config.listen);
    let stop = watch_for_signals()?;
    let database = tokio::select! {
        opened = Opened::open(&config.database, &folder, &SystemRng) => opened?,
        () = told(stop.clone()) => return Ok(()),
    };
    let served = serve(&config, &folder, &database, listener, metrics, stop).await;
    database.close().await;
    served
}

/// What lies between a database that runs and its end.
async fn serve(
    config: &Serve,
    folder: &DataFolder,
    database: &Opened,
    listener: TcpListener,
    metrics: Option<(TcpListener, PrometheusHandle)>,
    stop: watch::Receiver<bool>,
) -> Result<(), StartError> {
    let prepare = async {
        database.check_early().await?;
        database.migrate().await?;
        database.check().await
    };
    tokio::select! {
        ready = prepare => ready?,
        () = told(stop.clone()) => return Ok(()),
    }
    let other = |e: service::Error| StartError::Other(e.to_string());
    let keys = Keys::load(&config.secret_key_file(), &SystemRng).map_err(other)?;
    let db = Db::connect(database.login.clone(), POOL);
    let services = Services::new(
        db.clone(),
        Arc::new(SystemClock),
        Arc::new(SystemRng),
        keys,
        &config.public_url(),
        HashCost::SERVING,
        folder.path().to_owned(),
    );
    let providers = config.providers.settings(config.public_url())?;
    let services = services.and_then(|services| services.with_providers(&providers));
    let services = services.map_err(other)?.with_limits(config.limits);
    let services = Arc::new(services.with_post(config.post()?));
    match users::erase_again(&services).await.map_err(other)? {
        0 => {}
        people => tracing::warn!(
            people,
            "people who had left were in the database again, and are erased"
        ),
    }
    let health = Health::new(db.clone());
    let https = Https(config.public_url().starts_with("https://"));
    let served = Served {
        router: web::router(&services, config, health.clone())?,
        limits: config.patience,
        refuse: refused::writer(Ids::of(&services), https),
    };

    let showing = metrics.map(|(listener, handle)| {
        if let Ok(address) = listener.local_addr() {
            tracing::info!(metrics = %address, "showing metrics at http://{address}/metrics");
        }
        let served = Served {
            router: monitoring::router(handle, services.clone()),
            ..served.clone()
        };
        tokio::spawn(listen::serve(listener, served, std::future::pending()))
    });
    let workers = Workers::start(&services, usize::from(config.workers));
    let sweeping = tokio::spawn(sweep(services.clone()));
    let listening = services.clone();
    let following = tokio::spawn(async move { users::follow_revocations(&listening).await });
    tracing::info!(listening = %config.listen, "serving at {}", config.public_url());
    let mut pool_failed = false;
    let (leave, leaving) = oneshot::channel::<()>();
    let until = async {
        tokio::select! {
            () = told(stop) => tracing::info!("told to stop: finishing what is at work"),
            () = health.pool_is_stuck(&database.login) => {
                tracing::error!("the pool gives no connections although the database answers: ending for a restart");
                pool_failed = true;
            }
        }
        health.leave();
        let _ = leave.send(());
    };
    let resting = async {
        let _ = leaving.await;
        sweeping.abort();
        if let Some(showing) = showing {
            showing.abort();
        }
        following.abort();
        workers.stop(config.patience.drain()).await;
    };
    let (drained, ()) = tokio::join!(listen::serve(listener, served, until), resting);
    if drained == Drained::Some {
        tracing::warn!("some clients did not let go in time and were cut off");
    }
    let _ = timeout(CLOSE, db.close()).await;
    if pool_failed {
        Err(StartError::PoolStuck)
    } else {
        Ok(())
    }
}

/// Removes what has expired, from time to time.
async fn sweep(services: Arc<Services>) {
    loop {
        let swept = tokio::join!(
            users::sweep(&services),
            limits::sweep(&services),
            idempotency::sweep(&services),
            jobapps::purge(&services),
        );
        for result in [swept.0, swept.1, swept.2, swept.3] {
            if let Err(error) = result {
                tracing::warn!(%error, "removing what has expired failed; it is tried again later");
            }
        }
        tokio::time::sleep(SWEEP).await;
    }
}
