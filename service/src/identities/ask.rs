//! Asking a provider who somebody is. Each answer is untrusted: capped, of a fixed shape, and refused where it does not
//! say that it is for us.

use super::{
    Unproven,
    asserted::{Asserted, Granted, address, name, verified},
    endpoints::Endpoints,
    id_token::{self, Claims, Expected},
    providers::Registered,
};
use crate::outbound::{Away, CAP, Endpoint, Outbound, Reply};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{identities::Provider, users::EmailAddress};
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// ID tokens that programs bring may be this old: as long as providers let them live.
const BROUGHT: TimeDelta = TimeDelta::hours(1);
/// ID tokens of a sign-in in a browser were made a moment ago.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// One provider, and the way to it.
pub(super) struct Ask<'a> {
    pub outbound: &'a Outbound,
    pub registered: &'a Registered,
    pub endpoints: &'a Endpoints,
    pub now: DateTime<Utc>,
}

/// OpenID Connect Core 1.0 §5.3.2.
#[derive(Debug, Deserialize)]
pub(super) struct Userinfo {
    pub sub: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub given_name: Option<String>,
    #[serde(default)]
    pub family_name: Option<String>,
    #[serde(default)]
    pub picture: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    email_verified: Option<Value>,
    #[serde(default)]
    pub locale: Option<Value>,
}

#[derive(Deserialize)]
struct GoogleToken {
    aud: String,
    sub: String,
}

#[derive(Deserialize)]
struct LinkedinToken {
    active: bool,
    #[serde(default)]
    client_id: Option<String>,
}

#[derive(Deserialize)]
struct GithubToken {
    app: GithubApp,
    user: GithubUser,
}

#[derive(Deserialize)]
struct GithubApp {
    client_id: String,
}

#[derive(Deserialize)]
struct GithubUser {
    id: u64,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Deserialize)]
struct GithubEmail {
    email: String,
    primary: bool,
    verified: bool,
}

impl Ask<'_> {
    /// Who the tokens of a sign-in in a browser are about. `id_token` is what came with them.
    pub async fn after_flow(
        &self,
        granted: Granted,
        id_token: Option<&str>,
        nonce: &str,
    ) -> Result<Asserted, Unproven> {
        match self.registered.provider {
            // LinkedIn leaves the nonce out of its ID tokens; what its own server says of the token is the proof.
            Provider::Linkedin => self.by_userinfo(granted, None).await,
            Provider::Github => self.by_github(granted, None).await,
            Provider::Google | Provider::Oidc => {
                let token = id_token.ok_or_else(|| Unproven::refused("no ID token"))?;
                let expected = Expected {
                    nonce: Some(nonce),
                    max_age: FRESH,
                };
                let claims = self.verified(token, &expected).await?;
                if claims.email.is_none() && self.endpoints.userinfo.is_some() {
                    let subject = claims.sub;
                    return self.by_userinfo(granted, Some(&subject)).await;
                }
                Ok(self.by_claims(claims, Some(granted)))
            }
        }
    }

    /// Who an ID token is about that a program brought.
    pub async fn by_id_token(&self, token: &str) -> Result<Asserted, Unproven> {
        let expected = Expected {
            nonce: None,
            max_age: BROUGHT,
        };
        let claims = self.verified(token, &expected).await?;
        Ok(self.by_claims(claims, None))
    }

    /// Who an access token is about that a program brought. It must have been issued to our client: otherwise whoever runs
    /// any other application could sign in here as its users.
    pub async fn by_access_token(&self, token: &str) -> Result<Asserted, Unproven> {
        let granted = Granted {
            access: SecretString::from(token),
            refresh: None,
            expires_at: None,
        };
        let at = self
            .endpoints
            .inspect
            .as_ref()
            .ok_or_else(|| Unproven::refused("a provider that cannot be asked"))?;
        let (id, secret) = (
            self.registered.client_id.as_str(),
            self.registered.client_secret.expose_secret(),
        );
        let other = || Unproven::refused("issued to another client");
        match self.registered.provider {
            Provider::Google => {
                let request = self.outbound.get(at).query(&[("access_token", token)]);
                let found: GoogleToken = self.call(request).await?;
                if found.aud != id {
                    return Err(other());
                }
                self.by_userinfo(granted, Some(&found.sub)).await
            }
            Provider::Linkedin => {
                let form = [("client_id", id), ("client_secret", secret), ("token", token)];
                let found: LinkedinToken = self.call(self.outbound.post(at).form(&form)).await?;
                if !found.active || found.client_id.as_deref() != Some(id) {
                    return Err(other());
                }
                self.by_userinfo(granted, None).await
            }
            Provider::Github => {
                let request = self
                    .outbound
                    .post(at)
                    .basic_auth(id, Some(secret))
                    .json(&json!({"access_token": token}));
                let found: GithubToken = self.call(github(request)).await?;
                if found.app.client_id != id {
                    return Err(other());
                }
                self.by_github(granted, Some(found.user.id)).await
            }
            Provider::Oidc => Err(Unproven::refused("a provider that cannot be asked")),
        }
    }

    /// What the provider says of the person behind an access token.
    pub async fn userinfo(&self, access: &SecretString) -> Result<Userinfo, Unproven> {
        let at = self.userinfo_at()?;
        let request = self.outbound.get(at).bearer_auth(access.expose_secret());
        let info: Userinfo = self.call(request).await?;
        if info.sub.is_empty() || info.sub.len() > 255 || !info.sub.is_ascii() {
            return Err(Away::Nonsense("a person without a proper subject".into()).into());
        }
        Ok(info)
    }

    fn userinfo_at(&self) -> Result<&Endpoint, Unproven> {
        self.endpoints
            .userinfo
            .as_ref()
            .ok_or_else(|| Unproven::refused("a provider that says nothing of people"))
    }

    async fn verified(&self, token: &str, expected: &Expected<'_>) -> Result<Claims, Unproven> {
        id_token::verify(
            self.outbound,
            self.registered,
            self.endpoints,
            token,
            expected,
            self.now,
        )
        .await
    }

    fn by_claims(&self, claims: Claims, tokens: Option<Granted>) -> Asserted {
        Asserted {
            provider: self.registered.key().to_owned(),
            subject: claims.sub,
            email: address(claims.email.as_deref()),
            email_verified: verified(claims.email_verified.as_ref()),
            given_name: name(claims.given_name.as_deref()),
            family_name: name(claims.family_name.as_deref()),
            tokens,
        }
    }

    /// By what userinfo says; `subject` is whom it must speak of, where that is known already.
    async fn by_userinfo(&self, granted: Granted, subject: Option<&str>) -> Result<Asserted, Unproven> {
        let info = self.userinfo(&granted.access).await?;
        if subject.is_some_and(|subject| subject != info.sub) {
            return Err(Unproven::refused("userinfo speaks of somebody else"));
        }
        Ok(Asserted {
            provider: self.registered.key().to_owned(),
            subject: info.sub,
            email: address(info.email.as_deref()),
            email_verified: verified(info.email_verified.as_ref()),
            given_name: name(info.given_name.as_deref().or(info.name.as_deref())),
            family_name: name(info.family_name.as_deref()),
            tokens: Some(granted),
        })
    }

    async fn by_github(&self, granted: Granted, id: Option<u64>) -> Result<Asserted, Unproven> {
        let at = self.userinfo_at()?;
        let get = |at: &Endpoint| github(self.outbound.get(at)).bearer_auth(granted.access.expose_secret());
        let user: GithubUser = self.call(get(at)).await?;
        if id.is_some_and(|id| id != user.id) {
            return Err(Unproven::refused("the account is somebody else's"));
        }
        let emails: Vec<GithubEmail> = self.call(get(&at.below(&["emails"]))).await?;
        let email: Option<EmailAddress> = emails
            .iter()
            .find(|e| e.primary && e.verified)
            .and_then(|e| address(Some(&e.email)));
        Ok(Asserted {
            provider: self.registered.key().to_owned(),
            subject: user.id.to_string(),
            email_verified: email.is_some(),
            email,
            given_name: name(user.name.as_deref()),
            family_name: None,
            tokens: Some(granted),
        })
    }

    async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Unproven> {
        let reply = self.outbound.send(request, CAP).await?;
        Ok(accepted(&reply)?.json()?)
    }
}

/// Errors of the client's side are a no to the token; everything else is the provider's trouble.
fn accepted(reply: &Reply) -> Result<&Reply, Unproven> {
    match reply.status {
        200..=299 => Ok(reply),
        400 | 401 | 403 | 404 | 422 => Err(Unproven::refused(format!("status {}", reply.status))),
        status => Err(Away::Nonsense(format!("status {status}")).into()),
    }
}

pub(super) fn github(request: RequestBuilder) -> RequestBuilder {
    request
        .header("accept", "application/vnd.github+json")
        .header("x-github-api-version", "2022-11-28")
}
