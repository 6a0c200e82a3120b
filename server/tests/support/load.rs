//! Concurrent writers that add applications, and a comparison of the acknowledged writes with the stored applications.

use super::{
    raw_http::{get_with_token, post},
    wait_until,
};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};
use tokio::{
    task::JoinSet,
    time::{Duration, sleep},
};

/// The requests and responses of one writer.
#[derive(Default)]
pub struct WriterLog {
    pub token: String,
    /// Ids from successful responses. These applications must exist.
    pub acknowledged: BTreeSet<String>,
    /// All titles that were sent, acknowledged or not.
    pub sent: BTreeSet<String>,
    /// Number of responses by status; 0 counts missing or incomplete responses.
    pub statuses: BTreeMap<u16, u32>,
    /// Error responses without Retry-After, and those that are not a problem document.
    pub malformed_errors: Vec<String>,
}

/// Writers that run until they are stopped.
pub struct WriteLoad {
    stop: Arc<AtomicBool>,
    acknowledged: Arc<AtomicUsize>,
    writers: JoinSet<WriterLog>,
}

impl WriteLoad {
    /// Starts one writer for each token.
    pub fn start(address: SocketAddr, tokens: &[String]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let mut writers = JoinSet::new();
        for token in tokens {
            writers.spawn(write(address, token.clone(), stop.clone(), acknowledged.clone()));
        }
        Self {
            stop,
            acknowledged,
            writers,
        }
    }

    /// Waits until this many writes were acknowledged. This takes longer on a busy machine.
    pub async fn wait_for_writes(&self, count: usize) {
        wait_until("enough writes", Duration::from_mins(1), async || {
            self.acknowledged.load(Ordering::Relaxed) >= count
        })
        .await;
    }

    pub async fn stop(mut self) -> Vec<WriterLog> {
        self.stop.store(true, Ordering::Relaxed);
        let mut logs = Vec::new();
        while let Some(log) = self.writers.join_next().await {
            logs.push(log.expect("writer"));
        }
        logs
    }
}

async fn write(
    address: SocketAddr,
    token: String,
    stop: Arc<AtomicBool>,
    acknowledged: Arc<AtomicUsize>,
) -> WriterLog {
    let mut log = WriterLog {
        token: token.clone(),
        ..WriterLog::default()
    };
    for n in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let title = format!("Job {n}");
        log.sent.insert(title.clone());
        let input = json!({"job_title": title, "company": "Fernway"});
        let response = post(address, "/api/jobapps/add_jobapp", &token, &input).await;
        let status = response.as_ref().map_or(0, |r| r.status);
        *log.statuses.entry(status).or_default() += 1;
        match response {
            Ok(response) if response.status == 201 => {
                let id = response.json()["data"]["id"].as_str().expect("id").to_owned();
                log.acknowledged.insert(id);
                acknowledged.fetch_add(1, Ordering::Relaxed);
            }
            Ok(response) => {
                let is_well_formed = response.head.contains("retry-after: ")
                    && response.head.contains("application/problem+json");
                if !is_well_formed {
                    log.malformed_errors
                        .push(format!("{} {}", response.head, response.body));
                }
                sleep(Duration::from_millis(20)).await;
            }
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    }
    log
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Findings {
    pub acknowledged: usize,
    /// Ids of applications that were acknowledged but not stored.
    pub lost: usize,
    /// Titles that are stored more than once, although each was sent once.
    pub duplicated: usize,
    /// Titles that were never sent.
    pub unknown: usize,
}

/// Compares the records of the writers with the applications that the API lists.
pub async fn compare(address: SocketAddr, logs: &[WriterLog]) -> Findings {
    let mut findings = Findings::default();
    for log in logs {
        let (mut ids, mut titles, mut cursor) =
            (BTreeSet::new(), BTreeMap::<String, u32>::new(), String::new());
        loop {
            let path = format!("/api/jobapps/get_jobapps?limit=500{cursor}");
            let response = get_with_token(address, &log.token, &path)
                .await
                .expect("response");
            assert_eq!(response.status, 200, "{}", response.body);
            let page = response.json();
            for row in page["data"].as_array().expect("rows") {
                ids.insert(row["id"].as_str().expect("id").to_owned());
                *titles
                    .entry(row["job_title"].as_str().expect("title").to_owned())
                    .or_default() += 1;
            }
            match page["pagination"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        findings.acknowledged += log.acknowledged.len();
        findings.lost += log.acknowledged.difference(&ids).count();
        findings.duplicated += titles.values().filter(|n| **n > 1).count();
        findings.unknown += titles.keys().filter(|t| !log.sent.contains(*t)).count();
    }
    findings
}
