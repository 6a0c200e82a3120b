//! The content of an email about coaching, read when it is sent, as the recipient: row level security hides rows that they may no longer
//! see.

use super::NotificationKind;
use crate::{
    Error, Services, auth,
    coaching::queries::{
        news::{self as queries, ApplicationNews},
        notifications::NotificationRow,
    },
    context::{Caller, permit},
    email::{CoachingContext, CoachingEntry, CoachingTopic, person_name},
};
use domain::{
    JobApplicationId, TenantId, UserId,
    coaching::Person,
    jobapps::{company_label, title_label},
    routes::{ApplicationPage, ClientPage, Route, SettingsSection, WorkspacePage},
    tenants::{Action, has_link},
};
use uuid::Uuid;

/// The content of an email. It has no texts that users wrote, because a text that was sent can no longer be deleted.
pub(super) struct Digest {
    topic: CoachingTopic,
    entries: Vec<CoachingEntry>,
}

impl Digest {
    pub fn context<'a>(&'a self, unsubscribe: &'a str) -> CoachingContext<'a> {
        CoachingContext {
            topic: self.topic,
            entries: &self.entries,
            unsubscribe,
        }
    }

    /// Lines with the same link are one entry.
    fn push(&mut self, topic: CoachingTopic, name: String, text: String, link: String) {
        if self.entries.is_empty() {
            self.topic = topic;
        } else if self.topic != topic {
            self.topic = CoachingTopic::Several;
        }
        match self.entries.iter_mut().find(|entry| entry.link == link) {
            Some(entry) => entry.lines.push(text),
            None => self.entries.push(CoachingEntry {
                name,
                lines: vec![text],
                link,
            }),
        }
    }
}

/// Reads the content that the user may still see. `None` if nothing is left.
pub(super) async fn read(
    services: &Services,
    user: UserId,
    pending: &[NotificationRow],
) -> Result<Option<Digest>, Error> {
    let mut tenants: Vec<TenantId> = pending.iter().map(|row| row.tenant).collect();
    tenants.sort_unstable();
    tenants.dedup();
    let mut digest = Digest {
        topic: CoachingTopic::Several,
        entries: Vec::new(),
    };
    for tenant in tenants {
        let caller = match auth::caller_for_job(services, user, tenant).await {
            Ok(caller) => caller,
            // No longer a member.
            Err(Error::Api(_)) => continue,
            Err(error) => return Err(error),
        };
        let in_tenant: Vec<_> = pending.iter().filter(|row| row.tenant == tenant).collect();
        read_tenant(services, &caller, &in_tenant, &mut digest).await?;
    }
    Ok((!digest.entries.is_empty()).then_some(digest))
}

async fn read_tenant(
    services: &Services,
    caller: &Caller,
    pending: &[&NotificationRow],
    digest: &mut Digest,
) -> Result<(), Error> {
    let of_kind = |kind| -> Vec<Uuid> {
        let rows = pending.iter().filter(|row| row.kind == kind);
        rows.map(|row| row.object).collect()
    };
    let (comments, tasks) = (
        of_kind(NotificationKind::Comment),
        of_kind(NotificationKind::Task),
    );
    let requests = of_kind(NotificationKind::AccessRequest);
    let grants = of_kind(NotificationKind::AccessGrant);
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    if !requests.is_empty() {
        let people = queries::list_requesting(&mut tx, &requests).await?;
        push_requests(services, caller, &people, digest);
    }
    if !grants.is_empty() {
        let people = queries::list_granting(&mut tx, &grants).await?;
        push_grants(services, caller, &people, digest);
    }
    if !comments.is_empty() {
        let rows = queries::list_commented(&mut tx, &comments).await?;
        push_news(
            services,
            caller,
            &rows,
            (CoachingTopic::Comments, "comment"),
            digest,
        );
    }
    if !tasks.is_empty() {
        let rows = queries::list_assigned(&mut tx, &tasks).await?;
        push_news(services, caller, &rows, (CoachingTopic::Tasks, "task"), digest);
    }
    tx.commit().await
}

/// Adds lines such as "Ada: 2 comments". `noun` is the singular of the objects of the topic.
fn push_news(
    services: &Services,
    caller: &Caller,
    rows: &[ApplicationNews],
    (topic, noun): (CoachingTopic, &str),
    digest: &mut Digest,
) {
    for row in rows {
        let author = person_name(row.author_name.as_deref());
        let line = match row.count {
            1 => format!("{author}: 1 {noun}"),
            count => format!("{author}: {count} {noun}s"),
        };
        let (name, route) = if let Some(id) = row.application {
            (application_name(row), application_route(caller, row.owner, id))
        } else {
            let slug = caller.tenant.slug.clone();
            let today = Route::Workspace(slug, WorkspacePage::Today);
            ("Other tasks".to_owned(), today)
        };
        digest.push(topic, name, line, link_to(services, &route));
    }
}

fn push_requests(services: &Services, caller: &Caller, people: &[Person], digest: &mut Digest) {
    let workspace = caller.tenant.name.as_str();
    let name = if has_link(workspace) {
        "Your applications".to_owned()
    } else {
        format!("Your applications in {workspace}")
    };
    let route = Route::Settings(caller.tenant.slug.clone(), SettingsSection::Sharing);
    let link = link_to(services, &route);
    for person in people {
        let text = format!("{} asks for access", person_name(person.name.as_deref()));
        digest.push(CoachingTopic::AccessRequests, name.clone(), text, link.clone());
    }
}

fn push_grants(services: &Services, caller: &Caller, people: &[Person], digest: &mut Digest) {
    for person in people {
        let client = person_name(person.name.as_deref());
        let slug = caller.tenant.slug.clone();
        let route = Route::Client(slug, person.user_id, ClientPage::Board);
        let (name, line) = (
            client.to_owned(),
            "You have access to the applications".to_owned(),
        );
        digest.push(CoachingTopic::AccessGrants, name, line, link_to(services, &route));
    }
}

/// A name that an email program could show as a link is left out.
fn application_name(row: &ApplicationNews) -> String {
    let (title, company) = (
        title_label(row.job_title.as_deref()),
        company_label(row.company.as_deref()),
    );
    let name = format!("{title}, {company}");
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if has_link(&name) {
        "An application".to_owned()
    } else {
        name
    }
}

fn application_route(caller: &Caller, owner: UserId, id: JobApplicationId) -> Route {
    let slug = caller.tenant.slug.clone();
    if owner == caller.user.id {
        Route::Application(slug, id, ApplicationPage::Overview)
    } else {
        Route::Client(slug, owner, ClientPage::Application(id))
    }
}

fn link_to(services: &Services, route: &Route) -> String {
    format!("{}{route}", services.public_url)
}
