//! A person's browser: it keeps the cookies of each host, fills in the provider's form, and follows to where it is sent.

use crate::site::{Answer, HOST, ORIGIN, Site};
use axum::{body::Body, http::Request};
use service::testing::PASSWORD;
use std::collections::BTreeMap;

pub const FORM: &str = "application/x-www-form-urlencoded";

/// The value of a parameter of an address, as it stands there.
pub fn parameter<'a>(url: &'a str, name: &str) -> &'a str {
    let query = url.split_once('?').expect("a query").1;
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
        .expect(name)
}

#[derive(Default)]
pub struct Browser {
    ours: BTreeMap<String, String>,
    theirs: BTreeMap<String, String>,
    /// What it calls itself.
    agent: &'static str,
}

impl Browser {
    /// One that calls itself so.
    pub fn named(agent: &'static str) -> Self {
        Self {
            agent,
            ..Self::default()
        }
    }

    pub async fn get(&mut self, site: &Site, path: &str) -> Answer {
        let request = Request::get(path)
            .header("host", HOST)
            .header("user-agent", self.agent)
            .header("accept", "text/html")
            .header("sec-fetch-site", "cross-site")
            .header("cookie", line(&self.ours));
        let answer = site.send(request.body(Body::empty()).expect("request")).await;
        self.keep(&answer);
        answer
    }

    /// A form of one of our own pages.
    pub async fn form(&mut self, site: &Site, path: &str, body: &str) -> Answer {
        let request = Request::post(path)
            .header("host", HOST)
            .header("user-agent", self.agent)
            .header("origin", ORIGIN)
            .header("sec-fetch-site", "same-origin")
            .header("accept", "text/html")
            .header("content-type", FORM)
            .header("cookie", line(&self.ours));
        let answer = site
            .send(request.body(Body::from(body.to_owned())).expect("request"))
            .await;
        self.keep(&answer);
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        let set = answer.headers.get_all("set-cookie").iter();
        for text in set.filter_map(|v| v.to_str().ok()) {
            store(&mut self.ours, text);
        }
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.ours.get(name).map(String::as_str)
    }

    /// Takes over a cookie of another's.
    pub fn plant(&mut self, from: &Self, name: &str) {
        self.ours.insert(name.to_owned(), from.ours[name].clone());
    }

    /// Signs out there, so that the provider asks again who it is.
    pub fn leave_provider(&mut self) {
        self.theirs.clear();
    }

    pub fn forget(&mut self, name: &str) {
        self.ours.remove(name);
    }

    /// Presses a provider's button and gives the address that the page goes on to.
    pub async fn begin(&mut self, site: &Site, provider: &str, body: &str) -> String {
        let answer = self.form(site, &format!("/auth/{provider}"), body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let (_, rest) = answer.text.split_once("content=\"0;url=").expect("a way out");
        let (url, _) = rest.split_once('"').expect("its end");
        url.replace("&amp;", "&")
    }

    /// Goes to the real provider, types this, and gives the path on our side that it sends back to.
    pub async fn at_provider(&mut self, url: &str, typed: &str) -> String {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("client");
        let base = url.split('/').take(3).collect::<Vec<_>>().join("/");
        let mut next = url.to_owned();
        for _ in 0..8 {
            let request = if next.contains("/interaction/") {
                client.post(&next).form(&[("login", typed)])
            } else {
                client.get(&next)
            };
            let answer = request
                .header("cookie", line(&self.theirs))
                .send()
                .await
                .expect("answer");
            for text in answer
                .headers()
                .get_all("set-cookie")
                .iter()
                .filter_map(|v| v.to_str().ok())
            {
                store(&mut self.theirs, text);
            }
            let Some(to) = answer.headers().get("location").and_then(|v| v.to_str().ok()) else {
                panic!("{} of {next}", answer.status());
            };
            if let Some(path) = to.strip_prefix(ORIGIN) {
                return path.to_owned();
            }
            next = if to.starts_with('/') {
                format!("{base}{to}")
            } else {
                to.to_owned()
            };
        }
        panic!("it never comes back")
    }

    /// Signs in by the real provider as whoever is typed.
    pub async fn sign_in(&mut self, site: &Site, typed: &str) -> Answer {
        let url = self.begin(site, "oidc", "").await;
        let back = self.at_provider(&url, typed).await;
        self.get(site, &back).await
    }

    /// Registers on the page with a password; gives the address of the board.
    pub async fn register(&mut self, site: &Site, email: &str) -> String {
        let body = format!(
            "email={}&password={}",
            email.replace('@', "%40"),
            PASSWORD.replace(' ', "+")
        );
        let answer = self.form(site, "/_fn/users/register", &body).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        answer.location().to_owned()
    }

    /// Whether this browser is signed in to the workspace of this board.
    pub async fn opens(&mut self, site: &Site, board: &str) -> bool {
        self.get(site, board).await.status == 200
    }
}

fn line(cookies: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
    pairs.join("; ")
}

fn store(cookies: &mut BTreeMap<String, String>, set: &str) {
    let gone = set.contains("Max-Age=0") || set.contains("1970");
    if let Some((name, value)) = set.split(';').next().and_then(|pair| pair.split_once('=')) {
        if gone || value.is_empty() {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
