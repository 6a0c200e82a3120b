//! A browser without JavaScript: keeps cookies, submits forms, and signs in at a real provider.

use super::{FORM, HOST, ORIGIN, TestResponse, TestServer, credentials_form};
use axum::{
    body::Body,
    http::{Request, request::Builder},
};
use std::collections::BTreeMap;

/// Maximum number of redirects that are followed.
const MAX_REDIRECTS: usize = 8;

/// The value of a query parameter, still percent-encoded.
pub fn query_parameter<'a>(url: &'a str, name: &str) -> &'a str {
    let query = url.split_once('?').expect("a query").1;
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
        .expect(name)
}

/// One browser profile.
pub struct Browser {
    server: TestServer,
    user_agent: &'static str,
    cookies: BTreeMap<String, String>,
    provider_cookies: BTreeMap<String, String>,
}

impl Browser {
    pub fn new(server: &TestServer, user_agent: &'static str) -> Self {
        Self {
            server: server.clone(),
            user_agent,
            cookies: BTreeMap::new(),
            provider_cookies: BTreeMap::new(),
        }
    }

    /// Follows a link from another site.
    pub async fn get(&mut self, path: &str) -> TestResponse {
        let request = Request::get(path).header("sec-fetch-site", "cross-site");
        self.send(request, Body::empty()).await
    }

    /// Submits a form from one of our own pages.
    pub async fn submit_form(&mut self, path: &str, body: &str) -> TestResponse {
        let request = Request::post(path)
            .header("origin", ORIGIN)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", FORM);
        self.send(request, Body::from(body.to_owned())).await
    }

    async fn send(&mut self, request: Builder, body: Body) -> TestResponse {
        let request = request
            .header("host", HOST)
            .header("user-agent", self.user_agent)
            .header("accept", "text/html")
            .header("cookie", cookie_header(&self.cookies));
        let response = self.server.send(request.body(body).expect("request")).await;
        let set = response.headers.get_all("set-cookie").iter();
        for text in set.filter_map(|v| v.to_str().ok()) {
            store_cookie(&mut self.cookies, text);
        }
        response
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Copies a cookie from another browser.
    pub fn copy_cookie(&mut self, from: &Self, name: &str) {
        self.cookies.insert(name.to_owned(), from.cookies[name].clone());
    }

    pub fn delete_cookie(&mut self, name: &str) {
        self.cookies.remove(name);
    }

    /// Ends the session at the provider, so that the provider asks for a login again.
    pub fn sign_out_of_provider(&mut self) {
        self.provider_cookies.clear();
    }

    /// Submits the form of a provider's button. Returns the URL of the provider that it leads to.
    pub async fn start_authorization(&mut self, provider: &str, body: &str) -> String {
        let response = self.submit_form(&format!("/auth/{provider}"), body).await;
        assert_eq!(response.status, 200, "{}", response.text);
        let (_, rest) = response
            .text
            .split_once("content=\"0;url=")
            .expect("a redirect page");
        let (url, _) = rest.split_once('"').expect("the end of the URL");
        url.replace("&amp;", "&")
    }

    /// Signs in at the real provider with this login. Returns the path on our side that the provider redirects to.
    pub async fn authorize_at_provider(&mut self, url: &str, login: &str) -> String {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("client");
        let base = url.split('/').take(3).collect::<Vec<_>>().join("/");
        let mut next = url.to_owned();
        for _ in 0..MAX_REDIRECTS {
            let request = if next.contains("/interaction/") {
                client.post(&next).form(&[("login", login)])
            } else {
                client.get(&next)
            };
            let response = request
                .header("cookie", cookie_header(&self.provider_cookies))
                .send()
                .await
                .expect("response");
            for text in response
                .headers()
                .get_all("set-cookie")
                .iter()
                .filter_map(|v| v.to_str().ok())
            {
                store_cookie(&mut self.provider_cookies, text);
            }
            let Some(location) = response.headers().get("location").and_then(|v| v.to_str().ok()) else {
                panic!("{} of {next}", response.status());
            };
            if let Some(path) = location.strip_prefix(ORIGIN) {
                return path.to_owned();
            }
            next = if location.starts_with('/') {
                format!("{base}{location}")
            } else {
                location.to_owned()
            };
        }
        panic!("the provider did not redirect back")
    }

    /// Signs in with the real provider.
    pub async fn sign_in_with_provider(&mut self, login: &str) -> TestResponse {
        let url = self.start_authorization("oidc", "").await;
        let callback = self.authorize_at_provider(&url, login).await;
        self.get(&callback).await
    }

    /// Registers with a password. Returns the path of the board.
    pub async fn register(&mut self, email: &str) -> String {
        let response = self
            .submit_form("/_fn/auth/register", &credentials_form(email))
            .await;
        assert_eq!(response.status, 303, "{}", response.text);
        response.location().to_owned()
    }

    /// Whether this browser is signed in to the workspace of this board.
    pub async fn can_open(&mut self, board: &str) -> bool {
        self.get(board).await.status == 200
    }
}

fn cookie_header(cookies: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
    pairs.join("; ")
}

fn store_cookie(cookies: &mut BTreeMap<String, String>, set_cookie: &str) {
    let is_expired = set_cookie.contains("Max-Age=0") || set_cookie.contains("1970");
    if let Some((name, value)) = set_cookie.split(';').next().and_then(|pair| pair.split_once('=')) {
        if is_expired || value.is_empty() {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
