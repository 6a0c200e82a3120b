//! Many people who add applications at once, and a book of what they sent and what was acknowledged.

use crate::client::{get_as, post};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{
    task::JoinSet,
    time::{Duration, sleep},
};

/// What one person did.
#[derive(Default)]
pub struct Book {
    pub token: String,
    /// The ids that the server gave out: acknowledged, so they have to be there.
    pub acknowledged: BTreeSet<String>,
    /// Every title that was sent, acknowledged or not.
    pub sent: BTreeSet<String>,
    /// How often each status came; 0 stands for an answer that did not come whole.
    pub answers: BTreeMap<u16, u32>,
    /// Refusals that did not say when to come back, or were no problem document.
    pub bad_refusals: Vec<String>,
}

/// Writes without pause.
pub struct Load {
    stop: Arc<AtomicBool>,
    writers: JoinSet<Book>,
}

impl Load {
    /// One writer for each token.
    pub fn start(address: SocketAddr, tokens: &[String]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut writers = JoinSet::new();
        for token in tokens {
            writers.spawn(write(address, token.clone(), stop.clone()));
        }
        Self { stop, writers }
    }

    /// Ends it and gives the books.
    pub async fn stop(mut self) -> Vec<Book> {
        self.stop.store(true, Ordering::Relaxed);
        let mut books = Vec::new();
        while let Some(book) = self.writers.join_next().await {
            books.push(book.expect("writer"));
        }
        books
    }
}

async fn write(address: SocketAddr, token: String, stop: Arc<AtomicBool>) -> Book {
    let mut book = Book {
        token: token.clone(),
        ..Book::default()
    };
    for n in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let title = format!("Job {n}");
        book.sent.insert(title.clone());
        let input = json!({"job_title": title, "company": "Fernway"});
        let answer = post(address, "/api/jobapps/add_jobapp", &token, &input).await;
        let status = answer.as_ref().map_or(0, |a| a.status);
        *book.answers.entry(status).or_default() += 1;
        match answer {
            Ok(answer) if answer.status == 201 => {
                let id = answer.json()["data"]["id"].as_str().expect("id").to_owned();
                book.acknowledged.insert(id);
            }
            Ok(answer) => {
                let polite =
                    answer.head.contains("retry-after: ") && answer.head.contains("application/problem+json");
                if !polite {
                    book.bad_refusals.push(format!("{} {}", answer.head, answer.body));
                }
                sleep(Duration::from_millis(20)).await;
            }
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    }
    book
}

/// What a look afterwards shows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Findings {
    pub acknowledged: usize,
    /// Acknowledged and not there any more.
    pub lost: usize,
    /// Titles that are there more than once although they were sent once.
    pub twice: usize,
    /// Titles that nobody sent.
    pub invented: usize,
}

/// Compares the books with what the API shows.
pub async fn compare(address: SocketAddr, books: &[Book]) -> Findings {
    let mut findings = Findings::default();
    for book in books {
        let (mut ids, mut titles, mut cursor) =
            (BTreeSet::new(), BTreeMap::<String, u32>::new(), String::new());
        loop {
            let path = format!("/api/jobapps/get_jobapps?limit=500{cursor}");
            let answer = get_as(address, &book.token, &path).await.expect("answer");
            assert_eq!(answer.status, 200, "{}", answer.body);
            let page = answer.json();
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
        findings.acknowledged += book.acknowledged.len();
        findings.lost += book.acknowledged.difference(&ids).count();
        findings.twice += titles.values().filter(|n| **n > 1).count();
        findings.invented += titles.keys().filter(|t| !book.sent.contains(*t)).count();
    }
    findings
}
