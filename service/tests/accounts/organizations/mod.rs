//! Tests of `service::organizations`, and of the end of memberships in `service::wiring`.

mod audit;
mod audit_objects;
mod bulk_invitations;
mod coaching_emails;
mod comment_emails;
mod domains;
mod groups;
mod invitations;
mod invited_registration;
mod members;
mod tenants;

use crate::support::test_app;
use domain::{
    JobApplicationId,
    auth::TokenSet,
    jobapps::AddApplicationInput,
    tenants::{AddTenantInput, InvitationToken, InviteMemberInput, Role},
};
use service::{
    Error,
    auth::{self, Channel},
    context::{Caller, ClientInfo},
    jobapps, organizations,
    testing::TestApp,
};
use sqlx::{AssertSqlSafe, PgPool};

/// An organization with its owner.
struct Team {
    app: TestApp,
    /// The owner, in the organization.
    owner: Caller,
}

impl Team {
    async fn new(pool: PgPool) -> Self {
        Self::with(test_app(pool)).await
    }

    async fn with(app: TestApp) -> Self {
        let owner = person(&app, "owner").await;
        let owner = add_organization(&app, &owner, "Career Center", None)
            .await
            .expect("organization");
        Self { app, owner }
    }

    /// A new person who was invited with this role and has accepted.
    async fn join(&self, name: &str, role: Role) -> Caller {
        let caller = person(&self.app, name).await;
        self.invite(name, role).await.expect("invited");
        let tokens = self.accept(&caller, name).await.expect("joined");
        authenticate(&self.app, &tokens).await.expect("authenticated")
    }

    /// Invites this person. The token of the link becomes their name.
    async fn invite(&self, name: &str, role: Role) -> Result<(), Error> {
        invite_as(&self.app, &self.owner, name, role).await?;
        self.set_token(name, name).await;
        Ok(())
    }

    /// Replaces the token in the link of an invitation.
    async fn set_token(&self, name: &str, token: &str) {
        let sql = format!(
            "update tenant_invitations set token_hash = sha256('{token}') where email = '{name}@example.org'"
        );
        execute(&self.app, &sql).await;
    }

    /// Adds an application as a baker at this company to those of a member.
    async fn add_application(&self, owner: &Caller, company: &str) -> JobApplicationId {
        let input = AddApplicationInput {
            job_title: "Baker".into(),
            company: company.into(),
            ..AddApplicationInput::default()
        };
        let added = jobapps::add(&self.app.services, owner, None, input).await;
        added.expect("added").id
    }

    async fn accept(&self, caller: &Caller, token: &str) -> Result<TokenSet, Error> {
        accept(&self.app, caller, token).await
    }

    async fn count(&self, sql: &str) -> i64 {
        crate::support::count(&self.app, sql).await
    }
}

async fn execute(app: &TestApp, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&app.owner)
        .await
        .expect("executed");
}

/// A new person with a confirmed address, in their personal workspace.
async fn person(app: &TestApp, name: &str) -> Caller {
    let mut caller = app.register_user(name).await.expect("registered");
    execute(
        app,
        &format!(
            "update users set email_verified_at = now() where id = '{}'",
            caller.user.id
        ),
    )
    .await;
    caller.user.email_verified = true;
    caller
}

async fn add_organization(
    app: &TestApp,
    caller: &Caller,
    name: &str,
    slug: Option<&str>,
) -> Result<Caller, Error> {
    let input = AddTenantInput {
        name: name.into(),
        slug: slug.map(ToOwned::to_owned),
    };
    let client = ClientInfo::unknown();
    let tenant = organizations::add_tenant(&app.services, caller, None, input, &client).await?;
    Ok(Caller {
        tenant,
        ..caller.clone()
    })
}

async fn invite_as(app: &TestApp, caller: &Caller, name: &str, role: Role) -> Result<(), Error> {
    let input = InviteMemberInput {
        email: format!("{name}@example.org"),
        role,
        message: None,
        group_id: None,
    };
    let client = ClientInfo::unknown();
    organizations::invite_member(&app.services, caller, None, input, &client).await?;
    Ok(())
}

async fn accept(app: &TestApp, caller: &Caller, token: &str) -> Result<TokenSet, Error> {
    let input = InvitationToken { token: token.into() };
    let (user, client) = (caller.user.id, ClientInfo::unknown());
    organizations::accept_invitation(&app.services, user, &input, &client, Channel::Api)
        .await?
        .into_tokens()
}

async fn authenticate(app: &TestApp, tokens: &TokenSet) -> Result<Caller, Error> {
    auth::authenticate_token(&app.services, &tokens.access_token).await
}
